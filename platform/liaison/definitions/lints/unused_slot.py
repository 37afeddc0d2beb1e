"""A slot that stands nowhere: adopting districts would be asked in vain."""

from __future__ import annotations

import re
from collections.abc import Iterator

from liaison.texts import Severity

from .index import Index
from .registry import Found, found, lint

_SLOT = re.compile(rb'"slot"\s*:\s*"([a-z0-9_]+)"')


@lint("unused_slot", Severity.WARNING)
def unused_slot(index: Index) -> Iterator[Found]:
    """Looked for in the stored bytes, for in the loaded files every slot is filled."""
    used = {key.decode() for data in index.definition.files.values() for key in _SLOT.findall(data)}
    for file, pointer, slot in index.items("mechanism", "slots"):
        if slot["key"] not in used:
            yield found(file, pointer, slot=slot["question"])
