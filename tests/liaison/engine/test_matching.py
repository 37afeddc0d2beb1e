"""Partners of whomever a *who* names: given parts, told, and let act; from a day to a day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from .conftest import NOW


@pytest.fixture
def room(stage):
    return stage("matching")


@pytest.fixture
def company(room):
    """An enterprise of the directory in the club, which the northern bureau serves; the chief looks after that."""
    company = room.party("enterprise", "示例会员企业")
    room.join("members", company, "club")
    room.join("serves", "club", "north")
    room.join("looks_after", "chief", "north")
    return company


def test_a_part_goes_to_the_partner_of_what_a_field_names(room, company):
    matter = room.begin(company=company).record
    assert room.record(matter).holders("club") == ("club",)
    stranger = room.begin(company=room.party("enterprise", "示例另一家企业")).record
    assert room.record(stranger).holders("club") == ()


def test_a_part_goes_to_the_partner_of_the_partner(room, company):
    matter = room.begin(company=company).record
    assert room.do(matter, "pass_on", who="club")
    assert room.record(matter).holders("lead") == ("north",)


def test_told_are_the_person_matched_with_who_holds_a_part_and_the_holders_of_a_post_of_the_partner(room, company):
    matter = room.begin(company=company).record
    room.do(matter, "pass_on", who="club")
    assert room.told()[-1] == ("passed", ("chief", "north"))


def test_only_the_partner_may_act_and_who_stands_in_for_one(room, company):
    matter = room.begin(company=company).record
    room.do(matter, "pass_on", who="club")
    assert room.do(matter, "see", who="vice").refusal.code == "engine.not_yours"
    assert room.do(matter, "see", who="stand_in").refusal.code == "engine.not_yours", "the chief is there"
    assert room.do(matter, "see", who="stand_in", at=NOW.replace(month=4))
    assert room.do(matter, "close", who="south").refusal.code == "engine.not_yours"
    assert room.do(matter, "close", who="north")


def test_a_pair_is_one_from_its_first_day_to_its_last(room, company):
    day = NOW.date()
    room.join("members", later := room.party("enterprise", "示例后来的企业"), "club", day + timedelta(days=1))
    room.join("members", earlier := room.party("enterprise", "示例从前的企业"), "club", None, day)
    tomorrow = NOW + timedelta(days=1)
    held = {
        (company, at): room.record(room.begin(company=company, at=at).record).holders("club")
        for company in (earlier, later)
        for at in (NOW, tomorrow)
    }
    assert held == {(earlier, NOW): ("club",), (earlier, tomorrow): (), (later, NOW): (), (later, tomorrow): ("club",)}


def test_who_was_given_a_part_keeps_it_when_partners_change(room, company):
    matter = room.begin(company=company).record
    room.do(matter, "pass_on", who="club")
    room.join("serves", "club", "south", date(2026, 3, 3))
    assert room.record(matter).holders("lead") == ("north",)
