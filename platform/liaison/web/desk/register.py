"""The register of objects 对象名录: those the mechanism serves, and the page of one, with its partners and all that is
on file of it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from liaison.calendars import ZONE
from liaison.definitions import Json, Matching, Side, View
from liaison.engine import Record
from liaison.store import Counted, Entry, Page, PairKept, Wanted, lookup, partners_kept, records, register, tally

from .. import permissions, show, visit
from ..exporting import MOST, List, hand_out
from ..sheets import Head
from ..sides import party_kind
from . import blueprint, columns, objects, own_columns
from .asked import ROWS, Asked, chips_of, number_asked, pages, selects_of
from .frame import page
from .lit import lit
from .room import Room, here, room_of

_VIEW = "~register"
"""What the list is called where its columns are kept: no ledger can be."""
_ALONE = "~"
"""The choice among partners that says: none."""
_LATEST = 8
"""Records of a type on the page of an object; the others are in the ledger."""
_MOST_PAIRS = 200
"""Partners of an object, present and past, that its page tells of."""
_CHUNK = 500


@dataclass(frozen=True)
class Narrowed:
    """The register as the address asks for it. `given`: filter → value, only those that are offered."""

    room: Room
    offered: Mapping[str, Mapping[str, str]]
    """Filter → value → what it is called."""
    search: str
    given: Mapping[str, str]
    sort: str
    number: int

    @classmethod
    def of(cls, room: Room) -> Narrowed:
        """What this request asks for; what the register does not know is left out."""
        search, offered = " ".join(request.args.get("q", "").split())[:80], _offered(room)
        given = {name: value for name, value in request.args.items() if value in offered.get(name, {})}
        sort = request.args.get("sort", "")
        return cls(
            room, offered, search, given, sort if sort.removeprefix("-") in register.ORDERS else "", number_asked()
        )

    def title_of(self, name: str) -> str:
        """What a filter is called."""
        matching = self.room.around.today.roster.matchings.get(name.removeprefix("with."))
        return matching.title if matching is not None else visit.sentence(f"desk.object_{name}")

    @property
    def sought(self) -> register.Sought:
        """The same for the store."""
        joined = tuple(
            register.Partnered(one, side, "" if asked == _ALONE else asked, frozenset(_known(self.room, other)))
            for one, side, other in _joining(self.room)
            if (asked := self.given.get(f"with.{one.key}"))
        )
        given = self.given
        return register.Sought(
            self.search, given.get("kind", ""), given.get("region", ""), "closed" in given, joined, self.sort
        )

    def address(self, endpoint: str = ".register", **changes: Any) -> str:
        """This list with something changed; an empty value takes it away. It begins at the first page again."""
        kept: dict[str, Any] = {"q": self.search, "sort": self.sort, **self.given, **changes}
        return url_for(endpoint, **{name: value for name, value in kept.items() if value})

    @property
    def kept(self) -> dict[str, str]:
        """What the form of the filters must carry along."""
        return {name: value for name, value in (("q", self.search), ("sort", self.sort)) if value}

    def heads(self, drawn: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """The columns with their ways to sort."""
        return [
            {
                **one,
                "sorted": {one["key"]: "asc", f"-{one['key']}": "desc"}.get(self.sort, "") if self.sort else "",
                "sort_href": self.address(sort=f"-{one['key']}" if self.sort == one["key"] else one["key"])
                if one["key"] in register.ORDERS
                else "",
            }
            for one in drawn
        ]

    def file(self, ending: str) -> str:
        """Where this list is handed out as a file."""
        return self.address(".register_file", **{"as": ending})

    @property
    def chips(self) -> list[dict[str, str]]:
        """The filters in force."""
        return chips_of(self)

    @property
    def selects(self) -> list[dict[str, Any]]:
        """The filters one may add."""
        return selects_of(self)


def _offered(room: Room) -> Mapping[str, Mapping[str, str]]:
    with visit.database().read() as connection:
        regions = register.regions(connection, objects.register_of(room))
    found: dict[str, Mapping[str, str]] = {
        "kind": {kind: party_kind(kind) for kind in room.served} if len(room.served) > 1 else {},
        "region": dict(zip(regions, regions, strict=True)),
    }
    for one, _, other in _joining(room):
        alone = {_ALONE: visit.sentence("desk.object_alone")}
        found[f"with.{one.key}"] = {**alone, **{key: objects.called(room, key) for key in _known(room, other)}}
    found["closed"] = {"1": visit.sentence("desk.object_closed_too")}
    return {name: choices for name, choices in found.items() if choices}


# ── Pages ────────────────────────────────────────────────────────────────────────────────────────────────────────


@blueprint.get("/register", endpoint="register")
@permissions.opens_to(permissions.DESK)
def listed() -> ResponseReturnValue:
    """Those the mechanism serves, as far as this person may see them."""
    room = _serving()
    asking = Narrowed.of(room)
    shown = {one["key"] for one in _heads(room)}
    with visit.database().read() as connection:
        found, total = register.find(
            connection, objects.register_of(room), asking.sought, offset=(asking.number - 1) * ROWS, limit=ROWS
        )
        filed = register.on_file(connection, objects.register_of(room), [one.id for one in found])
    return page(
        "desk/register.html",
        current="register",
        asking=asking,
        whole=objects.sight(room).whole,
        heads=asking.heads(_heads(room)),
        offered=[{"key": key, "title": title, "shown": key in shown} for key, title in _offered_columns(room)],
        rows=[
            {"id": one.id, "href": url_for(".object", party=one.id), "cells": _cells(room, one, filed.get(one.id))}
            for one in found
        ],
        pages=pages(asking.number, Page((), total, False), lambda to: asking.address(page=to), rows=len(found)),
    )


@blueprint.post("/register/columns")
@permissions.opens_to(permissions.DESK)
def register_columns() -> ResponseReturnValue:
    """Keep the columns chosen for this browser; none chosen means all again."""
    room = _serving()
    offered = {key for key, _ in _offered_columns(room)}
    own_columns.keep(room, _VIEW, (key for key in request.form.getlist("column") if key in offered))
    return redirect(Narrowed.of(room).address(), 303)


@blueprint.get("/register/file", endpoint="register_file")
@permissions.opens_to(permissions.DESK)
def export() -> ResponseReturnValue:
    """What is listed as a file; who took it is logged."""
    room = _serving()
    heads = _heads(room)
    return hand_out(
        List(
            visit.sentence("desk.list_register"),
            room.installed.organisation,
            [Head(one["title"], one["kind"]) for one in heads],
            _rows(room, Narrowed.of(room).sought, heads),
            {"installation": room.installed.id, "list": "register"},
        )
    )


@blueprint.get("/register/<party>", endpoint="object")
@permissions.opens_to(permissions.DESK)
def object_(party: str) -> ResponseReturnValue:
    """One of those served 一企一档: who it is, its partners, and every record that names it and that this person may
    see, in this mechanism and in the others of the organisation on this person's desk."""
    room = _serving()
    entry = objects.seen(room, [party]).get(party)
    if entry is None:
        abort(403 if _exists(room, party) else 404)
    over = entry.last_day is not None and entry.last_day < visit.today()
    groups = _groups(room, entry)
    return page(
        "desk/object.html",
        current="register",
        entry=entry,
        kind=party_kind(entry.kind),
        over=over,
        facts=_facts(room, entry),
        partners=_partners(room, entry),
        groups=groups,
        beside=[
            {"title": other.installed.title, "groups": some}
            for other in _others(room)
            if entry.kind in other.served and (some := _groups(other, entry))
        ],
        ways_in=[] if over else objects.ways_in(room, entry),
        nothing=not any(one["total"] for one in groups),
    )


