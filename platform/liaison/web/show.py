"""How a record looks to the one who reads it: sections, masked values, lights, clocks, assignments, timeline, picture.

Everything here turns what rooms below decided into the plain dicts that the components draw. But for the names of files
and of other records nothing is asked of the database: what a page needs is loaded before and handed in.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from types import MappingProxyType, SimpleNamespace
from typing import Any

from flask import url_for

from liaison.access import Actor
from liaison.calendars import ZONE, Length, Shine, Unit, days_left, light
from liaison.conditions import dependencies, parse
from liaison.definitions import Action, Asks, Effect, RecordType, StateKind, Term
from liaison.engine import (
    LEFT_OUT,
    REFERRAL,
    SIGNOFF,
    Alike,
    Clock,
    ClockState,
    Event,
    Family,
    Mechanism,
    PartHeld,
    Record,
    Surroundings,
    hidden_fields,
    left_out,
    may_read,
    possible,
    signoff_outcome,
)
from liaison.forms import Control, Field, Names, display, entries_in, mask
from liaison.roster import Responsible
from liaison.rules import Verdict
from liaison.store import File, files
from liaison.texts import Message

from . import filters, pictures
from .language import lang
from .visit import Opened, actor, database, spoken

SOON = Length(3, Unit.WORKDAY)
"""When a clock turns amber where its term names no reminder before its end."""
NOTHING: Mapping[str, Any] = MappingProxyType({})
_QUIET_EVENTS = frozenset({"filled", "looked", "recounted"})
_SIZES = ((1_000_000, "MB"), (1_000, "KB"))


@dataclass(frozen=True)
class Reader:
    """Somebody reading a record at a moment. `files`: those its values name, for their names and sizes.

    `unmask`: record id and field → the address that shows a masked value; None: masked values stay so. `objects`: entry
    of the directory → where it is read, of those that are read by this reader."""

    family: Family
    mechanism: Mechanism
    around: Surroundings
    actor: Actor
    now: datetime
    files: Mapping[str, File] = field(default_factory=dict)
    unmask: Callable[[str, str], str] | None = None
    objects: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, page: Opened, actor: Actor, now: datetime, **more: Any) -> Reader:
        """The reader of an opened record."""
        return cls(page.family, page.mechanism, page.around, actor, now, **more)

    def of_child(self, child: Record) -> Reader:
        """The same reader, of one of the record's children."""
        return replace(self, family=Family(child, parent=self.family.record))

    @property
    def record(self) -> Record:
        return self.family.record

    @property
    def type(self) -> RecordType:
        return self.mechanism.record_type(self.record.type)

    @cached_property
    def hidden(self) -> frozenset[str]:
        """The fields of the record this reader may not read, whatever form shows them."""
        return hidden_fields(self.mechanism, self.record, self.actor, self.around)

    @cached_property
    def read_by_tables(self) -> Mapping[str, tuple[Field, bool]]:
        """Input of a table of this type that has no title of its own → the field it is read from, and whether it is
        that field itself."""
        fields = self.mechanism.fields[self.record.type]
        found: dict[str, tuple[Field, bool]] = {}
        for decider in self.mechanism.tables.values():
            for one in decider.table.inputs if decider.table.on == self.record.type else ():
                paths = [one.field] if one.field else sorted(dependencies(parse(one.value)))
                if not one.title and len(paths) == 1 and paths[0] in fields:
                    found[one.key] = (fields[paths[0]], bool(one.field))
        return found

    def may_read(self, section: str) -> bool:
        """Whether the section `form.section` is open to this reader."""
        return bool(may_read(self.mechanism, self.record, self.actor, section, self.around))

    def names(self, kind: str, key: str) -> str | None:
        """What a unit, a person, another record or a file is called."""
        if kind == "file":
            return self.files[key].name if key in self.files else None
        return self.around.names(kind, key)

    def link(self, record: str) -> str:
        """Where another record is read; empty where this reader may not."""
        return url_for(".record", record=record) if self.around.opens(record) else ""


# ── Values ───────────────────────────────────────────────────────────────────────────────────────────────────────


