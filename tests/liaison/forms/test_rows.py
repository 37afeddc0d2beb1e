"""Columns that a row shows, and wants filled, only where its other cells say so."""

from __future__ import annotations

import pytest
from werkzeug.datastructures import MultiDict

from liaison.forms import bind, check

ASSIGNED = {"==": [{"var": "how"}, "assign"]}
LED = {"!": {"missing": {"var": "lead"}}}
TABLE = {
    "kind": "table",
    "type": "array",
    "title": "清单",
    "items": {
        "type": "object",
        "properties": {
            "how": {"kind": "line", "type": "string", "title": "意见"},
            "lead": {"kind": "unit", "type": "string", "title": "牵头"},
            "why": {"kind": "line", "type": "string", "title": "理由", "maxLength": 3},
            "until": {"kind": "date", "type": "string", "title": "期限"},
        },
        "required": ["how", "until"],
        "show": {"lead": ASSIGNED, "why": LED, "until": {"!": ASSIGNED}},
        "require": {"lead": ASSIGNED},
    },
}


@pytest.fixture(scope="module")
def form(form_with):
    return form_with({"rows": TABLE})


@pytest.fixture(scope="module")
def filled(form, options, day):
    def fill(*rows, existing=None):
        return check(form, {"rows": list(rows)}, existing or {}, options, day=day)

    return fill


def wrong(checked):
    return [(one.row, one.column, one.message.params["what"].code) for one in checked.problems]


def test_what_a_row_hides_is_cleared_and_what_that_hides_too(filled):
    checked = filled({"how": "defer", "lead": "economy", "why": "要", "until": "2026-09-01"})
    assert checked.problems == ()
    assert checked.values["rows"] == [{"how": "defer", "until": "2026-09-01"}]


def test_what_is_hidden_is_neither_wanted_nor_looked_at(filled):
    assert filled({"how": "assign", "lead": "economy", "until": "no day"}).values["rows"] == [
        {"how": "assign", "lead": "economy"}
    ]
    assert wrong(filled({"how": "defer", "why": "很长的理由", "until": "2026-09-01"})) == []


def test_each_row_is_asked_for_what_it_wants(filled):
    checked = filled({"how": "assign"}, {"how": "defer"}, {"how": "assign", "lead": "economy", "why": "太长的话"})
    assert wrong(checked) == [
        (0, "lead", "forms.required_pick"),
        (1, "until", "forms.required"),
        (2, "why", "forms.too_long"),
    ]


def test_a_row_of_which_nothing_is_shown_that_was_typed_is_blank(filled):
    checked = filled({"lead": "economy"}, {"how": "assign", "lead": "housing"})
    assert checked.values["rows"] == [{"how": "assign", "lead": "housing"}]
    assert wrong(filled({"lead": "economy"}, {"how": "assign"})) == [(1, "lead", "forms.required_pick")]


def test_a_browser_is_heard_alike(form, options, day):
    sent = MultiDict([("rows-0-how", "defer"), ("rows-0-lead", "economy"), ("rows-0-until", "2026-09-01")])
    assert check(form, sent, {}, options, day=day).values["rows"] == [{"how": "defer", "until": "2026-09-01"}]


def test_the_page_knows_what_each_cell_waits_for(form, options, day):
    page = bind(form, {"rows": [{"how": "assign", "lead": "economy"}, {"how": "defer"}]}, options, day=day)
    table = page.fields["rows"]
    looks = [{cell.spec.key: (cell.visible, cell.required) for cell in table.cells(row)} for row in table.entries]
    assert looks == [
        {"how": (True, True), "lead": (True, True), "why": (True, False), "until": (False, False)},
        {"how": (True, True), "lead": (False, False), "why": (False, False), "until": (True, True)},
    ]
    lead = next(cell for cell in table.cells(table.blank) if cell.spec.key == "lead")
    assert (lead.show, lead.require) == (ASSIGNED, ASSIGNED)
