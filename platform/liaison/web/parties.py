"""What a picker of parties finds as one types, where the directory holds more than a page carries."""

from __future__ import annotations

from flask import Blueprint, abort, jsonify, request
from flask.typing import ResponseReturnValue

from liaison.engine import Mechanism
from liaison.store import SqlWorld

from . import limits, permissions, visit
from .portal.journey import is_public
from .typed import plain

blueprint = Blueprint("parties", __name__)

_FOUND = 50


@blueprint.get("/parties/<installation>/<type_>/<field>")
@blueprint.get("/parties/<installation>/<type_>/<field>/<column>")
@permissions.opens_to(permissions.PUBLIC)
def offered(installation: str, type_: str, field: str, column: str = "") -> ResponseReturnValue:
    """[{value, label}] of the parties with the words `q` in their names that a field (or a column of a table) takes:
    for who has a desk here, and, of what the applicant's side is asked for, for all."""
    limits.limit(limits.SEARCH)
    standing = visit.standings().get(installation)
    if standing is None:
        abort(404)
    with visit.database().read() as connection:
        installed = visit.database().shelf.installed(connection, installation)
        mechanism = visit.database().shelf.mechanism(connection, installed.edition)
        around = visit.surroundings(SqlWorld(connection, visit.database().shelf), installation)
    known = mechanism.fields.get(type_, {}).get(field)
    if known is not None and column:
        known = known.columns.get(column)
    if known is None or known.kind != "party":
        abort(404)
    if not (standing.posts or standing.reads or _asked_outside(mechanism, type_, field)):
        return permissions.turned_away()
    words = " ".join(plain(request.args.get("q", "")).split())[:40]
    kinds = known.spec.get("filter", {}).get("kinds", ())
    found = around.parties.offered(kinds, visit.today(), words)
    return jsonify([{"value": one.id, "label": one.name} for one in found[:_FOUND]])


def _asked_outside(mechanism: Mechanism, type_: str, field: str) -> bool:
    """Whether the applicant's side is ever asked for a field."""
    return any(
        field == control.field.key
        for action in mechanism.definition.lifecycles[type_].actions.values()
        if is_public(action)
        for asks in action.asks
        for control in mechanism.forms[asks.form].within(asks.section, asks.without)
    )
