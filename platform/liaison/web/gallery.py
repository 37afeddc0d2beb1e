"""`/_components`: every component in every state, for those who build pages and for the tests. Only in debug."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from flask import Blueprint, abort, jsonify, render_template, request, session
from flask.typing import ResponseReturnValue

from . import pictures

blueprint = Blueprint("gallery", __name__, url_prefix="/_components")


@dataclass(frozen=True, slots=True)
class Step:
    """A state of the sample flow."""

    key: str
    title: str
    kind: str = "open"


@dataclass(frozen=True, slots=True)
class Move:
    """An action of the sample flow."""

    key: str
    title: str
    origins: tuple[str, ...]
    to: str


@blueprint.get("/")
def components() -> ResponseReturnValue:
    """The desk's look; `?surface=portal` shows the portal's, `?only=<section>` one section."""
    surface = "portal" if request.args.get("surface") == "portal" else "desk"
    return render_template(
        f"gallery/{surface}.html",
        at=datetime.fromisoformat,
        draw_flow=_flow,
        draw_chart=pictures.chart,
        record=SimpleNamespace,
    )


@blueprint.get("/error/<int:status>")
def error(status: int) -> ResponseReturnValue:
    """The page of an error."""
    abort(status)


@blueprint.post("/draft")
def draft() -> ResponseReturnValue:
    """Keeps the revision in the session; refuses one that is not the last, unless forced."""
    last = session.get("gallery_revision", 0)
    if int(request.form.get("revision") or 0) != last and "force" not in request.form:
        return jsonify(who=request.form.get("who", ""), at="14:05"), 409
    session["gallery_revision"] = last + 1
    return jsonify(revision=last + 1, saved_at="14:02")


@blueprint.post("/upload")
def upload() -> ResponseReturnValue:
    """Takes a file and forgets it."""
    file = request.files["file"]
    return jsonify(id=f"file-{len(file.read())}", name=file.filename)


@blueprint.get("/options")
def options() -> ResponseReturnValue:
    """What a picker with very many entries asks for."""
    wanted = request.args.get("q", "")
    entries = ({"value": f"party-{n}", "label": f"No. {n:05d}"} for n in range(5000))
    return jsonify([entry for entry in entries if wanted in entry["label"]][:50])


@blueprint.post("/unmask")
def unmask() -> ResponseReturnValue:
    """The value in full."""
    return render_template("gallery/unmasked.html")


@blueprint.post("/send")
def send() -> ResponseReturnValue:
    """Slow, so that a second press has time to happen; says how often it was called."""
    session["gallery_sent"] = session.get("gallery_sent", 0) + 1
    time.sleep(0.3)
    return jsonify(sent=session["gallery_sent"])


def _flow(rows: list[tuple[str, ...]], moves: list[Any], **standing: Any) -> pictures.Lifecycle:
    return pictures.lifecycle([Step(*row) for row in rows], [Move(*move) for move in moves], **standing)
