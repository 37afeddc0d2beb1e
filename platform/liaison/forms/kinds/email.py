"""An e-mail address, its host in lower case."""

from __future__ import annotations

import re
from typing import Any

import wtforms.widgets

from ..kind import Kind, Wrong, register
from ..model import Field
from ..reading import read_plain

_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")


@register
class Email(Kind):
    name = "email"
    nature = "email"
    inputmode = "email"
    autocomplete = "email"
    widget = wtforms.widgets.EmailInput()

    def fragment(self, field: Field) -> dict[str, Any]:
        return {"type": "string", "format": "email", "maxLength": 254}

    def parse(self, field: Field, raw: Any) -> str | None:
        address = read_plain(raw)
        if not address:
            return None
        name, _, host = address.rpartition("@")
        host = host.lower()
        if len(address) > 254 or len(name) > 64 or not (_NAME.fullmatch(name) and _HOST.fullmatch(host)):
            raise Wrong("forms.not_an_email")
        return f"{name}@{host}"
