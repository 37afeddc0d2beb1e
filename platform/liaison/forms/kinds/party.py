"""A party of the directory (department, chamber, enterprise, bank, law firm), one or several."""

from __future__ import annotations

from typing import Any

from ..kind import Scene, register
from ..model import Field
from ..picking import RosterPick


@register
class Party(RosterPick):
    name = "party"

    def offered(self, field: Field, entries: list[Any], scene: Scene) -> set[str]:
        """A directory may hold more than a picker offers at once: it is asked for the entries themselves."""
        wish = {**field.spec.get("filter", {}), "among": entries}
        return {choice.value for choice in scene.offered(self.name, wish)}
