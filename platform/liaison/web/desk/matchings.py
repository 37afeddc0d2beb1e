"""Matchings 结对: who is joined with whom, my own partners first; for who sees all of it also who lacks a partner, who
has too many, how the load lies, and who was joined before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from flask import abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from liaison.definitions import Matching
from liaison.roster import Joined, Pair, Partners, joined, lacking
from liaison.store import Page, PairKept, grants_of, lookup, matched_parties, pairs_over

from .. import permissions, pictures, visit
from ..exporting import List, hand_out
from ..sheets import Head
from ..sides import side_title
from . import blueprint, objects
from .asked import ROWS, number_asked, pages
from .frame import page
from .room import Room, here

_ADMINISTERED = "admin_roster.matching"
_CHARTED = 32
"""More partners than these are charted by how many have how many."""
_WIDE = 440
"""Width of the chart: narrow, so that a phone does not make its words too small."""
_NAMED = 40
"""Partners named in a row; of more it says how many."""
_WHICH = ("mine", "all", "alone", "crowded", "before")
_FIRST = 8
"""Partners of one's own above all the others."""


@dataclass(frozen=True)
class Standing:
    """A matching as this person may see it today. `at`: the side whose members are the rows, 0 left and 1 right."""

    room: Room
    matching: Matching
    joined: Joined
    at: int

    @property
    def whole(self) -> bool:
        """Whether this person sees all of it."""
        return objects.sight(self.room).whole

    @property
    def own(self) -> frozenset[str]:
        """Through whom this person is in pairs."""
        return objects.sight(self.room).own

    @cached_property
    def since(self) -> Mapping[Pair, date | None]:
        """The pairs in force and from when on."""
        today = self.room.around.today
        return {
            (one.left, one.right): one.first_day
            for one in today.roster.pairs
            if one.matching == self.matching.key and one.covers(today.day)
        }

    @cached_property
    def mine(self) -> list[tuple[str, str, date | None]]:
        """My own pairs: who of mine, with whom, since when."""
        own, ways = self.own, ((pair, since, at) for pair, since in self.since.items() for at in (0, 1))
        return [(pair[at], pair[1 - at], since) for pair, since, at in ways if pair[at] in own]

    @property
    def rows_of(self) -> Partners:
        """The side whose members are the rows."""
        return self.joined.sides[self.at]

    @cached_property
    def partners(self) -> Mapping[str, Sequence[str]]:
        """Each member of that side → its partners, those who are there."""
        found: dict[str, list[str]] = {key: [] for key in self.rows_of.known}
        for pair in self.joined.whole:
            found[pair[self.at]].append(pair[1 - self.at])
        return found

    def title(self, at: int) -> str:
        """What stands on a side, in a word."""
        return side_title(self.room.mechanism.definition, (self.matching.left, self.matching.right)[at])

    def called(self, key: str, at: int) -> str:
        """What a member of a side is called, whoever is there no more too."""
        return (self.joined.left, self.joined.right)[at].get(key) or objects.called(self.room, key)


# ── Pages ────────────────────────────────────────────────────────────────────────────────────────────────────────


@blueprint.get("/matchings")
@permissions.opens_to(permissions.DESK)
def matchings() -> ResponseReturnValue:
    """On to the first matching, or the first in which this person is."""
    room = here()
    known = room.around.today.roster.matchings
    if not known:
        abort(404)
    own = objects.sight(room).own
    mine = (key for key in known if any(own.intersection(pair) for pair in room.around.today.pairs(key)))
    return redirect(url_for(".matching", matching=next(mine, next(iter(known)))))


@blueprint.get("/matchings/<matching>")
@permissions.opens_to(permissions.DESK)
def matching(matching: str) -> ResponseReturnValue:
    """One matching."""
    room = here()
    standing = _standing(room, matching)
    offered = [*_offered(standing)]
    which = request.args.get("which", "")
    which = which if which in offered else "all" if standing.whole else "mine"
    shown = {"before": _before, "mine": _mine}.get(which, _now)(standing, which)
    return page(
        "desk/matching.html",
        current="matchings",
        matching=standing.matching,
        tabs=[
            {"title": one.title, "href": url_for(".matching", matching=key), "current": key == matching}
            for key, one in room.around.today.roster.matchings.items()
        ],
        whole=standing.whole,
        rule=_rule(standing),
        which=which,
        views=[
            {
                "title": _said(f"which_{key}"),
                "href": _address(standing, which=key),
                "current": key == which,
                "count": count,
            }
            for key, count in _offered(standing).items()
        ],
        turned=[
            {
                "key": ("left", "right")[at],
                "title": standing.title(at),
                "href": _address(standing, at=at, which=which),
                "current": at == standing.at,
            }
            for at in (0, 1)
        ],
        lacks=[visit.spoken(one.message) for one in lacking(standing.joined)] if standing.whole else [],
        chart=_chart(standing) if standing.whole and which == "all" else None,
        mine=_own(standing, standing.mine[:_FIRST]) if which == "all" else [],
        mine_href=_address(standing, which="mine"),
        administered=_administered(standing),
        file=lambda ending: url_for(".matching_file", matching=matching, **{"as": ending}),
        **shown,
    )


