"""Matchings: what is amiss is seen, the system proposes and somebody confirms, pairs are ended, rotated and brought."""

from __future__ import annotations

import io
import json
import re
import threading
from datetime import date, timedelta
from typing import Any

import pytest
from openpyxl import Workbook

from harness.sources import ROOT
from liaison.definitions import Package, read_package
from liaison.store import add_party, add_person, hold, install, installations, pair, pairs_kept, publish

MECHANISM = ROOT / "tests" / "liaison" / "engine" / "mechanisms" / "matching"


@pytest.fixture
def paired(place: Any) -> str:
    """A mechanism with matchings set up beside the other: a club to be served by one of two bureaus, a chief who may
    look after both, two enterprises to belong to a club."""
    with place.database.write() as connection:
        installation = install(
            connection, "district", publish(connection, _two_clubs(), "seed", place.now), "seed", place.now
        )
        add_person(connection, "district", "钱主席", id_="chief")
        hold(connection, installation, "chief", "chief")
        for name in ("示例企业甲", "示例企业乙"):
            add_party(connection, "district", "enterprise", name)
    return installation


def _two_clubs() -> Package:
    files = dict(read_package(MECHANISM).files)
    path = "rules/matching/roster.json"
    roster = json.loads(files[path])
    roster["units"].append({"key": "guild", "title": "示例行会", "kind": "chamber"})
    return Package({**files, path: json.dumps(roster, ensure_ascii=False).encode()})


def beside(place: Any, installation: str) -> str:
    """The mechanism that is set up beside this one."""
    with place.database.read() as connection:
        return next(one.id for one in installations(connection, "district") if one.id != installation)


def pairs(place: Any, installation: str, matching: str, day: date | None = None) -> list[tuple[str, str]]:
    """The pairs in force on a day."""
    day = day or place.now.date()
    with place.database.read() as connection:
        kept = pairs_kept(connection, installation, matching)
    return [one.pair for one in kept if one.first_day <= day and (one.last_day is None or day <= one.last_day)]


def test_the_matchings_are_listed_with_what_is_amiss(place: Any, paired: str) -> None:
    client = place.signed_in("config")
    page = client.get(f"/admin/roster/{paired}/matchings/").text
    assert "示例企业甲" in page
    assert "联系领导" in page
    assert f"/admin/roster/{paired}/matchings/" in client.get(f"/admin/roster/{paired}/").text, "a tab leads here"
    other = client.get(f"/admin/roster/{beside(place, paired)}/").text
    assert "matchings/" not in other, "a mechanism without matchings has no tab"
    assert client.get(f"/admin/roster/{paired}/matchings/nothing").status_code == 404
    assert "“对口”" in client.get(f"/admin/mechanisms/installations/{paired}").text, "holes keep it from being in force"


def test_two_are_joined_by_hand_and_only_who_fits(place: Any, paired: str) -> None:
    client = place.signed_in("config")
    address = f"/admin/roster/{paired}/matchings/serves"
    today = place.now.date().isoformat()
    for wrong in (
        {"left": "club", "right": "north"}, {"left": "north", "right": "club", "first_day": today},
        {"left": "club", "first_day": today}, {"left": "club", "right": "north", "first_day": "soon"},
        {"left": "club", "right": "north", "first_day": today, "last_day": "2020-01-01"},
    ):  # fmt: skip
        assert client.post(address, data=wrong).status_code == 422, wrong
    asked = {"left": "club", "right": "north", "first_day": today}
    later = {**asked, "right": "south", "first_day": "2027-01-01"}
    assert client.post(address, data=later).status_code == 302
    assert client.post(address, data=asked).status_code == 422, "it would last into the other"
    assert client.post(address, data={**asked, "last_day": "2026-12-31"}).status_code == 302
    assert pairs(place, paired, "serves") == [("club", "north")]
    answer = client.post(address, data={**asked, "right": "south"})
    assert answer.status_code == 422
    assert "示例商会与示例南局已经结对" in answer.text
    assert "示例北局" in client.get(address).text


def test_what_is_proposed_is_entered_as_far_as_it_is_confirmed(place: Any, paired: str) -> None:
    client = place.signed_in("config")
    address = f"/admin/roster/{paired}/matchings/serves/proposal"
    page = client.get(address).text
    offered = re.findall(r'name="pair" value="([^"]+)" checked', page)
    assert offered == ["club/north", "guild/south"]
    assert pairs(place, paired, "serves") == [], "nothing is entered by looking"
    today = place.now.date()
    asked = {"pair": offered[1:], "first_day": (today + timedelta(days=3)).isoformat()}
    assert client.post(address, data=asked).status_code == 302
    assert pairs(place, paired, "serves") == []
    assert pairs(place, paired, "serves", today + timedelta(days=3)) == [("guild", "south")]
    earlier = {"pair": offered, "first_day": today.isoformat()}
    assert client.post(address, data=earlier).status_code == 422, "one of them is a pair from the third day on"
    assert client.post(address, data={**earlier, "pair": offered[:1]}).status_code == 302
    for wrong in ([], ["club/south"], ["club/nobody"], ["x"], ["club/south", "club/south"]):
        answer = client.post(address, data={"pair": wrong, "first_day": today.isoformat()})
        assert answer.status_code == 422, wrong
    assert pairs(place, paired, "serves") == [("club", "north")]
    past = {"pair": ["club/south"], "first_day": "2020-01-01"}
    assert client.post(address, data=past).status_code == 422, "nobody was a partner before it was said"


