"""The units of a roster after a reorganisation: added, called otherwise, ended."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from liaison.store import SqlWorld, access_log, install, installations, lookup


def around(place: Any, day: Any = None) -> Any:
    with place.database.read() as connection:
        return SqlWorld(connection, place.database.shelf).surroundings(place.installation, day or place.now.date())


def offered(place: Any, day: Any = None) -> list[str]:
    """The names of the units that a form offers."""
    return [one.label for one in around(place, day).options("unit", {}, place.now.date())]


def test_a_new_unit_is_offered_and_lacks_somebody_for_its_post(place: Any) -> None:
    client = place.signed_in("config")
    address = f"/admin/roster/{place.installation}/units"
    assert client.post(address, data={"title": "示例数据局"}).status_code == 422, "of no kind"
    assert client.post(address, data={"title": "区税务局", "kind": "department"}).status_code == 422, "known"
    wrong = client.post(address, data={"title": "示例数据局", "kind": "department", "region": "12"})
    assert wrong.status_code == 422
    assert "示例数据局" in wrong.text
    assert client.post(address, data={"title": "示例数据局", "kind": "department"}).status_code == 302
    assert "示例数据局" in offered(place)
    vacant = client.get(f"/admin/roster/{place.installation}/?show=vacant").text
    assert "示例数据局" in vacant
    with place.database.read() as connection:
        assert access_log(connection, "district")[0].what == "unit_added"


def test_a_unit_is_called_otherwise_wherever_it_is_named(place: Any) -> None:
    record = place.assigned()
    client = place.signed_in("config")
    address = f"/admin/roster/{place.installation}/units/economy"
    assert client.post(address, data={"title": ""}).status_code == 422
    assert client.post(address, data={"title": "示例商务和经济局"}).status_code == 302
    assert "示例商务和经济局" in offered(place)
    assert "示例商务和经济局" in place.signed_in("office").get(f"/desk/records/{record}").text
    with place.database.read() as connection:
        found = lookup.units(connection, place.installation)
    assert next(one.open for one in found if one.key == "economy") == 1
    assert client.get(f"/admin/roster/{place.installation}/units/nowhere").status_code == 404


def test_an_ended_unit_is_picked_no_more_and_keeps_what_it_has(place: Any) -> None:
    record = place.assigned()
    client = place.signed_in("config")
    address = f"/admin/roster/{place.installation}/units/economy"
    today = place.now.date()
    assert client.post(f"{address}/end", data={"until": "soon"}).status_code == 302
    assert "区经济促进局" in offered(place)
    assert client.post(f"{address}/end", data={"until": today.isoformat()}).status_code == 302
    assert "区经济促进局" in offered(place), "the last day counts"
    assert "区经济促进局" not in offered(place, today + timedelta(days=1))
    assert "还有 1 件在办" in client.get(address).text
    place.now += timedelta(days=1)
    desk = place.signed_in("economy")
    assert "签收" in desk.get(f"/desk/records/{record}").text, "who acts for it may end what it has in hand"
    page = place.signed_in("office").get(f"/desk/records/{record}").text
    assert "区经济促进局" in page
    config = place.signed_in("config")
    assert "区经济促进局" not in config.get(f"/admin/roster/{place.installation}/?show=vacant").text
    assert config.post(f"{address}/end", data={"until": ""}).status_code == 302
    assert "区经济促进局" in offered(place)


def test_the_unit_that_the_mechanism_names_does_not_end(place: Any) -> None:
    client = place.signed_in("config")
    address = f"/admin/roster/{place.installation}/units/federation"
    assert "不能停用" in client.get(address).text
    assert client.post(f"{address}/end", data={"until": "2026-12-02"}).status_code == 409


def test_what_the_answers_change_of_the_units_changes_on_the_roster(place: Any) -> None:
    with place.database.read() as connection:
        [at] = installations(connection, "district")
    units = [
        {"key": unit.key, "title": "示例税务局" if unit.key == "tax" else unit.title, "kind": unit.kind}
        | ({"region": unit.region} if unit.region else {})
        for unit in around(place).today.roster.units.values()
        if unit.key != "police"
    ]
    with place.database.write() as connection:
        install(connection, "district", at.digest, "config", place.now, answers={"units": units})
    found = offered(place)
    assert "示例税务局" in found
    assert "区税务局" not in found
    assert "区公安局" not in found
    assert around(place).today.unit_title("police") == "区公安局", "what it did keeps its name"