def file_ids(records: Iterable[Record], mechanism: Mechanism, hidden: Collection[str] = ()) -> list[str]:
    """The files that the values of these records name, those in fields that are `hidden` apart."""
    return [
        id_
        for record in records
        for key, known in mechanism.fields[record.type].items()
        if known.kind == "file" and key not in hidden
        for id_ in record.values.get(key) or ()
    ]


def open_files(page: Opened) -> list[str]:
    """The files of an opened record that its visitor may read."""
    record = page.family.record
    return file_ids([record], page.mechanism, hidden_fields(page.mechanism, record, actor(), page.around))


def files_of(records: Iterable[Record], mechanism: Mechanism) -> Mapping[str, File]:
    """The files that the values of these records name, by id: one query."""
    ids = file_ids(records, mechanism)
    if not ids:
        return {}
    with database().read() as connection:
        return files(connection, ids)


def learn(around: Surroundings, mechanism: Mechanism, records: Iterable[Record], events: Iterable[Event] = ()) -> None:
    """Ask at once what the records and parties are called that these values name, and those that stood there before."""
    known = {record.id: record for record in records}
    told = [(known[event.record].type, event.changed) for event in events if event.record in known]
    values = [(record.type, record.values) for record in known.values()] + told
    around.learn_named((mechanism.fields[type_], some) for type_, some in values)


def file_url(id_: str) -> str:
    """Where a file is downloaded."""
    return url_for("files.download", file=id_)


def nowhere(_record: str) -> str:
    """No way to any record."""
    return ""


def pair(
    known: Field,
    value: Any,
    label: str,
    names: Names,
    *,
    files: Mapping[str, File] = NOTHING,
    masked: bool = True,
    url: str = "",
    link: Callable[[str], str] = nowhere,
    objects: Mapping[str, str] = NOTHING,
) -> dict[str, Any]:
    """A field as `sheet` draws it: label, value, kind, and in `url` where a masked value is shown. `link` says where
    another record is read, `objects` where entries of the directory are."""
    if known.kind == "file":
        entries = [_file(id_, files) for id_ in value or ()]
        return {"label": label, "value": entries or None, "kind": "files", "wide": True}
    if known.kind == "record":
        ids = entries_in("record", {known.key: known}, {known.key: value})
        entries = [{"label": names("record", id_) or id_, "href": link(id_)} for id_ in ids]
        return {"label": label, "value": entries or None, "kind": "links", "wide": known.many}
    if known.kind == "table":
        filled = [one for one in known.columns.values() if any(one.key in row for row in value or ())]
        rows = [
            [pair(one, row.get(one.key), one.title, names, masked=masked, link=link, objects=objects) for one in filled]
            for row in value or ()
        ]
        hides = any(cell["kind"] == "masked" for row in rows for cell in row)
        return {"label": label, "value": rows or None, "kind": "rows", "wide": True, "url": url if hides else ""}
    shown, covered = display(known, value, lang(), names), mask(known, value, names, lang())
    if masked and shown != covered:
        return {"label": label, "value": covered, "kind": "masked", "url": url}
    named = list(entries_in("party", {known.key: known}, {known.key: value}))
    if not objects.keys().isdisjoint(named):
        entries = [{"label": names("party", id_) or id_, "href": objects.get(id_, "")} for id_ in named]
        return {"label": label, "value": entries, "kind": "links", "wide": known.many}
    return {"label": label, "value": shown, "kind": "text", "wide": known.kind == "text" or len(shown) > 40}


def _file(id_: str, known: Mapping[str, File]) -> dict[str, Any]:
    """A file as the component `files` draws it."""
    file = known.get(id_)
    if file is None:
        return {"name": id_, "gone": True, "size": ""}
    return {"name": file.name, "href": file_url(id_), "size": size(file.size)}


def size(count: int) -> str:
    """Bytes as people say them: 1.2 MB."""
    unit = next(((least, name) for least, name in _SIZES if count >= least), (1, "B"))
    return f"{count / unit[0]:.1f}".removesuffix(".0") + f" {unit[1]}"