def test_of_two_who_confirm_a_proposal_at_once_one_is_told(place: Any, paired: str) -> None:
    clients = [place.signed_in("config") for _ in range(2)]
    asked = {"pair": ["club/north"], "first_day": place.now.date().isoformat()}
    together, answers = threading.Barrier(2), []

    def confirm(client: Any) -> None:
        together.wait()
        answers.append(client.post(f"/admin/roster/{paired}/matchings/serves/proposal", data=asked))

    confirming = [threading.Thread(target=confirm, args=[client]) for client in clients]
    for one in confirming:
        one.start()
    for one in confirming:
        one.join()
    assert sorted(answer.status_code for answer in answers) == [302, 422]
    assert "示例商会与示例北局已经结对" in max(answers, key=lambda answer: answer.status_code).text
    assert pairs(place, paired, "serves") == [("club", "north")]


def test_parties_of_the_directory_and_people_are_joined_by_their_names(place: Any, paired: str) -> None:
    client = place.signed_in("config")
    page = client.get(f"/admin/roster/{paired}/matchings/members/proposal").text
    assert page.count('name="pair"') == 2
    assert "示例企业甲" in page
    page = client.get(f"/admin/roster/{paired}/matchings/looks_after").text
    assert "钱主席" in page
    asked = {"left": "chief", "right": "north", "first_day": place.now.date().isoformat()}
    assert client.post(f"/admin/roster/{paired}/matchings/looks_after", data=asked).status_code == 302
    assert pairs(place, paired, "looks_after") == [("chief", "north")]


def test_a_pair_is_ended(place: Any, paired: str) -> None:
    client = place.signed_in("config")
    today = place.now.date()
    with place.database.write() as connection:
        kept = pair(connection, paired, "serves", "club", "north", first_day=today)
    address = f"/admin/roster/{paired}/pairs/{kept}/end"
    client.post(address, data={"until": "2020-01-01"})
    assert pairs(place, paired, "serves", today + timedelta(days=1)) == [("club", "north")]
    assert client.post(address, data={"until": today.isoformat()}).status_code == 302
    assert pairs(place, paired, "serves") == [("club", "north")], "the last day counts"
    assert pairs(place, paired, "serves", today + timedelta(days=1)) == []
    other = f"/admin/roster/{beside(place, paired)}/pairs/{kept}/end"
    assert client.post(other, data={"until": today.isoformat()}).status_code == 404, "it is no pair of that roster"


def test_all_pairs_rotate_and_nobody_has_the_partner_of_before(place: Any, paired: str) -> None:
    client = place.signed_in("config")
    today, next_year = place.now.date(), date(2027, 1, 1)
    with place.database.write() as connection:
        for left, right in (("club", "north"), ("guild", "south")):
            pair(connection, paired, "serves", left, right, first_day=today)
    address = f"/admin/roster/{paired}/matchings/serves/rotation"
    offered = re.findall(r'name="pair" value="([^"]+)"', client.get(address).text)
    assert offered == ["club/south", "guild/north"]
    again = {"pair": ["club/north"], "first_day": next_year.isoformat()}
    assert client.post(address, data=again).status_code == 422
    assert client.post(address, data={"pair": offered, "first_day": next_year.isoformat()}).status_code == 302
    assert pairs(place, paired, "serves", date(2026, 12, 31)) == [("club", "north"), ("guild", "south")]
    assert pairs(place, paired, "serves", next_year) == [("club", "south"), ("guild", "north")]
    assert client.get(f"/admin/roster/{paired}/matchings/members/rotation").status_code == 404, "these do not rotate"


def test_a_table_of_pairs_is_entered_whole_or_not_at_all(place: Any, paired: str) -> None:
    client = place.signed_in("config")
    address = f"/admin/roster/{paired}/matchings/serves"
    blank = client.get(f"{address}/pairs.csv").data.decode("utf-8-sig")
    assert blank.splitlines() == ["一方,另一方,起,止", "示例商会,,,", "示例行会,,,"]
    wrong = "一方,另一方,起\n示例商会,示例北局,2026-12-01\n示例行会,没有的局,\nguild,north,someday\n"
    answer = client.post(f"{address}/import", data={"csv": wrong})
    assert answer.status_code == 422
    assert "第 3 行" in answer.text
    assert "第 4 行" in answer.text
    assert pairs(place, paired, "serves") == []
    twice = "一方,另一方\n示例商会,示例北局\nclub,south\n"
    assert client.post(f"{address}/import", data={"csv": twice}).status_code == 422, (
        "it has enough after the first line"
    )
    book, told = Workbook(), io.BytesIO()
    for row in (
        ["One side", "Other side", "From"],
        ["示例商会", "south", date(2026, 12, 1)],
        ["guild", "示例北局", None],
    ):
        book.active.append(row)  # type: ignore[union-attr]
    book.save(told)
    sent = {"file": (io.BytesIO(told.getvalue()), "pairs.xlsx"), "csv": ""}
    assert client.post(f"{address}/import", data=sent).status_code == 302
    assert pairs(place, paired, "serves") == [("club", "south"), ("guild", "north")]
    assert client.get(f"{address}/pairs.csv").data.decode("utf-8-sig").splitlines() == ["一方,另一方,起,止"]


def test_who_may_not_keep_rosters_sees_no_pairs(place: Any, paired: str) -> None:
    client = place.signed_in("auditor")
    for address in ("matchings/", "matchings/serves", "matchings/serves/proposal", "matchings/serves/pairs.csv"):
        assert client.get(f"/admin/roster/{paired}/{address}").status_code == 403


def test_the_desk_leads_here_whoever_may_set_pairs(place: Any, paired: str) -> None:
    with place.database.write() as connection:
        for person in ("config", "office"):
            hold(connection, paired, person, "office", "")
    for login, leads in (("config", True), ("office", False)):
        client = place.signed_in(login)
        client.get(f"/desk/at/{paired}")
        page = client.get("/desk/matchings/serves").text
        assert (f'href="/admin/roster/{paired}/matchings/serves"' in page) is leads, login
