"""Fields of the administration's forms, in the shape that the macro `field` draws (docs/components.md)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Literal, TypeVar

from flask import request

from liaison.texts import Message
from liaison.web import decoded, is_workbook, plain, visit

from .tabular import of_workbook

Field = dict[str, Any]
_Value = TypeVar("_Value", bound=str)


class Form:
    """A form as it came in: reads values, collects what is wrong, and gives back what was typed."""

    def __init__(self, typed: Mapping[str, str] | None = None) -> None:
        self._typed = dict((request.form if typed is None else typed).items())
        self.problems: dict[str, list[str]] = {}

    def text(self, name: str, *, required: bool = False) -> str:
        """What was typed, without blanks around it."""
        value = self._typed.get(name, "").strip()
        if required and not value:
            self.wrong(name, "admin.form.required")
        return value

    def file_or_text(self, name: str) -> str:
        """What was uploaded as `file`, else what was typed; the field shows it from now on, so that nothing is lost."""
        sent = request.files.get("file")
        if sent is None or not sent.filename:
            return self.text(name, required=True)
        data = sent.read()
        try:
            self._typed[name] = plain(of_workbook(data) if is_workbook(data) else decoded(data))
        except ValueError:
            self.wrong(name, "admin.form.no_text")
            return ""
        return self.text(name, required=True)

    def day(self, name: str, *, required: bool = False) -> date | None:
        """A date; None where nothing was typed."""
        value = self.text(name, required=required)
        if not value:
            return None
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.wrong(name, "admin.form.no_date")
            return None

    def one_of(self, name: str, known: Iterable[_Value], *, required: bool = True) -> _Value | Literal[""]:
        """One of the values offered."""
        value = self.text(name, required=required)
        found = next((one for one in known if one == value), None)
        if value and found is None:
            self.wrong(name, "admin.form.not_offered")
        return found or ""

    def wrong(self, name: str, code: str, **params: Any) -> None:
        """Something is wrong with a field."""
        self.tell(name, Message(code, params))

    def tell(self, name: str, message: Message) -> None:
        """Something is wrong with a field, in the words of another room."""
        self.problems.setdefault(name, []).append(visit.spoken(message))

    def field(self, name: str, label: str = "", **more: Any) -> Field:
        """A field for the page, with what was typed; its label is `admin.field.<label or name>`."""
        return {
            "name": name,
            "kind": "line",
            "widget": "line",
            "label": visit.sentence(f"admin.field.{label or name}"),
            "raw": self._typed.get(name, ""),
            "problems": self.problems.get(name, []),
        } | more

    def date_field(self, name: str, label: str = "", **more: Any) -> Field:
        """A field for a date."""
        return self.field(name, label, kind="date", widget="date", **more)

    def choice(
        self, name: str, offered: Iterable[tuple[str, str]], label: str = "", *, otherwise: str = "", **more: Any
    ) -> Field:
        """A field to choose one of (value, label), `otherwise` before anybody chose; more than a dozen can be
        searched."""
        choices = [{"value": value, "label": text} for value, text in offered]
        chosen = [self._typed.get(name) or otherwise]
        widget = "picker" if len(choices) > 12 else "select"
        return self.field(name, label, kind="choice", widget=widget, choices=choices, chosen=chosen, **more)

    def lines(self, name: str, label: str = "", **more: Any) -> Field:
        """A field of several lines."""
        return self.field(name, label, kind="text", widget="text", **more)


def blank(**typed: str) -> Form:
    """A form nobody has filled in yet, with these values in it."""
    return Form(typed)
