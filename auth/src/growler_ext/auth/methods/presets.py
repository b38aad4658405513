"""Providers that many sites use, with what each needs already said: `Google("id", "secret")`.

Those that speak OpenID Connect are `OIDC`; GitHub and Discord are `OAuth` with a function that asks who it is. An
e-mail address counts as verified only where the provider says so.
"""

from __future__ import annotations

from growler_ext.auth.methods.oauth import Ask, OAuth
from growler_ext.auth.methods.oidc import OIDC
from growler_ext.auth.users import Identity


def Google(client_id: str, client_secret: str) -> OIDC:
    """https://accounts.google.com"""
    return OIDC(
        "google", label="Google", issuer="https://accounts.google.com", client_id=client_id,
        client_secret=client_secret,
    )  # fmt: skip


def Microsoft(client_id: str, client_secret: str, *, tenant: str) -> OIDC:
    """Microsoft Entra ID.

    Parameters:
        tenant: the id of the directory. "common" is not one: its issuer would be any directory of anybody.

    Its addresses are not verified: Entra lets directories write what they like.

    Raises ValueError for a tenant that is not one.
    """
    if tenant in ("common", "organizations", "consumers"):
        raise ValueError(f"Microsoft: tenant={tenant!r} stands for many; give the id of one directory")
    return OIDC(
        "microsoft", label="Microsoft", issuer=f"https://login.microsoftonline.com/{tenant}/v2.0",
        client_id=client_id, client_secret=client_secret,
    )  # fmt: skip


def GitLab(client_id: str, client_secret: str, *, url: str = "https://gitlab.com") -> OIDC:
    """gitlab.com, or a GitLab of your own at `url`."""
    return OIDC("gitlab", label="GitLab", issuer=url, client_id=client_id, client_secret=client_secret)


def GitHub(client_id: str, client_secret: str) -> OAuth:
    """https://github.com"""
    return OAuth(
        "github", label="GitHub", authorize_url="https://github.com/login/oauth/authorize",
        token_url="https://github.com/login/oauth/access_token",  # noqa: S106 - an address and no password
        userinfo=_github, client_id=client_id, client_secret=client_secret, scope="read:user user:email",
        auth_method="client_secret_post",
    )  # fmt: skip


def Discord(client_id: str, client_secret: str) -> OAuth:
    """https://discord.com"""
    return OAuth(
        "discord", label="Discord", authorize_url="https://discord.com/oauth2/authorize",
        token_url="https://discord.com/api/oauth2/token",  # noqa: S106 - an address and no password
        userinfo=_discord, client_id=client_id, client_secret=client_secret, scope="identify email",
    )  # fmt: skip


async def _github(ask: Ask) -> Identity:
    user = await ask("https://api.github.com/user")
    # The profile shows what its owner likes; which addresses are proved, only this list says.
    addresses = await ask("https://api.github.com/user/emails")
    proved = [entry["email"] for entry in addresses if entry["primary"] is True and entry["verified"] is True]
    return Identity("https://github.com", str(user["id"]), proved[0] if proved else None, bool(proved), user)


async def _discord(ask: Ask) -> Identity:
    user = await ask("https://discord.com/api/users/@me")
    email = user.get("email")
    return Identity("https://discord.com", str(user["id"]), email, user.get("verified") is True, user)
