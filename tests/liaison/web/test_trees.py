"""Task trees on the desk: what hangs below what, how far it has got, and the list behind every number."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from html import unescape
from io import BytesIO, StringIO
from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from werkzeug.test import Client, TestResponse

from harness import Visitors
from harness.cast import PASSWORD
from harness.queries import counted
from liaison.definitions import read_package
from liaison.engine import Command
from liaison.store import act, hold, install, publish

UNITS = [
    {"key": "federation", "title": "示例工商联", "kind": "federation"},
    {"key": "first", "title": "示例一局", "kind": "responsible"},
    {"key": "second", "title": "示例二局", "kind": "responsible"},
]
PEOPLE = {"office": ("office_staff", "federation"), "economy": ("handler", "first"), "tax": ("handler", "second")}
TREE = "/desk/trees/plan"


def words(html: str) -> str:
    """What a page or a part of it says."""
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))).strip()


class Plan:
    """A scheme with a tree, beside the one of the district."""

    def __init__(self, place: Any, key: str = "nanshan", **answers: Any) -> None:
        self.place, self._count = place, 0
        with place.database.write() as connection:
            digest = publish(connection, read_package(key), "seed", place.now)
            answers = {"units": UNITS, **answers}
            self.installation = install(connection, "district", digest, "seed", place.now, answers=answers)
            for person, (post, unit) in PEOPLE.items():
                hold(connection, self.installation, person, post, unit)

    def give(self, action: str, by: str = "office", record: str = "", type_: str = "", **values: Any) -> str:
        """Somebody does something; the record."""
        self._count += 1
        reason = values.pop("reason", "")
        command = Command(
            action, self.place.actor(by), f"tree/{self._count}", record, type=type_,
            installation="" if record else self.installation, values=values, reason=reason,
        )  # fmt: skip
        result = act(self.place.database, command, self.place.now)
        assert result, result.refusal
        return result.record

    def aspect(self, name: str, plate: str = "service") -> str:
        return self.give("enter_aspect", type_="aspect", plate=plate, name=name)

    def measure(self, aspect: str, content: str, unit: str = "first", due_on: str = "2026-09-30") -> str:
        return self.give(
            "enter", type_="measure", aspect=aspect, content=content, lead_unit=unit, person="示例责任人", due_on=due_on
        )

    def completed(self, measure: str, by: str = "economy") -> None:
        self.give("report", by, measure, result="示例")
        self.give("confirm", "office", measure)

    def at_desk(self, login: str) -> Client:
        client: Client = self.place.signed_in(login)
        assert client.get(f"/desk/at/{self.installation}").status_code == 302
        return client


@pytest.fixture
def plan(place: Any) -> Plan:
    return Plan(place)


@pytest.fixture
def grown(plan: Plan) -> dict[str, str]:
    """Two aspects of one plate and one of another; five measures: one done, one late."""
    made = {name: plan.aspect(name) for name in ("示例方面甲", "示例方面乙")}
    made["示例方面丙"] = plan.aspect("示例方面丙", "team")
    made["示例举措一"] = plan.measure(made["示例方面甲"], "示例举措一")
    made["示例举措二"] = plan.measure(made["示例方面甲"], "示例举措二", due_on="2026-08-25")
    made["示例举措三"] = plan.measure(made["示例方面乙"], "示例举措三", "second")
    made["示例举措四"] = plan.measure(made["示例方面丙"], "示例举措四", "second")
    made["示例举措五"] = plan.measure(made["示例方面丙"], "示例举措五", "second")
    plan.completed(made["示例举措一"])
    plan.place.wait(days=8)
    return made


def node(answer: TestResponse, title: str) -> str:
    """A node of the tree with all below it."""
    begins = rf'<li class="tree__(?:node|task)[^>]*>(?:(?!<li).)*?tree__title[^>]*>{title}<'
    start = re.search(begins, answer.text, re.DOTALL)
    assert start, words(answer.text)
    depth = 0
    for found in re.finditer(r"<li|</li>", answer.text[start.start() :]):
        depth += 1 if found[0] == "<li" else -1
        if depth == 0:
            return answer.text[start.start() : start.start() + found.end()]
    raise AssertionError(title)


def said(answer: TestResponse, title: str) -> str:
    return words(re.search(r"<summary.*?</summary>", node(answer, title), re.DOTALL)[0])  # type: ignore[index]


def links(html: str) -> dict[str, str]:
    """What the numbers of a node are called → where they lead."""
    found = re.findall(r'<a[^>]*?href="([^"]+)"[^>]*?aria-label="([^"]+)"', html)
    found += [(href, name) for name, href in re.findall(r'<a[^>]*?aria-label="([^"]+)"[^>]*?href="([^"]+)"', html)]
    return {unescape(name): unescape(href) for href, name in found}


def listed(client: Client, address: str) -> list[str]:
    """What the ledger at an address lists."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    return sorted(words(found) for found in re.findall(r'<a class="table__link".*?</a>', answer.text, re.DOTALL))


