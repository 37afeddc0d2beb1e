"""The standard export says the same as the form: differentially, over random values."""

from __future__ import annotations

import json

import jsonschema
from hypothesis import given, settings
from hypothesis import strategies as st

from liaison.conditions import compile_condition
from liaison.forms import to_json_schema
from liaison.forms.export import _schema

KEYS = ("a", "b", "n", "tags")
VALUES = st.fixed_dictionaries(
    {},
    optional={
        "a": st.sampled_from(["x", "y", "z"]),
        "b": st.sampled_from(["x", "y"]),
        "n": st.integers(-3, 3),
        "tags": st.lists(st.sampled_from(["x", "y"]), min_size=1, unique=True),
    },
)


def var(name):
    return {"var": name}


EQUALITIES = st.sampled_from(["==", "!="])
ORDERS = st.sampled_from(["<", "<=", ">", ">="])
LEAVES = st.one_of(
    st.builds(lambda op, k, v: {op: [var(k), v]}, EQUALITIES, st.sampled_from("ab"), st.sampled_from("xyz")),
    st.builds(lambda op, v: {op: [var("n"), v]}, EQUALITIES | ORDERS, st.integers(-3, 3)),
    st.builds(lambda op, v: {op: [v, var("n")]}, ORDERS, st.integers(-3, 3)),
    st.builds(lambda k: {"missing": var(k)}, st.sampled_from(KEYS)),
    st.builds(lambda vs: {"in": [var("a"), vs]}, st.lists(st.sampled_from("xyz"), min_size=1)),
    st.builds(lambda v: {"in": [v, var("tags")]}, st.sampled_from("xyz")),
    st.booleans(),
)
EXPRESSIONS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(lambda es: {"and": es}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda es: {"or": es}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda e: {"!": e}, inner),
    ),
    max_leaves=6,
)


@settings(max_examples=300, deadline=None)
@given(EXPRESSIONS, VALUES)
def test_a_condition_and_its_schema_agree(expression, values):
    schema = jsonschema.Draft202012Validator(_schema(expression))
    assert schema.is_valid(values) is compile_condition(expression)(values)


def test_the_whole_form(every):
    exported = to_json_schema(every)
    json.dumps(exported)
    schema = exported["schema"]
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["required"] == ["company", "category"]
    validator = jsonschema.Draft202012Validator(schema)
    filled = {"company": "某公司", "category": "A"}
    assert validator.is_valid(filled)
    assert not validator.is_valid({"company": "某公司"})
    assert not validator.is_valid({**filled, "urgency": "urgent"})
    assert validator.is_valid({**filled, "urgency": "urgent", "grounds": "停产"})
    assert "notice" not in schema["properties"]
    assert schema["properties"]["per_head"]["readOnly"] is True


def test_rules_and_labels_of_the_layout(every):
    layout = to_json_schema(every)["uischema"]
    basics, _, problem = layout["elements"]
    assert basics["elements"][0] == {"type": "Label", "text": "请勿填写国家秘密。"}
    assert basics["elements"][2]["type"] == "HorizontalLayout"
    reason = problem["elements"][5]
    assert reason["rule"]["effect"] == "SHOW"
    # A fact is nothing JSON Schema knows: the condition stays as it is.
    assert problem["elements"][7]["options"]["liaison"] == {"enable": {"!=": [{"var": "record.state"}, "closed"]}}
