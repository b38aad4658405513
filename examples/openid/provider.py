"""An OpenID provider for trying the example on one machine: whoever comes says who they are. For nothing else.

    python provider.py      prints what app.py wants to have in the environment

It does what the code flow needs (OpenID Connect Core 3.1, PKCE of RFC 7636) and keeps everything in memory.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import time
from base64 import urlsafe_b64encode
from html import escape
from urllib.parse import urlencode

from joserfc import jwt
from joserfc.jwk import RSAKey

from growler import App, HTTPError, Request, Response

PORT = int(os.environ.get("PROVIDER_PORT", "9000"))
ISSUER = f"http://127.0.0.1:{PORT}"
CLIENT, SECRET = "example", "a-secret-that-everybody-knows"  # of a provider that believes everybody
CALLBACK = os.environ.get("BASE_URL", "http://127.0.0.1:8000") + "/auth/oidc/callback"
PEOPLE = {
    "ada": {"sub": "1", "name": "Ada Lovelace", "email": "ada@example.org", "email_verified": True},
    "grace": {"sub": "2", "name": "Grace Hopper", "email": "grace@example.org", "email_verified": True},
}

app = App("provider")
key = RSAKey.generate_key(2048, {"kid": "1"})
codes: dict[str, dict[str, str]] = {}  # what was asked for, by the code that was given for it
tokens: dict[str, str] = {}  # who it is, by access token


@app.get("/.well-known/openid-configuration")
def show_configuration(req: Request, res: Response) -> None:
    res.send_json({
        "issuer": ISSUER,
        "authorization_endpoint": f"{ISSUER}/authorize",
        "token_endpoint": f"{ISSUER}/token",
        "userinfo_endpoint": f"{ISSUER}/userinfo",
        "jwks_uri": f"{ISSUER}/keys",
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "authorization_response_iss_parameter_supported": True,
    })  # fmt: skip


@app.get("/keys")
def show_keys(req: Request, res: Response) -> None:
    res.send_json({"keys": [key.as_dict(private=False)]})


@app.get("/authorize")
def ask_who_it_is(req: Request, res: Response) -> None:
    asked = {name: values[0] for name, values in req.query.items()}
    if asked.get("client_id") != CLIENT or asked.get("redirect_uri") != CALLBACK:
        raise HTTPError[400](f"This provider knows {CLIENT} at {CALLBACK}; set BASE_URL for both programs.")
    if asked.get("code_challenge_method") != "S256":
        raise HTTPError[400]("No login without PKCE.")
    who = asked.pop("as", None)
    if who in PEOPLE:
        code = secrets.token_urlsafe(16)
        codes[code] = {**asked, "who": who}
        answer = {"code": code, "state": asked.get("state", ""), "iss": ISSUER}
        res.redirect(f"{CALLBACK}?{urlencode(answer)}")
        return
    links = "".join(
        f'<li><a href="/authorize?{escape(urlencode({**asked, "as": name}))}">{person["name"]}</a>'
        for name, person in PEOPLE.items()
    )
    res.send_html(
        f'<!doctype html><html lang="en"><title>Provider</title><h1>Who are you?</h1><ul>{links}</ul>'
    )


@app.post("/token")
async def give_tokens(req: Request, res: Response) -> None:
    form = await req.form()
    asked = codes.pop(form.get_first("code", ""), None)
    digest = hashlib.sha256(form.get_first("code_verifier", "").encode()).digest()
    if asked is None or asked["code_challenge"] != urlsafe_b64encode(digest).rstrip(b"=").decode():
        res.send_json({"error": "invalid_grant"}, 400)
        return
    now, access = int(time.time()), secrets.token_urlsafe(16)
    tokens[access] = asked["who"]
    claims = {**PEOPLE[asked["who"]], "iss": ISSUER, "aud": CLIENT, "iat": now, "exp": now + 300}
    if "nonce" in asked:
        claims["nonce"] = asked["nonce"]
    id_token = jwt.encode({"alg": "RS256", "kid": "1"}, claims, key)
    res.send_json({"access_token": access, "token_type": "Bearer", "expires_in": 300, "id_token": id_token})


@app.get("/userinfo")
def show_person(req: Request, res: Response) -> None:
    who = tokens.get(req.get("Authorization", "").removeprefix("Bearer "))
    if who is None:
        raise HTTPError[401](headers={"WWW-Authenticate": "Bearer"})
    res.send_json(PEOPLE[who])


if __name__ == "__main__":
    line = f"export OIDC_ISSUER={ISSUER} OIDC_CLIENT_ID={CLIENT} OIDC_CLIENT_SECRET={SECRET}"
    print(line, flush=True)  # noqa: T201 - nowhere else to learn it
    app.run(port=PORT)
