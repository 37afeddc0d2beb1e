"""Every expression of a mechanism with the place it stands in, so that `conditions` can check them all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from .build import by_schema
from .duties import conditions
from .jsontext import escape
from .model import Definition
from .papers import rows_in

PlaceName = Literal["form", "guard", "table", "filter", "metric", "computed"]
"""The places that `conditions` tells apart: which operators may stand there, and whether a condition is asked for."""


@dataclass(frozen=True, slots=True)
class Expression:
    """One expression: where it stands and the record type whose fields it reads."""

    file: str
    pointer: str
    place: PlaceName
    record_type: str
    expr: Any
    turn: Any = None
    """Inside a *for each*: over what (`for_each.of`); it may then read `each`."""
    duty: bool = False
    """In a duty, about one instance: it may read `duty.*`; without a record type nothing else."""
    rows: str = ""
    """About the rows of this field of the record type: in a document it reads their columns and nothing else, in a form
    also the records that they pick."""


def expressions_of(definition: Definition) -> Iterator[Expression]:
    """All expressions in the files of `definition`, slots answered, in the order of the files."""
    data = definition.data
    for file, content in by_schema(data, "lifecycle").items():
        yield from _lifecycle(file, content)
    for file, content in by_schema(data, "form").items():
        yield from _form(file, content)
    for file, content in by_schema(data, "table").items():
        for at, given in enumerate(content.get("inputs", ())):
            if "value" in given:
                yield Expression(file, f"/inputs/{at}/value", "table", content["on"], given["value"])
    for name, array, member, place in _SIMPLE:
        for file, content in by_schema(data, name).items():
            for at, item in enumerate(content[array]):
                if member in item:
                    yield Expression(file, f"/{array}/{at}/{member}", place, item.get("of", ""), item[member])
    for file, content in by_schema(data, "views").items():
        of = {view["key"]: view["of"] for view in content["views"]}
        for at, tree in enumerate(content.get("trees", ())):
            for inner, level in enumerate(tree["levels"]):
                if "done" in level and level.get("view") in of:
                    pointer = f"/trees/{at}/levels/{inner}/done"
                    yield Expression(file, pointer, "filter", of[level["view"]], level["done"])
    for file, content in by_schema(data, "duties").items():
        for at, duty in enumerate(content["duties"]):
            yield from _duty(definition, file, f"/duties/{at}", duty)
    for file, content in by_schema(data, "documents").items():
        for at, document in enumerate(content["documents"]):
            yield from _document(definition, file, f"/documents/{at}", document)
    for file, content in by_schema(data, "reports").items():
        for at, report in enumerate(content["reports"]):
            for inner, metric in enumerate(report["metrics"]):
                yield from _metric(file, f"/reports/{at}/metrics/{inner}", metric)
    for file, content in by_schema(data, "indicators").items():
        for at, tree in enumerate(content["trees"]):
            yield from _metric(file, f"/trees/{at}/filed", tree.get("filed", {}))
            for inner, node in enumerate(tree["nodes"]):
                if "metric" in node:
                    yield from _metric(file, f"/trees/{at}/nodes/{inner}/metric", node["metric"])


_SIMPLE: tuple[tuple[str, str, str, PlaceName], ...] = (
    ("terms", "terms", "when", "guard"),
    ("views", "views", "filter", "filter"),
)


def _duty(definition: Definition, file: str, pointer: str, duty: Mapping[str, Any]) -> Iterator[Expression]:
    for one in conditions(definition, duty):
        yield Expression(file, f"{pointer}{one.pointer}", "filter", one.of, one.expr, duty=one.one)
    for field, expr in duty.get("opens", {}).get("values", {}).items():
        yield Expression(file, f"{pointer}/opens/values/{escape(field)}", "computed", "", expr, duty=True)


def _document(definition: Definition, file: str, pointer: str, document: Mapping[str, Any]) -> Iterator[Expression]:
    for rows in rows_in(definition, document, pointer):
        if "where" in rows.body:
            field = rows.body["of"].get("field", "")
            of = document["of"] if field else rows.of
            yield Expression(file, f"{rows.pointer}/where", "guard", of, rows.body["where"], rows=field)


def _metric(file: str, pointer: str, metric: Mapping[str, Any]) -> Iterator[Expression]:
    for name in ("where", "among"):
        if name in metric:
            yield Expression(file, f"{pointer}/{name}", "filter", metric["of"], metric[name])


def _lifecycle(file: str, content: Mapping[str, Any]) -> Iterator[Expression]:
    of = content["of"]
    for at, action in enumerate(content["actions"]):
        pointer = f"/actions/{at}"
        if "guard" in action:
            yield Expression(file, f"{pointer}/guard", "guard", of, action["guard"])
        for inner, check in enumerate(action.get("checks", ())):
            turn = {"field": check["each"]} if "each" in check else None
            yield Expression(file, f"{pointer}/checks/{inner}/must", "guard", of, check["must"], turn)
        if "when" in action.get("automatic", {}):
            yield Expression(file, f"{pointer}/automatic/when", "guard", of, action["automatic"]["when"])
        for where, effect, turn in effects_in(action, pointer):
            if "when" in effect:
                yield Expression(file, f"{where}/when", "guard", of, effect["when"], turn)
            for kind, name in VALUES.items():
                for field, expr in effect.get(kind, {}).get(name, {}).items():
                    yield Expression(file, f"{where}/{kind}/{name}/{escape(field)}", "computed", of, expr, turn)
            for kind, name, member in (("assign", "to", "unit"), ("act", "on", "record")):
                named = effect.get(kind, {}).get(name)
                if isinstance(named, dict) and isinstance(named.get(member), dict):
                    yield Expression(file, f"{where}/{kind}/{name}/{member}", "computed", of, named[member], turn)
            if "record" in effect.get("link", {}):
                yield Expression(file, f"{where}/link/record", "computed", of, effect["link"]["record"], turn)
            wanted = effect.get("for_each", {}).get("of", {}).get("records", {})
            if "where" in wanted:
                pointed = f"{where}/for_each/of/records/where"
                yield Expression(file, pointed, "filter", wanted["type"], wanted["where"])


VALUES = {"set": "fields", "create": "values", "act": "values", "hand_over": "map"}
"""Effect → the member in which it says what goes into which field."""


def effects_in(
    action: Mapping[str, Any], pointer: str, turn: Any = None
) -> Iterator[tuple[str, Mapping[str, Any], Any]]:
    """Every effect of an action of a file with its pointer, those inside *for each* after the one that holds them, with
    what that goes over."""
    for at, effect in enumerate(action.get("effects", ())):
        where = f"{pointer}/effects/{at}"
        yield where, effect, turn
        if "for_each" in effect:
            yield from effects_in(effect["for_each"], f"{where}/for_each", effect["for_each"]["of"])


def _form(file: str, content: Mapping[str, Any]) -> Iterator[Expression]:
    of = content.get("of", "")
    for name, field in content["schema"].get("properties", {}).items():
        pointer = f"/schema/properties/{escape(name)}"
        for member in ("default", "compute", "minimum", "maximum"):
            if isinstance(field.get(member), dict):
                yield Expression(file, f"{pointer}/{member}", "computed", of, field[member])
        yield from _wanted(file, pointer, field)
        for member in ("show", "require") if field.get("kind") == "table" else ():
            for column, expr in field["items"].get(member, {}).items():
                yield Expression(file, f"{pointer}/items/{member}/{escape(column)}", "form", of, expr, rows=name)
        for column, cell in field.get("items", {}).get("properties", {}).items():
            here = f"{pointer}/items/properties/{escape(column)}"
            yield from _wanted(file, here, cell)
            for member in ("minimum", "maximum"):
                if isinstance(cell.get(member), dict):
                    yield Expression(file, f"{here}/{member}", "computed", of, cell[member])
            yield from _carried(file, f"{here}/default", of, name, cell.get("default"))
    for where, element in elements_in(content.get("layout", {}), "/layout"):
        for member in ("show", "enable", "require"):
            if member in element:
                yield Expression(file, f"{where}/{member}", "form", of, element[member])


def _carried(file: str, pointer: str, of: str, table: str, default: Any) -> Iterator[Expression]:
    """What a row takes over from the record it picks."""
    if isinstance(default, dict):
        yield Expression(file, pointer, "computed", of, default, rows=table)
    for at, one in enumerate(default if isinstance(default, list) else ()):
        if isinstance(one, dict):
            yield Expression(file, f"{pointer}/{at}", "computed", of, one, rows=table)


def _wanted(file: str, pointer: str, field: Mapping[str, Any]) -> Iterator[Expression]:
    """Which records a picker of records offers."""
    if field.get("kind") == "record" and "where" in field["filter"]:
        wanted = field["filter"]
        yield Expression(file, f"{pointer}/filter/where", "filter", wanted["type"], wanted["where"])


def elements_in(element: Mapping[str, Any], pointer: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every layout element below `element` with its pointer."""
    for at, inner in enumerate(element.get("elements", ())):
        where = f"{pointer}/elements/{at}"
        yield where, inner
        yield from elements_in(inner, where)
