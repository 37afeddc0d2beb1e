"""Each lint: a form it is silent about, and one it finds."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import pytest
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from liaison.conditions import DATE, TEXT, Scope, rows
from liaison.definitions import load, read_package, shipped
from liaison.forms import FormError, compile_form, lint_form
from liaison.texts import Severity, hint, say

ROOT = Path(__file__).parents[3]
FIXTURES = Path(__file__).parent / "fixtures"
SCHEMAS = ROOT / "platform" / "liaison" / "definitions" / "schemas"
CODES = sorted(path.name for path in FIXTURES.iterdir() if path.is_dir())
# The form that fixtures refer to.
SHARED = {
    "key": "shared_form",
    "of": "matter",
    "schema": {"properties": {"shared": {"kind": "line", "type": "string", "title": "共用"}}},
}
AROUND = Scope({"record.state": TEXT, "record.today": DATE})


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def found(form, package_of, around=AROUND):
    return lint_form(form, package_of(form, SHARED), file="form_definitions/x/small.json", around=around)


@pytest.fixture(scope="module")
def validator():
    schemas = [read(SCHEMAS / f"{name}.schema.json") for name in ("common", "expression", "form")]
    registry = Registry().with_resources([(s["$id"], Resource(s, DRAFT202012)) for s in schemas])
    return jsonschema.Draft202012Validator(schemas[-1], registry=registry)


@pytest.mark.parametrize("code", CODES)
def test_silent_about_the_valid_one(code, package_of, validator):
    form = read(FIXTURES / code / "valid.json")
    assert [error.message for error in validator.iter_errors(form)] == []
    assert found(form, package_of) == []
    compile_form(form, package_of(form, SHARED))


@pytest.mark.parametrize("code", CODES)
def test_finds_the_invalid_one(code, package_of):
    form = read(FIXTURES / code / "invalid.json")
    findings = found(form, package_of)
    assert f"forms.{code}" in {finding.code for finding in findings}
    for finding in findings:
        assert finding.file == "form_definitions/x/small.json"
        assert resolves(form, finding.pointer), finding.pointer
        for lang in ("zh", "en"):
            assert say(finding.message, lang)
            assert hint(finding.message, lang)


@pytest.mark.parametrize("code", CODES)
def test_what_has_no_error_compiles_and_what_does_not_is_refused_in_one_way(code, package_of):
    form = read(FIXTURES / code / "invalid.json")
    package = package_of(form, SHARED)
    try:
        compile_form(form, package)
    except FormError:
        assert any(finding.severity is Severity.ERROR for finding in lint_form(form, package, around=AROUND))


def resolves(document, pointer):
    for step in pointer.split("/")[1:]:
        try:
            document = document[int(step)] if isinstance(document, list) else document[step]
        except (KeyError, IndexError):
            return False
    return True


def test_every_lint_has_its_fixture():
    source = (ROOT / "platform" / "liaison" / "forms" / "lint.py").read_text(encoding="utf-8")
    in_code = set(re.findall(r'\.(?:error|warning)\(\s*"([a-z_]+)"', source)) | {
        "grid_overlap",
        "grid_outside",
        "grid_gap",
    }
    assert in_code == set(CODES)


def test_the_form_with_every_kind_is_sound(package_of, validator):
    form = read(FIXTURES / "every_kind.json")
    assert [f"{error.json_path} {error.message}" for error in validator.iter_errors(form)] == []
    scope = Scope({"record.state": TEXT, "record.today": AROUND.types["record.state"]})
    errors = [f for f in found(form, package_of, scope) if f.severity is Severity.ERROR]
    assert [(f.code, f.pointer) for f in errors] == []


def test_expressions_are_checked_against_the_fields(package_of):
    form = read(FIXTURES / "every_kind.json")
    form["layout"]["elements"][2]["elements"][5]["show"] = {"==": [{"var": "urgency"}, "someday"]}
    form["layout"]["elements"][2]["elements"][5]["require"] = {"==": [{"var": "nobody"}, "x"]}
    pointers = {f.pointer: f.code for f in found(form, package_of) if f.code.startswith("conditions.")}
    assert any(pointer.startswith("/layout/elements/2/elements/5/show") for pointer in pointers)
    assert any(pointer.startswith("/layout/elements/2/elements/5/require") for pointer in pointers)


def test_what_a_row_takes_over_is_checked_against_its_columns_and_what_it_reads_through_them(package_of):
    form = read(FIXTURES / "every_kind.json")
    [(key, table)] = [(k, one) for k, one in form["schema"]["properties"].items() if one.get("kind") == "table"]
    columns = table["items"]["properties"]
    columns["role"]["default"] = {"var": "nobody"}
    columns["name"]["default"] = [{"var": "about.subject"}, {"var": "about.nobody"}]
    columns["phone"]["default"] = [{"var": "name"}, "13800138000"]
    through = rows({"name": TEXT, "about.subject": TEXT})
    errors = {f.pointer: f.code for f in found(form, package_of, Scope({**AROUND.types, key: through}))}
    at = f"/schema/properties/{key}/items/properties"
    assert {pointer: code for pointer, code in errors.items() if pointer.startswith(at)} == {
        f"{at}/role/default/var": "conditions.unknown_variable",
        f"{at}/name/default/1/var": "conditions.unknown_variable",
        f"{at}/phone/default": "forms.bad_default",
    }


@pytest.mark.parametrize("key", shipped())
def test_shipped_forms_follow_the_schema(key, validator):
    """Once their slots are filled."""
    definition = load(read_package(key)).definition
    forms = [form for path, form in definition.data.items() if path.startswith("form_definitions/")]
    assert [f"{error.json_path} {error.message}" for form in forms for error in validator.iter_errors(form)] == []


def test_the_schema_is_closed_and_speaks_chinese():
    schema = read(SCHEMAS / "form.schema.json")
    jsonschema.Draft202012Validator.check_schema(schema)
    for name, part in schema["$defs"].items():
        assert part["title"], name
        if name.startswith("kind_"):
            assert part["additionalProperties"] is False


@pytest.mark.parametrize(
    "spoil",
    [
        lambda f: f.update(surprise=1),
        lambda f: f["schema"]["properties"]["company"].update(maxlength=3),
        lambda f: f["schema"]["properties"]["company"].pop("title"),
        lambda f: f["schema"]["properties"]["urgency"].pop("choices"),
        lambda f: f["schema"]["properties"]["company"].update(kind="hologram"),
        lambda f: f["layout"]["elements"][0].update(type="Categorization"),
        lambda f: f["layout"]["elements"][0]["elements"][0].pop("key"),
        lambda f: f["print"]["rows"][0]["cells"][0].update(colour="red"),
    ],
)
def test_the_schema_refuses(spoil, validator):
    form = read(FIXTURES / "every_kind.json")
    spoil(form)
    assert not validator.is_valid(form)