def test_what_is_expected_is_shown_as_missing_until_it_is_entered(plan: Plan) -> None:
    page = plan.at_desk("office").get(TREE)
    assert page.status_code == 200
    told = words(page.text)
    assert "方面应有 12 项，已录入 0 项 还差 12 项" in told
    assert "举措应有 47 项，已录入 0 项 还差 47 项" in told
    for plate in ("政治引领", "工作机制", "企业服务", "团队建设"):
        assert "还没有录入方面" in words(node(page, plate))
    assert f'href="{TREE}"' in page.text, "it stands in the navigation"


def test_every_node_tells_how_far_what_is_below_it_has_got(plan: Plan, grown: dict[str, str]) -> None:
    page = plan.at_desk("office").get(TREE)
    told = words(page.text)
    assert "方面应有 12 项，已录入 3 项" in told
    assert "举措应有 47 项，已录入 5 项" in told
    assert said(page, "企业服务") == "企业服务 已完成 1 / 3 逾期 1"
    assert said(page, "示例方面甲") == "示例方面甲 已完成 1 / 2 逾期 1"
    assert said(page, "团队建设") == "团队建设 已完成 0 / 2"
    late = words(node(page, "示例举措二"))
    for expected in ("落实中", "逾期", "责任单位 示例一局", "责任人 示例责任人", "完成时限 08-25"):
        assert expected in late, expected
    assert "逾期" not in words(node(page, "示例举措一"))


def test_every_number_opens_what_it_counts(plan: Plan, grown: dict[str, str]) -> None:
    office = plan.at_desk("office")
    page = office.get(TREE)
    ways = links(page.text)
    assert listed(office, ways["企业服务 全部 3"]) == ["示例举措一", "示例举措三", "示例举措二"]
    assert listed(office, ways["企业服务 已完成 1"]) == ["示例举措一"]
    assert listed(office, ways["企业服务 逾期 1"]) == ["示例举措二"]
    assert listed(office, ways["示例方面丙 全部 2"]) == ["示例举措五", "示例举措四"]
    assert len(listed(office, ways["任务树 全部 5"])) == 5
    ledger = office.get(ways["企业服务 逾期 1"])
    assert "任务树： 企业服务、逾期" in words(ledger.text)
    kept = re.findall(r'name="branch" value="([^"]+)"', ledger.text)
    assert kept, "a filter or a search added to it stays within the branch"
    exported = re.search(r'href="([^"]+as=csv[^"]*)"', ledger.text)
    assert exported
    assert "示例举措二" in office.get(unescape(exported[1])).get_data(as_text=True)
    assert "示例举措一" not in office.get(unescape(exported[1])).get_data(as_text=True)


@pytest.mark.parametrize(
    "branch",
    ["plan", "plan:::", "plan:aspect:all:", "plan::all:service", "plan:plate:late:service", "other:plate:all:service",
     "plan:measure:all:x", "plan:plate:all:nowhere", "plan:aspect:done:" + "x" * 300, ":::", "plan:plate:all:~"],
)  # fmt: skip
def test_an_address_that_asks_for_no_branch_is_no_error(plan: Plan, grown: dict[str, str], branch: str) -> None:
    office = plan.at_desk("office")
    assert office.get("/desk/ledgers/measures", query_string={"branch": branch}).status_code == 200
    assert office.get("/desk/ledgers/aspects", query_string={"branch": branch}).status_code == 200
    assert office.get("/desk/ledgers/overdue", query_string={"branch": branch}).status_code == 200


