"""What the blocks of a document read: the texts in them, and the rows that lists and tables go over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .model import Definition

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Rows:
    """A list or table of a document: its body, and where it stands. `of`: the record type of what it goes over; of the
    rows of a field it is empty, and `fields` are their columns (`value` where the field is no table)."""

    pointer: str
    body: Json
    of: str = ""
    fields: Mapping[str, Any] | None = None

    @property
    def texts(self) -> Iterator[tuple[str, str]]:
        """The texts with places that read a row, with their pointers."""
        if "item" in self.body:
            yield f"{self.pointer}/item", self.body["item"]
        for at, column in enumerate(self.body.get("columns", ())):
            yield f"{self.pointer}/columns/{at}/value", column["value"]


def texts_in(document: Json, pointer: str) -> Iterator[tuple[str, str]]:
    """The texts of a document with places that read its own record, with their pointers."""
    for name in ("title", "number"):
        yield f"{pointer}/{name}", document.get(name, "")
    for at, block in enumerate(document.get("text", ())):
        where = f"{pointer}/text/{at}"
        for name in ("heading", "paragraph"):
            yield f"{where}/{name}", block.get(name, "")
        for name in ("list", "table"):
            yield f"{where}/{name}/label", block.get(name, {}).get("label", "")
        for inner, one in enumerate(block.get("sign", ())):
            for name in ("label", "value"):
                yield f"{where}/sign/{inner}/{name}", one.get(name, "")


def rows_in(definition: Definition, document: Json, pointer: str) -> Iterator[Rows]:
    """The lists and tables of a document. What they go over is empty where there is no such thing: another lint says
    so."""
    for at, block in enumerate(document.get("text", ())):
        for name in ("list", "table"):
            if name in block:
                yield _rows(definition, document["of"], block[name], f"{pointer}/text/{at}/{name}")


def _rows(definition: Definition, of: str, body: Json, pointer: str) -> Rows:
    source, record_type = body["of"], definition.record_types.get(of)
    if "field" in source:
        field = definition.fields.get(of, {}).get(source["field"], {})
        return Rows(pointer, body, fields=field.get("items", {}).get("properties") or {"value": field})
    if "view" in source:
        view = definition.views.get(source["view"])
        return Rows(pointer, body, view.of if view is not None else "")
    if record_type is None:
        return Rows(pointer, body)
    if "part" in source:
        part = record_type.parts.get(source["part"])
        return Rows(pointer, body, part.assignment if part is not None else "")
    return Rows(pointer, body, linked_type(definition, of, source["relation"]))


def linked_type(definition: Definition, of: str, relation: str) -> str:
    """The type of the records under a relation of `of`; `~relation` is one that leads here. Empty: there is none."""
    if relation.startswith("~"):
        key = relation.removeprefix("~")
        found = (
            one.key for one in definition.record_types.values() if key in one.relations and one.relations[key].to == of
        )
        return next(found, "")
    here = definition.record_types[of].relations
    return here[relation].to if relation in here else ""
