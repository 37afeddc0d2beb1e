"""The portal: what an enterprise or a chamber sees."""

from flask import Blueprint

blueprint = Blueprint("portal", __name__)
