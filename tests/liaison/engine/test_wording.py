"""Facts in words: a refusal says in people's words, in both languages, when an action is possible."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from liaison.definitions import load, read_package
from liaison.engine import Record, compile_mechanism, labels_for, parties_naming, scope_for, title_of
from liaison.shipped import shipped
from liaison.texts import Message, say

MECHANISMS = sorted((Path(__file__).parent / "mechanisms").iterdir())
SHIPPED = sorted(path.name for path in shipped("rules").iterdir() if path.is_dir())


@pytest.mark.parametrize("source", [*MECHANISMS, *SHIPPED], ids=lambda source: getattr(source, "name", source))
def test_whatever_an_expression_may_read_has_a_name(source: Any) -> None:
    definition = load(read_package(source)).definition
    assert definition is not None
    mechanism = compile_mechanism(definition)
    for type_ in definition.record_types:
        types, labels = scope_for(mechanism, type_).types, labels_for(mechanism, type_)
        columns = {f"{path}.{column}" for path, found in types.items() for column in found.fields}
        assert set(types) | columns <= set(labels), type_
        for label in labels.values():
            assert isinstance(label.text, str) or (say(label.text) and say(label.text, "en"))


def test_a_guard_is_said_in_both_languages(stage: Any) -> None:
    effects = stage("effects")
    matter = effects.begin(subject="示例", score=3).record
    for _ in range(2):
        assert effects.do(matter, "only_twice")
    refused: Message = effects.do(matter, "only_twice").refusal.message
    assert say(refused) == "只有“only_twice”的总次数少于2时，才能“only_twice”"
    assert say(refused, "en") == (
        "“only_twice” is possible only when the number of times “only_twice” was done is less than 2"
    )


def test_of_a_guard_of_many_parts_only_what_does_not_hold_is_said(stage: Any) -> None:
    desk = stage("combining")
    matter = desk.begin(subject="示例").record
    refused = desk.do(matter, "merge", into=matter).refusal.message
    assert "并入的事项" in say(refused)
    assert "并来" not in say(refused), "that part holds"


def unnamed(kind: str, key: str) -> None:
    """Nobody to be named."""


def test_a_record_is_named_by_what_its_fields_say_as_the_interface_spells_it() -> None:
    definition = load(read_package("shunde")).definition
    assert definition is not None
    mechanism = compile_mechanism(definition)
    values = {"held_on": "2026-03-03", "meeting_title": "示例会议", "place": "示例会议室"}
    meeting = Record(id="m", type="meeting", installation="", values=values)
    assert title_of(mechanism, meeting, unnamed) == "2026年3月3日 示例会议"
    assert title_of(mechanism, meeting, unnamed, lang="en") == "3 March 2026 示例会议"
    assert title_of(mechanism, meeting, unnamed, {"held_on"}) == "示例会议"
    assert title_of(mechanism, meeting.with_(values={}), unnamed) == "会议"
    visit = Record(id="v", type="visit", installation="", values={"findings": "示例"})
    assert title_of(mechanism, visit, unnamed) == "示例"


def test_a_record_may_be_named_by_a_unit_and_by_a_party() -> None:
    definition = load(read_package("xiamen_finance")).definition
    assert definition is not None
    need = replace(definition.record_types["need"], named_by=("member", "branch", "purpose"))
    mechanism = compile_mechanism(
        replace(definition, digest="", record_types={**definition.record_types, "need": need})
    )
    titles = {("party", "p1"): "示例企业", ("unit", "b01"): "示例支行"}
    values = {"member": "p1", "branch": "b01", "purpose": "示例：周转"}
    record = Record(id="n", type="need", installation="", values=values)
    assert title_of(mechanism, record, lambda kind, key: titles.get((kind, key))) == "示例企业 示例支行 示例：周转"
    assert list(parties_naming(mechanism, record)) == ["p1"]
