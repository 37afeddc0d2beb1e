"""A sheet as a Word file that a clerk may go on writing in."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any

import docx
from docx.document import Document as Word
from docx.enum.section import WD_ORIENTATION
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Emu, Pt
from docx.table import Table as WordTable
from docx.text.paragraph import Paragraph as WordParagraph

from liaison.forms import Cell, Grid, Piece
from liaison.texts import Message, say

from .drawing import png_of
from .model import Heading, Listing, Official, Paragraph, Sheet, Signing, Table
from .shape import broken, shares, widths

SONG, FANG, HEI = "宋体", "仿宋", "黑体"  # zh: typefaces by the names Word knows
_BLANK = "_" * 16
"""Where somebody signs."""
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|[\ud800-\udfff]")
"""What cannot stand in an XML file."""
_ROW, _NOTE, _HEAD = Cm(0.95), Cm(0.55), Cm(3.2)
"""About how high a row, a line of a note, and title and header are: Word draws the page, and knows better."""


def to_word(sheet: Sheet) -> bytes:
    """The DOCX file."""
    word = docx.Document()
    _Writer(word, sheet).write()
    out = BytesIO()
    word.save(out)
    return out.getvalue()


class _Writer:
    def __init__(self, word: Word, sheet: Sheet) -> None:
        self._word, self._sheet = word, sheet
        self._official = any(isinstance(block, Official) for block in sheet.blocks)
        self._margin = Cm(2 if self._official else 2.7)
        self._width = (Cm(29.7) if sheet.wide else Cm(21)) - 2 * self._margin

    def write(self) -> None:
        word, sheet = self._word, self._sheet
        word.core_properties.title = _CONTROL.sub("", sheet.title)[:255]
        word.core_properties.author = word.core_properties.comments = ""
        section = word.sections[0]
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        if sheet.wide:
            section.orientation = WD_ORIENTATION.LANDSCAPE
            section.page_width, section.page_height = Cm(29.7), Cm(21)
        section.left_margin = section.right_margin = self._margin
        section.top_margin = section.bottom_margin = Cm(2.2 if self._official else 3.5)
        style = word.styles["Normal"]
        style.font.size = Pt(12 if self._official else 16)
        _typeface(style.element.get_or_add_rPr(), SONG if self._official else FANG)
        style.paragraph_format.space_after = style.paragraph_format.space_before = Pt(0)
        self._title()
        for block in sheet.blocks:
            _DRAWN[type(block)](self, block)
        if sheet.seal:
            self._line("")
            for text in (sheet.seal, say(Message("documents.seal_place"), sheet.lang)):
                self._line(text, WD_ALIGN_PARAGRAPH.RIGHT)

    def _title(self) -> None:
        if self._sheet.annex:
            _typeface(self._line(self._sheet.annex).runs[0]._element.get_or_add_rPr(), HEI)
        title = self._line(self._sheet.title, WD_ALIGN_PARAGRAPH.CENTER)
        title.runs[0].font.size, title.runs[0].bold = Pt(20 if self._official else 22), True
        _typeface(title.runs[0]._element.get_or_add_rPr(), SONG)
        title.paragraph_format.space_after = Pt(12)
        if self._sheet.number:
            self._line(self._sheet.number, WD_ALIGN_PARAGRAPH.CENTER)

    def _line(self, text: str, alignment: WD_ALIGN_PARAGRAPH | None = None, indent: bool = False) -> WordParagraph:
        paragraph = self._word.add_paragraph()
        _write(paragraph, text)
        if alignment is not None:
            paragraph.alignment = alignment
        if indent:
            paragraph.paragraph_format.first_line_indent = Pt(32)
        return paragraph

    def heading(self, block: Heading) -> None:
        run = self._line(block.text, indent=True).runs[0]
        run.bold = block.level == 2
        if block.level == 1:
            _typeface(run._element.get_or_add_rPr(), HEI)

    def paragraph(self, block: Paragraph) -> None:
        self._line(block.text, WD_ALIGN_PARAGRAPH.JUSTIFY, indent=True)

    def listing(self, block: Listing) -> None:
        if block.label:
            self._line(block.label, indent=True)
        for mark, item in block.items:
            for n, line in enumerate(item.split("\n")):
                self._line(line if n else mark + line, WD_ALIGN_PARAGRAPH.JUSTIFY, indent=True)

    def table(self, block: Table) -> None:
        drawn = self._grid(len(block.rows) + (2 if not block.rows else 1), len(block.titles))
        _divide(drawn, [self._width * width / sum(block.widths) for width in block.widths])
        for column, title in enumerate(block.titles):
            cell = drawn.cell(0, column)
            _fill(cell, title, WD_ALIGN_PARAGRAPH.CENTER)
            _smaller(cell)
        header = OxmlElement("w:tblHeader")
        header.set(qn("w:val"), "true")
        drawn.rows[0]._tr.get_or_add_trPr().append(header)
        for row, texts in enumerate(block.rows, 1):
            for cell, text in zip(drawn.rows[row].cells, texts, strict=True):
                _fill(cell, text)
                _smaller(cell)
        if not block.rows:
            merged = drawn.cell(1, 0).merge(drawn.cell(1, len(block.titles) - 1))
            _fill(merged, block.empty, WD_ALIGN_PARAGRAPH.CENTER)
            _smaller(merged)

    def signing(self, block: Signing) -> None:
        for label, value in block.places:
            line = self._line(label, WD_ALIGN_PARAGRAPH.RIGHT)
            _write(line, value or _BLANK)

    def official(self, block: Official) -> None:
        grid = block.grid
        if grid.header:
            self._head(grid)
        drawn = self._grid(len(grid.rows), grid.columns)
        needed = widths(grid)
        fixed = [Pt(12) * (width + 1) if width else 0 for width in needed]
        shared = (self._width - sum(fixed)) / max(needed.count(0), 1)
        _divide(drawn, [width or shared for width in fixed])
        for row, height in zip(drawn.rows, self._heights(block), strict=True):
            row.height, row.height_rule = height, WD_ROW_HEIGHT_RULE.AT_LEAST
        for cells in grid.rows:
            for cell in cells:
                self._cell(drawn, cell, block, needed)
        if grid.notes:
            _small(self._line(say(Message("documents.notes"), self._sheet.lang)))
            for n, note in enumerate(grid.notes, 1):
                line = self._line(f"{n}.{note.text}")
                line.paragraph_format.left_indent, line.paragraph_format.first_line_indent = Pt(16), Pt(-16)
                _small(line)

    def _heights(self, block: Official) -> list[Emu]:
        """The least height of each row: what room a page has left goes to those that may hold many lines."""
        grid, parts = block.grid, shares(block.grid, block.tall)
        notes = sum(len(note.text) // 45 + 1 for note in grid.notes)
        room = Cm(29.7 - 4.4) - _HEAD - _ROW * len(grid.rows) - _NOTE * (notes + 1)
        return [Emu(int(_ROW + max(room, 0) * part / max(sum(parts), 1))) for part in parts]

    def _head(self, grid: Grid) -> None:
        """The line over the table: what stands in it reaches from edge to edge."""
        line = self._line("")
        places = len(grid.header) - 1
        for n, piece in enumerate(grid.header):
            last = n == places
            if n or last:
                line.add_run("\t")
                at = self._width if last else self._width * n // (places + 1)
                line.paragraph_format.tab_stops.add_tab_stop(Emu(at), _RIGHT if last else _LEFT)
            self._piece(line, piece)

    def _cell(self, drawn: WordTable, cell: Cell, block: Official, needed: tuple[int, ...]) -> None:
        place = drawn.cell(cell.row, cell.column)
        if cell.rowspan > 1 or cell.colspan > 1:
            place = place.merge(drawn.cell(cell.row + cell.rowspan - 1, cell.column + cell.colspan - 1))
        place.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
        if cell.heading:
            _fill(place, "\n".join(broken(cell, needed[cell.column])), WD_ALIGN_PARAGRAPH.CENTER)
            return
        for n, piece in enumerate(cell.pieces):
            self._piece(place.paragraphs[0] if n == 0 else place.add_paragraph(), piece)
        if (cell.row, cell.column) in block.tall:
            place.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.TOP

    def _piece(self, paragraph: WordParagraph, piece: Piece) -> None:
        _write(paragraph, piece.text)
        if piece.image:
            drawing = png_of(piece.image)
            if drawing is None:
                _write(paragraph, say(Message("documents.undrawable"), self._sheet.lang))
            else:
                paragraph.add_run().add_picture(BytesIO(drawing), height=Cm(1.2))

    def _grid(self, rows: int, columns: int) -> WordTable:
        drawn: WordTable = self._word.add_table(rows, columns, "Table Grid")
        drawn.alignment = WD_TABLE_ALIGNMENT.CENTER
        drawn.autofit = False
        margins = OxmlElement("w:tblCellMar")
        for side in ("top", "bottom"):
            margin = OxmlElement(f"w:{side}")
            margin.set(qn("w:w"), "60")
            margin.set(qn("w:type"), "dxa")
            margins.append(margin)
        drawn._tbl.tblPr.append(margins)
        return drawn


_DRAWN: Mapping[type, Callable[[_Writer, Any], None]] = {
    Heading: _Writer.heading, Paragraph: _Writer.paragraph, Listing: _Writer.listing, Table: _Writer.table,
    Signing: _Writer.signing, Official: _Writer.official,
}  # fmt: skip
"""Block → how it is written."""
_LEFT, _RIGHT = WD_TAB_ALIGNMENT.LEFT, WD_TAB_ALIGNMENT.RIGHT


def _typeface(properties: Any, name: str) -> None:
    """The typeface of Chinese characters is an attribute of its own; Latin ones take the same."""
    fonts = properties.get_or_add_rFonts()
    for script in ("w:ascii", "w:hAnsi", "w:eastAsia"):
        fonts.set(qn(script), name)


def _write(paragraph: WordParagraph, text: str) -> None:
    """Words, each line of its own."""
    run = paragraph.add_run()
    for n, line in enumerate(_CONTROL.sub("", text).split("\n")):
        if n:
            run.add_break()
        run.add_text(line)


def _fill(cell: Any, text: str, alignment: WD_ALIGN_PARAGRAPH | None = None) -> None:
    _write(cell.paragraphs[0], text)
    cell.paragraphs[0].alignment = alignment


def _smaller(cell: Any) -> None:
    """A table in a text of size 16 is of size 12."""
    for run in cell.paragraphs[0].runs:
        run.font.size = Pt(12)


def _small(paragraph: WordParagraph) -> None:
    for run in paragraph.runs:
        run.font.size = Pt(10.5)


def _divide(table: WordTable, widths: list[float]) -> None:
    """Give every cell its width: that of the column alone counts for nothing in Word."""
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Emu(int(width))
        for cell in column.cells:
            cell.width = Emu(int(width))
