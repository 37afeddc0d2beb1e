"""The engine knows no mechanism: neither its key nor its units stand in code, templates or scripts, and Chinese is in
the catalogue of texts, in schemas and in templates, not in Python.
"""

from __future__ import annotations

import re

import pytest

from harness.sources import ROOT, Literal, literals, source_files
from liaison.definitions import load, read_package
from liaison.definitions import shipped as mechanisms
from liaison.shipped import shipped

CHINESE = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
# A line that must hold Chinese characters (one that reads what people type, say) ends with a comment `# zh: why`.
EXCUSE = re.compile(r"#\s*zh: \S")
MECHANISMS = sorted(
    {
        folder.name
        for home in (shipped("form_definitions"), shipped("rules"))
        for folder in home.iterdir()
        if folder.is_dir()
    }
)
MARKUP = (".html", ".js", ".css", ".svg", ".txt", ".xml", ".ini", ".mako")


def unit_titles() -> set[str]:
    """Titles of the units in the rosters that ship."""
    titles: set[str] = set()
    for key in mechanisms():
        definition = load(read_package(key)).definition
        assert definition is not None
        titles |= {unit.title for unit in definition.roster.units.values()}
    return titles


def test_there_is_something_to_look_for() -> None:
    assert MECHANISMS
    assert unit_titles()


@pytest.mark.parametrize("key", MECHANISMS)
def test_no_code_names_a_mechanism(key: str) -> None:
    named = re.compile(rf"(?<![a-z0-9]){re.escape(key)}(?![a-z0-9])", re.IGNORECASE)
    found = [str(literal) for literal in literals() if named.search(literal.text)]
    found += [str(path.relative_to(ROOT)) for path in source_files(*MARKUP) if named.search(path.read_text("utf-8"))]
    assert found == []


def test_no_code_names_a_unit() -> None:
    titles = unit_titles()
    found = [str(literal) for literal in literals() for title in titles if title in literal.text]
    for path in source_files(*MARKUP, ".json"):
        text = path.read_text("utf-8")
        found += [f"{path.relative_to(ROOT)}: {title}" for title in titles if title in text]
    assert found == []


def test_python_holds_no_chinese() -> None:
    texts = ROOT / "platform" / "liaison" / "texts"
    found = [
        str(literal)
        for literal in literals()
        if CHINESE.search(literal.text) and not literal.path.is_relative_to(texts) and not _excused(literal)
    ]
    assert found == [], "say it in the catalogue of texts, or excuse the line with `# zh: why`"


def _excused(literal: Literal) -> bool:
    """The excuse stands on the line, or on the one before where the line itself has no room for it."""
    lines = literal.path.read_text("utf-8").splitlines()
    return any(EXCUSE.search(line) for line in lines[max(literal.line - 2, 0) : literal.line])
