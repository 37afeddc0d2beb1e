"""Files addressed by content: the same bytes are kept once, whatever they are called and whoever brought them.

They lie in the database, so that a backup has them and every machine sees them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from liaison.texts import Message

from . import tables as t
from .ids import new_id

LARGEST = 20 * 1024 * 1024
"""Bytes of one file."""
LARGEST_TOGETHER = 100 * 1024 * 1024
"""Bytes of all files of one draft or record."""
UNUSED = timedelta(days=1)
"""How long a file may wait for a record or draft to name it."""


class FileTooLargeError(ValueError):
    """A file above `LARGEST`."""


class TooLargeError(ValueError):
    """More than one draft or record may hold, and what to tell whoever fills it in."""

    def __init__(self, message: Message) -> None:
        super().__init__(message.code)
        self.message = message


@dataclass(frozen=True, slots=True)
class File:
    """A file without its bytes."""

    id: str
    sha256: str
    size: int
    type: str
    name: str
    owner: str


def add_file(
    connection: Connection, organisation: str, name: str, type_: str, data: bytes, owner: str, now: datetime
) -> File:
    """Keep a file; `type_` is what its content was found to be, `owner` a person or `token_owner(token)`."""
    if len(data) > LARGEST:
        raise FileTooLargeError(f"{len(data)} bytes, at most {LARGEST}")
    file = File(new_id(), hashlib.sha256(data).hexdigest(), len(data), type_, name, owner)
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    connection.execute(dialect.insert(t.FileBlob).values(sha256=file.sha256, data=data).on_conflict_do_nothing())
    connection.execute(
        insert(t.File).values(
            id=file.id, organisation_id=organisation, sha256=file.sha256, size=file.size, type=type_, name=name,
            owner=owner, created_at=now,
        )
    )  # fmt: skip
    return file


def files(connection: Connection, ids: list[str]) -> Mapping[str, File]:
    """The files with these ids, without their bytes; unknown ids are absent."""
    rows = connection.execute(
        select(t.File.id, t.File.sha256, t.File.size, t.File.type, t.File.name, t.File.owner).where(t.File.id.in_(ids))
    )
    return {row.id: File(*row) for row in rows}


def content(connection: Connection, id_: str) -> bytes:
    """The bytes. KeyError: no such file. Who may have them is for whoever asks to say."""
    data = connection.execute(
        select(t.FileBlob.data).join(t.File, t.File.sha256 == t.FileBlob.sha256).where(t.File.id == id_)
    ).scalar()
    if data is None:
        raise KeyError(id_)
    return data


def weigh(sizes: Iterable[int]) -> None:
    """TooLargeError where files of these sizes are too much for one draft or record."""
    if sum(sizes) > LARGEST_TOGETHER:
        raise TooLargeError(Message("store.files_too_large", {"most": LARGEST_TOGETHER // 1024 // 1024}))


def named_by(connection: Connection, id_: str) -> list[str]:
    """The records whose values name a file now. Drafts do not count: they are their owner's alone."""
    uses = select(t.FileUse.used_by).where(t.FileUse.file_id == id_, t.FileUse.kind == "record")
    return list(connection.execute(uses.order_by(t.FileUse.used_by)).scalars())


def sweep_files(connection: Connection, now: datetime) -> int:
    """Remove the files that no record, draft or paper names, a day after they came; how many."""
    used = select(t.FileUse.file_id).union(select(t.Paper.file_id).where(t.Paper.file_id.is_not(None)))
    gone = (
        connection.execute(
            delete(t.File).where(t.File.created_at <= now - UNUSED, t.File.id.not_in(used)).returning(t.File.sha256)
        )
        .scalars()
        .all()
    )
    if gone:
        still = select(t.File.sha256)
        connection.execute(delete(t.FileBlob).where(t.FileBlob.sha256.in_(gone), t.FileBlob.sha256.not_in(still)))
    return len(gone)


def space(connection: Connection, owner: str, since: datetime) -> int:
    """Bytes somebody has brought since a moment: for limits on those who need no account."""
    total = select(func.coalesce(func.sum(t.File.size), 0)).where(t.File.owner == owner, t.File.created_at >= since)
    return int(connection.execute(total).scalar_one())
