"""Any form that the schema lets through is linted and compiled without surprise, however odd."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import jsonschema
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from liaison.conditions import TEXT, Scope
from liaison.forms import FormError, compile_form, lint_form
from liaison.texts import Severity, say

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]
SCHEMAS = ROOT / "platform" / "liaison" / "definitions" / "schemas"
EVERY = json.loads((Path(__file__).parent / "fixtures" / "every_kind.json").read_text(encoding="utf-8"))
AROUND = Scope({"record.state": TEXT, "record.today": TEXT})


def paths(node, here=()):
    yield here
    if isinstance(node, dict):
        for key, member in node.items():
            yield from paths(member, (*here, key))
    elif isinstance(node, list):
        for index, member in enumerate(node):
            yield from paths(member, (*here, index))


PATHS = [path for path in paths(EVERY) if path]
STRANGE = st.sampled_from(
    [
        None,
        0,
        1,
        3,
        -1,
        2.5,
        True,
        "",
        "x",
        "line",
        "date",
        "table",
        "array",
        "string",
        "category",
        "nowhere",
        [],
        {},
        "[",
    ]
)


@pytest.fixture(scope="module")
def validator():
    schemas = [
        json.loads((SCHEMAS / f"{n}.schema.json").read_text(encoding="utf-8")) for n in ("common", "expression", "form")
    ]
    registry = Registry().with_resources([(s["$id"], Resource(s, DRAFT202012)) for s in schemas])
    return jsonschema.Draft202012Validator(schemas[-1], registry=registry)


def mutate(form, path, value, remove):
    node = form
    for step in path[:-1]:
        node = node[step]
    if remove:
        del node[path[-1]]
    else:
        node[path[-1]] = value


def test_mutants(validator, package_of):
    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
    @given(st.lists(st.tuples(st.sampled_from(PATHS), STRANGE, st.booleans()), min_size=1, max_size=1))
    def holds(changes):
        form = copy.deepcopy(EVERY)
        try:
            for path, value, remove in changes:
                mutate(form, path, value, remove)
        except (KeyError, IndexError, TypeError):
            assume(False)
        assume(validator.is_valid(form))
        package = package_of(form)
        findings = lint_form(form, package, around=AROUND)
        assert all(say(finding.message) for finding in findings)
        try:
            compile_form(form, package)
        except FormError:
            assert any(finding.severity is Severity.ERROR for finding in findings)

    holds()
