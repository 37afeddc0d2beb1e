"""Works: mechanisms that somebody is still writing, file by file, before a version of them is published."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from liaison.definitions import from_zip, to_zip

from . import tables as t
from .drafts import DraftChangedError
from .ids import new_id

_HEADS = (
    t.MechanismDraft.id, t.MechanismDraft.organisation_id, t.MechanismDraft.key, t.MechanismDraft.title,
    t.MechanismDraft.revision, t.MechanismDraft.updated_by, t.MechanismDraft.updated_at,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Work:
    """A mechanism under work, its files apart; `revision` grows with every change."""

    id: str
    organisation: str
    key: str
    title: str
    revision: int
    by: str
    at: datetime


def begin_work(
    connection: Connection, organisation: str, key: str, title: str, files: Mapping[str, bytes], by: str,
    now: datetime, *, base: str | None = None,
) -> str:  # fmt: skip
    """A new mechanism under work; its id. `base`: the digest of the published version it starts from."""
    id_ = new_id()
    connection.execute(
        insert(t.MechanismDraft).values(
            id=id_, organisation_id=organisation, key=key, title=title, base_digest=base, files=to_zip(files),
            revision=1, updated_by=by, updated_at=now,
        )
    )  # fmt: skip
    return id_


def works_of(connection: Connection, organisations: Collection[str]) -> list[Work]:
    """The mechanisms under work in organisations, the last touched first."""
    wanted = select(*_HEADS).where(t.MechanismDraft.organisation_id.in_(organisations))
    return [Work(*row) for row in connection.execute(wanted.order_by(t.MechanismDraft.updated_at.desc()))]


def work_of(connection: Connection, id_: str) -> tuple[Work, dict[str, bytes]] | None:
    """A mechanism under work with its files by path; None: there is none of that id."""
    row = connection.execute(select(*_HEADS, t.MechanismDraft.files).where(t.MechanismDraft.id == id_)).first()
    return None if row is None else (Work(*row[:-1]), from_zip(row[-1], lambda _: True))


def keep_work(
    connection: Connection, id_: str, files: Mapping[str, bytes], revision: int, by: str, now: datetime, *, title: str
) -> int:
    """Keep `files` in the place of those of `revision`; the new revision.

    DraftChangedError: somebody changed it meanwhile. KeyError: there is none of that id."""
    kept = connection.execute(
        update(t.MechanismDraft)
        .where(t.MechanismDraft.id == id_, t.MechanismDraft.revision == revision)
        .values(files=to_zip(files), title=title, revision=revision + 1, updated_by=by, updated_at=now)
    )
    if not kept.rowcount:
        found = connection.execute(select(t.MechanismDraft.revision).where(t.MechanismDraft.id == id_)).scalar()
        if found is None:
            raise KeyError(id_)
        raise DraftChangedError(found)
    return revision + 1


def drop_work(connection: Connection, id_: str) -> bool:
    """It is not wanted any more; whether it was still there. What was published of it stays."""
    return bool(connection.execute(delete(t.MechanismDraft).where(t.MechanismDraft.id == id_)).rowcount)
