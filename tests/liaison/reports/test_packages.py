"""The figures of packages, counted over 示例 records: those their golden cases leave behind, each so many times that no
two figures come out alike by chance."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache

import pytest

from harness.told import Told
from liaison.calendars import ZONE, Span, period_of

YEAR = period_of(date(2026, 3, 1), Span.YEAR)
NOW = datetime(2026, 12, 31, 18, 0, tzinfo=ZONE)
VISITS, SOLVED = 63, 62
"""走访 63 家次, 协调解决 62 个问题: what one district reports of serving enterprises."""
AUDITS, LOANS, LOAN = 20, 19, "15789473.68"
"""协助 20 户办理财务审计, 贷款发放 19 宗 3 亿元: what one county reports of its services."""


def procuratorate() -> Told:
    told = Told("procuratorate")
    told.take("visits", "visit", VISITS)
    told.take("visits", "talk", 2)
    told.take("matter", "matter", SOLVED)
    told.take("matter", "third", 3)
    return told


def longgang() -> Told:
    told = Told("longgang")
    told.take("entered", "fine", 2)
    told.take("entered", "finance", 3)
    told.take("entered", "legal", 4)
    told.take("reported", "it", 5)
    return told


def jinzhong() -> Told:
    told = Told("jinzhong")
    told.take("bank_loan", "it", 3, granted="5000000.00")
    told.take("leader_instructs", "it", 4)
    told.take("two_more_routes", "it", 2, abroad="no")
    told.take("two_more_routes", "other", abroad=None)
    return told


def consultation() -> Told:
    told = Told("consultation")
    told.take("by_clause", "draft", 2)
    told.take_all("by_clause", "opinion_sheet")
    told.take_all("by_clause", "opinion")
    told.take_all("by_clause", "opinion", 2, verdict=None)
    for label, times in {"all": 3, "some": 2, "none": 1}.items():
        told.take("proposals", label, times)
    told.take("proposals", "all", 4, outcome=None)
    return told


def policy_library() -> Told:
    told = Told("policy_library")
    told.take_all("second_edition", "policy", 2)
    told.take("selected_and_sent", "d")
    told.take("selected_and_sent", "e", 3)
    told.take_all("selected_and_sent", "receipt")
    told.take("trainings", "t", 3, attended=40)
    return told


def nuanqi() -> Told:
    told = Told("nuanqi")
    told.take("recruiting", "it", 2, headcount=8, hired=3)
    told.take("recruiting", "other", 4)
    told.take("returning", "it", 3, people=9, returned=7)
    told.take("catering", "it", 2, portions=200, delivered=150)
    told.take("counsel", "it", 5, persons=3)
    told.take("counsel", "other")
    return told


def baoan() -> Told:
    told = Told("baoan")
    told.take("service", "it", 3, cases=2, amount="1000.00")
    told.take("noted", "first", 2, measure="eighth", cases=5, amount=None)
    told.take("service", "third", 4)
    told.take("goods", "want", 3)
    told.take("goods", "have", 2)
    told.take("goods", "more", 5)
    return told


def qixian() -> Told:
    told = Told("qixian")
    told.take("service", "it", AUDITS, kind="accounts", cases=1, amount=None)
    told.take("noted", "first", LOANS, mechanism="bank", kind="finance", cases=1, amount=LOAN)
    told.take("service", "second", 2)
    return told


def ningbo() -> Told:
    told = Told("ningbo")
    told.take("homes", "other", 2)
    told.take("homes", "third", 3)
    told.take("homes", "home", 4)
    told.take("homes", "activity", 2, people=30, companies=10)
    told.take("homes", "second", 3, people=5, companies=None)
    return told


def nanshan() -> Told:
    told = Told("nanshan")
    told.take("completed", "measure", 3)
    told.take("missed", "measure", 2)
    told.take("missed", "left", 4)
    return told


@cache
def sample(package: str) -> Told:
    told: Told = globals()[package]()
    return told


@pytest.mark.parametrize(
    ("package", "report", "key", "whole", "lines"),
    [
        ("procuratorate", "year", "visits", VISITS, {}),
        ("procuratorate", "year", "solved", SOLVED, {}),
        ("procuratorate", "year", "matters", SOLVED + 3, {}),
        ("procuratorate", "year", "cited", SOLVED + 3, {"always_1": SOLVED, None: 3}),
        ("procuratorate", "year", "talks", 2, {"intellectual_property": 2}),
        ("longgang", "census", "forms", 14, {}),
        ("longgang", "census", "troubles", 12, {}),
        ("longgang", "census", "passed_on", 9, {}),
        ("longgang", "census", "answered", 5, {}),
        ("longgang", "census", "by_topic", 14, {"finance": 8, "legal": 4, None: 2}),
        ("longgang", "census", "by_department", 9, {"other_department": 4, "department": 5}),
        ("jinzhong", "channels", "received", 10, {}),
        ("jinzhong", "channels", "answered", 7, {}),
        ("jinzhong", "channels", "abroad", Decimal(7) / 9, {}),
        ("jinzhong", "channels", "amount", Decimal(24_000_000), {}),
        ("jinzhong", "channels", "granted", Decimal(15_000_000), {}),
        ("jinzhong", "channels", "by_channel", 10, {"bank": 3, "leader": 4, "government": 2, "chamber": 1}),
        ("jinzhong", "channels", "answered_by_channel", 7, {"bank": 3, "leader": 4}),
        ("jinzhong", "channels", "by_heard", 10, {"visit": 3, "self": 7}),
        ("jinzhong", "channels", "by_lead", 10, {"rural_bank": 3, "science": 4, "tax": 2, "guild": 1}),
        ("jinzhong", "channels", "by_state", 10, {"answered": 7, "handling": 3}),
        ("consultation", "adoption", "asked", 2, {}),
        ("consultation", "adoption", "sheets", 3, {"answered": 2, "unanswered": 1}),
        ("consultation", "adoption", "answered", Decimal(2) / 3, {}),
        ("consultation", "adoption", "opinions", 9, {"adopted": 2, "declined": 1, None: 6}),
        ("consultation", "adoption", "adopted", Decimal(2) / 3, {}),
        ("consultation", "adoption", "proposals", 10, {"adopted": 3, "partly": 2, "declined": 1, None: 4}),
        ("consultation", "adoption", "proposals_adopted", Decimal(3) / 6, {}),
        ("policy_library", "library", "policies", 5, {"candidate": 2, "selected": 3}),
        ("policy_library", "library", "by_level", 3, {"city": 2, "state": 1}),
        ("policy_library", "library", "by_topic", 3, {"other": 1, None: 2}),
        ("policy_library", "library", "rate", Decimal(3) / 5, {}),
        ("policy_library", "library", "receipts", 3, {"signed": 2, "sent": 1}),
        ("policy_library", "library", "signed", Decimal(2) / 3, {}),
        ("policy_library", "library", "trainings", 3, {}),
        ("policy_library", "library", "attended", 120, {}),
        ("nuanqi", "platforms", "jobs", 6, {}),
        ("nuanqi", "platforms", "headcount", 20, {}),
        ("nuanqi", "platforms", "hired", 6, {}),
        ("nuanqi", "platforms", "returned", 21, {}),
        ("nuanqi", "platforms", "delivered", 300, {}),
        ("nuanqi", "platforms", "persons", 15, {}),
        ("nuanqi", "platforms", "questions", 6, {}),
        ("nuanqi", "platforms", "by_topic", 6, {"labour": 6}),
        ("baoan", "measures", "services", 5, {}),
        ("baoan", "measures", "cases", 16, {}),
        ("baoan", "measures", "amount", Decimal(3000), {}),
        ("baoan", "measures", "by_way", 5, {"law": 3, "eighth": 2}),
        ("baoan", "measures", "cases_by_way", 16, {"law": 3, "eighth": 2}),
        ("baoan", "measures", "amount_by_way", Decimal(3000), {"law": 3, "eighth": 2}),
        ("baoan", "measures", "by_provider", 5, {"street": 5}),
        ("baoan", "measures", "waiting", 0, {}),
        ("baoan", "measures", "goods", 10, {"demand": 3, "supply": 7}),
        ("baoan", "measures", "matched", 5, {}),
        ("qixian", "services", "services", AUDITS + LOANS, {}),
        ("qixian", "services", "cases", AUDITS + LOANS, {}),
        ("qixian", "services", "amount", 19 * Decimal(LOAN), {}),
        ("qixian", "services", "by_way", AUDITS + LOANS, {"justice": AUDITS, "bank": LOANS}),
        ("qixian", "services", "by_kind", AUDITS + LOANS, {"accounts": AUDITS, "finance": LOANS}),
        ("ningbo", "homes", "running", 5, {"county": 2, "industrial": 3}),
        ("ningbo", "homes", "by_county", 5, {"west": 2, "east": 3}),
        ("ningbo", "homes", "activities", 5, {"talk": 2, "integrity": 3}),
        ("ningbo", "homes", "people", 75, {"talk": 2, "integrity": 3}),
        ("ningbo", "homes", "companies", 20, {}),
        ("nanshan", "year", "entered", 7, {"first": 3, "second": 4}),
        ("nanshan", "year", "completed", Decimal(3) / 7, {"first": 3, "second": 4}),
        ("nanshan", "year", "overdue", 4, {}),
    ],
)
def test_a_figure_of_the_year(
    package: str, report: str, key: str, whole: Decimal | int, lines: Mapping[str | None, int]
) -> None:
    assert sample(package).figure(report, key, YEAR, NOW) == (whole, lines)
