"""Text in a cell of CSV: spreadsheets take what begins like a formula for one, and would reckon it."""

from __future__ import annotations

from typing import Final

FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would take for a formula at the beginning of a cell."""


def harmless(text: str) -> str:
    """The text behind a quotation mark where it would be taken for a formula. `meant` takes the mark away again."""
    return f"'{text}" if text.lstrip("'").startswith(FORMULA) else text


def meant(cell: str) -> str:
    """The text that `harmless` wrote into a cell."""
    return cell[1:] if cell.startswith("'") and cell.lstrip("'").startswith(FORMULA) else cell
