"""How templates spell dates, moments, numbers, money and personal data."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import segno
from flask import Flask

from liaison.calendars import ZONE
from liaison.texts import Message, say, spell_date

from .language import lang
from .visit import today

_WAN = Decimal(10_000)


def init_app(app: Flask) -> None:
    """Register the filters under the names of the functions."""
    for spell in (cn_date, cn_until, short_date, until, moment, clock_time, number, money, masked, iso, qr):
        app.jinja_env.filters[spell.__name__] = spell


def cn_date(value: date | datetime | str | None, note: str = "", *, weekday: bool = False) -> str:
    """2025年1月26日; with `weekday` （周日）; with a note （周日，调休上班）. A moment is its Shanghai day."""
    day = _day(value)
    if day is None:
        return ""
    spelt = spell_date(day, lang(), weekday=weekday or bool(note))
    if not note:
        return spelt
    return f"{spelt[:-1]}{'，' if lang() == 'zh' else ', '}{note}{spelt[-1]}"


def short_date(value: date | datetime | str | None) -> str:
    """01-26, for tables; with its year where that is not this year."""
    day = _day(value)
    return "" if day is None else _month_and_day(day)


def until(value: date | datetime | str | None) -> str:
    """When something ends, for tables: 01-26, or 01-26 14:05 where it ends within the day."""
    return moment(value) if isinstance(value, datetime) else short_date(value)


def cn_until(value: date | datetime | str | None, note: str = "", *, weekday: bool = False) -> str:
    """2025年1月26日, with the time 14:05 where it ends within the day."""
    spelt = cn_date(value, note, weekday=weekday)
    return f"{spelt} {_local(value):%H:%M}" if isinstance(value, datetime) else spelt


def moment(value: datetime | None) -> str:
    """01-26 14:05 in Shanghai, with its year where that is not this year. ValueError for a naive moment: it has no
    meaning on a page."""
    if value is None:
        return ""
    local = _local(value)
    return f"{_month_and_day(local.date())} {local:%H:%M}"


def clock_time(value: datetime | None) -> str:
    """14:05 in Shanghai."""
    return "" if value is None else f"{_local(value):%H:%M}"


def iso(value: date | datetime | str | None) -> str:
    """What `<time datetime>` wants: a day, or a moment with its offset."""
    if value is None or isinstance(value, str):
        return value or ""
    return value.isoformat(timespec="minutes") if isinstance(value, datetime) else value.isoformat()


def number(value: int | float | Decimal | str | None) -> str:
    """1,234,567.5: thousands separated, the decimals as they are. Text that is no number stays as typed."""
    if value is None or value == "":
        return ""
    try:
        exact = Decimal(f"{value:.12g}" if isinstance(value, float) else str(value))
    except ArithmeticError:
        return str(value)
    plain = f"{exact:,f}"
    return plain.rstrip("0").rstrip(".") if "." in plain and isinstance(value, float | Decimal) else plain


def money(yuan: Decimal | str | int | None, unit: str = "yuan") -> str:
    """An amount of yuan as people write it; `unit="wan"` counts in units of ten thousand. No number: as typed."""
    if yuan is None or yuan == "":
        return ""
    try:
        exact = Decimal(str(yuan))
    except ArithmeticError:
        return str(yuan)
    if unit == "wan":
        return say(Message("web.money_wan", {"amount": number(exact / _WAN)}), lang())
    return say(Message("web.money_yuan", {"amount": f"{exact:,.2f}"}), lang())


def masked(value: str | None, keep: tuple[int, int] | None = None) -> str:
    """Personal data with its middle hidden: 138****5678, 张*, 9144**********123X.

    `keep` says how many characters stay at the start and the end; without it, what suits the length.
    """
    text = (value or "").strip()
    if not text:
        return ""
    if keep is None:
        keep = (1, 0) if len(text) <= 3 else (1, 1) if len(text) <= 6 else (3, 4) if len(text) <= 12 else (4, 4)
    start, end = keep
    hidden = max(len(text) - start - end, 1)
    return text[:start] + "*" * hidden + (text[-end:] if end and len(text) > start else "")


def qr(text: str) -> str:
    """A QR code of `text` as a data: address for `<img src>`, quiet zone included. ValueError when it is too long."""
    address: str = segno.make(text, error="m", micro=False).svg_data_uri(border=2, dark="#1d2129", light="#ffffff")
    return address


def _day(value: date | datetime | str | None) -> date | None:
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return _local(value).date()
    return date.fromisoformat(value) if isinstance(value, str) else value


def _month_and_day(day: date) -> str:
    return f"{day:%m-%d}" if day.year == today().year else day.isoformat()


def _local(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError(f"naive moment on a page: {value!r}")
    return value.astimezone(ZONE)