def state_title(mechanism: Mechanism, record: Record) -> str:
    """The title of the record's present state."""
    states = mechanism.definition.lifecycles[record.type].states
    return states[record.state].title if record.state in states else record.state


def likeness(mechanism: Mechanism, type_: str, one: Alike) -> str:
    """How near a record is to another and in what: 相似 76%：企业名称 100%、问题困难 57%；问题类别相同."""
    fields, declared = mechanism.fields[type_], mechanism.record_type(type_).likeness
    near = [
        spoken(Message("desk.alike_in", {"field": fields[key].title, "percent": round(part * 100)}))
        for key, part in sorted(one.parts.items(), key=lambda part: -part[1])
    ]
    same = [fields[key].title for key in (declared.same if declared else ()) if key in fields]
    how = "by" if near and same else "near" if near else "same"
    return spoken(Message(f"desk.alike_{how}", {"percent": round(one.nearness * 100), "near": near, "same": same}))


# ── Sections ─────────────────────────────────────────────────────────────────────────────────────────────────────


def sheets(reader: Reader, *, edit: Callable[[str], str | None] = lambda section: None) -> list[dict[str, Any]]:
    """The sections of the record's forms as read: what the reader may not read is absent, and so is what holds
    nothing yet, unless `edit(form.section)` gives an address to fill it in. A field is shown once, where it stands
    first."""
    found: list[dict[str, Any]] = []
    shown: set[str] = set()
    for key in reader.type.forms:
        form = reader.mechanism.forms[key]
        for section in form.sections:
            name = f"{key}.{section.key}"
            if not reader.may_read(name):
                continue
            fresh = [
                control
                for control in section.controls
                if control.field.key not in shown | reader.hidden and control.field.kind != "note"
            ]
            href = edit(name)
            filled = any(reader.record.values.get(control.field.key) is not None for control in fresh)
            if not filled and not (href and fresh):
                continue
            shown |= {control.field.key for control in fresh}
            pairs = [_pair(reader, control) for control in fresh]
            found.append({"id": name.replace(".", "-"), "title": section.label, "form": key, "name": name,
                          "pairs": pairs, "edit_href": href or ""})  # fmt: skip
    return found


def _pair(reader: Reader, control: Control) -> dict[str, Any]:
    key = control.field.key
    return pair(
        control.field,
        reader.record.values.get(key),
        control.label,
        reader.names,
        files=reader.files,
        url=reader.unmask(reader.record.id, key) if reader.unmask else "",
        link=reader.link,
        objects=reader.objects,
    )


def sheets_of(
    mechanism: Mechanism,
    values: Mapping[str, Any],
    around: Surroundings,
    asks: Iterable[Asks],
    *,
    masked: bool = True,
    files: Mapping[str, File] = NOTHING,
    hidden: Collection[str] = (),
) -> list[dict[str, Any]]:
    """Some sections with `values` (stored) that are on no record yet, every visible field of them that is not `hidden`:
    what one is about to send, say."""

    def pairs(one: Asks) -> list[dict[str, Any]]:
        shown = (
            (control, values.get(control.field.key))
            for control in mechanism.forms[one.form].within(one.section, one.without)
            if control.field.kind != "note" and control.field.key not in hidden
        )
        return [
            pair(control.field, value, control.label, around.names, files=files, masked=masked)
            for control, value in shown
            if value is not None or control.conditions.show is None
        ]

    return [
        {
            "id": f"{one.form}-{one.section}",
            "title": mechanism.definition.section(one.form, one.section)["label"],
            "pairs": pairs(one),
        }
        for one in asks
    ]


# ── Lights and clocks ────────────────────────────────────────────────────────────────────────────────────────────


def soon_of(term: Term | None) -> Length:
    """How long before its end a term counts as soon: its earliest reminder, else `SOON`; so too where the version has
    no such term, as a list of records of several versions may find."""
    reminders = [Length.from_json(one.before) for one in (term.remind if term else ()) if one.before is not None]
    return reminders[0] if reminders else SOON


