"""Every sentence is there in both languages, says the same, and is said by somebody."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

from harness.sources import ROOT, literals, source_files
from liaison.texts import Message, say

FILES = sorted((ROOT / "platform" / "liaison" / "texts" / "catalogue").glob("*.json"))
ROOMS = "|".join(path.stem for path in FILES)
CODE = re.compile(rf"(?!.*\.json$)(?:{ROOMS})(?:\.[a-z0-9_]+)+")  # roster.json is a file
# An f-string completes a code at run time: f"calendars.weekday.{n}" says every code with this beginning.
BEGINNING = re.compile(rf"(?:{ROOMS})\.[a-z0-9_][a-z0-9_.]*")
QUOTED = re.compile(rf"""["'](({ROOMS})(?:\.[a-z0-9_]+)+)["']""")
MARKUP = (".html", ".js", ".svg", ".txt", ".xml", ".json")


def read(path: Path) -> list[tuple[str, dict[str, str]]]:
    """The entries as they stand in the file, doubled keys included."""

    def pairs(members: list[tuple[str, Any]]) -> Any:
        return members if any(not isinstance(value, str) for _, value in members) else dict(members)

    entries: list[tuple[str, dict[str, str]]] = json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=pairs)
    return entries


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


KEPT = ["engine.raised"]
"""What nothing says any more, but events written before do."""

DEFINED = [code for path in FILES for code, _ in read(path)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_room_speaks_both_languages(path: Path) -> None:
    for code, sentence in read(path):
        assert code.startswith(f"{path.stem}."), "a room keeps its own sentences"
        assert set(sentence) in ({"zh", "en"}, {"zh", "en", "hint_zh", "hint_en"}), code
        assert all(text.strip() for text in sentence.values()), code
        assert placeholders(sentence["zh"]) == placeholders(sentence["en"]), code
        assert placeholders(sentence.get("hint_zh", "")) == placeholders(sentence.get("hint_en", "")), code


def test_a_message_is_put_in_other_words_to_its_depths() -> None:
    inner = Message("roster.post_of", {"post": "主任", "unit": "区工商联"})
    told = Message("roster.apart", {"post": inner, "who": ["主任", "张三"], "count": 2})
    put = told.reworded({"主任": "Director"})
    assert put.params == {
        "post": Message(inner.code, {**inner.params, "post": "Director"}),
        "who": ["Director", "张三"],
        "count": 2,
    }
    assert told.params["who"][0] == "主任"


def test_no_code_is_defined_twice() -> None:
    assert sorted(DEFINED) == sorted(set(DEFINED))


def test_every_code_that_is_said_is_defined() -> None:
    said = (
        literal
        for literal in literals()
        if not literal.in_fstring and not literal.endpoint and CODE.fullmatch(literal.text)
    )
    assert [str(literal) for literal in said if literal.text not in DEFINED] == []


def completed() -> Iterator[str]:
    """Codes a room puts together from its own name, f"forms.{what}", and a word written elsewhere in the room."""
    own = {literal.text.removesuffix("."): literal.path for literal in literals() if literal.starts_fstring}
    for literal in literals():
        room = literal.path.relative_to(ROOT).parts[2] if "liaison" in literal.path.parts else ""
        if not literal.in_fstring and room in own and own[room].parent in literal.path.parents:
            yield f"{room}.{literal.text}"


def test_every_code_that_is_defined_is_said() -> None:
    said = {literal.text for literal in literals() if not literal.in_fstring} | set(completed())
    beginnings = tuple(
        literal.text for literal in literals() if literal.starts_fstring and BEGINNING.fullmatch(literal.text)
    )
    for path in source_files(*MARKUP):
        if path not in FILES:
            said |= {match[0] for match in QUOTED.findall(path.read_text(encoding="utf-8"))}
    assert [code for code in DEFINED if code not in said and not code.startswith(beginnings)] == KEPT


def test_what_events_of_old_say_can_still_be_said() -> None:
    assert say(Message("engine.raised", {"rung": 2})) == "提级至第2级"
