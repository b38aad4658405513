"""A real OpenID provider for tests, on Growler and joserfc: discovery, PKCE, RFC 9207, userinfo, refresh, logout.

It logs in whoever comes, as the user that `provider.user` says, and can make every mistake a provider or an attacker
might: `provider.fault = "nonce"` spoils the next ID token. It counts what it is asked for.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import secrets
import threading
import time
from base64 import b64decode, urlsafe_b64encode
from collections import Counter
from functools import cache
from html import escape
from typing import Any
from urllib.error import HTTPError
from urllib.parse import unquote, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

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
        self.header: dict[str, Any] = {}  # of ID tokens, beside the usual
        self.delay = 0.0  # seconds before each answer to the site
        self.metadata_fault: dict[str, Any] = {}
        self.email_in_token = True
        self.denies = False
        self.waits = False  # for somebody to press the button on its page
        self.sid = "sid-1"
        self.asked: Counter[str] = Counter()
        self.last_token_request: dict[str, str] = {}
        self.posted: dict[str, str] = {}
        self.speaks_openid = True
        self.expires_in = 300
        self.rotates_refresh_tokens = True
        self.answers = threading.Event()  # cleared: whoever asks for the keys waits
        self.answers.set()
        self._codes: dict[str, dict[str, str]] = {}
        self._tokens: set[str] = set()
        self._used = 0
        self.rotate()
        self.app = App("provider")
        self._routes()

    @property
    def place(self) -> str:
        """Where it is served, whatever it calls itself."""
        parts = urlsplit(self.issuer)
        return f"{parts.scheme}://{parts.netloc}"

    # Keys

    def rotate(self) -> None:
        """Sign with a new key from now on; only that one is published."""
        self.kid = secrets.token_hex(4)
        if self.algorithm.startswith("ES"):
            curve = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"}[self.algorithm]
            self.key: Any = ECKey.generate_key(curve, {"kid": self.kid})
        elif self.algorithm.startswith("Ed"):
            self.key = OKPKey.generate_key("Ed25519", {"kid": self.kid})
        elif self.algorithm.startswith("HS"):
            self.key = OctKey.import_key(self.secret)
        else:
            self._used += 1
            self.key = RSAKey.import_key(rsa_key(self._used), {"kid": self.kid})

    def rotate_under_the_same_id(self) -> None:
        kid = self.kid
        self.rotate()
        self.kid = kid
        self.key = RSAKey.import_key(rsa_key(self._used), {"kid": kid})

    def sign(self, claims: dict[str, Any], **header: Any) -> str:
        head = {"alg": self.algorithm, "kid": self.kid, **header}
        # Not what the library likes: EdDSA is called so by most providers, and headers have what they like in them.
        registry = AnyHeader(algorithms=[head["alg"]], strict_check_header=False)
        return jwt.encode(head, claims, self.key, registry=registry)

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
            case "junk":
                return "junk"
        return self.spoilt(self.fault, claims, {}) or self.sign(claims, **self.header)

    def access_token(self, fault: str = "", header: dict[str, Any] | None = None, **changes: Any) -> str:
        """An access token by RFC 9068 for the audience "api"; changes that are None are left out."""
        now = int(time.time())
        claims = {
            "iss": self.issuer, "aud": "api", "sub": "1", "client_id": "app", "iat": now, "exp": now + 300,
            "jti": secrets.token_hex(8), "scope": "read write", **changes,
        }  # fmt: skip
        kept = {name: value for name, value in claims.items() if value is not None}
        head = {"typ": "at+jwt", **(header or {})}
        return self.spoilt(fault, kept, head) or self.sign(kept, **head)

    def spoilt(self, fault: str, claims: dict[str, Any], header: dict[str, Any]) -> str | None:
        """A token with a signature that is none; None for another fault."""
        match fault:
            case "none":
                return f"{part({**header, 'alg': 'none'})}.{part(claims)}."
            case "hs256":
                public = self.key.as_pem(private=False)
                signed = f"{part({**header, 'alg': 'HS256', 'kid': self.kid})}.{part(claims)}"
                mac = hmac.digest(public, signed.encode(), "sha256")  # libraries refuse to do this
                return f"{signed}.{urlsafe_b64encode(mac).rstrip(b'=').decode()}"
            case "sig":
                other = RSAKey.import_key(rsa_key(0))
                return jwt.encode({**header, "alg": "RS256", "kid": self.kid}, claims, other)
            case "own key":
                own = ECKey.generate_key("P-256")  # one of RSA is longer than the library lets a header be
                head = {**header, "alg": "ES256", "kid": "unknown", "jwk": own.as_dict(private=False)}
                return jwt.encode(head, claims, own)
        return None

    def withdraw(self) -> None:
        """Take back every token."""
        self._tokens.clear()

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
            if not self.speaks_openid:
                res.send_text("no OpenID here", 404)
                return
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

        @self.app.get("/.well-known/oauth-authorization-server/:tenant")
        @self.app.get("/.well-known/oauth-authorization-server")
        def rfc8414(req: Any, res: Any) -> None:
            self.asked["rfc8414"] += 1
            tenant = f"/{req.params['tenant']}" if req.params.get("tenant") else ""
            res.send_json(
                {"issuer": self.place + tenant, "jwks_uri": self.place + "/jwks", **self.metadata_fault}
            )

        @self.app.get("/jwks")
        async def jwks(req: Any, res: Any) -> None:
            self.asked["jwks"] += 1
            await asyncio.sleep(self.delay)
            await asyncio.to_thread(self.answers.wait, 30)
            if self.fault == "down":
                res.send_text("down", 503)
                return
            if self.fault == "nonsense":
                res.send_json({"keys": "none"})
                return
            keys = [] if self.algorithm.startswith("HS") else [self.key.as_dict(private=False)]
            res.send_json({"keys": keys})

        @self.app.get("/authorize")
        def authorize(req: Any, res: Any) -> None:
            self.asked["authorize"] += 1
            asked = {name: values[0] for name, values in req.query.items()}
            if asked.get("code_challenge_method") != "S256" or "nonce" not in asked:
                res.send_text("no PKCE, no login", 400)
                return
            if self.waits and "allowed" not in asked:
                res.send_html(f'<a href="{escape(req.original_url)}&amp;allowed=1">Allow</a>')
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
            if asked.get("response_mode") == "form_post":
                self.posted = answer
                res.send_html("<form method=post>")  # what a browser posts is in `posted`
                return
            res.redirect(f"{asked['redirect_uri']}?{urlencode(answer)}", 302)

        @self.app.post("/token")
        async def token(req: Any, res: Any) -> None:
            self.asked["token"] += 1
            await asyncio.sleep(self.delay)
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
                if self.rotates_refresh_tokens:
                    self._tokens.discard(form["refresh_token"])
                await asyncio.to_thread(self.answers.wait, 30)
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
                "expires_in": self.expires_in,
            }
            if not self.rotates_refresh_tokens and form["grant_type"] == "refresh_token":
                del answer["refresh_token"]
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


class AnyHeader(JWSRegistry):
    """Signs with any header."""

    max_header_length = 100_000

    def check_header(self, header: Any) -> None:
        pass

    def get_alg(self, name: str) -> Any:
        return self.algorithms[name]


@cache
def rsa_key(number: int) -> bytes:
    """One of a few keys, as PEM: making one takes a tenth of a second."""
    return RSAKey.generate_key(2048).as_pem(private=True)


def half(value: str, algorithm: str) -> str:
    name = "sha512" if algorithm.startswith("Ed") else f"sha{algorithm[-3:]}"
    digest = hashlib.new(name, value.encode()).digest()
    return urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=").decode()


def half_free_hash(verifier: str) -> str:
    return urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def part(value: Any) -> str:
    return urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


class NoRedirects(HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


def at_the_provider(url: str) -> str:
    """What a browser is sent back to after having been at the provider."""
    try:
        build_opener(NoRedirects).open(Request(url), timeout=10)
    except HTTPError as answer:
        with answer:
            return answer.headers["Location"]
    raise AssertionError("no redirect")
