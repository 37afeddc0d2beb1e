"""A field in a place that wants a field of another kind: a term cannot count from a telephone number."""

from __future__ import annotations

from collections.abc import Iterator

from liaison.definitions import FACETS, recipients
from liaison.texts import Finding, Message, Severity

from ..look import Look

_DAYS = ("date", "moment")
_EFFECTS = (("extend", "until", _DAYS), ("for_each", "of", ("list", "rows")))
_FACETS = {"number": ("number", "money"), "text": ("text", "code", "unit", "list")}

_SPOKEN = (
    "line", "text", "date", "datetime", "time", "integer", "decimal", "money", "percent", "code", "choice", "unit",
    "party",
)  # fmt: skip
"""Kinds that a record may be named by: what they hold is said by itself, or found for many records at once."""


def wrong_kind(look: Look) -> Iterator[Finding]:
    """Anchors and agreed ends of terms want dates, assignments units, *for each* lists, facets what they are typed,
    names what can be read as it stands."""
    for file, pointer, of, term in look.terms():
        anchor = term["anchor"]
        if "field" in anchor:
            type_ = look.definition.record_types[of].relations[anchor["relation"]].to if "relation" in anchor else of
            yield from _judge(look, type_, anchor["field"], _DAYS, file, f"{pointer}/anchor/field")
        if "asks" in term["length"]:
            yield from _judge(look, of, term["length"]["asks"], _DAYS, file, f"{pointer}/length/asks")
    for file, pointer, of, effect, _ in look.effects():
        for kind, member, wanted in _EFFECTS:
            where = effect.get(kind, {}).get(member, {})
            if "field" in where:
                yield from _judge(look, of, where["field"], wanted, file, f"{pointer}/{kind}/{member}/field")
        for to, where in recipients(effect["assign"]) if "assign" in effect else ():
            if "field" in to:
                yield from _judge(
                    look, of, to["field"], ("unit",), file, f"{pointer}/assign{where}/field", to.get("column")
                )
    file = f"rules/{look.definition.key}/mechanism.json"
    for at, record_type in enumerate(look.definition.data[file]["record_types"]):
        for inner, key in enumerate(record_type.get("named_by", ())):
            field = look.mechanism.fields.get(record_type["key"], {}).get(key)
            if field is not None and field.kind not in _SPOKEN:
                pointer = f"/record_types/{at}/named_by/{inner}"
                names = [Message(f"checking.kind.{kind}") for kind in ("text", "date", "number", "code", "unit")]
                params = {"field": field.title, "wanted": names}
                yield Finding("checking.wrong_kind", Severity.ERROR, file, pointer, params)
        for facet, field in record_type.get("facets", {}).items():
            pointer = f"/record_types/{at}/facets/{facet}"
            yield from _judge(look, record_type["key"], field, _FACETS[FACETS[facet]], file, pointer)


def _judge(
    look: Look, of: str, key: str, wanted: tuple[str, ...], file: str, pointer: str, column: str | None = None
) -> Iterator[Finding]:
    field = look.mechanism.fields.get(of, {}).get(key)
    if field is not None and column:
        field = field.columns.get(column)
    if field is None:
        # A fact of the record (its state, the day it began) is no field, and `dangling` knows the names.
        return
    type_ = look.mechanism.scopes[of].types.get(key) if not column else None
    kinds = {field.kind, type_.kind} if type_ is not None else {field.kind}
    if not kinds & set(wanted):
        names = [Message(f"checking.kind.{kind}") for kind in wanted]
        yield Finding("checking.wrong_kind", Severity.ERROR, file, pointer, {"field": field.title, "wanted": names})
