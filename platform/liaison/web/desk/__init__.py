"""The desk, where office and unit staff work: work lists, ledgers, the record with its actions, official forms.

Nothing here knows a mechanism: columns, labels, states, actions and forms come from its definition.
"""

from flask import Blueprint

blueprint = Blueprint("desk", __name__, url_prefix="/desk")

from . import acting, ledgers, notices, pressing, printing, records, switching, worklists  # noqa: E402, F401  they register views
