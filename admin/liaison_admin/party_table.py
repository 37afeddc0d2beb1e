"""A directory as a table: one party a line, compared with what stands there.

Its columns are name, kind, credit code and region. A line is a party that is known by its credit code, else by its
name; what a line leaves out stays as it is, and who is not in the table stays too.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from liaison.definitions import PARTY_KINDS, PartyKind
from liaison.forms import Wrong as WrongValue
from liaison.forms import read_region, read_uscc
from liaison.store import Entry
from liaison.texts import LANGUAGES, Message, catalogue

from . import tabular
from .tabular import Wrong

COLUMNS = ("name", "kind", "credit_code", "region")
_NEEDED = ("name",)
_CODES = {name: f"admin.party.column.{name}" for name in COLUMNS}
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Change:
    """What a line comes to: `before` is None for a new party, and like `after` where nothing changes."""

    line: int
    before: Entry | None
    after: Entry


@dataclass
class Read:
    """What was read: changes to be entered where nothing is wrong."""

    changes: list[Change] = field(default_factory=list)
    wrong: list[Wrong] = field(default_factory=list)

    @property
    def mark(self) -> str:
        """Of what the table would change: another mark, and it would do something else than what was seen."""
        told = "\n".join(repr((one.line, one.before, one.after)) for one in self.changes)
        return hashlib.sha256(told.encode()).hexdigest()


def read(text: str, standing: Sequence[Entry]) -> Read:
    """Understand a table beside the parties that stand in the directory. Every wrong line is said."""
    lines, wrong = tabular.read(text, _CODES, _NEEDED)
    found = Read(wrong=wrong)
    known = _Known(standing)
    for number, given in lines:
        change = _change(number, given, known)
        if isinstance(change, Change):
            found.changes.append(change)
        else:
            found.wrong += [Wrong(number, message) for message in change]
    found.wrong += _twice(found.changes)
    return found


def write(entries: Iterable[Entry], lang: str) -> str:
    """The directory as such a table."""
    kinds: dict[str, str] = {kind: catalogue()[f"web.party_kind.{kind}"][lang] for kind in PARTY_KINDS}
    rows = ([one.name, kinds[one.kind], one.credit_code, one.region] for one in entries)
    return tabular.write(_CODES, rows, lang)


class _Known:
    def __init__(self, standing: Iterable[Entry]) -> None:
        self.by_code: dict[str, Entry] = {}
        self.by_name: dict[str, list[Entry]] = defaultdict(list)
        for one in standing:
            self.by_name[one.name].append(one)
            if one.credit_code:
                self.by_code.setdefault(one.credit_code, one)

    def meant(self, name: str, code: str) -> Entry | Message | None:
        """The party a line means; None for a new one."""
        if code in self.by_code:
            return self.by_code[code]
        called = [one for one in self.by_name.get(name, ()) if not (code and one.credit_code)]
        if len(called) > 1:
            return Message("admin.party.name_ambiguous", {"name": name})
        return called[0] if called else None


def _change(line: int, given: Mapping[str, str], known: _Known) -> Change | list[Message]:
    wrong: list[Message] = []

    def value(column: str, reader: Callable[[Any], str | None]) -> str:
        try:
            return reader(given.get(column, "")) or ""
        except WrongValue as error:
            wrong.append(error.message(catalogue()[_CODES[column]]["zh"]))
            return ""

    name = " ".join(given.get("name", "").split())
    code, region = value("credit_code", read_uscc), value("region", read_region)
    kind = _kinds().get(given.get("kind", "").casefold())
    if given.get("kind") and kind is None:
        wrong.append(Message("admin.party.no_kind", {"kind": given["kind"]}))
    if not name:
        wrong.append(Message("admin.party.no_name"))
    elif len(name) > LONGEST:
        wrong.append(Message("admin.party.long_name", {"most": LONGEST}))
    before = known.meant(name, code)
    if isinstance(before, Message):
        return [*wrong, before]
    if before is None and not given.get("kind"):
        wrong.append(Message("admin.party.kind_missing", {"name": name}))
    kind = kind or (before.kind if before else None)
    if wrong or kind is None:
        return wrong
    old = before or Entry("", kind, name, "", "", None, None)
    after = replace(old, name=name, kind=kind, credit_code=code or old.credit_code, region=region or old.region)
    return Change(line, before, after)


def _kinds() -> dict[str, PartyKind]:
    """What the kinds are called, in every language and by their keys."""
    found: dict[str, PartyKind] = {kind: kind for kind in PARTY_KINDS}
    for kind in PARTY_KINDS:
        found.update({catalogue()[f"web.party_kind.{kind}"][lang].casefold(): kind for lang in LANGUAGES})
    return found


def _twice(changes: Iterable[Change]) -> list[Wrong]:
    """Lines that mean a party which an earlier line means, or give it the same credit code."""
    seen: set[str] = set()
    found: list[Wrong] = []
    for one in changes:
        code = one.after.credit_code
        means = {one.before.id if one.before else code or one.after.name, code} - {""}
        if means & seen:
            found.append(Wrong(one.line, Message("admin.csv.twice", {"name": one.after.name})))
        seen |= means
    return found
