"""`Gate` and `Doorkeeper` on their own: what each kind of request is answered, to the header field."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from growler import App
from growler.testing import TestClient
from growler_ext.auth.demand import Demand
from growler_ext.auth.gate import Doorkeeper, Gate, close_nothing
from growler_ext.auth.login import NOBODY, AuthInfo
from growler_ext.auth.users import MemoryUser

PAGE = {"Accept": "text/html"}
ALICE = MemoryUser("alice", permissions=frozenset({"read", "write"}))
BY_PASSWORD = AuthInfo("password", amr=("pwd",))
CHALLENGES = ['Bearer realm="site"', "Basic"]


@dataclass
class Factor:
    name: str


def gate(*, login_url="/login", factors=("totp", "key")):
    return Gate(CHALLENGES, [Factor(name) for name in factors], login_url, "/auth", "/home")


def site(act, user=None, info=NOBODY):
    """An app whose every request is that user's and does `act(req, res)`."""
    app = App()

    @app.use
    def who(req, res):
        req.user, req.auth = user, info

    app.use(act)
    app.use(lambda req, res: res.send_text("admitted"))
    return app


def reply(act, user=None, info=NOBODY, *, method="GET", target="/there", headers=None):
    with TestClient(site(act, user, info)) as client:
        return client.request(method, target, headers=headers or {})


def admitted(demand, user=None, info=NOBODY, *, at=None, **options):
    """The answer, and what `admit` said."""
    said = []

    async def act(req, res):
        answer = (at or gate()).admit(req, res, demand)
        said.append(answer if isinstance(answer, bool) else await answer)

    return reply(act, user, info, **options), said


# Who may pass


def test_who_is_logged_in_may_pass_where_no_more_is_asked_for():
    answer, said = admitted(Demand(), ALICE, BY_PASSWORD)
    assert (answer.text, said) == ("admitted", [True])


def test_who_has_all_the_permissions_may_pass():
    assert admitted(Demand(frozenset({"read", "write"})), ALICE, BY_PASSWORD)[1] == [True]


@pytest.mark.parametrize("asynchronous", [False, True])
@pytest.mark.parametrize("allowed", [True, False])
def test_the_check_has_the_last_word(asynchronous, allowed):
    asked = []

    def check(req):
        asked.append(req.path)
        return allowed

    async def check_later(req):
        return check(req)

    demand = Demand(check=check_later if asynchronous else check)
    answer, said = admitted(demand, ALICE, BY_PASSWORD)
    assert asked == ["/there"]
    assert (answer.status, said) == ((200, [True]) if allowed else (403, []))


def test_the_check_is_not_asked_about_who_may_not_pass_anyway():
    asked = []
    admitted(Demand(frozenset({"root"}), check=asked.append), ALICE, BY_PASSWORD)
    assert asked == []


# Who may not


def test_a_page_that_nobody_may_see_leads_to_the_login_and_back():
    answer, said = admitted(Demand(), target="/there?a=1&b=%2F", headers=PAGE)
    assert (answer.status, said) == (303, [False])
    assert answer.headers["location"] == "/login?next=/there%3Fa%3D1%26b%3D%252F"
    assert answer.headers["cache-control"] == "no-store"
    assert "www-authenticate" not in answer.headers


def test_a_program_gets_401_with_all_challenges():
    answer, said = admitted(Demand())
    assert (answer.status, said) == (401, [False])
    assert answer.getall("www-authenticate") == CHALLENGES
    assert answer.json() == {"title": "Unauthorized", "status": 401, "detail": "Log in first."}


def test_where_there_is_no_login_page_a_browser_gets_401_too():
    assert admitted(Demand(), at=gate(login_url=None), headers=PAGE)[0].status == 401


@pytest.mark.parametrize(
    ("method", "query"), [("GET", "?next=/there"), ("HEAD", "?next=/there"), ("POST", ""), ("PUT", "")]
)
def test_only_what_can_be_asked_for_again_is_where_a_login_leads(method, query):
    answer, _ = admitted(Demand(), method=method, headers=PAGE)
    assert (answer.status, answer.headers["location"]) == (303, "/login" + query)


