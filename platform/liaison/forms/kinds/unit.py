"""A unit of the roster, one or several."""

from __future__ import annotations

from ..kind import register
from ..picking import RosterPick


@register
class Unit(RosterPick):
    name = "unit"
