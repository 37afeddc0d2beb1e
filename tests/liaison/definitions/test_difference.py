"""Diff and merge: by permanent key, order apart, conflicts in words."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liaison.definitions import Package, diff, load, merge
from liaison.texts import say

TERMS = "rules/mini/terms.json"
ROSTER = "rules/mini/roster.json"
LIFECYCLE = "rules/mini/lifecycle/matter.json"


def changes(before, after):
    return [(change.kind, change.place.object_path) for change in diff(before, after)]


def test_nothing_changed(minimal):
    assert diff(minimal, minimal) == ()


def test_spaces_and_the_order_of_keys_are_no_change(minimal):
    other = {path: json.dumps(json.loads(data), sort_keys=True).encode() for path, data in minimal.items()}
    assert diff(minimal, other) == ()


def test_a_change_is_said_by_title_and_key(minimal, patched):
    after = patched({TERMS: {"terms": [{"key": "reply", "length": {"$replace": {"days": 9}}}]}})
    (change,) = diff(minimal, after)
    assert change.place.object_path == "rules/terms.json#/terms/reply/length"
    assert say(change.message) == '时限／「答复期限」／长度：{"slot": "reply_days"} → {"days": 9}'
    assert say(change.message, "en").startswith("rules/terms.json#/terms/reply/length: ")


def test_members_come_go_and_move(minimal, patched):
    unit = {"key": "finance", "title": "示例金融局", "kind": "department"}
    more = patched({ROSTER: {"units": [unit]}})
    assert changes(minimal, more) == [("added", "rules/roster.json#/units/finance")]
    assert changes(more, minimal) == [("removed", "rules/roster.json#/units/finance")]
    turned = json.loads(more[ROSTER])
    turned["units"].reverse()
    assert changes(more, {**more, ROSTER: json.dumps(turned).encode()}) == [("reordered", "rules/roster.json#/units")]


def test_files_come_and_go_and_the_mechanism_key_does_not_matter(minimal):
    fewer = {path: data for path, data in minimal.items() if "duties" not in path}
    assert changes(minimal, fewer) == [("removed", "rules/duties.json")]
    other = {path.replace("/mini/", "/other/"): data for path, data in minimal.items()}
    assert diff(minimal, other) == ()


def test_two_sides_change_different_things(minimal, patched):
    theirs = patched(
        {
            TERMS: {"terms": [{"key": "reply", "title": "新名称"}]},
            ROSTER: {"units": [{"key": "finance", "title": "金融局", "kind": "department"}]},
        }
    )
    ours = patched(
        {
            TERMS: {"terms": [{"key": "reply", "length": {"$replace": {"days": 9}}}]},
            ROSTER: {"units": [{"key": "economy", "title": "本地经济局"}]},
        }
    )
    merged = merge(minimal, theirs, ours)
    assert merged.conflicts == ()
    term = json.loads(merged.files[TERMS])["terms"][0]
    assert (term["title"], term["length"]) == ("新名称", {"days": 9})
    assert [unit["title"] for unit in json.loads(merged.files[ROSTER])["units"]] == ["本地经济局", "金融局"]
    assert load(Package(merged.files)).definition is not None


@pytest.mark.parametrize(
    ("theirs", "ours", "kind", "path"),
    [
        ({"title": "甲"}, {"title": "乙"}, "changed", "/title"),
        ({"when": {"missing": {"var": "category"}}}, {"when": {"missing": {"var": "subject"}}}, "added", "/when"),
        ({"$remove": True}, {"title": "乙"}, "removed_by_them", ""),
        ({"title": "甲"}, {"$remove": True}, "removed_by_us", ""),
    ],
)
def test_conflicts_keep_ours_and_say_so(minimal, patched, theirs, ours, kind, path):
    sides = [patched({TERMS: {"terms": [{"key": "reply", **side}]}}) for side in (theirs, ours)]
    merged = merge(minimal, *sides)
    (conflict,) = merged.conflicts
    assert (conflict.kind, conflict.place.object_path) == (kind, f"rules/terms.json#/terms/reply{path}")
    assert "时限" in say(conflict.message)
    assert say(conflict.message, "en")
    assert json.loads(merged.files[TERMS]) == json.loads(sides[1][TERMS])


def test_expressions_are_never_mixed(patched):
    base, theirs, ours = (
        patched({LIFECYCLE: {"actions": [{"key": "assign", "guard": guard}]}})
        for guard in (
            {"==": [{"var": "category"}, "A"]},
            {"!=": [{"var": "category"}, "A"]},
            {"==": [{"var": "category"}, "B"]},
        )
    )
    merged = merge(base, theirs, ours)
    assert [conflict.place.path[-1] for conflict in merged.conflicts] == ["guard"]
    assert json.loads(merged.files[LIFECYCLE]) == json.loads(ours[LIFECYCLE])


def test_an_effect_that_became_another_is_one_value(patched):
    effects = (
        {"notify": {"template": "soon", "to": [{"post": "office"}]}},
        {"document": {"document": "sheet"}},
        {"notify": {"template": "reported", "to": [{"post": "office"}]}},
    )
    sides = [
        patched({LIFECYCLE: {"actions": [{"key": "assign", "effects": [{"key": "extra", **effect}]}]}})
        for effect in effects
    ]
    merged = merge(*sides)
    assert [conflict.place.path[-1] for conflict in merged.conflicts] == ["extra"]
    assert load(Package(merged.files)).definition is not None


def test_lists_of_words_are_sets(patched):
    def kinds(*words):
        return patched({ROSTER: {"posts": [{"key": "liaison", "kinds": {"$replace": list(words)}}]}})

    merged = merge(kinds("a", "b"), kinds("a", "b", "c"), kinds("b", "d"))
    assert merged.conflicts == ()
    assert json.loads(merged.files[ROSTER])["posts"][1]["kinds"] == ["b", "c", "d"]


def test_both_sides_reorder(minimal):
    """Three states in three orders: ours stays, and a conflict says so."""

    def order(*keys):
        content = json.loads(minimal[LIFECYCLE])
        states = {state["key"]: state for state in content["states"]}
        return {**minimal, LIFECYCLE: json.dumps({**content, "states": [states[key] for key in keys]}).encode()}

    ours = order("closed", "reported", "assigned")
    merged = merge(minimal, order("assigned", "reported", "closed"), ours)
    assert [conflict.kind for conflict in merged.conflicts] == ["reordered"]
    assert json.loads(merged.files[LIFECYCLE]) == json.loads(ours[LIFECYCLE])


@st.composite
def grown(draw):
    """A version grown from the minimal mechanism: titles, lengths, members in, out and about."""

    def change(minimal):
        files = dict(minimal)
        for path in draw(st.lists(st.sampled_from([TERMS, ROSTER, LIFECYCLE]), max_size=3)):
            content = json.loads(files[path])
            array = {TERMS: "terms", ROSTER: "units", LIFECYCLE: "states"}[path]
            members = content[array]
            match draw(st.integers(0, 3)):
                case 0:
                    members.append({"key": draw(st.sampled_from("xyz")), "title": draw(st.sampled_from("甲乙丙"))})
                case 1 if members:
                    members[draw(st.integers(0, len(members) - 1))]["title"] = draw(st.sampled_from("甲乙丙"))
                case 2 if members:
                    members.pop(draw(st.integers(0, len(members) - 1)))
                case _:
                    members.reverse()
            if len({member["key"] for member in members}) == len(members):
                files[path] = json.dumps(content, ensure_ascii=False, indent=2).encode() + b"\n"
        return files

    return change


GROWN = grown()


@settings(max_examples=40, deadline=None)
@given(one=GROWN)
def test_one_side_changed(one, minimal):
    grown_one = one(minimal)
    for merged in (
        merge(minimal, minimal, grown_one),
        merge(minimal, grown_one, minimal),
        merge(minimal, grown_one, grown_one),
    ):
        assert (dict(merged.files), merged.conflicts) == (dict(sorted(grown_one.items())), ())


@settings(max_examples=60, deadline=None)
@given(one=GROWN, other=GROWN)
def test_conflicts_do_not_depend_on_the_side(one, other, minimal):
    theirs, ours = one(minimal), other(minimal)
    here, there = merge(minimal, theirs, ours), merge(minimal, ours, theirs)
    paths = [{conflict.place.object_path for conflict in merged.conflicts} for merged in (here, there)]
    assert paths[0] == paths[1]
    if not here.conflicts:
        assert [change for change in diff(here.files, there.files) if change.kind != "reordered"] == []


@settings(max_examples=40, deadline=None)
@given(one=GROWN, other=GROWN)
def test_what_both_have_is_in_the_merge(one, other, minimal):
    """No diff at all exactly where both say the same, and a diff is empty one way when it is empty the other."""
    before, after = one(minimal), other(minimal)
    assert len(diff(before, after)) == len(diff(after, before))
    assert merge(before, after, before).conflicts == ()
