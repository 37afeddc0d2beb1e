"""Accounts and grants: passwords shown once, and roles that open what they say."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from harness.cast import PASSWORD
from liaison.store import Account, access_log, accounts_of, add_account, add_person, sign_in


def account(place: Any, login: str) -> str:
    with place.database.read() as connection:
        return next(one.id for one in accounts_of(connection, "district") if one.login == login)


def shown(page: str) -> str:
    found = re.search(r"<output>([^<]+)</output>", page)
    assert found is not None, page
    return found[1]


def test_a_password_is_shown_once_and_must_be_changed(place: Any) -> None:
    client = place.signed_in("keeper")
    page = client.post("/admin/accounts/", data={"login": "Newcomer", "name": "新人"})
    password = shown(page.text)
    assert "no-store" in page.headers["Cache-Control"]
    assert password not in client.get("/admin/accounts/").text
    signed_in = sign_in(place.database, "newcomer", password, place.now)
    assert isinstance(signed_in, Account)
    assert signed_in.must_change
    assert signed_in.name == "新人"
    with place.database.read() as connection:
        line = access_log(connection, "district")[0]
    assert line.what == "account_added"
    assert password not in str(line.detail)


@pytest.mark.parametrize(
    "typed",
    [
        {"login": "office", "name": "新人"},
        {"login": "OFFICE", "name": "新人"},
        {"login": "", "name": "新人"},
        {"login": "two words", "name": "新人"},
        {"login": "new"},
        {"login": "new", "person": "office", "name": "新人"},
        {"login": "new", "person": "nobody"},
    ],
    ids=lambda typed: ",".join(f"{key}={value}" for key, value in typed.items()),
)
def test_an_account_that_cannot_be_is_not_added(place: Any, typed: dict[str, str]) -> None:
    client = place.signed_in("keeper")
    with place.database.read() as connection:
        before = len(accounts_of(connection, "district"))
    answer = client.post("/admin/accounts/", data=typed)
    assert answer.status_code == 422
    assert typed["login"] in answer.text
    with place.database.read() as connection:
        assert len(accounts_of(connection, "district")) == before


def test_resetting_ends_sessions_and_takes_the_lock_off(place: Any) -> None:
    office = place.signed_in("office")
    for _ in range(5):
        sign_in(place.database, "office", "wrong wrong wrong", place.now)
    client = place.signed_in("keeper")
    assert "已锁定" in client.get("/admin/accounts/").text
    assert "锁定" in client.get("/admin/").text
    password = shown(client.post(f"/admin/accounts/{account(place, 'office')}/reset").text)
    assert "已锁定" not in client.get("/admin/accounts/").text
    assert office.get("/desk/", follow_redirects=False).status_code in (302, 308)
    assert isinstance(sign_in(place.database, "office", password, place.now), Account)


def test_a_disabled_account_does_not_sign_in_until_it_is_enabled(place: Any) -> None:
    client = place.signed_in("keeper")
    address = f"/admin/accounts/{account(place, 'office')}/disable"
    client.post(address, data={"disabled": "1"})
    assert not isinstance(sign_in(place.database, "office", "a sentence to remember", place.now), Account)
    client.post(address, data={"disabled": "0"})
    assert isinstance(sign_in(place.database, "office", "a sentence to remember", place.now), Account)


def test_nobody_disables_or_resets_himself(place: Any) -> None:
    client = place.signed_in("keeper")
    mine = account(place, "keeper")
    assert client.get(f"/admin/accounts/{mine}").status_code == 200
    assert client.post(f"/admin/accounts/{mine}/disable", data={"disabled": "1"}).status_code == 403
    assert client.post(f"/admin/accounts/{mine}/reset").status_code == 403
    assert client.post("/admin/accounts/nothing/reset").status_code == 404


def test_a_grant_opens_on_its_days_and_ends(place: Any) -> None:
    client = place.signed_in("keeper")
    given = {
        "person": "office", "role": "auditor", "on": "organisation:district",
        "first_day": place.now.date().isoformat(), "last_day": "",
    }  # fmt: skip
    office = place.signed_in("office")
    assert office.get("/admin/audit/").status_code == 403
    assert client.post("/admin/grants/", data=given).status_code == 302
    assert office.get("/admin/audit/").status_code == 200
    page = client.get("/admin/grants/").text
    id_ = re.findall(r"/admin/grants/(\d+)/end", page)[0]
    client.post(f"/admin/grants/{id_}/end", data={"until": (place.now - timedelta(days=1)).date().isoformat()})
    assert office.get("/admin/audit/").status_code == 200, "it cannot end before it began"
    client.post(f"/admin/grants/{id_}/end", data={"until": place.now.date().isoformat()})
    place.now += timedelta(days=1)
    assert place.signed_in("office").get("/admin/audit/").status_code == 403
    assert "审计员" in place.signed_in("keeper").get("/admin/grants/").text, "it stays on file"


@pytest.mark.parametrize(
    "wrong",
    [{"person": "keeper"}, {"role": "king"}, {"on": "organisation:city"}, {"last_day": "2020-01-01"}, {"person": ""},
     {"on": "unit:{installation}/tax"}, {"role": "auditor", "on": "installation:{installation}"},
     {"role": "reader", "on": "unit:{installation}/moon"}],
    ids=str,
)  # fmt: skip
def test_a_grant_that_may_not_be_is_not_given(place: Any, wrong: dict[str, str]) -> None:
    client = place.signed_in("keeper")
    wrong = {key: value.format(installation=place.installation) for key, value in wrong.items()}
    given = {"person": "office", "role": "configurer", "on": "organisation:district", "first_day": "2026-01-01"}
    assert client.post("/admin/grants/", data=given | wrong).status_code == 422
    assert place.signed_in("office").get("/admin/mechanisms/").status_code == 403


def test_a_grant_to_read_a_unit_opens_what_the_unit_has_a_part_in(place: Any) -> None:
    record = place.assigned()
    with place.database.write() as connection:
        add_person(connection, "district", "示例督查员", id_="inspector")
        add_account(connection, "district", "inspector", "inspector", PASSWORD, place.now)
    keeper, inspector = place.signed_in("keeper"), place.signed_in("inspector")
    assert inspector.get(f"/desk/records/{record}").status_code == 403
    for unit, status in (("tax", 403), ("economy", 200)):
        given = {"person": "inspector", "role": "reader", "on": f"unit:{place.installation}/{unit}", "first_day": ""}
        assert keeper.post("/admin/grants/", data=given).status_code == 302
        assert inspector.get(f"/desk/records/{record}").status_code == status, "rosters that are kept follow at once"
    assert inspector.get("/admin/").status_code == 403, "it opens nothing else"
    assert "区经济促进局" in keeper.get("/admin/grants/").text
