"""The documents of a mechanism, from the JSON of its files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from liaison.definitions import Definition, Json, Who, read_who

PLACE = re.compile(r"\{\{\s*([a-z][A-Za-z0-9_.]*)\s*\}\}")
"""A place in a text. Its name is looked up among fields and facts; nothing is evaluated."""


@dataclass(frozen=True, slots=True)
class Document:
    """A paper about records of the type `of`: an official form, a list, or a text in blocks.

    `read`: who may read it whole, whatever stands in it; empty: whoever may read everything that stands in it."""

    key: str
    title: str
    of: str
    form: str = ""
    view: str = ""
    text: tuple[Json, ...] = ()
    number: str = ""
    seal: str = ""
    read: tuple[Who, ...] = ()

    @property
    def name(self) -> str:
        """What it is called where no record fills in its title."""
        return PLACE.sub("…", self.title)


def documents_of(definition: Definition) -> Mapping[str, Document]:
    """Document key → document, in the order of the file."""
    return MappingProxyType({key: _document(data) for key, data in definition.documents.items()})


def _document(data: Json) -> Document:
    plain = {name: data[name] for name in ("key", "title", "of", "form", "view", "number", "seal") if name in data}
    return Document(**plain, text=tuple(data.get("text", ())), read=tuple(map(read_who, data.get("read", ()))))
