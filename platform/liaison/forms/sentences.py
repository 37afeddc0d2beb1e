"""jsonschema's errors as problems: each keyword a sentence that names the field by its label."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import jsonschema

from liaison.texts import Message

from .model import Field, FieldProblem
from .reading import plain

FORMATS = jsonschema.FormatChecker(formats=["email"])


@FORMATS.checks("date", raises=ValueError)
def _is_date(value: object) -> bool:
    return not isinstance(value, str) or bool(date.fromisoformat(value))


@FORMATS.checks("date-time", raises=ValueError)
def _is_moment(value: object) -> bool:
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


KEYWORDS = frozenset(
    {
        "type", "enum", "const", "minLength", "maxLength", "pattern", "format", "minimum", "maximum",
        "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minItems", "maxItems", "uniqueItems", "contains",
        "required", "dependentRequired", "additionalProperties", "unevaluatedProperties", "propertyNames",
        "minProperties", "maxProperties", "not", "anyOf", "oneOf",
    }
)  # fmt: skip
"""The keywords that have a sentence of their own (`forms.schema_<keyword>`); the rest share `forms.schema_other`."""
_OTHER = "other"


def problems_of(validator: Any, values: Mapping[str, Any], fields: Mapping[str, Field]) -> Iterator[FieldProblem]:
    """What the schema says against `values`, one problem for each place."""
    said: set[tuple[str, int | None, str | None]] = set()
    for error in validator.iter_errors(values):
        for problem in _of_error(error, fields):
            place = (problem.field, problem.row, problem.column)
            if place not in said:
                said.add(place)
                yield problem


def _of_error(error: jsonschema.ValidationError, fields: Mapping[str, Field]) -> Iterator[FieldProblem]:
    if error.validator in ("anyOf", "oneOf") and error.context and not _is_list_of_choices(error):
        branches: dict[int, list[jsonschema.ValidationError]] = {}
        for inner in error.context:
            branches.setdefault(int(inner.schema_path[0]), []).append(inner)
        # The branch with the fewest complaints is the one that was meant.
        for inner in min(branches.values(), key=len):
            yield from _of_error(inner, fields)
        return
    path = list(error.absolute_path)
    value: Any = error.validator_value
    instance: Any = error.instance
    if error.validator == "required":
        # The error names no field: it is each one that is asked for and absent.
        for missing in value:
            if missing not in instance:
                yield _problem([*path, missing], "required", error, fields)
    elif error.validator == "dependentRequired":
        for given, wanted in value.items():
            for missing in wanted if given in instance else ():
                if missing not in instance:
                    yield _problem([*path, missing], "dependentRequired", error, fields)
    else:
        keyword = str(error.validator)
        yield _problem(path, keyword if keyword in KEYWORDS else _OTHER, error, fields)


def _is_list_of_choices(error: jsonschema.ValidationError) -> bool:
    branches: Any = error.validator_value
    return all(isinstance(branch, Mapping) and "const" in branch for branch in branches)


def _problem(
    path: list[Any], keyword: str, error: jsonschema.ValidationError, fields: Mapping[str, Field]
) -> FieldProblem:
    key = str(path[0]) if path else ""
    field = fields.get(key)
    row = path[1] if len(path) > 1 and isinstance(path[1], int) else None
    column = str(path[2]) if field is not None and len(path) > 2 and path[2] in field.columns else None
    label = key if field is None else field.columns[column].title if column is not None else field.title
    bound = error.validator_value
    wanted = plain(bound) if isinstance(bound, int | Decimal) else ""
    code = f"forms.schema_{keyword}" if key else "forms.schema_whole"
    return FieldProblem(key, row, Message(code, {"label": label, "wanted": wanted}), column)
