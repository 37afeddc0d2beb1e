"""What somebody may read of the records that the rows of a form pick."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from liaison.access import Actor, may_see, scope_of

from .facts import Facts
from .mechanism import Mechanism
from .model import Record
from .permitted import hidden_fields
from .world import Surroundings


def read_by(
    actor: Actor, records: Iterable[Record], mechanism: Mechanism, around: Surroundings, now: datetime
) -> Mapping[str, Mapping[str, Any]]:
    """By id, the fields and facts of those `records` that `actor` may see, sections closed to them left out."""
    scope = scope_of(actor, mechanism.definition.record_types, around.today)
    seen = [one for one in records if one.type in mechanism.fields and may_see(scope, one.seen)]
    return {one.id: Facts(mechanism, _open(one, actor, mechanism, around), now) for one in seen}


def _open(record: Record, actor: Actor, mechanism: Mechanism, around: Surroundings) -> Record:
    hidden = hidden_fields(mechanism, record, actor, around)
    return record.with_(values={key: value for key, value in record.values.items() if key not in hidden})
