"""A record: its sections, clocks, assignments, picture and timeline, with what one may do now at the bottom."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from flask import abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from liaison.access import Scope, may_see
from liaison.calendars import ZONE
from liaison.definitions import Action
from liaison.engine import (
    HANDED,
    Record,
    alike,
    called,
    editable,
    held_back,
    hidden_fields,
    learn_titles,
    possible,
    title_of,
)
from liaison.forms import entries_in, mask
from liaison.store import Wanted, log, papers, records, timeline

from .. import permissions, show, visit
from ..language import lang
from . import bar, blueprint, linked, objects, phrases, printing
from .frame import AT_RECORD, of_record, page
from .room import here

_CANDIDATES = 50
"""Earlier records looked at for each text in which likeness is sought."""
_HANDED = {HANDED: "desk.handed_from", f"~{HANDED}": "desk.handed_to"}
"""What a record handed over is to the one it came from, and the other way round."""
_SHARED = 12
"""Characters of a text that a likely repetition shares: the search asks for every pair of them."""


@blueprint.get("/records/<record>")
@permissions.opens_to(AT_RECORD)
def record(record: str) -> ResponseReturnValue:
    """Everything one may know of a record on one page. An assignment is read within its matter."""
    opened = visit.opened()
    family = opened.family
    if family.parent is not None:
        return redirect(url_for(".record", record=family.parent.id))
    with visit.database().read() as connection:
        events = timeline(connection, record)
        made = papers(connection, record)
    files = show.files_of([family.record, *family.children], opened.mechanism)
    show.learn(opened.around, opened.mechanism, [family.record, *family.children], events)
    reader = show.Reader.of(
        opened, visit.actor(), visit.now(), files=files, unmask=_unmask_url, objects=_objects(opened)
    )
    open_to_me = editable(opened.mechanism, family.record, reader.actor, opened.around)

    def edit_url(section: str) -> str | None:
        return url_for(".edit", record=record, section=section) if section in open_to_me else None

    given = show.assignments(reader)
    together = linked.parts(reader, given)
    listed = linked.lists(opened)
    here = possible(opened.mechanism, family, reader.actor, opened.around, reader.now)
    carry_on = show.steps(opened.mechanism, family.record.type, family.record.state)
    asked = show.signoffs(reader)
    handed = show.referrals(reader)
    # What others hold is acted on beside it: a meeting has forty of them.
    own = set(opened.around.today.units_of(reader.actor.id))
    held = [one for one in given if one["actions"] and not one["ended"] and own & one["record"].seen.units]
    mine = [(one["record"], action) for one in held for action in one["actions"]]
    mine += [(one["record"], action) for ask in asked for one in ask["sheets"] for action in one["actions"]]
    mine += [(one["record"], action) for one in handed for action in one["actions"]]
    return page(
        "desk/record.html",
        at=of_record(family.record.installation),
        reader=reader,
        title=title_of(opened.mechanism, family.record, opened.around.names, reader.hidden, lang()),
        state=show.state_title(opened.mechanism, family.record),
        chips=_chips(reader),
        sheets=show.sheets(reader, edit=edit_url),
        clocks=show.clocks(reader),
        given=together,
        held_as=show.listed(one["title"] for one in together if not one["many"]),
        lists=listed,
        signoffs=asked,
        referrals=handed,
        suggestions=show.suggestions(reader),
        alike=_alike(reader) if any(action in carry_on for action in here) else [],
        flow=show.flow(reader, events),
        events=show.happenings(reader, events),
        related=_related(opened, {id_ for one in listed for id_ in one["ids"]}),
        prints=printing.offered(reader, opened.beside),
        papers=printing.kept(reader, opened.beside, made),
        phrases=phrases.mine(),
        acts=bar.groups(reader, [*((family.record, action) for action in here), *mine]),
        waits=[] if any(action in carry_on for action in here) else _waits(opened, carry_on),
    )


def _waits(opened: visit.Opened, carry_on: Collection[Action]) -> list[dict[str, str]]:
    """The steps that would carry the record on if something else had been done first, and what that is."""
    kept = held_back(opened.mechanism, opened.family, visit.actor(), opened.around, visit.now())
    return [{"title": action.title, "why": visit.spoken(why)} for action, why in kept if action in carry_on]


@blueprint.post("/records/<record>/unmask/<field>")
@permissions.opens_to(AT_RECORD)
def unmask(record: str, field: str) -> ResponseReturnValue:
    """One value in full; that it was looked at is logged."""
    opened = visit.opened()
    reader = show.Reader.of(opened, visit.actor(), visit.now())
    known = opened.mechanism.fields[opened.family.record.type].get(field)
    if known is None or field in reader.hidden:
        abort(404)
    with visit.database().write() as connection:
        log(
            connection, "unmask", reader.actor.id, reader.now, record=record, address=visit.address(),
            organisation=of_record(opened.family.record.installation).organisation, detail={"field": field},
        )  # fmt: skip
    show.learn(opened.around, opened.mechanism, [opened.family.record])
    value = opened.family.record.values.get(field)
    shown = show.pair(known, value, known.title, reader.names, masked=False, link=reader.link)
    return render_template("desk/unmasked.html", shown=shown)


def _objects(opened: visit.Opened) -> dict[str, str]:
    """Where the entries of the directory that the record names are read, those of them that this person may see from
    the mechanism on the desk."""
    if not visit.desks():
        return {}
    record = opened.family.record
    named = set(entries_in("party", opened.mechanism.fields[record.type], record.values))
    return {id_: url_for(".object", party=id_) for id_ in objects.seen(here(), named)}


def _unmask_url(record: str, field: str) -> str:
    return url_for(".unmask", record=record, field=field)


def _chips(reader: show.Reader) -> list[dict[str, str]]:
    """What the record type puts beside the title, as it stands: where two sides say different things, both."""
    fields, facets = reader.mechanism.fields[reader.record.type], reader.type.facets
    usual = [(facets[facet], "") for facet in ("level", "result", "rating") if facet in facets]
    found = []
    for key, title in [(one.field, one.title) for one in reader.type.badges] or usual:
        value = reader.record.values.get(key)
        if key in fields and key not in reader.hidden and value is not None:
            shown = mask(fields[key], value, reader.names, lang())
            found.append({"label": visit.sentence("desk.badge", title=title, value=shown) if title else shown})
    return found


def _related(opened: visit.Opened, listed: Collection[str]) -> dict[str, Any]:
    """The records linked with this one, from whichever side, as heads and rows of `table`: the latest first, each once,
    those this person may not see and those `listed` already left out."""
    here = opened.mechanism.record_type(opened.family.record.type)
    found: dict[str, tuple[Record, list[str]]] = {}
    for relation, others in opened.family.linked.items():
        for one in others:
            if one.id not in listed and may_see(visit.reach().get(one.installation, Scope()), one.seen):
                there = relation.startswith("~")
                holder = opened.beside[one.id].record_type(one.type) if there else here
                known = holder.relations.get(relation.removeprefix("~"))  # a version may have dropped it
                title = known.title if known else visit.sentence(_HANDED[relation]) if relation in _HANDED else relation
                found.setdefault(one.id, (one, []))[1].append(title)
    learn_titles(opened.around, ((opened.beside[one.id], one) for one, _ in found.values()))
    kinds = {"title": "title", "type": "text", "state": "chip", "created": "date"}
    return {
        "heads": [
            {"key": key, "title": visit.sentence(f"desk.related_{key}"), "kind": kind, "fact": True}
            for key, kind in kinds.items()
        ],
        "rows": [
            {
                "href": url_for(".record", record=one.id),
                "cells": {
                    "title": called(opened.beside[one.id], one, opened.around.names),
                    "type": visit.sentence(
                        "desk.related_as",
                        type=opened.beside[one.id].record_type(one.type).title,
                        relation=show.listed(dict.fromkeys(titles)),
                    ),
                    "state": {"label": show.state_title(opened.beside[one.id], one)},
                    "created": one.created_at.astimezone(ZONE).date() if one.created_at else None,
                },
            }
            for one, titles in sorted(found.values(), key=lambda pair: _came(pair[0]), reverse=True)
        ],
    }


def _alike(reader: show.Reader) -> list[dict[str, Any]]:
    """Earlier records this one may repeat, the nearest first; those this person may not see are not told of."""
    likeness = reader.type.likeness
    if likeness is None or reader.record.done:
        return []
    candidates: dict[str, Record] = {}
    with visit.database().read() as connection:
        for key in likeness.near:
            text = reader.record.values.get(key)
            if not isinstance(text, str):
                continue
            wanted = Wanted(reader.record.installation, reader.record.type, search=text[:_SHARED])
            found = records(connection, visit.shelf(), visit.reach(), wanted, reader.now, limit=_CANDIDATES)
            candidates.update({one.id: one for one in found.records if one.id != reader.record.id})
    earlier = [one for one in candidates.values() if _came(one) < _came(reader.record)]
    learn_titles(reader.around, ((reader.mechanism, one) for one in earlier))
    return [
        {
            "number": one.record.number,
            "title": title_of(
                reader.mechanism,
                one.record,
                reader.around.names,
                hidden_fields(reader.mechanism, one.record, reader.actor, reader.around),
                lang(),
            ),
            "state": show.state_title(reader.mechanism, one.record),
            "likeness": show.likeness(reader.mechanism, reader.record.type, one),
            "href": url_for(".record", record=one.record.id),
        }
        for one in alike(likeness, reader.record.values, earlier, reader.now)[:5]
    ]


def _came(record: Record) -> tuple[float, str]:
    """The order in which records came in."""
    return (record.created_at.timestamp() if record.created_at else 0.0, record.number)
