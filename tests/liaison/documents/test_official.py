"""The official forms as the scheme has them, cell by cell. The grids below were copied out of the scheme's own annexes
by hand, not out of `form_definitions`: what differs here differs from the paper people know.

Read in the annexes, a line of labels side by side is one row (企业联系人 职务 联系电话); labels under one another
beside a label that stands between their lines (牵头单位 beside 联系人 over 联系电话) are rows of their own that it
spans. Blanks between characters come from the typesetting and count for nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType, SimpleNamespace
from typing import Any

import pytest

from liaison.definitions import load, read_package
from liaison.engine import compile_mechanism
from liaison.forms import print_grid


@dataclass(frozen=True)
class Label:
    """Printed words."""

    text: str
    across: int = 1
    down: int = 1
    upright: bool = False


@dataclass(frozen=True)
class Blank:
    """A place to fill in: the field, by what the scheme asks for there; what is printed as long as it is empty."""

    field: str
    across: int = 1
    down: int = 1
    hint: str = ""
    shown: str = ""
    """What stands there once FILLED is filled in."""


FILLED: dict[str, Any] = {
    "reporting_unit": "甲商会", "company": "乙公司", "submitted_on": "2026-08-20", "category": "B",
    "contact_name": "丙", "contact_post": "经理", "contact_phone": "13800138000", "attendee_name": "丁",
    "attendee_post": "乙公司副经理", "attendee_phone": "13900139000", "units_concerned": ["x", "y"],
    "problem": "用地紧张", "remark": "上月反映过", "level": "general", "subject": "用地", "outcome_unit": "solving",
    "assigned_on": "2026-08-21", "lead_unit": "x", "lead_contact": "戊", "lead_phone": "13700137000",
    "support_units": ["y"], "opinion": "先查规划", "result": "已安排", "rating_unit": "乙公司",
    "outcome_company": "solved", "head_name": "己", "head_phone": "13600136000", "channels": ["telephone", "visit"],
    "advice": "请加快", "satisfaction": "fairly", "signature": "己", "rated_on": "2026-09-30",
}  # fmt: skip
FACTS = MappingProxyType(
    {"record.number": "甲2026-1", "part.support.person": "庚", "part.support.phone": "13500135000"}
)
B = "B. 项目规划建设、企业生产经营、员工工作生活过程中碰到的问题和困难"

REPORT = SimpleNamespace(
    title="民营企业反映问题情况表",
    header=[("报送单位：", "报送单位：甲商会"), ("编号：", "编号：甲2026-1")],
    rows=[
        [Label("企业名称"), Blank("company", shown="乙公司"),
         Label("提交日期"), Blank("submitted_on", shown="2026年8月20日"),
         Label("问题类别"), Blank("category", shown="B")],
        [Label("企业联系人"), Blank("contact_name", shown="丙"),
         Label("职务"), Blank("contact_post", shown="经理"),
         Label("联系电话"), Blank("contact_phone", shown="13800138000")],
        [Label("参加工作会议人员"), Blank("attendee_name", shown="丁"),
         Label("单位和职务"), Blank("attendee_post", shown="乙公司副经理"),
         Label("联系电话"), Blank("attendee_phone", shown="13900139000")],
        [Label("涉及单位"), Blank("units_concerned", 5, hint="（如能确定涉及单位，请填写）", shown="规划局、住建局")],
        [Label("问题困难", upright=True), Blank("problem", 5, shown="用地紧张")],
        [Label("备注"), Blank("remark", 5, hint="（前期问题困难反映情况及初步结果）", shown="上月反映过")],
    ],
    notes=[
        "请围绕企业发展遇到的问题，一事一表进行填写，随时报送区工商联；",
        "提出的问题困难尽可能详细、有效，可另行附页和提交相关佐证材料；",
        "问题类别分为：A.项目招商引资及企业增资扩能范畴；B.项目规划建设、企业生产经营、员工工作生活过程中碰到的问题和困难；"
        "C.久拖未决的历史遗留问题；",
        "如需参加“政企面对面”工作会议会，由区工商联工作人员另行通知。",
    ],
    on_screen={3: "如需参加“政企面对面”工作会议，由区工商联工作人员另行通知。"},
    clause="附件2",
)  # fmt: skip

HANDLING = SimpleNamespace(
    title="民营企业事项办理情况表",
    header=[("问题分类：（一般问题或重点问题）", "问题分类：一般问题"), ("编号：", "编号：甲2026-1")],
    rows=[
        [Label("案由"), Blank("subject", 4, shown="用地")],
        [Label("问题类别"), Blank("category", 2, shown=B), Label("处理情况"), Blank("outcome_unit", shown="正在解决")],
        [Label("交办时间"), Blank("assigned_on", 2, hint="月日", shown="8月21日"),
         Label("办结时限"), Blank("", hint="月日", shown="月日")],
        [Label("承办单位", down=4, upright=True),
         Label("牵头单位", down=2), Blank("lead_unit", down=2, shown="规划局"),
         Label("联系人"), Blank("lead_contact", shown="戊")],
        [Label("联系电话"), Blank("lead_phone", shown="13700137000")],
        [Label("配合单位", down=2), Blank("support_units", down=2, shown="住建局"),
         Label("联系人"), Blank("", shown="庚")],
        [Label("联系电话"), Blank("", shown="13500135000")],
        [Label("办理意见", upright=True), Blank("opinion", 4, shown="先查规划")],
        [Label("办理结果", upright=True), Blank("result", 4, shown="已安排")],
    ],
    notes=[
        "“一般问题”办结期限为1个月；",
        "“重点问题”于“政企面对面”工作会议后15个工作日内报送办理意见，原则上3个月内办结并进行评价；",
        "每月“政企面对面”工作会议前，由承办单位反馈重点问题前期办理情况。",
    ],
    on_screen={},
    clause="附件3",
)  # fmt: skip

RATING = SimpleNamespace(
    title="民营企业事项办理评价表",
    header=[("编号：", "编号：甲2026-1")],
    rows=[
        [Label("承办单位填写", down=2), Label("案由"), Blank("subject", 3, shown="用地")],
        [Label("承办单位"), Blank("lead_unit", shown="规划局"), Label("问题类别"), Blank("category", shown=B)],
        [Label("由企业进行填写", down=4), Label("评价单位"), Blank("rating_unit", shown="乙公司"),
         Label("处理情况"), Blank("outcome_company", shown="已解决")],
        [Label("企业负责人"), Blank("head_name", shown="己"),
         Label("联系电话"), Blank("head_phone", shown="13600136000")],
        [Label("承办单位与您的沟通方式"),
         Blank("channels", 3, hint="电话□走访□其他方式□未沟通□", shown="电话☑走访☑其他方式□未沟通□")],
        [Label("企业对处理情况的意见建议", upright=True),
         Blank("advice", 3, hint="满意□基本满意□不满意□签名：日期：",
               shown="请加快满意□基本满意☑不满意□签名：己日期：2026年9月30日")],
    ],
    notes=[
        "处理情况分为：已解决、正在解决、不能解决；",
        "评价表由企业进行填写，“一般问题”评价期限为交办后1个月内；“重点问题”评价期限为交办后3个月内。",
    ],
    on_screen={},
    clause="附件4",
)  # fmt: skip

OFFICIAL = {"report": REPORT, "handling": HANDLING, "rating": RATING}


@pytest.fixture(scope="module")
def mechanism():
    definition = load(read_package("shunde")).definition
    assert definition is not None
    return compile_mechanism(definition)


def names(kind, key):
    return {"x": "规划局", "y": "住建局"}.get(key)


def plain(text: str) -> str:
    return re.sub(r"\s", "", text)


def words(cell) -> str:
    return plain("".join(piece.text for piece in cell.pieces))


@pytest.mark.parametrize("key", OFFICIAL)
def test_the_empty_form_is_the_scheme_s(key, mechanism):
    official, grid = OFFICIAL[key], print_grid(mechanism.forms[key], {})
    assert grid.title == official.title
    assert [plain(piece.text) for piece in grid.header] == [empty for empty, _ in official.header]
    found = [[described(cell) for cell in row] for row in grid.rows]
    assert found == [[expected(cell) for cell in row] for row in official.rows]
    assert [plain(note.text) for note in grid.notes] == official.notes


def described(cell):
    return words(cell), cell.colspan, cell.rowspan, cell.vertical, cell.heading


def expected(cell):
    if isinstance(cell, Label):
        return cell.text, cell.across, cell.down, cell.upright, True
    return cell.hint, cell.across, cell.down, False, False


@pytest.mark.parametrize("key", OFFICIAL)
def test_everything_filled_in_stands_where_the_scheme_asks_for_it(key, mechanism):
    official = OFFICIAL[key]
    grid = print_grid(mechanism.forms[key], FILLED, facts=FACTS, names=names)
    assert [plain(piece.text) for piece in grid.header] == [filled for _, filled in official.header]
    found = [[words(cell) for cell in row] for row in grid.rows]
    assert found == [
        [cell.text if isinstance(cell, Label) else plain(cell.shown) for cell in row] for row in official.rows
    ]


@pytest.mark.parametrize("key", OFFICIAL)
def test_each_blank_is_the_field_the_scheme_means(key, mechanism):
    """Filled in alone, a field changes its own cell and no other."""
    official, form = OFFICIAL[key], mechanism.forms[key]
    empty = [[words(cell) for cell in row] for row in print_grid(form, {}).rows]
    for r, row in enumerate(official.rows):
        for c, cell in enumerate(row):
            if isinstance(cell, Label) or not cell.field:
                continue
            grid = print_grid(form, {cell.field: FILLED[cell.field]}, names=names)
            changed = [
                (y, x) for y, cells in enumerate(grid.rows) for x, one in enumerate(cells) if words(one) != empty[y][x]
            ]
            assert changed == [(r, c)], cell.field


@pytest.mark.parametrize("key", OFFICIAL)
def test_notes_say_their_clause_and_slips_are_put_right_on_screen_alone(key, mechanism):
    official, form = OFFICIAL[key], mechanism.forms[key]
    grid = print_grid(form, {})
    assert {n: note.screen for n, note in enumerate(grid.notes) if note.screen} == official.on_screen
    assert form.json["print"]["source"] == official.clause
    sources = [note["source"] for note in form.json["print"]["notes"]]
    assert sources == [f"{official.clause}注{n}" for n in range(1, len(official.notes) + 1)]


def test_the_term_that_runs_gives_the_day(mechanism):
    from datetime import date

    form = mechanism.forms["handling"]
    for term in ("general_reply", "key_close", "key_close_met"):
        grid = print_grid(form, {}, facts={f"term.{term}.due": date(2026, 9, 20)})
        assert words(grid.rows[2][3]) == "9月20日"


def test_who_fills_in_which_part_of_the_evaluation(mechanism):
    rows = print_grid(mechanism.forms["rating"], {}).rows
    parts = [{cell.part for cell in row if not cell.heading} for row in rows]
    assert parts == [{"承办单位填写"}] * 2 + [{"由企业进行填写"}] * 4
