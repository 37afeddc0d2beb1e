"""What the tests of forms stand on: the form with every kind, its code lists, and pickers that offer a little."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from liaison.definitions import Code, CodeList
from liaison.forms import Choice, Form, compile_form

HERE = Path(__file__).parent / "fixtures"
DAY = date(2026, 8, 20)
OFFERED = {
    "unit": [Choice("economy", "区经济促进局"), Choice("housing", "区住房城乡建设和水利局")],
    "party": [Choice("daliang", "大良总商会")],
    "person": [Choice("p1", "王五")],
    "file": [Choice("f1", "批复.pdf")],
    "record": [Choice("m1", "ZF-2026-001 道路修复"), Choice("m2", "ZF-2026-002 续贷")],
    "region": [],
}


@dataclass(frozen=True)
class SmallPackage:
    """The part of a definition that forms read."""

    fields: Mapping[str, Mapping[str, Any]]
    codes: Mapping[str, CodeList]


def read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _codes() -> dict[str, CodeList]:
    lists = {}
    for raw in read(HERE / "codes.json")["lists"]:
        codes = {
            code["key"]: Code(
                key=code["key"],
                label=code["label"],
                parent=code.get("parent", ""),
                last_day=date.fromisoformat(code["last_day"]) if "last_day" in code else None,
            )
            for code in raw["codes"]
        }
        lists[raw["key"]] = CodeList(raw["key"], raw["title"], codes, shown_with_code=raw.get("shown_with_code", False))
    return lists


@pytest.fixture(scope="session")
def package_of() -> Callable[..., SmallPackage]:
    """A package that holds the given forms and the code lists of the fixtures."""

    def make(*forms: Mapping[str, Any]) -> SmallPackage:
        fields: dict[str, dict[str, Any]] = {}
        for form in forms:
            for key, spec in form["schema"]["properties"].items():
                if "$ref" not in spec:
                    fields.setdefault(form["of"], {})[key] = spec
        return SmallPackage(fields, _codes())

    return make


@pytest.fixture(scope="session")
def form_with(package_of: Callable[..., SmallPackage]) -> Callable[..., Form]:
    """A form with the given properties in one section, `only`; more goes into its schema."""

    def make(properties: Mapping[str, Any], required: Sequence[str] = (), **more: Any) -> Form:
        controls = [{"key": key, "type": "Control", "scope": f"#/properties/{key}"} for key in properties]
        for control in controls:
            control.update(more.get("controls", {}).get(control["key"], {}))
        raw = {
            "$schema": "urn:liaison:format:1:form",
            "key": "small",
            "title": "小表",
            "of": "matter",
            "schema": {
                "type": "object",
                "properties": properties,
                "required": list(required),
                **more.get("schema", {}),
            },
            "layout": {
                "type": "VerticalLayout",
                "elements": [{"key": "only", "type": "Group", "label": "内容", "elements": controls}],
            },
        }
        return compile_form(raw, package_of(raw))

    return make


@pytest.fixture(scope="session")
def every(package_of: Callable[..., SmallPackage]) -> Form:
    """The form with every kind of field."""
    raw = read(HERE / "every_kind.json")
    return compile_form(raw, package_of(raw))


@pytest.fixture(scope="session")
def options() -> Callable[[str, Mapping[str, Any], date], Sequence[Choice]]:
    return lambda kind, wish, day: OFFERED[kind]


@pytest.fixture(scope="session")
def names() -> Callable[[str, str], str | None]:
    known = {(kind, choice.value): choice.label for kind, offered in OFFERED.items() for choice in offered}
    return lambda kind, entry: known.get((kind, entry))


@pytest.fixture(scope="session")
def day() -> date:
    return DAY