def lamp(mechanism: Mechanism, clock: Clock, around: Surroundings, now: datetime) -> dict[str, Any]:
    """The light of a clock as `light` draws it: {state, days} while it runs, else {state, word}."""
    match clock.state:
        case ClockState.SUSPENDED:
            return {"state": "none", "word": spoken(Message("desk.suspended"))}
        case ClockState.MET | ClockState.ENDED:
            return {"state": "in_time", "word": spoken(Message(f"desk.clock_{clock.state.value}"))}
        case ClockState.LATE:
            return {"state": "overdue", "word": spoken(Message("desk.clock_late"))}
        case ClockState.REPLACED:
            return {"state": "none", "word": spoken(Message("desk.clock_replaced"))}
    shine = light(now, clock.due, soon_of(mechanism.definition.terms.get(clock.term)), around.calendar).shine
    # In days of the calendar whatever the term counts: it is the date people look at.
    left = days_left(now, clock.due_day)
    return {"state": shine.value, "days": abs(left) if shine is not Shine.IN_TIME else None}


def ours(term: Term | None) -> bool:
    """Whether a term is owed by the office or a unit. Lists leave out what the applicant owes: a late evaluation is
    nobody's delay here."""
    return term is None or term.owed_by.kind != "applicant"


def nearest(mechanism: Mechanism, records: Iterable[Record]) -> Clock | None:
    """The running clock of ours that ends first."""
    running = [
        clock
        for record in records
        for clock in record.clocks
        if clock.state is ClockState.RUNNING and ours(mechanism.definition.terms.get(clock.term))
    ]
    return min(running, key=lambda clock: clock.due, default=None)


def soon_until(term: Term, around: Surroundings, now: datetime) -> date:
    """The last due day that counts as soon today: what is due later is in time."""
    length = soon_of(term)
    day = now.astimezone(ZONE).date()
    last = day
    for ahead in range(1, 2 * length.n + 40):
        candidate = date.fromordinal(day.toordinal() + ahead)
        at = datetime(candidate.year, candidate.month, candidate.day, 23, 59, 59, tzinfo=ZONE)
        if light(now, at, length, around.calendar).shine is Shine.IN_TIME:
            break
        last = candidate
    return last


def clocks(reader: Reader) -> list[dict[str, Any]]:
    """The clocks of the record as `clock` draws them: running ones first, what ends first on top; then the others."""
    order = {ClockState.RUNNING: 0, ClockState.SUSPENDED: 1, ClockState.REPLACED: 3}
    listed = sorted(reader.record.clocks, key=lambda clock: (order.get(clock.state, 2), clock.due))
    return [clock_view(reader, clock) for clock in listed]


_STATES = {ClockState.MET: "met", ClockState.LATE: "missed", ClockState.ENDED: "met"}


def clock_view(reader: Reader, clock: Clock) -> dict[str, Any]:
    """A clock as `clock` draws it, with why its date is the one it is."""
    term = reader.mechanism.definition.terms.get(clock.term)
    shown = lamp(reader.mechanism, clock, reader.around, reader.now)
    was = clock.original_due.astimezone(ZONE).date()
    return {
        "title": term.title if term else clock.title,
        "due": clock.until,
        "state": _STATES.get(clock.state, clock.state.value),
        "light": shown["state"],
        "days": shown.get("days"),
        "owed_by": called(reader.around, clock.owed_by),
        "firm": term is None or term.firm,
        "provisional": not clock.certain and clock.state.open,
        "met_at": clock.ended_at if clock.state in (ClockState.MET, ClockState.LATE) else None,
        "was": was if was != clock.due_day else None,
        "reasons": [spoken(in_words(reader, why)) for why in clock.why],
    }


def day_with_weekday(day: date) -> str:
    """2026年9月20日（周日）, of a moment with its time."""
    return filters.cn_until(day, weekday=True)


# ── People ───────────────────────────────────────────────────────────────────────────────────────────────────────


