"""The files that a new mechanism begins with: a small one that works, or those of another under a key of its own.

What is blank is data (`blank/`): a matter is reported, assigned, answered and rated. It names no place, and the units
in it are still to be filled in.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from .layout import FORMS, RULES, schema_of
from .package import Package
from .spelling import canonical, spell

_FIRST = "0.1.0"
"""The version that what is new begins with."""


def blank_files(key: str, title: str) -> dict[str, bytes]:
    """The files of a mechanism `key` called `title` that nobody has worked on yet."""
    root = files("liaison.definitions").joinpath("blank")
    found: dict[str, bytes] = {}
    for folder in ("", "lifecycle", "cases", FORMS):
        for path in root.joinpath(folder).iterdir() if folder else root.iterdir():
            if path.name.endswith(".json"):
                place = f"{FORMS}/{key}" if folder == FORMS else "/".join(filter(None, (RULES, key, folder)))
                found[f"{place}/{path.name}"] = path.read_bytes()
    numbers = [{"key": "matters", "pattern": f"{key.upper()}-{{year}}-{{serial:4}}", "resets": "year"}]
    return _called(found, key, title, version=_FIRST, series=numbers)


def copied_files(package: Package, key: str, title: str, *, version: str = _FIRST) -> dict[str, bytes]:
    """The files of `package` under another key and title; where they come from is said in them."""
    old = package.key
    moved = {path.replace(f"/{old}/", f"/{key}/", 1): data for path, data in package.files.items()}
    origin = json.loads(package.files[f"{RULES}/{old}/mechanism.json"])
    template = {"key": old, "version": str(origin.get("version", "")), "digest": package.digest}
    return _called(moved, key, title, version=version, template=template)


def _called(found: Mapping[str, bytes], key: str, title: str, **more: Any) -> dict[str, bytes]:
    path = f"{RULES}/{key}/mechanism.json"
    head = {**json.loads(found[path]), "key": key, **more}
    if isinstance(head["title"], dict):
        # Whoever adopts it still calls it as they like: the title is what it is called until then.
        for slot in head.get("slots", ()):
            if slot["key"] == head["title"].get("slot"):
                slot["default"] = title
    else:
        head["title"] = title
    return canonical({**found, path: spell(schema_of(path), head)})
