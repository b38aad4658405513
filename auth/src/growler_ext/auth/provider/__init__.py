"""What talks to identity providers and judges what they say; `methods.oauth` and `methods.oidc` make logins of it."""