def called(around: Surroundings, people: Iterable[Responsible]) -> str:
    """Those responsible, by unit and name: each unit once with its people."""
    units: dict[str, list[str]] = {}
    for one in people:
        unit = around.today.unit_title(one.unit) if one.unit else ""
        if one.applicant:
            unit = spoken(Message("desk.applicant"))
        person = around.today.person(one.person)
        units.setdefault(unit, [])
        if person is not None and person.name not in units[unit]:
            units[unit].append(person.name)
    return listed(" ".join(filter(None, [unit, listed(names)])) for unit, names in units.items())


def listed(words: Iterable[str]) -> str:
    """Words one after the other, in the manner of the language."""
    return spoken(Message("desk.words", {"words": [word for word in words if word]}))


def signed_by(around: Surroundings, event: Event) -> str:
    """Who did something, with the unit acted for; empty for the system."""
    if event.actor_kind == "system":
        return ""
    if event.actor_kind != "person":
        return spoken(Message(f"desk.by_{event.actor_kind}"))
    units = around.today.units_of(event.actor)
    return " ".join(filter(None, [event.actor_name, around.today.unit_title(units[0]) if units else ""]))


# ── Assignments ──────────────────────────────────────────────────────────────────────────────────────────────────


def assignments(reader: Reader) -> list[dict[str, Any]]:
    """Who does what in the record, as `assignment` draws it, each with `record` and the `actions` this reader may take
    on it. What has ended stands last."""
    declared = [held for held in reader.record.parts if held.part in reader.type.parts]
    return sorted((_assignment(reader, held) for held in declared), key=lambda one: one["ended"])


def _assignment(reader: Reader, held: PartHeld) -> dict[str, Any]:
    child = next((one for one in reader.family.children if one.id == held.assignment), None)
    ended = held.ended is not None
    shown: dict[str, Any] = {
        "part": reader.type.parts[held.part].title,
        "unit": reader.around.today.unit_title(held.unit),
        "since": held.since,
        "done": ended,
        "ended": ended,
        "state": spoken(Message("desk.part_ended" if ended else "desk.part_held")),
        "person": "",
        "actions": (),
        "said": [],
    }
    if child is None:
        return shown
    inner = reader.of_child(child)
    clock = nearest(reader.mechanism, [child])
    people = [member.person for member in reader.around.today.members(held.unit)]
    names = [person.name for id_ in dict.fromkeys(people) if (person := reader.around.today.person(id_))]
    states = reader.mechanism.definition.lifecycles[child.type].states
    return shown | {
        "record": child,
        "state": state_title(reader.mechanism, child),
        # Without a clock the state stands where the light would.
        "done": clock is None or (child.state in states and states[child.state].kind is StateKind.DONE),
        "person": listed(names),
        "light": lamp(reader.mechanism, clock, reader.around, reader.now)["state"] if clock else None,
        "due": clock.until if clock else None,
        "said": [one for sheet in sheets(inner) for one in sheet["pairs"] if one["value"] is not None],
        "actions": possible(reader.mechanism, inner.family, reader.actor, reader.around, reader.now),
    }


# ── Sign-offs ────────────────────────────────────────────────────────────────────────────────────────────────────

_TONES = {"agreed": "in_time", "refused": "overdue", "returned": "soon", "voided": "soon", "instructed": "primary"}


def signoffs(reader: Reader) -> list[dict[str, Any]]:
    """The sign-offs of the record, the latest first: what is asked, how it stands, and the sheet of each who was asked
    with the `actions` this reader may take on it. What is void or was taken back stands in `off`."""
    found: dict[tuple[int, str], list[Record]] = {}
    for child in reader.family.children:
        if child.type == SIGNOFF:
            found.setdefault((child.round, child.values["ask"]), []).append(child)
    return [_signoff(reader, sheets) for _, sheets in sorted(found.items(), key=lambda one: -one[0][0])]


def _signoff(reader: Reader, sheets: Sequence[Record]) -> dict[str, Any]:
    first = sheets[0]
    state = signoff_outcome(sheets, reader.record.with_(round=first.round)) or "withdrawn"
    states = reader.mechanism.definition.lifecycles[SIGNOFF].states
    shown = [_sheet(reader, sheet) for sheet in sheets]
    return {
        "title": asked(reader.mechanism, first),
        "mode": spoken(Message(f"desk.signoff_{first.values['mode']}")) if len(sheets) > 1 else "",
        "round": first.round if first.round != reader.record.round else None,
        "state": states[state].title if state in states else state,
        "tone": _TONES.get(state, ""),
        "sheets": [one for one in shown if not one["off"]],
        "off": [one for one in shown if one["off"]],
    }


