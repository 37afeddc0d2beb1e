"""What is typed at the desk is kept until it is done: one draft for each task, whose id is the key of the command."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from flask import abort
from sqlalchemy import Connection

from liaison.store import Draft, SqlWorld, begin_draft, draft_of, drafts_of, new_id, save_draft

from .. import visit
from .task import Task

_DRAFTS = 200
_AN_ID = re.compile("[0-9a-f]{32}")


def of(task: Task) -> Draft | None:
    """What this person began to fill in for the task."""
    with visit.database().read() as connection:
        return _of(connection, task)


def _of(connection: Connection, task: Task) -> Draft | None:
    mine: Sequence[Draft | None] = ()
    if task.record is None:
        mine = [draft_of(connection, task.begun, visit.owner())]
    elif task.action.asks:
        mine = drafts_of(connection, visit.owner(), limit=_DRAFTS)
    return next((one for one in mine if one is not None and _is_of(one, task)), None)


def _is_of(draft: Draft, task: Task) -> bool:
    about = (draft.installation, draft.type, draft.action, draft.record)
    return about == (task.installed.id, task.type, task.action.key, task.record.id if task.record else None)


def keep(task: Task, typed: Mapping[str, Any], key: str, revision: int | None = None) -> Draft:
    """Keep what was typed in place of that of `revision`, or of whatever there is. A draft that is only begun with it
    is known by the `key` of its page, unless that was used up. DraftChangedError, TooLargeError as in the store; 404:
    the key is another's."""
    owner, now = visit.owner(), visit.now()
    id_ = task.begun or (key if is_id(key) and not became(key) else new_id())
    with visit.database().write() as connection:
        found = _of(connection, task)
        if found is None:
            try:
                found = begin_draft(
                    connection, task.installed.id, task.type, task.action.key, owner, now,
                    record=task.record.id if task.record else None, id_=id_,
                )  # fmt: skip
            except KeyError:
                abort(404)
            if not _is_of(found, task):
                abort(404)
            revision = None
        at = found.revision if revision is None else revision
        save_draft(connection, found.id, owner, typed, at, now, files=visit.brought(typed))
        kept = draft_of(connection, found.id, owner)
    assert kept is not None, "saved in this transaction"
    return kept


def begun(installation: str, type_: str, action: str) -> str:
    """The draft of the new record that this person was filling in last; empty for none."""
    with visit.database().read() as connection:
        mine = drafts_of(connection, visit.owner(), limit=_DRAFTS)
    wanted = (installation, type_, action, None)
    alike = (one for one in mine if (one.installation, one.type, one.action, one.record) == wanted)
    return next((one.id for one in alike if one.values), "")


def is_id(text: str) -> bool:
    """Whether this may be the id of a draft."""
    return _AN_ID.fullmatch(text) is not None


def became(key: str) -> str:
    """The record that a draft has become, when it is done."""
    with visit.database().read() as connection:
        done = SqlWorld(connection, visit.database().shelf).done(key)
    return done.record if done is not None else ""
