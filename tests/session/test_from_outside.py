"""What users of express-session, cookie-session, starsessions and cookie-parser rely on: a process of its own for each
kind of store, asked over sockets.

What they rely on and do not find is told in the README, under "Coming from express-session or starsessions".
"""

from __future__ import annotations

import threading
from email.utils import parsedate_to_datetime

import pytest
from session.outside import IN_COOKIES, Answer

from support.redis_server import wait_until

# A session comes to be, and is found again


def test_it_is_created_when_something_is_put_in_and_found_by_its_cookie(browser):
    answer = browser.ask("/plain/", "incr:n")
    assert (answer.values, len(answer.set_cookie)) == ([1], 1)
    assert browser.do("incr:n", "incr:n") == [2, 3]
    assert browser.another().do("get:n") == [None]


def test_two_clients_get_two_sessions(browser):
    other = browser.another()
    browser.do("set:who:one")
    other.do("set:who:two")
    assert browser.cookies != other.cookies
    assert (browser.do("get:who"), other.do("get:who")) == (["one"], ["two"])


@pytest.mark.parametrize(
    "words", [(), ("get:n",), ("keys", "id", "flashes"), ("clear",), ("destroy",), ("regenerate",)]
)
def test_one_that_nothing_was_put_in_sends_no_cookie(browser, words):
    assert browser.ask("/plain/", *words).set_cookie == []


@pytest.mark.parametrize("value", ["session_id", "bogus", "", "s%3Aapple.D8Y", "V" * 43, '"', "../../etc"])
def test_a_cookie_that_nobody_gave_out_is_an_empty_session(browser, value):
    stranger = browser.with_cookies(plain_sid=value)
    assert stranger.ask("/plain/", "keys", "new").values == [[], True]
    assert stranger.ask("/plain/", "clear").set_cookie == []
    stranger.do("set:k:v")
    assert stranger.cookies["plain-sid"] != value
    assert stranger.do("get:k") == ["v"]


def test_a_cookie_that_was_changed_is_an_empty_session(browser):
    browser.do("set:k:v")
    good = browser.cookies["plain-sid"]
    for bad in (
        good[:-1],
        good + "3",
        good[5:],
        good.swapcase(),
        good[:9] + ("A" if good[9] != "A" else "B") + good[10:],
    ):
        assert browser.with_cookies(plain_sid=bad).do("keys") == [[]]
    assert browser.do("keys") == [["k"]]


@pytest.mark.parametrize(
    "key",
    [
        "save",
        "cookie",
        "id",
        "regenerate",
        "reload",
        "destroy",
        "touch",
        "__metadata__",
        "__class__",
        "keys",
        "_access",
    ],
)
def test_no_name_is_reserved(browser, key):
    browser.do(f"set:{key}:mine")
    assert browser.do("keys", f"get:{key}", "set:other:1", "incr:n") == [[key], "mine", None, 1]
    assert browser.do("keys") == [sorted([key, "other", "n"])]


def test_any_text_is_a_value(browser):
    text = 'a;b,c"d\\e=f ä€😀\r\nSet-Cookie: evil=1\0'
    browser.ask("/plain/", f"set:k:{text}")
    assert browser.do("get:k") == [text]
    assert "evil" not in browser.cookies


def test_changes_inside_of_values_are_saved(browser):
    browser.do("nested")
    browser.do("nested")
    assert browser.do("get:user") == [{"cookie": 2, "tags": ["x", "x"]}]


# It is saved when the client has the answer


@pytest.mark.parametrize("answer", ["json", "empty", "nothing", "stream", "redirect"])
def test_it_is_saved_before_the_answer_is_over(browser, answer):
    for count in (1, 2, 3):
        browser.ask("/plain/", "incr:n", answer=answer)
        assert browser.do("get:n") == [count]


@pytest.mark.parametrize("method", ["HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"])
def test_every_method_can_change_it(browser, method):
    assert len(browser.ask("/plain/", f"set:by:{method}", method=method).set_cookie) == 1
    assert browser.do("get:by") == [method]


def test_a_redirect_carries_the_cookie(browser):
    answer = browser.ask("/plain/", "set:k:v", "cookie:other:1", answer="redirect")
    assert (answer.status, len(answer.set_cookie)) == (302, 2)
    assert browser.do("get:k") == ["v"]


@pytest.mark.parametrize("status", ["200", "201", "400", "404", "422"])
def test_answers_below_500_are_saved(browser, status):
    browser.ask("/plain/", "set:k:v", status=status)
    assert browser.do("get:k") == ["v"]


@pytest.mark.parametrize(
    ("words", "query"), [(["fail"], {}), ([], {"status": "500"}), ([], {"status": "503"})]
)
def test_a_server_error_saves_nothing(browser, words, query):
    assert browser.ask("/plain/", "set:k:v", *words, **query).set_cookie == []
    browser.do("set:k:old")
    assert browser.ask("/plain/", "set:k:new", *words, **query).status >= 500
    assert browser.do("get:k") == ["old"]


def test_a_client_error_that_is_raised_saves(browser):
    assert browser.ask("/plain/", "set:k:v", "refuse").status == 403
    assert browser.do("get:k") == ["v"]


def test_save_stores_at_once_and_once(browser):
    answer = browser.ask("/plain/", "set:k:v", "save", "save")
    assert len(answer.set_cookie) == 1
    assert browser.do("get:k") == ["v"]


