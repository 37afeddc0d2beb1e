"""Records, clocks and events as rows, and back. Nothing here touches a database."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from liaison.calendars import ZONE
from liaison.definitions import FACETS, RecordType, value_kind
from liaison.engine import SIGNER, Clock, ClockState, Event, Last, Link, PartHeld, Record, Ring, Suggestion
from liaison.roster import Responsible
from liaison.texts import Bilingual, Message

from .columns import dump_json

Row = dict[str, Any]
Fields = Mapping[Any, Any]
"""A row as the database gives it."""
_MARK = "$"
_TEXT_LIMIT = 500
"""Characters of a text that the side table keeps: PostgreSQL's index takes no more than 2,700 bytes."""


def pack(value: Any) -> Any:
    """Anything a message may carry, as JSON: what JSON has no word for becomes `{"$": kind, "v": text}`."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case Decimal():
            return {_MARK: "number", "v": str(value)}
        case datetime():
            return {_MARK: "moment", "v": value.astimezone(UTC).isoformat()}
        case date():
            return {_MARK: "day", "v": value.isoformat()}
        case Bilingual():
            return {_MARK: "both", "zh": value.zh, "en": value.en}
        case Message():
            return {_MARK: value.code, **{key: pack(part) for key, part in value.params.items()}}
        case Mapping():
            return {key: pack(part) for key, part in value.items()}
        case Iterable():
            return [pack(part) for part in value]
    raise TypeError(f"{type(value).__name__} cannot be kept")


def unpack(value: Any) -> Any:
    """What `pack` was given; moments in Asia/Shanghai, lists for every sequence."""
    if isinstance(value, list):
        return [unpack(part) for part in value]
    if not isinstance(value, dict):
        return value
    match value.get(_MARK):
        case None:
            return {key: unpack(part) for key, part in value.items()}
        case "number":
            return Decimal(value["v"])
        case "moment":
            return datetime.fromisoformat(value["v"]).astimezone(ZONE)
        case "day":
            return date.fromisoformat(value["v"])
        case "both":
            return Bilingual(value["zh"], value["en"])
        case code:
            return Message(code, {key: unpack(part) for key, part in value.items() if key != _MARK})


def _moment(value: datetime | None) -> datetime | None:
    return None if value is None else value.astimezone(ZONE)


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat()


def _from_text(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text).astimezone(ZONE)


# ── Records ──────────────────────────────────────────────────────────────────────────────────────────────────────


def record_row(record: Record, record_type: RecordType) -> Row:
    """The columns of `record` that depend on it alone: organisation, edition and ordinal are the writer's."""
    running = [clock for clock in record.clocks if clock.state is ClockState.RUNNING]
    next_ = min(running, key=lambda clock: clock.due, default=None)
    return {
        "id": record.id,
        "installation_id": record.installation,
        "type": record.type,
        "state": record.state,
        "revision": record.revision,
        "round": record.round,
        "number": record.number or None,
        "values": dict(record.values),
        "memory": _memory(record),
        "applicant_id": record.applicant,
        "reporter_id": record.reporter,
        "parent_id": record.parent or None,
        "done": record.done,
        "due_at": next_.due if next_ else None,
        "due_term": next_.term if next_ else "",
        "due_certain": next_.certain if next_ else True,
        "created_at": record.created_at,
        "since": record.since or record.created_at,
        **{facet: facet_value(facet, record, record_type) for facet in FACETS},
    }


def facet_value(facet: str, record: Record, record_type: RecordType) -> Any:
    """What stands in the facet's column."""
    value = record.values.get(record_type.facets.get(facet, ""))
    if value is None or value == "":
        return None
    if FACETS[facet] == "number":
        return float(value)
    text = value if isinstance(value, str) else dump_json(value)
    return plain_phone(text) if facet == "phone" else text


def plain_phone(text: str) -> str:
    """A telephone number without what people put between the digits."""
    return "".join(character for character in text if character not in " -－—()（）　")


def _memory(record: Record) -> Row:
    last = record.last
    return {
        "suggestions": {
            key: {
                "table": one.table,
                "row": one.row,
                "outputs": dict(one.outputs),
                "inputs": dict(one.inputs),
                **({} if one.agreed else {"agreed": False}),
            }
            for key, one in record.suggestions.items()
        },
        "times": dict(record.times),
        "times_ever": dict(record.times_ever),
        "took": dict(record.took),
        "event_at": {key: _text(at) for key, at in record.event_at.items()},
        "rungs": dict(record.rungs),
        "fired": sorted(record.fired),
        "last": {"what": last.what, "by": last.by, "at": _text(last.at)} if last else None,
        **({"signs": dict(record.signs)} if record.signs else {}),
        **({"spent": {key: _text(at) for key, at in record.spent.items()}} if record.spent else {}),
    }


