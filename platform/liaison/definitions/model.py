"""A mechanism as an immutable, indexed object: what the files say, with their slots answered.

Expressions, lengths, schedules, forms and tables stay as the JSON the files hold: the rooms above compile them
(`conditions`, `calendars`, `forms`, `rules`), and the engine keeps the compiled ones by digest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from typing import Any, Literal, get_args

Json = Any
EMPTY: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Who:
    """One way of naming people 责任人. `kind` says which; `key` what is named; `post` narrows to holders of a post.

    applicant        the applicant, or one entitled to act for it
    anyone           whoever comes, account or none
    system           the clock
    post             holders of post `key` anywhere in the mechanism
    part             the unit (or person) that holds part `key` of this record; with `post` its holders of that post
    unit             unit `key`; with `post` its holders of that post
    unit_kind        units of kind, or in group, `key`; with `region` only the one for the applicant's region
    partner          the partner in matching `key` of whomever `of` names, else of the applicant; with `post` the
                     holders of that post in the partner; where there is none, whomever `otherwise` names
    took             whoever took action `key` last
    rung             the current rung of ladder `key`
    field            the unit or person whose key stands in field `key`; with `post` its holders of that post
    recorder         of a sign-off or a hand-over: who may record what was done on paper
    """

    kind: Literal[
        "applicant",
        "anyone",
        "system",
        "post",
        "part",
        "unit",
        "unit_kind",
        "partner",
        "took",
        "rung",
        "field",
        "recorder",
    ]
    key: str = ""
    post: str = ""
    region: bool = False
    of: Who | None = None
    otherwise: Who | None = None


@dataclass(frozen=True, slots=True)
class Code:
    """One code of a list; `columns` are its typed columns (unit, term, a flag such as a bad rating…)."""

    key: str
    label: str
    parent: str = ""
    first_day: date | None = None
    last_day: date | None = None
    aliases: tuple[str, ...] = ()
    columns: Mapping[str, Any] = field(default_factory=dict)

    def in_use(self, day: date) -> bool:
        """Whether the code may be chosen on `day`; both ends count."""
        return (self.first_day is None or self.first_day <= day) and (self.last_day is None or day <= self.last_day)


@dataclass(frozen=True, slots=True)
class CodeColumn:
    """What every code of a list says under `key`."""

    key: str
    type: Literal["text", "number", "boolean", "date", "unit"]
    title: str = ""


@dataclass(frozen=True, slots=True)
class CodeList:
    key: str
    title: str
    codes: Mapping[str, Code]
    columns: Mapping[str, CodeColumn] = field(default_factory=dict)
    shown_with_code: bool = False
    """Whether people see the code before the label (A. 项目招商引资…)."""
    levels: tuple[str, ...] = ()
    """Titles of the levels of a list with parents."""
    source: str = ""


class StateKind(StrEnum):
    """Open: it is ours to act. Waiting: somebody outside is to act. Done: nothing more is owed."""

    OPEN = "open"
    WAITING = "waiting"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class State:
    """A state of a lifecycle. `read` and `edit`: section (`form.section`) → who; a section absent from `read` is
    readable by all who may see the record, one absent from `edit` by no one outside an action."""

    key: str
    title: str
    kind: StateKind
    read: Mapping[str, tuple[Who, ...]] = field(default_factory=dict)
    edit: Mapping[str, tuple[Who, ...]] = field(default_factory=dict)
    public_title: str = ""
    """What the applicant reads where the office's word would puzzle; empty: the title."""


@dataclass(frozen=True, slots=True)
class Asks:
    """The section of a form an action asks for. Its required fields must be filled when the action is taken; those in
    `without` are not asked for (the signature, where a signed paper is entered)."""

    form: str
    section: str
    without: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """What must hold of what an action asks for. Where it does not, the person reads `says` at the field `at`; with
    `each`, a table, every row is looked at, and `at` may be one of its columns."""

    key: str
    must: Json
    at: str
    says: str
    each: str = ""


@dataclass(frozen=True, slots=True)
class Effect:
    """What an action does beside moving the state. `kind` is one of the closed list, `body` what it takes."""

    key: str
    kind: str
    body: Mapping[str, Any]
    when: Json = None


@dataclass(frozen=True, slots=True)
class Automatic:
    """An action the system takes: when `term` rings, or when `when` becomes true at the end of a command."""

    term: str = ""
    when: Json = None


