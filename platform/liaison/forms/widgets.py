"""The plain HTML of picking and of rows, for pages without a template of their own."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup, escape
from wtforms.widgets import html_params


class SelectBox:
    """A `<select>` with the choices of the field; each choice names the one it hangs under in `data-parent`."""

    def __call__(self, field: Any, **kwargs: Any) -> Markup:
        kwargs.setdefault("id", field.id)
        entries = [] if field.many else ['<option value=""></option>']
        for choice in field.choices or ():
            attributes: dict[str, Any] = {"value": choice.value, "selected": choice.value in field.picked}
            if choice.parent is not None:
                attributes["data-parent"] = choice.parent
            entries.append(f"<option {html_params(**attributes)}>{escape(choice.label)}</option>")
        return Markup(f"<select {html_params(name=field.name, **kwargs)}>{''.join(entries)}</select>")  # noqa: S704


class RowsTable:
    """A `<table>`: the columns' names, then a row for each entry."""

    def __call__(self, field: Any, **kwargs: Any) -> Markup:
        kwargs.setdefault("id", field.id)
        head = "".join(f"<th scope='col'>{escape(column.title)}</th>" for column in field.spec.columns.values())
        body = "".join(
            f"<tr>{''.join(f'<td>{cell()}</td>' for cell in field.cells(row))}</tr>" for row in field.entries
        )
        return Markup(f"<table {html_params(**kwargs)}><tr>{head}</tr>{body}</table>")  # noqa: S704
