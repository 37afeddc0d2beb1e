"""Drafts: what somebody is still filling in, saved as they type. A draft's id is the key of its submission."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from liaison.texts import Message

from . import tables as t
from .columns import dump_json
from .files import TooLargeError, weigh
from .ids import new_id

KEPT = timedelta(days=30)
"""How long a draft lies untouched before it is swept."""
LARGEST = 256 * 1024
"""Bytes of JSON a draft may hold: its author may be anybody."""
_DRAFTS = select(
    t.Draft.id, t.Draft.installation_id, t.Draft.edition_id, t.Draft.type, t.Draft.action, t.Draft.record_id,
    t.Draft.owner, t.Draft.values, t.Draft.revision, t.Draft.updated_at, t.Draft.expires_at,
)  # fmt: skip
_OF_OWNER = _DRAFTS.where(t.Draft.id == bindparam("id"), t.Draft.owner == bindparam("owner"))
_ALL_OF_OWNER = (
    _DRAFTS.where(t.Draft.owner == bindparam("owner")).order_by(t.Draft.updated_at.desc()).limit(bindparam("limit"))
)
_PLACE = select(t.Installation.organisation_id, t.Installation.edition_id).where(
    t.Installation.id == bindparam("installation")
)
_BEGIN = {
    name: dialect.insert(t.Draft).on_conflict_do_nothing().returning(t.Draft.id)
    for name, dialect in {"sqlite": sqlite, "postgresql": postgresql}.items()
}
_SAVE = (
    update(t.Draft)
    .where(
        t.Draft.id == bindparam("_id"), t.Draft.owner == bindparam("_owner"), t.Draft.revision == bindparam("_revision")
    )
    .values({name: bindparam(name) for name in ("values", "revision", "updated_at", "expires_at")})
)
_DROP_USES = delete(t.FileUse).where(t.FileUse.kind == "draft", t.FileUse.used_by == bindparam("_id"))
_DISCARD = delete(t.Draft).where(t.Draft.id == bindparam("_id"), t.Draft.owner == bindparam("_owner"))
"""Statements made once: every page of a form needs them."""


_BROWSER = "token:"
"""How an owner begins who is no person."""


class DraftChangedError(Exception):
    """Saved elsewhere meanwhile, in another tab say; `revision` is what it is at now."""

    def __init__(self, revision: int) -> None:
        super().__init__(f"the draft is at revision {revision}")
        self.revision = revision


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft as it stands. `record` is empty for a new matter, else the record whose action it is for."""

    id: str
    installation: str
    edition: int
    type: str
    action: str
    record: str | None
    owner: str
    values: Mapping[str, Any]
    revision: int
    updated_at: datetime
    expires_at: datetime


def token_owner(token: str) -> str:
    """The owner of a draft that belongs to whoever holds a token: the token itself is not kept."""
    return f"{_BROWSER}{hashlib.sha256(token.encode()).hexdigest()}"


def begin_draft(
    connection: Connection,
    installation: str,
    type_: str,
    action: str,
    owner: str,
    now: datetime,
    *,
    record: str | None = None,
    values: Mapping[str, Any] | None = None,
    id_: str = "",
) -> Draft:
    """A new draft on the edition in force, or on the record's. `owner`: a person, or `token_owner(token)`. `id_`: the
    one its page already bears; begun twice at once, it is one draft. KeyError: no such installation or record, or the
    id is another's."""
    row = connection.execute(_PLACE, {"installation": installation}).first()
    if row is None:
        raise KeyError(installation)
    edition = row.edition_id
    if record is not None:
        edition = connection.execute(select(t.Record.edition_id).where(t.Record.id == record)).scalar()
        if edition is None:
            raise KeyError(record)
    draft = Draft(
        id_ or new_id(), installation, edition, type_, action, record, owner, dict(values or {}), 1, now, now + KEPT
    )
    begun = connection.execute(
        _BEGIN[connection.dialect.name],
        {
            "id": draft.id, "organisation_id": row.organisation_id, "installation_id": installation,
            "edition_id": edition, "type": type_, "action": action, "record_id": record, "owner": owner,
            "values": draft.values, "revision": 1, "created_at": now, "updated_at": now,
            "expires_at": draft.expires_at,
        },
    )  # fmt: skip
    if begun.first():
        return draft
    found = draft_of(connection, draft.id, owner)
    if found is None:
        raise KeyError(draft.id)
    return found


def draft_of(connection: Connection, id_: str, owner: str) -> Draft | None:
    """The draft, if it is this owner's."""
    row = connection.execute(_OF_OWNER, {"id": id_, "owner": owner}).first()
    return Draft(*row) if row else None


def is_a_persons(connection: Connection, id_: str) -> bool:
    """Whether there is such a draft and a person's it is, who has to sign in to go on with it."""
    owner = connection.execute(select(t.Draft.owner).where(t.Draft.id == id_)).scalar()
    return owner is not None and not owner.startswith(_BROWSER)


def drafts_of(connection: Connection, owner: str, limit: int = 50) -> list[Draft]:
    """The drafts of an owner, the last touched first."""
    return [Draft(*row) for row in connection.execute(_ALL_OF_OWNER, {"owner": owner, "limit": limit})]


def save_draft(
    connection: Connection,
    id_: str,
    owner: str,
    values: Mapping[str, Any],
    revision: int,
    now: datetime,
    *,
    files: Collection[str] = (),
) -> int:
    """Keep `values` in place of those of `revision`; the new revision. `files`: ids the values name.

    DraftChangedError: it was saved meanwhile. KeyError: this owner has no such draft. TooLargeError."""
    if len(dump_json(values).encode()) > LARGEST:
        raise TooLargeError(Message("store.draft_too_large"))
    known = connection.execute(select(t.File.id, t.File.size).where(t.File.id.in_(files))).all() if files else []
    weigh(file.size for file in known)
    saved = connection.execute(
        _SAVE,
        {
            "_id": id_,
            "_owner": owner,
            "_revision": revision,
            "values": dict(values),
            "revision": revision + 1,
            "updated_at": now,
            "expires_at": now + KEPT,
        },
    )
    if not saved.rowcount:
        found = draft_of(connection, id_, owner)
        if found is None:
            raise KeyError(id_)
        raise DraftChangedError(found.revision)
    connection.execute(_DROP_USES, {"_id": id_})
    if known:
        connection.execute(insert(t.FileUse), [{"file_id": one.id, "kind": "draft", "used_by": id_} for one in known])
    return revision + 1


def discard_draft(connection: Connection, id_: str, owner: str) -> bool:
    """The draft was submitted, or is not wanted; whether it was still there."""
    if not connection.execute(_DISCARD, {"_id": id_, "_owner": owner}).rowcount:
        return False
    connection.execute(_DROP_USES, {"_id": id_})
    return True


def sweep_drafts(connection: Connection, now: datetime) -> int:
    """Remove the drafts that nobody touched for `KEPT`; how many."""
    gone = list(connection.execute(delete(t.Draft).where(t.Draft.expires_at <= now).returning(t.Draft.id)).scalars())
    if gone:
        connection.execute(delete(t.FileUse).where(t.FileUse.kind == "draft", t.FileUse.used_by.in_(gone)))
    return len(gone)
