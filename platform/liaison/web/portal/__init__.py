"""The portal: what an enterprise or a chamber sees. Report, follow, correct, evaluate; an account is not needed."""

from flask import Blueprint

blueprint = Blueprint("portal", __name__)

from . import following as following  # noqa: E402  the views register themselves on the blueprint
from . import reporting as reporting  # noqa: E402
