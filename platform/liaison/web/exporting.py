"""A list handed out as a file: at once, or with word of how far it is where a script asks for that.

A page links to its list with `as=xlsx` or `as=csv`. Without a script the answer is the file. With `progress=1` it is a
line of JSON for every so many rows, `{"done": 500}`, and at the end `{"href", "count", "cut"}`: the file is kept for
whoever asked, like an upload nobody has attached yet, and swept like one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Response, abort, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue

from liaison.store import add_file, log

from . import sheets, visit
from .downloads import file_name, handed_out
from .sheets import Head

MOST = 20_000
"""Rows of a file; what is beyond is said in its last line."""


@dataclass(frozen=True)
class List:
    """A list to hand out. `rows` come in chunks, each from one look at the database; `noted`: what the access log
    says of it."""

    title: str
    organisation: str
    heads: Sequence[Head]
    rows: Iterable[Sequence[Sequence[Any]]]
    noted: Mapping[str, Any] = field(default_factory=dict)


def hand_out(wanted: List) -> ResponseReturnValue:
    """The answer to a page's request for its list as a file; who took it is logged. 404: no such kind of file."""
    ending = request.args.get("as", "xlsx")
    if ending not in sheets.FORMATS:
        abort(404)
    counting = _Counting(wanted)
    name = file_name(ending, wanted.title, f"{visit.now():%Y%m%d}")
    if "progress" in request.args:
        return Response(stream_with_context(_told(wanted, counting, ending, name)), mimetype="application/x-ndjson")
    sheet = sheets.begun(ending, wanted.title, wanted.heads)
    for chunk in counting.chunks():
        sheet.add(chunk)
    with visit.database().write() as connection:
        _note(connection, wanted, counting)
    return handed_out(sheet.done(), sheets.FORMATS[ending], name)


class _Counting:
    """The rows of a list as they go by."""

    def __init__(self, wanted: List) -> None:
        self._wanted = wanted
        self.count = 0
        self.cut = False

    def chunks(self) -> Iterator[Sequence[Sequence[Any]]]:
        for chunk in self._wanted.rows:
            room = MOST - self.count
            self.cut = len(chunk) > room
            self.count += min(len(chunk), room)
            yield chunk[:room]
            if self.cut:
                said = visit.sentence("web.export.cut", most=MOST)
                yield [[said, *[None] * (len(self._wanted.heads) - 1)]]
                return


def _told(wanted: List, counting: _Counting, ending: str, name: str) -> Iterator[str]:
    sheet = sheets.begun(ending, wanted.title, wanted.heads)
    try:
        for chunk in counting.chunks():
            sheet.add(chunk)
            yield json.dumps({"done": counting.count}) + "\n"
    except GeneratorExit:
        sheet.done()  # whoever asked is gone; half a workbook cannot be thrown away without a complaint
        raise
    with visit.database().write() as connection:
        _note(connection, wanted, counting)
        kept = add_file(connection, wanted.organisation, name, ending, sheet.done(), visit.owner(), visit.now())
    href = url_for("files.download", file=kept.id)
    yield json.dumps({"href": href, "count": counting.count, "cut": counting.cut}) + "\n"


def _note(connection: Any, wanted: List, counting: _Counting) -> None:
    log(
        connection, "export", visit.actor().id, visit.now(), organisation=wanted.organisation,
        address=visit.address(), detail={**wanted.noted, "count": counting.count},
    )  # fmt: skip
