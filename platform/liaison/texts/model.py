"""What the rooms say: a code with its parameters, never a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


@dataclass(frozen=True, slots=True)
class Message:
    """Something to be said to a person: `code` names a sentence of the catalogue, `params` fill it.

    A parameter may be a string, a number, a date, a moment, a Bilingual, a list of these or another Message.
    """

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def reworded(self, said: Mapping[str, str]) -> Message:
        """The same with the words in it put as in `said`, where it knows them; those of messages in it too."""
        return Message(self.code, {name: _reworded(value, said) for name, value in self.params.items()})


def _reworded(value: Any, said: Mapping[str, str]) -> Any:
    if isinstance(value, list | tuple):
        return [_reworded(one, said) for one in value]
    if isinstance(value, Message):
        return value.reworded(said)
    return said.get(value, value) if isinstance(value, str) else value


@dataclass(frozen=True, slots=True)
class Bilingual:
    """A parameter that is spelt one way in Chinese and another in English: an amount, the name of a place."""

    zh: str
    en: str


class Severity(StrEnum):
    """How grave a finding is: an error blocks publishing, a warning wants a look, a note informs."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a check found in a package.

    `file` is the path inside the package (`rules/KEY/terms.json`), `pointer` a JSON Pointer (RFC 6901)
    into it; both may be empty where the finding concerns the package as a whole.
    """

    code: str
    severity: Severity
    file: str = ""
    pointer: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def message(self) -> Message:
        """The sentence of this finding, as a Message."""
        return Message(self.code, self.params)
