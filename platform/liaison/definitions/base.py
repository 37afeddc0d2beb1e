"""The record types that the engine ships, such as the assignment 交办单: files like any other, which a mechanism may
replace by declaring a record type, a lifecycle, a form or a message of the same key."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from . import build
from .layout import stem
from .model import Lifecycle, RecordType, Template
from .translating import lay, words


@dataclass(frozen=True, slots=True)
class Base:
    """The shipped record types, their lifecycles, forms and messages, by key. `translations` as in `Definition`."""

    record_types: Mapping[str, RecordType]
    lifecycles: Mapping[str, Lifecycle]
    forms: Mapping[str, Any]
    templates: Mapping[str, Template]
    translations: Mapping[str, str]


def base_files() -> Mapping[str, tuple[str, bytes]]:
    """Path below `base/` → (schema name, bytes), sorted."""
    root = files("liaison.definitions").joinpath("base")
    alone = ("record_types", "messages")
    found = {f"{name}.json": (name, root.joinpath(f"{name}.json").read_bytes()) for name in alone}
    for folder, schema in (("lifecycle", "lifecycle"), ("forms", "form"), ("i18n", "i18n")):
        for path in root.joinpath(folder).iterdir():
            if path.name.endswith(".json"):
                found[f"{folder}/{path.name}"] = (schema, path.read_bytes())
    return dict(sorted(found.items()))


@cache
def base(language: str = "") -> Base:
    """Read once in each language; a test holds the files to their schemas."""
    data = {path: (schema, json.loads(content)) for path, (schema, content) in base_files().items()}
    _, translation = data.get(f"i18n/{language}.json", ("", {"texts": {}}))
    said: dict[str, str] = {}
    for path, (schema, content) in data.items():
        said |= lay(translation["texts"], words(schema, path, content))
    lifecycles = [
        build.lifecycle(content, f"base/{path}") for path, (schema, content) in data.items() if schema == "lifecycle"
    ]
    return Base(
        build.keyed(data["record_types.json"][1]["record_types"], build.record_type),
        {lifecycle.of: lifecycle for lifecycle in lifecycles},
        {stem(path): content for path, (schema, content) in data.items() if schema == "form"},
        build.keyed(data["messages.json"][1]["templates"], build.template),
        said,
    )
