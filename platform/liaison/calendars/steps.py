"""The reasons of a date, one message each. Dates stay dates: the sentence spells them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from liaison.texts import Message

from .model import Day


def passed(day: Day, how: str) -> Message:
    """A rest day that was passed over: `rest` not counted, `next`/`previous` moved off, `kept` left standing."""
    code = f"calendars.step.{how}_provisional" if day.provisional else f"calendars.step.{how}"
    return Message(
        code,
        {
            "day": day.date,
            "weekday": _weekday(day.date),
            "name": day.name,
        },
    )


def make_up(day: date) -> Message:
    """The last day is a Saturday or Sunday, and yet a workday."""
    return Message("calendars.step.make_up", {"day": day, "weekday": _weekday(day)})


def clamped(wanted: int, day: date) -> Message:
    """The month has no such day, so its last day it is."""
    return Message("calendars.step.clamped", {"missing": wanted, "day": day})


def paused(first: date, last: date) -> Message:
    """Days, both included, on which the term did not run."""
    return Message("calendars.step.paused", {"first": first, "last": last})


def paused_time(start: datetime, end: datetime) -> Message:
    """A time in which the term did not run."""
    return Message("calendars.step.paused", {"first": start, "last": end})


def received(moment: datetime, opening: datetime) -> Message:
    """What arrived outside office hours counts from the next opening."""
    return Message("calendars.step.received", {"at": moment, "opening": opening})


def provisional(years: Iterable[int]) -> Message:
    """These years have no notice yet, so the date may still move."""
    return Message("calendars.step.provisional", {"years": sorted(years)})


def _weekday(day: date) -> Message:
    return Message(f"calendars.weekday.{day.weekday()}")
