"""A party of the directory (department, chamber, enterprise, bank, law firm), one or several."""

from __future__ import annotations

from ..kind import register
from ..picking import RosterPick


@register
class Party(RosterPick):
    name = "party"