@pytest.mark.parametrize("target", ["/home", "//evil.example/"])
def test_a_login_leads_home_where_nothing_is_said(target):
    answer, _ = admitted(Demand(), target=target, headers=PAGE)
    assert answer.headers["location"] == "/login"


@pytest.mark.parametrize("demand", [Demand(within=10), Demand(methods=frozenset({"passkey"}))])
def test_who_is_logged_in_but_not_so_is_asked_once_more(demand):
    answer, said = admitted(demand, ALICE, BY_PASSWORD)
    assert (answer.status, said) == (401, [False])
    assert answer.json()["detail"] == "Log in once more."
    page, _ = admitted(demand, ALICE, BY_PASSWORD, headers=PAGE)
    assert (page.status, page.headers["location"]) == (303, "/login?next=/there")


def test_a_second_factor_is_asked_for_on_its_own_page():
    answer, said = admitted(Demand(mfa=True), ALICE, BY_PASSWORD, headers=PAGE)
    assert (answer.status, said) == (303, [False])
    assert answer.headers["location"] == "/auth/totp?next=/there"


def test_a_program_is_told_where_the_second_factor_is():
    answer, said = admitted(Demand(mfa=True), ALICE, BY_PASSWORD)
    assert (answer.status, said) == (401, [False])
    assert answer.getall("www-authenticate") == CHALLENGES
    assert answer.json()["detail"] == "A second factor is needed."
    assert answer.json()["second_factor"] == "/auth/totp"


def test_where_there_is_no_second_factor_to_give_one_logs_in_once_more():
    answer, _ = admitted(Demand(mfa=True), ALICE, BY_PASSWORD, at=gate(factors=()))
    assert (answer.status, answer.json()["detail"]) == (401, "Log in once more.")


@pytest.mark.parametrize("headers", [PAGE, {}])
def test_who_lacks_a_permission_is_told_so_and_not_asked_to_log_in(headers):
    answer, said = admitted(Demand(frozenset({"root"})), ALICE, BY_PASSWORD, headers=headers)
    assert (answer.status, said) == (403, [])
    assert "You are logged in, but not allowed to do this." in answer.text
    assert "www-authenticate" not in answer.headers


def test_a_credential_of_too_few_scopes_is_told_which_would_do():
    info = AuthInfo("bearer", scopes=frozenset({"read"}))
    answer, said = admitted(Demand(frozenset({"write", "read"})), ALICE, info)
    assert (answer.status, said) == (403, [])
    assert answer.headers["www-authenticate"] == 'Bearer error="insufficient_scope", scope="read write"'


# The whole site


class Open:
    """Takes /there for public or not, and knows which app asks."""

    def __init__(self, *public):
        self.public = public
        self.asked = []

    def is_open(self, app, head):
        self.asked.append((app, head.path))
        return head.path in self.public


def test_the_doorkeeper_closes_what_is_not_public():
    doors = Open(b"/there")
    keeper = Doorkeeper(gate(), doors)
    assert reply(keeper.close).text == "admitted"
    closed = reply(keeper.close, target="/else", headers=PAGE)
    assert closed.headers["location"] == "/login?next=/else"
    assert reply(keeper.close, target="/else").json()["detail"] == "Log in first."
    assert [path for _, path in doors.asked] == [b"/there", b"/else", b"/else"]
    assert all(isinstance(app, App) for app, _ in doors.asked)


def test_behind_a_public_route_it_is_closed_again_for_nobody():
    keeper = Doorkeeper(gate(), Open())
    assert reply(keeper.close_behind).status == 401
    assert reply(keeper.close_behind, ALICE, BY_PASSWORD).text == "admitted"


def test_an_answer_that_is_there_already_stays():
    keeper = Doorkeeper(gate(), Open())

    def act(req, res):
        res.send_text("public")
        keeper.close_behind(req, res)

    assert reply(act).text == "public"


def test_where_everything_is_open_nothing_is_closed():
    assert reply(close_nothing).text == "admitted"