def test_it_is_narrowed_to_a_unit_and_to_what_is_open_or_late(plan: Plan, grown: dict[str, str]) -> None:
    office = plan.at_desk("office")
    whose = words(office.get(f"{TREE}?unit=second").text)
    assert "示例举措三" in whose
    assert "示例举措一" not in whose
    assert "全部 3" in whose
    assert "应有" not in whose, "how many there should be says nothing of one unit"
    late = words(office.get(f"{TREE}?only=overdue").text)
    assert "示例举措二" in late
    assert not [one for one in ("示例举措一", "示例举措三", "示例方面乙", "团队建设") if one in late]
    assert "示例举措一" not in words(office.get(f"{TREE}?only=open").text)
    none = office.get(f"{TREE}?unit=federation")
    assert "没有符合条件的记录" in words(none.text)
    assert office.get(f"{TREE}?unit=nobody&only=nothing&open=x").status_code == 200
    ways = links(office.get(f"{TREE}?unit=second").text)
    assert listed(office, ways["任务树 全部 3"]) == ["示例举措三", "示例举措五", "示例举措四"]


def test_what_one_may_not_open_is_neither_shown_nor_counted(plan: Plan, grown: dict[str, str]) -> None:
    page = plan.at_desk("economy").get(TREE)
    told = words(page.text)
    assert "示例举措一" in told
    assert not [one for one in ("示例举措三", "示例举措四") if one in told]
    assert said(page, "企业服务") == "企业服务 已完成 1 / 2 逾期 1"
    assert "47" not in told, "how many are missing is not told to who does not see them all"
    assert "添加" not in told, "nobody is offered what is not theirs to begin"
    assert plan.place.signed_in("company").get(TREE).status_code in (302, 403, 404)
    assert plan.at_desk("office").get("/desk/trees/nothing").status_code == 404


@pytest.mark.parametrize("login", ["office", "economy", "tax"])
def test_the_tree_its_file_and_its_ledger_tell_of_what_one_may_open(
    plan: Plan, grown: dict[str, str], login: str
) -> None:
    desk = plan.at_desk(login)
    opened = {name for name, id_ in grown.items() if desk.get(f"/desk/records/{id_}").status_code == 200}
    page, file = desk.get(f"{TREE}?open=1"), desk.get(f"{TREE}/file?as=csv").get_data(as_text=True)
    assert {name for name, id_ in grown.items() if f"/desk/records/{id_}" in page.text} == opened
    assert {name for name in grown if name in file} == opened
    told = links(page.text)
    measures = {name for name in opened if "举措" in name}
    assert set(listed(desk, told[f"任务树 全部 {len(measures)}"])) == measures


def test_one_adds_below_a_node_with_the_node_filled_in(plan: Plan, grown: dict[str, str]) -> None:
    office = plan.at_desk("office")
    ways = links(office.get(TREE).text)
    form = office.get(ways["示例方面乙：添加举措"], follow_redirects=True)
    assert form.status_code == 200
    chosen = re.search(rf'<option value="{grown["示例方面乙"]}"[^>]*selected', form.text)
    assert chosen, "the aspect is picked"
    plate = office.get(ways["政治引领：添加方面"], follow_redirects=True)
    assert re.search(r'value="guidance"[^>]*(selected|checked)', plate.text)
    for under in ("nothing:x", "aspect", "content:x", "aspect:nobody", "progress:x"):
        assert office.get(f"/desk/new/measure?under={under}", follow_redirects=True).status_code == 200


def test_what_hangs_below_nothing_is_told_apart(plan: Plan, grown: dict[str, str]) -> None:
    for measure in ("示例举措四", "示例举措五"):
        plan.completed(grown[measure], "tax")
    plan.give("drop_aspect", record=grown["示例方面丙"], reason="示例")
    office = plan.at_desk("office")
    page = office.get(TREE)
    assert said(page, "没有归入方面的") == "没有归入方面的 已完成 2 / 2"
    assert "还没有录入方面" in words(node(page, "团队建设"))
    assert listed(office, links(page.text)["没有归入方面的 全部 2"]) == ["示例举措五", "示例举措四"]


def test_it_is_handed_out_as_a_file(plan: Plan, grown: dict[str, str]) -> None:
    answer = plan.at_desk("office").get(f"{TREE}/file?as=csv")
    rows = list(csv.reader(StringIO(answer.get_data(as_text=True).lstrip("\ufeff"))))
    assert rows[0][:4] == ["板块", "方面", "举措", "办理时限"] or rows[0][:3] == ["板块", "方面", "举措"]
    told = [row[:3] for row in rows[1:]]
    assert ["企业服务", "示例方面甲", "示例举措一"] in told
    assert ["政治引领", "", ""] in told
    assert plan.at_desk("office").get(f"{TREE}/file?as=xlsx").status_code == 200
    assert plan.at_desk("office").get(f"{TREE}/file?as=exe").status_code == 404


