"""A real OpenID provider for tests, on Growler and joserfc: discovery, PKCE, RFC 9207, userinfo, refresh, logout.

It logs in whoever comes, as the user that `provider.user` says, and can make every mistake a provider or an attacker
might: `provider.fault = "nonce"` spoils the next ID token. It counts what it is asked for.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import time
from base64 import b64decode, urlsafe_b64encode
from collections import Counter
from functools import cache
from typing import Any
from urllib.parse import unquote, urlencode

from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from growler import App

LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"


class Provider:
    """One provider with one client, `client_id` "app" and `client_secret` "app-secret-app-secret-app-secret"."""

    secret = "app-secret-app-secret-app-secret"

    def __init__(self, algorithm: str = "RS256") -> None:
        self.algorithm = algorithm
        self.issuer = ""  # known when it is served
        self.user: dict[str, Any] = {"sub": "1", "email": "alice@example.org", "email_verified": True}
        self.fault = ""
        self.metadata_fault: dict[str, Any] = {}
        self.email_in_token = True
        self.denies = False
        self.sid = "sid-1"
        self.asked: Counter[str] = Counter()
        self.last_token_request: dict[str, str] = {}
        self._codes: dict[str, dict[str, str]] = {}
        self._tokens: set[str] = set()
        self._used = 0
        self.rotate()
        self.app = App("provider")
        self._routes()

    # Keys

    def rotate(self) -> None:
        """Sign with a new key from now on; only that one is published."""
        self.kid = secrets.token_hex(4)
        if self.algorithm.startswith("ES"):
            self.key: Any = ECKey.generate_key("P-256", {"kid": self.kid})
        elif self.algorithm.startswith("HS"):
            self.key = OctKey.import_key(self.secret)
        else:
            self._used += 1
            self.key = RSAKey.import_key(rsa_key(self._used), {"kid": self.kid})

    def sign(self, claims: dict[str, Any], **header: str) -> str:
        head = {"alg": self.algorithm, "kid": self.kid, **header}
        return jwt.encode(head, claims, self.key, algorithms=[head["alg"]])

    # The tokens

    def id_token(self, nonce: str | None, access_token: str) -> str | None:
        now = int(time.time())
        claims: dict[str, Any] = {
            **{name: value for name, value in self.user.items() if self.email_in_token or name == "sub"},
            "iss": self.issuer, "aud": "app", "iat": now, "exp": now + 300, "nonce": nonce, "sid": self.sid,
            "at_hash": half(access_token, self.algorithm), "auth_time": now,
        }  # fmt: skip
        match self.fault:
            case "noid":
                return None
            case "nonce" | "aud" | "iss" | "at_hash" | "azp":
                claims[self.fault] = "wrong"
            case "no nonce" | "no exp" | "no iat" | "no sub" | "no aud":
                del claims[self.fault.removeprefix("no ")]
            case "aud of several":
                claims["aud"] = ["app", "other"]
            case "aud of others, azp of us":
                claims["aud"], claims["azp"] = "other", "app"
            case "expired":
                claims["exp"] = now - 3600
            case "of the future":
                claims["iat"] = now + 3600
            case "old login":
                claims["auth_time"] = now - 7200
            case "none":
                _, payload, _ = self.sign(claims).split(".")
                return f"{part({'alg': 'none'})}.{payload}."
            case "hs256":
                public = self.key.as_pem(private=False)
                signed = f"{part({'alg': 'HS256', 'kid': self.kid})}.{part(claims)}"
                mac = hmac.digest(public, signed.encode(), "sha256")  # libraries refuse to do this
                return f"{signed}.{urlsafe_b64encode(mac).rstrip(b'=').decode()}"
            case "sig":
                other = RSAKey.import_key(rsa_key(0))
                return jwt.encode({"alg": "RS256", "kid": self.kid}, claims, other)
            case "own key":
                other = RSAKey.import_key(rsa_key(0))
                header = {"alg": "RS256", "kid": "unknown", "jwk": other.as_dict(private=False)}
                return jwt.encode(header, claims, other)
            case "junk":
                return "junk"
        return self.sign(claims)

    def logout_token(self, **changes: Any) -> str:
        """A logout token of the last login; changes that are None are left out."""
        claims = {
            "iss": self.issuer, "aud": "app", "iat": int(time.time()), "jti": secrets.token_hex(8),
            "events": {LOGOUT_EVENT: {}}, "sub": self.user["sub"], "sid": self.sid, **changes,
        }  # fmt: skip
        kept = {name: value for name, value in claims.items() if value is not None}
        return self.sign(kept, typ="logout+jwt")

    # The endpoints

    def _routes(self) -> None:
        @self.app.get("/.well-known/openid-configuration")
        def discovery(req: Any, res: Any) -> None:
            self.asked["discovery"] += 1
            document = {
                "issuer": self.issuer,
                "authorization_endpoint": self.issuer + "/authorize",
                "token_endpoint": self.issuer + "/token",
                "jwks_uri": self.issuer + "/jwks",
                "userinfo_endpoint": self.issuer + "/userinfo",
                "end_session_endpoint": self.issuer + "/logout",
                "authorization_response_iss_parameter_supported": True,
                "id_token_signing_alg_values_supported": ["RS256", "none"],
                **self.metadata_fault,
            }
            res.send_json({name: value for name, value in document.items() if value is not None})

        @self.app.get("/jwks")
        def jwks(req: Any, res: Any) -> None:
            self.asked["jwks"] += 1
            keys = [] if self.algorithm.startswith("HS") else [self.key.as_dict(private=False)]
            res.send_json({"keys": keys})

        @self.app.get("/authorize")
        def authorize(req: Any, res: Any) -> None:
            self.asked["authorize"] += 1
            asked = {name: values[0] for name, values in req.query.items()}
            if asked.get("code_challenge_method") != "S256" or "nonce" not in asked:
                res.send_text("no PKCE, no login", 400)
                return
            answer = {"state": asked["state"], "iss": self.issuer}
            if self.denies:
                answer |= {"error": "access_denied", "error_description": "<script>alert(1)</script>"}
            else:
                answer["code"] = secrets.token_urlsafe(16)
                self._codes[answer["code"]] = asked
            match self.fault:
                case "authz_iss":
                    answer["iss"] = "https://evil.example"
                case "no authz_iss":
                    del answer["iss"]
            res.redirect(f"{asked['redirect_uri']}?{urlencode(answer)}", 302)

        @self.app.post("/token")
        async def token(req: Any, res: Any) -> None:
            self.asked["token"] += 1
            if self.fault == "down":
                res.send_text("down", 503)
                return
            form = {name: values[0] for name, values in (await req.form()).items()}
            self.last_token_request = form
            if not self._knows_client(req, form):
                res.send_json({"error": "invalid_client"}, 401)
                return
            if form["grant_type"] == "refresh_token":
                known = form["refresh_token"] in self._tokens
                self._tokens.discard(form["refresh_token"])
                asked: dict[str, str] | None = {} if known else None
            else:
                asked = self._codes.pop(form["code"], None)
                verifier = half_free_hash(form["code_verifier"])
                if asked is not None and asked["code_challenge"] != verifier:
                    asked = None
            if asked is None:
                res.send_json({"error": "invalid_grant"}, 400)
                return
            access, refresh = secrets.token_urlsafe(16), secrets.token_urlsafe(16)
            self._tokens |= {access, refresh}
            answer = {
                "access_token": access,
                "refresh_token": refresh,
                "token_type": "Bearer",
                "expires_in": 300,
            }
            id_token = self.id_token(asked.get("nonce"), access)
            if id_token is not None:
                answer["id_token"] = id_token
            res.send_json("nonsense" if self.fault == "nonsense" else answer)

        @self.app.get("/userinfo")
        def userinfo(req: Any, res: Any) -> None:
            self.asked["userinfo"] += 1
            if (req.get("authorization") or "").removeprefix("Bearer ") not in self._tokens:
                res.send_text("whose?", 401)
                return
            res.send_json({**self.user, "sub": "9"} if self.fault == "userinfo sub" else self.user)

    def _knows_client(self, req: Any, form: dict[str, str]) -> bool:
        given = req.get("authorization")
        if given is not None:
            id, _, secret = b64decode(given.removeprefix("Basic ")).decode().partition(":")
            return (unquote(id), unquote(secret)) == ("app", self.secret)
        return form.get("client_id") == "app" and form.get("client_secret", self.secret) == self.secret


@cache
def rsa_key(number: int) -> bytes:
    """One of a few keys, as PEM: making one takes a tenth of a second."""
    return RSAKey.generate_key(2048).as_pem(private=True)


def half(value: str, algorithm: str) -> str:
    digest = hashlib.new(f"sha{algorithm[-3:]}", value.encode()).digest()
    return urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=").decode()


def half_free_hash(verifier: str) -> str:
    return urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def part(value: Any) -> str:
    return urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()
