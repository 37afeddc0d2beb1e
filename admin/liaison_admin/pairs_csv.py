"""Pairs of a matching as a table: one pair a line, read whole or not at all.

Its columns are left, right, from, to. Partners go by what they are called, or by their keys.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from liaison.roster import Joined, Pair, misfits
from liaison.texts import Message

from . import tabular
from .tabular import Wrong

COLUMNS = ("left", "right", "from", "to")
_NEEDED = ("left", "right")
_CODES = {name: f"admin.csv.column.{name}" for name in COLUMNS}


@dataclass(frozen=True, slots=True)
class Row:
    """One line, understood."""

    pair: Pair
    first_day: date | None
    last_day: date | None


@dataclass
class Read:
    """What was read: rows to be entered where nothing is wrong."""

    rows: list[Row] = field(default_factory=list)
    wrong: list[Wrong] = field(default_factory=list)


def write(one: Joined, lang: str) -> str:
    """A file to be filled in: a line for each of the left side that has no partner yet."""
    paired = {left for left, _ in one.pairs}
    rows = [[title, "", "", ""] for key, title in one.left.items() if key not in paired]
    return tabular.write(_CODES, rows, lang)


def read(text: str, one: Joined, apart: Collection[Pair] = ()) -> Read:
    """Understand a file; every wrong line is said. A line counts with those before it: who has enough partners gets no
    more."""
    lines, wrong = tabular.read(text, _CODES, _NEEDED)
    found = Read(wrong=wrong)
    numbers: list[int] = []
    sides = {"left": _called(one.left), "right": _called(one.right)}
    for number, given in lines:
        row = _row(given, sides)
        if isinstance(row, Row):
            found.rows.append(row)
            numbers.append(number)
        else:
            found.wrong += [Wrong(number, message) for message in row]
    whys = misfits(one, [row.pair for row in found.rows], apart)
    found.wrong += [Wrong(number, why) for number, why in zip(numbers, whys, strict=True) if why]
    found.wrong.sort(key=lambda wrong: wrong.line)
    return found


def _row(given: Mapping[str, str], sides: Mapping[str, Mapping[str, list[str]]]) -> Row | list[Message]:
    wrong: list[Message] = []
    keys: list[str] = []
    for name, called in sides.items():
        key = _key(given.get(name, ""), called)
        if isinstance(key, Message):
            wrong.append(key)
        else:
            keys.append(key)
    days: list[date | None] = []
    for name in ("from", "to"):
        try:
            days.append(tabular.day(given.get(name, "")))
        except ValueError:
            wrong.append(Message("admin.csv.no_date", {"value": given[name]}))
    if wrong:
        return wrong
    (left, right), (first, last) = keys, days
    if first and last and last < first:
        return [Message("admin.csv.backward", {"first": first, "last": last})]
    return Row((left, right), first, last)


def _called(known: Mapping[str, str]) -> Mapping[str, list[str]]:
    """What partners may be written as → those meant: by what they are called, and by their keys."""
    found: dict[str, list[str]] = defaultdict(list)
    for key, title in known.items():
        found[title].append(key)
    return {**found, **{key: [key] for key in known}}


def _key(text: str, called: Mapping[str, list[str]]) -> str | Message:
    keys = called.get(text, [])
    if len(keys) > 1:
        return Message("admin.matching.ambiguous", {"name": text, "keys": keys})
    return keys[0] if keys else Message("roster.not_offered", {"who": text or "—"})
