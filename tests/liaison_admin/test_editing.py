"""What the editor draws it reads back unchanged; everything that can be chosen has a word; every reference is known."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from liaison.checking import check_package
from liaison.definitions import Package, blank_files, copied_files, read_package, schemas, shipped
from liaison.texts import Severity, catalogue
from liaison_admin.editing import Editor, is_kept_under_its_key, is_small, is_thing, key_for
from liaison_admin.outline import Spot, child, way_of, ways
from liaison_admin.sheets import Sheets
from liaison_admin.things import Things

MECHANISMS = sorted((Path(__file__).parents[1] / "liaison/engine/mechanisms").iterdir())


def said(code: str, *, otherwise: str = "", plain: str = "", **params: Any) -> str:
    return code


def sent(nodes: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """What a browser sends of the nodes of a page on which nobody changed anything."""
    for node in nodes:
        if node["kind"] == "field":
            drawn = node["field"]
            yield (
                drawn["name"],
                drawn["chosen"][0] if drawn.get("chosen") else "" if "chosen" in drawn else drawn["raw"],
            )
        if node.get("how"):
            yield from sent([node["how"]])
        yield from sent([*node.get("parts", ()), *node.get("more", ())])
        for row in node.get("rows", ()):
            yield from sent([row["node"], *([row["key"]] if "key" in row else [])])


def pages(sheets: Sheets, name: str) -> Iterator[tuple[str, Spot, Any]]:
    """Every page of a file: the file itself, and each thing with a page of its own."""
    found = sheets.at(name, "")
    assert found is not None, name
    waiting = [("", *found, True)]
    while waiting:
        at, spot, value, page = waiting.pop()
        if page:
            yield at, spot, value
        way = way_of(value, ways(spot))
        if way is None or way.kind not in ("group", "list", "map"):
            continue
        apart = (way.kind == "list" and is_thing(way.item) and not is_small(way.item)) or is_kept_under_its_key(way)
        for token in value if isinstance(value, dict) else map(str, range(len(value))):
            inner = child(spot, value, token)
            if inner is not None:
                waiting.append((f"{at}/{token.replace('~', '~0').replace('/', '~1')}", *inner, apart))


def sources() -> Iterator[tuple[str, Package]]:
    yield from ((key, read_package(key)) for key in shipped())
    yield from ((path.name, read_package(path)) for path in MECHANISMS)
    yield "blank", Package(blank_files("some", "示例机制"))


@pytest.mark.parametrize(("name", "package"), list(sources()), ids=[name for name, _ in sources()])
def test_what_nobody_changes_stays_as_it_was(name: str, package: Package) -> None:
    sheets = Sheets(package.key, package.files)
    things = Things(package.key, sheets.data, said)
    seen = 0
    for path in sheets.files:
        file = sheets.name(path)
        if not sheets.schema(file):
            continue
        for at, spot, value in pages(sheets, file):
            if not isinstance(value, dict):
                continue
            key = file.rpartition("/")[2].removesuffix(".json")
            holds = {schema: key for schema in ("form", "table") if sheets.schema(file) == schema}
            editor = Editor(things, said, **holds)
            fields = dict(sent(editor.page(spot, value, at)))
            assert editor.read_page(spot, value, at, fields) == value, (file, at)
            seen += 1
    assert seen > len(sheets.files) / 2


def test_everything_that_can_be_chosen_has_a_word() -> None:
    def chosen(node: Any, name: str = "") -> Iterator[tuple[str, Any]]:
        if isinstance(node, dict):
            yield from ((name, value) for value in node.get("enum", ()))
            for key, inner in node.items():
                yield from chosen(inner, key)
        elif isinstance(node, list):
            for inner in node:
                yield from chosen(inner, name)

    plain = {"1.", "（一）", "一、", "None"}
    for schema in set(schemas()) - {"demo", "i18n"}:
        for name, value in chosen(schemas()[schema]):
            known = {f"admin.word.{name}.{value}", f"admin.word.{value}"} & catalogue().keys()
            assert known or str(value) in plain or (schema == "form" and name == "items") or name == "kind", (
                schema,
                name,
                value,
            )


def test_every_reference_says_to_what() -> None:
    things = Things("some", {path: json.loads(data) for path, data in blank_files("some", "示例").items()}, said)

    def named(node: Any) -> Iterator[str]:
        if isinstance(node, dict):
            if isinstance(node.get("names"), str):
                yield node["names"]
            for inner in node.values():
                yield from named(inner)
        elif isinstance(node, list):
            for inner in node:
                yield from named(inner)

    kinds = {kind for schema in schemas().values() for kind in named(schema)}
    assert {"state", "post", "term", "path"} <= kinds
    absent = "document ladder matching relation rung duty table input output column term"
    for kind in kinds - set(absent.split()):
        assert things.of_kind(kind, "matter"), kind


def test_what_is_blank_is_sound_and_names_no_place() -> None:
    files = blank_files("some", "示例机制")
    report = check_package(Package(files), cases=True)
    assert report.sound, report.findings
    assert not [one for one in report.findings if one.severity is Severity.WARNING]
    assert [timeline.passed for timeline in report.timelines] == [True]


@pytest.mark.parametrize("key", shipped())
def test_what_is_copied_is_sound_under_its_new_key(key: str) -> None:
    package = read_package(key)
    files = copied_files(package, "another", "另一个")
    report = check_package(Package(files))
    assert report.sound, [one for one in report.findings if one.severity is Severity.ERROR][:3]
    assert report.definition is not None
    assert report.definition.title == "另一个"


def test_keys_are_made_of_pinyin() -> None:
    assert key_for("主办单位", []) == "zhu_ban_dan_wei"
    assert key_for("交办", ["jiao_ban"]) == "jiao_ban_2"
    assert key_for("2日", [], "term") == "term_2_ri"
    assert key_for("", [], "field") == "field"
    assert len(key_for("很长" * 40, [])) <= 40
