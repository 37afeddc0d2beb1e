"""A minimal mechanism, and patches that change it by permanent key."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from liaison.definitions import read_package

FIXTURES = Path(__file__).parent / "fixtures"

Patched = Callable[[Mapping[str, Any]], dict[str, bytes]]


def merged(node: Any, patch: Any) -> Any:
    """A JSON merge patch that knows members: {"$replace": x} puts x, null and {"$remove": true} take out."""
    if isinstance(patch, dict):
        if "$replace" in patch:
            return patch["$replace"]
        node = dict(node) if isinstance(node, dict) else {}
        for name, value in patch.items():
            if value is None:
                node.pop(name, None)
            else:
                node[name] = merged(node.get(name), value)
        return node
    if (
        isinstance(patch, list)
        and isinstance(node, list)
        and all(isinstance(item, dict) and "key" in item for item in patch)
    ):
        members = {item["key"]: item for item in node}
        for item in patch:
            if item.get("$remove"):
                members.pop(item["key"])
            else:
                members[item["key"]] = merged(members.get(item["key"]), item)
        return list(members.values())
    return copy.deepcopy(patch)


@pytest.fixture(scope="session")
def minimal() -> dict[str, bytes]:
    """The files of the minimal mechanism."""
    return dict(read_package(FIXTURES / "minimal").files)


@pytest.fixture(scope="session")
def patched(minimal: dict[str, bytes]) -> Patched:
    """The files of the minimal mechanism with a patch applied: path → patch of that file; null takes the file out."""

    def apply(patch: Mapping[str, Any]) -> dict[str, bytes]:
        files = dict(minimal)
        for path, change in patch.items():
            if change is None:
                del files[path]
                continue
            node = merged(json.loads(files.get(path, b"{}")), change)
            files[path] = json.dumps(node, ensure_ascii=False).encode()
        return files

    return apply


@pytest.fixture(scope="session")
def shunde() -> dict[str, bytes]:
    """The files of the Shunde mechanism."""
    return dict(read_package("shunde").files)
