"""Files that follow their schemas, slots answered, become the frozen objects of the model."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import Any, TypeVar

from .layout import schema_of
from .model import (
    Action,
    Anchor,
    Asks,
    Automatic,
    Badge,
    Beside,
    Check,
    Code,
    CodeColumn,
    CodeList,
    Column,
    Duty,
    Each,
    Effect,
    Extension,
    Group,
    Ladder,
    Level,
    Lifecycle,
    Likeness,
    Matching,
    Opens,
    Part,
    Post,
    RecordType,
    Relation,
    Reminder,
    RosterPlan,
    Rung,
    Series,
    Share,
    Side,
    Slot,
    State,
    StateKind,
    TaskTree,
    Template,
    Term,
    Unit,
    UnitKind,
    View,
    Who,
)

T = TypeVar("T")
Json = Mapping[str, Any]

EFFECT_KINDS = (
    "assign", "withdraw", "set", "create", "link", "act", "for_each", "ask", "notify", "document", "start_clock",
    "suspend", "resume", "extend", "raise", "next_round", "hand_over",
)  # fmt: skip
"""The closed list of effects. An effect object has exactly one of these keys."""


_KINDS: Mapping[str, Any] = {
    **{
        name: name
        for name in ("applicant", "anyone", "system", "post", "part", "unit", "took", "rung", "field", "recorder")
    },
    "kind": "unit_kind",
    "partner_in": "partner",
}
"""How the files call each way of naming people → how the model does."""


def who(data: Json) -> Who:
    """One *who* of the files as the model has it."""
    if "post" in data and "of" in data:
        return replace(who(data["of"]), post=data["post"])
    (name, key) = next((name, key) for name, key in data.items() if name in _KINDS)
    of, otherwise = (who(data[name]) if name in data else None for name in ("of", "else"))
    return Who(_KINDS[name], "" if key is True else key, region="for" in data, of=of, otherwise=otherwise)


def whos(items: Iterable[Json]) -> tuple[Who, ...]:
    """Several of them."""
    return tuple(who(item) for item in items)


def keyed(items: Iterable[Json], make: Callable[[Json], T]) -> Mapping[str, T]:
    """The members of an array by their permanent key, in the order of the file."""
    return MappingProxyType({item["key"]: make(item) for item in items})


def _take(data: Json, *names: str) -> dict[str, Any]:
    """The members of `data` that are there, lists as tuples: what is absent keeps the model's default."""
    return {name: tuple(data[name]) if isinstance(data[name], list) else data[name] for name in names if name in data}


def slot(data: Json) -> Slot:
    """A slot of mechanism.json."""
    return Slot(
        **_take(data, "key", "question", "type", "minimum", "maximum", "source", "note"),
        default=data.get("default"),
        options=tuple((option["value"], option["label"]) for option in data.get("options", ())),
        columns=tuple(Column(**_take(column, "key", "title", "optional")) for column in data.get("columns", ())),
    )


def series(data: Json) -> Series:
    """A number series of mechanism.json."""
    return Series(**_take(data, "key", "pattern", "resets"))


def record_type(data: Json) -> RecordType:
    """A record type of mechanism.json or of the base."""
    return RecordType(
        **_take(data, "key", "title", "forms", "series", "child", "portal", "about", "named_by"),
        facets=MappingProxyType(data.get("facets", {})),
        relations=keyed(data.get("relations", ()), _relation),
        parts=keyed(data.get("parts", ()), _part),
        ladders=keyed(data.get("ladders", ()), _ladder),
        likeness=Likeness(**_take(data["likeness"], "same", "near", "days")) if "likeness" in data else None,
        badges=tuple(Badge(**_take(one, "key", "field", "title")) for one in data.get("badges", ())),
        see=whos(data.get("see", ())),
    )


