"""From a definition and a record to a sheet: the official form, a list, or a paper written in blocks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from liaison.conditions import kind_of
from liaison.definitions import Json
from liaison.engine import Family
from liaison.forms import Form, print_grid
from liaison.texts import Message, say

from .defined import Document
from .model import Block, Heading, Listing, Official, Paragraph, Sheet, Signing, Table
from .reading import OfRecord, Readable, Reading, Spoken, filled

DIGITS = "一二三四五六七八九十"  # zh: the numerals of headings and items


def form_sheet(form: Form, family: Family, reading: Reading) -> Sheet:
    """The official form of a record. KeyError: the form has no table."""
    of = OfRecord(reading, family)
    values = {key: value for key, value in family.record.values.items() if key not in of.hidden}
    grid = print_grid(form, values, facts=Spoken(of), lang=reading.lang, names=reading.names)
    tall = frozenset(
        (cell.row, cell.column)
        for row, written in zip(grid.rows, form.json["print"]["rows"], strict=True)
        for cell, spec in zip(row, written["cells"], strict=True)
        if _is_long(form, spec)
    )
    return Sheet(grid.title, (Official(grid, tall),), family.record.number, lang=reading.lang, annex=grid.annex)


def _is_long(form: Form, cell: Json) -> bool:
    """Whether something is written in the cell that may take many lines."""
    pieces = cell.get("parts", (cell,))
    return any("field" in piece and form.fields[piece["field"]].kind == "text" for piece in pieces)


def document_title(document: Document, family: Family, reading: Reading) -> str:
    """What a document about a record is called."""
    return filled(document.title, OfRecord(reading, family))


def document_sheet(document: Document, family: Family, reading: Reading) -> Sheet:
    """A document about a record."""
    if document.form:
        return form_sheet(reading.mechanism.forms[document.form], family, reading)
    of = OfRecord(reading, family)
    return Sheet(
        title=filled(document.title, of),
        blocks=tuple(compose(blocks_of(document, reading), of, reading)),
        mark=family.record.number,
        number=filled(document.number, of),
        seal=document.seal,
        lang=reading.lang,
    )


def blocks_of(document: Document, reading: Reading) -> Sequence[Json]:
    """The blocks a document is written in; a list is one table."""
    return document.text or ({"key": "list", "table": {"of": {"view": document.view}}},)


def compose(blocks: Iterable[Json], of: Readable, reading: Reading) -> Iterator[Block]:
    """Blocks as they stand in the file, filled in."""
    for block in blocks:
        kind = next(name for name in _KINDS if name in block)
        yield from _KINDS[kind](block, of, reading)


def _heading(block: Json, of: Readable, _reading: Reading) -> Iterator[Block]:
    yield Heading(filled(block["heading"], of), block.get("level", 1))


def _paragraph(block: Json, of: Readable, _reading: Reading) -> Iterator[Block]:
    yield from (Paragraph(line) for line in filled(block["paragraph"], of).splitlines() if line.strip())


def _list(block: Json, of: Readable, reading: Reading) -> Iterator[Block]:
    body = block["list"]
    items = [filled(body["item"], row) for row in rows_of(body, of, reading)] or _instead(body)
    label = filled(body.get("label", ""), of)
    marks = body.get("marks", "run")
    if items and marks == "run":
        joined = body["join"].join(items) if "join" in body else reading.joined(items)
        yield Paragraph(label + joined)
    elif items:
        yield Listing(label, tuple((_MARKS[marks](n), item) for n, item in enumerate(items, 1)))


def _table(block: Json, of: Readable, reading: Reading) -> Iterator[Block]:
    body = block["table"]
    columns = body.get("columns") or columns_of_view(reading, body["of"]["view"])
    rows = [tuple(filled(column["value"], row) for column in columns) for row in rows_of(body, of, reading)]
    if rows or "empty" in body:
        titles = tuple(column["title"] for column in columns)
        yield Table(titles, tuple(column.get("width", 1) for column in columns), tuple(rows), body.get("empty", ""))


def _sign(block: Json, of: Readable, _reading: Reading) -> Iterator[Block]:
    yield Signing(tuple((filled(one["label"], of), filled(one.get("value", ""), of)) for one in block["sign"]))


_KINDS: Mapping[str, Callable[[Json, Readable, Reading], Iterator[Block]]] = {
    "heading": _heading, "paragraph": _paragraph, "list": _list, "table": _table, "sign": _sign,
}  # fmt: skip
"""Kind of block → how it is filled in."""


def rows_of(body: Json, of: Readable, reading: Reading) -> Sequence[Readable]:
    """The rows of a list or table: those under its condition, in its order, numbered as they then stand."""
    rows = [row for row in of.rows(body["of"]) if reading.mechanism.holds(body.get("where"), row.facts)]
    if path := body.get("order"):
        rows.sort(key=lambda row: _rank(row.value(path.removeprefix("-"))), reverse=path.startswith("-"))
    return [row.numbered(n) for n, row in enumerate(rows, 1)]


def _rank(value: Any) -> tuple[bool, Any]:
    """What is missing stands first; what does not compare, as it is spelt."""
    if value is None:
        return False, ""
    return True, value if kind_of(value) else str(value)


def _instead(body: Json) -> list[str]:
    """What is printed where there are no rows: nothing where the file says nothing."""
    return [body["empty"]] if "empty" in body else []


def columns_of_view(reading: Reading, view: str) -> list[dict[str, Any]]:
    """The columns of a ledger as columns of a table, with its number in front."""
    shown = reading.mechanism.definition.views[view]
    number = {"title": say(Message("documents.column_row"), reading.lang), "value": "{{row.number}}", "width": 0.5}
    columns = [{"title": _title(reading, shown.of, path), "value": f"{{{{{path}}}}}"} for path in shown.columns]
    return [number, *columns]


def _title(reading: Reading, of: str, path: str) -> str:
    mechanism = reading.mechanism
    root, _, rest = path.partition(".")
    if path in mechanism.fields[of]:
        return mechanism.fields[of][path].title
    if root == "term":
        key = rest.partition(".")[0]
        term = mechanism.definition.terms[key].title
        return say(Message("documents.column_due", {"term": term}), reading.lang)
    if root == "part":
        return mechanism.record_type(of).parts[rest.partition(".")[0]].title
    return say(Message(f"documents.column_{rest}"), reading.lang)


def _chinese(number: int) -> str:
    """一 to 九十九, as items are numbered."""
    tens, ones = divmod(number, 10)
    head = (DIGITS[tens - 1] if tens > 1 else "") + DIGITS[9] if tens else ""
    return head + (DIGITS[ones - 1] if ones else "")


_MARKS: Mapping[str, Callable[[int], str]] = {
    "none": lambda _: "",
    "1.": lambda n: f"{n}.",
    "（一）": lambda n: f"（{_chinese(n)}）",  # zh: as the format calls this way of numbering
    "一、": lambda n: f"{_chinese(n)}、",  # zh: the same
}
