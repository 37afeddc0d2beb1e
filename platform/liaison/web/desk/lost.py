"""An address below the desk's at which there is nothing: the frame stays, so that one goes on from there."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from .. import errors, visit
from . import blueprint
from .frame import page


@blueprint.app_errorhandler(404)
def lost(error: HTTPException) -> ResponseReturnValue:
    """The page that says so. Who has no desk, and every program, gets the answer of all other pages."""
    here = request.path.startswith(f"{blueprint.url_prefix}/") and not errors.wants_data()
    if not here or visit.me() is None or not visit.desks():
        return errors.answer(error)
    return page("desk/lost.html"), 404
