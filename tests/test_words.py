"""The engine knows no mechanism: neither its key nor its units nor its place stand in code, templates or scripts, and
Chinese is in the catalogue of texts, in schemas and in templates, not in Python.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import cache

from pypinyin import lazy_pinyin

from harness.sources import ROOT, Literal, everything, literals
from liaison.definitions import load, read_package
from liaison.definitions import shipped as mechanisms

CHINESE = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
# A line that must hold Chinese characters (one that reads what people type, say) ends with a comment `# zh: why`.
EXCUSE = re.compile(r"#\s*zh: \S")
# A place in the name of a mechanism or of who issued it: two characters before 市, 区 or 县.
PLACE = re.compile(r"(?:^|(?<=[市省共、]))([\u4e00-\u9fff]{2})(?=[市区县])")
BESIDE = ("忻州", "暖企", "两个健康", "五述", "直通车")
"""What else gives a mechanism away, where no name of a place does."""

MAY_NAME = {
    "benchmarks/by_hand": "the same application written by hand, to be compared with the package",
    "benchmarks/__main__.py": "prints the time that checking this package may take",
    "benchmarks/crowd.py": "the places where its made-up enterprises are",
    "benchmarks/loading.py": "grows this package to the size that loading is measured with",
    "benchmarks/place.py": "the package that the benchmarks run on",
}
"""Files and folders that name a mechanism, and why."""


@cache
def telltales() -> set[str]:
    """Keys of the mechanisms that ship, titles of their units, and the places they are named after, in pinyin too."""
    words = {key.lower() for key in mechanisms()} | set(BESIDE)
    for key in mechanisms():
        definition = load(read_package(key)).definition
        assert definition is not None
        words |= {unit.title for unit in definition.roster.units.values()}
        places = {place for name in (definition.title, definition.issuer) for place in PLACE.findall(name)}
        words |= places | {"".join(lazy_pinyin(place)) for place in places}
    return words


def found_in(texts: Iterable[tuple[str, str]], words: Collection[str]) -> list[str]:
    """Where a word stands: in code, comments, names or sentences, as a part of a longer word too."""
    return [f"{name}: {word}" for name, text in texts for word in words if word in text.lower()]


@cache
def sources() -> list[tuple[str, str]]:
    return [(path.relative_to(ROOT).as_posix(), text) for path, text in everything().items()]


def excused(name: str) -> bool:
    return any(name == excuse or name.startswith(f"{excuse}/") for excuse in MAY_NAME)


def test_nothing_but_data_tells_which_mechanisms_there_are() -> None:
    assert found_in([one for one in sources() if not excused(one[0])], telltales()) == []


def test_what_tells_is_found_wherever_it_stands() -> None:
    words = telltales()
    assert {"shunde", "顺德", "佛山", "xiamen", "晋城", "jincheng", "policy_library", "nuanqi", "龙岗"} <= words
    for line in ("# as in Xiamen", "class ShundeForm:", "longhua_terms = 1", "<p>温州</p>"):
        assert found_in([("here", line)], words)


def test_every_excuse_is_needed() -> None:
    words = telltales()
    for excuse, why in MAY_NAME.items():
        inside = [one for one in sources() if one[0] == excuse or one[0].startswith(f"{excuse}/")]
        assert found_in(inside, words), f"{excuse} names nothing: {why}"


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