@dataclass(frozen=True, slots=True)
class Action:
    """Something that may be done to a record. `start` actions create it and have no `origins`; `to` empty: the state
    stays. `reason`: whether a reason must be given."""

    key: str
    title: str
    by: tuple[Who, ...]
    origins: tuple[str, ...] = ()
    to: str = ""
    start: bool = False
    guard: Json = None
    checks: tuple[Check, ...] = ()
    asks: tuple[Asks, ...] = ()
    tables: tuple[str, ...] = ()
    effects: tuple[Effect, ...] = ()
    automatic: Automatic | None = None
    reason: bool = False
    bulk: bool = False
    """Whether it may be taken many times at once: to begin a record for each row of a sheet, or on many records."""
    event: str = ""
    """The event this action is for terms and the timeline; empty: the action's own key."""
    dated: str = ""
    """The date field that says on which day it happened, where that may be before it is entered."""
    confirm: str = ""
    """What the confirmation says will happen."""
    tone: Literal["primary", "plain", "danger"] = "plain"
    source: str = ""

    @property
    def event_key(self) -> str:
        """The event that taking this action is."""
        return self.event or self.key


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """States and actions of one record type, in the order of the file."""

    of: str
    states: Mapping[str, State]
    actions: Mapping[str, Action]
    file: str = ""


@dataclass(frozen=True, slots=True)
class Relation:
    """Records of this type may be linked to records of type `to`, `minimum`..`maximum` of them (None: any number),
    checked when action `checked_at` is taken (empty: always)."""

    key: str
    title: str
    to: str
    minimum: int = 0
    maximum: int | None = None
    checked_at: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)
    """JSON Schema properties of the link itself (an agenda item's order and outcome)."""


@dataclass(frozen=True, slots=True)
class Part:
    """What a unit or post may be to a record 参与: 牵头, 配合… `lifecycle` names the record type of the assignment."""

    key: str
    title: str
    maximum: int | None = None
    replies_to: str = ""
    assignment: str = "assignment"


@dataclass(frozen=True, slots=True)
class Rung:
    key: str
    title: str
    who: Who


@dataclass(frozen=True, slots=True)
class Ladder:
    """A ladder 提级链: rungs from the lowest, and the action the system takes when it is raised past the highest."""

    key: str
    title: str
    rungs: Mapping[str, Rung]
    top: str

    def rung(self, key: str) -> Rung:
        """The rung of that key; the lowest where nothing has been raised yet."""
        return self.rungs[key] if key else next(iter(self.rungs.values()))


@dataclass(frozen=True, slots=True)
class Likeness:
    """When two records are alike 相似件: equal in every field of `same`, near in the texts of `near` taken together,
    within `days`."""

    same: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    days: int = 0


@dataclass(frozen=True, slots=True)
class Badge:
    """A field that stands beside the title of a record; `title` says whose word or what it is, where that is needed."""

    key: str
    field: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class RecordType:
    key: str
    title: str
    forms: tuple[str, ...] = ()
    facets: Mapping[str, str] = field(default_factory=dict)
    """Facet → field. The closed list of facets is `FACETS`."""
    named_by: tuple[str, ...] = ()
    """The fields whose contents, one after the other, are what a record is called; none: its title facet."""
    relations: Mapping[str, Relation] = field(default_factory=dict)
    parts: Mapping[str, Part] = field(default_factory=dict)
    ladders: Mapping[str, Ladder] = field(default_factory=dict)
    likeness: Likeness | None = None
    series: str = ""
    """The number series of this type; empty: it has no number."""
    child: bool = False
    """Whether it lives only under a parent (an assignment, an opinion)."""
    portal: bool = False
    """Whether the portal offers it to enterprises."""
    about: str = ""
    """What it is for, as the portal says it."""
    badges: tuple[Badge, ...] = ()
    """What stands beside a record's title; empty: the level, the result and the rating."""
    see: tuple[Who, ...] = ()
    """Who may see records of this type, beside the applicant and those with a part in them."""


