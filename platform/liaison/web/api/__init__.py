"""The API: the same commands as the pages, in JSON."""

from flask import Blueprint

blueprint = Blueprint("api", __name__, url_prefix="/api")
