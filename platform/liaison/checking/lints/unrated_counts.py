"""A share that counts what nobody has rated as if it had been rated well: silence is not praise."""

from __future__ import annotations

from collections.abc import Iterator

from liaison.conditions import Call, Node, compile_expression, dependencies, parse
from liaison.texts import Finding, Severity

from ..look import Look


def unrated_counts(look: Look) -> Iterator[Finding]:
    """Shares whose numerator reads the rating and may hold for a record without one that is among the denominator."""
    file = f"rules/{look.definition.key}/reports.json"
    for at, report in enumerate(look.definition.data.get(file, {}).get("reports", ())):
        for inner, metric in enumerate(report["metrics"]):
            rating = look.definition.record_types[metric["of"]].facets.get("rating", "")
            if metric["measure"] != "share" or not rating or rating not in dependencies(parse(metric["where"])):
                continue
            if all(_may_hold(parse(metric[name]), rating) for name in ("where", "among")):
                pointer = f"/reports/{at}/metrics/{inner}/among"
                yield Finding("checking.unrated_counts", Severity.WARNING, file, pointer, {"metric": metric["title"]})


def _may_hold(node: Node, rating: str, certainly: bool = False) -> bool:
    """Whether a condition may hold (or `certainly` does) for a record without a rating, whatever else it has."""
    if isinstance(node, Call) and node.operator in ("and", "or"):
        each = [_may_hold(operand, rating, certainly) for operand in node.operands]
        return all(each) if node.operator == "and" else any(each)
    if isinstance(node, Call) and node.operator == "!":
        return not _may_hold(node.operands[0], rating, not certainly)
    if dependencies(node) <= {rating}:
        return compile_expression(node)({}) is True
    return not certainly
