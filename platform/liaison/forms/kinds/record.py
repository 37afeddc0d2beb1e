"""Another record of the mechanism, one or several: a matter on an agenda, the matter a visit is about."""

from __future__ import annotations

from ..kind import register
from ..picking import RosterPick


@register
class RecordPick(RosterPick):
    name = "record"
