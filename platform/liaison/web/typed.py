"""What comes in with a request, as somebody could have typed it: no character that nobody sees and no database keeps.

Control characters come with what is pasted from other programs, or from somebody who tries what happens. In forms and
addresses they are dropped before anybody reads them, a page break or a soft one becomes a line break; nobody is told,
because nobody saw them. In the path of an address they make it the address of nothing: 404.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from flask import Flask, Request
from werkzeug.datastructures import ImmutableMultiDict, iter_multi_items
from werkzeug.routing import BaseConverter, IntegerConverter

_BREAKS = re.compile("[\x0b\x0c\x85\u2028\u2029]")
_WHOLE = re.compile("-?[0-9]{1,9}")
_T = TypeVar("_T")
_UNSEEN = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def plain(text: str) -> str:
    """The text without what cannot be typed."""
    return _UNSEEN.sub("", _BREAKS.sub("\n", text))


def whole(text: str, otherwise: _T) -> int | _T:
    """A whole number of at most nine digits, or `otherwise`: nothing here counts further, and no database either."""
    return int(text) if _WHOLE.fullmatch(text) else otherwise


class Typed(ImmutableMultiDict[str, Any]):
    """The fields of a form or an address, plain."""

    def __init__(self, mapping: Mapping[str, Any] | Iterable[tuple[str, Any]] | None = None) -> None:
        super().__init__(
            [
                (plain(name), plain(value) if isinstance(value, str) else value)
                for name, value in iter_multi_items(mapping or ())
            ]
        )


class TypedRequest(Request):
    """A request whose fields are plain."""

    parameter_storage_class = Typed


class Segment(BaseConverter):
    """A part of a path: an id, a key, a signed token. What is longer than any of them is the address of nothing."""

    regex = r"[^/\x00-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]{1,1000}"


class Number(IntegerConverter):
    """A number in a path, as long as a database counts."""

    regex = "[0-9]{1,18}"


def prepare(app: Flask) -> None:
    """Read requests so. Before any route is added."""
    app.request_class = TypedRequest
    app.url_map.converters["default"] = app.url_map.converters["string"] = Segment
    app.url_map.converters["int"] = Number
