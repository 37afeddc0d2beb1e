"""A draft outlives the version its form was of: it goes on with the one in force, and its pages say what changed."""

from __future__ import annotations

from liaison.engine import Mechanism
from liaison.store import Draft

from . import visit


def renewed(draft: Draft, mechanism: Mechanism) -> str:
    """What the form of `mechanism` asks that the one the draft was begun with did not, and what was typed and is asked
    no longer; empty while it is the same form."""
    with visit.database().read() as connection:
        before = visit.shelf().mechanism(connection, draft.edition)
    if before.definition.digest == mechanism.definition.digest:
        return ""
    old, new = _asked(before, draft), _asked(mechanism, draft)
    added = [title for key, title in new.items() if key not in old]
    gone = [title for key, title in old.items() if key not in new and draft.values.get(key)]
    said = [visit.sentence("web.renewed", version=mechanism.definition.version)]
    if added:
        said.append(visit.sentence("web.renewed_added", fields=added))
    if gone:
        said.append(visit.sentence("web.renewed_gone", fields=gone))
    return "".join(said)


def _asked(mechanism: Mechanism, draft: Draft) -> dict[str, str]:
    """Field → what it is called, of those that the draft's action asks for."""
    action = mechanism.action(draft.type, draft.action) if draft.type in mechanism.definition.lifecycles else None
    return {
        control.field.key: control.label
        for asks in (action.asks if action is not None else ())
        for control in mechanism.forms[asks.form].within(asks.section, asks.without)
        if control.field.kind != "note"
    }
