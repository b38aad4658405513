"""Attacks on sessions over sockets, against a process of its own for each kind of store.

Those that are made of cookies are in test_cookie_attacks_from_outside; what takes a clock, a broken store or a look
into the store is in test_attacks, test_broken_record, test_broken_store and test_renewal.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

import pytest
from session.outside import IN_COOKIES, Answer, Browser

from growler_ext.session.ids import new_id


@pytest.fixture
def victim(browser: Browser) -> Browser:
    browser.do("set:mine:1")
    return browser


def at_once(acts: Sequence[Callable[[], Answer]]) -> list[Answer]:
    answers: dict[int, Answer] = {}

    def run(number: int) -> None:
        answers[number] = acts[number]()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [answers[number] for number in range(len(acts))]


# Logging in and out


def test_fixation_a_planted_session_is_worthless_after_the_login(on_the_server):
    attacker = on_the_server.another()
    attacker.do("set:planted:1")
    victim = on_the_server.with_cookies(**attacker.cookies)
    victim.do("bind:victim")
    assert victim.do("user") == ["victim"]
    assert attacker.do("user", "keys") == [None, []]


def test_a_slow_write_does_not_revive_a_session_that_was_logged_out(on_the_server):
    on_the_server.do("set:k:v")
    slow = on_the_server.with_cookies(**on_the_server.cookies)
    copy = on_the_server.with_cookies(**on_the_server.cookies)

    def log_out() -> Answer:
        assert on_the_server.do("wait:0.2") == [None]
        return on_the_server.ask("/plain/", "destroy")

    written, _ = at_once([lambda: slow.ask("/plain/", "get:k", "wait:0.6", "set:late:1"), log_out])
    assert (written.status, written.values) == (200, ["v", None, None])
    (line,) = written.set_cookie
    assert "Max-Age=0" in line
    assert copy.do("keys") == [[]]


def test_requests_under_way_do_not_bring_back_what_was_revoked(on_the_server):
    user = "user-" + new_id()
    devices = [on_the_server.another() for _ in range(3)]
    for device in devices:
        device.do(f"bind:{user}")
    copies = [device.with_cookies(**device.cookies) for device in devices]
    writers = [device.with_cookies(**device.cookies) for device in devices for _ in range(3)]

    def revoke() -> Answer:
        on_the_server.do("wait:0.2")
        return on_the_server.ask("/plain/", f"revoke:{user}")

    *written, revoked = at_once(
        [*(lambda one=one: one.ask("/plain/", "user", "wait:0.6", "set:late:1") for one in writers), revoke]
    )
    assert revoked.values == [3]
    assert {(answer.status, answer.values[0]) for answer in written} == {(200, user)}
    assert on_the_server.do(f"sessions:{user}") == [0]
    assert [copy.do("user", "keys") for copy in copies] == [[None, []]] * 3


def test_of_a_write_and_a_new_id_at_once_neither_undoes_the_other(on_the_server):
    on_the_server.do("set:k:v")
    slow = on_the_server.with_cookies(**on_the_server.cookies)

    def renew() -> Answer:
        on_the_server.do("wait:0.2")
        return on_the_server.ask("/plain/", "regenerate")

    written, _ = at_once([lambda: slow.ask("/plain/", "get:k", "wait:0.6", "set:late:1"), renew])
    assert (written.status, written.set_cookie) == (200, [])
    assert on_the_server.do("keys") == [["k"]]


def test_two_hundred_requests_at_once_that_set_a_key_each_all_win(on_the_server):
    on_the_server.do("set:first:1")
    cookies = on_the_server.cookies
    answers = at_once(
        [
            lambda number=number: on_the_server.with_cookies(**cookies).ask(
                "/plain/", "get:first", "wait:0.5", f"set:k{number}:1"
            )
            for number in range(200)
        ]
    )
    assert {(answer.status, answer.body) for answer in answers} == {(200, b'["1",null,null]')}
    assert set(on_the_server.do("keys")[0]) == {"first", *(f"k{number}" for number in range(200))}


def test_of_two_requests_that_append_to_the_same_list_the_last_wins(browser):
    """What is saved is the key, as a whole: the README says so, and what to do."""
    browser.do("nested")
    cookies = browser.cookies

    def slow() -> Answer:
        return browser.with_cookies(**cookies).ask("/plain/", "get:user", "wait:0.4", "nested")

    first, second = at_once([slow, slow])
    assert (first.status, second.status) == (200, 200)
    assert browser.do("get:user")[0]["cookie"] in ((1, 2) if browser.kind in IN_COOKIES else (2, 3))


def test_twenty_first_requests_that_only_read_get_no_cookies(browser):
    strangers = [browser.another() for _ in range(20)]
    answers = at_once([lambda one=one: one.ask("/plain/", "keys", "wait:0.1") for one in strangers])
    assert [answer.set_cookie for answer in answers] == [[]] * 20


# Time, errors, names


def test_idleness_ends_it_whatever_the_client_does_with_its_cookie(browser):
    browser.ask("/idle/", "set:k:v")
    idle = browser.with_cookies(idle_sid=browser.cookies["idle-sid"])
    assert idle.ask("/idle/", "keys").values == [["k"]]
    idle.do("wait:0.8")  # elsewhere
    assert idle.ask("/idle/", "keys").values == [[]]


def test_what_json_does_not_have_is_a_500_before_anything_is_sent(browser):
    answer = browser.ask("/plain/", "set:k:v", "unjson:tags")
    assert (answer.status, answer.set_cookie) == (500, [])
    assert b"tags" not in answer.body
    assert browser.do("keys") == [[]]


def test_neither_id_nor_values_are_shown(browser):
    browser.do("set:k:hidden-value")
    (shown,) = browser.do("shown")
    assert "hidden-value" not in shown
    assert browser.cookies["plain-sid"] not in shown


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "GET", "POST"])
@pytest.mark.parametrize("target", ["/plain/", "/nowhere", "/elsewhere"])
def test_what_does_not_touch_it_gets_no_cookie(victim, method, target):
    assert victim.ask(target, method=method).set_cookie == []


def test_the_backlog_of_messages_is_bounded(browser):
    for start in range(0, 25, 5):
        browser.do(*(f"flash:m{number}" for number in range(start, start + 5)))
    (messages,) = browser.do("flashes")
    assert [message for message, _ in messages] == [f"m{number}" for number in range(5, 25)]


def test_the_path_of_another_does_not_reach_it(browser):
    browser.ask("/area/inner/", "set:k:v")
    assert "area-sid" in browser.cookies
    for path in ("/area/innermost", "/area/inne", "/area/inner.html"):
        assert browser.ask(path, "set:k:other").set_cookie == []
    assert browser.ask("/area/inner", "get:k").values == ["v"]
