"""Accounts: signing in and out, the password, one's own settings."""

from flask import Blueprint

blueprint = Blueprint("accounts", __name__, url_prefix="/accounts")
