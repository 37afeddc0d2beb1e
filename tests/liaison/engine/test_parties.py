"""Fields that name parties of the directory: what is offered, what is taken, what becomes of a party that is closed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from liaison.engine import FOUND_AT_MOST

DAY = date(2026, 3, 2)


@pytest.fixture
def room(stage):
    return stage("parties")


@pytest.fixture
def chamber(room):
    return room.party("chamber", "示例商会联合会")


def offered(room, **wish):
    return [choice.label for choice in room.around("office").options("party", wish, DAY)]


def refused(result):
    return [(one.field, one.row, one.message.code) for one in result.refusal.problems]


def test_a_picker_offers_the_kinds_that_its_field_wants_by_name(room, chamber):
    bank = room.party("bank", "示例银行")
    assert offered(room, kinds=["bank"]) == ["示例银行"]
    assert "示例商会联合会" in offered(room, kinds=["chamber"])
    assert "示例银行" not in offered(room, kinds=["chamber"])
    everything = offered(room)
    assert {"示例银行", "示例商会联合会"} <= set(everything)
    assert everything == sorted(everything)
    assert offered(room, kinds=["chamber"], among=[bank, chamber, "nobody"]) == ["示例商会联合会"]
    directory = room.around("office").parties
    assert [one.name for one in directory.offered((), DAY, "行")] == ["示例银行"]
    assert [one.name for one in directory.offered((), DAY, "%")] == []


@pytest.mark.parametrize("words", ["联合 示例", "示例 商会", " 会 ", "abc", "ABC 示例", ""])
def test_every_word_stands_in_the_name_in_any_order(room, words):
    room.party("chamber", "示例商会联合会 Abc")
    room.party("chamber", "另一商会")
    found = [one.name for one in room.around("office").parties.offered(["chamber"], DAY, words)]
    assert "示例商会联合会 Abc" in found
    assert ("另一商会" in found) == all(word in "另一商会" for word in words.split())


def test_words_that_do_not_all_stand_in_the_name_find_nothing(room, chamber):
    parties = room.around("office").parties
    assert [one.name for one in parties.offered(["chamber"], DAY, "联合 示例")] == ["示例商会联合会"]
    assert parties.offered(["chamber"], DAY, "联合 银行") == []


def test_a_required_party_can_be_filled_in_with_what_is_offered_alone(room, chamber):
    bank = room.party("bank", "示例银行")
    began = room.begin(chamber=chamber, involved=[bank, chamber], invited=[{"firm": bank}])
    assert began, began.refusal
    assert room.record(began.record).values["chamber"] == chamber
    assert refused(room.begin()) == [("chamber", None, "forms.required_pick")]
    assert refused(room.begin(chamber=bank)) == [("chamber", None, "forms.not_offered")], "of another kind"
    assert refused(room.begin(chamber="nobody")) == [("chamber", None, "forms.not_offered")]
    wrong = room.begin(chamber=chamber, involved=[bank, "nobody"], invited=[{"firm": "nobody"}])
    assert refused(wrong) == [("involved", None, "forms.not_offered"), ("invited", 0, "forms.in_row")]


def test_what_is_closed_is_picked_no_more_and_stays_where_it_was_picked(room, chamber):
    other = room.party("chamber", "另一商会")
    matter = room.begin(chamber=chamber).record
    room.close_party(chamber, DAY - timedelta(days=1))
    assert "示例商会联合会" not in offered(room)
    assert refused(room.begin(chamber=chamber)) == [("chamber", None, "forms.not_offered")]
    assert room.do(matter, "amend", chamber=chamber, involved=[other]), "it is on file"
    around = room.around("office")
    assert around.names("party", chamber) == "示例商会联合会"
    assert around.names("party", "nobody") is None


def test_more_than_a_picker_offers_are_taken_all_the_same(room, chamber):
    many = [room.party("enterprise", f"示例企业{n:03d}") for n in range(FOUND_AT_MOST + 5)]
    assert len(offered(room, kinds=["enterprise"])) == FOUND_AT_MOST
    began = room.begin(chamber=chamber, involved=[many[0], many[-1]])
    assert began, began.refusal
    told = room.around("office").parties.offered(["enterprise"], DAY, "企业504")
    assert [one.id for one in told] == [many[-1]]


def test_a_message_calls_a_party_by_its_name(room, chamber):
    matter = room.begin(chamber=chamber).record
    result = room.do(matter, "close")
    [notice] = [one for outcome in result.outcomes for one in outcome.notices]
    assert notice.data["chamber"] == "示例商会联合会"
