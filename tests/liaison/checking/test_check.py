"""Everything that can be said about a package, from wherever it comes."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from harness.pace import ordinary_seconds
from liaison.checking import LINTS, check_package
from liaison.definitions import Package, read_package, restore, shipped, to_zip, write_folder
from liaison.engine import compile_mechanism
from liaison.texts import Severity, catalogue, hint, say

FIXTURES = Path(__file__).parent / "fixtures"
CODES = sorted(code.removeprefix("checking.") for code in catalogue() if re.fullmatch(r"checking\.[a-z_]+", code))
KEY = "shunde"
OURS = dict(read_package(KEY).files)


def fixture(name: str, which: str) -> Package:
    content = json.loads((FIXTURES / name / f"{which}.json").read_text(encoding="utf-8"))
    return Package({path: json.dumps(data, ensure_ascii=False).encode() for path, data in content.items()})


def codes(report):
    return [finding.code for finding in report.findings]


def test_every_lint_has_a_sentence_and_fixtures():
    assert set(LINTS) < set(CODES)
    assert {path.name for path in FIXTURES.iterdir()} == set(CODES)
    assert all(catalogue()[f"checking.{name}"].get("hint_zh") for name in CODES)


def test_a_check_sees_the_golden_cases_of_what_runs_without_them_already():
    files = dict(fixture("no_case", "valid").files)
    [path] = [path for path in files if path.endswith("/mechanism.json")]
    # Of this test's own, so that nothing of it has been compiled before.
    files[path] = json.dumps({**json.loads(files[path]), "about": "先运行，后检查。"}, ensure_ascii=False).encode()
    running = restore(to_zip(files), Package(files).digest).definition
    assert not compile_mechanism(running).definition.cases
    assert codes(check_package(Package(files), cases=True)) == []


@pytest.mark.parametrize("name", CODES)
def test_a_lint_is_silent_where_all_is_well(name):
    report = check_package(fixture(name, "valid"), cases=True)
    assert codes(report) == []
    assert report.sound


@pytest.mark.parametrize("name", CODES)
def test_a_lint_finds_what_is_wrong(name):
    report = check_package(fixture(name, "invalid"), cases=True)
    assert codes(report) == [f"checking.{name}"]
    [finding] = report.findings
    assert say(finding.message)
    assert say(finding.message, "en")
    assert hint(finding.message)
    if finding.file:
        data = json.loads(report.package.files[finding.file])
        for step in filter(None, finding.pointer.split("/")):
            data = data[int(step)] if isinstance(data, list) else data[step]


@pytest.mark.parametrize("key", shipped())
def test_what_ships_is_sound(key):
    report = check_package(key, cases=True)
    assert [finding for finding in report.findings if finding.severity is Severity.ERROR] == []
    assert report.timelines
    assert all(timeline.passed for timeline in report.timelines)


def test_a_package_says_the_same_from_everywhere(tmp_path):
    write_folder(OURS, tmp_path)
    packed = tmp_path / "packed.zip"
    packed.write_bytes(to_zip(OURS))
    reports = [check_package(source) for source in (KEY, tmp_path, packed, packed.read_bytes())]
    assert len({report.findings for report in map(hashable, reports)}) == 1


def hashable(report):
    return type(report)(report.package, None, tuple(map(repr, report.findings)))


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("nowhere", "definitions.no_such_package"),
        (b"not a zip", "definitions.bad_zip"),
        (b"", "definitions.bad_zip"),
        ("a\0b", "definitions.no_such_package"),
    ],
)
def test_what_cannot_be_read_is_one_finding(source, code):
    report = check_package(source)
    assert codes(report) == [code]
    assert not report.sound
    assert report.definition is None


def changed(path: str, change) -> Package:
    """The package with one file changed; a golden case that is changed is its only one."""
    data = json.loads(OURS[path])
    change(data)
    others = {file: kept for file, kept in OURS.items() if "/cases/" not in file or "/cases/" not in path}
    return Package({**others, path: json.dumps(data, ensure_ascii=False).encode()})


def assigning(lifecycle):
    """The action that assigns a matter."""
    return next(action for action in lifecycle["actions"] if action["key"] == "assign")


def check(lifecycle, action, key):
    """One of the checks of an action."""
    [found] = [one for one in lifecycle["actions"] if one["key"] == action]
    return next(one for one in found["checks"] if one["key"] == key)


def effect(lifecycle, key):
    """One of its effects."""
    return next(effect for effect in assigning(lifecycle)["effects"] if effect["key"] == key)


RULES = f"rules/{KEY}"


@pytest.mark.parametrize(
    ("path", "change", "code"),
    [
        ("lifecycle/matter.json", lambda d: assigning(d).update(guard={"<": [{"var": "record.today"}, 3]}),
         "conditions.date_with_number"),
        ("lifecycle/matter.json", lambda d: assigning(d).update(guard={"==": [{"var": "level"}, "nothing"]}),
         "conditions.code_not_in_list"),
        ("lifecycle/matter.json", lambda d: effect(d, "lead")["assign"].update(part="nobody"),
         "definitions.dangling"),
        ("lifecycle/meeting.json", lambda d: check(d, "conclude", "itself").update(at="outside_reason"),
         "definitions.dangling"),
        ("lifecycle/meeting.json", lambda d: check(d, "conclude", "itself").update(each="summary", at="summary"),
         "definitions.dangling"),
        ("lifecycle/meeting.json", lambda d: check(d, "conclude", "itself").update(must={"var": "each.nothing"}),
         "conditions.unknown_variable"),
        ("mechanism.json", lambda d: d["record_types"][0].update(named_by=["evidence"]), "checking.wrong_kind"),
        ("mechanism.json", lambda d: d["record_types"][0].update(named_by=["nothing"]), "definitions.dangling"),
        ("terms.json", lambda d: d["terms"][0].update(length={"days": 10**7}), "definitions.too_large"),
        ("terms.json", lambda d: d["terms"][0].update(
            length={"schedule": {"day_of_month": 31, "missing": "skip", "interval": 12, "starting": "2026-02-01"}}),
         "calendars.schedule_never"),
        ("tables/grading.json", lambda d: d["rows"][0]["if"]["category"].update({"is": "Z"}), "rules.unknown_code"),
        ("mechanism.json", lambda d: d["slots"][0].update(default={"hours": "25:00-26:00"}), "definitions.slot_type"),
        ("cases/urged.json", lambda d: d["story"][0].update(at="2026-13-40 10:00"), "definitions.not_a_date"),
        ("cases/urged.json", lambda d: d["story"][0].update(at="2027-01-01 10:00"), "checking.case_failed"),
        ("cases/urged.json", lambda d: d["calendar"].update(edition="cn-1900"), "checking.case_failed"),
        ("cases/urged.json", lambda d: [step.pop("then", None) for step in d["story"]], "checking.case_failed"),
        ("cases/urged.json", lambda d: d.update(answers={"nothing": 1}), "checking.case_failed"),
    ],
)  # fmt: skip
def test_a_thing_that_is_wrong_is_found_where_it_stands(path, change, code):
    report = check_package(changed(f"{RULES}/{path}", change), cases=True)
    found = [finding for finding in report.findings if finding.severity is Severity.ERROR]
    assert found
    assert {finding.file for finding in found} == {f"{RULES}/{path}"}
    assert {finding.code for finding in found} == {code}


def mini(change) -> Package:
    """The fixture of `wrong_value` with codes, units and a telephone, changed by `change(assign, fields, files)`: its
    action that assigns, the properties of its form, all its files."""
    files = json.loads((FIXTURES / "wrong_value" / "valid.json").read_text(encoding="utf-8"))
    form = files["form_definitions/mini/report.json"]
    fields = form["schema"]["properties"]
    for key, more in {
        "level": {"kind": "code", "codes": "levels"},
        "place": {"kind": "code", "codes": "places"},
        "way": {"kind": "choice", "choices": [{"key": "a", "label": "甲"}, {"key": "b", "label": "乙"}]},
        "units": {"kind": "unit", "type": "array", "items": {"type": "string"}},
        "phone": {"kind": "telephone", "personal": False},
    }.items():
        fields[key] = {"type": "string", "title": key, **more}
        control = {"key": key, "type": "Control", "scope": f"#/properties/{key}"}
        form["layout"]["elements"][0]["elements"].append(control)
    files["rules/mini/codes.json"] = {"$schema": "urn:liaison:format:1:codes", "lists": [
        {"key": key, "title": key, "codes": [{"key": code, "label": code} for code in codes]}
        for key, codes in {"levels": ["a", "b"], "places": ["here", "there"]}.items()]}  # fmt: skip
    [assign] = [one for one in files["rules/mini/lifecycle/matter.json"]["actions"] if one["key"] == "assign"]
    change(assign, fields, files)
    return Package({path: json.dumps(data, ensure_ascii=False).encode() for path, data in sorted(files.items())})


def setting(field, value):
    return lambda assign, fields, files: assign["effects"].append({"key": "put", "set": {"fields": {field: value}}})


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("level", "a", ""), ("level", "nosuch", "refused_value"), ("level", {"var": "way"}, ""),
        ("level", {"var": "subject"}, "wrong_value"), ("level", {"var": "place"}, "wrong_value"),
        ("way", "b", ""), ("way", "c", "refused_value"), ("way", {"var": "level"}, ""),
        ("units", ["economy"], ""), ("units", ["nosuch"], "refused_value"), ("units", "economy", ""),
        ("units", {"var": "lead_unit"}, "wrong_value"),
        ("lead_unit", "economy", ""), ("lead_unit", "nosuch", "refused_value"), ("lead_unit", {"var": "part.lead"}, ""),
        ("phone", "13800000000", ""), ("phone", "12", "refused_value"), ("phone", None, ""),
        ("subject", "示" * 60, ""), ("subject", "示" * 61, "refused_value"), ("subject", {"var": "level"}, ""),
        ("happened_on", "2026-01-01", ""), ("happened_on", {"date": "2026-01-01"}, ""),
        ("happened_on", 3, "refused_value"),
    ],
)  # fmt: skip
def test_what_an_effect_writes_fits_its_field(field, value, code):
    found = [one for one in check_package(mini(setting(field, value))).findings if one.severity is Severity.ERROR]
    assert [one.code for one in found] == ([f"checking.{code}"] if code else [])
    assert all(one.pointer == f"/actions/1/effects/2/set/fields/{field}" for one in found)
    assert all(say(one.message) and say(one.message, "en") for one in found)


@pytest.mark.parametrize(
    ("guard", "never"),
    [
        (False, True), (True, False), ({"var": "level"}, None),
        ({"and": [{"==": [{"var": "level"}, "a"]}, {"==": ["b", {"var": "level"}]}]}, True),
        ({"and": [{"==": [{"var": "level"}, "a"]}, {"and": [{"in": [{"var": "level"}, ["b", "a"]]}]}]}, False),
        ({"and": [{"==": [{"var": "level"}, "a"]}, {"and": [{"in": [{"var": "level"}, ["b"]]}]}]}, True),
        ({"and": [{"==": [{"var": "level"}, "a"]}, {"==": [{"var": "place"}, "here"]}]}, False),
        ({"or": [{"==": [{"var": "level"}, "a"]}, {"==": [{"var": "level"}, "b"]}]}, False),
        ({"or": [False, {"and": [{"missing": {"var": "level"}}, False]}]}, True),
    ],
)  # fmt: skip
def test_a_guard_that_never_holds_is_found(guard, never):
    codes_ = codes(check_package(mini(lambda assign, fields, files: assign.update(guard=guard))))
    assert ("checking.never_true" in codes_) == bool(never)


def test_what_an_answer_switches_off_is_meant_to_be_off():
    def change(assign, fields, files):
        assign["guard"] = {"slot": "used"}
        files["rules/mini/mechanism.json"]["slots"] = [
            {"key": "used", "type": "boolean", "question": "用不用？", "default": False}
        ]

    assert "checking.never_true" not in codes(check_package(mini(change)))


def test_linting_is_quick():
    check_package(KEY)
    spent = ordinary_seconds(lambda: check_package(Package({**OURS})), rounds=5)
    assert spent < 0.3, "benchmarks/checking.py measures it"


def test_a_gap_is_told_in_titles_and_labels():
    table = {
        "$schema": "urn:liaison:format:1:table", "key": "told", "title": "分级", "on": "matter", "hit": "first",
        "suggests": True, "outputs": [{"key": "result", "type": "text"}], "otherwise": {"result": "一般"},
        "inputs": [{"key": "unit", "field": "record.state"}, {"key": "days", "field": "happened_on"},
                   {"key": "linked", "value": {"count": {"var": "part.lead"}}}],
        "rows": [{"key": "one", "then": {"result": "重点"},
                  "if": {"unit": {"is_not": "assigned"}, "days": {"empty": True}, "linked": {"at_least": 3}}}],
    }  # fmt: skip
    path = "rules/mini/tables/told.json"
    files = {**fixture("wrong_value", "valid").files, path: json.dumps(table, ensure_ascii=False).encode()}
    [gap] = [found for found in check_package(Package(files)).findings if found.code == "rules.gap"]
    assert say(gap.message) == (
        "没有一行管到：状态为 已报送、发生日期为 2000年1月1日、牵头单位的数目为 2。此时按“其他情形”处理"
    )
