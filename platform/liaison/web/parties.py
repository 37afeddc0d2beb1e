"""What a picker of parties finds as one types, where the directory holds more than a page carries.

It is asked for a form that one fills in: a draft of the portal, an action on a record, a record begun at the desk; and
by the edition that form stands on. Who holds a post searches by name or credit code. Anybody else is told only of
parties whose names it half knows: a directory is not read out to visitors, nor is it told which codes are in it.
"""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint, abort, jsonify, request
from flask.typing import ResponseReturnValue

from liaison.definitions import Action
from liaison.engine import Mechanism
from liaison.store import Directory, directory, draft_of

from . import limits, permissions, visit
from .portal import journey
from .portal.entrance import start_of
from .typed import plain

blueprint = Blueprint("parties", __name__)

_FOUND = 50
_LEAST = 2
"""Characters a visitor has to type."""


@blueprint.get("/parties/draft/<id_>/<field>")
@blueprint.get("/parties/draft/<id_>/<field>/<column>")
@permissions.opens_to(permissions.PUBLIC)
def of_draft(id_: str, field: str, column: str = "") -> ResponseReturnValue:
    """[{value, label}] of the parties with the words `q` in their names that a field (or a column of a table) of a
    draft takes: for who began it, of what the beginning of a record asks for."""
    with visit.database().read() as connection:
        found = draft_of(connection, id_, visit.owner())
        if found is None or found.record is not None:
            abort(404)
        standing = visit.standings()[found.installation]
        if not standing.installed.in_force:
            abort(404)
        mechanism = visit.shelf().mechanism(connection, standing.installed.edition)
    start = start_of(mechanism, found.type)
    return _offered(standing, mechanism, found.type, field, column, [start])


@blueprint.get("/parties/record/<record>/<field>")
@blueprint.get("/parties/record/<record>/<field>/<column>")
@permissions.opens_to(permissions.record())
def of_record(record: str, field: str, column: str = "") -> ResponseReturnValue:
    """The same of a record: without a post, of what the applicant's side is asked for now."""
    opened = visit.opened()
    found = opened.family.record
    actions = opened.mechanism.definition.lifecycles[found.type].actions.values()
    mine = [one for one in actions if found.state in one.origins and journey.may_answer(opened, one)]
    standing = visit.standings()[found.installation]
    return _offered(standing, opened.mechanism, found.type, field, column, mine)


@blueprint.get("/parties/new/<installation>/<type_>/<field>")
@blueprint.get("/parties/new/<installation>/<type_>/<field>/<column>")
@permissions.opens_to(permissions.DESK)
def of_new(installation: str, type_: str, field: str, column: str = "") -> ResponseReturnValue:
    """The same of a record that is begun at the desk, which is on the edition in force."""
    standing = visit.standings().get(installation)
    if standing is None:
        abort(404)
    with visit.database().read() as connection:
        mechanism = visit.shelf().mechanism(connection, standing.installed.edition)
    return _offered(standing, mechanism, type_, field, column, ())


def _offered(
    standing: visit.Standing, mechanism: Mechanism, type_: str, field: str, column: str, actions: Iterable[Action]
) -> ResponseReturnValue:
    """`actions`: those in which a visitor may fill in something."""
    limits.limit(limits.SEARCH)
    known = mechanism.fields.get(type_, {}).get(field)
    if known is not None and column:
        known = known.columns.get(column)
    if known is None or known.kind != "party":
        abort(404)
    words = " ".join(plain(request.args.get("q", "")).split())[:40]
    kinds, organisation = known.spec.get("filter", {}).get("kinds", ()), standing.installed.organisation
    if standing.posts:
        with visit.database().read() as connection:
            found, _ = directory(
                connection, organisation, words=words, kinds=kinds, on=visit.today(), limit=_FOUND
            )  # fmt: skip
        return jsonify([{"value": one.id, "label": one.name} for one in found])
    if not any(_asks(mechanism, action, field) for action in actions):
        return permissions.turned_away()
    if len(words.replace(" ", "")) < _LEAST:
        return jsonify([])
    named = Directory(visit.database().read, organisation).offered(kinds, visit.today(), words)
    return jsonify([{"value": one.id, "label": one.name} for one in named[:_FOUND]])


def _asks(mechanism: Mechanism, action: Action, field: str) -> bool:
    return any(
        field == control.field.key
        for asks in action.asks
        for control in mechanism.forms[asks.form].within(asks.section, asks.without)
    )
