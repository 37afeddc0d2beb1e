"""An action may ask for sections of several forms in any order."""

from __future__ import annotations

import json

from liaison.checking.golden import play_one
from liaison.definitions import Package, load, read_package

LIFECYCLE = "rules/shunde/lifecycle/matter.json"


def test_sections_of_two_forms_may_take_turns():
    files = dict(read_package("shunde").files)
    content = json.loads(files[LIFECYCLE])
    [assign] = [action for action in content["actions"] if action["key"] == "assign"]
    first = assign["asks"][0]
    other = next(one for one in assign["asks"] if one["form"] != first["form"])
    assign["asks"] = [first, other, *(one for one in assign["asks"] if one not in (first, other))]
    assert [one["form"] for one in assign["asks"]].count(first["form"]) > 1, "the other form stands between"
    files[LIFECYCLE] = json.dumps(content, ensure_ascii=False).encode()
    changed = load(Package(files)).definition
    assert play_one(changed, changed.cases["general_in_time"]).passed
