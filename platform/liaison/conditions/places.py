"""Where each operator may stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from .model import AGGREGATES, ARITHMETIC, OPERATORS

PlaceName = Literal["form", "guard", "table", "filter", "metric", "computed"]


@dataclass(frozen=True, slots=True)
class Place:
    """A place for expressions: the operators it takes, and whether it asks for a condition or any value."""

    operators: frozenset[str]
    asks: Literal["condition", "value"]


_ALL = frozenset(OPERATORS)

PLACES: Mapping[PlaceName, Place] = {
    # show, enable and require of a form's elements; runs in the browser too
    "form": Place(_ALL, "condition"),
    # guards of actions and effects, automatic actions, what a term or duty applies to
    "guard": Place(_ALL, "condition"),
    # an input of a decision table that is worked out
    "table": Place(_ALL, "value"),
    # ledgers, lists and searches: becomes SQL. Dates are moved only where no column is read (`today`).
    "filter": Place(_ALL - {*ARITHMETIC, *AGGREGATES}, "condition"),
    # metrics of reports and indicators
    "metric": Place(_ALL, "value"),
    # a computed field of a form; runs in the browser too
    "computed": Place(_ALL, "value"),
}
