"""What is owed each period, alike on every world: opened, counted, reminded of, moved, settled."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from liaison.calendars import ZONE
from liaison.engine import Command, Refusal
from liaison.engine.duties import Instance, Verdict


def at(text: str) -> datetime:
    """2026-03-06, at midnight, or with a time."""
    return datetime.fromisoformat(text if " " in text else f"{text} 00:00").replace(tzinfo=ZONE)


class Played:
    """The stage with short ways to let time pass and to see how things stand."""

    def __init__(self, stage: Any) -> None:
        self.stage = stage
        self.now = stage.now
        self._count = 0

    def pass_to(self, text: str) -> None:
        """Let the ticker look at every midnight until then, and then."""
        until = at(text)
        while self.now < until:
            midnight = datetime.combine(self.now.date() + timedelta(days=1), datetime.min.time(), ZONE)
            self.now = min(midnight, until)
            self.stage.tend(self.now)

    def sleep_to(self, text: str) -> None:
        """Nobody looks until then."""
        self.now = at(text)
        self.stage.tend(self.now)

    def begin(self, type_: str, who: str = "office", *, finish: bool = True, **values: Any) -> str:
        self._count += 1
        action = "begin" if type_ == "matter" else f"begin_{type_}"
        result = self.stage.give(Command(
            action, self.stage.actor(who), f"{type_}/{self._count}", type=type_,
            installation=self.stage.installation, values=values,
        ), self.now)  # fmt: skip
        assert result, result.refusal
        if finish:
            assert self.stage.do(result.record, "finish", who=who, at=self.now)
        return str(result.record)

    def visit(self, unit: str, day: str, company: str = "示例企业", who: str = "office", **values: Any) -> str:
        return self.begin("visit", who, unit=unit, visited_on=day, company=company, **values)

    def of(self, duty: str, period: str = "") -> dict[str, Instance]:
        """Owner → instance, of a period or of the last one opened."""
        those = [one for one in self.stage.duties() if one.duty == duty]
        wanted = period or max(one.period.key for one in those)
        return {one.owner: one for one in those if one.period.key == wanted}

    def verdicts(self, duty: str, period: str = "") -> dict[str, str]:
        now = self.stage.standings(self.now)
        return {owner: now[one.id].verdict.value for owner, one in self.of(duty, period).items()}

    def settled(self, duty: str, period: str) -> dict[str, str]:
        """What was put on file."""
        return {owner: one.state.value for owner, one in self.of(duty, period).items()}


@pytest.fixture
def played(stage: Any) -> Played:
    it = Played(stage("duties"))
    it.stage.tend(it.now)
    return it


# ── Opening ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_each_is_opened_for_who_owes_it(played: Played) -> None:
    assert set(played.of("weekly_visits")) == {"north", "south"}
    assert set(played.of("session")) == {"office"}
    assert set(played.of("hand_in_hand")) == {"chief/north", "chief/south"}
    assert set(played.of("by_lot")) == {"club"}
    assert set(played.of("not_too_often")) == {"south"}


def test_an_instance_has_its_days(played: Played) -> None:
    [one] = played.of("session").values()
    assert (one.period.key, one.since, one.first, one.due, one.until) == (
        "2026-03", date(2026, 3, 1), date(2026, 3, 2), date(2026, 3, 8), date(2026, 3, 31)
    )  # fmt: skip
    assert (one.workdays, one.certain, one.state, one.minimum) == (5, True, Verdict.OPEN, 1)
    assert one.next_look == at("2026-03-09")


def test_nothing_is_opened_twice(played: Played) -> None:
    before = {one.id for one in played.stage.duties()}
    for minutes in range(3):
        played.stage.tend(played.now + timedelta(minutes=minutes))
    assert {one.id for one in played.stage.duties()} == before


def test_the_next_is_opened_with_its_period_and_not_before(played: Played) -> None:
    played.pass_to("2026-03-31 23:59")
    assert {one.period.key for one in played.stage.duties() if one.duty == "session"} == {"2026-03"}
    played.pass_to("2026-04-01")
    assert {one.period.key for one in played.stage.duties() if one.duty == "session"} == {"2026-03", "2026-04"}


def test_periods_that_went_by_unnoticed_are_opened_and_settled(played: Played) -> None:
    played.visit("north", "2026-03-03", "甲")
    played.now = at("2026-03-21")
    played.visit("north", "2026-03-12", "甲")
    played.visit("north", "2026-03-13", "乙")
    played.stage.tend(played.now)
    assert played.settled("weekly_visits", "2026-W10") == {"north": "missed", "south": "missed"}
    assert played.settled("weekly_visits", "2026-W11") == {"north": "met", "south": "missed"}
    assert set(played.of("weekly_visits", "2026-W12")) == {"north", "south"}


def test_what_is_over_when_it_comes_into_force_is_not_owed(stage: Any) -> None:
    it = Played(stage("duties"))
    it.sleep_to("2026-03-09 08:00")  # the first look, a week late: what was owed since the beginning is
    assert it.of("session", "2026-03")
    assert not it.of("session", "2026-02")


# ── Counting ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_enough_different_objects_in_time_meet_it(played: Played) -> None:
    played.visit("north", "2026-03-02", "甲")
    played.visit("north", "2026-03-02", "甲")
    assert played.verdicts("weekly_visits") == {"north": "open", "south": "open"}
    played.visit("north", "2026-03-02", "乙")
    assert played.verdicts("weekly_visits") == {"north": "met", "south": "open"}
    played.pass_to("2026-03-07")
    assert played.settled("weekly_visits", "2026-W10") == {"north": "met", "south": "missed"}


def test_only_what_fulfils_the_condition_counts(played: Played) -> None:
    one = played.begin("visit", finish=False, unit="north", visited_on="2026-03-02", company="甲")
    played.visit("north", "2026-03-02", "乙")
    assert played.verdicts("weekly_visits")["north"] == "open"
    assert played.stage.do(one, "finish", at=played.now)
    assert played.verdicts("weekly_visits")["north"] == "met"
    assert played.stage.do(one, "undo", at=played.now)
    assert played.verdicts("weekly_visits")["north"] == "open"


def test_a_day_ahead_does_not_count_before_it_comes(played: Played) -> None:
    played.visit("north", "2026-03-02", "甲")
    played.visit("north", "2026-03-05", "乙")
    assert played.verdicts("weekly_visits")["north"] == "open"
    played.pass_to("2026-03-05 08:00")
    assert played.verdicts("weekly_visits")["north"] == "met"


def test_done_after_it_was_due_is_late(played: Played) -> None:
    played.visit("north", "2026-03-02", "甲")
    played.pass_to("2026-03-07 09:00")
    assert played.verdicts("weekly_visits")["north"] == "missed"
    played.visit("north", "2026-03-07", "乙")
    assert played.verdicts("weekly_visits")["north"] == "late"
    played.pass_to("2026-03-09")
    assert played.settled("weekly_visits", "2026-W10") == {"north": "late", "south": "missed"}
    assert all(one.next_look is None for one in played.of("weekly_visits", "2026-W10").values())


def test_entered_afterwards_but_done_in_time_meets_it(played: Played) -> None:
    played.pass_to("2026-03-07 09:00")
    played.visit("north", "2026-03-05", "甲")
    played.visit("north", "2026-03-06", "乙")
    assert played.verdicts("weekly_visits")["north"] == "met"
    played.pass_to("2026-03-09")
    assert played.settled("weekly_visits", "2026-W10")["north"] == "met"


def test_what_is_dated_in_the_next_period_is_the_next_ones(played: Played) -> None:
    played.pass_to("2026-03-09 09:00")
    played.visit("north", "2026-03-09", "甲")
    played.visit("north", "2026-03-09", "乙")
    assert played.verdicts("weekly_visits", "2026-W10")["north"] == "missed"
    assert played.verdicts("weekly_visits", "2026-W11")["north"] == "met"


def test_what_is_settled_stays_so(played: Played) -> None:
    mine = [played.visit("north", "2026-03-02", company) for company in "甲乙"]
    played.pass_to("2026-03-07")
    assert played.stage.do(mine[0], "undo", at=played.now)
    played.pass_to("2026-03-10")
    assert played.settled("weekly_visits", "2026-W10")["north"] == "met"


def test_the_count_is_kept(played: Played) -> None:
    played.visit("north", "2026-03-02", "甲")
    played.pass_to("2026-03-07")
    assert played.of("weekly_visits", "2026-W10")["north"].count == 1


def test_more_than_the_maximum_is_over(played: Played) -> None:
    assert played.verdicts("not_too_often") == {"south": "met"}
    played.visit("south", "2026-03-02")
    assert played.verdicts("not_too_often") == {"south": "met"}
    played.visit("south", "2026-03-02")
    assert played.verdicts("not_too_often") == {"south": "over"}
    played.pass_to("2026-04-01")
    assert played.settled("not_too_often", "2026-03") == {"south": "over"}


# ── Whose ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_pair_is_served_by_a_record_that_names_both(played: Played) -> None:
    played.visit("north", "2026-03-02", who="vice")
    played.visit("south", "2026-03-02", who="chief")
    assert played.verdicts("hand_in_hand") == {"chief/north": "open", "chief/south": "met"}


def test_a_reporter_stands_for_the_unit_of_that_day(played: Played) -> None:
    company = played.begin("company", finish=False, name="甲", unit="club")
    played.sleep_to("2026-07-01 09:00")
    assert played.of("all_of_them")["club"].among == (company,)
    played.visit("north", "2026-07-01", who="north", of_company=company)
    assert played.verdicts("all_of_them") == {"club": "open"}
    played.visit("north", "2026-07-01", who="club", of_company=company)
    assert played.verdicts("all_of_them") == {"club": "met"}


def test_owed_for_each_record_with_its_own_number(played: Played) -> None:
    one = played.begin("agreement", finish=False, unit="north", visits=2)
    ended = played.begin("agreement", unit="south", visits=1)
    assert "promised" not in {duty.duty for duty in played.stage.duties()}, "owed from the next period on"
    played.pass_to("2026-04-01 09:00")
    owed = played.of("promised", "2026-04")
    assert {owner: (it.unit, it.minimum) for owner, it in owed.items()} == {one: ("north", 2)}
    assert ended not in owed
    played.visit("north", "2026-04-01", under=one)
    played.visit("north", "2026-04-01")
    assert played.verdicts("promised") == {one: "open"}
    played.visit("south", "2026-04-01", under=one)
    assert played.verdicts("promised") == {one: "met"}


def test_who_owes_it_no_longer_is_let_off(played: Played) -> None:
    one = played.begin("agreement", finish=False, unit="north", visits=1)
    played.pass_to("2026-04-02")
    assert played.stage.do(one, "finish", at=played.now)
    assert played.verdicts("promised") == {one: "open"}
    played.pass_to("2026-05-01")
    assert played.settled("promised", "2026-04") == {one: "lapsed"}
    assert not played.of("promised", "2026-05")


# ── A share ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_lot_is_drawn_once_and_can_be_drawn_again(played: Played) -> None:
    mine = [played.begin("company", finish=False, name=name, unit="club") for name in "甲乙丙丁戊"]
    played.begin("company", finish=False, name="别处", unit="north")
    played.begin("company", name="已除名", unit="club")
    played.sleep_to("2027-01-01 09:00")
    [one] = played.of("by_lot", "2027").values()
    assert one.minimum == 3, "half of five, and no half of an enterprise"
    assert one.among is not None
    assert set(one.among) < set(mine)
    order = sorted(mine, key=lambda id_: hashlib.sha256(f"{one.seed}{id_}".encode()).hexdigest())
    assert list(one.among) == order[:3]
    spared = next(id_ for id_ in mine if id_ not in one.among)
    for company in (*one.among[:2], spared, one.among[0]):
        played.visit("club", "2027-01-01", of_company=company)
    standing = played.stage.standings(played.now)[one.id]
    assert (standing.verdict, standing.count, standing.open) == (Verdict.OPEN, 2, one.among[2:])
    played.visit("club", "2027-01-01", of_company=one.among[2])
    assert played.verdicts("by_lot") == {"club": "met"}


def test_a_share_of_nothing_is_met(played: Played) -> None:
    assert played.of("by_lot", "2026")["club"].minimum == 0
    assert played.verdicts("by_lot") == {"club": "met"}


# ── Reminders ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_who_owes_it_is_reminded_and_who_has_done_it_is_not(played: Played) -> None:
    for company in "甲乙":
        played.visit("north", "2026-03-02", company)
    played.pass_to("2026-03-05")
    assert played.stage.told() == [("soon", ("south",))]
    played.pass_to("2026-03-08")
    assert played.stage.told() == [("soon", ("south",)), ("late", ("office", "south"))]


def test_nobody_is_reminded_before_of_what_is_over(played: Played) -> None:
    played.sleep_to("2026-03-12 09:00")
    told = played.stage.told()
    of_this_week = [("soon", ("north",)), ("soon", ("south",))]
    assert sorted(one for one in told if one[0] == "soon") == of_this_week
    late = [("late", ("north", "office")), ("late", ("office", "south"))]
    assert sorted(one for one in told if one[0] == "late") == late


# ── The record that fulfils it ───────────────────────────────────────────────────────────────────────────────────


def test_it_opens_the_record_that_fulfils_it(played: Played) -> None:
    settled = played.begin("matter", subject="甲")
    played.begin("matter", finish=False, subject="乙")
    played.pass_to("2026-03-20 23:59")
    assert played.of("report")["office"].record == ""
    played.pass_to("2026-03-21")
    one = played.of("report")["office"]
    record = played.stage.record(one.record)
    assert (record.type, record.state) == ("report", "drafted")
    assert record.values == {
        "covers": "2026年第1季度", "from_day": "2026-01-01", "to_day": "2026-03-31", "due_day": "2026-03-31",
        "owner": "office",
    }  # fmt: skip
    assert [(link.relation, link.record) for link in record.links] == [("settled", settled)]
    assert played.stage.family(one.record).linked["settled"][0].id == settled


def test_it_is_met_when_that_record_is(played: Played) -> None:
    played.begin("report")
    played.pass_to("2026-03-30 09:00")
    assert played.verdicts("report", "2026-Q1") == {"office": "open"}, "another report is not the one"
    assert played.stage.do(played.of("report", "2026-Q1")["office"].record, "finish", at=played.now)
    played.pass_to("2026-04-01")
    assert played.settled("report", "2026-Q1") == {"office": "met"}


def test_its_record_may_be_late_until_the_next_is_over(played: Played) -> None:
    played.pass_to("2026-04-10 09:00")
    assert played.settled("report", "2026-Q1") == {"office": "missed"}
    assert played.stage.do(played.of("report", "2026-Q1")["office"].record, "finish", at=played.now)
    assert played.verdicts("report", "2026-Q1") == {"office": "late"}
    played.sleep_to("2026-07-01 00:00")
    assert played.settled("report", "2026-Q1") == {"office": "late"}


# ── Moving ───────────────────────────────────────────────────────────────────────────────────────────────────────


def move(played: Played, to: str, *, who: str = "office", reason: str = "示例：与会人员出差", period: str = "") -> Any:
    [one] = played.of("session", period).values()
    return played.stage.move(one.id, date.fromisoformat(to), who, reason, played.now)


@pytest.mark.parametrize(
    ("to", "who", "reason", "code"),
    [
        ("2026-03-20", "chief", "示例", "engine.duty_not_yours"),
        ("2026-03-20", "office", "  ", "engine.duty_reason_needed"),
        ("2026-03-01", "office", "示例", "engine.duty_not_that_day"),
        ("2026-04-12", "office", "示例", "engine.duty_not_that_day"),
    ],
)
def test_an_occurrence_is_not_moved_by_anybody_or_anywhere(
    played: Played, to: str, who: str, reason: str, code: str
) -> None:
    said = move(played, to, who=who, reason=reason)
    assert isinstance(said, Refusal)
    assert said.code == code
    assert not played.of("session")["office"].moves


def test_a_moved_occurrence_is_due_on_its_new_day(played: Played) -> None:
    moved = move(played, "2026-03-20")
    assert (moved.due, moved.until, moved.workdays) == (date(2026, 3, 20), date(2026, 3, 31), 1)
    [kept] = played.of("session")["office"].moves
    assert (kept.was, kept.to, kept.by, kept.name, kept.reason) == (
        date(2026, 3, 8), date(2026, 3, 20), "office", "示例办公室", "示例：与会人员出差"
    )  # fmt: skip
    played.pass_to("2026-03-19 09:00")
    assert played.verdicts("session") == {"office": "open"}
    played.begin("session", held_on="2026-03-19")
    played.pass_to("2026-03-21")
    assert played.settled("session", "2026-03") == {"office": "met"}
    assert isinstance(move(played, "2026-03-30"), Refusal), "it is settled"


def test_a_duty_that_says_nothing_cannot_be_moved(played: Played) -> None:
    one = played.of("weekly_visits")["north"]
    said = played.stage.move(one.id, date(2026, 3, 7), "office", "示例", played.now)
    assert isinstance(said, Refusal)
    assert said.code == "engine.duty_not_yours"


def test_what_is_moved_into_the_next_period_leaves_it_the_rest(played: Played) -> None:
    played.pass_to("2026-03-30 09:00")
    assert move(played, "2026-04-03", period="2026-03").until == date(2026, 4, 3)
    played.pass_to("2026-04-02 09:00")
    assert played.of("session", "2026-04")["office"].since == date(2026, 4, 4)
    played.begin("session", held_on="2026-04-02")
    assert played.verdicts("session", "2026-03") == {"office": "met"}
    assert played.verdicts("session", "2026-04") == {"office": "open"}


def test_the_next_one_learns_of_a_move_even_if_it_is_open_already(played: Played) -> None:
    played.pass_to("2026-03-28")
    assert move(played, "2026-04-05", period="2026-03")
    played.pass_to("2026-04-02 09:00")
    assert move(played, "2026-04-09", period="2026-03")
    assert played.of("session", "2026-04")["office"].since == date(2026, 4, 10)
    assert move(played, "2026-04-03", period="2026-03")
    assert played.of("session", "2026-04")["office"].since == date(2026, 4, 4)
