"""Forms and documents of a record on paper: as a page to print, a PDF, or a Word file; and those an action had made.

Personal data stands in full, as on paper, for whoever may read it: what was shown of it is logged each time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import abort, render_template, url_for
from flask.typing import ResponseReturnValue

from liaison.documents import (
    Document,
    PaperError,
    Reading,
    Sheet,
    document_sheet,
    document_title,
    documents_of,
    file_name,
    form_sheet,
    may_read_document,
    may_read_paper,
    personal_in_document,
    personal_in_form,
    read_all,
    to_pdf,
    to_word,
    widths,
)
from liaison.engine import Family, Mechanism
from liaison.forms import Form
from liaison.store import Kept, content, files, log, papers

from .. import permissions, show, visit
from ..downloads import handed_out
from ..language import lang
from . import blueprint
from .frame import AT_RECORD, of_record, page

_FILES: Mapping[str, tuple[Callable[[Sheet], bytes], str]] = {
    "pdf": (to_pdf, "application/pdf"),
    "docx": (to_word, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
}
"""Extension → how the file is made, and its type."""


@dataclass(frozen=True, slots=True)
class Printed:
    """What is put on paper, and which fields with personal data it shows."""

    sheet: Sheet
    personal: list[str]


@blueprint.get("/records/<record>/print/<form>")
@blueprint.get("/records/<record>/print/<form>/<any(pdf, docx):extension>", endpoint="form_file")
@permissions.opens_to(AT_RECORD)
def print_form(record: str, form: str, extension: str = "") -> ResponseReturnValue:
    """An official form filled in. What its reader may not read stays blank."""

    def printed(family: Family, mine: Reading, _all: Reading) -> Printed:
        compiled = _form(mine, family, form)
        return Printed(form_sheet(compiled, family, mine), personal_in_form(compiled, family, mine))

    return _answer(record, {"form": form}, extension, printed)


@blueprint.get("/records/<record>/documents/<document>")
@blueprint.get("/records/<record>/documents/<document>/<any(pdf, docx):extension>", endpoint="document_file")
@permissions.opens_to(AT_RECORD)
def print_document(record: str, document: str, extension: str = "") -> ResponseReturnValue:
    """A document of the record as it stands now, for whoever may read all that is in it."""

    def printed(family: Family, mine: Reading, everything: Reading) -> Printed:
        found = _document(mine, family, document)
        return Printed(document_sheet(found, family, everything), personal_in_document(found, family, everything))

    return _answer(record, {"document": document}, extension, printed)


@blueprint.get("/records/<record>/papers/<int:paper>")
@permissions.opens_to(AT_RECORD)
def paper(record: str, paper: int) -> ResponseReturnValue:
    """A document that an action had made, as it was then; to whoever may read today what it is made of."""
    with visit.database().write() as connection:
        kept = next((one for one in papers(connection, record) if one.id == paper), None)
        if kept is None or kept.file is None:
            abort(404)
        family, everything = read_all(connection, visit.database().shelf, record, visit.now(), lang())
        mine = _mine(family, everything)
        found = _document(mine, family, kept.document, may_read_paper)
        data = content(connection, kept.file)
        name = files(connection, [kept.file])[kept.file].name
        _note(connection, family, "download", {"document": kept.document}, personal_in_document(found, family, mine))
    return handed_out(data, _FILES["pdf"][1], name)


def offered(reader: show.Reader, beside: Mapping[str, Mechanism]) -> list[dict[str, Any]]:
    """What of a record can be put on paper now, as its page lists it: the official forms that hold something this
    person may read, and the documents of its type that are for this person. `beside`: `visit.Opened.beside`."""
    record, mine = reader.record, _eyes(reader, beside)
    forms = [
        {"title": form.title, "ways": _ways(record.id, "form", key)}
        for key in reader.type.forms
        if "print" in (form := reader.mechanism.forms[key]).json
        and any(
            record.values.get(control.field.key) is not None and control.field.key not in reader.hidden
            for control in form.controls.values()
        )
    ]
    return forms + [
        {"title": document_title(one, reader.family, mine), "ways": _ways(record.id, "document", one.key)}
        for one in documents_of(reader.mechanism.definition).values()
        if one.of == record.type and not one.form and may_read_document(one, reader.family, mine)
    ]


def kept(reader: show.Reader, beside: Mapping[str, Mechanism], papers: Iterable[Kept]) -> list[dict[str, str]]:
    """The documents that actions had made, as the record's page lists them: only those for this person."""
    mine, found = _eyes(reader, beside), documents_of(reader.mechanism.definition)
    return [
        {
            "title": document_title(found[one.document], reader.family, mine),
            "href": url_for(".paper", record=reader.record.id, paper=one.id) if one.file else "",
            "said": visit.sentence(f"desk.paper_{one.state}", at=one.created_at),
        }
        for one in papers
        # A record that was moved to another version may have papers that version does not know.
        if one.document in found and may_read_paper(found[one.document], reader.family, mine)
    ]


