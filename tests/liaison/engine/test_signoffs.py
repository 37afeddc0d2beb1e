"""Sign-offs 签批: all or any, together or in turn, alike on every world."""

from __future__ import annotations

from datetime import datetime

import pytest

from liaison.calendars import ZONE


@pytest.fixture
def signoffs(stage):
    return stage("signoffs")


@pytest.fixture
def matter(signoffs):
    return signoffs.begin(subject="示例").record


def sheet(signoffs, matter, place):
    """The sheet of whoever was asked at `place`, of the present round."""
    current = signoffs.record(matter).round
    sheets = [child for child in signoffs.children(matter) if child.state != "withdrawn"]
    [found] = [child.id for child in sheets if child.values["place"] == place and child.round == current]
    return found


def states(signoffs, matter):
    ordered = sorted(signoffs.children(matter), key=lambda child: child.values["place"])
    return [child.state for child in ordered]


def test_everybody_asked_gets_a_sheet(signoffs, matter):
    assert signoffs.do(matter, "ask_every")
    asked = {(child.values["place"], child.values["person"], child.holders("holder"))
             for child in signoffs.children(matter)}  # fmt: skip
    assert asked == {(0, "chief", ()), (1, "vice", ()), (2, "club", ())}, "a person answers, not the unit"
    assert states(signoffs, matter) == ["asked"] * 3


def test_only_the_one_asked_may_answer(signoffs, matter):
    signoffs.do(matter, "ask_every")
    for who in ("vice", "office", "company", "guest"):
        assert signoffs.do(sheet(signoffs, matter, 0), "agree", who=who).refusal.code == "engine.not_yours"
    assert signoffs.do(sheet(signoffs, matter, 0), "agree", who="chief", opinion="示例：同意")
    [agreed] = [child for child in signoffs.children(matter) if child.state == "agreed"]
    assert agreed.values["opinion"] == "示例：同意"


def test_a_deputy_answers_while_standing_in(signoffs, matter):
    signoffs.do(matter, "ask_every")
    april = datetime(2026, 4, 7, 9, 0, tzinfo=ZONE)
    assert not signoffs.do(sheet(signoffs, matter, 0), "agree", who="stand_in")
    assert signoffs.do(sheet(signoffs, matter, 0), "agree", who="stand_in", at=april)


@pytest.mark.parametrize("action", ["refuse", "return", "instruct"])
def test_whoever_does_not_simply_agree_says_why(signoffs, matter, action):
    signoffs.do(matter, "ask_every")
    assert signoffs.do(sheet(signoffs, matter, 0), action, who="chief").refusal.code == "engine.guard"
    assert signoffs.do(sheet(signoffs, matter, 0), action, who="chief", opinion="示例：再议")


def test_all_must_agree(signoffs, matter):
    signoffs.do(matter, "ask_every")
    for place, who in enumerate(("chief", "vice")):
        signoffs.do(sheet(signoffs, matter, place), "agree", who=who)
        assert signoffs.record(matter).state == "signing"
    signoffs.do(sheet(signoffs, matter, 2), "agree", who="club")
    assert signoffs.record(matter).state == "approved"


def test_one_refusal_ends_it_where_all_must_agree(signoffs, matter):
    signoffs.do(matter, "ask_every")
    signoffs.do(sheet(signoffs, matter, 1), "refuse", who="vice", opinion="示例：不妥")
    assert signoffs.record(matter).state == "rejected"


def test_an_instruction_is_an_answer_of_its_own(signoffs, matter):
    signoffs.do(matter, "ask_every")
    signoffs.do(sheet(signoffs, matter, 0), "instruct", who="chief", opinion="示例：请现场办公")
    assert signoffs.record(matter).state == "instructed"


def test_one_agreement_is_enough_where_any_may_agree(signoffs, matter):
    signoffs.do(matter, "ask_one")
    signoffs.do(sheet(signoffs, matter, 0), "refuse", who="chief", opinion="示例：不妥")
    assert signoffs.record(matter).state == "signing"
    signoffs.do(sheet(signoffs, matter, 1), "agree", who="vice")
    assert signoffs.record(matter).state == "approved"


def test_nobody_agreed_where_any_might_have(signoffs, matter):
    signoffs.do(matter, "ask_one")
    for place, who in enumerate(("chief", "vice", "club")):
        signoffs.do(sheet(signoffs, matter, place), "refuse", who=who, opinion="示例：不妥")
    assert signoffs.record(matter).state == "rejected"


def test_in_turn_each_waits_for_the_one_before(signoffs, matter):
    signoffs.do(matter, "ask_turn")
    for place, who in enumerate(("chief", "vice", "club")):
        for later, other in list(enumerate(("chief", "vice", "club")))[place + 1 :]:
            assert signoffs.do(sheet(signoffs, matter, later), "agree", who=other).refusal.code == "engine.guard"
        assert signoffs.do(sheet(signoffs, matter, place), "agree", who=who)
    assert signoffs.record(matter).state == "approved"


def test_in_turn_a_refusal_ends_it(signoffs, matter):
    signoffs.do(matter, "ask_turn")
    signoffs.do(sheet(signoffs, matter, 0), "refuse", who="chief", opinion="示例：不妥")
    assert signoffs.record(matter).state == "rejected"
    assert not signoffs.do(sheet(signoffs, matter, 1), "agree", who="vice")


def test_another_round_asks_anew(signoffs, matter):
    signoffs.do(matter, "ask_every")
    signoffs.do(sheet(signoffs, matter, 0), "refuse", who="chief", opinion="示例：不妥")
    assert signoffs.do(matter, "again")
    assert signoffs.do(matter, "ask_every")
    assert signoffs.record(matter).state == "signing", "the refusal of the first round counts no more"
    for place, who in enumerate(("chief", "vice", "club")):
        assert signoffs.do(sheet(signoffs, matter, place), "agree", who=who)
    assert signoffs.record(matter).state == "approved"
