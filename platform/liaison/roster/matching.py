"""Matchings 结对: who may come together, what of it is amiss on a day, and an even proposal for a person to confirm."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from liaison.definitions import Matching, Side
from liaison.texts import Message

from .model import Lack, Party
from .today import Pair, RosterDay

_NAMED = 5
"""Partners called by name in one message; of more it says how many."""


@dataclass(frozen=True)
class Partners:
    """One side of a matching on a day: who stands there, in order, with what they are called, how many partners each
    has, and who is in a pair and stands here no more (a unit closed, a post given up)."""

    side: Side
    known: Mapping[str, str]
    had: Counter[str]
    gone: tuple[str, ...]

    @property
    def alone(self) -> tuple[str, ...]:
        """Who has fewer partners than they must have."""
        return tuple(key for key in self.known if self.had[key] < self.side.minimum)

    @property
    def crowded(self) -> tuple[str, ...]:
        """Who has more than they may have."""
        most = self.side.maximum
        return tuple(key for key in self.known if most is not None and self.had[key] > most)


@dataclass(frozen=True)
class Joined:
    """A matching on a day: who stands on each side, with what they are called, and the pairs in force."""

    matching: Matching
    left: Mapping[str, str]
    right: Mapping[str, str]
    pairs: tuple[Pair, ...]

    @cached_property
    def whole(self) -> tuple[Pair, ...]:
        """The pairs of which both are there: whoever is there no more is nobody's partner."""
        return tuple((left, right) for left, right in self.pairs if left in self.left and right in self.right)

    @cached_property
    def sides(self) -> tuple[Partners, Partners]:
        """Left and right."""
        lefts, rights = Counter(left for left, _ in self.whole), Counter(right for _, right in self.whole)
        gone = (
            tuple(dict.fromkeys(left for left, _ in self.pairs if left not in self.left)),
            tuple(dict.fromkeys(right for _, right in self.pairs if right not in self.right)),
        )
        return (
            Partners(self.matching.left, self.left, lefts, gone[0]),
            Partners(self.matching.right, self.right, rights, gone[1]),
        )


def joined(matching: Matching, today: RosterDay, parties: Iterable[Party] = ()) -> Joined:
    """The matching as it stands today; `parties`: the directory, or as much of it as the matching joins."""
    directory = [party for party in parties if party.covers(today.day)]
    pairs = today.pairs(matching.key)
    return Joined(
        matching, _members(matching.left, today, directory), _members(matching.right, today, directory), pairs
    )


def _members(side: Side, today: RosterDay, directory: Sequence[Party]) -> Mapping[str, str]:
    match side.kind:
        case "unit_kind":
            return {unit.key: unit.title for unit in today.units_of_kind(side.key)}
        case "post":
            holders = dict.fromkeys(held.person for held in today.holders(side.key) if not held.instead_of)
            found = ((key, today.person(key)) for key in holders)
            return {key: person.name if person else key for key, person in found}
        case "party":
            return {party.id: party.name for party in directory if party.kind == side.key}


def unmatched(today: RosterDay, parties: Collection[Party] = ()) -> tuple[Lack, ...]:
    """Holes and doubles of every matching today: what stands in the way of putting a mechanism in force."""
    return tuple(lack for one in today.roster.matchings.values() for lack in lacking(joined(one, today, parties)))


def lacking(one: Joined) -> Iterable[Lack]:
    """What of a matching is amiss: who is left out, who has too many partners, who is there no more."""
    for partners in one.sides:
        side = partners.side
        for what, keys, numbers in (
            ("alone", partners.alone, {"minimum": side.minimum}),
            ("crowded", partners.crowded, {"maximum": side.maximum}),
            ("gone", partners.gone, {}),
        ):
            if keys:
                named = [partners.known.get(key, key) for key in keys[:_NAMED]]
                who = [*named, "…"] if len(keys) > _NAMED else named
                told = {"matching": one.matching.title, "count": len(keys), "who": who, **numbers}
                yield Lack(one.matching.key, keys, Message(f"roster.{what}", told))


