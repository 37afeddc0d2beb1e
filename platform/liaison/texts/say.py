"""Turn a code and its parameters into a sentence, in Chinese or English."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any

from .model import Bilingual, Message

LANGUAGES = ("zh", "en")
_WEEKDAYS = "一二三四五六日"


class DuplicateCodeError(Exception):
    """Two catalogue files define one code: said at start, not when a page needs the sentence."""


@cache
def catalogue() -> Mapping[str, Mapping[str, str]]:
    """All sentences: code → {"zh", "en", optionally "hint_zh", "hint_en"}, from `catalogue/*.json`."""
    sentences: dict[str, Mapping[str, str]] = {}
    for path in sorted(files("liaison.texts").joinpath("catalogue").iterdir(), key=lambda p: p.name):
        if not path.name.endswith(".json"):
            continue
        for code, texts in json.loads(path.read_text(encoding="utf-8")).items():
            if code in sentences:
                raise DuplicateCodeError(f"{code} in {path.name}")
            sentences[code] = texts
    return sentences


def say(message: Message, lang: str = "zh") -> str:
    """The sentence for `message`. An unknown code is a programming error: KeyError."""
    return _fill(catalogue()[message.code][lang], message.params, lang)


def hint(message: Message, lang: str = "zh") -> str:
    """What to do about it, or the empty string where the catalogue has no hint."""
    return _fill(catalogue()[message.code].get(f"hint_{lang}", ""), message.params, lang)


def _fill(sentence: str, params: Mapping[str, Any], lang: str) -> str:
    return sentence.format_map({name: _spell(value, lang) for name, value in params.items()})


def _spell(value: Any, lang: str) -> str:
    if isinstance(value, Message):
        return say(value, lang)
    if isinstance(value, Bilingual):
        return value.zh if lang == "zh" else value.en
    if isinstance(value, datetime):
        return f"{spell_date(value.date(), lang)} {value:%H:%M}"
    if isinstance(value, date):
        return spell_date(value, lang)
    if isinstance(value, list | tuple | set | frozenset):
        return ("、" if lang == "zh" else ", ").join(_spell(item, lang) for item in value)
    return str(value)


def spell_date(day: date, lang: str = "zh", *, weekday: bool = False) -> str:
    """2025年1月26日, with `weekday` 2025年1月26日（周日）; in English 26 January 2025."""
    if lang == "zh":
        spelt = f"{day.year}年{day.month}月{day.day}日"
        return f"{spelt}（周{_WEEKDAYS[day.weekday()]}）" if weekday else spelt
    spelt = f"{day.day} {day:%B %Y}"
    return f"{spelt} ({day:%A})" if weekday else spelt
