"""The desk, where office and unit staff work: work lists, ledgers, the record with its actions, official forms.

Nothing here knows a mechanism: columns, labels, states, actions and forms come from its definition.
"""

from flask import Blueprint

blueprint = Blueprint("desk", __name__, url_prefix="/desk")

from . import (  # noqa: E402  they register views
    acting,  # noqa: F401
    batches,  # noqa: F401
    bringing,  # noqa: F401
    duties,  # noqa: F401
    ledgers,  # noqa: F401
    lost,  # noqa: F401
    matchings,  # noqa: F401
    notices,  # noqa: F401
    phrases,  # noqa: F401
    pressing,  # noqa: F401
    printing,  # noqa: F401
    records,  # noqa: F401
    register,  # noqa: F401
    reports,  # noqa: F401
    scores,  # noqa: F401
    switching,  # noqa: F401
    together,  # noqa: F401
    trees,  # noqa: F401
    units,  # noqa: F401
    worklists,  # noqa: F401
)
