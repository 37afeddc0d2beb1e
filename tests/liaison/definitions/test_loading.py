"""Loading: slots, base record types, formats of the past, and what the model holds at the end."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from liaison.definitions import (
    FORMAT,
    Package,
    Side,
    Who,
    canonical,
    expressions_of,
    lint,
    load,
    read_package,
    read_who,
    restore,
    shipped,
    to_zip,
    upgrade,
    violations,
)
from liaison.definitions.upgrades import UPGRADES
from liaison.texts import Severity, say

FIXTURES = Path(__file__).parent / "fixtures"
MECHANISM = "rules/mini/mechanism.json"


def definition(files, answers=None):
    loaded = load(Package(files), answers)
    assert loaded.definition is not None, loaded.findings
    return loaded.definition


def test_shunde_loads():
    loaded = load(read_package("shunde"))
    assert loaded.findings == ()
    assert loaded.definition is not None
    assert {"matter", "assignment"} <= loaded.definition.record_types.keys()
    assert loaded.definition.lifecycles["assignment"].file.startswith("base/")
    assert len(loaded.definition.roster.units) == 42
    assert loaded.definition.fields["matter"]["category"]["codes"] == "category"


def test_loading_twice_gives_the_same_object(minimal):
    assert load(Package(minimal)).definition is load(Package(dict(minimal))).definition
    assert load(Package(minimal), {"reply_days": {"days": 3}}).definition is not load(Package(minimal)).definition


@pytest.mark.parametrize("language", ["", "en"])
@pytest.mark.parametrize("source", ["shunde", FIXTURES / "minimal", FIXTURES / "format_0"])
def test_what_was_published_is_restored_as_it_was_loaded(source, language):
    package = read_package(source)
    answers = {"reply_days": {"days": 3}} if "reply_days" in load(package).definition.slots else {}
    whole = load(package, answers, language=language).definition
    restored = restore(to_zip(package.files), package.digest, answers, language=language).definition
    assert replace(restored, cases=whole.cases) == whole
    assert restored.filled == whole.filled
    assert restored.translations.items() <= whole.translations.items()
    untold = {whole.translations[one] for one in whole.translations.keys() - restored.translations.keys()}
    assert untold <= {case["title"] for case in whole.cases.values()}, "the cases are left"
    left = package.files.keys() - restored.files.keys()
    assert all("/cases/" in path or "/i18n/" in path for path in left)
    assert restored.files.keys() == restored.data.keys()


def test_answers_that_no_longer_fit_are_told_when_restoring(minimal):
    package = Package(minimal)
    restored = restore(to_zip(minimal), package.digest, {"reply_days": "three"})
    assert restored == load(package, {"reply_days": "three"})
    assert restored.definition is None


def test_a_definition_cannot_be_changed(minimal):
    with pytest.raises(TypeError):
        definition(minimal).terms["x"] = None
    with pytest.raises(AttributeError):
        definition(minimal).title = "x"


def test_a_mechanism_may_replace_what_the_engine_ships(patched):
    own = {
        "$schema": "urn:liaison:format:1:lifecycle",
        "of": "assignment",
        "states": [{"key": "given", "title": "已交", "kind": "done"}],
        "actions": [{"key": "close", "title": "交", "start": True, "to": "given", "by": [{"system": True}]}],
    }
    loaded = definition(patched({"rules/mini/lifecycle/assignment.json": own}))
    assert list(loaded.lifecycles["assignment"].states) == ["given"]


def test_slots_take_their_default_or_the_answer(minimal):
    assert definition(minimal).terms["reply"].length == {"workdays": 5}
    assert definition(minimal, {"reply_days": {"days": 3}}).terms["reply"].length == {"days": 3}
    assert definition(minimal).files == minimal


@pytest.mark.parametrize(
    ("slot", "answer", "code"),
    [
        ({"type": "length", "minimum": 1, "maximum": 10}, {"days": 11}, "slot_too_large"),
        ({"type": "length", "minimum": 1, "maximum": 10}, {"days": 0}, "slot_too_small"),
        ({"type": "length", "minimum": 1, "maximum": 10}, {"workdays": 5}, "slot_unit"),
        ({"type": "length"}, {"months": -3}, "slot_too_small"),
        ({"type": "length"}, {"days": 0}, "slot_too_small"),
        ({"type": "length", "maximum": 10}, {"days": 0}, "slot_too_small"),
        ({"type": "length"}, 5, "slot_type"),
        ({"type": "length"}, {"days": 1, "months": 1}, "slot_type"),
        (
            {
                "type": "length",
                "options": [{"value": {"days": 3}, "label": "三天"}, {"value": {"days": 5}, "label": "五天"}],
            },
            {"days": 4},
            "slot_option",
        ),
    ],
)
def test_answers_are_checked(patched, slot, answer, code):
    default = {"$replace": {"days": 3}}
    files = patched({MECHANISM: {"slots": [{"key": "reply_days", **slot, "default": default}]}})
    loaded = load(Package(files), {"reply_days": answer})
    assert loaded.definition is None
    assert [finding.code for finding in loaded.findings] == [f"definitions.{code}"]
    assert say(loaded.findings[0].message)


ROWS = {
    "type": "rows",
    "columns": [{"key": "name", "title": "名称"}, {"key": "place", "title": "地点", "optional": True}],
}


@pytest.mark.parametrize(
    ("rows", "codes"),
    [
        ([{"name": "甲"}, {"name": "乙", "place": "东"}], []),
        ([{"name": "甲"}, {"place": "东"}], ["slot_cell"]),
        ([{"name": ""}], ["slot_cell"]),
        ([{"name": "甲", "other": "东"}, "乙"], ["slot_row", "slot_row"]),
    ],
)
def test_rows_hold_their_columns(patched, rows, codes):
    files = patched(
        {MECHANISM: {"slots": [{"key": "places", "question": "地点", **ROWS, "default": [{"name": "甲"}]}]}}
    )
    found = load(Package(files), {"places": rows}).findings
    assert [finding.code.partition(".")[2] for finding in found] == codes


def test_an_unknown_answer_and_an_undeclared_slot(minimal, patched):
    assert [finding.code for finding in load(Package(minimal), {"x": 1}).findings] == ["definitions.slot_unknown"]
    files = patched({"rules/mini/terms.json": {"terms": [{"key": "reply", "cap": {"slot": "nothing"}}]}})
    codes = [(finding.code, finding.pointer) for finding in load(Package(files)).findings]
    assert codes[0] == ("definitions.slot_missing", "/terms/0/cap")


@pytest.mark.parametrize(
    ("slot", "place", "answer", "why"),
    [
        ({"type": "number"}, {"rules/mini/roster.json": {"posts": [{"key": "office", "minimum": {"slot": "one"}}]}},
         2.5, "definitions.wrong_type"),
        ({"type": "text"},
         {"rules/mini/lifecycle/matter.json": {"states": [{"key": "closed", "kind": {"slot": "one"}}]}},
         "shut", "definitions.not_allowed"),
        ({"type": "rows"}, {"rules/mini/tables/grading.json": {"rows": {"$replace": {"slot": "one"}}}},
         [{"key": "a", "if": {}}], "definitions.missing_key"),
    ],
    ids=["number", "text", "rows"],
)  # fmt: skip
def test_an_answer_that_does_not_fit_its_place_is_said_by_its_question(patched, slot, place, answer, why):
    ask = {MECHANISM: {"slots": [{"key": "one", "question": "问的是什么", **slot}]}}
    files = patched({**ask, **place})
    loaded = load(Package(files), {"one": answer})
    assert loaded.definition is None
    [finding] = [one for one in loaded.findings if one.severity is Severity.ERROR]
    at = [each["key"] for each in json.loads(files[MECHANISM])["slots"]].index("one")
    assert (finding.code, finding.file, finding.pointer) == ("definitions.slot_misfit", MECHANISM, f"/slots/{at}")
    assert finding.params["why"].code == why
    assert "问的是什么" in say(finding.message)
    assert next(iter(place)) in say(finding.message)


def test_a_default_that_does_not_fit_is_said_where_it_stands(patched):
    slot = {"key": "one", "question": "问的是什么", "type": "number", "default": 2.5}
    roster = {"posts": [{"key": "office", "minimum": {"slot": "one"}}]}
    files = patched({MECHANISM: {"slots": [slot]}, "rules/mini/roster.json": roster})
    [finding] = load(Package(files)).findings
    at = [each["key"] for each in json.loads(files[MECHANISM])["slots"]].index("one")
    assert (finding.code, finding.pointer) == ("definitions.slot_misfit", f"/slots/{at}/default")


def test_a_unit_nobody_has_named_is_one_of_the_roster_meanwhile(patched):
    slot = {"key": "one", "question": "由哪个单位牵头", "type": "unit"}
    duty = {"duties": [{"key": "monthly", "owed_by": {"$replace": {"unit": {"slot": "one"}}}}]}
    loaded = load(Package(patched({MECHANISM: {"slots": [slot]}, "rules/mini/duties.json": duty})))
    assert loaded.definition is not None
    assert loaded.definition.duties["monthly"].owed_by.key in loaded.definition.roster.units
    assert [finding.code for finding in lint(loaded.definition)] == []


def test_an_open_slot_is_a_note_and_the_rest_is_still_checked(patched):
    loaded = load(Package(patched({MECHANISM: {"slots": [{"key": "reply_days", "default": None}]}})))
    assert loaded.definition is not None
    assert [(finding.code, finding.severity) for finding in loaded.findings] == [
        ("definitions.slot_open", Severity.NOTE)
    ]


def test_a_key_twice_and_a_file_out_of_place(patched, minimal):
    roster = json.loads(minimal["rules/mini/roster.json"])
    roster["units"].append(roster["units"][0])
    loaded = load(Package({**minimal, "rules/mini/roster.json": json.dumps(roster).encode()}))
    assert [(finding.code, finding.pointer) for finding in loaded.findings] == [
        ("definitions.key_twice", "/units/1/key")
    ]
    loaded = load(Package(patched({"form_definitions/mini/report.json": {"key": "other"}})))
    assert [finding.code for finding in loaded.findings] == ["definitions.misplaced"]


WHOS = [
    ({"applicant": True}, Who("applicant")),
    ({"anyone": True}, Who("anyone")),
    ({"system": True}, Who("system")),
    ({"post": "a"}, Who("post", "a")),
    ({"post": "a", "of": {"part": "b"}}, Who("part", "b", post="a")),
    ({"post": "a", "of": {"unit": "b"}}, Who("unit", "b", post="a")),
    ({"post": "a", "of": {"kind": "b"}}, Who("unit_kind", "b", post="a")),
    ({"part": "a"}, Who("part", "a")),
    ({"unit": "a"}, Who("unit", "a")),
    ({"kind": "a"}, Who("unit_kind", "a")),
    ({"kind": "a", "for": "region"}, Who("unit_kind", "a", region=True)),
    ({"post": "a", "of": {"field": "b"}}, Who("field", "b", post="a")),
    ({"partner_in": "a"}, Who("partner", "a")),
    ({"partner_in": "a", "of": {"part": "b"}}, Who("partner", "a", of=Who("part", "b"))),
    (
        {"post": "a", "of": {"partner_in": "b", "of": {"partner_in": "c", "of": {"field": "d"}}}},
        Who("partner", "b", post="a", of=Who("partner", "c", of=Who("field", "d"))),
    ),
    ({"took": "a"}, Who("took", "a")),
    ({"rung": "a"}, Who("rung", "a")),
]


@pytest.mark.parametrize(("data", "expected"), WHOS)
def test_every_way_of_naming_people(data, expected):
    assert violations("who", data, "") == []
    assert read_who(data) == expected


@pytest.mark.parametrize(
    "data",
    [{"part": "a", "of": {"part": "b"}}, {"partner_in": "a", "of": {"post": "b"}}, {"applicant": True, "of": {}}],
)
def test_only_a_post_or_a_partner_is_somebodys(data):
    assert violations("who", data, "")


def test_a_matching_joins_two_sides_with_their_numbers(patched):
    matching = {"key": "serve", "title": "对口", "left": {"post": "liaison"}, "right": {"party": "bank"},
                "per_left": {"minimum": 1, "maximum": 2}, "rotation": {"may_return": False}}  # fmt: skip
    found = definition(patched({"rules/mini/roster.json": {"matchings": [matching]}})).roster.matchings["serve"]
    assert (found.left, found.right) == (Side("post", "liaison", 1, 2), Side("party", "bank"))
    assert found.rotates == "to_others"
    freely = {**matching, "left": {"kind": "department"}, "rotation": {"may_return": True}}
    found = definition(patched({"rules/mini/roster.json": {"matchings": [freely]}})).roster.matchings["serve"]
    assert (found.left.kind, found.rotates) == ("unit_kind", "freely")


def test_codes_know_their_days(patched):
    files = patched(
        {"rules/mini/codes.json": {"lists": [{"key": "category", "codes": [{"key": "B", "last_day": "2026-12-31"}]}]}}
    )
    code = definition(files).codes["category"].codes["B"]
    assert code.in_use(date(2026, 12, 31))
    assert not code.in_use(date(2027, 1, 1))


def test_a_date_that_is_none_is_a_finding(patched):
    files = patched(
        {"rules/mini/codes.json": {"lists": [{"key": "category", "codes": [{"key": "B", "last_day": "2026-02-30"}]}]}}
    )
    loaded = load(Package(files))
    assert loaded.definition is None
    assert loaded.findings[0].pointer == "/lists/0/codes/1/last_day"


def test_one_fixture_for_each_past_format():
    assert sorted(UPGRADES) == list(range(FORMAT))
    for number in UPGRADES:
        assert (FIXTURES / f"format_{number}").is_dir()


@pytest.mark.parametrize("number", range(FORMAT))
def test_a_past_format_loads_and_its_bytes_stay(number, minimal):
    package = read_package(FIXTURES / f"format_{number}")
    loaded = load(package).definition
    assert loaded is not None
    assert lint(loaded) == ()
    assert loaded.terms == definition(minimal).terms
    assert loaded.lifecycles["matter"] == definition(minimal).lifecycles["matter"]
    assert loaded.files == package.files
    assert read_package(to_zip(loaded.files)).digest == package.digest


def test_an_upgrade_leaves_its_argument_alone():
    files = {path: json.loads(data) for path, data in read_package(FIXTURES / "format_0").files.items()}
    before = json.dumps(files)
    upgrade(files, 0)
    assert json.dumps(files) == before


@pytest.mark.parametrize(
    ("number", "code"), [(2, "format_too_new"), (-1, "no_format"), ("1", "no_format"), (True, "no_format")]
)
def test_formats_of_the_future_and_of_nowhere(number, code, patched):
    loaded = load(Package(patched({MECHANISM: {"format": number}})))
    assert [finding.code for finding in loaded.findings] == [f"definitions.{code}"]


@pytest.mark.parametrize("key", shipped())
def test_what_ships_is_canonical(key):
    files = dict(read_package(key).files)
    assert canonical(files) == files


def test_canonical_is_stable_and_changes_nothing(minimal, shunde):
    for files in (minimal, shunde):
        once = canonical(files)
        assert canonical(once) == once
        assert {path: json.loads(data) for path, data in once.items()} == {
            path: json.loads(data) for path, data in files.items()
        }
    assert canonical(shunde) == shunde
    mixed = {path: json.dumps(json.loads(data), sort_keys=True, indent=4).encode() for path, data in minimal.items()}
    ordered = canonical(mixed)["rules/mini/terms.json"]
    assert ordered == canonical(minimal)["rules/mini/terms.json"]
    assert b"\r" not in ordered
    assert ordered.endswith(b"}\n")


def test_canonical_leaves_alone_what_is_not_json(minimal):
    files = {**minimal, "rules/mini/codes.json": b"{"}
    assert canonical(files)["rules/mini/codes.json"] == b"{"


def test_every_expression_is_found_where_it_stands(shunde):
    loaded = definition(shunde)
    found = list(expressions_of(loaded))
    assert {"guard", "computed", "form", "table", "filter"} <= {one.place for one in found}
    for one in found:
        node = loaded.data[one.file]
        for token in one.pointer.split("/")[1:]:
            token = token.replace("~1", "/").replace("~0", "~")
            node = node[int(token)] if isinstance(node, list) else node[token]
        assert node == one.expr
        assert one.record_type in loaded.record_types or (one.duty and not one.record_type)
