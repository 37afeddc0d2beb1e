"""Who may read a document whole. It is not cut to measure: it is for whoever may read everything that stands in it.
What an action had made of it is also for those whom its definition names: they are sent what is done, and no draft."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from liaison.access import is_one_of, may_see
from liaison.conditions import dependencies
from liaison.definitions import Json
from liaison.engine import Family, Record, is_among
from liaison.forms import Field, Form, display, mask
from liaison.roster import Subject

from .compose import blocks_of
from .defined import PLACE, Document
from .reading import Reading

Named = tuple[Json | None, frozenset[str]]
"""The paths read from one source; None: from the record itself."""


def may_read_document(document: Document, family: Family, reading: Reading) -> bool:
    """Whether `reading.actor`, who may see the record, may read the document about it as it would be now."""
    return all(_open(source, paths, family, reading) for source, paths in named_in(document, reading))


def may_read_paper(document: Document, family: Family, reading: Reading) -> bool:
    """The same of one that an action had made."""
    named = is_among(reading.mechanism, family.record, reading.actor, document.read, reading.around)
    return bool(named) or may_read_document(document, family, reading)


def personal_in_document(document: Document, family: Family, reading: Reading) -> list[str]:
    """The fields of the record that hold personal data and stand in the document in full; those of the holders of its
    parts by their path. Other records are masked."""
    named = list(named_in(document, reading))
    paths = {path for source, paths in named if source is None for path in paths}
    for source, read in named:
        if source is not None and "field" in source:
            paths.add(source["field"])
        elif source is not None and "part" in source:
            paths |= {f"part.{source['part']}.{path}" for path in read}
    return _personal(paths, family, reading)


def personal_in_form(form: Form, family: Family, reading: Reading) -> list[str]:
    """The same of an official form."""
    return _personal(_printed(form), family, reading)


def _personal(paths: Collection[str], family: Family, reading: Reading) -> list[str]:
    own = _personal_of(family.record, paths, reading)
    return own + [
        path
        for path in sorted(paths)
        if any(_personal_of(child, {path.split(".", 2)[2]}, reading) for child in _held(family, path))
    ]


def _personal_of(record: Record, keys: Collection[str], reading: Reading) -> list[str]:
    """Which of some fields of a record are masked elsewhere, and hold something for these eyes."""
    values, hidden = record.values, reading.hidden(record)
    fields = reading.version(record).fields[record.type]
    shown = [key for key in fields if key in keys and key not in hidden and values.get(key) is not None]
    return [
        key
        for key in shown
        if mask(fields[key], values[key], reading.names) != display(fields[key], values[key], "zh", reading.names)
    ]


def _held(family: Family, path: str) -> list[Record]:
    """The assignments that a path `part.<part>.<field>` reads: of those who hold the part now."""
    root, _, rest = path.partition(".")
    part, _, what = rest.partition(".")
    if root != "part" or not what:
        return []
    now = {held.assignment for held in family.record.parts if held.part == part and held.ended is None}
    return [child for child in family.children if child.id in now]


def named_in(document: Document, reading: Reading) -> Iterator[Named]:
    """Every path a document reads, by source."""
    if document.form:
        yield None, _printed(reading.mechanism.forms[document.form])
        return
    yield None, _places(document.title, document.number)
    for block in blocks_of(document, reading):
        if "heading" in block or "paragraph" in block:
            yield None, _places(block.get("heading", ""), block.get("paragraph", ""))
        for one in block.get("sign", ()):
            yield None, _places(one["label"], one.get("value", ""))
        body = block.get("list") or block.get("table")
        if body is not None:
            yield None, _places(body.get("label", ""))
            yield body["of"], _of_rows(body, reading)


def _printed(form: Form) -> frozenset[str]:
    table = form.json["print"]
    cells = (cell for row in table["rows"] for cell in row["cells"])
    pieces = (*table.get("header", ()), *(piece for cell in cells for piece in cell.get("parts", (cell,))))
    named = (piece[name] for piece in pieces for name in ("field", "fact") if name in piece)
    return frozenset(path for one in named for path in ([one] if isinstance(one, str) else one))


def _of_rows(body: Json, reading: Reading) -> frozenset[str]:
    texts = [body.get("item", ""), *(column["value"] for column in body.get("columns", ()))]
    paths = set(_places(*texts)) | {body.get("order", "").removeprefix("-")}
    if "where" in body:
        paths |= set(dependencies(body["where"]))
    if "view" in body["of"]:
        view = reading.mechanism.definition.views[body["of"]["view"]]
        paths |= set() if "columns" in body else set(view.columns)
        paths |= set(dependencies(view.filter)) if view.filter is not None else set()
    return frozenset(paths - {""})


def _places(*texts: str) -> frozenset[str]:
    return frozenset(path for text in texts for path in PLACE.findall(text))


def _open(source: Json | None, paths: Collection[str], family: Family, reading: Reading) -> bool:
    record = family.record
    if source is None:
        return _all_open(record, paths, family, reading)
    if "part" in source:
        held = [f"part.{source['part']}.{path}" for path in paths]
        return _all_open(record, held, family, reading)
    if "relation" in source:
        return all(_seen(one, paths, reading) for one in family.linked.get(source["relation"], ()))
    if "view" in source:
        of = reading.mechanism.definition.views[source["view"]].of
        return of in reading.scope.types and not _ever_closed(of, reading) & set(paths)
    key = source["field"]
    return key not in reading.hidden(record) and _columns_open(
        reading.mechanism.fields[record.type][key], paths, family, reading
    )


def _all_open(record: Record, paths: Iterable[str], family: Family, reading: Reading) -> bool:
    """Whether what `paths` read of a record, of the assignments of its parts and of its parent is open."""
    hidden = reading.hidden(record)
    for path in paths:
        root, _, rest = path.partition(".")
        if root == "part":
            assigned = {held.assignment for held in record.parts if held.part == rest.partition(".")[0]}
            what = rest.partition(".")[2]
            if any(what in reading.hidden(child) for child in family.children if child.id in assigned):
                return False
        elif root == "parent":
            if family.parent is not None and not _seen(family.parent, [rest], reading):
                return False
        elif path in hidden:
            return False
    return True


def _seen(record: Record, paths: Collection[str], reading: Reading) -> bool:
    return bool(may_see(reading.scope, record.seen)) and not reading.hidden(record) & set(paths)


def _columns_open(table: Field, paths: Collection[str], family: Family, reading: Reading) -> bool:
    """Whether the records that columns of a table name are open, as far as the paths go into them."""
    further: dict[str, set[str]] = {}
    for path in paths:
        column, _, rest = path.partition(".")
        if rest and column in table.columns:
            further.setdefault(column, set()).add(rest)
    rows = family.record.values.get(table.key) or ()
    linked = {one.id: one for linked in family.linked.values() for one in linked}
    named = ((row.get(column), rest) for column, rest in further.items() for row in rows)
    return all(_seen(linked[id_], rest, reading) for id_, rest in named if id_ in linked)


def _ever_closed(of: str, reading: Reading) -> frozenset[str]:
    """The fields of a type that some state closes to this reader."""
    states = reading.mechanism.definition.lifecycles[of].states.values()
    closed = {
        section
        for state in states
        for section, readers in state.read.items()
        if not is_one_of(reading.actor, readers, Subject(), "", reading.around.today)
    }
    return frozenset(key for key, home in reading.mechanism.homes[of].items() if home in closed)
