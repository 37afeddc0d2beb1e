"""How an official table divides its width, and how its labels break: the same in a PDF, in Word and on the page."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from liaison.forms import Cell, Grid

_LONGEST, _LONGEST_BESIDE = 6, 4
"""Characters of a label on one line, and of one beside several rows; a longer one is broken in two."""

_MOST = 4


def widths(grid: Grid) -> tuple[int, ...]:
    """For each column the characters its labels need; 0 for one in which something is filled in: those share the rest.

    A column of nothing but labels is as narrow as they allow; words from top to bottom need one character."""
    alone: dict[int, list[Cell]] = {}
    for row in grid.rows:
        for cell in row:
            if cell.colspan == 1:
                alone.setdefault(cell.column, []).append(cell)
    return tuple(_width(alone.get(column, ())) for column in range(grid.columns))


def _width(cells: Sequence[Cell]) -> int:
    return max(map(_needed, cells)) if cells and all(cell.heading for cell in cells) else 0


def _needed(cell: Cell) -> int:
    """Characters of the longest line of a label."""
    if cell.vertical:
        return 1
    longest = max(map(len, cell.pieces[0].text.split("\n")))
    return max(-(-longest // 2) if longest > (_LONGEST_BESIDE if cell.rowspan > 1 else _LONGEST) else longest, 1)


def shares(grid: Grid, tall: Collection[tuple[int, int]]) -> tuple[int, ...]:
    """How the rows share the room a page has left: those of cells for long texts, most of it where the label runs from
    top to bottom, as it does where the scheme left much room."""
    long = {row for row, _ in tall}
    upright = {cell.row for row in grid.rows for cell in row if cell.vertical}
    return tuple((_MOST if row in upright else 1) if row in long else 0 for row in range(len(grid.rows)))


def broken(cell: Cell, width: int) -> tuple[str, ...]:
    """The lines of a label in a column of so many characters (0: as many as it likes)."""
    text = cell.pieces[0].text
    if cell.vertical:
        return tuple(character for character in text if character.strip())
    return tuple(
        line[at : at + (width or len(line))]
        for line in text.split("\n")
        for at in range(0, len(line), width or len(line))
    )
