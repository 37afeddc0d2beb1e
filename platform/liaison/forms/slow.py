"""Which patterns may take for ever on a few dozen characters: a repeat of what itself repeats or branches.

Python's regular expressions try every way of dividing a text among such repeats. There is no time limit on a match, so
a pattern of this kind is refused before anybody's answer meets it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from re import _parser  # type: ignore[attr-defined]
from typing import Any

_REPEATS = {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}
_FEW = 10
"""A repeat of at most so many times is no danger."""


def is_slow(pattern: str) -> bool:
    """Whether matching may take exponential time. A pattern that is none is not slow: another check says so."""
    try:
        return _slow(_parser.parse(pattern), within=False)
    except (re.error, RecursionError, OverflowError):
        return False


def _slow(parsed: Iterable[Any], *, within: bool) -> bool:
    for op, argument in parsed:
        name = str(op)
        if name in _REPEATS:
            low, high, inner = argument
            varies = high != low and int(high) > _FEW
            if (within and high != low) or _slow(inner, within=within or varies):
                return True
        elif name == "BRANCH":
            if within or any(_slow(branch, within=within) for branch in argument[1]):
                return True
        elif any(_slow(inner, within=within) for inner in _inside(argument)):
            return True
    return False


def _inside(argument: Any) -> Iterable[Any]:
    """The patterns inside a group, a look-around or the like."""
    if isinstance(argument, tuple | list):
        for part in argument:
            if isinstance(part, _parser.SubPattern):
                yield part
