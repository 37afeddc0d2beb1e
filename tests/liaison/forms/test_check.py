"""Checking what a person sent: visible, open, required; cleared, kept, never lost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from werkzeug.datastructures import MultiDict

from liaison.forms import bind, check, entries_in
from liaison.texts import say

FILLED = {"company": "某公司", "category": "A"}


def sentences(checked):
    return [say(problem.message) for problem in checked.problems]


def line(title, **more):
    return {"kind": "line", "type": "string", "title": title, **more}


YES_NO = {
    "kind": "choice",
    "type": "string",
    "title": "是否",
    "choices": [{"key": "yes", "label": "是"}, {"key": "no", "label": "否"}],
}
IF_YES = {"==": [{"var": "a"}, "yes"]}


def test_a_whole_form_from_a_browser(every, options, day):
    sent = MultiDict(
        [
            ("csrf_token", "x"),
            ("company", " 某公司 "),
            ("category", "A"),
            ("topics", "A"),
            ("topics", "B"),
            ("staff", "8"),
            ("investment", "0.1"),
            ("urgency", "usual"),
            ("people-0-name", "张三"),
            ("people-0-phone", ""),
            ("people-3-name", ""),
            ("people-7-name", "李四"),
            ("people-7-phone", "0757-22838888"),
        ]
    )
    checked = check(every, sent, {}, options, day=day)
    assert sentences(checked) == []
    assert checked.values == {
        "company": "某公司",
        "category": "A",
        "topics": ["A", "B"],
        "staff": 8,
        "investment": "1000.00",
        "per_head": "125.00",
        "urgency": "usual",
        "people": [{"name": "张三"}, {"name": "李四", "phone": "0757-22838888"}],
    }
    json.dumps(checked.values)


def test_required_names_each_field_once(every, options, day):
    assert sentences(check(every, MultiDict(), {}, options, day=day)) == [
        "请填写“企业名称”",
        "请选择“问题类别”",
    ]


def test_only_the_section_asked_for_is_checked(every, options, day):
    sent = MultiDict({"phone": "nonsense", "company": "外面"})
    checked = check(every, sent, FILLED, options, day=day, section="contact")
    assert [problem.field for problem in checked.problems] == ["phone"]
    assert checked.values["company"] == "某公司"
    with pytest.raises(KeyError):
        check(every, {}, {}, options, day=day, section="nowhere")


def test_what_is_left_out_is_neither_asked_for_nor_taken(every, options, day):
    sent = MultiDict({"category": "A", "company": "某公司"})
    left_out = check(every, sent, {}, options, day=day, without=["company"])
    assert sentences(left_out) == []
    assert "company" not in left_out.values
    assert "company" not in left_out.bound.fields
    assert all(field.spec.key != "company" for part in left_out.bound.sections for row in part.rows for field in row)
    kept = check(every, {"category": "A"}, {"company": "某公司"}, options, day=day, without=["company"])
    assert kept.values["company"] == "某公司"


def test_absent_means_emptied_from_a_browser_and_left_alone_from_elsewhere(every, options, day):
    existing = {**FILLED, "mail": "a@b.cn"}
    assert "mail" not in check(every, MultiDict(FILLED), existing, options, day=day).values
    assert check(every, FILLED, existing, options, day=day).values["mail"] == "a@b.cn"


def test_hidden_values_are_cleared_and_shown_ones_required(every, options, day):
    hidden = check(every, {**FILLED, "urgency": "usual", "grounds": "旧话"}, {"grounds": "旧话"}, options, day=day)
    assert "grounds" not in hidden.values
    assert not hidden.bound.fields["grounds"].visible
    shown = check(every, {**FILLED, "urgency": "urgent"}, {}, options, day=day)
    assert sentences(shown) == ["请填写“紧急理由”"]


def test_clearing_one_field_hides_the_next(form_with, options, day):
    form = form_with(
        {"a": YES_NO, "b": YES_NO, "c": line("丙")},
        controls={"b": {"show": IF_YES}, "c": {"show": {"==": [{"var": "b"}, "yes"]}}},
    )
    checked = check(form, {"a": "no", "b": "yes", "c": "x"}, {}, options, day=day)
    assert checked.values == {"a": "no"}


def test_a_field_that_only_a_hidden_one_kept_hidden_comes_back(form_with, options, day):
    # a shows only without b, and b is hidden for good: a must survive.
    form = form_with(
        {"a": line("甲"), "b": line("乙")},
        controls={"a": {"show": {"missing": {"var": "b"}}}, "b": {"show": {"==": [1, 2]}}},
    )
    assert check(form, {"a": "x", "b": "y"}, {}, options, day=day).values == {"a": "x"}


def test_conditions_that_chase_each_other_come_to_an_end(form_with, options, day):
    form = form_with(
        {"a": line("甲"), "b": line("乙")},
        controls={"a": {"show": {"missing": {"var": "b"}}}, "b": {"show": {"!": {"missing": {"var": "a"}}}}},
    )
    check(form, {"a": "x", "b": "y"}, {}, options, day=day)


def test_closed_fields_keep_what_they_had(every, options, day):
    existing = {**FILLED, "meeting_at": "2026-08-01T09:00+08:00"}
    sent = {**FILLED, "meeting_at": "2026-09-09 09:00"}
    closed = check(every, sent, existing, options, day=day, facts={"record.state": "closed"})
    assert closed.values["meeting_at"] == existing["meeting_at"]
    opened = check(every, sent, existing, options, day=day, facts={"record.state": "reported"})
    assert opened.values["meeting_at"] == "2026-09-09T09:00+08:00"


def test_what_one_may_not_edit_is_ignored(every, options, day):
    checked = check(every, {"company": "改名", "problem": "新"}, FILLED, options, day=day, editable={"problem"})
    assert (checked.values["company"], checked.values["problem"]) == ("某公司", "新")
    assert checked.bound.fields["problem"].enabled
    assert not checked.bound.fields["company"].enabled


def test_defaults_fill_a_section_nobody_has_touched(every, options, day):
    fresh = bind(every, {}, options, day=day).fields
    assert (fresh["submitted_on"].data, fresh["urgency"].data) == ("2026-08-20", "usual")
    started = bind(every, {"problem": "已写"}, options, day=day).fields
    assert started["submitted_on"].data is None
    assert check(every, FILLED, {}, options, day=day).values["submitted_on"] == "2026-08-20"


def test_a_retired_code_stays_where_it_stands_and_cannot_be_chosen_anew(every, options, day):
    chosen = check(every, {**FILLED, "category": "X"}, {}, options, day=day)
    assert sentences(chosen) == ["“问题类别”选的不在可选范围内"]
    assert check(every, {**FILLED, "category": "X"}, {"category": "X"}, options, day=day).problems == ()
    offered = {choice.value for choice in bind(every, {}, options, day=day).fields["category"].choices}
    assert offered == {"A", "B", "C"}


def test_cascading_codes(every, options, day):
    assert check(every, {**FILLED, "sector": "C", "trade": "C38"}, {}, options, day=day).problems == ()
    assert sentences(check(every, {**FILLED, "sector": "C", "trade": "F51"}, {}, options, day=day)) == [
        "“行业大类”与上一级的选择不符"
    ]
    parents = {c.value: c.parent for c in bind(every, {}, options, day=day).fields["trade"].choices}
    assert parents == {"C38": "C", "C39": "C", "F51": "F"}


def test_table_rows_are_named_as_typed(every, options, day):
    people = [{"name": "", "phone": ""}, {"name": "张三", "phone": "1"}, {"phone": "12345", "role": "boss"}]
    checked = check(every, {**FILLED, "people": people}, {}, options, day=day)
    assert [(p.field, p.row, p.column) for p in checked.problems] == [
        ("people", 1, "phone"),
        ("people", 2, "name"),
        ("people", 2, "role"),
    ]
    assert sentences(checked)[1] == "“参会人员”第 3 行：请填写“姓名”"
    rows = checked.bound.fields["people"].entries
    assert [row["phone"]._value() for row in rows] == ["", "1", "12345"]
    assert rows[1]["phone"].name == "people-1-phone"


AGENDA = {
    "kind": "table",
    "type": "array",
    "title": "议程",
    "items": {
        "type": "object",
        "properties": {
            "matter": {"kind": "record", "type": "string", "title": "事项", "filter": {"type": "matter"}},
            "also": {
                "kind": "record",
                "type": "array",
                "items": {"type": "string"},
                "title": "一并研究",
                "filter": {"type": "matter"},
            },
            "said": line("意见"),
        },
        "required": ["matter"],
        "unique": ["matter"],
    },
}


def test_what_must_stand_once_is_said_at_the_second_row(form_with, options, day):
    form = form_with({"agenda": AGENDA})
    rows = [{"matter": "m1"}, {}, {"matter": "m2"}, {"matter": "m1"}, {"matter": "m2"}]
    checked = check(form, {"agenda": rows}, {}, options, day=day)
    assert [(p.row, p.column) for p in checked.problems] == [(3, "matter"), (4, "matter")]
    assert sentences(checked) == ["“议程”第 4 行：“事项”与第 1 行重复", "“议程”第 5 行：“事项”与第 3 行重复"]
    assert checked.raw["agenda"] == rows
    # What another section typed is not this one's to look at.
    stored = {"agenda": [{"matter": "m1"}, {"matter": "m1"}]}
    assert check(form, {}, stored, options, day=day).problems == ()


def test_what_stands_in_a_column_stays_valid_and_is_called_by_its_name(form_with, options, day):
    form = form_with({"agenda": AGENDA, "one": AGENDA["items"]["properties"]["matter"]})
    stored = {"agenda": [{"matter": "gone"}, {"matter": "m1", "also": ["gone", "lost"]}], "one": "gone"}
    sent = {"agenda": [{"matter": "m2"}, {"matter": "gone", "also": ["lost"]}], "one": "gone"}
    assert check(form, sent, stored, options, day=day).problems == ()
    assert sentences(check(form, {"agenda": [{"matter": "lost"}]}, stored, options, day=day)) == [
        "“议程”第 1 行：“事项”选的不在可选范围内"
    ]
    called = {("record", "gone"): "ZF-2025-009 旧事"}
    page = bind(form, stored, options, day=day, submitted=sent, names=lambda *asked: called.get(asked))
    agenda = page.fields["agenda"]
    labels = [[choice.label for choice in cell.choices or ()] for cell in agenda.cells(agenda.entries[0])]
    assert labels[0] == ["ZF-2026-001 道路修复", "ZF-2026-002 续贷", "ZF-2025-009 旧事"]
    assert labels[1][2:] == ["ZF-2025-009 旧事", "lost"]
    assert [choice.label for choice in page.fields["one"].choices][2:] == ["ZF-2025-009 旧事"]
    assert [next(cell.picked for cell in agenda.cells(row)) for row in agenda.entries] == [{"m2"}, {"gone"}]


def test_everything_picked_is_collected_at_once(form_with):
    fields = form_with({"agenda": AGENDA, "one": AGENDA["items"]["properties"]["matter"], "note": line("注")}).fields
    stored = {"agenda": [{"matter": "m1", "also": ["m2", "m3"]}, {"said": "m9"}], "one": "m4", "note": "m8"}
    assert list(entries_in("record", fields, stored)) == ["m1", "m2", "m3", "m4"]
    typed = {"agenda": ["m1", {"matter": {"m": 1}, "also": [None, "m2"]}], "one": ""}
    assert list(entries_in("record", fields, typed)) == ["m2"]


TAKEN_OVER = {
    "kind": "table",
    "type": "array",
    "title": "议题",
    "items": {
        "type": "object",
        "properties": {
            "matter": AGENDA["items"]["properties"]["matter"],
            "heading": {**line("题目"), "default": [{"var": "matter.short"}, {"var": "matter.subject"}]},
            "on": {
                "kind": "date",
                "type": "string",
                "title": "日期",
                "format": "date",
                "default": {"var": "matter.on"},
            },
            "units": {
                "kind": "unit",
                "type": "array",
                "items": {"type": "string"},
                "uniqueItems": True,
                "title": "单位",
                "default": [{"var": "matter.lead"}, {"var": "matter.concerned"}],
            },
        },
        "required": ["heading"],
    },
}


def test_a_row_takes_over_what_its_expressions_read_through_the_record_it_picks(form_with, options, day):
    form = form_with({"topics": TAKEN_OVER})
    records = {
        "m1": {"subject": "甲", "on": day, "lead": "economy", "concerned": ["housing", "economy"]},
        "m2": {"subject": "乙", "short": "短", "on": "那天"},
    }
    asked = []

    def through(ids):
        asked.append(set(ids))
        return {id_: records[id_] for id_ in ids if id_ in records}

    rows = [{"matter": "m1", "units": [], "heading": ""}, {"matter": "m2", "units": ["housing"]}, {"matter": ""}, "x"]
    checked = check(form, {"topics": rows[:3]}, {}, options, day=day, through=through)
    first = {"matter": "m1", "heading": "甲", "on": "2026-08-20", "units": ["economy", "housing"]}
    second = {"matter": "m2", "heading": "短", "units": ["housing"]}
    assert checked.values["topics"] == [first, second]
    assert checked.raw["topics"] == [first, second, {"matter": ""}], "so that a page shows it again"
    assert asked == [{"m1", "m2"}], "all at once"
    assert check(form, {"topics": rows}, {}, options, day=day, through=through).problems, "no rows at all"
    later = {"topics": [{"matter": "m1", "heading": "甲"}, {"matter": "m2"}]}
    stored = {"topics": [first]}
    assert check(form, later, stored, options, day=day, through=through).values["topics"] == [
        {"matter": "m1", "heading": "甲"},
        {"matter": "m2", "heading": "短"},
    ]
    assert asked[-1] == {"m2"}
    [problem] = check(form, {"topics": [{"matter": "m1"}]}, {}, options, day=day).problems
    assert problem.column == "heading", "nobody says what may be read"


def test_a_row_to_copy_has_nothing_taken_over(form_with, options, day):
    table = bind(form_with({"topics": TAKEN_OVER}), {}, options, day=day).fields["topics"]
    assert [cell.data for cell in table.cells(table.blank)] == [None, None, None, None]


def test_a_blank_row_to_copy(every, options, day):
    table = bind(every, {}, options, day=day).fields["people"]
    assert [cell.name for cell in table.cells(table.blank)] == [
        "people-__row__-name",
        "people-__row__-phone",
        "people-__row__-role",
        "people-__row__-about",
    ]
    assert table.blank["role"].data == "other"


def test_the_empty_row_of_a_page_without_script_is_sent_and_does_not_stay(every, options, day):
    table = bind(every, {"people": [{"name": "张三"}]}, options, day=day).fields["people"]
    spare = {cell.name: "" for cell in table.cells(table.spare)}
    assert list(spare) == ["people-1-name", "people-1-phone", "people-1-role", "people-1-about"]
    checked = check(every, MultiDict({**FILLED, "people-0-name": "张三", **spare}), {}, options, day=day)
    assert checked.problems == ()
    assert [row["name"] for row in checked.raw["people"]] == ["张三"]
    between = MultiDict({**FILLED, "people-0-name": "", "people-1-name": "李四", "people-2-name": ""})
    assert [row["name"] for row in check(every, between, {}, options, day=day).raw["people"]] == ["", "李四"]


def test_what_was_typed_comes_back(every, options, day):
    checked = check(every, MultiDict({**FILLED, "staff": "很多", "phone": "123x"}), {}, options, day=day)
    assert checked.bound.fields["staff"]._value() == "很多"
    assert 'value="很多"' in str(checked.bound.fields["staff"]())
    draft = bind(every, {}, options, day=day, submitted=checked.raw)
    assert draft.fields["phone"]._value() == "123x"
    assert draft.fields["company"]._value() == "某公司"


def test_a_name_nobody_knows_is_said_to_programs_and_ignored_from_browsers(every, options, day):
    assert sentences(check(every, {**FILLED, "compony": "x"}, {}, options, day=day)) == ["表单里没有“compony”这一项"]
    assert check(every, MultiDict({**FILLED, "compony": "x"}), {}, options, day=day).problems == ()


def test_many_rows_are_refused_whole(every, options, day):
    checked = check(every, {**FILLED, "people": [{"name": "张三"}] * 10_000}, {}, options, day=day)
    assert sentences(checked) == ["“参会人员”最多 5 行，现在有 10000 行"]
    assert len(checked.raw["people"]) == 10_000


WHOLE = "几项之间不符合表单的规定，请对照填表说明检查"
RULES = [
    ({"if": {"required": ["a"]}, "then": {"required": ["b"]}}, {"a": "x"}, ("b", "“乙”在当前情况下必须填写")),
    ({"dependentRequired": {"a": ["b"]}}, {"a": "x"}, ("b", "“乙”要与已填的另一项一起填写")),
    ({"anyOf": [{"required": ["a", "b"]}, {"required": ["n"]}]}, {"a": "x"}, ("b", "“乙”在当前情况下必须填写")),
    (
        {"oneOf": [{"required": ["a"]}, {"required": ["b"]}]},
        {"a": "x", "b": "y"},
        ("", WHOLE),
    ),
    ({"allOf": [{"properties": {"n": {"exclusiveMinimum": 3}}}]}, {"n": 3}, ("n", "“数”要大于 3")),
    ({"allOf": [{"properties": {"n": {"multipleOf": 0.5}}}]}, {"n": "1.3"}, ("n", "“数”要是 0.5 的整数倍")),
    ({"not": {"required": ["a", "b"]}}, {"a": "x", "b": "y"}, ("", WHOLE)),
    ({"allOf": [{"properties": {"a": {"const": "是"}}}]}, {"a": "x"}, ("a", "“甲”不是规定的值")),
    ({"allOf": [{"properties": {"a": {"enum": ["是"]}}}]}, {"a": "x"}, ("a", "“甲”不在可选范围内")),
    ({"allOf": [{"properties": {"a": {"type": "number"}}}]}, {"a": "x"}, ("a", "“甲”应填的类型不对")),
    ({"allOf": [{"properties": {"a": {"minLength": 4}}}]}, {"a": "x"}, ("a", "“甲”至少要 4 个字")),
    ({"allOf": [{"properties": {"a": {"pattern": "^[0-9]+$"}}}]}, {"a": "x"}, ("a", "“甲”的写法不符合要求")),
    ({"allOf": [{"properties": {"a": False}}]}, {"a": "x"}, ("", WHOLE)),
]


@pytest.mark.parametrize(("rule", "sent", "said"), RULES)
def test_what_the_schema_says_is_said_in_chinese(rule, sent, said, form_with, options, day):
    number = {"kind": "decimal", "type": "number", "title": "数"}
    form = form_with({"a": line("甲"), "b": line("乙"), "n": number}, schema=rule)
    checked = check(form, sent, {}, options, day=day)
    assert [(p.field, say(p.message)) for p in checked.problems] == [said]


def test_what_the_page_needs(every, options, day):
    page = bind(every, FILLED, options, day=day)
    reason, phone = page.fields["grounds"], page.fields["phone"]
    assert reason.show == reason.require == {"==": [{"var": "urgency"}, "urgent"]}
    assert (reason.visible, reason.required) == (False, False)
    assert (phone.inputmode, phone.autocomplete, phone.kind.name) == ("tel", "tel", "telephone")
    assert page.fields["problem"].help == "请写明时间、地点和诉求"
    assert [section.key for section in page.sections] == ["basics", "contact", "problem"]
    assert [field.name for field in page.sections[0].rows[2]] == ["staff", "area", "share"]
    assert all(str(field()) for field in page.fields.values())


def test_field_names_that_wtforms_uses_itself_do_no_harm(form_with, options, day):
    keys = ("data", "errors", "meta", "validate", "process", "populate_obj", "form_errors")
    form = form_with({key: line(key) for key in keys})
    assert check(form, dict.fromkeys(keys, "x"), {}, options, day=day).values == dict.fromkeys(keys, "x")


def test_pickers_are_asked_once(every, day):
    asked = []

    def count(kind, wish, on):
        asked.append((kind, str(wish), on))
        return ()

    checked = check(every, {**FILLED, "units": ["economy"]}, {}, count, day=day)
    assert sentences(checked) == ["“涉及单位”选的不在可选范围内"]
    assert len(asked) == len(set(asked))


def test_no_sentence_for_users_stands_in_python():
    room = Path(__file__).parents[3] / "platform" / "liaison" / "forms"
    for module in room.rglob("*.py"):
        for number, text in enumerate(module.read_text(encoding="utf-8").splitlines(), start=1):
            said = "请" in text and '"""' not in text
            assert not said, f"{module.name}:{number}"
