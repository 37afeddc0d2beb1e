"""A sheet as a PDF. The same sheet gives the same bytes on the same machine: nothing in it says when it was made."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

import typst

from liaison.forms import Cell, Piece
from liaison.texts import Message, say

from .drawing import png_of
from .model import Heading, Listing, Official, Paragraph, Sheet, Signing, Table
from .shape import broken, shares, widths

SONG = ("Noto Serif CJK SC", "Noto Serif SC", "Source Han Serif SC", "Source Han Serif CN", "Songti SC", "SimSun")
"""The Song typefaces that will do, the best first: as Debian, the foundry, macOS and Windows call them."""
HEI = ("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN", "PingFang SC", "SimHei")
"""The Hei typefaces, for headings."""
_TEMPLATE = Path(__file__).with_name("sheet.typ")
_LONG, _VERY_LONG = re.compile(r"[!-~]{14,}"), re.compile(r"[!-~]{24,}")
"""Words too long for a narrow cell (an address), and for any."""
_SEAM = re.compile(r"(?<=[-@._/?&=])(?=[^-@._/?&=])")
"""Where a long word is broken best."""
_BREAK = "\u200b"


class PaperError(Exception):
    """A paper that could not be made; `message` says why."""

    def __init__(self, message: Message) -> None:
        super().__init__(say(message, "en"))
        self.message = message


def to_pdf(sheet: Sheet) -> bytes:
    """The PDF. PaperError on a machine without a Chinese typeface."""
    made = _typeset(sheet, "pdf")
    assert isinstance(made, bytes)
    return made


def to_png(sheet: Sheet) -> list[bytes]:
    """The pages as pictures, to be looked at. PaperError as `to_pdf`."""
    made = _typeset(sheet, "png")
    return made if isinstance(made, list) else [made]


def has_typeface() -> bool:
    """Whether this machine can set Chinese."""
    return not _fonts()[1].isdisjoint(SONG)


def _typeset(sheet: Sheet, format_: Literal["pdf", "png"]) -> bytes | list[bytes]:
    fonts, families = _fonts()
    song = [family for family in SONG if family in families]
    if not song:
        raise PaperError(Message("documents.no_typeface"))
    hei = [family for family in HEI if family in families] or song
    made = typst.compile(
        str(_TEMPLATE),
        root=str(_TEMPLATE.parent),
        font_paths=fonts,
        sys_inputs={"data": json.dumps(_data(sheet, song, hei), ensure_ascii=False)},
        format=format_,
        ppi=100,
        timestamp=0,
    )
    assert made is not None, "nothing was written to a file"
    return made


@cache
def _fonts() -> tuple[typst.Fonts, frozenset[str]]:
    """The typefaces of this machine, looked through once, and what they are called."""
    fonts = typst.Fonts(include_embedded_fonts=False)
    return fonts, frozenset(fonts.families())


def _data(sheet: Sheet, song: list[str], hei: list[str]) -> dict[str, Any]:
    """What the template reads."""
    mark = {"title": sheet.title, "mark": sheet.mark}
    page = say(Message("documents.page", {"page": "\0", "pages": "\0"}), sheet.lang)
    return {
        "annex": sheet.annex,
        "title": _breakable(sheet.title),
        "number": _breakable(sheet.number),
        "seal": sheet.seal,
        "seal_place": say(Message("documents.seal_place"), sheet.lang),
        "lang": sheet.lang,
        "wide": sheet.wide,
        "fonts": {"song": song, "hei": hei},
        "continued": say(Message("documents.continued", mark), sheet.lang),
        "page": page.split("\0"),
        "blocks": [{"kind": block.kind, **_BLOCKS[type(block)](block, sheet.lang)} for block in sheet.blocks],
    }


def _breakable(text: str) -> str:
    """The text with places to break words that are longer than a line."""
    return _VERY_LONG.sub(lambda word: _BREAK.join(word[0]), text)


def _in_cell(text: str) -> str:
    """The same for a narrow cell."""
    return _LONG.sub(
        lambda word: _breakable(word[0]) if _VERY_LONG.match(word[0]) else _SEAM.sub(_BREAK, word[0]), text
    )


def _heading(block: Heading, _lang: str) -> dict[str, Any]:
    return {"text": _breakable(block.text), "level": block.level}


def _paragraph(block: Paragraph, _lang: str) -> dict[str, Any]:
    return {"text": _breakable(block.text)}


def _listing(block: Listing, _lang: str) -> dict[str, Any]:
    items = [(mark, _breakable(item)) for mark, item in block.items]
    return {"label": _breakable(block.label), "items": items}


def _table(block: Table, _lang: str) -> dict[str, Any]:
    return {
        "titles": block.titles, "widths": block.widths, "empty": block.empty,
        "rows": [[_in_cell(text) for text in row] for row in block.rows],
    }  # fmt: skip


def _signing(block: Signing, _lang: str) -> dict[str, Any]:
    return {"places": [(label, _breakable(value)) for label, value in block.places]}


def _official(block: Official, lang: str) -> dict[str, Any]:
    grid, columns = block.grid, widths(block.grid)
    return {
        "header": [_piece(piece, lang) for piece in grid.header],
        "widths": columns,
        "shares": shares(grid, block.tall),
        "cells": [_cell(cell, block, columns[cell.column], lang) for row in grid.rows for cell in row],
        "notes_title": say(Message("documents.notes"), lang),
        "notes": [note.text for note in grid.notes],
    }


def _cell(cell: Cell, block: Official, width: int, lang: str) -> dict[str, Any]:
    """A label is its lines; what is filled in is its pieces."""
    return {
        "row": cell.row, "column": cell.column, "rowspan": cell.rowspan, "colspan": cell.colspan,
        "tall": (cell.row, cell.column) in block.tall,
        "label": broken(cell, width) if cell.heading else None,
        "pieces": [] if cell.heading else [_piece(piece, lang) for piece in cell.pieces],
    }  # fmt: skip


def _piece(piece: Piece, lang: str) -> dict[str, Any]:
    """Words, or a drawing as bytes with the words before it."""
    if not piece.image:
        return {"text": _in_cell(piece.text), "image": None}
    drawing = png_of(piece.image)
    if drawing is None:
        return {"text": piece.text + say(Message("documents.undrawable"), lang), "image": None}
    return {"text": piece.text, "image": list(drawing)}


_BLOCKS: Mapping[type, Callable[[Any, str], dict[str, Any]]] = {
    Heading: _heading, Paragraph: _paragraph, Listing: _listing, Table: _table, Signing: _signing, Official: _official,
}  # fmt: skip
"""Block → what the template draws it from."""
