"""The contract of methods, run over every method of ours and one of a third party."""

from __future__ import annotations

from base64 import b64encode

import pytest
from passlib.totp import TOTP as Generator

from growler_ext.auth import (
    TOTP,
    Accepted,
    ApiKey,
    Basic,
    Bearer,
    GitHub,
    KeyRecord,
    MagicLink,
    MemoryPasskeys,
    MemorySecrets,
    MemoryUsers,
    Passkey,
    Password,
    PasswordHasher,
    Rejected,
    new_key,
)
from growler_ext.auth.method import NOT_MINE
from growler_ext.auth.testing import MethodContract
from support.openid_login import BASE, back, begin, openid

CHEAP = PasswordHasher(memory_kib=8, rounds=1)


class WithPasswords(MethodContract):
    def make_users(self):
        users = MemoryUsers(hasher=CHEAP)
        users.add("alice", password="correct horse")
        users.add("bob", password="battery staple")
        return users


class TestPassword(WithPasswords):
    def make_method(self):
        return Password(hasher=CHEAP)

    def log_in(self, client, auth):
        client.post("/auth/login", form={"username": "alice", "password": "correct horse"})
        return True


def basic(text: str) -> dict[str, str]:
    return {"Authorization": "Basic " + b64encode(text.encode()).decode()}


class TestBasic(WithPasswords):
    def make_method(self):
        return Basic(hasher=CHEAP)

    def credential(self, auth):
        return basic("alice:correct horse")

    def bad_credentials(self, auth):
        return [
            basic("alice:wrong"),
            basic("nobody:x"),
            basic("alice"),
            basic(":"),
            {"Authorization": "Basic ?"},
        ]


class TestBearer(MethodContract):
    def make_method(self):
        return Bearer(audience="demo", key="k" * 32)

    def credential(self, auth):
        return {"Authorization": "Bearer " + auth["bearer"].issue(self.users.get("alice"))}

    def bad_credentials(self, auth):
        token = auth["bearer"].issue(self.users.get("alice"))
        late = auth["bearer"].issue(self.users.get("alice"), ttl=-3600)
        return [{"Authorization": f"Bearer {text}"} for text in (token[:-2], late, token + "A", "a.b.c")]


class TestApiKey(MethodContract):
    def make_method(self):
        self.key, self.gone = new_key(), new_key()
        return ApiKey({self.key.digest: KeyRecord("alice")}.get)

    def credential(self, auth):
        return {"Authorization": f"Bearer {self.key.text}"}

    def bad_credentials(self, auth):
        return [{"Authorization": f"Bearer {text}"} for text in (self.gone.text, self.key.text[:-1], "gr_")]


class TestMagicLink(MethodContract):
    def make_users(self):
        users = super().make_users()
        users._emails["alice@example.org"] = "alice"
        return users

    def make_method(self):
        self.sent = []

        async def send(address, link, code):
            self.sent.append((link, code))

        return MagicLink(send)


class TestPasskey(MethodContract):
    def make_method(self):
        return Passkey("Contract", MemoryPasskeys())


class TestTOTP(WithPasswords):
    def companions(self):
        return [Password(hasher=CHEAP)]

    def make_method(self):
        totp = TOTP("Contract", store := MemorySecrets())
        self.enrolment = totp.enrol(MemoryUsers().add("alice"))
        self.store = store
        return totp

    def log_in(self, client, auth):
        self.store.set(self.users.get("alice"), self.enrolment.kept)
        client.post("/auth/login", form={"username": "alice", "password": "correct horse"})
        assert client.get("/me").status == 401, "one factor is not enough"
        code = Generator.from_uri(self.enrolment.uri).generate().token
        client.post("/auth/totp", form={"code": code})
        return True


class TestOIDC(MethodContract):
    @pytest.fixture(autouse=True)
    def _its_provider(self, provider):
        self.provider = provider

    def make_users(self):
        users = super().make_users()
        users._emails["alice@example.org"] = "alice"
        return users

    def make_method(self):
        return openid(self.provider)

    def options(self):
        return {**super().options(), "base_url": BASE}

    def log_in(self, client, auth):
        back(client, begin(client))
        return True


class TestOAuth(MethodContract):
    def make_method(self):
        return GitHub("id", "secret")


class TestMethodOfAThirdParty(MethodContract):
    def make_method(self):
        return Ticket()

    def credential(self, auth):
        return {"Authorization": "Ticket of-alice"}

    def bad_credentials(self, auth):
        return [{"Authorization": f"Ticket {text}"} for text in ("of-nobody", "x" * 9000)]


class Ticket:
    name = "ticket"
    challenge = "Ticket"
    users = None

    def wire(self, services):
        self.users = services.users
        return [] if hasattr(services.users, "get") else ["Ticket asks users.get(id): Auth(..., users=...)"]

    def authenticate(self, req):
        scheme, _, ticket = (req.get("authorization") or "").partition(" ")
        if scheme != "Ticket":
            return NOT_MINE
        user = self.users.get("alice") if ticket == "of-alice" else None
        return Accepted(user) if user is not None else Rejected("no such ticket")


# The suite itself: it has to notice mistakes.


class FallsThrough(Ticket):
    def authenticate(self, req):
        outcome = super().authenticate(req)
        return NOT_MINE if isinstance(outcome, Rejected) else outcome

    challenge = None

    def routes(self):
        return []


class TellsSecrets(Ticket):
    def authenticate(self, req):
        outcome = super().authenticate(req)
        return Rejected(req.get("authorization")) if isinstance(outcome, Rejected) else outcome


class Unescaped(Ticket):
    def form(self, prefix, next_url, failed):
        return f'<a href="{prefix}?next={next_url}">Ticket</a>'


class Fails(Ticket):
    def authenticate(self, req):
        return super().authenticate(req) if (req.get("authorization") or "x ").index(" ") else NOT_MINE


@pytest.mark.parametrize(
    ("mistaken", "test"),
    [
        (FallsThrough, "test_a_bad_credential_is_refused_and_never_falls_through"),
        (TellsSecrets, "test_a_bad_credential_is_refused_and_never_falls_through"),
        (Unescaped, "test_its_part_of_the_login_page_is_escaped"),
        (Fails, "test_junk_is_no_error_of_the_server"),
    ],
)
def test_the_suite_notices(mistaken, test):
    class Run(TestMethodOfAThirdParty):
        def make_method(self):
            return mistaken()

    with pytest.raises(AssertionError):
        getattr(Run(), test)()
