"""What a mechanism set up here owes each period: who, when, when next, and how it has gone so far."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Connection

from liaison.calendars import Calendar, Occurrence, Schedule, next_occurrence
from liaison.definitions import Definition, Duty, Who
from liaison.engine.duties import Verdict
from liaison.store import InForce, duties
from liaison.texts import spell_date
from liaison.web import lang, visit

COLUMNS = ("duty:title", "owed_by", "when", "next", "gone:list")


def rows(connection: Connection, one: InForce, definition: Definition) -> list[dict[str, Any]]:
    """A row for each duty of the mechanism, under `COLUMNS`."""
    shelf = visit.shelf()
    installed = shelf.installed(connection, one.id)
    calendar = shelf.calendar(connection, installed.organisation, installed.calendar_version)
    counted = duties.counts(connection, one.id) if definition.duties else {}
    return [
        {
            "cells": {
                "duty": duty.title,
                "owed_by": _who(definition, duty),
                "when": visit.spoken(Schedule.from_json(duty.schedule).message),
                "next": _next(duty, calendar, visit.today()),
                "gone": [
                    f"{visit.sentence(f'engine.duty.{verdict.value}')} {counted[duty.key][verdict]}"
                    for verdict in Verdict
                    if counted.get(duty.key, {}).get(verdict)
                ],
            }
        }
        for duty in definition.duties.values()
    ]


def _who(definition: Definition, duty: Duty) -> str:
    """Who owes it, in the words of the roster; where it is owed for records, for which."""
    if duty.each is not None:
        return visit.sentence("admin.duty.each", type=definition.record_types[duty.each.of].title)
    return _named(definition, duty.owed_by)


def _named(definition: Definition, who: Who) -> str:
    roster = definition.roster
    if who.post:
        post = roster.posts[who.post].title
        return visit.sentence("admin.duty.of_post", who=_named(definition, replace(who, post="")), post=post)
    match who.kind:
        case "unit":
            return roster.units[who.key].title
        case "unit_kind":
            return visit.sentence("admin.duty.each", type=roster.sorts[who.key].title)
        case "partner":
            return visit.sentence("admin.duty.each", type=roster.matchings[who.key].title)
    return roster.posts[who.key].title


def _next(duty: Duty, calendar: Calendar, today: date) -> str:
    """The next days of its point or window, and whether none of them is a workday."""
    found = next_occurrence(Schedule.from_json(duty.schedule), today, calendar)
    if found is None:
        return ""
    said = _days(found)
    if found.first != found.last and not found.workdays:
        return visit.sentence("admin.duty.no_workday", days=said)
    return said


def _days(found: Occurrence) -> str:
    first, last = (spell_date(day, lang()) for day in (found.first, found.last))
    return first if first == last else visit.sentence("admin.duty.window", first=first, last=last)
