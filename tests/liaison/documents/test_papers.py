"""Papers in blocks: what is filled in, from where, and what is left out."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from held_meeting import FAMILY, MATTERS, MEETING, NOW, compiled

from liaison.access import Actor, Scope
from liaison.definitions import Package, load, read_package
from liaison.documents import (
    Heading,
    Listing,
    Paragraph,
    Table,
    compose,
    document_sheet,
    document_title,
    documents_of,
    may_read_document,
    may_read_paper,
    personal_in_document,
)
from liaison.documents.reading import OfRecord
from liaison.engine import Family, compile_mechanism

SEES_ALL = Scope(types=frozenset({"meeting", "matter"}))


def composed(reading, *blocks, family=FAMILY):
    keyed = [{"key": f"b{n}", **block} for n, block in enumerate(blocks)]
    return list(compose(keyed, OfRecord(reading, family), reading))


def said(reading, text, family=FAMILY):
    [paragraph] = composed(reading, {"paragraph": text}, family=family)
    return paragraph.text


def document(of, **rest):
    return {"key": "other", "title": "别的文书", "of": of, **rest}


def test_the_minutes(reading, documents):
    sheet = document_sheet(documents["minutes"], FAMILY, reading)
    assert document_title(documents["minutes"], FAMILY, reading) == sheet.title
    assert documents["minutes"].name == "…纪要"
    assert (sheet.title, sheet.number, sheet.seal) == ("“政企面对面”联络协作工作会议纪要", "", "")
    assert [block.text for block in sheet.blocks if isinstance(block, Paragraph)] == [
        "时间：2026年8月5日 15:00",
        "地点：区工商联会议室",
        "主持人：召集人（区工商联党组书记）",
        "区领导：区委常委何常委",
        "出席：区经济促进局（王局长）、区住房城乡建设和水利局（孙科长、周科员）",
        "请假：区税务局",
        "未登记出席：区交通运输局",
        "企业代表和商会协会：乙机械厂总经理吴老板",
        "列席：区人大代表郑代表",
        "会议听取了有关情况。",
        "会议要求抓紧办理。",
        "道路修复（甲2026-1）由区经济促进局牵头。",
        "道路修复（甲2026-1）由区住房城乡建设和水利局、区税务局配合。",
    ]
    assert [block.text for block in sheet.blocks if isinstance(block, Heading)] == ["一、会议概况", "二、议定事项"]
    [conclusions] = [block for block in sheet.blocks if isinstance(block, Listing)]
    assert conclusions.items == (
        ("（一）", "续贷（甲2026-2，丙电器公司）。现场答复。现场已答复。"),
        ("（二）", "道路修复（甲2026-1，乙机械厂）。交办。年内修复。"),
    )


def test_the_list_of_what_is_to_be_done_lies_on_its_side(reading, documents):
    sheet = document_sheet(documents["checklist"], FAMILY, reading)
    [table] = [block for block in sheet.blocks if isinstance(block, Table)]
    assert table.titles == (
        "序号",
        "编号",
        "案由",
        "企业",
        "会议意见类型",
        "会议意见",
        "牵头单位",
        "配合单位",
        "办结时限",
    )
    assert table.rows == (
        (
            "1", "甲2026-1", "道路修复", "乙机械厂", "交办", "年内修复。", "区经济促进局",
            "区住房城乡建设和水利局、区税务局", "2026年11月5日",
        ),
    ), "what was answered or put off is nobody's to handle"  # fmt: skip
    assert sheet.wide
    assert not document_sheet(documents["minutes"], FAMILY, reading).wide


def test_a_seal_and_a_number_stand_only_where_the_file_says_so(reading):
    text = [{"key": "p", "paragraph": "略"}]
    sealed = documents_of(
        compiled(document("meeting", text=text, number="第{{record.state}}号", seal="示例单位")).definition
    )["other"]
    sheet = document_sheet(sealed, FAMILY, reading)
    assert (sheet.number, sheet.seal) == ("第已召开号", "示例单位")


def test_what_is_filled_in_is_not_looked_at_again(reading):
    family = Family(MEETING.with_(values={"place": "{{summary}} {{place}}", "summary": "不该出现"}))
    assert said(reading, "{{ place }}|{{nothing}}|{{record.state}}", family) == "{{summary}} {{place}}||已召开"


def test_rows_under_a_condition_are_numbered_as_they_stand(reading):
    rows = {"of": {"field": "conclusions"}, "where": {"==": [{"var": "conclusion"}, "assign"]}}
    column = {"key": "c", "title": "件", "value": "{{row.number}}{{matter.subject}}"}
    [table] = composed(reading, {"table": {**rows, "columns": [column]}})
    assert table.rows == (("1道路修复",),)


@pytest.mark.parametrize(("order", "expected"), [("until", "续贷、道路修复"), ("-until", "道路修复、续贷")])
def test_rows_are_put_in_order_and_what_is_missing_stands_first(order, expected, reading):
    [found] = composed(
        reading, {"list": {"of": {"field": "conclusions"}, "order": order, "item": "{{matter.subject}}"}}
    )
    assert found.text == expected


def test_linked_records_and_their_parts(reading):
    item = "{{row.number}}.{{record.number}} {{result}}{{part.lead}}，{{part.support}}，{{record.state}}"
    [found] = composed(reading, {"list": {"of": {"relation": "agenda"}, "item": item, "join": "；"}})
    state = reading.mechanism.definition.lifecycles["matter"].states["assigned"].title
    assert found.text == "；".join(
        f"{n}.甲2026-{n} 区经济促进局，区住房城乡建设和水利局、区税务局，{state}" for n in (1, 2)
    )


def test_the_records_that_lead_here(reading):
    family = Family(MATTERS[0], linked={"~agenda": (MEETING,)})
    blocks = {"list": {"of": {"relation": "~agenda"}, "item": "{{held_on}}{{place}}"}}
    [found] = composed(reading, blocks, family=family)
    assert found.text == "2026年8月5日区工商联会议室"


def test_the_entries_of_a_field_of_several(reading):
    family = Family(MEETING.with_(values={"others": ["economy", "tax"]}))
    blocks = {"list": {"of": {"field": "others"}, "item": "{{row.number}}{{value}}", "marks": "一、"}}
    [found] = composed(reading, blocks, family=family)
    assert found.items == (("一、", "1区经济促进局"), ("二、", "2区税务局"))


def test_a_ledger_brings_its_columns(reading):
    listed = replace(reading, listed=lambda view: MATTERS)
    [table] = composed(listed, {"table": {"of": {"view": "collected"}}})
    shown = reading.mechanism.definition.views["collected"]
    assert len(table.titles) == len(shown.columns) + 1
    assert table.titles[0] == "序号"
    assert [row[1] for row in table.rows] == ["甲2026-1", "甲2026-2"]


def test_nothing_is_printed_of_rows_that_are_not_there(reading):
    none = {"of": {"field": "others"}, "item": "{{value}}"}
    columns = [{"key": "c", "title": "单位", "value": "{{value}}"}]
    assert composed(reading, {"list": {**none, "label": "另邀："}}) == []
    assert composed(reading, {"table": {"of": none["of"], "columns": columns}}) == []
    assert composed(reading, {"list": {**none, "label": "另邀：", "empty": "无"}}) == [Paragraph("另邀：无")]
    [table] = composed(reading, {"table": {"of": none["of"], "columns": columns, "empty": "没有"}})
    assert (table.rows, table.empty) == ((), "没有")


@pytest.mark.parametrize(
    ("number", "mark"), [(1, "（一）"), (10, "（十）"), (11, "（十一）"), (20, "（二十）"), (99, "（九十九）")]
)
def test_items_are_numbered_in_chinese(number, mark, reading):
    family = Family(MEETING.with_(values={"others": ["economy"] * number}))
    blocks = {"list": {"of": {"field": "others"}, "item": "略", "marks": "（一）"}}
    [found] = composed(reading, blocks, family=family)
    assert found.items[-1][0] == mark


def test_other_records_are_masked_and_one_s_own_is_not(reading):
    item = {"item": "{{contact_name}}{{contact_phone}}"}
    [found] = composed(reading, {"list": {"of": {"relation": "agenda"}, **item}})
    assert found.text == "张**138****8000、张**138****8000"
    assert said(reading, "{{contact_name}}{{contact_phone}}", Family(MATTERS[0])) == "张三丰13800138000"


def test_a_linked_record_is_read_by_the_version_it_is_on(reading):
    files = dict(read_package("shunde").files)
    codes = json.loads(files["rules/shunde/codes.json"])
    [category] = [one for one in codes["lists"] if one["key"] == "category"]
    next(code for code in category["codes"] if code["key"] == "B")["label"] = "从前的叫法"
    files["rules/shunde/codes.json"] = json.dumps(codes, ensure_ascii=False).encode()
    earlier = compile_mechanism(load(Package(files)).definition)
    of_old = replace(reading, versions=lambda one: earlier if one.type == "matter" else reading.mechanism)
    blocks = {"list": {"of": {"relation": "agenda"}, "item": "{{category}}"}}
    assert composed(of_old, blocks) == [Paragraph("B. 从前的叫法、B. 从前的叫法")]
    assert composed(reading, blocks) != composed(of_old, blocks)


# ── Who may read it ──────────────────────────────────────────────────────────────────────────────────────────────


def eyes(reading, person, scope=SEES_ALL):
    return replace(reading, actor=Actor(person, person), scope=scope)


def test_a_paper_is_for_who_may_read_all_that_is_in_it(reading, documents):
    minutes = documents["minutes"]
    assert may_read_document(minutes, FAMILY, eyes(reading, "office"))
    only_one = Scope(types=frozenset({"meeting"}), records=frozenset({"matter1"}))
    assert not may_read_document(minutes, FAMILY, eyes(reading, "economy", only_one)), "it tells of a matter not theirs"
    both = Scope(types=frozenset({"meeting"}), records=frozenset({"matter1", "matter2"}))
    assert may_read_document(minutes, FAMILY, eyes(reading, "economy", both))


def test_a_section_that_is_closed_closes_the_paper(reading):
    matter = Family(MATTERS[0].with_(state="rated"))
    other = documents_of(compiled(document("matter", text=[{"key": "p", "paragraph": "{{advice}}"}])).definition)[
        "other"
    ]
    assert may_read_document(other, matter, eyes(reading, "office"))
    assert not may_read_document(other, matter, eyes(reading, "economy"))


def test_whom_the_definition_names_may_read_what_was_made_and_no_draft(reading):
    text = [{"key": "p", "paragraph": "{{advice}}"}]
    named = compiled(document("matter", text=text, read=[{"part": "lead"}]))
    other = documents_of(named.definition)["other"]
    matter = Family(MATTERS[0].with_(state="rated"))
    assert may_read_paper(other, matter, eyes(reading, "economy"))
    assert not may_read_document(other, matter, eyes(reading, "economy"))
    assert not may_read_paper(other, Family(matter.record.with_(parts=())), eyes(reading, "economy"))


def test_a_list_is_for_who_sees_all_records_and_all_columns(reading):
    text = [{"key": "t", "table": {"of": {"view": "collected"}}}]
    other = documents_of(compiled(document("meeting", text=text)).definition)["other"]
    assert may_read_document(other, FAMILY, eyes(reading, "office"))
    assert not may_read_document(other, FAMILY, eyes(reading, "economy", Scope(types=frozenset({"meeting"}))))
    columns = [{"key": "c", "title": "意见", "value": "{{advice}}"}]
    closed = [{"key": "t", "table": {"of": {"view": "collected"}, "columns": columns}}]
    other = documents_of(compiled(document("meeting", text=closed)).definition)["other"]
    assert may_read_document(other, FAMILY, eyes(reading, "office"))
    assert not may_read_document(other, FAMILY, eyes(reading, "economy"))


def test_what_is_shown_of_personal_data_is_known(reading, documents):
    assert personal_in_document(documents["minutes"], FAMILY, reading) == ["guests", "part.attendee.attendees"]
    assert personal_in_document(documents["checklist"], FAMILY, reading) == []


def test_a_sheet_says_when_it_was_read_nowhere(reading, documents):
    later = replace(reading, now=NOW.replace(year=2027))
    assert document_sheet(documents["minutes"], FAMILY, reading) == document_sheet(documents["minutes"], FAMILY, later)
