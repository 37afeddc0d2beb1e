"""Pairs of matchings as they are kept: entered, ended, listed; and a matching as it stands in an installation."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, func, insert, select, update

from liaison.definitions import Matching
from liaison.roster import Pair, Paired, Party

from . import tables as t
from .parties import standing
from .people import organisation_of, touch_roster


@dataclass(frozen=True, slots=True)
class PairKept:
    """A pair on file, past, present or to come."""

    id: int
    left: str
    right: str
    first_day: date | None
    last_day: date | None

    @property
    def pair(self) -> Pair:
        """The two."""
        return self.left, self.right


def pair(
    connection: Connection,
    installation: str,
    matching: str,
    left: str,
    right: str,
    *,
    first_day: date | None = None,
    last_day: date | None = None,
) -> int:
    """Join two partners; the pair's id. IntegrityError: they stand already, and neither pair has an end."""
    id_ = connection.execute(
        insert(t.Pair)
        .values(
            organisation_id=organisation_of(connection, installation), installation_id=installation,
            matching=matching, left=left, right=right, first_day=first_day, last_day=last_day,
        )
        .returning(t.Pair.id)
    ).scalar_one()  # fmt: skip
    touch_roster(connection, installation)
    return id_


def lock_pairs(connection: Connection, installation: str) -> None:
    """Whoever looks next what may be joined here waits for the end of this transaction: how many partners somebody may
    have, and whether days overlap, no index knows."""
    connection.execute(
        select(t.Installation.id).where(t.Installation.id == installation).with_for_update(key_share=True)
    )


def join(connection: Connection, installation: str, pairs: Sequence[Paired]) -> None:
    """Enter several pairs at once. IntegrityError as for one."""
    organisation = organisation_of(connection, installation)
    rows = [
        {
            "organisation_id": organisation, "installation_id": installation, "matching": one.matching,
            "left": one.left, "right": one.right, "first_day": one.first_day, "last_day": one.last_day,
        }
        for one in pairs
    ]  # fmt: skip
    if rows:
        connection.execute(insert(t.Pair), rows)
        touch_roster(connection, installation)


def end_pairs(connection: Connection, installation: str, pairs: Iterable[int], last_day: date) -> None:
    """The pairs last until `last_day`, that day included; they stay on file."""
    here = t.Pair.installation_id == installation
    connection.execute(update(t.Pair).where(here, t.Pair.id.in_(list(pairs))).values(last_day=last_day))
    touch_roster(connection, installation)


def pairs_kept(connection: Connection, installation: str, matching: str) -> list[PairKept]:
    """Every pair of a matching, in the order they were entered."""
    rows = connection.execute(
        select(t.Pair.id, t.Pair.left, t.Pair.right, t.Pair.first_day, t.Pair.last_day)
        .where(t.Pair.installation_id == installation, t.Pair.matching == matching)
        .order_by(t.Pair.id)
    )
    return [PairKept(*row) for row in rows]


def pairs_over(
    connection: Connection,
    installation: str,
    matching: str,
    day: date,
    of: Collection[str] | None,
    *,
    offset: int = 0,
    limit: int | None = None,
) -> tuple[list[PairKept], int]:
    """A page of the pairs of a matching that have ended before `day`, the latest first, and how many there are; only
    those in which one of `of` stands, where that is given."""
    here = [t.Pair.installation_id == installation, t.Pair.matching == matching, t.Pair.last_day < day]
    if of is not None:
        here.append(t.Pair.left.in_(of) | t.Pair.right.in_(of))
    total = connection.execute(select(func.count()).select_from(t.Pair).where(*here)).scalar_one()
    rows = connection.execute(
        select(t.Pair.id, t.Pair.left, t.Pair.right, t.Pair.first_day, t.Pair.last_day)
        .where(*here)
        .order_by(t.Pair.last_day.desc(), t.Pair.id.desc())
        .offset(offset)
        .limit(limit)
    )
    return [PairKept(*row) for row in rows], total


def partners_kept(connection: Connection, installation: str, of: str, *, limit: int) -> list[tuple[str, PairKept]]:
    """The pairs in which somebody stands or stood, in whatever matching, with its key, the latest first."""
    rows = connection.execute(
        select(t.Pair.matching, t.Pair.id, t.Pair.left, t.Pair.right, t.Pair.first_day, t.Pair.last_day)
        .where(t.Pair.installation_id == installation, (t.Pair.left == of) | (t.Pair.right == of))
        .order_by(t.Pair.first_day.desc().nulls_last(), t.Pair.id.desc())
        .limit(limit)
    )
    return [(row[0], PairKept(*row[1:])) for row in rows]


def matched_parties(connection: Connection, organisation: str, matchings: Iterable[Matching], day: date) -> list[Party]:
    """The directory as far as matchings join it: one query, and none where they do not."""
    kinds = {side.key for one in matchings for side in (one.left, one.right) if side.kind == "party"}
    return standing(connection, organisation, kinds, day) if kinds else []
