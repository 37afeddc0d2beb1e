"""The timeline of a golden case, in lines and as JSON: event, state, assignment, clock with due date, message."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from liaison.calendars import ZONE
from liaison.definitions import Definition
from liaison.engine import Clock, Event, Played, Record, Timeline, left_out
from liaison.engine.duties import Instance
from liaison.texts import Message, say

from .findings import both


def timeline_lines(definition: Definition, timeline: Timeline) -> Iterator[str]:
    """The story as it came out: a line for the case, one for each step, and under it what the step did."""
    verdict = _say("green" if timeline.passed else "red")
    yield f"{verdict} {timeline.case} {timeline.title}"
    for failure in timeline.failures:
        yield f"  {_say('failed', why=failure)}"
    seen: dict[str, Record] = {}
    for step in timeline.steps:
        yield f"  {step.at:%Y-%m-%d %H:%M} {step.key}"
        for event in step.events:
            yield f"    {_event(definition, step, event)}"
        for record in step.touched.values():
            for clock in _news(record, seen.get(record.id)):
                yield f"    {_clock(definition, clock)}"
            seen[record.id] = record
        for one in step.duties:
            yield f"    {_duty(definition, one)}"
        for notice in step.notices:
            title = definition.templates[notice.template].title
            to = [one.person or one.unit or _say("by_link") for one in notice.to]
            yield f"    {_say('message', title=title, to=to)}"
        for missed in left_out(step.events):
            yield f"    {_say('left_out', why=missed)}"
        if step.result is not None and step.result.refusal is not None:
            yield f"    {_say('refused', why=step.result.refusal.message)}"
        for failure in step.failures:
            yield f"    {_say('failed', why=failure)}".replace("\n", "\n      ")


def timeline_json(definition: Definition, timeline: Timeline) -> dict[str, Any]:
    """The same as data. Moments are ISO 8601, people and units keys."""
    return {
        "key": timeline.case,
        "title": timeline.title,
        "passed": timeline.passed,
        "failures": [both(failure) for failure in timeline.failures],
        "steps": [_step_json(step) for step in timeline.steps],
    }


def _step_json(step: Played) -> dict[str, Any]:
    refusal = step.result.refusal if step.result is not None else None
    return {
        "key": step.key,
        "at": step.at.isoformat(),
        "who": step.who,
        "does": step.does,
        "refused": refusal.code if refusal is not None else None,
        "events": [
            {
                "record": event.record,
                "type": step.touched[event.record].type,
                "event": event.key,
                "actor": event.actor,
                "actor_kind": event.actor_kind,
                "at": event.happened.isoformat(),
                "from": event.origin,
                "to": event.to,
                "why": [both(why) for why in event.why],
            }
            for event in step.events
        ],
        "clocks": [
            {
                "record": record.id,
                "term": clock.term,
                "round": clock.round,
                "state": clock.state.value,
                "due": clock.due.astimezone(ZONE).isoformat(),
                "certain": clock.certain,
            }
            for record in step.touched.values()
            for clock in record.clocks
        ],
        "duties": [
            {
                "duty": one.duty,
                "owner": one.owner,
                "period": one.period.key,
                "first": one.first.isoformat(),
                "due": one.due.isoformat(),
                "state": one.state.value,
            }
            for one in step.duties
        ],
        "messages": [
            {"template": notice.template, "to": [one.person or one.unit or "applicant" for one in notice.to]}
            for notice in step.notices
        ],
        "left_out": [both(missed) for missed in left_out(step.events)],
        "failures": [both(failure) for failure in step.failures],
    }


def _event(definition: Definition, step: Played, event: Event) -> str:
    record = step.touched[event.record]
    lifecycle = definition.lifecycles[record.type]
    action = lifecycle.actions.get(event.action)
    done = action.title if action is not None else say(Message(f"cli.timeline.{event.key}"))
    state = lifecycle.states[event.to].title if event.to in lifecycle.states else event.to
    holder = next((part.unit for part in record.parts if record.parent), "")
    title = definition.record_types[record.type].title
    who = event.actor_name or say(Message(f"cli.timeline.by_{event.actor_kind}"))
    name = " ".join(filter(None, (f"{title}（{holder}）" if holder else title, record.number)))
    return _say("event", record=name, who=who, done=done, state=state)


def _news(record: Record, before: Record | None) -> Iterator[Clock]:
    """The clocks that began, moved or ended since."""
    known = before.clocks if before is not None else ()
    yield from (clock for clock in record.clocks if clock not in known)


def _clock(definition: Definition, clock: Clock) -> str:
    return _say(
        "clock",
        term=definition.terms[clock.term].title,
        day=f"{clock.until:%Y-%m-%d %H:%M}" if isinstance(clock.until, datetime) else f"{clock.until:%Y-%m-%d}",
        state=Message(f"cli.timeline.clock_{clock.state.value}"),
        sure=Message("cli.timeline.certain" if clock.certain else "cli.timeline.provisional"),
    )


def _duty(definition: Definition, one: Instance) -> str:
    roster = definition.roster
    titles = {**{key: post.title for key, post in roster.posts.items()},
              **{key: unit.title for key, unit in roster.units.items()}}  # fmt: skip
    owner = [titles.get(key, key) for key in ((one.unit or one.owner).split("/"))]
    days = [f"{day:%Y-%m-%d}" for day in dict.fromkeys((one.first, one.due))]
    return _say(
        "duty",
        duty=definition.duties[one.duty].title,
        period=one.period.message,
        owner=owner,
        days=Message("cli.timeline.window", {"first": days[0], "last": days[1]}) if len(days) == 2 else days[0],
        state=Message(f"engine.duty.{one.state.value}"),
    )


def _say(line: str, **params: Any) -> str:
    return say(Message(f"cli.timeline.{line}", params))
