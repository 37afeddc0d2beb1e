"""What a list is asked for: its address says everything, so that a link to it is a saved view."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

from flask import abort, request, url_for

from liaison.definitions import Json, StateKind, View
from liaison.store import Entry, Page, Wanted

from .. import show, visit
from ..typed import whole
from . import objects
from .branch import Branch
from .columns import label_of, open_fields
from .lit import LIGHTS, lit, terms_of
from .room import Room

ROWS = 40
"""Rows of a page: what a desktop screen holds without scrolling far."""
_MOST_PAGES = 500
STANDINGS = ("open", "done")
_FACETS = ("category", "level", "lead_unit", "region", "result", "rating")
"""The facets one may filter by, where the type has them."""


class Filters(Protocol):
    """What a list may be narrowed by (`offered`: filter → value → what it is called) and is (`given`)."""

    @property
    def offered(self) -> Mapping[str, Mapping[str, str]]: ...
    @property
    def given(self) -> Mapping[str, str]: ...
    def title_of(self, name: str, /) -> str: ...
    def address(self, **changes: Any) -> str: ...


def chips_of(filters: Filters) -> list[dict[str, str]]:
    """The filters in force, each with the way to take it away."""
    return [
        {
            "label": filters.title_of(name),
            "value": filters.offered[name][value],
            "remove_href": filters.address(**{name: ""}),
        }
        for name, value in filters.given.items()
    ]


def selects_of(filters: Filters) -> list[dict[str, Any]]:
    """The filters one may add."""
    return [
        {
            "name": name,
            "label": filters.title_of(name),
            "choices": [
                {"key": value, "label": label, "selected": filters.given.get(name) == value}
                for value, label in choices.items()
            ],
        }
        for name, choices in filters.offered.items()
    ]


@dataclass(frozen=True)
class Asked:
    """The list of a view as the address asks for it. `given`: filter → value, only those that are offered. `about`: of
    records that name this entry of the directory; `branch`: the part of a task tree it is narrowed to."""

    room: Room
    view: View
    search: str = ""
    given: Mapping[str, str] = field(default_factory=dict)
    sort: str = ""
    number: int = 1
    about: Entry | None = None
    branch: Branch | None = None

    @classmethod
    def of(cls, room: Room, view: View) -> Asked:
        """What this request asks for; what the list does not know is left out. 404: whom the records are to name is
        nobody this person may see, or the records name nobody."""
        asked = cls(room, view)
        number = request.args.get("page", "1")
        sort = request.args.get("sort", "")
        given = {name: value for name, value in request.args.items() if value in asked.offered.get(name, {})}
        return cls(
            room,
            view,
            request.args.get("q", "").strip()[:80],
            given,
            sort if asked.sortable(sort.removeprefix("-")) else "",
            min(max(whole(number, 1), 1), _MOST_PAGES),
            _about(room, view),
            Branch.of(room, view, request.args.get("branch", "")),
        )

    @cached_property
    def paths(self) -> Mapping[str, str]:
        """Filter → the path it reads: the state and the facets this person may always read."""
        facets = self.room.mechanism.record_type(self.view.of).facets
        columns, fields = self.room.columns(self.view.of), self._open
        found = {"state": "record.state"}
        found |= {one: facets[one] for one in _FACETS if one in facets and facets[one] in columns.keys() & fields}
        return found

    @cached_property
    def _open(self) -> frozenset[str]:
        return open_fields(self.room, self.view.of)

    @cached_property
    def offered(self) -> Mapping[str, Mapping[str, str]]:
        """Filter → value → what it is called."""
        found: dict[str, Mapping[str, str]] = {}
        if terms_of(self.room, self.view.of):
            found["light"] = {one: visit.sentence(f"desk.light_{one}") for one in LIGHTS}
        if self.ends:
            found["standing"] = {one: visit.sentence(f"desk.standing_{one}") for one in STANDINGS}
        found |= {name: dict(self._choices(path)) for name, path in self.paths.items()}
        return {name: choices for name, choices in found.items() if choices}

    def _choices(self, path: str) -> Iterator[tuple[str, str]]:
        if path == "record.state":
            for state in self.room.mechanism.definition.lifecycles[self.view.of].states.values():
                yield state.key, state.title
            return
        known = self.room.mechanism.fields[self.view.of][path]
        if known.codes is not None:
            values = list(known.codes.codes)
        else:
            values = [choice.value for choice in self.room.around.options(known.kind, {}, self.room.now.date())]
        for value in values:
            yield value, label_of(self.room, self.view.of, path, value)

    def title_of(self, name: str) -> str:
        """What a filter is called."""
        path = self.paths.get(name, "")
        fields = self.room.mechanism.fields[self.view.of]
        return fields[path].title if path in fields else visit.sentence(f"desk.filter_{name}")

    def sortable(self, path: str) -> bool:
        """Whether the list can be ordered by a path without telling what it does not show."""
        column = self.room.columns(self.view.of).get(path)
        fields = self.room.mechanism.fields[self.view.of]
        if column is None or getattr(column, "many", False):
            return False
        # Records stand in the order of their ids, which says nothing.
        return path not in fields or (path in self._open and fields[path].kind != "record")

    @property
    def wanted(self) -> Wanted:
        """The same for the store."""
        filters = [self.view.filter] if self.view.filter is not None else []
        filters += [self._filter(name, value) for name, value in self.given.items()]
        if self.about is not None:
            filters.append(objects.naming(self.room, self.view.of, self.about))
        if self.branch is not None:
            filters += self.branch.filters
        order = (self.sort,) if self.sort else self.view.order
        return Wanted(self.room.installed.id, self.view.of, tuple(filters), self.search, order)

    def _filter(self, name: str, value: str) -> Json:
        match name:
            case "light":
                return lit(self.room, self.view.of, value)
            case "standing":
                return {"==": [{"var": "record.done"}, value == "done"]}
        return {"==": [{"var": self.paths[name]}, value]}

    @property
    def ends(self) -> bool:
        """Whether some records of the type are done and others are not."""
        states = self.room.mechanism.definition.lifecycles[self.view.of].states.values()
        return len({one.kind is StateKind.DONE for one in states}) > 1

    # ── Addresses ────────────────────────────────────────────────────────────────────────────────────────────────

    def address(self, endpoint: str = ".ledger", **changes: Any) -> str:
        """This list with something changed; an empty value takes it away. It begins at the first page again."""
        kept: dict[str, Any] = {**self.said, **changes}
        return url_for(endpoint, view=self.view.key, **{name: value for name, value in kept.items() if value})

    def file(self, ending: str) -> str:
        """Where this list is handed out as a file."""
        return self.address("desk.export", **{"as": ending})

    @property
    def narrowed(self) -> bool:
        """Whether anything was asked for that the view itself does not ask."""
        return bool(self.search or self.given or self.about or self.branch)

    @property
    def said(self) -> dict[str, str]:
        """What the address says beside the page: what is worth saving."""
        about = self.about.id if self.about is not None else ""
        branch = self.branch.said if self.branch is not None else ""
        asked = {"q": self.search, "sort": self.sort, "object": about, "branch": branch, **self.given}
        return {name: value for name, value in asked.items() if value}

    @property
    def in_words(self) -> str:
        """What the list is narrowed to, as a name for it."""
        about = self.about.name if self.about is not None else ""
        branch = self.branch.in_words if self.branch is not None else ""
        return show.listed(
            [self.search, about, branch, *(self.offered[name][value] for name, value in self.given.items())]
        )

    @property
    def kept(self) -> dict[str, str]:
        """What the form of the filters must carry along."""
        return {name: value for name, value in self.said.items() if name not in self.given}

    @property
    def chips(self) -> list[dict[str, str]]:
        """The filters in force."""
        about, branch = self.about, self.branch
        named, within = [], []
        if about is not None:
            label = visit.sentence("desk.filter_object")
            named = [{"label": label, "value": about.name, "remove_href": self.address(object="")}]
        if branch is not None:
            within = [{"label": branch.tree.title, "value": branch.in_words, "remove_href": self.address(branch="")}]
        return [
            *named,
            *within,
            *chips_of(self),
        ]

    @property
    def selects(self) -> list[dict[str, Any]]:
        """The filters one may add."""
        return selects_of(self)

    def heads(self, columns: Any) -> list[dict[str, Any]]:
        """The columns with their ways to sort."""
        return [
            {
                "key": one.path,
                "title": one.title,
                "kind": one.kind,
                "fact": one.fact,
                "sorted": {one.path: "asc", f"-{one.path}": "desc"}.get(self.sort, "") if self.sort else "",
                "sort_href": self.address(sort=f"-{one.path}" if self.sort == one.path else one.path)
                if self.sortable(one.path) and not self.search
                else "",
            }
            for one in columns
        ]

    def pages(self, found: Page) -> dict[str, Any]:
        """The foot of the list."""
        return pages(self.number, found, lambda number: self.address(page=number))


def _about(room: Room, view: View) -> Entry | None:
    """The entry of the directory that the address names."""
    id_ = request.args.get("object", "")
    if not id_:
        return None
    entry = objects.seen(room, [id_]).get(id_) or abort(404)
    return entry if objects.naming(room, view.of, entry) is not None else abort(404)


def number_asked() -> int:
    """The page this request asks for, counted from 1."""
    asked = request.args.get("page", "1")
    return max(int(asked), 1) if asked.isdecimal() and len(asked) < 4 else 1


def pages(number: int, found: Page, address: Any, *, rows: int | None = None) -> dict[str, Any]:
    """What `pagination` draws. `address(number)` leads to a page; `rows`: how many it shows, where those are not the
    records of `found`."""
    last = max(1, -(-found.total // ROWS))
    near = [one for one in range(1, last + 1) if one in (1, last) or abs(one - number) <= 2]
    shown: list[dict[str, Any] | None] = []
    for one in near:
        if shown and shown[-1] and one - shown[-1]["number"] > 1:
            shown.append(None)
        shown.append({"number": one, "href": address(one), "current": one == number})
    first = (number - 1) * ROWS
    rows = len(found.records) if rows is None else rows
    return {
        "total": visit.sentence("desk.more_than", count=found.total) if found.more else found.total,
        "first": first + 1 if rows else 0,
        "last": first + rows,
        "previous_href": address(number - 1) if number > 1 else "",
        "next_href": address(number + 1) if number < last else "",
        "pages": shown if last > 1 else (),
    }
