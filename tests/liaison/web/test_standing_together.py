"""What stands together on a record's page: many units holding one part, and lists of the records linked with it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape
from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from harness.queries import counted
from liaison.definitions import read_package
from liaison.engine import Command
from liaison.store import SqlWorld, act, hold, install, publish

DAY = "2026-08-20"
POLICY = {"issuer": "示例机关", "level": "city"}


class Room:
    """A mechanism that ships, beside the scheme of the district, with its own units and people."""

    def __init__(self, place: Any, key: str, kinds: Mapping[str, int], posts: Mapping[str, tuple[str, str]]) -> None:
        self.place, self._count = place, 0
        units = [{"key": "federation", "title": "示例工商联", "kind": "federation"}]
        units += [
            {"key": f"{kind}_{n}", "title": f"示例{kind}{n}", "kind": kind}
            for kind, many in kinds.items()
            for n in range(1, many + 1)
        ]
        with place.database.write() as connection:
            digest = publish(connection, read_package(key), "seed", place.now)
            self.installation = install(connection, "district", digest, "seed", place.now, answers={"units": units})
            for person, (post, unit) in posts.items():
                hold(connection, self.installation, person, post, unit)

    def give(self, action: str, by: str = "office", record: str = "", type_: str = "", **values: Any) -> str:
        """Somebody does something; the record."""
        self._count += 1
        command = Command(
            action, self.place.actor(by), f"together/{self._count}", record, type=type_,
            installation="" if record else self.installation, values=values,
        )  # fmt: skip
        result = act(self.place.database, command, self.place.now)
        assert result, result.refusal
        return result.record

    def sheet(self, record: str, unit: str) -> str:
        """The assignment of a unit."""
        return next(one.assignment for one in self.family(record).record.parts if one.unit == unit)

    def family(self, record: str) -> Any:
        with self.place.database.read() as connection:
            return SqlWorld(connection, self.place.database.shelf).families([record])[record]

    def at_desk(self, login: str) -> Client:
        client: Client = self.place.signed_in(login)
        assert client.get(f"/desk/at/{self.installation}").status_code == 302
        return client


@pytest.fixture
def consulting(place: Any) -> Room:
    contacts = {"economy": ("contact", "bureau_1"), "tax": ("contact", "point_1")}
    return Room(place, "consultation", {"bureau": 6, "point": 1}, {"office": ("staff", "federation"), **contacts})


@pytest.fixture
def library(place: Any) -> Room:
    contacts = {"economy": ("contact", "enterprise_1")}
    return Room(place, "policy_library", {"enterprise": 2}, {"office": ("staff", "federation"), **contacts})


def panel(answer: TestResponse, title: str) -> str:
    """A part of the page, from its heading to the end of its table; empty where there is none."""
    parts = re.split(r'(?=<(?:section|details) class="panel)', answer.text)
    found = (part for part in parts if words(part.partition("</h2>")[0]).split()[:1] == [title])
    return next(found, "").partition("</table>")[0]


def words(html: str) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))).strip()


def lines(html: str) -> list[str]:
    """The rows of a table, as they read."""
    return [words(row) for row in re.findall(r"<tr[^>]*>(.*?)</tr>", html.partition("<tbody>")[2], re.DOTALL)]


def opinions(*clauses: int | None) -> dict[str, Any]:
    rows = [
        {"opinion": f"示例意见{n}", "grounds": "示例理由", **({"clause": clause} if clause else {})}
        for n, clause in enumerate(clauses, 1)
    ]
    return {"answer": "opinions", "opinions": rows}


def test_who_has_answered_and_who_has_not(consulting: Room) -> None:
    draft = consulting.give("send", type_="consultation", subject="示例草案", draft="示例", reach=["bureaus", "points"])
    consulting.give("answer", "economy", consulting.sheet(draft, "bureau_1"), answer="none")
    page = consulting.at_desk("office").get(f"/desk/records/{draft}")
    held = panel(page, "征求对象")
    assert "已了结 1 / 7" in words(held)
    assert "待答复 6" in words(held)
    assert "已答复 1" in words(held)
    rows = lines(held)
    assert len(rows) == 7
    assert "示例bureau1" in rows[-1], "who has answered stands last"
    assert "延期答复" in rows[0], "what the office may do stands in the row"
    assert "延期答复" not in rows[-1]


def test_few_holders_stand_as_they_did_with_how_far_they_are(consulting: Room) -> None:
    draft = consulting.give(
        "send", type_="consultation", subject="示例草案", draft="示例", bodies=["bureau_1", "bureau_2"]
    )
    page = consulting.at_desk("office").get(f"/desk/records/{draft}")
    assert page.text.count('<article class="assignment">') == 2
    assert "已了结 0 / 2" in words(page.text)


def test_opinions_stand_side_by_side_clause_by_clause(consulting: Room) -> None:
    draft = consulting.give(
        "send", type_="consultation", subject="示例草案", draft="示例", bodies=["bureau_1", "point_1"]
    )
    consulting.give("answer", "economy", consulting.sheet(draft, "bureau_1"), **opinions(2, None, 1))
    consulting.give("answer", "tax", consulting.sheet(draft, "point_1"), **opinions(2))
    page = consulting.at_desk("office").get(f"/desk/records/{draft}")
    rows = lines(panel(page, "意见"))
    assert [row.split()[0] for row in rows] == [
        "第几条：1", "示例意见3", "第几条：2", "示例意见1", "示例意见1", "第几条：未填", "示例意见2",
    ]  # fmt: skip
    assert {"示例bureau1", "示例point1"} <= set(" ".join(rows[3:5]).split())
    assert 'id="related"' not in page.text, "what a list shows is not listed again"
    mine = consulting.at_desk("economy").get(f"/desk/records/{draft}")
    assert not panel(mine, "意见"), "whoever may not see the opinions of others is not shown them"


def test_a_step_that_waits_for_something_else_says_for_what(consulting: Room) -> None:
    draft = consulting.give("send", type_="consultation", subject="示例草案", draft="示例", bodies=["bureau_1"])
    consulting.give("answer", "economy", consulting.sheet(draft, "bureau_1"), **opinions(2))
    office, summary = consulting.at_desk("office"), f"/desk/records/{draft}/documents/summary"
    page = office.get(f"/desk/records/{draft}")
    assert re.search(r"<button[^>]* disabled[^>]*>汇总并反馈</button>", page.text)
    assert "没有一项符合“【采纳情况】未填写”时，才能“汇总并反馈”" in words(page.text)
    assert "还不能汇总并反馈" in words(office.get("/desk/").text)
    assert consulting.at_desk("economy").get(summary).status_code == 403, "no draft goes to those who were asked"
    [opinion] = re.findall(r'href="/desk/records/([^"/]+)"', panel(page, "意见"))
    consulting.give("decide", record=opinion, verdict="adopted")
    page = office.get(f"/desk/records/{draft}")
    assert "disabled" not in page.text.partition('<div class="acts">')[2].partition("</main>")[0]
    assert office.get(summary).status_code == 200
    assert "还不能" not in words(office.get("/desk/").text)
    assert re.search(r'<td class="[^"]*fact[^"]*" data-label="采纳情况">', page.text), "a phone shows it too"


def test_the_page_asks_no_more_for_more_of_them(consulting: Room) -> None:
    def asked(*clauses: int) -> int:
        draft = consulting.give(
            "send", type_="consultation", subject="示例", draft="示例", bodies=["bureau_1", "point_1"]
        )
        consulting.give("answer", "economy", consulting.sheet(draft, "bureau_1"), **opinions(*clauses))
        client = consulting.at_desk("office")
        client.get(f"/desk/records/{draft}")
        with counted(consulting.place.database) as statements:
            client.get(f"/desk/records/{draft}")
        return len(statements)

    assert asked(1, 2) == asked(*range(1, 40))


def test_an_edition_lists_what_it_contains_whatever_becomes_of_it(library: Room) -> None:
    policies = [library.give("collect", type_="policy", title=f"示例文件{n}", **POLICY) for n in (1, 2, 3)]
    for one in policies[:2]:
        library.give("select", record=one, grounds="示例理由")
    edition = library.give("prepare", type_="edition", edition_title="示例第一版")
    library.give("freeze", record=edition)
    library.give("pass_over", record=policies[0], grounds="示例理由")
    library.give("select", record=policies[2], grounds="示例理由")
    library.give("issue", record=edition, recipients=["enterprise_1", "enterprise_2"])
    page = library.at_desk("office").get(f"/desk/records/{edition}")
    contents, considered = panel(page, "本版入选文件"), panel(page, "本版备选文件")
    assert [row.split()[0] for row in lines(contents)] == ["示例文件1", "示例文件2"]
    assert [row.split()[0] for row in lines(considered)] == ["示例文件1", "示例文件2", "示例文件3"]
    assert "已了结 2 / 2" in words(contents)
    receipt = library.sheet(edition, "enterprise_1")
    library.give("sign", "economy", receipt, signed_by="示例", signed_on=DAY)
    assert "已了结 1 / 2" in words(panel(library.at_desk("office").get(f"/desk/records/{edition}"), "发送对象"))