def _eyes(reader: show.Reader, beside: Mapping[str, Mechanism]) -> Reading:
    scope = visit.reach()[reader.record.installation]
    reading = Reading(reader.mechanism, reader.around, reader.now, reader.actor, scope)
    return replace(reading, versions=lambda one: beside.get(one.id, reader.mechanism))


def _ways(record: str, kind: str, key: str) -> list[dict[str, str]]:
    """The page to print and the files: {title, href}."""
    named: dict[str, Any] = {"record": record, kind: key}
    files = [
        {"title": visit.sentence(f"desk.as_{one}"), "href": url_for(f".{kind}_file", extension=one, **named)}
        for one in _FILES
    ]
    return [{"title": visit.sentence("desk.print_page"), "href": url_for(f".print_{kind}", **named)}, *files]


def _answer(
    record: str, what: Mapping[str, str], extension: str, printed: Callable[[Family, Reading, Reading], Printed]
) -> ResponseReturnValue:
    """The page, or the file where an extension asks for one. That it was printed is noted before it leaves."""
    with visit.database().read() as connection:
        family, everything = read_all(connection, visit.database().shelf, record, visit.now(), lang())
        paper = printed(family, _mine(family, everything), everything)
    body = b""
    if extension:
        try:
            body = _FILES[extension][0](paper.sheet)
        except PaperError as error:
            return _cannot(record, what, error), 503
    with visit.database().write() as connection:
        _note(connection, family, "print", {**what, "as": extension or "page"}, paper.personal)
    if extension:
        return handed_out(body, _FILES[extension][1], file_name(paper.sheet, extension))
    [(kind, key)] = what.items()
    return render_template(
        "desk/print.html", sheet=paper.sheet, record=record, links=_ways(record, kind, key)[1:], widths=widths
    )


def _form(reading: Reading, family: Family, key: str) -> Form:
    compiled = reading.mechanism.forms.get(key)
    if compiled is None or "print" not in compiled.json or compiled.of != family.record.type:
        abort(404)
    return compiled


def _document(
    reading: Reading,
    family: Family,
    key: str,
    may_read: Callable[[Document, Family, Reading], bool] = may_read_document,
) -> Document:
    found = documents_of(reading.mechanism.definition).get(key)
    if found is None or found.of != family.record.type:
        abort(404)
    if not may_read(found, family, reading):
        abort(403)
    return found


def _mine(family: Family, everything: Reading) -> Reading:
    """The same record through the eyes of whoever asks."""
    scope = visit.reach()[family.record.installation]
    return replace(everything, actor=visit.actor(), scope=scope)


def _note(connection: Any, family: Family, what: str, detail: Mapping[str, Any], personal: list[str]) -> None:
    log(
        connection, what, visit.actor().id, visit.now(), record=family.record.id, address=visit.address(),
        organisation=of_record(family.record.installation).organisation, detail={**detail, "unmasked": personal},
    )  # fmt: skip


def _cannot(record: str, what: Mapping[str, str], error: PaperError) -> str:
    """Why there is no file, and the way to the page, which needs nothing."""
    return page(
        "desk/no_paper.html",
        at=of_record(visit.opened().family.record.installation),
        record=record,
        back=_ways(record, *next(iter(what.items())))[0]["href"],
        what=visit.spoken(error.message),
        todo=visit.advice(error.message),
    )