def test_the_number_of_queries_does_not_grow_with_the_tree(plan: Plan, grown: dict[str, str]) -> None:
    office = plan.at_desk("office")
    office.get(TREE)
    with counted(plan.place.database) as before:
        office.get(TREE)
    for n in "甲乙丙丁戊":
        aspect = plan.aspect(f"示例方面{n}{n}", "team")
        plan.measure(aspect, f"示例举措{n}{n}", "second")
    office.get(TREE)
    with counted(plan.place.database) as after:
        office.get(TREE)
    assert len(after) == len(before)


def test_more_than_a_page_draws_is_in_the_ledger(plan: Plan, grown: dict[str, str], monkeypatch: Any) -> None:
    monkeypatch.setattr("liaison.web.desk.growing.DRAWN", 3)
    page = plan.at_desk("office").get(TREE)
    assert said(page, "团队建设") == "团队建设 已完成 0 / 2", "what is not drawn is counted all the same"
    assert "其余 2 项，请到台账里看" in words(node(page, "示例方面丙"))


def test_a_tree_of_codes_with_numbers_of_their_own(place: Any) -> None:
    with place.database.write() as connection:
        digest = publish(connection, read_package("wenzhou"), "seed", place.now)
        here = install(connection, "district", digest, "seed", place.now)
        hold(connection, here, "office", "office_staff", "federation")
    office = place.signed_in("office")
    assert office.get(f"/desk/at/{here}").status_code == 302
    command = Command(
        "list", place.actor("office"), "one", type="item", installation=here,
        values={"list": "duties", "item_no": "1", "content": "示例条目", "lead_unit": "federation", "support_units": [],
                "due_on": "2026-09-30"},
    )  # fmt: skip
    assert act(place.database, command, place.now)
    page = office.get("/desk/trees/lists")
    assert "条目应有 146 项，已录入 1 项" in words(node(page, "146项责任清单"))
    assert "示例条目" in words(page.text)
    english = place.signed_in("office")
    english.post("/language", data={"lang": "en"})
    english.get(f"/desk/at/{here}")
    assert english.get("/desk/trees/lists").status_code == 200


def test_it_folds_by_keyboard_and_without_a_script(
    plan: Plan, grown: dict[str, str], serve: Callable[[Any], str], visitor: Visitors, browser: Browser
) -> None:
    base = serve(plan.place.app)
    bare = browser.new_context(java_script_enabled=False)
    for page in (visitor("desktop"), bare.new_page()):
        page.goto(f"{base}/accounts/sign-in")
        page.fill("#login", "office")
        page.fill("#password", PASSWORD)
        page.press("#password", "Enter")
        page.goto(f"{base}/desk/at/{plan.installation}")
        page.goto(f"{base}{TREE}")
        task = page.get_by_role("link", name="示例举措三")
        expect(task).to_be_hidden()
        page.locator("summary", has_text="示例方面乙").focus()
        page.keyboard.press("Enter")
        expect(task).to_be_visible()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile("/ledgers/measures"))
        expect(page.get_by_role("link", name="示例举措三")).to_be_visible()
        expect(page.get_by_role("link", name="示例举措一")).to_have_count(0)
    bare.close()


def test_measures_are_brought_by_one_sheet(plan: Plan, grown: dict[str, str]) -> None:
    office = plan.at_desk("office")
    rows = [
        ["所属方面*", "举措*", "责任单位*", "责任人*", "完成时限*"],
        ["示例方面乙", "示例举措六", "示例一局", "示例责任人", "2026-10-31"],
        ["没有的方面", "示例举措七", "示例一局", "示例责任人", "2026-10-31"],
    ]
    sheet = "\n".join(",".join(row) for row in rows).encode()
    brought = {"file": (BytesIO(sheet), "示例.csv")}
    tried = office.post("/desk/new/measure/rows", data=brought, follow_redirects=True)
    assert "第 3 行（A3） 「所属方面」：“所属方面”没有“没有的方面”这一项" in words(tried.text)
    wrong = re.search(r'name="wrong" value="([^"]*)"', tried.text)
    assert wrong
    office.post(tried.request.path, data={"step": "write", "wrong": wrong[1]}, follow_redirects=True)
    page = office.get(f"{TREE}?open=1")
    assert "示例举措六" in words(node(page, "示例方面乙"))
    assert "示例举措七" not in words(page.text)
