"""The figures that the report on Xiamen gives, counted over as many 示例 records: sessions, enterprises, sums lent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

import pytest

from harness.told import Told
from liaison.calendars import ZONE, Span, period_of

QUARTER = period_of(date(2026, 3, 1), Span.QUARTER)
NOW = datetime(2026, 3, 31, 18, 0, tzinfo=ZONE)
SESSIONS, ENTERPRISES, LENT = 43, 745, Decimal("571000000.00")


@pytest.fixture(scope="module")
def told() -> Told:
    sample = Told("xiamen_finance")
    whole, rest = divmod(LENT, ENTERPRISES)
    for amount in (whole + rest, *[whole] * (ENTERPRISES - 1)):
        sample.take("lent", "need", amount_lent=f"{amount:.2f}")
    sample.take("activities", "salon", SESSIONS)
    return sample


@pytest.mark.parametrize(
    ("key", "figure"),
    [
        ("activities", SESSIONS),
        ("lent", ENTERPRISES),
        ("amount_lent", LENT),
        ("refused", 0),
        ("amount_recommended", ENTERPRISES * 1_000_000),
        ("amount_connected", ENTERPRISES * 900_000),
        ("amount_granted", ENTERPRISES * 800_000),
    ],
)
def test_a_figure_of_the_quarter(told: Told, key: str, figure: Decimal | int) -> None:
    assert told.figure("results", key, QUARTER, NOW)[0] == figure


@pytest.mark.parametrize(
    ("key", "lines"),
    [
        ("by_kind", {"salon": SESSIONS}), ("by_group", {"e01": ENTERPRISES}), ("by_branch", {"b01": ENTERPRISES}),
        ("by_state", {"lent": ENTERPRISES}),
    ],
)  # fmt: skip
def test_the_lines_of_a_figure(told: Told, key: str, lines: Mapping[str, int]) -> None:
    assert told.figure("results", key, QUARTER, NOW)[1] == lines