def _serving() -> Room:
    """The mechanism on the desk. 404: it serves nobody of the directory."""
    room = here()
    return room if room.served else abort(404)


def _exists(room: Room, party: str) -> bool:
    """Whether there is such an entry that the mechanism serves, for those who may see it."""
    found = room.around.parties.known([party]).get(party)
    return found is not None and found.kind in room.served


def _others(room: Room) -> Iterator[Room]:
    for installed in visit.desks():
        if installed.organisation == room.installed.organisation and installed.id != room.installed.id:
            yield room_of(installed)


# ── The list ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _joining(room: Room) -> Iterator[tuple[Matching, Side, Side]]:
    """The matchings on one side of which those served stand: that side, and the other."""
    for one in room.around.today.roster.matchings.values():
        for side, other in ((one.left, one.right), (one.right, one.left)):
            if side.kind == "party":
                yield one, side, other
                break


def _known(room: Room, side: Side) -> Sequence[str]:
    """Who stands on a side; of the directory nobody: it is too long to choose from."""
    today = room.around.today
    match side.kind:
        case "post":
            return today.appointed(side.key)
        case "unit_kind":
            return [unit.key for unit in today.units_of_kind(side.key)]
        case "party":
            return ()


def _offered_columns(room: Room) -> list[tuple[str, str]]:
    """The columns one may leave out, with what they are called: all but the name."""
    return [(one["key"], one["title"]) for one in _all_heads(room)[1:]]