def asked(mechanism: Mechanism, sheet: Record) -> str:
    """What the sign-off of a sheet is called: as it was when it was asked for, as far as that was translated."""
    title = str(sheet.values["title"])
    return mechanism.definition.translations.get(title, title)


def _sheet(reader: Reader, sheet: Record) -> dict[str, Any]:
    inner = reader.of_child(sheet)
    values = {key: value for key, value in sheet.values.items() if key not in inner.hidden}
    clock = nearest(reader.mechanism, [sheet])
    actions = possible(reader.mechanism, inner.family, reader.actor, reader.around, reader.now)
    on_paper = [one for one in actions if any(who.kind == "recorder" for who in one.by)]
    day = values.get("decided_on")
    return {
        "record": sheet,
        "who": listed(holder(reader.around, key) for key in sheet.holders("holder")),
        "state": state_title(reader.mechanism, sheet),
        "tone": _TONES.get(sheet.state, ""),
        "off": sheet.state in ("withdrawn", "voided"),
        "day": date.fromisoformat(day) if day else None,
        "opinion": values.get("opinion", ""),
        "signed_by": values.get("signed_by", ""),
        "scan": [_file(id_, reader.files) for id_ in values.get("scan") or ()],
        "light": lamp(reader.mechanism, clock, reader.around, reader.now) if clock else None,
        "due": clock.until if clock else None,
        "actions": [one for one in actions if one not in on_paper],
        "on_paper": on_paper,
    }


# ── Hand-overs to outside bodies ─────────────────────────────────────────────────────────────────────────────────

_ON_REFERRAL = ("receiver", "handing")
"""What stands at the head of the sheet of a hand-over, or is the engine's own."""


def referrals(reader: Reader) -> list[dict[str, Any]]:
    """What was handed to outside bodies, the latest first: to whom, how it stands, what is on file of it, and the
    `actions` this reader may take on it."""
    sheets_ = [child for child in reader.family.children if child.type == REFERRAL]
    return [_referral(reader, child) for child in sorted(sheets_, key=lambda one: one.created_at or reader.now)[::-1]]


def _referral(reader: Reader, child: Record) -> dict[str, Any]:
    inner = reader.of_child(child)
    rest = child.with_(values={key: value for key, value in child.values.items() if key not in _ON_REFERRAL})
    pairs = (one for sheet in sheets(reader.of_child(rest)) for one in sheet["pairs"])
    clock = nearest(reader.mechanism, [child])
    return {
        "record": child,
        "receiver": child.values["receiver"],
        "state": state_title(reader.mechanism, child),
        "light": lamp(reader.mechanism, clock, reader.around, reader.now) if clock else None,
        "said": [one for one in pairs if one["value"] is not None],
        "actions": possible(reader.mechanism, inner.family, reader.actor, reader.around, reader.now),
    }


def holder(around: Surroundings, key: str) -> str:
    """What the unit or person who holds a part is called."""
    return around.today.unit_title(key) if key in around.today.roster.units else around.names("person", key) or key


# ── What happened ────────────────────────────────────────────────────────────────────────────────────────────────


