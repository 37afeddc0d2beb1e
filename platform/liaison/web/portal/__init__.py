"""The portal: what an enterprise or a chamber sees. Report, follow, correct, evaluate; an account is not needed."""

from flask import Blueprint, abort, request

blueprint = Blueprint("portal", __name__)

_NOTHING = "\x00"


@blueprint.before_request
def _refuse_unstorable() -> None:
    """400 for the one character that no database keeps and nobody can type."""
    sent = (
        request.path,
        *request.args.values(),
        *request.form.keys(),
        *(v for vs in request.form.listvalues() for v in vs),
    )
    if any(_NOTHING in text for text in sent):
        abort(400)


from . import entrance, following, reporting  # noqa: E402, F401  the views register themselves on the blueprint