def record_from(row: Fields, parts: Sequence[PartHeld], links: Sequence[Link], clocks: Sequence[Clock]) -> Record:
    """The record of a row of `record` and what hangs on it, each in the order it was written."""
    memory = row["memory"]
    last = memory["last"]
    return Record(
        id=row["id"],
        type=row["type"],
        installation=row["installation_id"],
        state=row["state"],
        revision=row["revision"],
        round=row["round"],
        number=row["number"] or "",
        values=row["values"],
        applicant=row["applicant_id"],
        parent=row["parent_id"] or "",
        parts=tuple(parts),
        links=tuple(links),
        clocks=tuple(clocks),
        suggestions={key: Suggestion(**one) for key, one in memory["suggestions"].items()},
        times=memory["times"],
        times_ever=memory["times_ever"],
        took=memory["took"],
        event_at={key: _sure(at) for key, at in memory["event_at"].items()},
        rungs=memory["rungs"],
        fired=frozenset(memory["fired"]),
        created_at=_moment(row["created_at"]),
        since=_moment(row["since"]),
        done=row["done"],
        last=Last(last["what"], last["by"], _sure(last["at"])) if last else None,
        signs=memory.get("signs", {}),
        spent={key: _sure(at) for key, at in memory.get("spent", {}).items()},
    )


