"""May this person see or do this? The same answer for a page, a list, a search, an export and the API."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from liaison.definitions import RecordType, Who
from liaison.roster import RosterDay, Subject, is_among
from liaison.texts import Message

from .model import Actor, Answer, Objects, Scope, Seen


def scope_of(actor: Actor, record_types: Mapping[str, RecordType], today: RosterDay) -> Scope:
    """What `actor` may see of one installation today: what is handled, and what a grant lets be read beside."""
    handled = handled_by(actor, record_types, today)
    readings = today.readings_of(actor.id)
    types = frozenset(record_types) if "" in readings else handled.types
    return replace(handled, types=types, units=handled.units | (readings - {""}))


def handled_by(actor: Actor, record_types: Mapping[str, RecordType], today: RosterDay) -> Scope:
    """What `actor` sees in handling it: whole record types through posts named in `see`, and single records through
    parts, reports and applications."""
    if actor.kind == "system":
        return Scope(types=frozenset(record_types))
    if actor.kind != "person":
        return Scope(records=actor.entitled)
    nobody = Subject()
    types = frozenset(
        key
        for key, record_type in record_types.items()
        if any(is_among(actor.id, who, nobody, today) for who in record_type.see)
    )
    holders = frozenset((*today.units_of(actor.id), actor.id, *today.absents_of(actor.id)))
    return Scope(types, holders, actor.entitled, actor.id)


def may_see(scope: Scope, seen: Seen) -> Answer:
    """Whether a record is in `scope`, and through what."""
    if seen.type in scope.types:
        return Answer(True, Message("access.by_post"))
    if seen.id in scope.records:
        return Answer(True, Message("access.by_link"))
    if scope.person and scope.person in (seen.applicant, seen.reporter):
        return Answer(True, Message("access.own"))
    if scope.units & seen.units:
        return Answer(True, Message("access.by_part"))
    return Answer(False, Message("access.no_part"))


def may_see_under(scope: Scope, child: Seen, parent: Seen) -> Answer:
    """Whether what stands under a record (an assignment, a sign-off) may be seen: by who may see it for itself, and by
    whoever a post or a part lets see the record. Its applicant sees the record alone."""
    answer = may_see(scope, child)
    return answer or may_see(replace(scope, records=frozenset(), person=""), parent)


def objects_of(scope: Scope, naming: Collection[str], today: RosterDay) -> Objects:
    """Which entries of the directory may be seen with `scope`: by who sees every record of the types that name them
    (`naming`), all; by others those in whose matter they are. A pair that has ended shows nobody to anybody."""
    partners = frozenset(
        other
        for left, right in today.pairs()
        for one, other in ((left, right), (right, left))
        if one in scope.units
    )  # fmt: skip
    return Objects(bool(naming) and scope.types.issuperset(naming), scope.units, partners)


def may_see_object(objects: Objects, entry: str, named: bool) -> Answer:
    """Whether an entry of the directory, of a kind that the mechanism serves, may be seen, and through what. `named`:
    whether a record that may be seen names it, in a field that may be read."""
    if objects.whole:
        return Answer(True, Message("access.by_post"))
    if entry in objects.partners:
        return Answer(True, Message("access.by_pair"))
    if named:
        return Answer(True, Message("access.by_record"))
    return Answer(False, Message("access.no_object"))


def is_one_of(actor: Actor, whos: Iterable[Who], subject: Subject, record: str, today: RosterDay) -> Answer:
    """Whether `actor` is among those named, for the record with id `record` (empty: one that is being created)."""
    for who in whos:
        if who.kind == "anyone":
            return Answer(True, Message("roster.anyone"))
        if who.kind == "system":
            if actor.kind == "system":
                return Answer(True, Message("access.system"))
        elif who.kind == "applicant" and record in actor.entitled and not _has_post(actor, today):
            return Answer(True, Message("access.by_link"))
        elif actor.kind == "person" and (why := is_among(actor.id, who, subject, today)):
            return Answer(True, why)
    return Answer(False, Message("access.not_named"))


def _has_post(actor: Actor, today: RosterDay) -> bool:
    """Whoever holds a post in the mechanism never acts for an applicant through a link or code that came their way:
    who handles a matter must not be able to evaluate it."""
    return actor.kind == "person" and bool(today.posts_of(actor.id))
