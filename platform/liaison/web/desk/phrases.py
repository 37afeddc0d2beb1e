"""Stock phrases: what the person at the desk writes again and again, to be put into any long text there."""

from __future__ import annotations

from flask import flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from liaison.store import LONGEST_PHRASE, MOST_PHRASES, Phrase, forget_phrase, keep_phrase, phrases_of

from .. import permissions, visit
from . import blueprint
from .frame import page


def mine() -> list[Phrase]:
    """The phrases of the person at the desk."""
    with visit.database().read() as connection:
        return phrases_of(connection, visit.actor().id)


@blueprint.route("/phrases", methods=["GET", "POST"])
@permissions.opens_to(permissions.DESK)
def phrases() -> ResponseReturnValue:
    """What is kept; keep another. A form that one is filling in asks for JSON and stays where it is."""
    if request.method == "GET":
        return page("desk/phrases.html", phrases=mine(), longest=LONGEST_PHRASE)
    text = "\n".join(line.strip() for line in request.form.get("text", "").strip().splitlines())
    problem = _problem(text)
    if not problem:
        with visit.database().write() as connection:
            if not keep_phrase(connection, visit.actor().id, text):
                problem = visit.sentence("desk.phrases_full", most=MOST_PHRASES)
    if request.accept_mimetypes.best == "application/json":
        return (jsonify(title=problem), 422) if problem else jsonify(text=text, said=visit.sentence("desk.phrase_kept"))
    if problem:
        return page("desk/phrases.html", phrases=mine(), longest=LONGEST_PHRASE, typed=text, problem=problem), 422
    flash(visit.sentence("desk.phrase_kept"), "success")
    return redirect(url_for(".phrases"), 303)


@blueprint.post("/phrases/<int:phrase>/forget")
@permissions.opens_to(permissions.DESK)
def phrase_forget(phrase: int) -> ResponseReturnValue:
    """Drop one."""
    with visit.database().write() as connection:
        forget_phrase(connection, visit.actor().id, phrase)
    flash(visit.sentence("desk.phrase_forgotten"), "success")
    return redirect(url_for(".phrases"), 303)


def _problem(text: str) -> str:
    if not text:
        return visit.sentence("desk.phrase_empty")
    if len(text) > LONGEST_PHRASE:
        return visit.sentence("desk.phrase_too_long", most=LONGEST_PHRASE)
    return ""
