"""Signing in, being locked out, sessions that end, passwords that change."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import Client

from liaison.store import access_log, account_of, accounts_of, disable, reset_password
from liaison.web.limits import SIGN_IN

OLD, NEW = "a sentence to remember", "another one to keep in mind"
HOME = "/accounts/password"
"""A page that opens to whoever is signed in."""


def _post(client: Client, path: str, **data: str) -> Any:
    return client.post(path, data=data)


def _sign_in(client: Client, login: str = "office", password: str = OLD, **more: str) -> Any:
    return _post(client, "/accounts/sign-in", login=login, password=password, **more)


def _alert(answer: Any) -> str:
    """What stands above the form."""
    found = re.search(r'role="alert">\s*<p>(.*?)</p>', answer.text, re.DOTALL)
    return found[1] if found else ""


def _open(client: Client) -> bool:
    return client.get(HOME).status_code == 200


def test_who_signs_in_comes_to_the_page_asked_for(place: Any) -> None:
    client = place.app.test_client()
    turned_away = client.get(HOME)
    assert (turned_away.status_code, turned_away.location) == (302, "/accounts/sign-in?next=/accounts/password")
    form = client.get(turned_away.location)
    assert 'name="next" value="/accounts/password"' in form.text
    answer = _sign_in(client, next=HOME)
    assert (answer.status_code, answer.location) == (302, HOME)
    assert _open(client)


@pytest.mark.parametrize(
    "address", ["https://evil.example/", "//evil.example", "/\\evil.example", "/\t/evil.example", "/\n/evil", "evil"]
)
def test_nobody_is_sent_to_another_site(place: Any, address: str) -> None:
    assert _sign_in(place.app.test_client(), next=address).location == "/desk/"


def test_everybody_comes_home(place: Any) -> None:
    assert _sign_in(place.app.test_client(), login="economy").location == "/desk/"
    assert _sign_in(place.app.test_client(), login="company").location == "/"


def test_a_wrong_password_and_an_unknown_login_are_refused_alike(place: Any) -> None:
    client = place.app.test_client()
    wrong, unknown = _sign_in(client, password="not this one"), _sign_in(client, login="nobody")
    assert wrong.status_code == unknown.status_code == 401
    assert _alert(wrong) == _alert(unknown) != ""
    assert 'value="office"' in wrong.text, "what was typed stays"
    assert not _open(client)


def test_a_locked_account_says_until_when(place: Any) -> None:
    client = place.app.test_client()
    answers = [_sign_in(client, password="not this one") for _ in range(5)]
    assert "10:15" in answers[-1].text
    locked = _sign_in(client)
    assert locked.status_code == 401
    assert "2026年8月20日 10:15" in locked.text
    place.wait(minutes=16)
    assert _sign_in(client).status_code == 302


def test_a_login_nobody_has_is_locked_like_any_other(place: Any) -> None:
    said = []
    for login in ("office", "nobody"):
        client = place.app.test_client()
        answers = [_sign_in(client, login=login, password="not this one") for _ in range(6)]
        said.append([(answer.status_code, _alert(answer)) for answer in answers])
    assert "2026年8月20日 10:15" in said[0][-1][1]
    assert said[0] == said[1]


def test_too_many_tries_from_one_address_are_refused(place: Any) -> None:
    client = place.app.test_client()
    windows = place.app.extensions["liaison_limits"]
    for _ in range(SIGN_IN.times - 1):
        windows.count(SIGN_IN, "127.0.0.1", place.now.timestamp())
    assert _sign_in(client, login="nobody").status_code == 401
    assert _sign_in(client, login="nobody").status_code == 429
    place.wait(seconds=SIGN_IN.period.total_seconds())
    assert _sign_in(client).status_code == 302


def test_a_session_ends_when_nobody_is_there(place: Any) -> None:
    client = place.signed_in("office")
    place.wait(minutes=29)
    assert _open(client)
    place.wait(minutes=29)
    assert _open(client), "it was used in between"
    place.wait(minutes=31)
    assert not _open(client)


def test_a_session_ends_with_the_working_day(place: Any) -> None:
    client = place.signed_in("office")
    for _ in range(29):
        place.wait(minutes=25)
        _open(client)
    assert not _open(client)


def test_signing_out_ends_the_session(place: Any) -> None:
    client = place.signed_in("office")
    assert _post(client, "/accounts/sign-out").status_code == 302
    assert not _open(client)


def test_a_session_does_not_hand_on_what_it_held(place: Any) -> None:
    client = place.signed_in("office")
    with client.session_transaction() as session:
        session["entitled"] = {"record": 9e12}
        session["lang"] = "en"
    _sign_in(client, login="economy")
    with client.session_transaction() as session:
        assert "entitled" not in session
        assert session["lang"] == "en"


def test_a_changed_password_ends_the_other_sessions(place: Any) -> None:
    here, elsewhere = place.signed_in("office"), place.signed_in("office")
    assert _post(here, HOME, old=OLD, new=NEW, again=NEW).status_code == 302
    assert _open(here)
    assert not _open(elsewhere)
    assert _sign_in(elsewhere).status_code == 401
    assert _sign_in(elsewhere, password=NEW).status_code == 302


@pytest.mark.parametrize(
    ("old", "new", "again"),
    [
        ("not this one", NEW, NEW),
        (OLD, NEW, "a slip of the hand"),
        (OLD, "short", "short"),
        (OLD, "aaaaaaaaaaaa", "aaaaaaaaaaaa"),
        (OLD, OLD, OLD),
    ],
)
def test_a_password_that_cannot_be_taken_changes_nothing(place: Any, old: str, new: str, again: str) -> None:
    client = place.signed_in("office")
    answer = _post(client, HOME, old=old, new=new, again=again)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert _sign_in(place.app.test_client()).status_code == 302


def test_an_initial_password_must_be_changed_first(place: Any) -> None:
    with place.database.write() as connection:
        account = next(one for one in accounts_of(connection, "district") if one.login == "office")
        reset_password(connection, account.id, NEW, place.now)
    client = place.app.test_client()
    assert _sign_in(client, password=NEW).location.startswith(HOME)
    place.app.testing = True
    assert client.get("/accounts/password").status_code == 200
    with place.database.read() as connection:
        reread = account_of(connection, account.id, account.epoch + 1)
        assert reread is not None
        assert reread.must_change
    _post(client, HOME, old=NEW, new=OLD, again=OLD)
    with place.database.read() as connection:
        changed = account_of(connection, account.id, account.epoch + 2)
        assert changed is not None
        assert not changed.must_change


def test_a_disabled_account_is_out_at_once(place: Any) -> None:
    client = place.signed_in("office")
    with place.database.write() as connection:
        account = next(one for one in accounts_of(connection, "district") if one.login == "office")
        disable(connection, account.id)
    assert not _open(client)
    assert _sign_in(client).status_code == 401


def test_who_signed_in_is_on_file(place: Any) -> None:
    client = place.signed_in("office")
    _post(client, HOME, old=OLD, new=NEW, again=NEW)
    _post(client, "/accounts/sign-out")
    with place.database.read() as connection:
        lines = access_log(connection, "district")
    assert [(line.what, line.person, line.address) for line in reversed(lines)] == [
        ("sign_in", "office", "127.0.0.1"),
        ("password_changed", "office", "127.0.0.1"),
        ("sign_out", "office", "127.0.0.1"),
    ]


def test_a_form_without_its_token_is_refused(place: Any) -> None:
    app: Flask = place.app
    app.config["WTF_CSRF_ENABLED"] = True
    assert _sign_in(app.test_client()).status_code == 400
