"""Indicator trees worked out from the database, and published."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection

from liaison.access import Actor, Scope
from liaison.calendars import Period
from liaison.engine import Mechanism, Refusal
from liaison.engine.figures import Counts, Metric
from liaison.engine.indicators import Assessment, Publication, Tree, assess, publish
from liaison.roster import RosterDay
from liaison.store import Database, SqlWorld, keep_publication, publications

from .count import count


def assessment(
    connection: Connection,
    installation: str,
    mechanism: Mechanism,
    tree: Tree,
    period: Period,
    today: RosterDay,
    now: datetime,
) -> Assessment:
    """A tree worked out over all records of an installation, whoever asks: one query for each leaf, whatever the number
    of objects."""
    everything: Mapping[str, Scope] = {installation: Scope(types=frozenset(mechanism.definition.record_types))}

    def counting(metric: Metric, period: Period) -> Counts:
        return count(connection, mechanism, everything, metric, period, now)

    return assess(tree, period, counting, today)


def publish_scores(
    database: Database, installation: str, tree: Tree, period: Period, actor: Actor, reason: str, now: datetime
) -> Publication | Refusal:
    """Work a tree out once more and keep it as published, in one transaction."""
    with database.write() as connection:
        world = SqlWorld(connection, database.shelf, writes=True)
        mechanism, today = world.mechanism(installation), world.surroundings(installation, now.date()).today
        done = assessment(connection, installation, mechanism, tree, period, today, now)
        earlier = publications(connection, [installation], tree.key, period.first, period.first)
        said = publish(tree, installation, period, done, earlier, actor, reason, today, now)
        if isinstance(said, Publication):
            keep_publication(connection, said, world.installed(installation).organisation)
        return said
