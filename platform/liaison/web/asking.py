"""What an action asks for, as a page shows it: the sections of its forms, bound to what is known and what was typed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from flask import url_for

from liaison.access import Actor
from liaison.conditions import dependencies
from liaison.definitions import Action, Asks
from liaison.engine import Facts, Family, Mechanism, Record, Surroundings, hidden_fields, may_read, read_by
from liaison.forms import (
    BoundForm,
    BoundSection,
    Checked,
    Choice,
    FieldProblem,
    KindField,
    Options,
    bind,
    check,
    entries_in,
)
from liaison.store import SqlWorld
from liaison.store import files as files_of
from liaison.texts import say

from . import show, times, visit
from .fields import present
from .language import lang


@dataclass(frozen=True)
class Asking:
    """Somebody about to take `action` on the record of `family` (for a start action an empty one)."""

    mechanism: Mechanism
    action: Action
    family: Family
    around: Surroundings
    actor: Actor
    now: datetime
    draft: str = ""
    """The draft of the portal that a record is begun with; empty everywhere else."""

    @property
    def facts(self) -> Facts:
        """What expressions of the forms read beside the fields."""
        return Facts(self.mechanism, self.family.record, self.now, self.family, self.actor, self.around)

    @cached_property
    def hidden(self) -> frozenset[str]:
        """The fields of the record this person may not read."""
        return hidden_fields(self.mechanism, self.family.record, self.actor, self.around)

    @property
    def sections(self) -> tuple[Asks, ...]:
        """The sections asked for, in the order of the file."""
        return self.action.asks

    def checked(self, asks: Asks, typed: Mapping[str, Any]) -> Checked:
        """One section as it would be stored, from what was typed."""
        return check(
            self.mechanism.forms[asks.form], {key: typed[key] for key in self.keys(asks) & typed.keys()},
            self._before(asks, typed), self._options(typed), section=asks.section, without=asks.without,
            facts=self.facts, through=self._through, day=self.now.date(),
        )  # fmt: skip

    def keys(self, asks: Asks) -> frozenset[str]:
        """The fields of a section that are asked for."""
        controls = self.mechanism.forms[asks.form].within(asks.section, asks.without)
        return frozenset(control.field.key for control in controls)

    def reads(self, sections: Iterable[Asks]) -> set[str]:
        """What the conditions of the controls asked for read, the fields of codes that they look up among it."""
        controls = [
            control
            for asks in sections
            for control in self.mechanism.forms[asks.form].within(asks.section, asks.without)
        ]
        conditions = [control.conditions for control in controls]
        expressions = [one for each in conditions for one in (each.show_json, each.enable_json, each.require_json)]
        expressions += [control.field.spec[name] for control in controls for name in control.field.limits]
        read = {path for one in expressions if one is not None for path in dependencies(one)}
        coded = self.mechanism.coded[self.family.record.type]
        return read | {coded[path].field for path in read & coded.keys()}

    def given(self, sections: Iterable[Asks]) -> dict[str, Any]:
        """For the script: what its conditions read that is not asked for and not kept from this person, as expressions
        write it."""
        asked = list(sections)
        own = {key for asks in asked for key in self.keys(asks)}
        # Whether a day asked for lies within the times of a duty is seen as it is typed.
        seen = {path for path in self.reads(asked) if path.startswith("within.") and path.rpartition(".")[2] in own}
        read = {path for path in self.reads(asked) - own - seen if path.partition(".")[0] not in self.hidden}
        found = {path: literal(self.facts.get(path)) for path in (*read, "record.today", "record.state")}
        return {path: value for path, value in found.items() if value is not None}

    def coded(self, sections: Iterable[Asks]) -> dict[str, dict[str, Any]]:
        """For the script: what the codes say that its conditions look up."""
        read, coded = self.reads(sections), self.mechanism.coded[self.family.record.type]
        return {
            path: {
                "field": one.field,
                "type": one.type.kind,
                "values": {
                    code: value if isinstance(value, bool) else str(value)
                    for code, value in one.values.items()
                    if value is not None
                },
            }
            for path, one in coded.items()
            if path in read
        }

    def told(self, form: str) -> list[dict[str, Any]]:
        """The sections of a form that belong to it but are not asked for here and hold something already: shown as
        read above what is asked, fields that another section closes to this person apart."""
        record, asked = self.family.record, {asks.section for asks in self.sections if asks.form == form}
        others = [
            Asks(form, section.key)
            for section in self.mechanism.forms[form].sections
            if section.key not in asked
            and record.id
            and may_read(self.mechanism, record, self.actor, f"{form}.{section.key}", self.around)
            and any(
                record.values.get(control.field.key) is not None and control.field.key not in self.hidden
                for control in section.controls
            )
        ]
        show.learn(self.around, self.mechanism, [record])
        return show.sheets_of(self.mechanism, record.values, self.around, others, hidden=self.hidden)

    def label(self, asks: Asks) -> str:
        """What the section is called."""
        return str(self.mechanism.definition.section(asks.form, asks.section)["label"])

    def bound(
        self, typed: Mapping[str, Any], problems: Sequence[FieldProblem] = (), only: Iterable[Asks] | None = None
    ) -> list[Shown]:
        """The sections for a page, with what was typed in place of what is stored."""
        show.learn(self.around, self.mechanism, [self.family.record.with_(values=self._with(typed))])
        wanted = self.sections if only is None else tuple(only)
        bound = [self._bind(asks, typed).with_problems(problems) for asks in wanted]
        files = self._files(bound)
        return [
            Shown(asks, section, [[self._present(field, files) for field in row] for row in section.rows])
            for asks, form in zip(wanted, bound, strict=True)
            for section in form.sections
        ]

    def read(
        self, submitted: Any, typed: Mapping[str, Any], only: Iterable[Asks] | None = None
    ) -> tuple[dict[str, Any], tuple[FieldProblem, ...]]:
        """What came in for the sections (raw, to be kept as it is and given to the engine), and what is wrong in it."""
        raw: dict[str, Any] = dict(typed)
        problems: list[FieldProblem] = []
        for asks in self.sections if only is None else only:
            form, known = self.mechanism.forms[asks.form], self.keys(asks)
            sent = submitted if submitted is not None else {key: raw[key] for key in known & raw.keys()}
            checked = check(
                form, sent, self._before(asks, raw), self._options(sent),
                section=asks.section, without=asks.without, facts=self.facts, through=self._through,
                day=self.now.date(),
            )  # fmt: skip
            raw.update(checked.raw)
            problems.extend(problem for problem in checked.problems if problem.field in known)
        return raw, tuple(problems)

    def _options(self, typed: Any) -> Options:
        """What pickers offer: the roster's, and of files those of this visitor that were typed."""
        named = {key: typed.getlist(key) for key in typed} if hasattr(typed, "getlist") else typed
        files = [Choice(file, file) for file in visit.brought(named)]

        def options(kind: str, wish: Mapping[str, Any], day: date) -> Sequence[Choice]:
            return files if kind == "file" else self.around.options(kind, wish, day)

        return options

    def _through(self, ids: Collection[str]) -> Mapping[str, Mapping[str, Any]]:
        """What this visitor may read of records of this installation that rows pick."""
        with visit.database().read() as connection:
            families = SqlWorld(connection, visit.shelf()).families(ids)
        found = (family.record for family in families.values())
        here = [one for one in found if one.installation == self.family.record.installation]
        return read_by(self.actor, here, self.mechanism, self.around, self.now)

    def _bind(self, asks: Asks, typed: Mapping[str, Any]) -> BoundForm:
        return bind(
            self.mechanism.forms[asks.form], self._with(typed), self._options(typed),
            day=self.now.date(), section=asks.section, without=asks.without, facts=self.facts,
            submitted={key: typed[key] for key in self.keys(asks) & typed.keys()}, names=self._names,
        )  # fmt: skip

    def _with(self, typed: Mapping[str, Any]) -> dict[str, Any]:
        """What the record holds, and over it what was typed."""
        return {**self.family.record.values, **typed}

    def _before(self, asks: Asks, typed: Mapping[str, Any]) -> dict[str, Any]:
        """The same before this section was typed: what is no longer offered stays valid only where it is on file."""
        own = self.keys(asks)
        return self._with({key: value for key, value in typed.items() if key not in own})

    def _names(self, kind: str, key: str) -> str | None:
        """What was picked is called. The id of a record that somebody typed tells nothing of it."""
        fields = self.mechanism.fields[self.family.record.type]
        if kind == "record" and not self.around.opens(key):
            own = {name: value for name, value in self.family.record.values.items() if name not in self.hidden}
            if key not in entries_in("record", fields, own):
                return None
        return self.around.names(kind, key)

    def _present(self, field: KindField, files: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
        record = self.family.record
        here, type_, key = record.installation, record.type, field.spec.key
        if field.kind.name in ("party", "table"):
            return present(field, options_url=self._parties(key))
        if field.kind.name == "date":
            shown = times.beside(self.mechanism, type_, key, self.now.date(), self.around.calendar)
            # When it is next is of no use for the day on which something has been done.
            return present(field) | (shown | {"times": []} if key == self.action.dated else shown)
        if field.kind.name != "file":
            return present(field)
        upload = url_for("files.upload", installation=here, type_=type_, field=key)
        attached = [files.get(str(id_), {"id": id_, "name": id_, "size": 0}) for id_ in (field.data or ())]
        return present(field, upload_url=upload, files=attached)

    def _parties(self, key: str) -> str:
        """The address of the parties that a field takes, by the edition this form stands on."""
        record = self.family.record
        if self.draft:
            return url_for("parties.of_draft", id_=self.draft, field=key)
        if record.id:
            return url_for("parties.of_record", record=record.id, field=key)
        return url_for("parties.of_new", installation=record.installation, type_=record.type, field=key)

    def _files(self, bound: Iterable[BoundForm]) -> Mapping[str, Mapping[str, Any]]:
        """What the files in the fields are called: those this person may read on the record, and those it brought. An
        id that somebody typed tells nothing."""
        ids = {
            str(id_)
            for form in bound
            for field in form.fields.values()
            if field.kind.name == "file"
            for id_ in (field.data or ())
        }
        if not ids:
            return {}
        on_record = show.file_ids([self.family.record], self.mechanism, self.hidden)
        with visit.database().read() as connection:
            return {
                id_: {"id": id_, "name": file.name, "size": file.size}
                for id_, file in files_of(connection, sorted(ids)).items()
                if id_ in on_record or file.owner == visit.owner()
            }


@dataclass(frozen=True)
class Shown:
    """One section on a page: `rows` are what the macro `field` draws."""

    asks: Asks
    section: BoundSection
    rows: list[list[dict[str, Any]]]

    @property
    def name(self) -> str:
        """`form.section`, unique on the page."""
        return f"{self.asks.form}.{self.asks.section}"

    @property
    def problems(self) -> int:
        """How many fields have something wrong."""
        return sum(1 for row in self.rows for field in row if field["problems"])


def literal(value: Any) -> Any:
    """A value as an expression writes it; None for what no expression can."""
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, list | tuple):
        return [literal(one) for one in value if not isinstance(one, Mapping)]
    return value if isinstance(value, str | int) else None


def for_start(
    mechanism: Mechanism, type_: str, action: Action, around: Surroundings, installation: str, draft: str = ""
) -> Asking:
    """What a start action asks for: the record is not there yet. `draft`: the one it is filled in as."""
    record = Record(id="", type=type_, installation=installation)
    return Asking(mechanism, action, Family(record), around, visit.actor(), visit.now(), draft)


def for_record(opened: visit.Opened, action: Action) -> Asking:
    """What an action on an opened record asks for."""
    return Asking(opened.mechanism, action, opened.family, opened.around, visit.actor(), visit.now())


def summary(problems: Iterable[FieldProblem], asking: Asking) -> list[dict[str, str]]:
    """Everything that is wrong, ready for the macro `problem_list`."""
    fields = asking.mechanism.fields[asking.family.record.type]
    return [
        {
            "name": problem.field,
            "label": fields[problem.field].title if problem.field in fields else "",
            "text": say(problem.message, lang()),
        }
        for problem in problems
    ]