def _heads(room: Room) -> list[dict[str, Any]]:
    """The columns this person has chosen, the name before them; all where none were."""
    chosen = own_columns.of(room, _VIEW)
    first, *others = _all_heads(room)
    return [first, *(one for one in others if one["key"] in chosen or not chosen)]


def _all_heads(room: Room) -> list[dict[str, Any]]:
    def head(key: str, title: str, kind: str = "text", fact: bool = False) -> dict[str, Any]:
        return {"key": key, "title": title, "kind": kind, "fact": fact}

    return [
        head("name", visit.sentence("desk.object_name"), "title", True),
        *([head("kind", visit.sentence("desk.object_kind"))] if len(room.served) > 1 else []),
        head("credit_code", visit.sentence("desk.object_credit_code")),
        head("region", visit.sentence("desk.object_region")),
        *(head(f"with.{one.key}", one.title, "text", True) for one, _, _ in _joining(room)),
        head("open", visit.sentence("desk.standing_open"), "number", True),
        head("total", visit.sentence("desk.object_total"), "number"),
        head("latest", visit.sentence("desk.object_latest"), "date"),
    ]


def _cells(room: Room, entry: Entry, filed: register.OnFile | None) -> dict[str, Any]:
    today = room.around.today
    return {
        "name": entry.name,
        "kind": party_kind(entry.kind),
        "credit_code": entry.credit_code,
        "region": entry.region,
        "open": filed.open if filed else 0,
        "total": filed.total if filed else 0,
        "latest": filed.latest.astimezone(ZONE).date() if filed else None,
        **{
            f"with.{one.key}": show.listed(objects.called(room, key) for key in today.partners(one.key, entry.id))
            for one, _, _ in _joining(room)
        },
    }  # fmt: skip


def _rows(room: Room, sought: register.Sought, heads: Sequence[Mapping[str, Any]]) -> Iterator[list[list[Any]]]:
    with visit.database().read() as connection:
        for offset in range(0, MOST + 1, _CHUNK):
            found, _ = register.find(connection, objects.register_of(room), sought, offset=offset, limit=_CHUNK)
            filed = register.on_file(connection, objects.register_of(room), [one.id for one in found])
            drawn = [_cells(room, one, filed.get(one.id)) for one in found]
            yield [[cells[one["key"]] for one in heads] for cells in drawn]
            if len(found) < _CHUNK:
                return


# ── One object ───────────────────────────────────────────────────────────────────────────────────────────────────


def _facts(room: Room, entry: Entry) -> list[dict[str, Any]]:
    """Who it is, as the directory knows it; with the unit it is in this roster."""
    found: list[dict[str, Any]] = [
        {"label": visit.sentence("desk.object_name"), "value": entry.name},
        {"label": visit.sentence("desk.object_kind"), "value": party_kind(entry.kind)},
        {"label": visit.sentence("desk.object_credit_code"), "value": entry.credit_code},
        {"label": visit.sentence("desk.object_region"), "value": entry.region},
    ]
    with visit.database().read() as connection:
        units = lookup.units_of(connection, entry.id)
    if ways := objects.links(room, (one.unit for one in units if one.installation == room.installed.id)):
        found.append({"label": visit.sentence("desk.object_unit"), "value": [*ways.values()], "kind": "links"})
    if entry.last_day is not None:
        said = visit.sentence("desk.object_until_day", day=entry.last_day)
        found.append({"label": visit.sentence("desk.object_until"), "value": said})
    return found


def _partners(room: Room, entry: Entry) -> list[dict[str, Any]]:
    """Its partners in every matching of the mechanism, with since when, and those of before, as pairs of `sheet`."""
    today = visit.today()
    with visit.database().read() as connection:
        kept = partners_kept(connection, room.installed.id, entry.id, limit=_MOST_PAIRS)
    ways = objects.links(room, (_other(one, entry) for _, one in kept))
    now: dict[str, list[dict[str, str]]] = defaultdict(list)
    before: dict[str, list[dict[str, str]]] = defaultdict(list)
    for key, one in kept:
        way = ways[_other(one, entry)]
        over = one.last_day is not None and one.last_day < today
        (before if over else now)[key].append({**way, "label": f"{way['label']}{_lasting(one)}"})
    found = []
    for matching, side, _ in _joining(room):
        if side.key != entry.kind and matching.key not in now | before:
            continue
        found.append({"label": matching.title, "value": now[matching.key] or None, "kind": "links"})
        if before[matching.key]:
            label = visit.sentence("desk.partners_before", matching=matching.title)
            found.append({"label": label, "value": before[matching.key], "kind": "links"})
    return found


