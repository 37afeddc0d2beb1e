"""Golden cases hold a package to what it says: whatever is changed in it, one of them turns red."""

from __future__ import annotations

import json
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from liaison.checking import case_findings, mutants, play, survey
from liaison.definitions import Definition, Package, load, read_package, shipped

pytestmark = pytest.mark.slow

REVIEWED = {
    entry["mutant"]: entry["reason"]
    for entry in json.loads((Path(__file__).parent / "equivalent.json").read_text(encoding="utf-8"))
}
"""Name of a mutant, with `*` for what may vary → why no golden case can notice it."""


def definition_of(key: str) -> Definition:
    loaded = load(read_package(key))
    assert loaded.definition is not None, loaded.findings
    return loaded.definition


@pytest.mark.parametrize("key", shipped())
def test_every_golden_case_is_green(key):
    definition = definition_of(key)
    assert [(one.code, dict(one.params)) for one in case_findings(definition, play(definition))] == []


@pytest.mark.parametrize(
    ("key", "file"),
    [(key, file) for key in shipped() for file in read_package(key).files if "/cases/" not in file],
)
def test_a_golden_case_notices_every_change(key, file):
    found = survey(definition_of(key), lambda mutant: mutant.file == file)
    unnoticed = [one.name for one in found.survivors if not reviewed(one.name)]
    assert unnoticed == [], "write a golden case that notices, or review it with a reason in equivalent.json"


@pytest.mark.parametrize("key", shipped())
def test_most_changes_leave_a_mechanism_that_can_be_run(key):
    definition = definition_of(key)
    runs = [load(Package(one.files), definition.answers).definition is not None for one in mutants(definition)]
    assert len(runs) > 10 * runs.count(False) > 0


def test_what_was_reviewed_still_survives():
    names = {mutant.name for key in shipped() for mutant in mutants(definition_of(key))}
    assert [name for name in REVIEWED if not any(fnmatchcase(one, name) for one in names)] == []
    assert all(len(reason) > 10 for reason in REVIEWED.values())


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ("1 → 2", "terms/general_reply/length/months"),
        ("months → workdays", "terms/general_reply/length"),
        ("left out", "rows/legacy"),
        ("key → general", "rows/legacy/then/level"),
        ("left out", "actions/assign/guard"),
        ("anyone", "actions/assign/by"),
        ("nobody", "terms/general_reply/owed_by"),
        ("left out", "terms/general_reply/stops/replied"),
        ("assigned → objected", "actions/assign/to"),
        ("left out", "schema/required/problem"),
        ("left out", "layout/elements/meeting/elements/attendee_post/show"),
        ("open → done", "states/assigned/kind"),
        ("left out", "duties/monthly_meeting/counts"),
        ("another", "duties/quarterly_report/schedule"),
        ("left out", "duties/monthly_meeting/may_move/0"),
    ],
)
def test_each_kind_of_change_is_made(change, place):
    assert (place, change) in {
        (mutant.place, mutant.change) for key in shipped() for mutant in mutants(definition_of(key))
    }


def test_a_mutant_differs_in_one_file_and_from_every_other():
    definition = definition_of(shipped()[0])
    made = list(mutants(definition))
    assert len({mutant.name for mutant in made}) == len(made)
    for mutant in made:
        changed = [
            path for path, data in mutant.files.items() if json.loads(data) != json.loads(definition.files[path])
        ]
        assert changed == [mutant.file], mutant.name


def test_without_golden_cases_everything_survives():
    definition = definition_of(shipped()[0])
    bare = load(Package({path: data for path, data in definition.files.items() if "/cases/" not in path})).definition
    assert bare is not None
    found = survey(bare, lambda mutant: mutant.file.endswith("/terms.json"))
    assert len(found.survivors) == found.total - found.stillborn > 0


def reviewed(name: str) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in REVIEWED)
