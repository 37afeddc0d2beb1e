"""Two versions of a small mechanism: the second changes a state, fields, terms and parts of the first."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

from liaison.definitions import Package, read_package

FIRST = Path(__file__).parents[1] / "liaison" / "engine" / "mechanisms" / "versions"
"""Where the files of the first version are."""

Change = Callable[[Any], None]
"""Changes the files of the first version, path → JSON, in place."""


def second_version(**changes: Change | None) -> Package:
    """The second version; `changes` take the place of those of the same name, None leaves one out."""
    files = {path: json.loads(data) for path, data in read_package(FIRST).files.items()}
    files["rules/versions/mechanism.json"]["version"] = "2.0.0"
    for change in {**CHANGES, **changes}.values():
        if change is not None:
            change(files)
    return Package(dict(sorted((path, json.dumps(data, ensure_ascii=False).encode()) for path, data in files.items())))


def member(array: list[Any], key: str) -> Any:
    """The member of an array with this key."""
    return next(one for one in array if one["key"] == key)


def _states(files: Any) -> None:
    lifecycle = files["rules/versions/lifecycle/matter.json"]
    member(lifecycle["states"], "open")["title"] = "承办中"
    member(lifecycle["states"], "checking").update(key="review", title="复核")
    for action in lifecycle["actions"]:
        for name in ("from", "to"):
            if name in action:
                text = json.dumps(action[name]).replace("checking", "review")
                action[name] = json.loads(text)
    member(lifecycle["actions"], "note")["effects"] = [{"key": "say", "set": {"fields": {"subject": "第二版"}}}]


def _fields(files: Any) -> None:
    form = files["form_definitions/versions/matter.json"]
    properties, main = form["schema"]["properties"], form["layout"]["elements"][0]["elements"]
    del properties["remark"], properties["papers"]
    main[:] = [one for one in main if one["key"] not in ("remark", "papers")]
    for name in ("amount", "size"):
        properties[name] = {"kind": "integer", "type": "integer", "title": properties[name]["title"]}
    properties["grade"]["choices"].pop()
    properties["grade"]["index"] = True
    files["rules/versions/mechanism.json"]["record_types"][0]["facets"]["category"] = "grade"


def _terms(files: Any) -> None:
    found = files["rules/versions/terms.json"]["terms"]
    member(found, "reply")["length"] = {"workdays": 5}
    found.remove(member(found, "look"))
    file = deepcopy(member(found, "reply"))
    found.append({**file, "key": "file", "title": "归档", "length": {"days": 60}})


def _parts(files: Any) -> None:
    [type_] = files["rules/versions/mechanism.json"]["record_types"]
    type_["parts"].remove(member(type_["parts"], "support"))
    assign = member(files["rules/versions/lifecycle/matter.json"]["actions"], "assign")
    assign["effects"].remove(member(assign["effects"], "support"))


CHANGES: dict[str, Change] = {"states": _states, "fields": _fields, "terms": _terms, "parts": _parts}
