"""The official form of a record as a page to print: the table of the scheme, cell by cell, with its notes."""

from __future__ import annotations

from flask import abort, render_template
from flask.typing import ResponseReturnValue

from liaison.engine import Facts
from liaison.forms import print_grid
from liaison.store import log

from .. import permissions, show, visit
from ..language import lang
from . import blueprint
from .frame import AT_RECORD, of_record


@blueprint.get("/records/<record>/print/<form>")
@permissions.opens_to(AT_RECORD)
def print_form(record: str, form: str) -> ResponseReturnValue:
    """The form filled in. Personal data stands in full, as on paper: so that it was printed is logged."""
    opened = visit.opened()
    compiled = opened.mechanism.forms.get(form)
    if compiled is None or "print" not in compiled.json or compiled.of != opened.family.record.type:
        abort(404)
    files = show.files_of([opened.family.record], opened.mechanism)
    show.learn(opened.around, opened.mechanism, [opened.family.record])
    reader = show.Reader.of(opened, visit.actor(), visit.now(), files=files)
    values = {key: value for key, value in opened.family.record.values.items() if key not in reader.hidden}
    facts = Facts(opened.mechanism, opened.family.record, reader.now, opened.family)
    grid = print_grid(compiled, values, facts=facts, lang=lang(), names=reader.names)
    with visit.database().write() as connection:
        log(
            connection, "print", reader.actor.id, reader.now, record=record, address=visit.address(),
            organisation=of_record(opened.family.record.installation).organisation, detail={"form": form},
        )  # fmt: skip
    return render_template("desk/print.html", grid=grid, number=opened.family.record.number, record=record)