@blueprint.get("/matchings/<matching>/file")
@permissions.opens_to(permissions.DESK)
def matching_file(matching: str) -> ResponseReturnValue:
    """The pairs in force, of those this person may see, as a file; who took it is logged."""
    room = here()
    standing = _standing(room, matching)
    heads = [Head(standing.title(0), "text"), Head(standing.title(1), "text"), Head(_said("since"), "date")]
    return hand_out(
        List(
            standing.matching.title,
            room.installed.organisation,
            heads,
            [list(_lines(standing))],
            {"installation": room.installed.id, "list": "matching", "matching": matching},
        )
    )


def _standing(room: Room, key: str) -> Standing:
    """404: the mechanism has no such matching."""
    known = room.around.today.roster.matchings.get(key) or abort(404)
    with visit.database().read() as connection:
        parties = matched_parties(connection, room.installed.organisation, [known], room.around.today.day)
    found = joined(known, room.around.today, parties)
    # Whoever looks after several is looked at first, else there would be a page of one line each.
    usual = 0 if len(found.left) <= len(found.right) else 1
    asked = request.args.get("by", "")
    return Standing(room, known, found, {"left": 0, "right": 1}.get(asked, usual))


def _lines(standing: Standing) -> Iterator[list[Any]]:
    for (left, right), since in standing.since.items():
        if standing.whole or standing.own.intersection((left, right)):
            yield [standing.called(left, 0), standing.called(right, 1), since]


# ── What stands on the page ──────────────────────────────────────────────────────────────────────────────────────


def _now(standing: Standing, which: str) -> dict[str, Any]:
    """The members of one side with their partners: heads, a page of rows, and its foot."""
    side, number = standing.rows_of, number_asked()
    search = " ".join(request.args.get("q", "").split())[:80]
    members = {"all": side.known, "alone": side.alone, "crowded": side.crowded}[which]
    keys = [key for key in members if search.casefold() in side.known[key].casefold()]
    here_ = keys[(number - 1) * ROWS : number * ROWS]
    named = [key for one in here_ for key in (one, *standing.partners[one][:_NAMED])]
    ways = objects.links(standing.room, named)
    return {
        "search": search,
        "rows": [_row(standing, key, ways) for key in here_],
        "heads": {"member": standing.title(standing.at), "partners": standing.title(1 - standing.at)},
        "pages": pages(
            number, Page((), len(keys), False), lambda to: _address(standing, which=which, q=search, page=to),
            rows=len(here_),
        ),
        "empty": "searched" if search else which,
    }  # fmt: skip


