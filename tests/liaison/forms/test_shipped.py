"""The forms of the mechanisms that ship, base forms included: sound, compiled, filled in, printed."""

from __future__ import annotations

from datetime import date

import pytest

from liaison.definitions import load, read_package, shipped
from liaison.forms import Choice, bind, check, compile_form, display, lint_form, mask, print_grid, to_json_schema
from liaison.texts import Severity, say

DAY = date(2026, 8, 20)


def offered(kind, wish, day):
    return [Choice("economy", "区经济促进局")] if kind == "unit" else []


@pytest.fixture(scope="module", params=shipped())
def definition(request):
    loaded = load(read_package(request.param))
    assert loaded.definition is not None
    return loaded.definition


def test_every_form_compiles_binds_and_exports(definition):
    for raw in definition.forms.values():
        errors = [
            (finding.code, finding.pointer, say(finding.message))
            for finding in lint_form(raw, definition)
            # What facts there are is for `checking` to know.
            if finding.severity is Severity.ERROR and finding.code != "conditions.unknown_variable"
        ]
        assert errors == []
        form = compile_form(raw, definition)
        assert list(bind(form, {}, offered, day=DAY).fields) == list(form.controls)
        assert to_json_schema(form)["schema"]["properties"].keys() == form.fields.keys()
        if "print" in raw:
            assert len(print_grid(form, {}).rows) == len(raw["print"]["rows"])


def test_a_report_of_shunde():
    definition = load(read_package("shunde")).definition
    form = compile_form(definition.forms["report"], definition)
    sent = {
        "reporting_unit": "大良总商会",
        "company": "某某电器有限公司",
        "category": "B",
        "contact_name": "张三丰",
        "contact_phone": "138 1234 1234",
        "attendee_name": "李四",
        "units_concerned": ["economy"],
        "problem": "用地紧张",
    }
    checked = check(form, sent, {}, offered, day=DAY)
    assert [say(problem.message) for problem in checked.problems] == ["请填写“单位和职务”", "请填写“联系电话”"]
    done = check(form, {"attendee_post": "总经理", "attendee_phone": "0757-22838888"}, checked.values, offered, day=DAY)
    assert done.problems == ()
    assert done.values["submitted_on"] == "2026-08-20"
    assert mask(form.fields["contact_phone"], done.values["contact_phone"]) == "138****1234"
    assert display(form.fields["category"], "B").startswith("B. ")
    grid = print_grid(form, done.values, facts={"record.number": "SDMQ-2026-0001"})
    assert [piece.text for piece in grid.header] == ["报送单位：大良总商会", "编号：SDMQ-2026-0001"]
    assert grid.rows[0][3].pieces[0].text == "2026年8月20日"
