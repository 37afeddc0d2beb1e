"""Assessments by indicator trees as they were published: kept once and for ever, with a line in the access log that
knows them by their hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from datetime import date

from sqlalchemy import Connection, RowMapping, insert, select

from liaison.calendars import ZONE, Span, period_of
from liaison.engine.indicators import Publication

from . import tables as t
from .audit import log

_P = t.Publication.__table__.c


def keep_publication(connection: Connection, publication: Publication, organisation: str) -> None:
    """Keep what was published. IntegrityError: somebody else published this edition first."""
    period = publication.period
    connection.execute(
        insert(t.Publication).values(
            organisation_id=organisation, installation_id=publication.installation, tree=publication.tree,
            span=period.span.value, period=period.first, edition=publication.edition, by=publication.by,
            name=publication.name, at=publication.at, reason=publication.reason, body=dict(publication.body),
        )
    )  # fmt: skip
    written = json.dumps(publication.body, ensure_ascii=False, sort_keys=True)
    log(
        connection, "scores_published", publication.by, publication.at, organisation=organisation,
        detail={"installation": publication.installation, "tree": publication.tree, "period": period.key,
                "edition": publication.edition, "reason": publication.reason,
                "hash": hashlib.sha256(written.encode()).hexdigest()},
    )  # fmt: skip


def publications(
    connection: Connection, installations: Collection[str], tree: str, since: date, until: date
) -> list[Publication]:
    """What was published there of a tree for periods that begin from `since` to `until`, in order of period and
    edition."""
    rows = connection.execute(
        select(*_P)
        .where(_P.installation_id.in_(installations), _P.tree == tree, _P.period.between(since, until))
        .order_by(_P.period, _P.edition)
    )
    return [_publication(row._mapping) for row in rows]


def _publication(row: RowMapping) -> Publication:
    return Publication(
        row["installation_id"],
        row["tree"],
        period_of(row["period"], Span(row["span"])),
        row["edition"],
        row["by"],
        row["name"],
        row["at"].astimezone(ZONE),
        row["reason"],
        row["body"],
    )
