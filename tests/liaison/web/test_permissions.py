"""Every route says who it opens to, and what opens is what is listed."""

from __future__ import annotations

import random
from typing import Any

import pytest
from flask import Blueprint, Flask, jsonify

from liaison.store import Wanted, grant, records
from liaison.web import create_app, permissions, visit
from liaison.web.permissions import SilentRouteError

EVERYBODY = ("office", "director", "economy", "housing", "tax", "secretary", "company", "")


def _probe(app: Flask) -> None:
    """Pages that show what the rules let in."""
    probe = Blueprint("probe", __name__, url_prefix="/probe")

    @probe.get("/record/<record>")
    @permissions.opens_to(permissions.record())
    def record(record: str) -> Any:
        return visit.opened().family.record.id

    @probe.get("/list")
    @permissions.opens_to(permissions.PUBLIC)
    def listed() -> Any:
        found: list[str] = []
        with visit.database().read() as connection:
            for standing in visit.standings().values():
                installed = visit.database().shelf.installed(connection, standing.installed.id)
                mechanism = visit.database().shelf.mechanism(connection, installed.edition)
                for type_ in mechanism.definition.record_types:
                    wanted = Wanted(standing.installed.id, type_)
                    page = records(connection, visit.database().shelf, visit.reach(), wanted, visit.now())
                    found.extend(one.id for one in page.records)
        return jsonify(found)

    @probe.get("/desk")
    @permissions.opens_to(permissions.DESK)
    def desk() -> Any:
        return visit.desk().key

    @probe.get("/configurer")
    @permissions.opens_to(permissions.role("configurer", "security"))
    def configurer() -> Any:
        return "configuring"

    @probe.get("/entitle/<record>")
    @permissions.opens_to(permissions.PUBLIC)
    def entitle(record: str) -> Any:
        visit.entitle(record)
        return ""

    app.register_blueprint(probe)


@pytest.fixture
def probed(place: Any) -> Any:
    _probe(place.app)
    return place


@pytest.fixture(scope="module")
def whole() -> Flask:
    return create_app({"SECRET_KEY": "test", "DEBUG": True})


def test_every_route_says_who_it_opens_to(whole: Flask) -> None:
    endpoints = {rule.endpoint for rule in whole.url_map.iter_rules()}
    assert len(endpoints) > 10
    assert {one for one in endpoints if permissions.rule_of(whole, one) is None} == set()


def test_a_silent_route_keeps_the_site_from_starting(whole: Flask) -> None:
    app = create_app({"SECRET_KEY": "test", "PROPAGATE_EXCEPTIONS": True})
    app.add_url_rule("/silent", "silent", lambda: "")
    with pytest.raises(SilentRouteError, match="silent"):
        permissions.verify(app)
    with pytest.raises(SilentRouteError):
        app.test_client().get("/silent")


def test_what_opens_is_what_is_listed(probed: Any) -> None:
    choose = random.Random(20260820)
    units = ["economy", "housing_water", "tax"]
    made: list[str] = []
    for _ in range(8):
        by = choose.choice(["company", "secretary", ""])
        if choose.random() < 0.3:
            made.append(probed.submit(by).record)
        else:
            lead, support = choose.sample(units, 2)
            made.append(probed.assigned(by, lead, (support,) if choose.random() < 0.5 else ()))
    with probed.database.read() as connection:
        from liaison.store import SqlWorld

        families = SqlWorld(connection, probed.database.shelf).families(made).values()
        everything = [*made, *(child.id for family in families for child in family.children)]
    assert len(everything) > len(made)
    seen = 0
    for person in EVERYBODY:
        client = probed.signed_in(person) if person else probed.app.test_client()
        if choose.random() < 0.5:
            client.get(f"/probe/entitle/{choose.choice(made)}")
        opens = {record for record in everything if client.get(f"/probe/record/{record}").status_code == 200}
        assert opens == set(client.get("/probe/list").json), person
        seen += len(opens)
    assert 0 < seen < len(EVERYBODY) * len(everything)


def test_a_record_for_somebody_else_says_what_to_do(probed: Any) -> None:
    record = probed.submit("company").record
    stranger = probed.signed_in("tax")
    refused = stranger.get(f"/probe/record/{record}")
    assert refused.status_code == 403
    assert "管理员" in refused.text
    assert stranger.get("/probe/record/none").status_code == 404
    guest = probed.app.test_client()
    assert guest.get(f"/probe/record/{record}").location.startswith("/accounts/sign-in?next=")
    assert guest.get(f"/probe/record/{record}", headers={"HX-Request": "true"}).status_code == 401


def test_what_a_link_opens_closes_again(probed: Any) -> None:
    record = probed.submit().record
    guest = probed.app.test_client()
    guest.get(f"/probe/entitle/{record}")
    assert guest.get(f"/probe/record/{record}").status_code == 200
    probed.wait(hours=3)
    assert guest.get(f"/probe/record/{record}").status_code == 302


def test_the_desk_opens_to_who_has_a_post(probed: Any) -> None:
    assert probed.signed_in("economy").get("/probe/desk").text == "shunde"
    assert probed.signed_in("company").get("/probe/desk").status_code == 403
    assert probed.app.test_client().get("/probe/desk").status_code == 302


def test_roles_open_what_they_are_for(probed: Any) -> None:
    client = probed.signed_in("office")
    assert client.get("/probe/configurer").status_code == 403
    with probed.database.write() as connection:
        grant(connection, "office", "configurer", "organisation", "district", "seed", organisation="district")
    assert client.get("/probe/configurer").status_code == 200
