"""The days between which a date must be: fixed, today, or what another field says."""

from __future__ import annotations

from datetime import date

import pytest

from liaison.forms import check, lint_form
from liaison.texts import say

TODAY = {"var": "record.today"}


@pytest.fixture(scope="module")
def form(form_with):
    return form_with(
        {
            "since": {"kind": "date", "type": "string", "title": "起", "minimum": {"date": "2026-01-01"}},
            "until": {"kind": "date", "type": "string", "title": "止", "minimum": {"var": "since"}, "maximum": TODAY},
            "visits": {
                "kind": "table",
                "type": "array",
                "title": "走访",
                "items": {
                    "type": "object",
                    "properties": {
                        "day": {"kind": "date", "type": "string", "title": "日期", "minimum": {"var": "since"}}
                    },
                },
            },
        }
    )


def said(form, options, **typed):
    return [say(one.message) for one in check(form, typed, {}, options, day=date(2026, 8, 20)).problems]


def test_both_limits_are_days_that_it_may_be(form, options):
    assert said(form, options, since="2026-01-01", until="2026-01-01") == []
    assert said(form, options, since="2026-01-01", until="2026-08-20") == []


def test_a_day_outside_is_told_the_limit(form, options):
    assert said(form, options, since="2025-12-31") == ["“起”不能早于2026年1月1日"]
    assert said(form, options, since="2026-03-02", until="2026-03-01") == ["“止”不能早于2026年3月2日"]
    assert said(form, options, until="2026-08-21") == ["“止”不能晚于2026年8月20日"]


def test_today_is_what_the_facts_say(form, options):
    facts = {"record.today": date(2026, 8, 1)}
    checked = check(form, {"until": "2026-08-02"}, {}, options, day=date(2026, 8, 20), facts=facts)
    assert [one.message.code for one in checked.problems] == ["forms.day_too_late"]


def test_a_limit_that_is_not_known_limits_nothing(form, options):
    assert said(form, options, until="1999-01-01") == []


def test_a_cell_has_limits_of_the_record(form, options):
    [problem] = said(form, options, since="2026-02-01", visits=[{"day": "2026-02-01"}, {"day": "2026-01-31"}])
    assert problem == "“走访”第 2 行：“日期”不能早于2026年2月1日"


def test_what_is_on_file_is_looked_at_like_what_is_typed(form, options):
    checked = check(form, {"until": "2026-02-01"}, {"since": "2025-01-01"}, options, day=date(2026, 8, 20))
    assert [one.field for one in checked.problems] == ["since"]


def test_a_column_reads_fields_and_not_its_row(package_of, form):
    raw = dict(form.json)
    assert lint_form(raw, package_of(raw)) == []