def _relation(data: Json) -> Relation:
    return Relation(
        **_take(data, "key", "title", "to", "minimum", "maximum", "checked_at"),
        fields=MappingProxyType(data.get("fields", {})),
    )


def _part(data: Json) -> Part:
    return Part(**_take(data, "key", "title", "maximum", "replies_to", "assignment"))


def _ladder(data: Json) -> Ladder:
    rungs = keyed(data["rungs"], lambda rung: Rung(rung["key"], rung["title"], who(rung["who"])))
    return Ladder(data["key"], data["title"], rungs, data["top"])


def code_list(data: Json) -> CodeList:
    """A code list of codes.json."""
    return CodeList(
        **_take(data, "key", "title", "levels", "shown_with_code", "source"),
        codes=keyed(data["codes"], _code),
        columns=keyed(data.get("columns", ()), lambda column: CodeColumn(**_take(column, "key", "type", "title"))),
    )


def _code(data: Json) -> Code:
    days: dict[str, Any] = {name: date.fromisoformat(data[name]) for name in ("first_day", "last_day") if name in data}
    return Code(
        **_take(data, "key", "label", "parent", "aliases"),
        **days,
        columns=MappingProxyType(data.get("columns", {})),
    )


def lifecycle(data: Json, file: str) -> Lifecycle:
    """A file of `lifecycle/`."""
    return Lifecycle(data["of"], keyed(data["states"], _state), keyed(data["actions"], _action), file)


def _state(data: Json) -> State:
    return State(
        **_take(data, "key", "title", "public_title"),
        kind=StateKind(data["kind"]),
        read=MappingProxyType({section: whos(them) for section, them in data.get("read", {}).items()}),
        edit=MappingProxyType({section: whos(them) for section, them in data.get("edit", {}).items()}),
    )


def _action(data: Json) -> Action:
    automatic = data.get("automatic")
    return Action(
        **_take(
            data, "key", "title", "to", "start", "tables", "reason", "bulk", "event", "dated", "confirm", "tone",
            "source",
        ),
        by=whos(data["by"]),
        origins=tuple(data.get("from", ())),
        guard=data.get("guard"),
        checks=tuple(Check(**_take(check, "key", "must", "at", "says", "each")) for check in data.get("checks", ())),
        asks=tuple(
            Asks(asked["form"], asked["section"], tuple(asked.get("without", ()))) for asked in data.get("asks", ())
        ),
        effects=tuple(effect(item) for item in data.get("effects", ())),
        automatic=Automatic(automatic.get("term", ""), automatic.get("when")) if automatic else None,
    )  # fmt: skip


def effect(data: Json) -> Effect:
    """One effect. Of `for_each` the inner effects stay as JSON in its body: `effect` reads them too."""
    kind = next(name for name in EFFECT_KINDS if name in data)
    return Effect(data["key"], kind, data[kind], data.get("when"))


def term(data: Json) -> Term:
    """A term of terms.json."""
    kind = next(name for name in ("event", "field", "term") if name in data["anchor"])
    return Term(
        **_take(
            data, "key", "title", "of", "length", "stops", "part", "when", "suspended_in", "roll", "count_start_day",
            "cutoff", "cap", "not_before", "firm", "public", "repeat", "reclassified", "source",
        ),
        owed_by=who(data["owed_by"]),
        anchor=Anchor(kind, data["anchor"][kind], data["anchor"].get("relation", "")),  # type: ignore[arg-type]
        remind=tuple(_reminder(item) for item in data.get("remind", ())),
        extension=_extension(data["extension"]) if "extension" in data else None,
    )  # fmt: skip


def _extension(data: Json) -> Extension:
    return Extension(**_take(data, "by", "total", "times", "latest", "cap"))


def _reminder(data: Json) -> Reminder:
    return Reminder(data["key"], whos(data["tell"]), data["template"], data.get("before"), data.get("after"))


