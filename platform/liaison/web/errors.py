"""Error pages that say what happened and what to do, for people, for htmx and for programs."""

from __future__ import annotations

from flask import Flask, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError

from liaison.texts import Message, catalogue, hint, say

from .language import lang


def init_app(app: Flask) -> None:
    """Answer every HTTP error in the visitor's language."""
    app.register_error_handler(CSRFError, _answer_stale_form)
    app.register_error_handler(HTTPException, answer)
    app.register_error_handler(InternalServerError, answer)


def _answer_stale_form(_error: CSRFError) -> ResponseReturnValue:
    return _page(400, "web.error.stale_form")


def answer(error: HTTPException) -> ResponseReturnValue:
    """The page of an error, or its data."""
    if error.code is None or error.code < 400:
        return error
    code = f"web.error.{error.code}"
    return _page(error.code, code if code in catalogue() else f"web.error.{error.code // 100}00")


def _page(status: int, code: str) -> ResponseReturnValue:
    title, advice = say(Message(code), lang()), hint(Message(code), lang())
    if wants_data():
        return jsonify(code=code, title=title, hint=advice), status
    return render_template("error.html", status=status, title=title, advice=advice), status


def wants_data() -> bool:
    """htmx and the browser script show the sentence as a toast; programs read the code."""
    if "HX-Request" in request.headers:
        return True
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"
