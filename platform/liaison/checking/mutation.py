"""Mutation of packages: change one thing at a time, and see whether a golden case notices.

A change that nothing notices is a sentence of the scheme to which no golden case holds the package.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from time import process_time
from typing import Any, Final

from liaison.definitions import Definition, Json, Package, load

from .golden import play_one

_LEFT_ALONE = ("/i18n/", "/views.json", "/messages.json", "/reports.json")
"""Files that do not say what happens to a record."""
_MAY_BE_ABSENT = (
    "guard", "when", "automatic", "reason", "suggests", "count_start_day", "show", "enable", "require", "if_possible",
    "if_longer", "once", "same_as", "message",
)  # fmt: skip
_LIMITS = ("minimum", "maximum")
"""Of a date these are expressions."""
_LISTS = (
    "from", "stops", "asks", "tables", "suspended_in", "not_before", "rows", "effects", "remind", "required", "checks",
)  # fmt: skip
"""Lists of which every member must matter."""
_WHOS = ("by", "to", "cc", "tell", "see", "published_by")
_LOOKS = ("print", "format")
"""What stands below these says how something looks."""
_LENGTHS = {"months": "workdays", "workdays": "days", "days": "workdays", "work_hours": "hours", "hours": "work_hours",
            "minutes": "hours"}  # fmt: skip
_OF_TREES = {"aggregate": ["arithmetic", "geometric"], "missing": ["zero", "skip", "void"], "period": ["year", "month"]}
"""What an indicator tree says of itself, each one of a few."""
_ANYONE, _SYSTEM = {"anyone": True}, {"system": True}
_GONE: Final = object()

_Path = tuple[str | int, ...]
_Change = tuple[_Path, str, Any]
"""Where, what in words, and what stands there afterwards (`_GONE`: nothing)."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """A package with one thing changed, its golden cases left aside. `place` names members by their keys,
    so that it outlives edits elsewhere."""

    file: str
    place: str
    change: str
    files: Mapping[str, bytes]

    @property
    def name(self) -> str:
        """File, place and change in one line: how a list of reviewed survivors names it."""
        return f"{self.file}#{self.place} {self.change}"


@dataclass(frozen=True, slots=True)
class Survey:
    """What became of the mutants: `stillborn` ones are no mechanism any more, nothing noticed the `survivors`, and
    all the others turned a golden case red."""

    total: int
    stillborn: int
    survivors: tuple[Mutant, ...]


class Jury:
    """The golden cases of a package, to be asked of any change whether they notice it.

    ValueError: one is red as it is, so that it would notice whatever is changed."""

    def __init__(self, definition: Definition) -> None:
        self._definition = definition
        self._witnesses = [_Witness.of(definition, case) for case in definition.cases.values()]
        if already := [one.case["key"] for one in self._witnesses if not one.green]:
            raise ValueError(f"red without any change: {', '.join(already)}")

    def survey(self, wanted: Callable[[Mutant], bool] = lambda _: True) -> Survey:
        """Play the golden cases of every mutant that is `wanted` until one turns red."""
        total = stillborn = 0
        survivors: list[Mutant] = []
        for mutant in filter(wanted, mutants(self._definition)):
            total += 1
            changed = load(Package(mutant.files), self._definition.answers).definition
            if changed is None:
                stillborn += 1
            elif not self._notices(changed, mutant):
                survivors.append(mutant)
        return Survey(total, stillborn, tuple(survivors))

    def _notices(self, changed: Definition, mutant: Mutant) -> bool:
        """Whether a case turns red. Asked first are those that noticed what was most like this change and speak most of
        what was changed; among those about as likely, the quick ones before the slow ones."""
        names = frozenset(mutant.place.split("/"))

        def likely(one: _Witness) -> float:
            return round(one.near(names), 1) + len(names & one.words) / 5

        for witness in sorted(self._witnesses, key=lambda one: (-likely(one), one.seconds)):
            if not play_one(changed, witness.case, whole=False).passed:
                witness.noticed.append(names)
                return True
        return False


@dataclass(slots=True)
class _Witness:
    """A golden case, with what it speaks of and how long it takes to play."""

    case: Json
    green: bool
    words: frozenset[str]
    seconds: float
    noticed: list[frozenset[str]] = field(default_factory=list)
    """The names on the way to each change that it noticed."""

    def near(self, names: frozenset[str]) -> float:
        """How much of the way to a change it shares with one that it noticed, from 0 to 1."""
        return max((len(names & one) / len(names | one) for one in self.noticed), default=0)

    @classmethod
    def of(cls, definition: Definition, case: Json) -> _Witness:
        begun = process_time()
        timeline = play_one(definition, case)
        spent = process_time() - begun
        events = [event for step in timeline.steps for event in step.events]
        happened = {word for event in events for word in (event.action, event.to, *event.changed)}
        return cls(case, timeline.passed, frozenset({*happened, *_words(case["story"])}), spent)


def _words(node: Any) -> Iterator[str]:
    """Every name and text in a piece of JSON."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, list):
        for item in node:
            yield from _words(item)
    elif isinstance(node, dict):
        for name, value in node.items():
            yield name
            yield from _words(value)