def misfits(one: Joined, pairs: Iterable[Pair], apart: Collection[Pair] = ()) -> Iterator[Message | None]:
    """Of each pair why the two cannot come together, or None; those that can count for the next. `apart`: who must
    not, having been together before."""
    together, left_out = set(one.pairs), set(apart)
    had = tuple(partners.had.copy() for partners in one.sides)
    for pair in pairs:
        why = _misfit(one, pair, together, left_out, had)
        if why is None:
            together.add(pair)
            for key, count in zip(pair, had, strict=True):
                count[key] += 1
        yield why


def _misfit(
    one: Joined, pair: Pair, together: set[Pair], apart: set[Pair], had: tuple[Counter[str], ...]
) -> Message | None:
    for key, partners in zip(pair, one.sides, strict=True):
        if key not in partners.known:
            return Message("roster.not_offered", {"who": key})
    names = {"left": one.left[pair[0]], "right": one.right[pair[1]]}
    if pair in together:
        return Message("roster.paired_already", names)
    if pair in apart:
        return Message("roster.not_again", names)
    for key, partners, count in zip(pair, one.sides, had, strict=True):
        if partners.side.maximum is not None and count[key] >= partners.side.maximum:
            return Message("roster.has_enough", {"who": partners.known[key]})
    return None


def proposal(one: Joined, apart: Collection[Pair] = ()) -> tuple[Pair, ...]:
    """New pairs beside those in force, so that whoever must have partners has them, as evenly as can be: nobody gets
    one more while somebody could do with one less. Whatever it is asked again, it answers the same. Whom nobody can
    be found for stays alone."""
    known = set(one.whole)
    first = _spread(one.matching.left, one.left, one.matching.right, one.right, known, {*known, *apart})
    known |= set(first)
    turned = [{(right, left) for left, right in some} for some in (known, {*known, *apart})]
    second = _spread(one.matching.right, one.right, one.matching.left, one.left, *turned)
    order = {key: at for at, key in enumerate((*one.left, *one.right))}
    return tuple(
        sorted([*first, *((left, right) for right, left in second)], key=lambda pair: [order[key] for key in pair])
    )


def _spread(
    side: Side, needy: Iterable[str], other: Side, givers: Iterable[str], pairs: set[Pair], apart: set[Pair]
) -> list[Pair]:
    """New pairs (needy, giver) that give each of `needy` its minimum. The most that a giver may have rises step by
    step; at each step as many as possible are placed, others making room where that helps."""
    had, load = Counter(key for key, _ in pairs), Counter(giver for _, giver in pairs)
    turns = [(turn, key) for key in needy for turn in range(side.minimum - had[key])]
    waiting = [key for _, key in sorted(turns, key=lambda turn: turn[0])]
    given: dict[str, dict[str, None]] = {giver: {} for giver in givers}
    level = min((load[giver] for giver in given), default=0)
    top = max((load[giver] for giver in given), default=0) + len(waiting)
    while waiting and given and level < top:
        level += 1
        most = level if other.maximum is None else min(level, other.maximum)
        room = Counter({giver: most - load[giver] - len(given[giver]) for giver in given})
        still: list[str] = []
        for at, key in enumerate(waiting):
            if not any(free > 0 for free in room.values()):
                still += waiting[at:]
                break
            if not _place(key, given, room, apart):
                still.append(key)
        waiting = still
    return [(key, giver) for giver, keys in given.items() for key in keys]


def _place(key: str, given: dict[str, dict[str, None]], room: Counter[str], apart: set[Pair]) -> bool:
    """Give `key` a giver; where none is free, look for a chain of moves that makes one free."""
    leaves: dict[str, str] = {key: ""}
    """Who would move → the giver left; `key` leaves nobody."""
    reached: set[str] = set()
    came: dict[str, str] = {}
    """Giver → who would move there."""
    queue = [key]
    for one in queue:
        open_to = [giver for giver, keys in given.items() if one not in keys and (one, giver) not in apart]
        free = next((giver for giver in open_to if room[giver] > 0), "")
        if free:
            room[free] -= 1
            while free:
                given[free][one] = None
                free, taken = leaves[one], one
                if free:
                    del given[free][taken]
                    one = came[free]
            return True
        for giver in open_to:
            if giver not in reached:
                reached.add(giver)
                came[giver] = one
                for other in given[giver]:
                    if other not in leaves:
                        leaves[other] = giver
                        queue.append(other)
    return False