def test_rollback_forgets(browser):
    browser.do("set:k:old")
    browser.do("set:k:new", "incr:n", "rollback")
    assert browser.do("get:k", "keys") == ["old", ["k"]]


# It ends


def test_destroy_clears_the_cookie_and_the_data(browser):
    browser.do("set:k:v")
    (line,) = browser.ask("/plain/", "destroy").set_cookie
    assert "Max-Age=0" in line
    assert browser.cookies == {}
    assert browser.do("keys") == [[]]


def test_the_cookie_of_a_destroyed_session_is_worth_nothing(on_the_server):
    on_the_server.do("set:k:v")
    copy = on_the_server.with_cookies(plain_sid=on_the_server.cookies["plain-sid"])
    on_the_server.do("destroy")
    assert copy.do("keys") == [[]]
    copy.do("set:k:new")
    assert on_the_server.do("keys") == [[]]


def test_to_destroy_one_and_begin_another_is_one_cookie(browser):
    browser.do("set:k:v")
    (line,) = browser.ask("/plain/", "destroy", "set:left:1").set_cookie
    assert "Max-Age=0" not in line
    assert browser.do("keys") == [["left"]]


@pytest.mark.parametrize(("word", "stays"), [("regenerate", ["k"]), ("begin-anew", [])])
def test_a_new_id_keeps_the_data_unless_it_is_to_begin_anew(browser, word, stays):
    browser.do("set:k:v")
    (before,) = browser.do("id")
    browser.do(word, "set:more:1")
    ((after,), (keys,)) = browser.do("id"), browser.do("keys")
    assert after != before
    assert keys == [*stays, "more"]


def test_the_old_id_is_dead(on_the_server):
    on_the_server.do("set:k:v")
    old = on_the_server.with_cookies(plain_sid=on_the_server.cookies["plain-sid"])
    on_the_server.do("regenerate")
    assert old.do("keys") == [[]]
    assert on_the_server.do("keys") == [["k"]]


def test_an_expired_session_is_empty_and_gets_another_id(browser):
    browser.ask("/short/", "set:k:v")
    (first,) = browser.ask("/short/", "id").values
    late = browser.with_cookies(short_sid=browser.cookies["short-sid"])
    wait_until(lambda: late.ask("/short/", "keys").values == [[]])
    late.ask("/short/", "set:k:new")
    assert late.ask("/short/", "get:k", "id").values[0] == "new"
    assert late.ask("/short/", "id").values != [first]


def test_its_end_is_told(browser):
    assert browser.do("expires") == [None]
    browser.do("set:k:v")
    answer = browser.ask("/plain/", "expires")
    asked = parsedate_to_datetime(answer.headers["Date"]).timestamp()
    assert asked + 1209600 - 60 < answer.values[0] <= asked + 1209600 + 2


def test_clear_empties_it_and_it_goes_on(browser):
    browser.do("set:k:v", "incr:n")
    browser.do("clear")
    assert browser.do("keys") == [[]]
    browser.do("set:k:again")
    assert browser.do("get:k") == ["again"]


# Users and messages


def test_a_login_gives_a_new_id_and_keeps_the_data(browser):
    browser.do("set:cart:book")
    (before,) = browser.do("id")
    browser.do("bind:alice")
    assert browser.do("user", "get:cart") == ["alice", "book"]
    assert browser.do("id") != [before]


def test_assigning_the_user_key_is_a_login(browser):
    browser.ask("/user/", "set:cart:book")
    before = browser.ask("/user/", "id").values
    browser.ask("/user/", "set:user_id:alice")
    assert browser.ask("/user/", "user", "get:cart").values == ["alice", "book"]
    assert browser.ask("/user/", "id").values != before


def test_a_refused_login_is_none(browser):
    browser.do("set:k:v")
    browser.ask("/plain/", "bind:alice", "refuse")
    assert browser.do("user", "get:k") == [None, "v"]


def test_messages_are_read_once(browser):
    browser.do("flash:one", "flash:two")
    assert browser.do("keys", "flashes") == [[], [["one", "info"], ["two", "info"]]]
    assert browser.do("flashes") == [[]]


# What does not fit, and what meets


def test_what_does_not_fit_into_a_cookie_is_a_500_and_leaves_the_cookie(browser):
    browser.do("set:k:v")
    answer = browser.ask("/plain/", "fill:1000000", "incr:n", "flash:x")
    if browser.kind in IN_COOKIES:
        assert (answer.status, answer.set_cookie) == (500, [])
        assert browser.do("keys") == [["k"]]
    else:
        assert answer.status == 200
        assert browser.do("keys") == [["big", "k", "n"]]


def test_requests_that_meet_keep_each_others_keys(on_the_server):
    on_the_server.do("set:first:1")
    answers: list[int] = []

    def ask(number: int) -> None:
        one = on_the_server.with_cookies(**on_the_server.cookies)
        answers.append(one.ask("/plain/", "keys", "wait:0.2", f"set:k{number}:1").status)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [200] * 20
    assert on_the_server.do("keys") == [sorted(["first", *(f"k{number}" for number in range(20))])]


def test_a_slow_reader_undoes_nothing(browser):
    browser.do("set:k:old")
    slow = browser.with_cookies(**browser.cookies)
    answers: list[Answer] = []
    thread = threading.Thread(target=lambda: answers.append(slow.ask("/plain/", "get:k", "wait:0.3")))
    thread.start()
    browser.do("set:k:new")
    thread.join()
    assert (answers[0].set_cookie, browser.do("get:k")) == ([], ["new"])
