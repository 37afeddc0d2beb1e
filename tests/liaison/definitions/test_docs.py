"""The examples of docs/format.md follow the schemas, are in the files they name, and run."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from liaison.definitions import (
    EFFECT_KINDS,
    LIST_FACTS,
    effects_in,
    load,
    narrowings,
    read_package,
    schemas,
    showable,
    violations,
)

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "format.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```json (\w+) ?(\S*)\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize(("name", "file", "text"), BLOCKS)
def test_an_example_follows_its_schema_and_says_what_the_file_says(name, file, text):
    example = json.loads(text)
    if name in ("action", "check"):
        actions = json.loads((ROOT / file).read_text(encoding="utf-8"))["actions"]
        checks = [check for action in actions for check in action.get("checks", ())]
        assert any(example.items() <= one.items() for one in actions) if name == "action" else example in checks
        return
    listed = name in {"terms", "duties", "record_types", "views", "trees"}
    schema = "views" if name == "trees" else name
    whole = {"$schema": f"urn:liaison:format:1:{schema}", name: [example]} if listed else example
    if name == "trees":
        whole["views"] = []
    assert violations(schema, whole, file) == []
    if not file:
        return
    content = json.loads((ROOT / file).read_text(encoding="utf-8"))
    if name == "lifecycle":
        assert all(member in content[part] for part in ("states", "actions") for member in example[part])
        return
    members = {
        "effect": lambda: [effect for action in content["actions"] for _, effect, _ in effects_in(action, "")],
        "terms": lambda: content["terms"],
        "duties": lambda: content["duties"],
        "slot": lambda: content["slots"],
        "views": lambda: content["views"],
        "trees": lambda: content["trees"],
    }[name]()
    assert any(example.items() <= member.items() for member in members)


def test_the_program_runs(capsys):
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    exec(code, {})
    assert "时限" in capsys.readouterr().out


def test_every_effect_and_every_way_of_naming_people_is_explained():
    for kind in EFFECT_KINDS:
        assert f"`{kind}`" in PAGE
    assert list(EFFECT_KINDS) == [
        name for name in schemas()["effect"]["properties"] if name not in {"key", "when", "source", "note"}
    ]
    for name in schemas()["who"]["properties"]:
        assert f'"{name}"' in PAGE


def test_every_file_of_shunde_names_its_schema():
    package = read_package("shunde")
    assert load(package).definition is not None
    for data in package.files.values():
        assert json.loads(data)["$schema"].startswith("urn:liaison:format:1:")


def test_what_lists_can_read_is_what_the_page_says(shunde):
    page = (ROOT / "docs" / "expressions.md").read_text(encoding="utf-8")
    table = page.partition("<!-- lists:")[2].partition("## ")[0]
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in table.splitlines() if line.startswith("| ")]
    said = {path: row[1:] for row in rows for path in re.findall(r"`((?:record|actor|term|part)\.[^`]+)`", row[0])}
    definition = load(read_package("shunde")).definition
    filters, columns = narrowings(definition, "matter"), showable(definition, "matter")

    def general(path):
        return re.sub(r"^(term|part)\.[a-z0-9_]+", r"\1.键", path)

    facts = {general(path): one for path, one in filters.items() if "." in path and one.home != "code"}
    assert "`字段.列`" in table
    assert "satisfaction.satisfied" in filters
    assert {path for path, (filtered, _, _) in said.items() if filtered} == facts.keys() | set(LIST_FACTS)
    several = {path for path, one in facts.items() if one.many and path.startswith("term.")}
    assert {path for path, (_, ordered, _) in said.items() if ordered} == facts.keys() - several
    assert {path for path, (_, _, shown) in said.items() if shown} == {general(one) for one in columns if "." in one}
