"""Indicator trees 指标体系: who scores what in a period, each number down to the records behind it, and publishing.

Objects are compared with one another, so that scores as the records now give them are shown to those who see every
record they rest on; everybody else sees what was published. A viewer of an organisation sees what the places that run
there and below it published, their objects compared together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from typing import Any

from flask import abort, flash, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue

from liaison.calendars import Period, period_from, period_of
from liaison.definitions import View
from liaison.engine import Refusal
from liaison.engine.figures import Metric
from liaison.engine.indicators import (
    WHOLE,
    Assessment,
    Publication,
    Scores,
    Tree,
    fits,
    frozen,
    may_publish,
    means,
    publish,
    together,
    trees_of,
)
from liaison.reports import assessment, csv_bytes, publish_scores, wanted
from liaison.store import Overseen, log, publications, records
from liaison.texts import Message

from .. import permissions, visit
from ..filters import number
from . import blueprint, columns, figures
from .asked import ROWS, number_asked, pages
from .frame import page
from .reading import TOTALS, place_of, spoken_period, whose
from .room import Room, room_of

_OFFERED = 8
"""How many periods one may choose, the running one included."""
Body = Mapping[str, Any]
"""A tree worked out, as `frozen` and publications have it."""


@dataclass(frozen=True)
class Sheet:
    """A tree for a period, as the address asks for it. `edition`: of what was published; 0: as the records are now."""

    room: Room
    tree: Tree
    period: Period
    edition: int | None
    over: Overseen | None = None

    @classmethod
    def of(cls, key: str) -> Sheet:
        """What this request asks for. 404: there is no such tree, or nothing at that place to see."""
        over, room = place_of()
        tree = trees_of(room.mechanism.definition).get(key)
        if tree is None:
            abort(404)
        asked = period_from(request.args.get("period", ""))
        last_full = period_of(room.now.date(), tree.span).shifted(-1)
        edition = request.args.get("edition", "")
        period = asked if asked is not None and asked.span is tree.span else last_full
        return cls(room, tree, period, int(edition) if edition.isdecimal() and len(edition) < 4 else None, over)

    @cached_property
    def live(self) -> bool:
        """Whether this person sees every record that the scores rest on, and they are of one place."""
        if self.over is not None:
            return False
        seen = visit.standings()[self.room.installed.id].scope.types
        return all(leaf.metric is not None and leaf.metric.of in seen for leaf in self.tree.leaves)

    @cached_property
    def published(self) -> Sequence[Publication]:
        """What was published for the period and the one before, in order."""
        with visit.database().read() as connection:
            return publications(
                connection, self.places or [self.room.installed.id], self.tree.key,
                self.period.shifted(-1).first, self.period.first,
            )  # fmt: skip

    def editions(self, period: Period) -> Sequence[Publication]:
        """What was published for a period; of several places nothing is published together."""
        return [one for one in self.published if one.period == period] if self.over is None else []

    # ── Of several places ────────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def places(self) -> Mapping[str, str]:
        """Installation → the organisation it runs in, where several are seen together; else nothing."""
        if self.over is None:
            return {}
        return {one.installation: one.title for one in self.over.places if one.mechanism == self.room.installed.key}

    def last(self, period: Period) -> Mapping[str, Publication]:
        """Installation → what it published last for a period."""
        return {one.installation: one for one in self.published if one.period == period}

    def counts(self, publication: Publication) -> bool:
        """Whether a place measures by this very tree."""
        installed = visit.standings()[publication.installation].installed
        there = trees_of(room_of(installed).mechanism.definition).get(self.tree.key)
        return fits(self.tree, there, publication)

    def together(self, period: Period) -> Assessment:
        """The objects of all places that published, compared."""
        fitting = {id_: one for id_, one in self.last(period).items() if self.counts(one)}
        return together(self.tree, fitting, self.places)

    # ── What is shown ────────────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def shown(self) -> Publication | None:
        """The publication on the page; None: the scores as they are now, if anything."""
        there = self.editions(self.period)
        if self.edition is None:
            return there[-1] if there else None
        return next((one for one in there if one.edition == self.edition), None)

    @cached_property
    def body(self) -> Body | None:
        """What the page shows; None: nothing was published, and what there is now is not for this person."""
        if self.shown is not None:
            return self.shown.body
        return self._now(self.period)

    @cached_property
    def before(self) -> Body | None:
        """The same of the period before: as it was published last, else as it is now."""
        earlier = self.period.shifted(-1)
        there = self.editions(earlier)
        return there[-1].body if there else self._now(earlier)

    def _now(self, period: Period) -> Body | None:
        done = self.assessed(period)
        return frozen(self.tree, done) if done is not None else None

    def assessed(self, period: Period) -> Assessment | None:
        """The scores as the values are now, worked out once; None: they are not for this person."""
        if period not in self._known:
            self._known[period] = self._assess(period)
        return self._known[period]

    @cached_property
    def _known(self) -> dict[Period, Assessment | None]:
        return {}

    def _assess(self, period: Period) -> Assessment | None:
        if self.over is not None:
            done = self.together(period)
            return done if done.objects else None
        if not self.live:
            return None
        room, now = self.room, self.room.now
        with visit.database().read() as connection:
            return assessment(connection, room.installed.id, room.mechanism, self.tree, period, room.around.today, now)

    @property
    def may_publish(self) -> bool:
        """Whether this person publishes what is on the page."""
        return self.live and may_publish(self.tree, self.room.actor, self.room.around.today)

    @property
    def waits(self) -> Message | None:
        """Why what is on the page cannot be published yet, whatever reason was given."""
        done = self.assessed(self.period) if self.shown is None and self.may_publish else None
        if done is None:
            return None
        room, earlier = self.room, self.editions(self.period)
        said = publish(
            self.tree, room.installed.id, self.period, done, earlier, room.actor, "…", room.around.today, room.now
        )
        return said.message if isinstance(said, Refusal) else None

    def address(self, endpoint: str = ".score_tree", **changes: Any) -> str:
        """This page with something changed."""
        edition = "" if self.edition is None else str(self.edition)
        kept: dict[str, Any] = {
            "tree": self.tree.key,
            "period": self.period.key,
            "edition": edition,
            **self.at,
            **changes,
        }
        return url_for(endpoint, **{name: value for name, value in kept.items() if value != ""})

    @property
    def at(self) -> dict[str, Any]:
        """What says in the address whose scores they are."""
        return {"at": self.over.id, "of": self.room.installed.key} if self.over is not None else {}


# ── Pages ────────────────────────────────────────────────────────────────────────────────────────────────────────


@blueprint.get("/scores")
@permissions.opens_to(TOTALS)
def scores() -> ResponseReturnValue:
    """On to the first tree; where there is none, to the first of what is overseen."""
    over, room = place_of()
    first = next(iter(trees_of(room.mechanism.definition)), None)
    if first is not None:
        kept: dict[str, Any] = {"at": over.id, "of": room.installed.key} if over is not None else {}
        return redirect(url_for(".score_tree", tree=first, **kept))
    elsewhere = whose(".scores", trees_of, {})
    return (
        redirect(elsewhere[0]["href"])
        if elsewhere
        else page("desk/no_scores.html", current="scores", at=room.installed)
    )


@blueprint.get("/scores/<tree>")
@permissions.opens_to(TOTALS)
def score_tree(tree: str) -> ResponseReturnValue:
    """The objects of a tree in order of rank, beside the period before."""
    return _ranking(Sheet.of(tree))


def _ranking(sheet: Sheet, reason: str = "", problem: str = "") -> str:
    body = sheet.body
    tops = [node for node in body["nodes"] if not node["parent"]] if body is not None else []
    return page(
        "desk/scores.html",
        current="scores",
        at=sheet.room.installed,
        **_around(sheet),
        action=url_for(".score_tree", tree=sheet.tree.key),
        places=_places(sheet, tops),
        heads=tops,
        rows=_rows(sheet, tops),
        lacking=_lacking(body) if body is not None and sheet.live and sheet.shown is None else 0,
        may_publish=sheet.may_publish,
        waits=sheet.waits,
        again=bool(sheet.editions(sheet.period)),
        reason=reason,
        problem=problem,
    )


def _around(sheet: Sheet) -> dict[str, Any]:
    """What stands around the scores: tabs, period, which edition."""
    day = sheet.room.now.date()
    running = period_of(day, sheet.tree.span)
    offered = [running.shifted(-back) for back in range(_OFFERED)]
    if sheet.period not in offered:
        offered.append(sheet.period)
    return {
        "sheet": sheet,
        "tree": sheet.tree,
        "whose": whose(".scores", trees_of, sheet.at),
        "tabs": [
            {"title": one.title, "href": url_for(".score_tree", tree=key, **sheet.at), "current": key == sheet.tree.key}
            for key, one in trees_of(sheet.room.mechanism.definition).items()
        ],
        "offered": [
            {"key": one.key, "title": spoken_period(one, day), "selected": one == sheet.period} for one in offered
        ],
        "period": spoken_period(sheet.period, day),
        "period_before": visit.spoken(sheet.period.shifted(-1).message),
        "previous_href": sheet.address(period=sheet.period.shifted(-1).key, edition=""),
        "editions": _editions(sheet),
        "shown": sheet.shown,
        "nothing": sheet.body is None,
    }


def _editions(sheet: Sheet) -> list[dict[str, Any]]:
    """What was published, and for those who see it what there is now."""
    there = sheet.editions(sheet.period)
    said = [
        {
            "title": visit.sentence(f"desk.scores_{'restated' if one.edition > 1 else 'edition'}", n=one.edition),
            "href": sheet.address(edition=one.edition),
            "current": sheet.shown == one,
        }
        for one in there
    ]
    if there and sheet.live:
        title = visit.sentence("desk.scores_now")
        said.append({"title": title, "href": sheet.address(edition=0), "current": sheet.shown is None})
    return said if len(said) > 1 else []


def _rows(sheet: Sheet, tops: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    if sheet.body is None:
        return []
    was = _by_object(sheet.before)
    ranked = sorted(sheet.body["objects"], key=lambda one: (one["rank"] is None, one["rank"] or 0))
    return [
        {
            "rank": one["rank"],
            "title": one["title"],
            "href": sheet.address(".score", object=one["key"]),
            "whole": _score(one["scores"]["whole"]),
            "was": _score((was.get(one["key"]) or _NOBODY)["scores"].get("whole")),
            "rank_was": (was.get(one["key"]) or _NOBODY)["rank"],
            "cells": [_score(one["scores"][node["key"]]) for node in tops],
        }
        for one in ranked
    ]


def _places(sheet: Sheet, tops: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Each place seen together: what it published, what its objects score in the mean; at the foot all of them."""
    if sheet.over is None:
        return []
    assessed, last = sheet.assessed(sheet.period), sheet.last(sheet.period)
    done = assessed.scores if assessed is not None else {}
    rows = []
    for id_, title in sheet.places.items():
        mine = [one for key, one in done.items() if key.startswith(f"{id_}.")]
        rows.append({"title": title, "said": _said_of(sheet, last.get(id_)), **_mean(sheet, mine, tops)})
    return [*rows, {"title": visit.sentence("desk.scores_all"), "said": "", **_mean(sheet, list(done.values()), tops)}]


