"""Bytes to JSON, strictly: what is lenient or undefined elsewhere is one clear finding here.

Refused: a byte order mark, anything but UTF-8, syntax errors (with line and column), a name twice in one object,
NaN and Infinity, numbers too large to be a number, lone surrogates and NUL, more than `MAX_DEPTH` levels.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any

from liaison.texts import Finding, Severity

MAX_DEPTH = 100
"""Levels of objects and lists. The deepest file that ships has 12."""

_BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*"?|[\[\]{}]', re.DOTALL)
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

    def closed(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) != len(pairs):
            raise _TwiceError
        return made

    if data.startswith(b"\xef\xbb\xbf"):
        raise bad("byte_order_mark")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise bad("not_utf8", byte=error.start) from error
    if _too_deep(text):
        raise bad("too_deep", limit=MAX_DEPTH)
    hooks: dict[str, Any] = {"parse_constant": constant, "parse_float": number, "parse_int": integer}
    try:
        made = json.loads(text, object_pairs_hook=closed, **hooks)
    except json.JSONDecodeError as error:
        raise bad("syntax", line=error.lineno, column=error.colno) from error
    except _TwiceError:
        pointer, name = _twice(json.loads(text, object_pairs_hook=_Pairs), "")
        raise bad("name_twice", pointer, name=name) from None
    if _ESCAPES.search(text) and not _clean(made):
        raise bad("bad_character")
    return made


class _TwiceError(Exception):
    """A name stands twice in one object; where, a second reading finds out."""


class _Pairs(list[tuple[str, Any]]):
    """An object kept as its pairs, so that a name that stands twice is not lost."""


def _too_deep(text: str) -> bool:
    if text.count("{") + text.count("[") <= MAX_DEPTH:
        return False
    depth = 0
    for found in _BRACKETS.findall(text):
        if found in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                return True
        elif found in "]}":
            depth -= 1
    return False


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
    return "\\u0000" not in text


def escape(token: str) -> str:
    """One token of a JSON Pointer (RFC 6901)."""
    return token.replace("~", "~0").replace("/", "~1")