def mutants(definition: Definition) -> Iterator[Mutant]:
    """Each number, table row, cell and answer, guard, *who*, anchor, stop, length, target, effect and kind of state
    changed in turn."""
    # Without the golden cases, which are the same for every mutant, a package loads in half the time.
    files = {file: data for file, data in definition.files.items() if "/cases/" not in file}
    for file, data in files.items():
        if any(part in file for part in _LEFT_ALONE):
            continue
        content = json.loads(data)
        for path, what, value in (*_everywhere(content, ()), *_of_this_file(definition, file, content)):
            changed = _with(content, path, value)
            if changed != content:  # a lifecycle of one state has no other to go to
                written = json.dumps(changed, ensure_ascii=False).encode()
                yield Mutant(file, _place(content, path), what, {**files, file: written})


def _of_this_file(definition: Definition, file: str, content: Any) -> Iterator[_Change]:
    if "/lifecycle/" in file:
        yield from _lifecycle(content)
    elif "/tables/" in file:
        yield from _table(definition, content)
    elif file.endswith("/terms.json"):
        yield from _terms(definition, content)
    elif file.endswith("/duties.json"):
        yield from _duties(content)
    elif file.endswith("/indicators.json"):
        yield from _trees(content)


def _everywhere(node: Any, path: _Path) -> Iterator[_Change]:
    """Changes that make sense wherever they stand: numbers, what may be absent, members of lists, *who*."""
    if isinstance(node, int | float) and not isinstance(node, bool):
        yield path, f"{node} → {node + 1}", node + 1
    elif isinstance(node, list):
        for at, item in enumerate(node):
            yield from _everywhere(item, (*path, at))
    elif isinstance(node, dict):
        for name, value in node.items():
            here = (*path, name)
            if name in _LIMITS and isinstance(value, dict):
                yield here, "left out", _GONE
            if name in _MAY_BE_ABSENT:
                # Of a table it is said column by column.
                absent = [(*here, column) for column in value] if path[-1:] == ("items",) else [here]
                yield from ((one, "left out", _GONE) for one in absent)
            if name == "who" and isinstance(value, dict):
                yield here, "nobody", _SYSTEM
            elif name in _WHOS and _is_whos(value):
                yield from _whos(value, here)
            elif name in _LISTS and isinstance(value, list):
                yield from (((*here, at), "left out", _GONE) for at in range(len(value)))
            if name not in _LOOKS:
                yield from _everywhere(value, here)


def _is_whos(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, dict) and "key" not in one for one in value)


def _whos(whos: list[Any], path: _Path) -> Iterator[_Change]:
    if path[-1] in ("by", "see", "published_by") and _ANYONE not in whos:
        yield path, "anyone", [_ANYONE]
    for at in range(len(whos)):
        if len(whos) > 1:
            yield (*path, at), "left out", _GONE
        elif whos[at] != _SYSTEM:
            yield (*path, at), "nobody", _SYSTEM


def _lifecycle(content: Any) -> Iterator[_Change]:
    states = [state["key"] for state in content["states"]]
    for at, state in enumerate(content["states"]):
        kind = "open" if state["kind"] == "done" else "done"
        yield ("states", at, "kind"), f"{state['kind']} → {kind}", kind
        for name in ("read", "edit"):
            for section, whos in state.get(name, {}).items():
                yield from _whos(whos, ("states", at, name, section))
                yield ("states", at, name, section), "left out", _GONE
    for at, action in enumerate(content["actions"]):
        if "to" in action:
            other = _next(states, action["to"])
            yield ("actions", at, "to"), f"{action['to']} → {other}", other