def _other(one: PairKept, entry: Entry) -> str:
    return one.right if one.left == entry.id else one.left


def _lasting(one: PairKept) -> str:
    """From when and until when two are joined, behind a name."""
    if one.first_day is None and one.last_day is None:
        return ""
    if one.last_day is None:
        return visit.sentence("desk.joined_since", first=one.first_day)
    if one.first_day is None:
        return visit.sentence("desk.joined_until", last=one.last_day)
    return visit.sentence("desk.joined_between", first=one.first_day, last=one.last_day)


def _groups(room: Room, entry: Entry) -> list[dict[str, Any]]:
    """The records that name it, type by type: how many stand how, the latest of them, and the ledger of all."""
    types = [(one, named) for one in room.types if (named := objects.naming(room, one.key, entry)) is not None]
    with visit.database().read() as connection:
        groups = [_group(connection, room, type_.key, named, entry) for type_, named in types]
    return [one for one in groups if one["total"] or room.starts(one["key"])]


def _group(connection: Connection, room: Room, type_: str, named: Json, entry: Entry) -> dict[str, Any]:
    view = ledger_of(room, type_)
    asked = Asked(room, view, about=entry)
    narrowed = (named,) if view.filter is None else (view.filter, named)
    overdue = lit(room, type_, "overdue")
    counts = _counts(connection, room, Counted(type_, narrowed, by="record.done", hit=overdue))
    dated = _dated(room, view)
    wanted = Wanted(room.installed.id, type_, narrowed, order=view.order if dated else ())
    found = records(connection, visit.shelf(), visit.reach(), wanted, room.now, facts=room.facts, limit=_LATEST)
    chosen = columns.of_view(room, view)
    columns.learn(room, found.records, chosen)
    on_desk = room.installed.id == visit.desk().id and view.key in room.mechanism.definition.views
    ways = {"open": {"standing": "open"}, "overdue": {"light": "overdue"}, "done": {"standing": "done"}}
    return {
        "key": type_,
        "title": room.mechanism.record_type(type_).title if view.filter is None else view.title,
        "total": counts["open"] + counts["done"],
        "href": asked.address() if on_desk else "",
        "latest": _latest(room, type_, found.records, dated),
        "ways": [
            {
                "title": visit.sentence(f"desk.standing_{key}" if key != "overdue" else "desk.light_overdue"),
                "count": counts[key],
                "href": asked.address(**way) if on_desk and counts[key] else "",
            }
            for key, way in ways.items()
            if asked.ends and (counts[key] or key == "open")
        ],
        "heads": [{"key": one.path, "title": one.title, "kind": one.kind, "fact": one.fact} for one in chosen],
        "rows": [
            {"href": url_for(".record", record=one.id), "id": one.id, "cells": columns.cells(room, one, chosen)}
            for one in found.records
        ],
    }


def _dated(room: Room, view: View) -> str:
    """The date by which a ledger has the latest on top, a visit's say, where this person may always read it."""
    path = view.order[0].removeprefix("-") if view.order and view.order[0].startswith("-") else ""
    field = room.mechanism.fields[view.of].get(path)
    return path if field and field.kind == "date" and path in columns.open_fields(room, view.of) else ""


def _latest(room: Room, type_: str, some: Sequence[Record], dated: str) -> str:
    """When the latest of some records was: by the date their ledger goes by, else when it came."""
    first = next(iter(some), None)
    if first is None:
        return ""
    if dated and (day := first.values.get(dated)):
        return visit.sentence("desk.object_last", what=room.mechanism.fields[type_][dated].title, day=day)
    came = first.created_at.astimezone(ZONE).date().isoformat() if first.created_at else ""
    return visit.sentence("desk.object_last", what=visit.sentence("desk.object_registered"), day=came)


def _counts(connection: Connection, room: Room, counted: Counted) -> Counter[str]:
    """How many records are open, done, overdue: one query."""
    reach = {room.installed.id: visit.reach()[room.installed.id]}
    found = Counter[str]()
    for one in tally(connection, room.mechanism, reach, counted, room.now):
        found["done" if one.value else "open"] += one.records
        found["overdue"] += one.hits
    return found


def ledger_of(room: Room, type_: str) -> View:
    """The ledger that has all records of a type, else its first; else a list of what there usually is to see."""
    views = [one for one in room.views if one.of == type_]
    known = room.mechanism.record_type(type_)
    usual = ("record.number", "record.created", *known.facets.values(), "record.state")
    alone = View("", known.title, type_, tuple(dict.fromkeys(usual)))
    return next((one for one in views if one.filter is None), views[0] if views else alone)
