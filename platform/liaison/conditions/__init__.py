"""Conditions: the one typed expression grammar of the product, and its Python back end.

Expressions are data, JsonLogic cut down to a closed list of operators. This room parses them, checks them
against the types they read and the place they stand in, evaluates them, and says them in words. Nothing in an
expression ever reaches the host language. The browser and SQL back ends keep the same truth table
(`web/static/conditions.js`, `store/filters.py`); `docs/expressions.md` is the reference.
"""

from .check import check, result_type
from .evaluate import Facts, compile_condition, compile_expression
from .model import (
    BOOLEAN,
    DATE,
    MOMENT,
    MONEY,
    NUMBER,
    OPERATORS,
    OUTER,
    TEXT,
    Aggregate,
    Call,
    Constant,
    Constants,
    ExpressionError,
    Node,
    Scope,
    Slot,
    Type,
    Var,
    code,
    list_of,
    rows,
)
from .never import never_holds
from .parse import parse
from .places import PLACES, Place, PlaceName
from .slots import substitute_slots
from .spell import Label, spell
from .values import kind_of, read_fact, read_stored
from .walk import dependencies

__all__ = [
    "BOOLEAN",
    "DATE",
    "MOMENT",
    "MONEY",
    "NUMBER",
    "OPERATORS",
    "OUTER",
    "PLACES",
    "TEXT",
    "Aggregate",
    "Call",
    "Constant",
    "Constants",
    "ExpressionError",
    "Facts",
    "Label",
    "Node",
    "Place",
    "PlaceName",
    "Scope",
    "Slot",
    "Type",
    "Var",
    "check",
    "code",
    "compile_condition",
    "compile_expression",
    "dependencies",
    "kind_of",
    "list_of",
    "never_holds",
    "parse",
    "read_fact",
    "read_stored",
    "result_type",
    "rows",
    "spell",
    "substitute_slots",
]
