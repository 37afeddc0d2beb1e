"""A share that counts what nobody has rated as if it had been rated well: silence is not praise."""

from __future__ import annotations

from collections.abc import Iterator, Set

from liaison.conditions import Call, Node, compile_expression, dependencies, parse
from liaison.texts import Finding, Severity

from ..look import Look


def unrated_counts(look: Look) -> Iterator[Finding]:
    """Shares whose numerator reads the rating and may hold for a record without one that is among the denominator."""
    file = f"rules/{look.definition.key}/reports.json"
    for at, report in enumerate(look.definition.data.get(file, {}).get("reports", ())):
        for inner, metric in enumerate(report["metrics"]):
            rating = look.definition.record_types[metric["of"]].facets.get("rating", "")
            coded = look.mechanism.coded[metric["of"]]
            rated = {rating, *(path for path, one in coded.items() if one.field == rating)}
            if metric["measure"] != "share" or not rating or rated.isdisjoint(dependencies(parse(metric["where"]))):
                continue
            if all(_may_hold(parse(metric[name]), rated) for name in ("where", "among")):
                pointer = f"/reports/{at}/metrics/{inner}/among"
                yield Finding("checking.unrated_counts", Severity.WARNING, file, pointer, {"metric": metric["title"]})


def _may_hold(node: Node, rated: Set[str], certainly: bool = False) -> bool:
    """Whether a condition may hold (or `certainly` does) for a record without a rating, whatever else it has."""
    if isinstance(node, Call) and node.operator in ("and", "or"):
        each = [_may_hold(operand, rated, certainly) for operand in node.operands]
        return all(each) if node.operator == "and" else any(each)
    if isinstance(node, Call) and node.operator == "!":
        return not _may_hold(node.operands[0], rated, not certainly)
    if dependencies(node) <= rated:
        return compile_expression(node)({}) is True
    return not certainly
