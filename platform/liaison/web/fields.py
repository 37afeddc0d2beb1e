"""What a bound field of the forms room looks like on a page: a plain dict that the macro `field` draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from pypinyin import Style, lazy_pinyin

from liaison.engine import FOUND_AT_MOST
from liaison.forms import Choice, Field, most_rows, unique_columns
from liaison.texts import Message, say

from .language import lang

_FEW = 7
"""Up to so many choices stand open as radio buttons or boxes; more are a list, many a picker with search."""
_LIST = 12
_WHOLE = 2_000
"""Choices of all rows of a table together that a page carries; beyond, a row carries what is picked in it, and the
script takes the others from the row to copy."""
_WIDGETS = {
    "line": "line", "telephone": "line", "email": "line", "uscc": "line", "text": "text",
    "integer": "amount", "decimal": "amount", "money": "amount", "percent": "amount",
    "date": "date", "time": "time", "datetime": "datetime",
    "unit": "picker", "party": "picker", "person": "picker", "record": "picker",
    "file": "file", "signature": "signature", "table": "rows", "computed": "computed", "note": "note",
}  # fmt: skip


def present(
    bound: Any,
    *,
    upload_url: str = "",
    options_url: str = "",
    files: Sequence[Mapping[str, Any]] = (),
    read_only: bool = False,
    cell: bool = False,
) -> dict[str, Any]:
    """The page's view of `bound`, a field of a bound form.

    `upload_url` takes single files of a file field, `options_url` (of a column of a table, with its key behind) answers
    what a picker of parties offers beyond what a page carries, `files` are those already attached ({id, name, size}).
    A `cell` stands in a table and has no label.
    """
    kind, spec = bound.kind.name, bound.spec.spec
    choices = bound.choices
    read_only = read_only or bound.closed
    shown = {
        "kind": kind,
        "key": bound.spec.key,
        "name": bound.name,
        "label": bound.label.text,
        "help": bound.help,
        "required": bound.required,
        "read_only": read_only,
        "cell": cell,
        "raw": bound._value(),
        "many": bound.many,
        "problems": [say(problem.message, lang()) for problem in bound.problems if problem.row is None],
        "choices": choices,
        "widget": widget_of(kind, choices, many=bound.many, under=spec.get("under"), cell=cell),
        "chosen": bound.picked if choices is not None else frozenset(),
        "show": bound.show,
        "enable": bound.enable,
        "require": bound.require,
        "limits": {name: spec[name] for name in bound.spec.limits},
        "inputmode": bound.inputmode,
        "autocomplete": bound.autocomplete,
        "max_length": spec.get("maxLength"),
        "least": spec.get("minItems"),
        "most": spec.get("maxItems"),
        "under": spec.get("under"),
        "options_url": options_url if kind == "party" and len(choices) >= FOUND_AT_MOST else "",
        **_unit(kind, spec),
    }
    if shown["widget"] == "picker":
        shown["choices"] = [
            {"value": one.value, "label": one.label, "parent": one.parent, "alias": initials(one.label)}
            for one in (*choices, *_beyond(bound))
        ]
    if kind == "record":
        shown["help"] = _help(bound.help, len(choices))
    if kind == "file":
        shown |= {
            "upload_url": upload_url,
            "files": files,
            "accept": ",".join(f".{ending}" for ending in spec.get("accept", ())),
            "max_bytes": spec["max_megabytes"] * 1_000_000 if "max_megabytes" in spec else None,
        }
    elif kind == "table":
        shown |= {
            "most": most_rows(bound.spec),
            "entries": [_cells(bound, row, number, read_only, options_url) for number, row in enumerate(bound.entries)],
            "blank": _cells(bound, bound.blank, None, read_only, options_url),
            "spare": [cell | {"required": False} for cell in _cells(bound, bound.spare, None, read_only, options_url)],
            "all_of": _all_of(bound.spec),
        }
        offered = max((len(one["choices"]) for one in shown["blank"] if one["kind"] == "record"), default=0)
        shown["help"] = _help(bound.help, offered)
    elif kind == "computed":
        shown["compute"] = spec.get("compute")
    return shown


@lru_cache(maxsize=4096)
def initials(label: str) -> str:
    """The first letters of a label's pinyin, as people type them to pick a long name: 某某区图书馆 is mmqtsg."""
    return "".join(lazy_pinyin(label, style=Style.FIRST_LETTER)).lower()


def widget_of(
    kind: str,
    choices: Sequence[Any] | None,
    *,
    many: bool = False,
    under: str | None = None,
    cell: bool = False,
) -> str:
    """The widget of a kind: fixed for most; for a choice or a code it depends on how many there are to pick from.

    `choices` None: one types (a person who is not picked from the roster).
    """
    if kind in _WIDGETS and not (_WIDGETS[kind] == "picker" and choices is None):
        return _WIDGETS[kind]
    if choices is None:
        return "line"
    offered = choices
    if under:
        return "select"
    values = {choice.value for choice in offered}
    if not many and any(choice.parent in values for choice in offered):
        return "cascade"
    if len(offered) > _LIST or (many and (cell or len(offered) > _FEW)):
        return "picker"
    return "options" if not cell and len(offered) <= _FEW else "select"


def _help(text: str, records: int) -> str:
    """The help of a field, and where a picker offers as many records as it can, that there may be more."""
    if records < FOUND_AT_MOST:
        return text
    return " ".join(filter(None, [text, say(Message("web.offered_at_most", {"most": FOUND_AT_MOST}), lang())]))


def _all_of(table: Field) -> str:
    """The column whose records can be listed all at once: it picks one record, and none stands in two rows."""
    unique = (table.columns[key] for key in unique_columns(table) if key in table.columns)
    return next((one.key for one in unique if one.kind == "record" and not one.many), "")


def _beyond(bound: Any) -> list[Choice]:
    """The parties that stand picked and are not among those offered at once."""
    if bound.kind.name != "party":
        return []
    offered = {one.value for one in bound.choices}
    named = ((value, bound.scene.names("party", value)) for value in sorted(bound.picked - offered))
    return [Choice(value, name) for value, name in named if name]


def _cells(table: Any, row: Any, number: int | None, read_only: bool, options_url: str) -> list[dict[str, Any]]:
    shown = []
    for cell in table.cells(row):
        wrong = [p for p in table.problems if p.row is not None and (p.row, p.column) == (number, cell.spec.key)]
        problems = [say(problem.message, lang()) for problem in wrong]
        look = present(
            cell, read_only=read_only, cell=True, options_url=options_url and f"{options_url}/{cell.spec.key}"
        )
        if look["widget"] == "picker" and number is not None and len(look["choices"]) * len(table.entries) > _WHOLE:
            look["choices"] = [one for one in look["choices"] if one["value"] in look["chosen"]]
        shown.append(look | {"problems": problems})
    return shown


def _unit(kind: str, spec: Mapping[str, Any]) -> dict[str, str]:
    if kind == "money":
        key = "wan" if spec.get("unit") == "wan" else "yuan"
        return {"unit": say(Message(f"web.unit_{key}"), lang()), "unit_key": key}
    return {"unit": "%" if kind == "percent" else str(spec.get("unit", ""))}
