"""A sheet: what stands on a paper, in order, before anybody draws it. All frozen, all text already written out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from liaison.forms import Grid


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 or 2."""

    kind: ClassVar = "heading"
    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, its first line indented."""

    kind: ClassVar = "paragraph"
    text: str


@dataclass(frozen=True, slots=True)
class Listing:
    """Items under one another, each with its mark (`1.`, or nothing)."""

    kind: ClassVar = "listing"
    label: str
    items: tuple[tuple[str, str], ...]
    """(mark, text)."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under titles that are repeated on every page. `widths` are relative. Without rows, `empty` stands in one."""

    kind: ClassVar = "table"
    titles: tuple[str, ...]
    widths: tuple[float, ...]
    rows: tuple[tuple[str, ...], ...]
    empty: str = ""


@dataclass(frozen=True, slots=True)
class Signing:
    """Places to sign: (label, what stands there; nothing where somebody is to sign by hand)."""

    kind: ClassVar = "signing"
    places: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Official:
    """The table of an official form with its notes. `tall`: (row, column) of the cells that take what room there is."""

    kind: ClassVar = "official"
    grid: Grid
    tall: frozenset[tuple[int, int]] = frozenset()


_UPRIGHT = 6
"""Columns of a table that fit on an upright page."""

Block = Heading | Paragraph | Listing | Table | Signing | Official


@dataclass(frozen=True, slots=True)
class Sheet:
    """One paper. `mark` says on every further page which paper it belongs to (a record's number)."""

    title: str
    blocks: tuple[Block, ...]
    mark: str = ""
    number: str = ""
    """The document number under the title."""
    seal: str = ""
    """Who seals it at the end."""
    lang: str = "zh"
    annex: str = ""
    """Stands above the title, to the left."""

    @property
    def wide(self) -> bool:
        """Whether it lies on its side: a table of many columns has no room on an upright page."""
        return any(isinstance(block, Table) and len(block.titles) > _UPRIGHT for block in self.blocks)
