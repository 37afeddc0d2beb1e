"""What the lints ask of a mechanism again and again, worked out once for a run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ..build import by_schema
from ..expressions import effects_in
from ..layout import RULES
from ..listing import Narrowing, code_columns, narrowings, showable
from ..model import Action, CodeColumn, Definition, Lifecycle, RecordType, Term, Who
from ..translating import Words, words_of

SIGNOFF, REFERRAL = "signoff", "referral"
"""The record types of sign-offs and of hand-overs to outside bodies, which the engine ships."""
_WITHDRAWS = {"withdrawn": "withdraw", "replaced": "replace"}
"""How a withdrawal ends an assignment → the action it takes on it."""
_ASKS = frozenset({"ask", "withdraw", "void"})
_ASKS_IN_TURN = frozenset({"queue", "turn"})


@dataclass(frozen=True, slots=True)
class EffectAt:
    """An effect of a file: where it stands, in which lifecycle and action, its kind and body."""

    file: str
    pointer: str
    of: str
    action: str
    kind: str
    body: Mapping[str, Any]
    turn: Any = None
    """Over what the *for each* goes in which it stands."""


class Index:
    """A definition, seen the way lints look at it; `previous` is the version published before it, if there is one."""

    def __init__(self, definition: Definition, previous: Definition | None = None) -> None:
        self.definition = definition
        self.previous = previous

    def rule_file(self, name: str) -> str:
        """The path of one of the files that stand alone (`terms` → `rules/<key>/terms.json`)."""
        return f"{RULES}/{self.definition.key}/{name}.json"

    def items(self, name: str, array: str) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
        """File, pointer and content of each member of `array` in the file `name`; none where there is no file."""
        file = self.rule_file(name)
        for at, item in enumerate(self.definition.data.get(file, {}).get(array, ())):
            yield file, f"/{array}/{at}", item

    @cached_property
    def lifecycle_files(self) -> Mapping[str, Any]:
        """The lifecycles of the package itself, path → content; what the engine ships is tested by itself."""
        return by_schema(self.definition.data, "lifecycle")

    @cached_property
    def translations(self) -> Mapping[str, Mapping[str, str]]:
        """The files of translations → path → text."""
        return {file: content["texts"] for file, content in by_schema(self.definition.data, "i18n").items()}

    @cached_property
    def words(self) -> Mapping[str, Words]:
        """Path → each text of the package that people read on pages."""
        return {one.path: one for file, data in self.definition.data.items() for one in words_of(file, data)}

    @cached_property
    def actions(self) -> tuple[tuple[str, str, str, Mapping[str, Any]], ...]:
        """File, pointer, record type and content of every action of the package."""
        return tuple(
            (file, f"/actions/{at}", content["of"], action)
            for file, content in self.lifecycle_files.items()
            for at, action in enumerate(content["actions"])
        )

    @cached_property
    def effects(self) -> tuple[EffectAt, ...]:
        """Every effect of the package."""
        return tuple(
            EffectAt(file, where, of, action["key"], kind, effect[kind], turn)
            for file, pointer, of, action in self.actions
            for where, effect, turn in effects_in(action, pointer)
            for kind in effect.keys() - {"key", "when", "source", "note"}
        )

    @cached_property
    def lifecycles(self) -> Mapping[str, Lifecycle]:
        """Record type → lifecycle, those the engine ships included."""
        return self.definition.lifecycles

    def type_of(self, key: str) -> RecordType | None:
        """The record type `key`, None where there is none (another lint says so)."""
        return self.definition.record_types.get(key)

    def runs_on(self, term: Term) -> str:
        """The type of the records that a term's clocks run on: with a part, its assignments."""
        record_type = self.type_of(term.of)
        if term.part and record_type is not None and term.part in record_type.parts:
            return record_type.parts[term.part].assignment
        return term.of

    def fields(self, record_type: str) -> Mapping[str, Any]:
        """The fields of a record type; none where there is no such type."""
        return self.definition.fields.get(record_type, {})

    def field_at(self, record_type: str, path: str) -> Mapping[str, Any] | None:
        """The field that a path reads, itself or a column of the code in it."""
        fields = self.fields(record_type)
        of_code = self.code_columns.get(record_type, {}).get(path)
        return fields.get(of_code[0] if of_code else path)

    @cached_property
    def code_columns(self) -> Mapping[str, Mapping[str, tuple[str, CodeColumn]]]:
        """Record type → what can be read of the codes in its fields."""
        return {of: code_columns(self.definition, of) for of in self.definition.record_types}

    def events(self, record_type: str) -> frozenset[str]:
        """The events that actions of a record type are."""
        lifecycle = self.lifecycles.get(record_type)
        return frozenset(action.event_key for action in lifecycle.actions.values()) if lifecycle else frozenset()

    def asked(self, action: Action) -> Iterator[str]:
        """The fields an action asks for."""
        for asks in action.asks:
            for field in self.sections.get((asks.form, asks.section), ()):
                if field not in asks.without:
                    yield field

    def origins_of(self, record_type: str, action_key: str) -> frozenset[str]:
        """The states an action may be taken in; for an action that starts a record, none."""
        return frozenset(self.lifecycles[record_type].actions[action_key].origins)

    @cached_property
    def narrowings(self) -> Mapping[str, Mapping[str, Narrowing]]:
        """Record type → what its lists can be narrowed by."""
        return {of: narrowings(self.definition, of) for of in self.definition.record_types}

    @cached_property
    def showable(self) -> Mapping[str, frozenset[str]]:
        """Record type → the columns its lists can have."""
        return {of: frozenset(showable(self.definition, of)) for of in self.definition.record_types}

    @cached_property
    def reachable(self) -> Mapping[str, frozenset[str]]:
        """Record type → the states that a record can come into."""
        return {of: self._reachable(lifecycle) for of, lifecycle in self.lifecycles.items()}

    def _reachable(self, lifecycle: Lifecycle) -> frozenset[str]:
        reached = {action.to for action in lifecycle.actions.values() if action.start and action.to}
        for effect in self.effects:
            # A withdrawn assignment ends in the state the effect names.
            if effect.kind == "withdraw" and lifecycle.of in self.assignment_types:
                reached.add(effect.body.get("as", "withdrawn"))
        onward: dict[str, set[str]] = {}
        for action in lifecycle.actions.values():
            for origin in action.origins if action.to and not action.start else ():
                onward.setdefault(origin, set()).add(action.to)
        return frozenset(reached | reach(reached, onward))

    @cached_property
    def assignment_types(self) -> frozenset[str]:
        """The record types that are assignments of some part."""
        types = self.definition.record_types.values()
        return frozenset(part.assignment for record_type in types for part in record_type.parts.values())

    @cached_property
    def engine_takes(self) -> Mapping[str, frozenset[str]]:
        """Record type → the actions that effects take on its records by a name of the engine's."""
        found: dict[str, set[str]] = {}
        for effect in self.effects:
            if effect.kind == "withdraw":
                parts = (self.type_of(effect.of) or RecordType("", "")).parts
                if effect.body["part"] in parts:
                    action = _WITHDRAWS[effect.body.get("as", "withdrawn")]
                    found.setdefault(parts[effect.body["part"]].assignment, set()).add(action)
            elif effect.kind == "assign" and effect.body.get("only"):
                parts = (self.type_of(effect.of) or RecordType("", "")).parts
                if effect.body["part"] in parts:
                    found.setdefault(parts[effect.body["part"]].assignment, set()).add(_WITHDRAWS["replaced"])
            elif effect.kind == "ask":
                in_turn = _ASKS_IN_TURN if effect.body["order"] == "in_turn" else frozenset()
                found.setdefault(SIGNOFF, set()).update(_ASKS, in_turn)
        return {of: frozenset(actions) for of, actions in found.items()}

    @cached_property
    def acted_upon(self) -> frozenset[str]:
        """Actions that an `act` effect takes somewhere, that follow past the top of a ladder, or that come back from a
        hand-over."""
        acting = {effect.body["action"] for effect in self.effects if effect.kind == "act"}
        handed = (effect.body.get("back", ()) for effect in self.effects if effect.kind == "hand_over")
        tops = {ladder.top for of in self.definition.record_types.values() for ladder in of.ladders.values()}
        return frozenset(acting.union(tops, (back["action"] for those in handed for back in those)))

    def nobody(self, who: Who, record_type: str) -> bool:
        """Whether a *who* can never be anybody: a post that no unit has, a part that nothing assigns,
        the applicant's partner in a matching that joins no people."""
        roster = self.definition.roster
        match who.kind:
            case "post":
                post = roster.posts.get(who.key)
                return post is not None and self.unheld(who.key)
            case "part":
                declared = (self.type_of(record_type) or RecordType("", "")).parts
                return who.key in declared and record_type not in self.assignment_types and who.key not in self.assigned
            case "recorder":
                return record_type not in (SIGNOFF, REFERRAL)
            case "partner" if who.otherwise is not None:
                return False
            case "partner" if record_type and who.of is None and who.key in roster.matchings:
                # An applicant is a person, and only a post is held by people.
                matching = roster.matchings[who.key]
                return "post" not in (matching.left.kind, matching.right.kind)
            case "unit_kind":
                units = roster.units.values()
                return who.key in roster.sorts and not any(unit.is_of(who.key, roster.groups) for unit in units)
            case _:
                return False

    def unheld(self, post_key: str) -> bool:
        """Whether a post is bound to kinds or units and none of them is in the roster."""
        post = self.definition.roster.posts[post_key]
        if not post.kinds and not post.units:
            return False
        units = self.definition.roster.units
        return not any(unit.kind in post.kinds or unit.key in post.units for unit in units.values())

    @cached_property
    def assigned(self) -> frozenset[str]:
        """The parts that some effect assigns."""
        return frozenset(effect.body["part"] for effect in self.effects if effect.kind == "assign")

    @cached_property
    def sections(self) -> Mapping[tuple[str, str], tuple[str, ...]]:
        """(form, section) → the fields it shows, by their names in `scope`, however deep they lie."""
        return {
            (form, section["key"]): tuple(_controls(section))
            for form, content in self.definition.forms.items()
            for section in content.get("layout", {}).get("elements", ())
            if "key" in section
        }


def _controls(element: Mapping[str, Any]) -> Iterator[str]:
    if "scope" in element:
        yield element["scope"].rsplit("/", 1)[-1]
    for inner in element.get("elements", ()):
        yield from _controls(inner)


def reach(start: Iterable[str], onward: Mapping[str, Iterable[str]]) -> set[str]:
    """Where one comes from `start`, a step or more along `onward`."""
    reached, todo = set[str](), list(start)
    while todo:
        for target in onward.get(todo.pop(), ()):
            if target not in reached:
                reached.add(target)
                todo.append(target)
    return reached