def _sure(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(ZONE)


def part_rows(record: Record, ordinal: int) -> list[Row]:
    """The rows of `record_part`."""
    return [
        {
            "record_id": record.id,
            "position": position,
            "installation_id": record.installation,
            "ordinal": ordinal,
            "part": held.part,
            "unit": held.unit,
            "assignment": held.assignment,
            "since": held.since,
            "ended": held.ended,
            # Who was asked to sign sees the record, but has it on hand only through the sheet.
            "active": held.ended is None and not record.done and held.part != SIGNER,
        }
        for position, held in enumerate(record.parts)
    ]


def part_from(row: Fields) -> PartHeld:
    """The part of a row."""
    return PartHeld(row["part"], row["unit"], row["assignment"], _moment(row["since"]), _moment(row["ended"]))


def link_rows(record: Record) -> list[Row]:
    """The rows of `record_link`."""
    return [
        {
            "record_id": record.id,
            "position": position,
            "relation": link.relation,
            "to_id": link.record,
            "values": dict(link.values),
        }
        for position, link in enumerate(record.links)
    ]


def link_from(row: Fields) -> Link:
    """The link of a row."""
    return Link(row["relation"], row["to_id"], row["values"])


def value_rows(record: Record, fields: Mapping[str, Any]) -> list[Row]:
    """The rows of `record_value`: the fields marked `index` that have a value."""
    rows: list[Row] = []
    for key, field in fields.items():
        value = record.values.get(key)
        if not field.get("index") or value is None or value == "" or value == []:
            continue
        for position, one in enumerate(value if isinstance(value, list) else [value]):
            rows.append({"record_id": record.id, "key": key, "position": position, **_typed(one, field)})
    return rows


def _typed(value: Any, field: Mapping[str, Any]) -> Row:
    text: str | None = None
    num: float | None = None
    day: date | None = None
    match value_kind(field):
        case "number":
            num = float(value)
        case "date":
            day = date.fromisoformat(value)
        case "moment":
            day, text = datetime.fromisoformat(value).astimezone(ZONE).date(), value
        case _:
            text = str(value)[:_TEXT_LIMIT]
    return {"text": text, "num": num, "day": day}


# ── Clocks ───────────────────────────────────────────────────────────────────────────────────────────────────────


def clock_rows(record: Record, organisation: str) -> list[Row]:
    """The rows of `clock`."""
    return [
        {
            "record_id": record.id,
            "term": clock.term,
            "round": clock.round,
            "count": clock.count,
            "organisation_id": organisation,
            "installation_id": record.installation,
            "position": position,
            "state": clock.state.value,
            "owed_by": responsible_rows(clock.owed_by),
            "owed_unit": clock.owed_unit,
            "owed_person": clock.owed_by[0].person if clock.owed_by else "",
            "anchor": clock.anchor,
            "due": clock.due,
            "due_day": clock.due_day,
            "original_due": clock.original_due,
            "certain": clock.certain,
            "next_ring": clock.next_ring,
            "ended_at": clock.ended_at,
            "why": pack(clock.why),
            "rest": {
                "rings": [[_text(ring.at), ring.key] for ring in clock.rings],
                "pauses": [[_text(start), _text(end)] for start, end in clock.pauses],
                "granted": [dict(grant) for grant in clock.granted],
                "length": dict(clock.length),
                **({"original_anchor": _text(first)} if (first := clock.original_anchor) != clock.anchor else {}),
            },
        }
        for position, clock in enumerate(record.clocks)
    ]


def clock_from(row: Fields) -> Clock:
    """The clock of a row."""
    rest = row["rest"]
    return Clock(
        term=row["term"],
        round=row["round"],
        count=row["count"],
        owed_by=responsible_from(row["owed_by"]),
        anchor=row["anchor"].astimezone(ZONE),
        original_anchor=_from_text(rest.get("original_anchor")) or row["anchor"].astimezone(ZONE),
        due=row["due"].astimezone(ZONE),
        original_due=row["original_due"].astimezone(ZONE),
        certain=row["certain"],
        why=tuple(unpack(row["why"])),
        state=ClockState(row["state"]),
        rings=tuple(Ring(_sure(at), key) for at, key in rest["rings"]),
        pauses=tuple((_sure(start), _from_text(end)) for start, end in rest["pauses"]),
        granted=tuple(rest["granted"]),
        length=rest["length"],
        ended_at=_moment(row["ended_at"]),
    )


def responsible_rows(found: Iterable[Responsible]) -> list[Row]:
    """People as JSON, each with why."""
    return [{"why": pack(one.why), "person": one.person, "unit": one.unit, "applicant": one.applicant} for one in found]


def responsible_from(rows: Iterable[Mapping[str, Any]]) -> tuple[Responsible, ...]:
    """The people again."""
    return tuple(Responsible(unpack(row["why"]), row["person"], row["unit"], row["applicant"]) for row in rows)


# ── Events and their hashes ──────────────────────────────────────────────────────────────────────────────────────


def event_row(event: Event) -> Row:
    """The columns of an event that come from the engine."""
    return {
        "record_id": event.record,
        "seq": event.seq,
        "key": event.key,
        "action": event.action,
        "actor": event.actor,
        "actor_name": event.actor_name,
        "actor_kind": event.actor_kind,
        "happened": event.happened,
        "recorded": event.recorded,
        "origin": event.origin,
        "to": event.to,
        "round": event.round,
        "reason": event.reason,
        "changed": dict(event.changed),
        "why": pack(event.why),
        "command": event.command,
    }


def event_from(row: Fields) -> Event:
    """The event of a row."""
    return Event(
        record=row["record_id"],
        seq=row["seq"],
        key=row["key"],
        action=row["action"],
        actor=row["actor"],
        actor_name=row["actor_name"],
        actor_kind=row["actor_kind"],
        happened=row["happened"].astimezone(ZONE),
        recorded=row["recorded"].astimezone(ZONE),
        origin=row["origin"],
        to=row["to"],
        round=row["round"],
        reason=row["reason"],
        changed=row["changed"],
        why=tuple(unpack(row["why"])),
        command=row["command"],
    )


_HASHED = (
    "organisation_id", "record_id", "seq", "key", "action", "actor", "actor_name", "actor_kind", "happened",
    "recorded", "origin", "to", "round", "reason", "changed", "why", "command", "content", "previous",
)  # fmt: skip


def event_hash(row: Fields) -> str:
    """SHA-256 over everything an event says and the hash of the one before it in its record."""
    return _sha256([row[name] for name in _HASHED])


@dataclass(frozen=True, slots=True)
class Beside:
    """What belongs to a record and lies in tables of its own, nothing of which the engine knows: the files its values
    name, by id, and its lines of the override ledger, in their order."""

    files: Sequence[Fields] = ()
    overrides: Sequence[Fields] = ()


def content_hash(record: Record, edition: int, beside: Beside) -> str:
    """SHA-256 over all that is kept of a record: values, state, number, parts, links, clocks, memory, edition, the
    content of its files, its lines of the override ledger."""
    files = [[row[name] for name in _OF_FILE] for row in beside.files]
    overrides = [[row[name] for name in _OF_OVERRIDE] for row in beside.overrides]
    return _sha256([*_content(record, edition), files, overrides])


def bare_hash(record: Record, edition: int) -> str:
    """The same as it was before files and ledger belonged to it: a record nobody has touched since carries this one.
    None can be passed off as such: the hash it carries would have to be made anew, and every event after it."""
    return _sha256(_content(record, edition))


_OF_FILE = ("id", "sha256", "size", "type", "name")
_OF_OVERRIDE = ("table", "row", "field", "suggested", "chosen", "reason", "actor", "at")


def _content(record: Record, edition: int) -> list[Any]:
    return [
        edition,
        [record.id, record.type, record.installation, record.state, record.revision, record.round, record.number],
        [record.applicant, record.parent, record.done, record.created_at, record.since],
        dict(record.values),
        _memory(record),
        [{**row, "active": None} for row in part_rows(record, 0)],
        link_rows(record),
        clock_rows(record, ""),
    ]


def access_hash(row: Fields) -> str:
    """SHA-256 over a line of the access log."""
    return _sha256([row[name] for name in _OF_ACCESS])


_OF_ACCESS = ("organisation_id", "at", "what", "person", "address", "record_id", "detail")


def _sha256(value: Any) -> str:
    return hashlib.sha256(dump_json(_canonical(value)).encode()).hexdigest()


def _canonical(value: Any) -> Any:
    """The same JSON for the same meaning, before and after the database: keys sorted, moments in UTC, numbers plain."""
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat()
        case date():
            return value.isoformat()
        case Mapping():
            return {key: _canonical(value[key]) for key in sorted(value)}
        case list() | tuple():
            return [_canonical(part) for part in value]
        case float() | Decimal() if value == int(value):
            return int(value)
        case Decimal():
            return float(value)
    return value
