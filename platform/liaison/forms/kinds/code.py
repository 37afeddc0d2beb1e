"""One or several codes of a code list, cascading where codes have parents."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from liaison.conditions import Type
from liaison.conditions import code as code_type
from liaison.definitions import Code, CodeList

from ..kind import Scene, Wrong, register
from ..model import Choice, Field, FormError, Names
from ..picking import Pick, entries_of


@register
class CodeKind(Pick):
    name = "code"

    def fragment(self, field: Field) -> dict[str, Any]:
        fragment = super().fragment(field)
        codes = codes_of(field)
        entries = [{"const": code.key, "title": code_label(codes, code)} for code in codes.codes.values()]
        (fragment["items"] if field.many else fragment)["oneOf"] = entries
        return fragment

    def examine(self, field: Field, value: Any, scene: Scene) -> Iterator[Wrong]:
        yield from super().examine(field, value, scene)
        under = field.spec.get("under")
        if under is None:
            return
        above = set(entries_of(scene.values.get(under)))
        codes = codes_of(field)
        if any(above.isdisjoint(ancestors(codes, entry)) for entry in entries_of(value) if entry in codes.codes):
            yield Wrong("forms.not_under")

    def choices(self, field: Field, scene: Scene) -> list[Choice]:
        codes = codes_of(field)
        kept = set(entries_of(scene.existing))
        branches = {code.parent for code in codes.codes.values()} if field.spec.get("leaf") else set()
        return [
            Choice(code.key, code_label(codes, code), parent=code.parent or None)
            for code in codes.codes.values()
            if (code.in_use(scene.day) or code.key in kept) and code.key not in branches
        ]

    def called(self, field: Field, entry: str, names: Names) -> str:
        codes = codes_of(field)
        code = codes.codes.get(entry)
        return entry if code is None else code_label(codes, code)

    def entry_type(self, field: Field) -> Type:
        return code_type(codes_of(field).key)


def codes_of(field: Field) -> CodeList:
    """The code list of a field. Raises FormError when the package has no such list."""
    if field.codes is None:
        raise FormError(f"{field.key}: no code list {field.spec.get('codes')!r}")
    return field.codes


def code_label(codes: CodeList, code: Code) -> str:
    """The label, behind its code where the list says so: “A. …”."""
    return f"{code.key}. {code.label}" if codes.shown_with_code else code.label


def ancestors(codes: CodeList, key: str) -> frozenset[str]:
    """The codes above `key`. A ring in the parents ends the climb."""
    above: set[str] = set()
    code = codes.codes.get(key)
    while code is not None and code.parent and code.parent not in above:
        above.add(code.parent)
        code = codes.codes.get(code.parent)
    return frozenset(above)