def _said_of(sheet: Sheet, publication: Publication | None) -> str:
    if publication is None:
        return visit.sentence("desk.scores_unpublished")
    if not sheet.counts(publication):
        return visit.sentence("desk.scores_apart")
    return visit.sentence("desk.scores_place", at=publication.at.date(), n=publication.edition)


def _mean(sheet: Sheet, several: Sequence[Scores], tops: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    found = {key: None if value is None else f"{value:.2f}" for key, value in means(sheet.tree, several).items()}
    cells = [_score(found[node["key"]])["text"] for node in tops]
    return {"objects": len(several), "whole": _score(found[WHOLE])["text"], "cells": cells}


_NOBODY: Mapping[str, Any] = {"scores": {}, "values": {}, "rank": None}
"""An object the period before did not know."""


def _by_object(body: Body | None) -> Mapping[str, Any]:
    return {one["key"]: one for one in body["objects"]} if body is not None else {}


def _score(text: str | None) -> dict[str, Any]:
    """A score as a page draws it: the number, and as its bar is long."""
    return {"text": text or "—", "bar": float(text) if text else 0.0}


def _lacking(body: Body) -> int:
    return sum(value is None for one in body["objects"] for value in one["values"].values())


@blueprint.get("/scores/<tree>/objects/<object>")
@permissions.opens_to(TOTALS)
def score(tree: str, object: str) -> ResponseReturnValue:  # noqa: A002 - the word of the address
    """What an object scores in every indicator, from the whole down to the values."""
    sheet = Sheet.of(tree)
    mine = _by_object(sheet.body).get(object)
    if mine is None or sheet.body is None:
        abort(404)
    was = _by_object(sheet.before).get(object) or _NOBODY
    return page(
        "desk/score.html",
        current="scores",
        at=sheet.room.installed,
        **_around(sheet),
        title=mine["title"],
        action=url_for(".score", tree=tree, object=object),
        whole=mine["scores"]["whole"],
        rank=mine["rank"],
        of=sum(one["rank"] is not None for one in sheet.body["objects"]),
        rows=[
            {
                "title": node["title"],
                "level": _level(sheet.body, node),
                "weight": node["weight"],
                "leaf": node["leaf"],
                "value": _value(mine["values"].get(node["key"])),
                "value_was": _value(was["values"].get(node["key"])),
                "href": _behind(sheet, node, object) if mine["values"].get(node["key"]) is not None else "",
                "score": _score(mine["scores"][node["key"]]),
                "was": _score(was["scores"].get(node["key"])),
            }
            for node in sheet.body["nodes"]
        ],
        back=sheet.address(),
    )


def _level(body: Body, node: Mapping[str, Any]) -> int:
    above = {one["key"]: one["parent"] for one in body["nodes"]}
    level, parent = 0, node["parent"]
    while parent:
        level, parent = level + 1, above[parent]
    return level


def _value(text: str | None) -> str:
    return number(float(text)) if text is not None else "—"


def _behind(sheet: Sheet, node: Mapping[str, Any], object_: str) -> str:
    """The records behind a value, for who sees them all and where the value is the one of now."""
    if not (node["leaf"] and sheet.live and sheet.shown is None):
        return ""
    return sheet.address(".score_records", object=object_, leaf=node["key"])


@blueprint.get("/scores/<tree>/objects/<object>/<leaf>")
@permissions.opens_to(permissions.DESK)
def score_records(tree: str, object: str, leaf: str) -> ResponseReturnValue:  # noqa: A002
    """The records a value comes from, exactly those."""
    sheet = Sheet.of(tree)
    room, node = sheet.room, sheet.tree.nodes.get(leaf)
    title = room.around.names("unit", object)
    if node is None or node.metric is None or title is None or not sheet.live:
        abort(404)
    metric = node.metric
    asked = wanted(metric, room.mechanism.definition, room.installed.id, sheet.period, object)
    at_page = number_asked()
    with visit.database().read() as connection:
        found = records(
            connection, visit.shelf(), visit.reach(), asked, room.now, facts=room.facts,
            offset=(at_page - 1) * ROWS, limit=ROWS,
        )  # fmt: skip
    chosen = columns.of_view(room, _view(room, metric))
    return page(
        "desk/figure.html",
        current="scores",
        metric=metric,
        line=title,
        among=False,
        period=spoken_period(sheet.period, room.now.date()),
        report={"title": title},
        how=figures.told(room, metric),
        heads=[{"key": one.path, "title": one.title, "kind": one.kind, "fact": one.fact} for one in chosen],
        rows=[
            {"href": url_for(".record", record=one.id), "id": one.id, "cells": columns.cells(room, one, chosen)}
            for one in found.records
        ],
        pages=pages(at_page, found, lambda n: sheet.address(".score_records", object=object, leaf=leaf, page=n)),
        back=sheet.address(".score", object=object),
    )


def _view(room: Room, metric: Metric) -> View:
    """Columns: what the number is about."""
    paths = (metric.by, metric.dated, metric.field, "record.state")
    return View("figure", metric.title, metric.of, tuple(dict.fromkeys(filter(None, paths))))


@blueprint.get("/scores/<tree>/file")
@permissions.opens_to(TOTALS)
def score_file(tree: str) -> ResponseReturnValue:
    """The scores as a file for spreadsheets; who took it is logged."""
    sheet = Sheet.of(tree)
    if sheet.body is None:
        abort(404)
    with visit.database().write() as connection:
        log(
            connection, "export", visit.actor().id, sheet.room.now, organisation=sheet.room.installed.organisation,
            address=visit.address(),
            detail={"installation": sheet.room.installed.id, "scores": sheet.tree.key, "period": sheet.period.key,
                    "edition": sheet.shown.edition if sheet.shown is not None else 0,
                    "over": sheet.over.id if sheet.over is not None else ""},
        )  # fmt: skip
    body = csv_bytes(_lines(sheet.body))
    name = f"{sheet.tree.title}-{sheet.period.key}.csv"
    return send_file(BytesIO(body), mimetype="text/csv; charset=utf-8", as_attachment=True, download_name=name)


def _lines(body: Body) -> Iterator[list[str | int | None]]:
    """The heads, and a line for each object and indicator; the first of an object is its whole."""
    heads = ("object", "rank", "indicator", "weight", "value", "score")
    yield [visit.sentence(f"desk.scores_{head}") for head in heads]
    for one in body["objects"]:
        yield [one["title"], one["rank"], visit.sentence("desk.scores_whole"), None, None, one["scores"]["whole"]]
        for node in body["nodes"]:
            value, found = one["values"].get(node["key"]), one["scores"][node["key"]]
            yield [one["title"], None, node["title"], node["weight"], value, found]


# ── Publishing ───────────────────────────────────────────────────────────────────────────────────────────────────


@blueprint.post("/scores/<tree>/publish")
@permissions.opens_to(permissions.DESK)
def publish_tree(tree: str) -> ResponseReturnValue:
    """Freeze the scores of a period as they are now."""
    sheet, reason = Sheet.of(tree), request.form.get("reason", "").strip()[:1000]
    if sheet.over is not None:
        abort(404)
    said = publish_scores(
        visit.database(), sheet.room.installed.id, sheet.tree, sheet.period, visit.actor(), reason, visit.now()
    )
    if isinstance(said, Refusal):
        return _ranking(sheet, reason, visit.spoken(said.message)), 422
    flash(visit.sentence("desk.scores_published", tree=sheet.tree.title, n=said.edition), "success")
    return redirect(sheet.address(edition=""), 303)