FACETS: Mapping[str, str] = MappingProxyType(
    {
        "title": "text", "applicant": "text", "category": "text", "level": "text", "lead_unit": "text",
        "region": "text", "amount": "number", "result": "text", "rating": "text", "phone": "text",
    }
)  # fmt: skip
"""The closed list of facets: the typed, indexed columns that every mechanism's records share."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """From when a term counts: an event of the record, a date field, or another term's end.

    `relation` reads the event or field from the linked record (the meeting's day)."""

    kind: Literal["event", "field", "term"]
    key: str
    relation: str = ""


@dataclass(frozen=True, slots=True)
class Reminder:
    """Somebody is told `before` (a length) a term ends, or after it when `before` is None and `after` is given."""

    key: str
    tell: tuple[Who, ...]
    template: str
    before: Json = None
    after: Json = None


@dataclass(frozen=True, slots=True)
class Extension:
    """How a term may be extended 延期: by a fixed length, to a `total` counted from the original anchor, or by/to what
    the action asks for, at most `times` times, `latest` (a length) before it ends or at "any_time" (None: as long as it
    has not passed), never past `cap` counted from the original anchor."""

    by: Json = None
    total: Json = None
    times: int | None = None
    latest: Json = None
    cap: Json = None


@dataclass(frozen=True, slots=True)
class Term:
    """A term 时限 of a record type (or, with `part`, of the assignments of a part).

    `length`: a length object, {"table", "output"}, {"asks": field} or {"schedule": …}. `roll`, `count_start_day`,
    `cutoff` None: the counting rule's default for the unit. `firm` False: 原则上."""

    key: str
    title: str
    of: str
    owed_by: Who
    anchor: Anchor
    length: Json
    stops: tuple[str, ...] = ()
    part: str = ""
    when: Json = None
    suspended_in: tuple[str, ...] = ()
    roll: Literal["none", "next", "previous"] | None = None
    count_start_day: bool = False
    cutoff: str = ""
    cap: Json = None
    not_before: tuple[str, ...] = ()
    """It ends no earlier than these terms of the record do."""
    firm: bool = True
    public: bool = True
    """Whether the applicant is told of it; what is for the office alone to watch is not."""
    repeat: bool = False
    """Begins again with each event that stops it, until the record is done."""
    reclassified: Literal["anchor", "now"] = "anchor"
    """Where `when` comes true only after the anchor's event 改判: counted from that event, or from the change."""
    remind: tuple[Reminder, ...] = ()
    extension: Extension | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Each:
    """A duty is owed once for each record of type `of` that fulfils `where`; its *who* is one of that record."""

    of: str
    where: Json = None


@dataclass(frozen=True, slots=True)
class Share:
    """How much of a population is to be covered: `number` of it or `percent`, whichever or (`lot`) those drawn by lot.

    The population is the records that the duty's `distinct` relation leads to, under `where`; with `whose` each of
    them is only for the owner it names."""

    where: Json = None
    whose: tuple[Who, ...] = ()
    number: int | None = None
    percent: int | None = None
    lot: bool = False


@dataclass(frozen=True, slots=True)
class Opens:
    """The duty opens the record that fulfils it, `before` (a length) the first day of its point or window, else with
    the period. `values`: field → expression over `duty.*`; the records under `where` are linked by `relation`."""

    values: Mapping[str, Json] = field(default_factory=dict)
    before: Json = None
    relation: str = ""
    where: Json = None


@dataclass(frozen=True, slots=True)
class Duty:
    """A periodic duty 定期义务: owed once for each period of `schedule`, met by at least `minimum` records of type `of`
    that satisfy `counts`, dated in the period (`on`), of the owner (`whose`; empty: whosever), about different objects
    (`distinct`)."""

    key: str
    title: str
    of: str
    owed_by: Who
    schedule: Json
    counts: Json = None
    on: str = ""
    """A date field, `record.created` or `record.since`; empty: created, or since where the duty opens the record."""
    whose: tuple[Who, ...] = ()
    distinct: str = ""
    """A field, or `linked.<relation>`."""
    minimum: int = 1
    minimum_field: str = ""
    """The number field of the record of `each` that says how many, in the place of `minimum`."""
    maximum: int | None = None
    each: Each | None = None
    share: Share | None = None
    opens: Opens | None = None
    remind: tuple[Reminder, ...] = ()
    """Told to who owes it, and to those named beside."""
    may_move: tuple[Who, ...] = ()
    """Who may move an occurrence to another day 原则上. Empty: nobody."""
    source: str = ""


PartyKind = Literal["department", "chamber", "enterprise", "bank", "law_firm", "other"]
PARTY_KINDS: tuple[PartyKind, ...] = get_args(PartyKind)
"""What stands in the directory of an organisation."""


@dataclass(frozen=True, slots=True)
class UnitKind:
    """`party`: as what its units stand in the directory."""

    key: str
    title: str
    party: PartyKind = "department"


@dataclass(frozen=True, slots=True)
class Group:
    """Units of some kinds, and single ones. Wherever a kind of units may be named, a group may."""

    key: str
    title: str
    kinds: tuple[str, ...] = ()
    units: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Post:
    """A post 席位. `kinds`: the unit kinds that have it, one set of holders per unit; `units`: single units that do;
    groups that the files name have gone into both; neither: a leading post of the mechanism itself.
    `minimum`..`maximum` holders each (maximum None: any number); `once`: nobody holds it in two units; `same_as`: the
    post whose holder holds this one as well (of the same unit, where that has it)."""

    key: str
    title: str
    kinds: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    minimum: int = 0
    maximum: int | None = None
    once: bool = False
    same_as: str = ""
    role_of: str = ""
    """Who holds it by office (任职), as the scheme words it. Never a person's name."""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Unit:
    key: str
    title: str
    kind: str
    region: str = ""
    parent: str = ""
    note: str = ""

    def is_of(self, kind: str, groups: Mapping[str, Group]) -> bool:
        """Whether it is of a kind, or in a group."""
        group = groups.get(kind)
        return self.kind == kind if group is None else self.kind in group.kinds or self.key in group.units


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two sets a matching joins: the units of a kind or group, the holders of a post, or the directory's
    parties of a kind. Each of them has `minimum`..`maximum` partners (maximum None: any number)."""

    kind: Literal["unit_kind", "post", "party"]
    key: str
    minimum: int = 0
    maximum: int | None = None


@dataclass(frozen=True, slots=True)
class Matching:
    """Two sets joined 结对, pair by pair. `rotates`: whether all pairs may be ended together and new ones made, and
    whether partners of before may then come together again."""

    key: str
    title: str
    left: Side
    right: Side
    rotates: Literal["no", "to_others", "freely"] = "no"


@dataclass(frozen=True, slots=True)
class RosterPlan:
    """Kinds, groups, posts, initial units and matchings of a package. People are never in it."""

    kinds: Mapping[str, UnitKind] = field(default_factory=dict)
    groups: Mapping[str, Group] = field(default_factory=dict)
    posts: Mapping[str, Post] = field(default_factory=dict)
    units: Mapping[str, Unit] = field(default_factory=dict)
    matchings: Mapping[str, Matching] = field(default_factory=dict)

    @property
    def sorts(self) -> Mapping[str, UnitKind | Group]:
        """Whatever may be named where units of a sort are meant: kinds and groups."""
        return {**self.kinds, **self.groups}


@dataclass(frozen=True, slots=True)
class Beside:
    """Where else a list stands: on the pages of records of a type, of those linked with each by a relation."""

    type: str
    relation: str
    """The key of the relation, with `~` before it where the records listed are those that link."""


@dataclass(frozen=True, slots=True)
class View:
    """A ledger or list 台账: records of one type under a condition, with columns and an order."""

    key: str
    title: str
    of: str
    columns: tuple[str, ...]
    filter: Json = None
    order: tuple[str, ...] = ()
    menu: bool = True
    nav: bool = False
    beside: Beside | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Level:
    """A level of a task tree: what stands on it, and what each hangs below.

    The topmost may be the codes of the list `codes`; any other, and that too otherwise, the records of the list `view`.
    `under` is the field in which such a record says what it hangs below. `expects`: how many there are by the source;
    `expects_in`: the column in which each code above says so of itself. `done`: what makes a record count as done."""

    key: str
    title: str
    codes: str = ""
    view: str = ""
    under: str = ""
    expects: int | None = None
    expects_in: str = ""
    done: Json = field(default_factory=lambda: {"==": [{"var": "record.done"}, True]})


@dataclass(frozen=True, slots=True)
class TaskTree:
    """Tasks, part by part 任务树: records of the lowest level, gathered by those above it."""

    key: str
    title: str
    levels: tuple[Level, ...]
    source: str = ""


@dataclass(frozen=True, slots=True)
class Template:
    """The text of a message. `{{name}}` stands for a field, a fact or a label; nothing else is ever evaluated."""

    key: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Series:
    """A number series: `pattern` holds {year}, {month} and {serial:N}; `resets` when the serial begins again at 1."""

    key: str
    pattern: str
    resets: Literal["never", "year", "month"] = "year"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a slot of rows."""

    key: str
    title: str
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Slot:
    """What an adopting district fills. `type`: text, number, boolean, length, unit, rows or hours."""

    key: str
    question: str
    type: str
    default: Json = None
    minimum: float | None = None
    maximum: float | None = None
    options: tuple[tuple[Json, str], ...] = ()
    """The values to choose from, each with what it is called."""
    columns: tuple[Column, ...] = ()
    """For rows: what each holds, in the order in which it is written; none: any object."""
    source: str = ""
    note: str = ""
    """Why it is asked; whoever answers reads it."""


@dataclass(frozen=True)
class Definition:
    """One version of one mechanism, read, slots answered, indexed. Compare by `digest`, `answers` and `language`."""

    key: str
    title: str
    version: str
    digest: str
    format: int
    record_types: Mapping[str, RecordType]
    lifecycles: Mapping[str, Lifecycle]
    """Record type → its lifecycle; every type has one."""
    forms: Mapping[str, Json]
    tables: Mapping[str, Json]
    codes: Mapping[str, CodeList]
    terms: Mapping[str, Term]
    duties: Mapping[str, Duty]
    roster: RosterPlan
    views: Mapping[str, View]
    trees: Mapping[str, TaskTree]
    templates: Mapping[str, Template]
    series: Mapping[str, Series]
    slots: Mapping[str, Slot]
    cases: Mapping[str, Json]
    documents: Mapping[str, Json]
    reports: Mapping[str, Json] = field(default_factory=dict)
    indicators: Mapping[str, Json] = field(default_factory=dict)
    parameter_sets: Mapping[str, Mapping[str, Json]] = field(default_factory=dict)
    """Named answers to the slots that a template brings: parameter set → slot → value."""
    office_hours: Json = None
    issuer: str = ""
    region: str = ""
    about: str = ""
    source_document: Mapping[str, Any] = field(default_factory=dict)
    template: Mapping[str, Any] = field(default_factory=dict)
    answers: Mapping[str, Any] = field(default_factory=dict)
    filled: Mapping[tuple[str, str], str] = field(default_factory=dict, repr=False, compare=False)
    """(file, pointer) of every place where a slot stood → its key."""
    language: str = ""
    """The language its words were put into for who reads them; empty: as the files are written."""
    translations: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)
    """What is written → what is read for it: for the words that records and events were given when they were made."""
    files: Mapping[str, bytes] = field(default_factory=dict, repr=False, compare=False)
    """The files it was made of, path → bytes; of what was restored those that were read."""
    data: Mapping[str, Json] = field(default_factory=dict, repr=False, compare=False)
    """The same files read, in the present format and with slots answered, path → JSON: what lints point into."""

    @cached_property
    def fields(self) -> Mapping[str, Mapping[str, Json]]:
        """Record type → field key → its JSON Schema property, references resolved to the form that defines it."""
        return MappingProxyType({key: MappingProxyType(self._fields_of(rt)) for key, rt in self.record_types.items()})

    def _fields_of(self, record_type: RecordType) -> dict[str, Json]:
        found: dict[str, Json] = {}
        for form in record_type.forms:
            for key, prop in self.forms.get(form, EMPTY).get("schema", EMPTY).get("properties", EMPTY).items():
                if "$ref" not in prop:
                    found[key] = prop
        return found

    @cached_property
    def terms_of(self) -> Mapping[str, tuple[Term, ...]]:
        """Record type → its terms, in the order of the file."""
        of: dict[str, list[Term]] = {}
        for term in self.terms.values():
            of.setdefault(term.of, []).append(term)
        return MappingProxyType({key: tuple(terms) for key, terms in of.items()})

    def section(self, form: str, key: str) -> Json:
        """The layout group `key` of a form. KeyError where there is none (a lint says so before it can happen)."""
        for element in self.forms[form]["layout"]["elements"]:
            if element.get("key") == key:
                return element
        raise KeyError(f"{form}.{key}")