def happenings(reader: Reader, events: Sequence[Event]) -> list[dict[str, Any]]:
    """The timeline, the newest first: who did what, when, why, and which fields became what. `events`: those of the
    record and its children in the order they were recorded."""
    children = {child.id: child for child in reader.family.children}
    holders = {held.assignment: holder(reader.around, held.unit) for held in reader.record.parts if held.assignment}
    known: dict[tuple[str, str], Any] = {}
    told: list[dict[str, Any]] = []
    for event in events:
        child = children.get(event.record)
        inner = reader.of_child(child) if child is not None else reader
        changed = _changes(inner, event, known)
        quiet = event.key in _QUIET_EVENTS and not changed and not event.why
        given = child is not None and event.actor_kind == "system" and not event.origin  # told by what gave it
        if quiet or given:
            continue
        told.append(
            {
                "title": event_title(inner, event),
                "of": holders.get(event.record, ""),
                "at": event.happened,
                "recorded": event.recorded if event.recorded.date() != event.happened.date() else None,
                "system": event.actor_kind == "system",
                "by": signed_by(reader.around, event),
                "text": event.reason or (_answer(inner, event) if child is not None else ""),
                "changed": changed,
                "missed": [spoken(in_words(inner, why)) for why in left_out([event])],
                "why": [spoken(in_words(inner, why)) for why in event.why if why.code != LEFT_OUT],
                "to": _state_entered(inner, event),
            }
        )
    return told[::-1]


def _answer(reader: Reader, event: Event) -> str:
    """What an answer says in longer text: the reply of a unit, the opinion of who signs."""
    fields = reader.mechanism.fields[reader.record.type]
    texts = [key for key in event.changed if key in fields and fields[key].kind == "text" and key not in reader.hidden]
    said = (mask(fields[key], event.changed[key], reader.names, lang()) for key in texts if event.changed[key])
    return "\n".join(said) if event.origin != event.to else ""


def event_title(reader: Reader, event: Event) -> str:
    """What happened, in the words of the lifecycle; the engine's own events in words of ours."""
    action = reader.mechanism.action(reader.record.type, event.action)
    if action is not None:
        return action.title
    return spoken(Message(f"desk.event_{event.key}"))


def _state_entered(reader: Reader, event: Event) -> str:
    states = reader.mechanism.definition.lifecycles[reader.record.type].states
    return states[event.to].title if event.to != event.origin and event.to in states else ""


def _changes(reader: Reader, event: Event, known: dict[tuple[str, str], Any]) -> list[dict[str, str]]:
    """What an event changed, old → new, with personal data masked. The first filling in is no change worth telling."""
    fields = reader.mechanism.fields[reader.record.type]
    told: list[dict[str, str]] = []
    for key, value in event.changed.items():
        old = known.get((event.record, key))
        known[event.record, key] = value
        if key not in fields or key in reader.hidden or (old is None and event.origin != event.to):
            continue
        before, after = (mask(fields[key], one, reader.names, lang()) for one in (old, value))
        told.append({"label": fields[key].title, "before": before, "after": after})
    return told


def flow(reader: Reader, events: Sequence[Event]) -> pictures.Lifecycle:
    """The lifecycle as a picture, each state passed with the day it was entered."""
    lifecycle = reader.mechanism.definition.lifecycles[reader.record.type]
    mine = [event for event in events if event.record == reader.record.id]
    entered = {event.to: event.happened for event in mine if event.to != event.origin}
    states = [
        SimpleNamespace(
            key=state.key,
            kind=state.kind.value,
            title=f"{state.title} {entered[state.key].astimezone(ZONE):%m-%d}" if state.key in entered else state.title,
        )
        for state in lifecycle.states.values()
    ]
    return pictures.lifecycle(
        states,
        lifecycle.actions.values(),
        current=reader.record.state,
        visited=set(entered),
        taken={event.action for event in mine},
    )


def suggestions(reader: Reader) -> list[dict[str, Any]]:
    """What tables suggested for the record: title, outputs as read, and which row it was and why."""
    found: list[dict[str, Any]] = []
    fields = reader.mechanism.fields[reader.record.type]
    for one in reader.record.suggestions.values():
        if one.table not in reader.mechanism.tables:
            continue  # the record was moved to a version without this table
        table = reader.mechanism.tables[one.table].table
        verdict = Verdict(one.row, one.outputs, one.inputs, () if one.row == "otherwise" else (one.row,))
        outputs = [
            {"label": fields[key].title, "value": display(fields[key], value, lang(), reader.names),
             "changed": reader.record.values.get(key) not in (None, value)}
            for key, value in one.outputs.items()
            if key in fields and key not in reader.hidden and value is not None
        ]  # fmt: skip
        if outputs:
            why = in_words(reader, table.explain(verdict))
            undecided = any(reader.record.values.get(key) is None for key in one.outputs if key in fields)
            found.append({"title": table.title, "outputs": outputs, "why": spoken(why), "open": undecided})
    return found


