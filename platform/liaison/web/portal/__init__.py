"""The portal: what an enterprise or a chamber sees. Report, follow, correct, evaluate; an account is not needed."""

from flask import Blueprint

blueprint = Blueprint("portal", __name__)

from . import entrance, following, reporting  # noqa: E402, F401  the views register themselves on the blueprint
