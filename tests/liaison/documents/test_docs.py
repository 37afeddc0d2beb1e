"""The documents shown in docs/documents.md are the ones that are tested, and are sound."""

from __future__ import annotations

import json
import re

from held_meeting import DOCUMENTS, with_documents

from harness.sources import ROOT
from liaison.checking import check_package
from liaison.definitions import schemas
from liaison.texts import Severity

PAGE = (ROOT / "docs" / "documents.md").read_text(encoding="utf-8")


def test_the_examples_are_the_documents_that_are_tested():
    shown = {key: json.loads(text) for key, text in re.findall(r"```json documents (\w+)\n(.*?)```", PAGE, re.DOTALL)}
    assert shown == {document["key"]: document for document in DOCUMENTS["documents"]}


def test_they_are_sound():
    file = "rules/shunde/documents.json"
    found = [one for one in check_package(with_documents()).findings if one.file == file]
    assert [one for one in found if one.severity is not Severity.NOTE] == []


def test_every_kind_of_block_and_of_row_is_explained():
    definitions = schemas()["documents"]["$defs"]
    for kind in (alternative["required"][0] for alternative in definitions["block"]["oneOf"]):
        assert f"| `{kind}` |" in PAGE
    for source in definitions["rows"]["properties"]:
        assert f'`{{"{source}": ' in PAGE
    for mark in definitions["block"]["properties"]["list"]["properties"]["marks"]["enum"]:
        assert f"`{mark}`" in PAGE
