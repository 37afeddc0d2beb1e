"""An expression in words, for people: 当【问题类别】等于【C】且…"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from liaison.texts import Message, say

from .model import (
    CONDITIONS,
    Aggregate,
    Call,
    Constant,
    Constants,
    Json,
    Node,
    Scalar,
    Slot,
    Var,
)
from .parse import parse
from .walk import full_path


@dataclass(frozen=True, slots=True)
class Label:
    """What people call a path, and what they call the codes it may hold."""

    text: str
    codes: Mapping[str, str] = field(default_factory=dict)


def spell(expr: Json, labels: Mapping[str, Label], lang: str = "zh") -> str:
    """`expr` in words. `labels` are by path as `dependencies` gives it, slots as `slot.<key>`.

    What has no label is shown by its path. A condition begins with 当 (when). ExpressionError as `parse`.
    """
    node = parse(expr)
    words = _Speller(labels, lang).node(node, ())
    whole = isinstance(node, Call | Aggregate) and node.operator in CONDITIONS
    return say(Message("conditions.spell.when", {"condition": words}), lang) if whole else words


_WORDS = {
    "==": "equal",
    "!=": "unequal",
    "<": "less",
    "<=": "at_most",
    ">": "more",
    ">=": "at_least",
    "in": "in",
    "missing": "missing",
    "-": "minus",
    "/": "divided",
    "round": "round",
    "!": "not",
}
_DAY_WORDS = {"<": "before", "<=": "not_after", ">": "after", ">=": "not_before"}
_JOINED = {"and": "and", "or": "or", "+": "plus", "*": "times"}


class _Speller:
    def __init__(self, labels: Mapping[str, Label], lang: str) -> None:
        self.labels = labels
        self.lang = lang

    def say(self, word: str, **params: object) -> str:
        return say(Message(f"conditions.spell.{word}", params), self.lang)

    def node(self, node: Node, around: tuple[str, ...]) -> str:
        match node:
            case Constant(value):
                return self.constant(value, {})
            case Constants():
                return self.constants(node, {})
            case Slot(key):
                label = self.labels.get(f"slot.{key}")
                return self.say("slot", label=label.text if label else key)
            case Var():
                return self.var(node, around)
            case Call():
                return self.call(node, around)
            case Aggregate():
                return self.aggregate(node, around)

    def var(self, node: Var, around: tuple[str, ...]) -> str:
        path = full_path(node, around)
        if not node.path:
            return self.say("item")
        label = self.labels.get(path)
        return self.say("field", label=label.text if label else node.path)

    def call(self, node: Call, around: tuple[str, ...]) -> str:
        name = node.operator
        if name in _JOINED:
            return self.say(_JOINED[name]).join(self.part(each, name, around) for each in node.operands)
        if name == "date_add":
            day, amount, unit = node.operands
            words = {"day": self.part(day, name, around), "amount": self.part(amount, name, around)}
            return self.say(f"date_add_{unit.value if isinstance(unit, Constant) else unit}", **words)
        if len(node.operands) == 1:
            return self.say(_WORDS[name], operand=self.part(node.operands[0], name, around))
        left, right = node.operands
        word = _WORDS[name]
        if _is_day(left) or _is_day(right):
            word = _DAY_WORDS.get(name, word)
        elif name == "in" and isinstance(right, Var):
            word = "contains"
        return self.say(
            word,
            left=self.beside(left, right, name, around),
            right=self.beside(right, left, name, around),
        )

    def beside(self, node: Node, other: Node, operator: str, around: tuple[str, ...]) -> str:
        """An operand; a code is spelt as the field on the other side calls it."""
        if isinstance(node, Constant | Constants) and isinstance(other, Var):
            label = self.labels.get(full_path(other, around), Label(""))
            if isinstance(node, Constants):
                return self.constants(node, label.codes)
            return self.constant(node.value, label.codes)
        return self.part(node, operator, around)

    def part(self, node: Node, operator: str, around: tuple[str, ...]) -> str:
        """An operand, in brackets where the sentence would otherwise read in two ways."""
        words = self.node(node, around)
        if not isinstance(node, Call) or node.operator in ("missing", "round"):
            return words
        plain = operator in ("and", "or") and node.operator not in ("and", "or")
        return words if plain else self.say("bracket", words=words)

    def aggregate(self, node: Aggregate, around: tuple[str, ...]) -> str:
        over = self.var(node.over, around)
        within = (*around, full_path(node.over, around))
        where = self.node(node.where, within) if node.where else ""
        if node.operator in ("any", "all"):
            return self.say(node.operator, over=over, condition=where)
        chosen = self.say("those_where", over=over, condition=where) if where else over
        value = self.node(node.value, within) if node.value else ""
        of = self.say("column_of", over=chosen, value=value) if value else chosen
        return self.say(node.operator, of=of)

    def constants(self, node: Constants, codes: Mapping[str, str]) -> str:
        return self.say("list").join(
            self.constant(member.value, codes) if isinstance(member, Constant) else self.node(member, ())
            for member in node.members
        )

    def constant(self, value: Scalar, codes: Mapping[str, str]) -> str:
        if value is None:
            return self.say("null")
        if isinstance(value, bool):
            return self.say("true" if value else "false")
        if isinstance(value, str):
            return self.say("field", label=codes.get(value, value))
        return self.say("value", value=value)


def _is_day(node: Node) -> bool:
    """Whether `node` is a date or moment for certain: then one is earlier or later, not less or more."""
    if isinstance(node, Constant):
        return isinstance(node.value, date)
    return isinstance(node, Call) and node.operator == "date_add"
