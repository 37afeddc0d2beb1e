"""Bytes to JSON, strictly: what is lenient or undefined elsewhere is one clear finding here.

Refused: a byte order mark, anything but UTF-8, syntax errors (with line and column), a name twice in one object, a key
twice among the members of one array, NaN and Infinity, numbers too large to be a number, lone surrogates and NUL, more
than `MAX_DEPTH` levels.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import Any

from liaison.texts import Finding, Severity

MAX_DEPTH = 100
"""Levels of objects and lists. The deepest file that ships has 12."""

_ESCAPES = re.compile(r"\\u(?:[dD][89a-fA-F]|0000)")


class BadJsonError(Exception):
    """The text is not JSON as the format wants it; `finding` says what and where."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.code)
        self.finding = finding


def parse(data: bytes, file: str = "") -> Any:
    """The JSON in `data`. BadJsonError with one finding where there is none."""

    def bad(what: str, pointer: str = "", **params: Any) -> BadJsonError:
        return BadJsonError(Finding(f"definitions.{what}", Severity.ERROR, file, pointer, params))

    lost = False

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal lost
        made = dict(pairs)
        lost = lost or len(made) != len(pairs)
        return made

    def constant(name: str) -> Any:
        raise bad("not_a_number", name=name)

    def number(text: str) -> float:
        if not math.isfinite(value := float(text)):
            raise bad("number_too_large", number=text[:40])
        return value

    def integer(text: str) -> int:
        if len(text) > 30:
            raise bad("number_too_large", number=text[:40])
        return int(text)

    if data.startswith(b"\xef\xbb\xbf"):
        raise bad("byte_order_mark")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise bad("not_utf8", byte=error.start) from error
    hooks: dict[str, Any] = {"parse_constant": constant, "parse_float": number, "parse_int": integer}
    try:
        made = json.loads(text, object_pairs_hook=once, **hooks)
    except json.JSONDecodeError as error:
        raise bad("syntax", line=error.lineno, column=error.colno) from error
    except RecursionError as error:
        raise bad("too_deep", limit=MAX_DEPTH) from error
    levels, clash = _survey(made)
    if levels > MAX_DEPTH:
        raise bad("too_deep", limit=MAX_DEPTH)
    if lost:  # a second, slower reading tells which and where
        pointer, name = _twice(json.loads(text, object_pairs_hook=_Pairs), "")
        raise bad("name_twice", pointer, name=name)
    if clash:
        pointer, key = next(_key_clashes(made, ""))
        raise bad("key_twice", pointer, key=key)
    if _ESCAPES.search(text) and not _clean(made):
        raise bad("bad_character")
    return made


class _Pairs(list[tuple[str, Any]]):
    """An object kept as its pairs, so that a name that stands twice is not lost."""


def _survey(made: Any) -> tuple[int, bool]:
    """How many levels there are, and whether two members of one array share a key.

    Level by level, without recursion: it is the first to see what came in."""
    levels, clash = 0, False
    level = [made]
    while level := [node for node in level if type(node) is dict or type(node) is list]:
        levels += 1
        below: list[Any] = []
        for node in level:
            if type(node) is dict:
                below += node.values()
            else:
                below += node
                keys = [key for item in node if type(item) is dict and type(key := item.get("key")) is str]
                clash = clash or len(set(keys)) != len(keys)
        level = below
    return levels, clash


def _key_clashes(node: Any, pointer: str) -> Iterator[tuple[str, str]]:
    """Pointer and key of each member whose key another member of its array had before."""
    seen: set[str] = set()
    for name, value in node.items() if isinstance(node, dict) else enumerate(node):
        where = f"{pointer}/{escape(str(name))}"
        key = value.get("key") if isinstance(node, list) and isinstance(value, dict) else None
        if isinstance(key, str):
            if key in seen:
                yield f"{where}/key", key
            seen.add(key)
        if isinstance(value, dict | list):
            yield from _key_clashes(value, where)


def _twice(node: Any, pointer: str) -> tuple[str, str]:
    """Pointer and name of the first name that stands twice; ("", "") where there is none below `node`."""
    seen: set[str] = set()
    if isinstance(node, _Pairs):
        for name, _ in node:
            if name in seen:
                return f"{pointer}/{escape(name)}", name
            seen.add(name)
        inner = [(f"{pointer}/{escape(name)}", value) for name, value in node]
    elif isinstance(node, list):
        inner = [(f"{pointer}/{at}", value) for at, value in enumerate(node)]
    else:
        return "", ""
    return next((found for at, value in inner if (found := _twice(value, at))[1]), ("", ""))


def _clean(made: Any) -> bool:
    text = json.dumps(made, ensure_ascii=False)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return "\\u0000" not in text.replace("\\\\", "")  # what stands behind an escaped backslash is text


def escape(token: str) -> str:
    """One token of a JSON Pointer (RFC 6901)."""
    return token.replace("~", "~0").replace("/", "~1")
