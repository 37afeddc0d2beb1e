"""The schemas are closed, titled in Chinese, published, and quickly checked without a change of meaning."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from liaison.definitions import base_files, schemas, violations
from liaison.definitions.layout import schema_id, schema_of
from liaison.definitions.schema import _finder, _quick, _validator, locate
from liaison.texts import Severity, say

PUBLISHED = Path(__file__).parents[3] / "docs" / "format"
NAMES = sorted(schemas())


def objects(node, path=()):
    """Every schema below `node` that speaks of an object with properties of its own."""
    if isinstance(node, dict):
        if node.get("type") == "object" and "properties" in node:
            yield path, node
        for name, value in node.items():
            yield from objects(value, (*path, name))
    elif isinstance(node, list):
        for at, value in enumerate(node):
            yield from objects(value, (*path, at))


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_is_valid_and_named(name):
    schema = schemas()[name]
    Draft202012Validator.check_schema(schema)
    assert schema["$id"] == f"urn:liaison:format:1:{name}"
    assert re.search("[一-鿿]", schema["title"])


@pytest.mark.parametrize(
    "name", sorted(set(NAMES) - {"form", "table", "expression", "length", "schedule", "office_hours"})
)
def test_objects_are_closed_and_everything_has_a_chinese_name(name):
    for path, node in objects(schemas()[name]):
        assert node.get("additionalProperties") is False, path
        for key, inner in node["properties"].items():
            titled = inner.get("title") or locate(name, inner["$ref"])[1].get("title", "")
            assert re.search("[一-鿿]", titled), (*path, key)


@pytest.mark.parametrize("name", NAMES)
def test_the_published_copy_is_the_same(name):
    source = Path(__file__).parents[3] / "platform/liaison/definitions/schemas" / f"{name}.schema.json"
    published = PUBLISHED / source.name
    assert published.read_bytes() == source.read_bytes(), "copy platform/liaison/definitions/schemas/ to docs/format/"


def test_nothing_else_is_published():
    assert {path.name for path in PUBLISHED.iterdir()} == {f"{name}.schema.json" for name in NAMES}


@pytest.mark.parametrize("path", sorted(base_files()))
def test_the_shipped_record_types_follow_their_schemas(path):
    name, data = base_files()[path]
    assert violations(name, json.loads(data), path) == []


JUNK = st.sampled_from(
    [None, True, False, 0, 1, -1, 1.0, 2.5, "", "matter", "A b", [], {}, [1], {"key": "x"}, ["a", "a"], 10**9]
)


@pytest.mark.slow
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_quick_and_slow_agree(data, minimal, shunde):
    """Whatever is broken in a file, jsonschema-rs says yes exactly when jsonschema does."""
    files = {**minimal, **shunde}
    path = data.draw(st.sampled_from(sorted(files)))
    root = copy.deepcopy({"root": json.loads(files[path])})
    node, name = root, "root"
    while isinstance(node[name], dict | list) and node[name] and data.draw(st.integers(0, 6)):
        node = node[name]
        name = data.draw(st.sampled_from(sorted(node) if isinstance(node, dict) else range(len(node))))
    match data.draw(st.integers(0, 3)):
        case 0 if node is not root:
            del node[name]
        case 1 if isinstance(node[name], dict):
            node[name][data.draw(st.sampled_from(["key", "title", "x", "post", "of", "when"]))] = data.draw(JUNK)
        case 2 if isinstance(node[name], list) and node[name]:
            node[name].append(copy.deepcopy(node[name][0]))
        case _:
            node[name] = data.draw(JUNK)
    schema = schema_of(path)
    assert _quick(schema_id(schema)).is_valid(root["root"]) == _validator(schema).is_valid(root["root"])


def problems(name, data):
    return [
        (finding.code.removeprefix("definitions."), finding.pointer, say(finding.message))
        for finding in violations(name, data, "f")
    ]


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("who", {"post": "a", "x": 1}, [("unknown_key", "/x", "不认识“x”。")]),
        ("who", {}, [("exactly_one", "", None)]),
        ("who", {"post": "a", "part": "b"}, [("exactly_one", "", None)]),
        ("who", {"part": "b", "of": {"unit": "c"}}, [("at_least_one", "", None)]),
        ("who", {"post": "Office"}, [("bad_key", "/post", "“Office”不能作键。")]),
        ("who", 3, [("wrong_type", "", "这里应是对象，写的是整数。")]),
        ("effect", {"key": "a", "notify": {"template": "t"}}, [("missing_key", "/notify", "缺少“to”。")]),
        ("effect", {"key": "a"}, [("exactly_one", "", None)]),
        ("effect", {"key": "a", "withdraw": {"part": "p", "as": "gone"}}, [("not_allowed", "/withdraw/as", None)]),
        ("effect", {"key": "a", "raise": {"ladder": "l", "to": 2}}, [("wrong_type", "/raise/to", None)]),
        ("effect", {"key": "a", "extend": {"term": "t", "by": {"days": 1}, "until": {"field": "f"}}},
         [("not_together", "/extend", "这些不能同时写：by、until。")]),
        ("effect", {"key": "a", "extend": {"term": "t"}}, []),
        ("mechanism#/properties/version", "one", [("bad_pattern", "", None)]),
        ("lifecycle#/properties/actions/items/properties/from", [], [("too_few", "", None)]),
        ("lifecycle#/properties/actions/items/properties/from", ["a", "a"], [("repeated_item", "", None)]),
        ("length", {"days": 1, "months": 1}, [("too_many", "", None)]),
        ("terms#/properties/terms/items/properties/length", {"weeks": 1}, [("unknown_key", "/weeks", None)]),
        ("terms#/properties/terms/items/properties/cutoff", "24:30", [("bad_pattern", "", None)]),
        ("case#/$defs/value", {"repeat": "x", "times": 10**9}, [("too_large", "/times", None)]),
        ("case#/$defs/value", {"a": [{"repeat": 7, "times": 2}]}, [("wrong_type", "/a/0/repeat", None)]),
        ("case#/$defs/value", {"a": [{"repeat": ["x"], "times": 2}, {"b": None}]}, []),
    ],
)  # fmt: skip
def test_what_is_wrong_in_words(name, data, expected):
    found = problems(name, data)
    assert [(code, pointer) for code, pointer, _ in found] == [(code, pointer) for code, pointer, _ in expected]
    for (_, _, said), (_, _, sentence) in zip(found, expected, strict=True):
        assert sentence is None or said == sentence


def test_of_very_much_that_is_wrong_the_first_is_said_and_that_there_is_more(shunde):
    form = json.loads(shunde["form_definitions/shunde/report.json"])
    form["schema"]["properties"] |= {f"f{at}": {"kind": "line", "type": "string"} for at in range(10_000)}
    found = violations("form", form, "f")
    assert len(found) == 20
    assert {finding.code for finding in found[:-1]} == {"definitions.missing_key"}
    assert (found[-1].code, found[-1].severity) == ("definitions.more_violations", Severity.NOTE)
    assert violations("form", {**form, "schema": {**form["schema"], "properties": dict.fromkeys("abc", 7)}}, "f")[-1]


def test_passing_over_what_is_right_changes_no_word(minimal):
    """The finder that skips what the closures call right says what jsonschema says of everything."""
    for path, data in minimal.items():
        name, content = schema_of(path), json.loads(data)
        for wrong in (None, [], {"x": 1}, {**content, "x": 1}, dict.fromkeys(content, 7)):
            quick = {(str(error.absolute_path), error.message) for error in _finder(name).iter_errors(wrong)}
            assert quick == {(str(error.absolute_path), error.message) for error in _validator(name).iter_errors(wrong)}