def _table(definition: Definition, content: Any) -> Iterator[_Change]:
    codes = {
        **{output["key"]: output["codes"] for output in content["outputs"] if "codes" in output},
        **{
            column["key"]: definition.fields[content["on"]].get(column["field"], {}).get("codes")
            for column in content["inputs"]
            if "field" in column
        },
    }
    for path, answers in ((("rows", at, "then"), row["then"]) for at, row in enumerate(content["rows"])):
        yield from _answers(definition, codes, path, answers)
    yield from _answers(definition, codes, ("otherwise",), content["otherwise"])
    for at, row in enumerate(content["rows"]):
        for column, cell in row.get("if", {}).items():
            yield ("rows", at, "if", column), "left out", _GONE
            yield from _answers(definition, dict.fromkeys(cell, codes.get(column)), ("rows", at, "if", column), cell)


def _answers(definition: Definition, codes: Mapping[str, Any], path: _Path, given: Any) -> Iterator[_Change]:
    for key, value in given.items():
        if isinstance(value, str) and codes.get(key) in definition.codes:
            other = _next(list(definition.codes[codes[key]].codes), value)
            yield (*path, key), f"{value} → {other}", other


def _terms(definition: Definition, content: Any) -> Iterator[_Change]:
    for at, term in enumerate(content["terms"]):
        yield ("terms", at, "owed_by"), "nobody", _SYSTEM
        anchor, length = term["anchor"], term["length"]
        if "event" in anchor and "relation" not in anchor:
            events = list(dict.fromkeys(one.event_key for one in definition.lifecycles[term["of"]].actions.values()))
            other = _next(events, anchor["event"])
            yield ("terms", at, "anchor", "event"), f"{anchor['event']} → {other}", other
        for unit in length.keys() & _LENGTHS.keys():
            other = _LENGTHS[unit]
            yield ("terms", at, "length"), f"{unit} → {other}", {other: length[unit]}


def _duties(content: Any) -> Iterator[_Change]:
    for at, duty in enumerate(content["duties"]):
        for name in ("counts", "on", "whose", "distinct", "minimum", "maximum", "share", "opens"):
            if name in duty:
                yield ("duties", at, name), "left out", _GONE
        if "may_move" in duty:
            yield from _whos(duty["may_move"], ("duties", at, "may_move"))
        yield ("duties", at, "schedule"), "another", {"date": "06-30"}


def _trees(content: Any) -> Iterator[_Change]:
    for at, tree in enumerate(content["trees"]):
        for name, known in _OF_TREES.items():
            other = _next(known, tree[name])
            yield ("trees", at, name), f"{tree[name]} → {other}", other
        if "where" in tree.get("filed", {}):
            yield ("trees", at, "filed", "where"), "left out", _GONE
        tops = [node["key"] for node in tree["nodes"] if "parent" not in node]
        for inner, node in enumerate(tree["nodes"]):
            here = ("trees", at, "nodes", inner)
            if node.get("parent") in tops:
                other = _next(tops, node["parent"])
                yield (*here, "parent"), f"{node['parent']} → {other}", other
            better = node.get("normalise", {}).get("min_max", {}).get("better")
            if better is not None:
                other = _next(["more", "less"], better)
                yield (*here, "normalise", "min_max", "better"), f"{better} → {other}", other


def _next(known: list[str], value: str) -> str:
    """The member after `value`, the first after the last; `value` itself where there is no other."""
    return known[(known.index(value) + 1) % len(known)] if value in known else known[0]


def _with(node: Any, path: _Path, value: Any) -> Any:
    """`node` with `value` at `path`; nothing else is copied than what changes."""
    if not path:
        return value
    first, rest = path[0], path[1:]
    inner = _with(node[first], rest, value)
    if isinstance(node, dict):
        return {
            name: inner if name == first else old for name, old in node.items() if name != first or inner is not _GONE
        }
    return [inner if at == first else old for at, old in enumerate(node) if at != first or inner is not _GONE]


def _place(node: Any, path: _Path) -> str:
    names = []
    for step in path:
        node = node[step]
        if isinstance(step, int) and isinstance(node, str):
            names.append(node)
        else:
            names.append(
                node["key"] if isinstance(step, int) and isinstance(node, dict) and "key" in node else str(step)
            )
    return "/".join(names)
