"""Golden cases hold a package to what it says: whatever is changed in it, one of them turns red."""

from __future__ import annotations

import json
from fnmatch import fnmatchcase
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from liaison.checking import Jury, case_findings, mutants, play
from liaison.definitions import Definition, Package, load, read_package, shipped

pytestmark = pytest.mark.slow

REVIEWED = {
    entry["mutant"]: entry["reason"]
    for entry in json.loads((Path(__file__).parent / "equivalent.json").read_text(encoding="utf-8"))
}
"""Name of a mutant, with `*` for what may vary → why no golden case can notice it."""


def reviewed(name: str) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in REVIEWED)


@cache
def jury_of(key: str) -> Jury:
    return Jury(definition_of(key))


def definition_of(key: str) -> Definition:
    loaded = load(read_package(key))
    assert loaded.definition is not None, loaded.findings
    return loaded.definition


@pytest.mark.parametrize("key", shipped())
def test_every_golden_case_is_green(key):
    definition = definition_of(key)
    assert [(one.code, dict(one.params)) for one in case_findings(definition, play(definition))] == []


AT_ONCE = 40
"""Mutants of one test: small enough that the workers share a long file."""


def portions() -> list[Any]:
    """(key, the names of some mutants of one of its files), those reviewed aside."""
    found = []
    for key in shipped():
        to_notice = [mutant for mutant in mutants(definition_of(key)) if not reviewed(mutant.name)]
        for file, those in groupby(to_notice, lambda mutant: mutant.file):
            names = [mutant.name for mutant in those]
            for first in range(0, len(names), AT_ONCE):
                found.append(pytest.param(key, frozenset(names[first : first + AT_ONCE]), id=f"{file}-{first}"))
    return found


@pytest.mark.parametrize(("key", "names"), portions())
def test_a_golden_case_notices_every_change(key, names):
    found = jury_of(key).survey(lambda mutant: mutant.name in names)
    unnoticed = [one.name for one in found.survivors]
    assert unnoticed == [], "write a golden case that notices, or review it with a reason in equivalent.json"


@pytest.mark.parametrize("key", shipped())
def test_most_changes_leave_a_mechanism_that_can_be_run(key):
    definition = definition_of(key)
    made = [*mutants(definition)]
    some = made[:: 1 + len(made) // 400]  # of a long package a part: the survey above loads them all
    runs = [load(Package(one.files), definition.answers).definition is not None for one in some]
    assert len(runs) > 8 * runs.count(False) > 0


def test_what_was_reviewed_is_a_change_still_made():
    names = {mutant.name for key in shipped() for mutant in mutants(definition_of(key))}
    assert [name for name in REVIEWED if not any(fnmatchcase(one, name) for one in names)] == []
    assert all(len(reason) > 10 for reason in REVIEWED.values())


@cache
def every_change() -> set[tuple[str, str]]:
    return {(mutant.place, mutant.change) for key in shipped() for mutant in mutants(definition_of(key))}


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
    assert (place, change) in every_change()


def test_a_mutant_differs_in_one_file_and_from_every_other():
    definition = definition_of("shunde")
    made = list(mutants(definition))
    assert len({mutant.name for mutant in made}) == len(made)
    for mutant in made:
        changed = [path for path, data in mutant.files.items() if data != definition.files[path]]
        assert changed == [mutant.file], mutant.name
        assert json.loads(mutant.files[mutant.file]) != json.loads(definition.files[mutant.file]), mutant.name


def test_without_golden_cases_everything_survives():
    definition = definition_of("shunde")
    bare = load(Package({path: data for path, data in definition.files.items() if "/cases/" not in path})).definition
    assert bare is not None
    found = Jury(bare).survey(lambda mutant: mutant.file.endswith("/terms.json"))
    assert len(found.survivors) == found.total - found.stillborn > 0
