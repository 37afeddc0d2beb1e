"""Which mechanism lies on the desk, for who has posts in several."""

from __future__ import annotations

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from .. import permissions, visit
from . import blueprint


@blueprint.get("/at/<installation>")
@permissions.opens_to(permissions.DESK)
def switch(installation: str) -> ResponseReturnValue:
    """Put another mechanism on the desk and begin with what waits there."""
    visit.choose_desk(installation)
    return redirect(url_for(".todo"))
