"""An expression in words, for people: 【问题类别】是【C】且【涉及单位】的数目不少于3.

What is said is a clause without 当 or "when": the sentence around it has its own. Negation goes into the verb
(未填写, 不是) wherever that says the same; where a missing value would make a difference, 并非 stands before it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from liaison.texts import Message, say

from .model import (
    CONDITIONS,
    ORDERINGS,
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

Nature = Literal["", "count", "day"]


@dataclass(frozen=True, slots=True)
class Label:
    """What people call a path, and what they call the codes it may hold.

    `text`: the title of a field, put in brackets, or for a fact a Message, said as it is. `nature`: counts are fewer
    or more, days earlier or later, other values smaller or larger. `denied`: for a fact that is either so or not,
    the words for "not"; `text` then says that it is so.
    """

    text: str | Message
    codes: Mapping[str, str | Message] = field(default_factory=dict)
    nature: Nature = ""
    denied: Message | None = None


def spell(expr: Json, labels: Mapping[str, Label], lang: str = "zh") -> str:
    """`expr` in words. `labels` are by path as `dependencies` gives it, slots as `slot.<key>`.

    What has no label is shown by its path. ExpressionError as `parse`.
    """
    return _Speller(labels, lang).whole(parse(expr))


_ORDER_WORDS: Mapping[Nature, Mapping[str, str]] = {
    "": {"<": "less", "<=": "at_most", ">": "more", ">=": "at_least"},
    "count": {"<": "fewer", "<=": "no_more", ">": "more_than", ">=": "no_fewer"},
    "day": {"<": "before", "<=": "not_after", ">": "after", ">=": "not_before"},
}
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}
_VALUE_WORDS = {"-": "minus", "/": "divided", "round": "round"}
_JOINED = {"and": "and", "or": "or", "+": "plus", "*": "times"}
_Lists = tuple[str, ...]
"""The paths of the lists around, outermost first."""


class _Speller:
    def __init__(self, labels: Mapping[str, Label], lang: str) -> None:
        self.labels = labels
        self.lang = lang

    def say(self, word: str, **params: object) -> str:
        return say(Message(f"conditions.spell.{word}", params), self.lang)

    def whole(self, node: Node) -> str:
        return self.condition(node, ()) if _is_condition(node) else self.value(node, ())

    # ── Conditions: `yes` says whether it holds or does not ──────────────────────────────────────────────────────

    def condition(self, node: Node, around: _Lists, yes: bool = True) -> str:
        match node:
            case Constant(value):
                return self.say("always" if (value is True) is yes else "never")
            case Call("!", (operand,)):
                return self.condition(operand, around, not yes)
            case Call("and" | "or" as name, operands):
                words = self.say(name).join(self.part(each, name, around) for each in operands)
                return words if yes else self.say("not", operand=self.say("bracket", words=words))
            case Call("missing", (operand,)):
                return self.missing(operand, around, yes)
            case Call("in", (left, right)):
                return self.membership(left, right, around, yes)
            case Call(operator, (left, right)) if operator in ("==", "!="):
                return self.equality(left, right, around, yes is (operator == "=="))
            case Call(operator, (left, right)) if operator in ORDERINGS:
                return self.order(operator, left, right, around, yes)
            case Aggregate("any" | "all" as name, over, _, where) if where is not None:
                within = (*around, full_path(over, around))
                word = name if yes else f"not_{name}"
                return self.say(word, over=self.value(over, around), condition=self.condition(where, within))
            case _:
                return self.truth(node, around, yes)

    def part(self, node: Node, operator: str, around: _Lists) -> str:
        """One of several conditions, in brackets where the sentence would otherwise read in two ways."""
        words = self.condition(node, around)
        return self.say("bracket", words=words) if isinstance(node, Call) and node.operator in _JOINED else words

    def truth(self, node: Node, around: _Lists, yes: bool) -> str:
        """What is either so or not, standing alone."""
        if isinstance(node, Var) and (label := self.labels.get(full_path(node, around))) and label.denied is not None:
            return say(label.denied, self.lang) if not yes else self.value(node, around)
        return self.say("yes" if yes else "no", operand=self.value(node, around))

    def missing(self, node: Node, around: _Lists, yes: bool) -> str:
        label = self.labels.get(full_path(node, around)) if isinstance(node, Var) else None
        fact = label is not None and isinstance(label.text, Message)
        word = ("none" if yes else "some") if fact else ("missing" if yes else "filled")
        return self.say(word, operand=self.value(node, around))

    def equality(self, left: Node, right: Node, around: _Lists, yes: bool) -> str:
        if _is_fixed(left) and not _is_fixed(right):
            left, right = right, left
        if isinstance(right, Constant):
            if right.value is None:
                return self.missing(left, around, yes)
            if isinstance(right.value, bool):
                if _is_condition(left) or self.is_fact(left, around):
                    return self.condition(left, around, yes is right.value)
                # What is not filled in is neither yes nor no: "is not no" must not become "is yes".
                word = "equals_true" if right.value else "equals_false"
                return self.say(word if yes else f"not_{word}", operand=self.value(left, around))
        counted = isinstance(right, Constant) and not isinstance(right.value, str | date)
        word = "equal" if counted else "is" if _is_fixed(right) else "same"
        left_words, right_words = self.beside(left, right, around), self.beside(right, left, around)
        return self.say(word if yes else f"not_{word}", left=left_words, right=right_words)

    def order(self, operator: str, left: Node, right: Node, around: _Lists, yes: bool) -> str:
        if _is_fixed(left) and not _is_fixed(right):
            left, right, operator = right, left, _MIRRORED[operator]
        nature = self.nature(left, around) or self.nature(right, around)
        if not yes and nature == "count":  # a count is never missing: not fewer is at least
            operator, yes = _OPPOSITE[operator], True
        words = self.say(
            _ORDER_WORDS[nature][operator],
            left=self.beside(left, right, around),
            right=self.beside(right, left, around),
        )
        return words if yes else self.say("not", operand=words)

    def membership(self, left: Node, right: Node, around: _Lists, yes: bool) -> str:
        if isinstance(right, Constants):
            if len(right.members) == 1:
                return self.equality(left, right.members[0], around, yes)
            word = "in" if yes else "not_in"
        else:
            word = "contains" if yes else "not_contains"
        return self.say(word, left=self.beside(left, right, around), right=self.beside(right, left, around))

    # ── Values ───────────────────────────────────────────────────────────────────────────────────────────────────

    def value(self, node: Node, around: _Lists) -> str:
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
            case Aggregate():
                return self.condition(node, around) if node.operator in CONDITIONS else self.aggregate(node, around)
            case Call(operator) if operator in CONDITIONS:
                return self.say("bracket", words=self.condition(node, around))
            case Call():
                return self.reckoning(node, around)

    def var(self, node: Var, around: _Lists) -> str:
        if not node.path:
            return self.say("item")
        label = self.labels.get(full_path(node, around))
        if label is not None and isinstance(label.text, Message):
            return say(label.text, self.lang)
        return self.say("field", label=label.text if label else node.path)

    def reckoning(self, node: Call, around: _Lists) -> str:
        name = node.operator
        operands = [self.operand(each, around) for each in node.operands]
        if name in _JOINED:
            return self.say(_JOINED[name]).join(operands)
        if name == "date_add":
            unit = node.operands[2]
            return self.say(
                f"date_add_{unit.value if isinstance(unit, Constant) else unit}", day=operands[0], amount=operands[1]
            )
        if len(operands) == 1:
            return self.say("negative", operand=operands[0])
        return self.say(_VALUE_WORDS[name], left=operands[0], right=operands[1])

    def operand(self, node: Node, around: _Lists) -> str:
        """An operand of a reckoning, in brackets where it is one itself."""
        words = self.value(node, around)
        reckoned = isinstance(node, Call) and node.operator not in (*CONDITIONS, "round")
        return self.say("bracket", words=words) if reckoned else words

    def beside(self, node: Node, other: Node, around: _Lists) -> str:
        """An operand of a comparison; a code is spelt as the field on the other side calls it."""
        if isinstance(node, Constant | Constants) and isinstance(other, Var):
            label = self.labels.get(full_path(other, around), Label(""))
            if isinstance(node, Constants):
                return self.constants(node, label.codes)
            return self.constant(node.value, label.codes)
        return self.operand(node, around)

    def aggregate(self, node: Aggregate, around: _Lists) -> str:
        over = self.var(node.over, around)
        within = (*around, full_path(node.over, around))
        if node.where is not None and node.where != Constant(True, node.where.pointer):
            over = self.say("those_where", over=over, condition=self.condition(node.where, within))
        of = self.say("column_of", over=over, value=self.value(node.value, within)) if node.value else over
        return self.say(node.operator, of=of)

    def constants(self, node: Constants, codes: Mapping[str, str | Message]) -> str:
        return self.say("list").join(
            self.constant(member.value, codes) if isinstance(member, Constant) else self.value(member, ())
            for member in node.members
        )

    def constant(self, value: Scalar, codes: Mapping[str, str | Message]) -> str:
        if value is None:
            return self.say("null")
        if isinstance(value, bool):
            return self.say("true" if value else "false")
        if isinstance(value, str):
            return self.say("field", label=codes.get(value, value))
        return self.say("value", value=value)

    def is_fact(self, node: Node, around: _Lists) -> bool:
        """Whether `node` is a fact that is either so or not, and never missing."""
        label = self.labels.get(full_path(node, around)) if isinstance(node, Var) else None
        return label is not None and label.denied is not None

    def nature(self, node: Node, around: _Lists) -> Nature:
        match node:
            case Constant(value):
                return "day" if isinstance(value, date) else ""
            case Call("date_add"):
                return "day"
            case Aggregate("count"):
                return "count"
            case Var() if (label := self.labels.get(full_path(node, around))) is not None:
                return label.nature
        return ""


def _is_condition(node: Node) -> bool:
    return isinstance(node, Call | Aggregate) and node.operator in CONDITIONS


def _is_fixed(node: Node) -> bool:
    return isinstance(node, Constant | Constants | Slot)
