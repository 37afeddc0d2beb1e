"""Every page asks for its role, on what the grant reaches, on the day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from werkzeug.routing import IntegerConverter
from werkzeug.test import Client

from harness.cast import PASSWORD
from liaison.definitions import read_package
from liaison.store import add_account, add_person, grant, install, publish
from liaison.web import create_app
from liaison_admin import create_site

SECTIONS = {
    "configurer": ("mechanisms", "roster", "parties", "calendars"),
    "security": ("organisations", "accounts", "grants"),
    "auditor": ("audit",),
}
PEOPLE = {"configurer": "config", "security": "keeper", "auditor": "auditor"}


def addresses(place: Any) -> list[tuple[str, str]]:
    """Every (method, address) of the administration, with something in the place of each argument."""
    found = []
    with place.app.test_request_context():
        for rule in place.app.url_map.iter_rules():
            if rule.rule.startswith("/admin/") and rule.endpoint != "liaison_admin.static":
                given = {
                    name: 1 if isinstance(rule._converters[name], IntegerConverter) else "x" for name in rule.arguments
                }
                address = place.app.url_map.bind("localhost").build(rule.endpoint, given)
                found += [(method, address) for method in sorted(rule.methods & {"GET", "POST"})]
    return found


def test_there_are_pages(place: Any) -> None:
    assert len(addresses(place)) > 40


def test_nobody_comes_in_without_signing_in(place: Any) -> None:
    client = place.app.test_client()
    for method, address in addresses(place):
        answer = client.open(address, method=method)
        if method == "GET":
            assert (answer.status_code, answer.location[:17]) == (302, "/accounts/sign-in"), address
        else:
            assert answer.status_code == 401, address


def test_staff_without_a_role_is_turned_away(place: Any) -> None:
    client = place.signed_in("office")
    assert {client.open(address, method=method).status_code for method, address in addresses(place)} == {403}


@pytest.mark.parametrize("role", SECTIONS)
def test_a_role_opens_its_own_sections(place: Any, role: str) -> None:
    client = place.signed_in(PEOPLE[role])
    for each, sections in SECTIONS.items():
        for section in sections:
            status = client.get(f"/admin/{section}/", follow_redirects=True).status_code
            assert status == (200 if each == role else 403), section


def test_without_a_token_nothing_is_written(place: Any) -> None:
    place.app.config["WTF_CSRF_ENABLED"] = False
    client = place.signed_in("keeper")
    place.app.config["WTF_CSRF_ENABLED"] = True
    assert client.post("/admin/grants/", data={"person": "office"}).status_code == 400


def test_the_static_files_open_to_all(place: Any) -> None:
    with place.app.test_client().get("/admin/static/admin.css") as answer:
        assert answer.status_code == 200


def test_no_page_of_flask_admin_itself_is_served(place: Any) -> None:
    assert "admin.static" not in {rule.endpoint for rule in place.app.url_map.iter_rules()}
    assert "administration.static" not in {rule.endpoint for rule in place.app.url_map.iter_rules()}


def test_the_administration_is_mounted_and_not_part_of_the_web_room() -> None:
    config = {"SECRET_KEY": "test"}
    mine = {rule.rule for rule in create_site(config).url_map.iter_rules()}
    theirs = {rule.rule for rule in create_app(config).url_map.iter_rules()}
    assert {rule for rule in mine - theirs if not rule.startswith("/admin/")} == set()


def _neighbour(place: Any) -> str:
    """The scheme set up next door; the installation."""
    with place.database.write() as connection:
        digest = publish(connection, read_package("shunde"), "seed", place.now)
        return install(connection, "other", digest, "seed", place.now)


def test_a_grant_does_not_reach_next_door(place: Any) -> None:
    other = _neighbour(place)
    client = place.signed_in("config")
    assert client.get(f"/admin/mechanisms/installations/{place.installation}").status_code == 200
    assert client.get(f"/admin/mechanisms/installations/{other}").status_code == 403
    assert client.post(f"/admin/mechanisms/installations/{other}/force", data={"in_force": "0"}).status_code == 403
    assert client.get(f"/admin/roster/{other}/").status_code == 403
    assert client.get("/admin/roster/nothing/").status_code == 404
    client.get("/admin/organisation/other")
    assert "邻区" not in client.get("/admin/calendars/").text


def _newcomer(place: Any, on_kind: Any, on_id: str, **days: date) -> Client:
    with place.database.write() as connection:
        add_person(connection, "district", "新人", id_="new")
        add_account(connection, "district", "new", "new", PASSWORD, place.now)
        grant(connection, "new", "configurer", on_kind, on_id, "seed", organisation="district", **days)
    client: Client = place.signed_in("new")
    return client


def test_a_grant_on_a_mechanism_opens_what_concerns_it_alone(place: Any) -> None:
    other = _neighbour(place)
    client = _newcomer(place, "installation", place.installation)
    assert client.get("/admin/mechanisms/").status_code == 200
    assert client.get(f"/admin/roster/{place.installation}/").status_code == 200
    assert client.get(f"/admin/roster/{other}/").status_code == 403
    assert client.get("/admin/calendars/").status_code == 403
    assert client.post("/admin/mechanisms/upload", data={"shipped": "shunde"}).status_code == 403
    assert "/admin/calendars/" not in client.get("/admin/").text


def test_a_grant_opens_on_its_days(place: Any) -> None:
    today = place.now.date()
    client = _newcomer(place, "organisation", "city", first_day=today, last_day=today)
    assert client.get("/admin/mechanisms/").status_code == 200
    assert client.get("/admin/organisation/other?back=admin_calendars", follow_redirects=True).text.count("邻区") > 0
    place.now += timedelta(days=1)
    client = place.signed_in("new")
    assert client.get("/admin/mechanisms/").status_code == 403
