"""Where each file of a mechanism lives, and which schema it follows."""

from __future__ import annotations

import re

FORMAT = 1
"""The format number this code writes. Older ones are upgraded when loaded."""

FORMS, RULES = "form_definitions", "rules"

_KEY = "[a-z][a-z0-9_]{0,39}"
_SINGLE = (
    "mechanism", "codes", "terms", "duties", "roster", "views", "messages", "documents", "reports", "indicators",
)  # fmt: skip
_FOLDERS = {"tables": "table", "lifecycle": "lifecycle", "cases": "case", "i18n": "i18n"}
_FORM = re.compile(rf"{FORMS}/({_KEY})/{_KEY}\.json")
_RULE = re.compile(rf"{RULES}/({_KEY})/({'|'.join(_SINGLE)})\.json")
_FOLDER = re.compile(rf"{RULES}/({_KEY})/({'|'.join(_FOLDERS)})/{_KEY}\.json")


def schema_id(name: str) -> str:
    """The id a file names in `$schema`."""
    return f"urn:liaison:format:{FORMAT}:{name}"


def schema_of(path: str) -> str | None:
    """The schema that the file at `path` of a package follows; None where no such file belongs to the format."""
    if _FORM.fullmatch(path):
        return "form"
    if found := _RULE.fullmatch(path):
        return found[2]
    if found := _FOLDER.fullmatch(path):
        return _FOLDERS[found[2]]
    return None


def mechanism_of(path: str) -> str:
    """The key of the mechanism a path belongs to (`rules/KEY/codes.json` → `KEY`)."""
    return path.split("/")[1]


def stem(path: str) -> str:
    """The name of a file without folder and ending: in folders of many files it is the key of what it holds."""
    return path.rsplit("/", 1)[-1].removesuffix(".json")
