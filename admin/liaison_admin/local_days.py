"""Local days as people write them, one a line: `2026-09-03 地方活动日 休`."""

from __future__ import annotations

import re
from typing import Any

from liaison.texts import LANGUAGES, catalogue

_LINE = re.compile(r"(\d{4}-\d{1,2}-\d{1,2})\s+(.+?)\s+(\S+)")


class LineError(ValueError):
    """A line that is none; `line` is its number, from 1."""

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line}")
        self.line = line


def read(text: str) -> dict[str, Any]:
    """The days in the shape of a notice: `{"days": [{"date", "name", "isOffDay"}]}`. LineError."""
    words = {
        catalogue()[f"admin.local.{kind}"][lang].casefold(): kind == "off"
        for kind in ("off", "work")
        for lang in LANGUAGES
    }
    days = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        found = _LINE.fullmatch(line.strip())
        if found is None or found[3].casefold() not in words:
            raise LineError(number)
        year, month, day = found[1].split("-")
        iso = f"{year}-{int(month):02}-{int(day):02}"
        days.append({"date": iso, "name": found[2], "isOffDay": words[found[3].casefold()]})
    return {"papers": [], "days": days}


def write(days: list[dict[str, Any]], lang: str) -> str:
    """The lines again, in the words of a language."""
    word = {True: catalogue()["admin.local.off"][lang], False: catalogue()["admin.local.work"][lang]}
    return "".join(f"{day['date']} {day['name']} {word[day['isOffDay']]}\n" for day in days)
