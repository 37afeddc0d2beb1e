"""Everything that can be said about a package, from wherever it comes."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

import pytest

from liaison.checking import LINTS, check_package
from liaison.definitions import Package, read_package, shipped, to_zip, write_folder
from liaison.texts import Severity, catalogue, hint, say

FIXTURES = Path(__file__).parent / "fixtures"
CODES = sorted(code.removeprefix("checking.") for code in catalogue() if re.fullmatch(r"checking\.[a-z_]+", code))
OURS = dict(read_package(shipped()[0]).files)


def fixture(name: str, which: str) -> Package:
    content = json.loads((FIXTURES / name / f"{which}.json").read_text(encoding="utf-8"))
    return Package({path: json.dumps(data, ensure_ascii=False).encode() for path, data in content.items()})


def codes(report):
    return [finding.code for finding in report.findings]


def test_every_lint_has_a_sentence_and_fixtures():
    assert set(LINTS) < set(CODES)
    assert {path.name for path in FIXTURES.iterdir()} == set(CODES)
    assert all(catalogue()[f"checking.{name}"].get("hint_zh") for name in CODES)


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
    reports = [check_package(source) for source in (shipped()[0], tmp_path, packed, packed.read_bytes())]
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
    data = json.loads(OURS[path])
    change(data)
    return Package({**OURS, path: json.dumps(data, ensure_ascii=False).encode()})


def assigning(lifecycle):
    """The action that assigns a matter."""
    return next(action for action in lifecycle["actions"] if action["key"] == "assign")


def effect(lifecycle, key):
    """One of its effects."""
    return next(effect for effect in assigning(lifecycle)["effects"] if effect["key"] == key)


RULES = f"rules/{shipped()[0]}"


@pytest.mark.parametrize(
    ("path", "change", "code"),
    [
        ("lifecycle/matter.json", lambda d: assigning(d).update(guard={"<": [{"var": "record.today"}, 3]}),
         "conditions.date_with_number"),
        ("lifecycle/matter.json", lambda d: assigning(d).update(guard={"==": [{"var": "level"}, "nothing"]}),
         "conditions.code_not_in_list"),
        ("lifecycle/matter.json", lambda d: effect(d, "lead")["assign"].update(part="nobody"),
         "definitions.dangling"),
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


def test_linting_is_quick():
    check_package(shipped()[0])
    started = time.perf_counter()
    for _ in range(5):
        check_package(Package({**OURS}))
    assert (time.perf_counter() - started) / 5 < 0.3, "benchmarks/checking.py measures it"


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