def _row(standing: Standing, key: str, ways: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    side, partners = standing.rows_of, standing.partners[key]

    def since(partner: str) -> date | None:
        pair = (key, partner) if standing.at == 0 else (partner, key)
        return standing.since.get(pair)

    return {
        **ways[key],
        "partners": [{**ways[one], "since": since(one)} for one in partners[:_NAMED]],
        "more": max(len(partners) - _NAMED, 0),
        "count": len(partners),
        "amiss": "alone" if key in side.alone else "crowded" if key in side.crowded else "",
    }


def _before(standing: Standing, _which: str) -> dict[str, Any]:
    """Pairs that have ended, the latest first."""
    room, number = standing.room, number_asked()
    with visit.database().read() as connection:
        found, total = pairs_over(
            connection, room.installed.id, standing.matching.key, room.around.today.day,
            None if standing.whole else standing.own, offset=(number - 1) * ROWS, limit=ROWS,
        )  # fmt: skip
        gone = lookup.names(connection, {key for one in found for key in one.pair})
    ways = objects.links(room, (key for one in found for key in one.pair))
    return {
        "ended": [_ended(one, ways, gone) for one in found],
        "heads": {"left": standing.title(0), "right": standing.title(1)},
        "pages": pages(
            number, Page((), total, False), lambda to: _address(standing, which="before", page=to), rows=len(found)
        ),
        "empty": "before",
    }


def _ended(one: PairKept, ways: Mapping[str, Mapping[str, str]], gone: Mapping[str, str]) -> dict[str, Any]:
    def way(key: str) -> dict[str, str]:
        known = ways[key]
        return {**known, "label": gone.get(key, known["label"]) if known["label"] == key else known["label"]}

    return {"left": way(one.left), "right": way(one.right), "first": one.first_day, "last": one.last_day}


def _mine(standing: Standing, _which: str) -> dict[str, Any]:
    """My own partners: a page of them."""
    mine, number = standing.mine, number_asked()
    shown = mine[(number - 1) * ROWS : number * ROWS]
    return {
        "own": _own(standing, shown),
        "pages": pages(
            number, Page((), len(mine), False), lambda to: _address(standing, which="mine", page=to), rows=len(shown)
        ),
        "empty": "mine",
    }


def _own(standing: Standing, some: Sequence[tuple[str, str, date | None]]) -> list[dict[str, Any]]:
    ways = objects.links(standing.room, (key for me, other, _ in some for key in (me, other)))
    return [{"me": ways[me]["label"], "partner": ways[other], "since": since} for me, other, since in some]


def _offered(standing: Standing) -> dict[str, int | None]:
    """What of the matching one may look at, with how many there are, where that is known."""
    side, mine = standing.rows_of, len(standing.mine)
    counts: dict[str, int | None] = {"mine": mine, "all": len(side.known), "alone": len(side.alone),
                                     "crowded": len(side.crowded), "before": None}  # fmt: skip
    shown = {"before", "mine"} if not standing.whole else {"all", "before", *(key for key, n in counts.items() if n)}
    return {key: counts[key] for key in _WHICH if key in shown}


def _rule(standing: Standing) -> list[str]:
    """How many partners each side has by the rules, how many there are, and whether pairs rotate."""
    told = []
    for at in (0, 1):
        side = (standing.matching.left, standing.matching.right)[at]
        least, most = side.minimum, side.maximum
        how = (
            "any" if not least and most is None else "least" if most is None else "exactly" if least == most else "most"
        )
        how = "between" if how == "most" and least else how
        told.append(visit.sentence(f"desk.matching_each_{how}", side=standing.title(at), least=least, most=most or 0))
    if standing.matching.rotates != "no":
        first = min((day for day in standing.since.values() if day is not None), default=None)
        told.append(_said(f"rotates_{standing.matching.rotates}"))
        if first is not None and standing.whole:
            told.append(visit.sentence("desk.matching_longest", first=first))
    return told


def _chart(standing: Standing) -> dict[str, Any] | None:
    """The load: how many partners each member has; of many members, how many have how many."""
    loads = {key: len(some) for key, some in standing.partners.items()}
    if len(loads) < 2:
        return None
    title = standing.title(standing.at)
    if len(loads) <= _CHARTED:
        points = [(standing.rows_of.known[key], float(count)) for key, count in loads.items()]
        said = visit.sentence("desk.matching_load", side=title)
    else:
        counts = sorted(set(loads.values()))
        points = [
            (visit.sentence("desk.matching_so_many", count=count), float(list(loads.values()).count(count)))
            for count in counts
        ]
        said = visit.sentence("desk.matching_spread", side=title)
    return {"title": said, "picture": pictures.chart(points, width=_WIDE, height=180)}


def _address(standing: Standing, **changes: Any) -> str:
    kept = {"by": request.args.get("by", ""), **changes}
    at = kept.pop("at", None)
    if at is not None:
        kept["by"] = ("left", "right")[at]
    said = {name: value for name, value in kept.items() if value}
    return url_for(".matching", matching=standing.matching.key, **said)


def _administered(standing: Standing) -> str:
    """Where pairs are set, for who may: the page of the administration, where the site has one."""
    installed = standing.room.installed
    if _ADMINISTERED not in current_app.view_functions:
        return ""
    with visit.database().read() as connection:
        granted = [
            one for one in grants_of(connection, standing.room.actor.id, visit.today()) if one.role == "configurer"
        ]
        place = next((one for one in lookup.organisations(connection) if one.id == installed.organisation), None)
    on = {one.on_id for one in granted if one.on_kind == "organisation"}
    reached = place is not None and place.within(on)
    if not reached and installed.id not in {one.on_id for one in granted if one.on_kind == "installation"}:
        return ""
    return url_for(_ADMINISTERED, installation=installed.id, matching=standing.matching.key)


def _said(code: str) -> str:
    return visit.sentence(f"desk.matching_{code}")
