"""The desk: where office and unit staff work."""

from flask import Blueprint

blueprint = Blueprint("desk", __name__, url_prefix="/desk")
