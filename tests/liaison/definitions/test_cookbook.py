"""The chapters of docs/cookbook show what the mechanisms that ship say, word for word."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
CHAPTERS = sorted((ROOT / "docs" / "cookbook").glob("P*.md"))
EXAMPLE = re.compile(r"```json (?:\w+ )?((?:rules|form_definitions)/\S+)\n(.*?)```", re.DOTALL)
EXAMPLES = [
    (chapter.stem, file, text) for chapter in CHAPTERS for file, text in EXAMPLE.findall(chapter.read_text("utf-8"))
]


def everything_in(node: Any) -> Iterator[Any]:
    """The node and all that is in it."""
    yield node
    if isinstance(node, dict | list):
        for inner in node.values() if isinstance(node, dict) else node:
            yield from everything_in(inner)


def is_part(example: Any, node: Any) -> bool:
    """Whether `node` says all that `example` says; an example leaves out what is beside its point."""
    if isinstance(example, dict) and isinstance(node, dict):
        return all(name in node and is_part(value, node[name]) for name, value in example.items())
    if isinstance(example, list) and isinstance(node, list):
        rest = iter(node)
        return all(any(is_part(one, other) for other in rest) for one in example)
    return bool(example == node)


@pytest.mark.parametrize(("chapter", "file", "text"), EXAMPLES)
def test_an_example_stands_in_the_file_it_names(chapter: str, file: str, text: str) -> None:
    example, content = json.loads(text), json.loads((ROOT / file).read_text("utf-8"))
    assert any(is_part(example, node) for node in everything_in(content)), f"{chapter}: {file} says otherwise"


def test_every_way_in_the_table_of_contents_has_its_chapter() -> None:
    contents = (ROOT / "docs" / "cookbook" / "README.md").read_text("utf-8")
    assert re.findall(r"^\| (P\d\d) \|", contents, re.MULTILINE) == [chapter.stem for chapter in CHAPTERS]


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.stem)
def test_a_chapter_says_what_it_is_about_and_shows_it(chapter: Path) -> None:
    text = chapter.read_text("utf-8")
    assert re.fullmatch(r"P[0-2][0-9]", chapter.stem)
    assert text.startswith(f"# {chapter.stem} ")
    assert f"| {chapter.stem} |" in (ROOT / "docs" / "cookbook" / "README.md").read_text("utf-8")
    assert any(one == chapter.stem for one, _, _ in EXAMPLES)
    assert text.count("```json") == sum(one == chapter.stem for one, _, _ in EXAMPLES), "an example names its file"


def test_an_example_that_is_not_in_the_file_is_found() -> None:
    content = {"actions": [{"key": "a", "by": [1, 2, 3]}, {"key": "b"}]}
    assert is_part({"actions": [{"key": "b"}]}, content)
    assert is_part({"key": "a", "by": [1, 3]}, content["actions"][0])
    assert not is_part({"by": [3, 1]}, content["actions"][0])
    assert not is_part({"key": "b", "by": []}, content["actions"][1])
