"""Every lint has a right and a wrong mechanism, and tells them apart; Shunde has no findings."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from harness.pace import ordinary_seconds
from liaison.definitions import LINTS, Definition, Package, lint, load
from liaison.definitions.lints.references import KINDS
from liaison.definitions.lints.registry import DuplicateLintError
from liaison.definitions.lints.registry import lint as register
from liaison.texts import Severity, catalogue, hint, say

FIXTURES = Path(__file__).parent / "fixtures"
INVALID = sorted(path for path in FIXTURES.glob("*/invalid*.json"))
VALID = sorted(path for path in FIXTURES.glob("*/valid*.json"))


def definition(files: dict[str, bytes]) -> Definition:
    loaded = load(Package(dict(sorted(files.items()))))
    assert loaded.definition is not None, [(finding, say(finding.message)) for finding in loaded.findings]
    return loaded.definition


@pytest.mark.parametrize("name", sorted(LINTS))
def test_every_lint_has_fixtures_and_words(name):
    assert any(path.parent.name == name for path in INVALID)
    assert any(path.parent.name == name for path in VALID)
    texts = catalogue()[f"definitions.{name}"]
    assert texts.keys() == {"zh", "en", "hint_zh", "hint_en"}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_reference_has_a_fixture_and_a_name(kind):
    assert FIXTURES / "dangling" / f"invalid-{kind}.json" in INVALID
    assert f"definitions.kind.{kind}" in catalogue()


@pytest.mark.parametrize("path", INVALID, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_the_wrong_one_is_found(path, patched, minimal):
    findings = lint(definition(patched(json.loads(path.read_text()))), previous=definition(minimal))
    found = [finding for finding in findings if finding.code == f"definitions.{path.parent.name}"]
    assert found
    if path.parent.name == "dangling":
        assert [finding.params["kind"].code for finding in found] == [f"definitions.kind.{path.stem.split('-')[1]}"]
    for finding in findings:
        assert say(finding.message)
        assert say(finding.message, "en")
        assert hint(finding.message) or finding.code.endswith("hint")
        resolve(json.loads(patched(json.loads(path.read_text()))[finding.file]), finding.pointer)


def left_out(field: str) -> dict[str, object]:
    asks = [{"form": "handling", "section": "assignment", "without": [field]}]
    return {"rules/mini/lifecycle/matter.json": {"actions": [{"key": "assign", "asks": {"$replace": asks}}]}}


def test_a_field_left_out_stands_in_the_section(patched):
    [found] = [one for one in lint(definition(patched(left_out("result")))) if one.code == "definitions.dangling"]
    assert found.pointer.endswith("/asks/0/without/0")


def test_a_badge_names_a_field(patched):
    def badge(field: str) -> dict[str, object]:
        badges = [{"key": "result", "title": "单位", "field": field}]
        return {"rules/mini/mechanism.json": {"record_types": [{"key": "matter", "badges": badges}]}}

    [found] = [one for one in lint(definition(patched(badge("nothing")))) if one.code == "definitions.dangling"]
    assert found.pointer.endswith("/badges/0/field")
    assert "definitions.dangling" not in {one.code for one in lint(definition(patched(badge("result"))))}


def test_a_field_left_out_is_not_filled(patched):
    found = lint(definition(patched(left_out("lead_unit"))))
    assert [one.code for one in found] == ["definitions.needed_not_filled"]


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.parent.name)
def test_the_right_one_passes(path, patched, minimal):
    findings = lint(definition(patched(json.loads(path.read_text()))), previous=definition(minimal))
    assert [finding for finding in findings if finding.severity is not Severity.NOTE] == []


def test_a_ring_of_codes_is_told_once_and_what_leads_into_it_is_none(patched):
    codes = [{"key": key, "label": key, "parent": parent} for key, parent in ("XA", "AB", "BA", "CC", "YX")]
    patch = {"rules/mini/codes.json": {"lists": [{"key": "category", "codes": {"$replace": codes}}]}}
    found = [one for one in lint(definition(patched(patch))) if one.code == "definitions.code_ring"]
    assert [one.params["path"] for one in found] == ["A → B → A", "C → C"]
    assert [one.pointer for one in found] == ["/lists/0/codes/1/parent", "/lists/0/codes/3/parent"]


def resolve(node, pointer: str):
    """A pointer leads somewhere in the file, slots apart."""
    for token in pointer.split("/")[1:]:
        token = token.replace("~1", "/").replace("~0", "~")
        node = node[int(token)] if isinstance(node, list) else node[token]
    return node


def test_the_minimal_mechanism_is_clean(minimal):
    assert lint(definition(minimal)) == ()


def test_shunde_is_clean_and_quickly_linted(shunde):
    loaded = definition(shunde)
    assert lint(loaded) == ()
    assert ordinary_seconds(lambda: lint(loaded), rounds=5) < 0.15


def test_a_lint_of_a_taken_name_fails_at_once():
    with pytest.raises(DuplicateLintError):
        register("dangling", Severity.NOTE)(lambda index: iter(()))


def test_every_code_of_the_room_has_a_sentence():
    source = Path(__file__).parents[3] / "platform" / "liaison" / "definitions"
    codes = set()
    for path in source.rglob("*.py"):
        codes |= set(re.findall(r'(?:finding|_finding|_error|bad|_RefusedError)\(\s*"([a-z_0-9]+)"', path.read_text()))
    assert len(codes) > 40
    assert {f"definitions.{code}" for code in codes} <= catalogue().keys()