def duty(data: Json) -> Duty:
    """A duty of duties.json."""
    minimum = data.get("minimum", 1)
    each, share = data.get("each"), data.get("share")
    return Duty(
        **_take(data, "key", "title", "of", "schedule", "counts", "on", "distinct", "maximum", "source"),
        owed_by=who(data["owed_by"]),
        whose=whos(data.get("whose", ())),
        minimum=minimum if isinstance(minimum, int) else 0,
        minimum_field="" if isinstance(minimum, int) else minimum["field"],
        each=Each(**_take(each, "of", "where")) if each is not None else None,
        share=Share(**_take(share, "where", "number", "percent", "lot"), whose=whos(share.get("whose", ())))
        if share is not None
        else None,
        opens=_opens(data["opens"]) if "opens" in data else None,
        remind=tuple(_reminder({"tell": item.get("cc", ()), **item}) for item in data.get("remind", ())),
        may_move=whos(data.get("may_move", ())),
    )


def _opens(data: Json) -> Opens:
    link = data.get("link", {})
    return Opens(
        MappingProxyType(data.get("values", {})), data.get("before"), link.get("relation", ""), link.get("where")
    )


def roster(data: Json) -> RosterPlan:
    """roster.json."""
    groups = keyed(data.get("groups", ()), lambda group: Group(**_take(group, "key", "title", "kinds", "units")))
    return RosterPlan(
        kinds=keyed(data.get("kinds", ()), lambda kind: UnitKind(**_take(kind, "key", "title", "party"))),
        groups=groups,
        posts=keyed(data.get("posts", ()), lambda post: _post(post, groups)),
        units=keyed(
            data.get("units", ()), lambda unit: Unit(**_take(unit, "key", "title", "kind", "region", "parent", "note"))
        ),
        matchings=keyed(data.get("matchings", ()), _matching),
    )


def _post(data: Json, groups: Mapping[str, Group]) -> Post:
    named = data.get("kinds", ())
    among = [groups[key] for key in named if key in groups]
    kinds = [*(key for key in named if key not in groups), *(kind for group in among for kind in group.kinds)]
    units = [*data.get("units", ()), *(unit for group in among for unit in group.units)]
    return Post(
        **_take(data, "key", "title", "minimum", "maximum", "once", "same_as", "role_of", "source"),
        kinds=tuple(dict.fromkeys(kinds)),
        units=tuple(dict.fromkeys(units)),
    )


_ROTATES: Mapping[bool | None, Any] = {None: "no", False: "to_others", True: "freely"}
"""Whether partners of before may come together again; None: a matching that does not rotate."""


def _matching(data: Json) -> Matching:
    def side(name: str) -> Side:
        (kind, key) = next(iter(data[name].items()))
        return Side(_KINDS.get(kind, kind), key, **_take(data.get(f"per_{name}", {}), "minimum", "maximum"))

    rotates = _ROTATES[data.get("rotation", {}).get("may_return")]
    return Matching(data["key"], data["title"], side("left"), side("right"), rotates)


def view(data: Json) -> View:
    """A list of views.json."""
    return View(
        **_take(data, "key", "title", "of", "columns", "filter", "order", "menu", "nav", "source"),
        beside=Beside(**data["beside"]) if "beside" in data else None,
    )


def task_tree(data: Json) -> TaskTree:
    """A task tree of views.json."""
    return TaskTree(levels=tuple(map(_level, data["levels"])), **_take(data, "key", "title", "source"))


def _level(data: Json) -> Level:
    expects = data.get("expects")
    told = {"expects_in": expects["column"]} if isinstance(expects, Mapping) else {"expects": expects}
    return Level(**_take(data, "key", "title", "codes", "view", "under", "done"), **told)


def template(data: Json) -> Template:
    """A message template of messages.json."""
    return Template(data["key"], data["title"], data["text"])


def by_schema(files: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The files that follow schema `name`, path → content."""
    return {path: data for path, data in files.items() if schema_of(path) == name}
