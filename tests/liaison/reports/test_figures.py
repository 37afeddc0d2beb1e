"""What is counted: by hand, in memory and in SQL alike, and behind each number exactly its records."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from liaison.access import Scope
from liaison.calendars import ZONE, Period, Span, period_of
from liaison.engine.figures import Counts, Metric, measure
from liaison.reports import EVERY, count, reports_of, wanted
from liaison.store import UnfilterableError, records

QUARTERS = [period_of(datetime(2026, month, 1).date(), Span.QUARTER) for month in (1, 4, 7)]  # noqa: DTZ001
PERIODS = [
    *QUARTERS,
    *(period_of(period.first, Span.MONTH) for period in QUARTERS),
    period_of(QUARTERS[0].first, Span.YEAR),
]
Q2, Q3 = QUARTERS[1:]


def metrics(place: Any) -> dict[str, Metric]:
    return {
        metric.key: metric for report in reports_of(place.mechanism.definition).values() for metric in report.metrics
    }


def counted(place: Any, metric: Metric, period: Period, scope: Scope | None = None) -> Counts:
    with place.database.read() as connection:
        reach = {place.installation: scope or place.scope("office")}
        return count(connection, place.mechanism, reach, metric, period, place.now)


def numbers(counts: Counts, metric: Metric) -> dict[str | None, Any]:
    return {value: figure.value(metric.measure) for value, figure in counts.lines.items()}


# ── By hand ──────────────────────────────────────────────────────────────────────────────────────────────────────


def day(month: int, of_month: int, hour: int = 9) -> datetime:
    return datetime(2026, month, of_month, hour, tzinfo=ZONE)


@pytest.fixture
def told(place: Any) -> Any:
    """Five matters: one replied in time and rated well, one rated badly, one replied late and not rated, one overdue
    and still open, one only reported."""

    def matter(at: datetime, **values: Any) -> str:
        id_: str = place.report(at=at, subject="事由", reported_on=f"{at:%Y-%m-%d}", **values)
        return id_

    good = matter(day(4, 2), category="A", town="hill", amount="100.10", people=3)
    bad = matter(day(4, 3), category="B", town="river", amount="50.20", people=6)
    late = matter(day(5, 1), category="B", town="hill")
    overdue = matter(day(6, 30, 23), category="C")
    matter(day(7, 1, 0))
    for record, at, unit in ((good, day(4, 10), "north"), (bad, day(4, 10), "south"), (late, day(5, 2), "north"),
                             (overdue, day(7, 2), "north")):  # fmt: skip
        place.do(record, "assign", at=at, level="general", lead_unit=unit, support_units=["hill", "river"])
    for record, at in ((good, day(5, 9)), (bad, day(4, 12)), (late, day(6, 20))):
        place.do(record, "reply", at=at, outcome="solved")
    place.do(good, "rate", at=day(6, 30, 23), rating="satisfied", channels=["telephone", "visit"])
    place.do(bad, "rate", at=day(7, 1, 0), rating="dissatisfied", channels=["none"])
    place.do(overdue, "discuss", at=day(7, 20))
    return place


def test_a_record_belongs_to_the_day_it_says(told: Any) -> None:
    received = metrics(told)["received"]
    assert [counted(told, received, period).whole.records for period in QUARTERS] == [0, 4, 1]


def test_an_open_overdue_matter_counts_in_the_on_time_rate(told: Any) -> None:
    on_time = metrics(told)["on_time"]
    q2, q3 = (counted(told, on_time, period).whole for period in (Q2, Q3))
    assert (q2.hits, q2.records) == (2, 3)  # good and bad in time, late late
    assert (q3.hits, q3.records, q3.value("share")) == (0, 1, 0)  # overdue, and nobody has replied
    assert counted(told, on_time, QUARTERS[0]).whole.value("share") is None


def test_unrated_never_counts_as_satisfied(told: Any) -> None:
    satisfied = metrics(told)["satisfied"]
    q2, q3 = (counted(told, satisfied, period).whole for period in (Q2, Q3))
    assert (q2.hits, q2.records) == (1, 1)  # by the event, on the last evening of the quarter
    assert (q3.hits, q3.records) == (0, 1)  # in its first hour
    generous = Metric("x", "x", "x", "matter", "share", where={"!=": [{"var": "rating"}, "dissatisfied"]},
                      among={"!": {"missing": {"var": "rating"}}})  # fmt: skip
    assert (counted(told, generous, Q2).whole.hits, counted(told, generous, Q2).whole.records) == (1, 2)


def test_what_is_not_rated_stands_in_a_line_of_its_own(told: Any) -> None:
    rating = metrics(told)["by_rating"]
    assert numbers(counted(told, rating, Q2), rating) == {"satisfied": 1, "dissatisfied": 1, None: 2}


def test_a_record_with_several_values_stands_in_several_lines(told: Any) -> None:
    channel = metrics(told)["by_channel"]
    q2 = counted(told, channel, Q2)
    assert (numbers(q2, channel), q2.whole.records) == ({"telephone": 1, "visit": 1}, 1)
    silent = counted(told, metrics(told)["silent"], Q3)
    assert (silent.whole.hits, silent.whole.records) == (1, 1)


def test_sums_means_and_what_there_is_nothing_to_divide_by(told: Any) -> None:
    q2 = {key: counted(told, metrics(told)[key], Q2).whole for key in ("amount", "people")}
    assert q2["amount"].value("sum") == Decimal("150.3")
    assert q2["people"].value("mean") == Decimal("4.5")
    assert counted(told, metrics(told)["people"], Q3).whole.value("mean") is None


def test_by_unit_and_by_part(told: Any) -> None:
    known = metrics(told)
    assert numbers(counted(told, known["unit_received"], Q2), known["unit_received"]) == {"north": 3, "south": 1}
    assert numbers(counted(told, known["unit_on_time"], Q2), known["unit_on_time"]) == {
        "north": Decimal(1) / 3,
        "south": 1,
    }
    helping = counted(told, known["helping"], Q2)
    assert (numbers(helping, known["helping"]), helping.whole.records) == ({"hill": 4, "river": 4, None: 1}, 5)


def test_what_happened_in_a_period_stays_there(told: Any) -> None:
    """A matter discussed again later is not taken away from the period in which it was discussed first."""
    discussed = metrics(told)["discussed"]
    [overdue] = [record.id for record in told.everything()[0] if record.event_at.get("discussed")]
    assert [counted(told, discussed, period).whole.records for period in (Q2, Q3)] == [0, 1]
    told.do(overdue, "discuss", at=day(10, 8))
    fourth = Q3.shifted(1)
    assert [counted(told, discussed, period).whole.records for period in (Q3, fourth)] == [1, 1]


def test_what_knows_no_period_is_counted_as_it_stands(told: Any) -> None:
    open_now = metrics(told)["open_now"]
    assert {counted(told, open_now, period).whole.records for period in QUARTERS} == {3}


# ── In memory and in SQL ─────────────────────────────────────────────────────────────────────────────────────────


def test_every_figure_of_the_mechanism_is_the_same_in_memory(busy: Any) -> None:
    everything, events = busy.everything()
    assert len(everything) > 80
    filled = 0
    for metric in metrics(busy).values():
        for period in PERIODS:
            sql = counted(busy, metric, period)
            assert sql == measure(metric, busy.mechanism, everything, period, busy.now, events), (metric.key, period)
            filled += bool(sql.whole.records)
    assert filled > 80, "hardly anything was counted"


def test_what_one_may_not_see_is_not_counted(busy: Any) -> None:
    for person in ("north", "south", "nobody"):
        everything, events = busy.everything(person)
        scope = busy.scope(person)
        for metric in metrics(busy).values():
            found = counted(busy, metric, Q2, scope)
            assert found == measure(metric, busy.mechanism, everything, Q2, busy.now, events), (person, metric.key)
    assert counted(busy, metrics(busy)["received"], Q2, busy.scope("north")).whole.records > 0
    assert counted(busy, metrics(busy)["received"], Q2, busy.scope("nobody")).whole.records == 0


VARS = st.sampled_from(
    ("category", "level", "lead_unit", "town", "outcome", "rating", "record.state", "part.lead", "record.number")
)
TEXTS = st.sampled_from(("A", "B", "general", "north", "hill", "solved", "satisfied", "rated", None))
LEAVES = st.one_of(
    st.builds(lambda path, value: {"==": [{"var": path}, value]}, VARS, TEXTS),
    st.builds(lambda path, values: {"in": [{"var": path}, values]}, VARS, st.lists(TEXTS, max_size=3)),
    st.builds(lambda path: {"missing": {"var": path}}, VARS),
    st.builds(lambda path: {"missing": {"var": path}}, st.sampled_from(("channels", "amount", "part.support"))),
    st.builds(lambda value: {"in": [value, {"var": "channels"}]}, st.sampled_from(("visit", "none"))),
    st.builds(lambda term, what: {"var": f"term.{term}.{what}"}, st.sampled_from(("reply", "rating")),
              st.sampled_from(("running", "met", "overdue", "was_late"))),
    st.builds(lambda unit: {"in": [unit, {"var": "term.reply.late_units"}]}, st.sampled_from(("north", "south"))),
    st.builds(lambda operator, number: {operator: [{"var": "people"}, number]}, st.sampled_from(("<", ">=")),
              st.sampled_from((0, 3, 12.5))),
    st.builds(lambda operator: {operator: [{"var": "reported_on"}, {"date": "2026-05-15"}]},
              st.sampled_from(("<", ">="))),
    st.builds(lambda operator: {operator: [{"var": "visited_at"}, {"moment": "2026-05-15T10:00:00+08:00"}]},
              st.sampled_from(("<", ">="))),
)  # fmt: skip
CONDITIONS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(lambda operands: {"and": operands}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda operands: {"or": operands}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda operand: {"!": operand}, inner),
    ),
    max_leaves=5,
)
DATES = st.sampled_from(
    ({}, {"dated": "reported_on"}, {"dated": "visited_at"}, {"dated": "record.created"}, {"dated": "record.since"},
     {"dated": "term.reply.due"}, {"event": "assigned"}, {"event": "rated"}, {"event": "nothing"})
)  # fmt: skip
SPLITS = st.sampled_from(
    (
        "",
        "category",
        "rating",
        "town",
        "lead_unit",
        "channels",
        "record.state",
        "part.lead",
        "part.support",
        "term.reply.late_units",
    )
)


@st.composite
def any_metric(draw: st.DrawFn) -> Metric:
    what = draw(st.sampled_from(("count", "sum", "mean", "share")))
    more: dict[str, Any] = dict(draw(DATES))
    if what == "share":
        more["among"] = draw(st.one_of(st.just(True), CONDITIONS))
    elif what != "count":
        more["field"] = draw(st.sampled_from(("amount", "people")))
    where = draw(st.one_of(st.just(True), CONDITIONS))
    return Metric("x", "x", "x", "matter", what, by=draw(SPLITS), where=where, **more)  # type: ignore[arg-type]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=120)
@given(metric=any_metric(), period=st.sampled_from(PERIODS))
def test_any_figure_is_the_same_in_memory(busy: Any, metric: Metric, period: Period) -> None:
    if not hasattr(busy, "loaded"):
        busy.loaded = busy.everything()
    everything, events = busy.loaded
    assert counted(busy, metric, period) == measure(metric, busy.mechanism, everything, period, busy.now, events)


# ── Behind each number ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("person", ["office", "north"])
def test_each_number_opens_exactly_its_records(busy: Any, person: str) -> None:
    scope = busy.scope(person)

    def listed(metric: Metric, period: Period, line: Any = EVERY, among: bool = False) -> int:
        asked = wanted(metric, busy.mechanism.definition, busy.installation, period, line, among=among)
        with busy.database.read() as connection:
            found = records(connection, busy.database.shelf, {busy.installation: scope}, asked, busy.now, limit=500)
        assert len(found.records) == found.total
        return found.total

    opened = 0
    for metric in metrics(busy).values():
        for period in (Q2, Q3):
            counts = counted(busy, metric, period, scope)
            for line, figure in [(EVERY, counts.whole), *counts.lines.items()]:
                assert listed(metric, period, line) == figure.opened(metric.measure), (metric.key, line)
                if metric.measure == "share":
                    assert listed(metric, period, line, among=True) == figure.records, (metric.key, line)
                opened += figure.opened(metric.measure)
    assert opened > 100


# ── Bounds ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_figure_asks_no_more_for_more_records_lines_or_installations(place: Any, busy: Any) -> None:
    for key, statements in (("received", 1), ("by_town", 1), ("unit_on_time", 1), ("by_channel", 2)):
        metric = metrics(place)[key]
        for here in (place, busy):
            reach = {id_: Scope(types=frozenset({"matter"})) for id_ in here.installations}
            mechanism = here.mechanism
            with here.database.read() as connection:
                counting = partial(count, connection, mechanism, reach, metric, Q2, here.now)
                assert len(here.statements(counting)) == statements, key


@pytest.mark.parametrize(
    "wrong", [{"by": "nothing"}, {"by": "people"}, {"dated": "category"}, {"measure": "sum", "field": "category2"}]
)
def test_what_lists_do_not_know_is_refused(place: Any, wrong: dict[str, Any]) -> None:
    with pytest.raises(UnfilterableError):
        counted(place, Metric("x", "x", "x", "matter", **{"measure": "count", **wrong}), Q2)
