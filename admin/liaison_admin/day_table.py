"""A notice as a table: a line is a day, or a stretch of days, off or worked, and what it is called.

Its columns are the day, the last day of a stretch (or both stand in the first), off or work, the name, and the paper it
rests on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from liaison.texts import LANGUAGES, Message, catalogue

from . import tabular
from .tabular import Wrong

COLUMNS: Final = {name: f"admin.days.column.{name}" for name in ("day", "last", "kind", "name", "paper")}
_NEEDED: Final = ("day", "kind", "name")
_LONGEST: Final = 366
"""Days of a stretch."""
_DAY: Final = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")  # zh: dates as they are typed
_BETWEEN: Final = re.compile(r"\s*(?:至|到|[~～—–]+)\s*|\s+-\s+")  # zh: from day to day, as it is typed


@dataclass
class Read:
    """What was read, in the shape of a notice, to be taken in where nothing is `wrong`."""

    days: list[dict[str, Any]] = field(default_factory=list)
    papers: list[str] = field(default_factory=list)
    wrong: list[Wrong] = field(default_factory=list)

    @property
    def local(self) -> dict[str, Any]:
        """As a district's own days."""
        return {"papers": self.papers, "days": self.days}

    @property
    def notice(self) -> dict[str, Any]:
        """As the notice of a year: the last one that a day lies in, for it may list days of the December before."""
        year = max((int(day["date"][:4]) for day in self.days), default=None)
        return {"year": year, **self.local}


def is_table(text: str) -> bool:
    """Whether the first line names columns of such a table."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    titles = {catalogue()[code][lang].casefold() for code in COLUMNS.values() for lang in LANGUAGES}
    return any(cell.strip().casefold() in titles for cell in re.split(r"[,\t]", first))


def read(text: str) -> Read:
    """Understand a table. Every wrong line is said."""
    lines, wrong = tabular.read(text, COLUMNS, _NEEDED)
    found = Read(wrong=wrong)
    seen: dict[str, int] = {}
    papers: dict[str, None] = {}
    for number, given in lines:
        problems = list(_problems(given))
        found.wrong += [Wrong(number, message) for message in problems]
        if given.get("paper"):
            papers[given["paper"]] = None
        if problems:
            continue
        first, last = _stretch(given)
        for day in _days(first, last):
            if seen.setdefault(day, number) != number:
                found.wrong.append(Wrong(number, Message("admin.days.twice", {"day": day, "line": seen[day]})))
            found.days.append({"date": day, "name": given["name"], "isOffDay": _is_off(given["kind"])})
    found.papers = list(papers)
    return found


def _problems(given: Mapping[str, str]) -> Iterator[Message]:
    if not given.get("name"):
        yield Message("admin.days.no_name")
    if _is_off(given.get("kind", "")) is None:
        yield Message("admin.days.no_kind", {"value": given.get("kind", "")})
    try:
        first, last = _stretch(given)
    except ValueError as error:
        yield Message("admin.days.no_day", {"value": str(error)})
        return
    if last < first:
        yield Message("admin.csv.backward", {"first": first, "last": last})
    elif (last - first).days >= _LONGEST:
        yield Message("admin.days.too_long", {"most": _LONGEST})


def _stretch(given: Mapping[str, str]) -> tuple[date, date]:
    """The first and the last day of a line. ValueError: the cell that is no day."""
    first, *rest = _BETWEEN.split(given.get("day", ""), maxsplit=1)
    last = given.get("last", "") or (rest[0] if rest else first)
    return _day(first), _day(last)


def _day(text: str) -> date:
    found = _DAY.fullmatch(text.strip())
    if found is None:
        raise ValueError(text)
    try:
        return date(*(int(part) for part in found.groups()))
    except ValueError:
        raise ValueError(text) from None


def _days(first: date, last: date) -> Iterable[str]:
    return [(first + timedelta(days=n)).isoformat() for n in range((last - first).days + 1)]


def _is_off(word: str) -> bool | None:
    """Whether a word says that a day is off, or worked; None: neither."""
    for kind in ("off", "work"):
        for lang in LANGUAGES:
            if word.casefold() in catalogue()[f"admin.days.{kind}"][lang].casefold().split():
                return kind == "off"
    return None