def in_words(reader: Reader, why: Message) -> Message:
    """A reason in the words of who reads: of a table, the fields by their titles and the codes by their labels, as it
    knows keys itself; and what was told in the mechanism's own words, as far as these were translated."""

    def titled(part: Any) -> Any:
        if isinstance(part, list | tuple):
            return [titled(one) for one in part]
        if not isinstance(part, Message):
            return part
        params = {name: titled(value) for name, value in part.params.items()}
        if params.get("input") in (read := reader.read_by_tables if "input" in params else {}):
            known, itself = read[params["input"]]
            params["input"] = known.title
            if itself and "value" in params:
                params["value"] = _label(reader, known, params["value"])
        return Message(part.code, params)

    said: Message = titled(why.reworded(reader.mechanism.definition.translations))
    return said


def _label(reader: Reader, known: Field, value: Any) -> Any:
    """A code, or a list of codes, as it reads; what is no code as it is."""
    if isinstance(value, list | tuple):
        return [_label(reader, known, one) for one in value]
    codes = known.codes.codes if known.codes is not None else ()
    return display(known, value, lang(), reader.names) if isinstance(value, str) and value in codes else value


# ── Whose turn ───────────────────────────────────────────────────────────────────────────────────────────────────


def steps(mechanism: Mechanism, type_: str, state: str) -> tuple[Action, ...]:
    """The actions that carry a record on from a state: its primary ones; where it has none, those that lead to another
    state without asking why. Urging, withdrawing, regrading and the like are possible beside them, but nobody's next
    thing to do; and nothing carries on what is done."""
    lifecycle = mechanism.definition.lifecycles[type_]
    if state in lifecycle.states and lifecycle.states[state].kind is StateKind.DONE:
        return ()
    here = [one for one in lifecycle.actions.values() if state in one.origins]
    primary = [one for one in here if one.tone == "primary"]
    return tuple(primary or [one for one in here if one.to and one.to != state and not one.reason])


def carrying(mechanism: Mechanism, record: Record, actions: Iterable[Action]) -> list[Action]:
    """Of the actions one may take on a record, those that carry it on: its steps, and whatever else stops the clock of
    ours that ends first."""
    known, first = steps(mechanism, record.type, record.state), nearest(mechanism, [record])
    stops = mechanism.definition.terms[first.term].stops if first is not None else ()
    return [one for one in actions if one in known or one.event_key in stops]


def stuck(mechanism: Mechanism, type_: str) -> tuple[str, ...]:
    """The states of what stands under a record from which only the system leads on: an assignment objected to, say.
    Whoever may see to the record has to."""
    lifecycle = mechanism.definition.lifecycles[type_]
    found = []
    for state in lifecycle.states.values():
        onward = [one for one in lifecycle.actions.values() if state.key in one.origins]
        if (
            state.kind is not StateKind.DONE
            and onward
            and all(who.kind == "system" for one in onward for who in one.by)
        ):
            found.append(state.key)
    return tuple(found)


def remedies(mechanism: Mechanism, type_: str, child: str, state: str) -> tuple[Action, ...]:
    """The actions on a record of `type_` that get going again what stands under it, of type `child`, in a state."""
    parts = {part.key for part in mechanism.record_type(type_).parts.values() if part.assignment == child}
    below = mechanism.definition.lifecycles[child].actions

    def helps(effect: Effect) -> bool:
        body = effect.body
        if effect.kind in ("withdraw", "assign"):
            return body["part"] in parts
        on = body.get("on") if effect.kind == "act" else None
        return isinstance(on, Mapping) and on.get("part") in parts and state in below[body["action"]].origins

    actions = mechanism.definition.lifecycles[type_].actions.values()
    return tuple(one for one in actions if not one.start and any(map(helps, one.effects)))
