"""Posts given and ended, people, deputies, and a file entered whole or not at all."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import pytest

from liaison.roster import Person, RosterDay
from liaison.store import access_log
from liaison_admin import roster_csv
from liaison_admin.checks import Place

PLACES = [
    Place("chief", "总召集人", "", ""),
    Place("left", "召集人", "", ""),
    Place("right", "召集人", "", ""),
    Place("liaison", "联络协作员", "economy", "经促局"),
    Place("liaison", "联络协作员", "tax", "税务局"),
]
PEOPLE = [Person("a", "王一", "139 0000 1111"), Person("b", "李二", "1"), Person("c", "李二", "2")]
HEAD = "单位,席位,姓名,电话,邮箱,起,止\n"


def codes(text: str) -> list[tuple[int, str]]:
    read = roster_csv.read(text, PLACES, PEOPLE)
    assert not (read.wrong and not text)
    return [(one.line, one.message.code.removeprefix("admin.csv.")) for one in read.wrong]


def test_a_line_is_understood() -> None:
    [row] = roster_csv.read(HEAD + "经促局,联络协作员,王一,13900001111,w@example.cn,2026/1/5,\n", PLACES, PEOPLE).rows
    assert (row.post, row.unit, row.person, row.first_day, row.last_day) == (
        "liaison", "economy", "a", date(2026, 1, 5), None,
    )  # fmt: skip


def test_columns_may_be_english_in_any_order_with_tabs_and_keys() -> None:
    read = roster_csv.read("Name\tPost\tUnit\n新人\tliaison\ttax\n", PLACES, PEOPLE)
    assert [(read.newcomers[row.person].name, row.unit) for row in read.rows] == [("新人", "tax")]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (",联络协作员,王一,,,,", "not_there"),
        ("经促局,总召集人,王一,,,,", "not_there"),
        (",没有的,王一,,,,", "no_post"),
        ("没有的,联络协作员,王一,,,,", "no_unit"),
        (",召集人,王一,,,,", "post_ambiguous"),
        (",chief,李二,,,,", "name_ambiguous"),
        (",chief,,,,,", "no_name"),
        (",chief,王一,,,someday,", "no_date"),
        (",chief,王一,,,2026-02-30,", "no_date"),
        (",chief,王一,,,2026-02-02,2026-02-01", "backward"),
    ],
)
def test_what_is_wrong_with_a_line_is_said_with_its_number(line: str, code: str) -> None:
    assert codes(f"{HEAD},chief,王一,,,,\n\n{line}\n") == [(4, code)]


@pytest.mark.parametrize(
    ("text", "code"), [("", "empty"), (HEAD, "empty"), ("单位,电话\n,1\n", "no_column"), (f'{HEAD},"a"b,c\n', "no_csv")]
)
def test_what_is_wrong_with_a_file_is_said(text: str, code: str) -> None:
    read = roster_csv.read(text, PLACES, PEOPLE)
    assert [one.message.code for one in read.wrong] == [f"admin.csv.{code}"]


def test_the_telephone_tells_people_of_one_name_apart() -> None:
    [row] = roster_csv.read(HEAD + ",chief,李二,2,,,\n", PLACES, PEOPLE).rows
    assert row.person == "c"
    read = roster_csv.read(HEAD + ",chief,李二,3,,,\n", PLACES, PEOPLE)
    assert [row.person in read.newcomers for row in read.rows] == [True], "somebody else of that name"


def test_somebody_new_holds_several_posts() -> None:
    text = HEAD + ",left,新人,,,,\n经促局,联络协作员,新人,13900002222,n@example.cn,,\n,chief,新人,13900003333,,,\n"
    read = roster_csv.read(text, PLACES, PEOPLE)
    one, same, other = (row.person for row in read.rows)
    assert one == same != other
    assert (read.newcomers[one].phone, read.newcomers[one].email) == ("13900002222", "n@example.cn")
    assert len(read.newcomers) == 2


@pytest.mark.parametrize("name", ["王一", "新人"])
def test_a_line_said_twice_is_wrong(name: str) -> None:
    for phone in ("", "139 0000 1111"):
        read = roster_csv.read(f"{HEAD},chief,{name},{phone},,,\n,chief,{name},,,,\n", PLACES, PEOPLE)
        wrong = roster_csv.twice(read.rows, [*PEOPLE, *read.newcomers.values()])
        assert [(each.line, each.message.params["name"]) for each in wrong] == [(3, name)]


# ── On the pages ─────────────────────────────────────────────────────────────────────────────────────────────────


def today(place: Any, day: date | None = None) -> RosterDay:
    with place.database.read() as connection:
        shelf = place.database.shelf
        return shelf.today(connection, shelf.installed(connection, place.installation), day or place.now.date())


def holders(place: Any, post: str, unit: str = "", day: date | None = None) -> list[str]:
    found = today(place, day)
    return [found.roster.people[held.person].name for held in found.holders(post, unit)]


def test_a_file_with_one_wrong_line_enters_nothing_and_loses_nothing(place: Any) -> None:
    client = place.signed_in("config")
    address = f"/admin/roster/{place.installation}/import"
    text = f"{HEAD},chief_convenor,钱部长,,,2026-01-01,\n,没有的席位,孙某,,,,\n"
    before = len(today(place).held)
    answer = client.post(address, data={"csv": text})
    assert answer.status_code == 422
    assert "第 3 行" in answer.text
    assert "钱部长" in answer.text
    assert len(today(place).held) == before
    assert "钱部长" not in client.get(f"/admin/roster/{place.installation}/people").text

    text = text.replace(",没有的席位,孙某", ",convenor_federation,孙某")
    assert client.post(address, data={"csv": text}).status_code == 302
    assert holders(place, "chief_convenor") == ["钱部长"]
    assert holders(place, "convenor_federation") == ["孙某"]
    assert client.post(address, data={"csv": text}).status_code == 302
    assert len(today(place).held) == before + 2, "entered again, nothing is doubled"


def test_a_file_of_excel_is_read(place: Any) -> None:
    client = place.signed_in("config")
    data = f"{HEAD},chief_convenor,钱部长,,,,\n".encode("gb18030")
    answer = client.post(
        f"/admin/roster/{place.installation}/import", data={"file": (io.BytesIO(data), "roster.csv"), "csv": ""}
    )
    assert answer.status_code == 302, answer.text
    assert holders(place, "chief_convenor") == ["钱部长"]


def test_a_post_is_given_to_somebody_new_and_ended(place: Any) -> None:
    client = place.signed_in("config")
    address = f"/admin/roster/{place.installation}/posts/liaison/tax"
    assert client.post(address, data={"first_day": "2026-01-01"}).status_code == 422, "nobody was named"
    both = {"person": "office", "name": "孙税务"}
    assert client.post(address, data=both).status_code == 422
    backward = {"name": "孙税务", "first_day": "2026-02-01", "last_day": "2026-01-01"}
    answer = client.post(address, data=backward)
    assert answer.status_code == 422
    assert "孙税务" in answer.text
    assert client.post(address, data={"name": "孙税务", "first_day": "2026-01-01"}).status_code == 302
    assert holders(place, "liaison", "tax") == ["孙税务"]

    page = client.get(address).text
    holding = page.split("/holdings/")[1].split("/")[0]
    end = f"/admin/roster/{place.installation}/holdings/{holding}/end"
    client.post(end, data={"until": "2025-01-01"})
    assert holders(place, "liaison", "tax") == ["孙税务"], "it cannot end before it began"
    client.post(end, data={"until": place.now.date().isoformat()})
    assert holders(place, "liaison", "tax") == ["孙税务"], "the last day counts"
    assert holders(place, "liaison", "tax", place.now.date() + timedelta(days=1)) == []
    assert client.post(f"/admin/roster/{place.installation}/holdings/9999/end", data=both).status_code == 404
    assert client.get(f"/admin/roster/{place.installation}/posts/liaison/nowhere").status_code == 404


def test_a_deputy_stands_in_on_the_days_given(place: Any) -> None:
    client = place.signed_in("config")
    address = f"/admin/roster/{place.installation}/deputies"
    days = {"first_day": "2026-12-01", "last_day": "2026-12-03"}
    assert client.post(address, data={"absent": "economy", "deputy": "economy", **days}).status_code == 422
    assert client.post(address, data={"absent": "economy", "deputy": "office"}).status_code == 422
    assert client.post(address, data={"absent": "economy", "deputy": "office", **days}).status_code == 302
    assert holders(place, "liaison", "economy") == ["王经促", "李办"]
    assert holders(place, "liaison", "economy", date(2026, 12, 4)) == ["王经促"]
    assert "王经促" in client.get(address).text


def test_lists_mask_telephones_and_looking_behind_is_logged(place: Any) -> None:
    client = place.signed_in("config")
    assert "13900001111" not in client.get(f"/admin/roster/{place.installation}/people").text
    assert "13900001111" in client.get(f"/admin/roster/{place.installation}/people/office").text
    with place.database.read() as connection:
        line = access_log(connection, "district")[0]
    assert (line.what, line.person, line.detail["person"]) == ("unmask", "config", "office")
    changed = {"name": "李办公", "phone": "", "email": ""}
    assert client.post(f"/admin/roster/{place.installation}/people/office", data=changed).status_code == 302
    assert "李办公" in holders(place, "office_staff", "federation")
    assert client.post(f"/admin/roster/{place.installation}/people", data={"name": " "}).status_code == 422
    assert client.post(f"/admin/roster/{place.installation}/people", data={"name": "新人"}).status_code == 302
