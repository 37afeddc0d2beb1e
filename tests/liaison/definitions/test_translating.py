"""A mechanism in another language: laid over at its paths, as far as it was translated; nothing else changes."""

from __future__ import annotations

import copy
import dataclasses
import json
import re

import pytest

from liaison.definitions import Package, base_files, lint, load, read_package, shipped
from liaison.definitions.translating import Words, words, words_of
from liaison.engine import compile_mechanism

HAN = re.compile("[一-鿿]")
MECHANISM = "rules/mini/mechanism.json"


def english(texts):
    """An English translation for the minimal mechanism."""
    return {"rules/mini/i18n/en.json": {"$schema": "urn:liaison:format:1:i18n", "language": "en", "texts": texts}}


def loaded(files, language="", **answers):
    found = load(Package(dict(sorted(files.items()))), answers, language=language)
    assert found.definition is not None, found.findings
    return found.definition


def test_texts_stand_at_their_paths(patched):
    files = patched(
        english(
            {
                "lifecycle/matter.json#/states/reported/title": "Reported",
                "form_definitions/report.json#/schema/properties/subject/title": "Subject",
                "form_definitions/report.json#/layout/elements/problem/label": "Problem",
                "codes.json#/lists/category/codes/A/label": "First",
            }
        )
    )
    read, written = loaded(files, "en"), loaded(files)
    assert read.lifecycles["matter"].states["reported"].title == "Reported"
    assert read.fields["matter"]["subject"]["title"] == "Subject"
    assert read.section("report", "problem")["label"] == "Problem"
    assert read.codes["category"].codes["A"].label == "First"
    assert read.codes["category"].codes["B"].label == written.codes["category"].codes["B"].label == "乙"
    assert written.lifecycles["matter"].states["reported"].title != "Reported"
    assert (read.language, written.language, read.digest) == ("en", "", written.digest)
    assert compile_mechanism(read) is not compile_mechanism(written)


def test_without_a_translation_only_the_words_of_the_engine_change(minimal):
    read, written = loaded(minimal, "en"), loaded(minimal)
    assert read.lifecycles["assignment"].states["signed"].title == "Signed for"
    assert written.lifecycles["assignment"].states["signed"].title == "已签收"
    assert read.lifecycles["matter"] == written.lifecycles["matter"]


@pytest.mark.parametrize(
    "path", ["lifecycle/matter.json#/states/reported/kind", "lifecycle/matter.json#/states/gone/title", "x.json#/title"]
)
def test_what_is_no_text_of_a_page_is_left_alone(path, patched, minimal):
    files = patched(english({path: "open"}))
    assert loaded(files, "en").lifecycles == loaded(minimal, "en").lifecycles


def test_what_a_district_calls_otherwise_stays_as_answered(patched):
    slot = {"key": "name", "question": "名称", "type": "text", "default": "示例机制"}
    units = {"key": "members", "question": "单位", "type": "rows", "default": [
        {"key": "economy", "title": "示例经济局", "kind": "department"},
        {"key": "housing", "title": "示例住建局", "kind": "department"},
    ]}  # fmt: skip
    texts = {
        "mechanism.json#/title": "Example",
        "mechanism.json#/slots/name/question": "Its name",
        "roster.json#/units/economy/title": "Economy",
        "roster.json#/units/housing/title": "Housing",
    }
    files = patched(
        {
            MECHANISM: {"title": {"slot": "name"}, "slots": [slot, units]},
            "rules/mini/roster.json": {"units": {"$replace": {"slot": "members"}}},
            **english(texts),
        }
    )
    read = loaded(files, "en")
    assert (read.title, read.slots["name"].question) == ("Example", "Its name")
    assert [unit.title for unit in read.roster.units.values()] == ["Economy", "Housing"]
    ours = [{**units["default"][0]}, {**units["default"][1], "title": "本地住建局"}]
    read = loaded(files, "en", name="本地机制", members=ours)
    assert (read.title, read.slots["name"].question) == ("本地机制", "Its name")
    assert [unit.title for unit in read.roster.units.values()] == ["Economy", "本地住建局"]
    assert not [one for one in lint(loaded(files, name="本地机制")) if one.code == "definitions.lost_translation"]


def test_what_is_printed_told_and_tried_stays_in_the_language_of_the_files():
    read, written = (load(read_package("shunde"), language=language).definition for language in ("en", ""))
    for key, form in written.forms.items():
        printed = {name: value for name, value in form.get("print", {}).items() if name != "notes"}
        assert printed == {name: value for name, value in read.forms[key].get("print", {}).items() if name != "notes"}
    for key, template in written.templates.items():
        assert read.templates[key].text == template.text
    for key, document in written.documents.items():
        assert {**read.documents[key], "title": document["title"]} == document
    for key, case in written.cases.items():
        assert {**read.cases[key], "title": case["title"]} == case


def test_nothing_but_words_changes():
    """Laid back over the English definition, the texts of the files make the definition of the files."""
    read, written = (load(read_package("shunde"), language=language).definition for language in ("en", ""))
    texts = {one.path: one.text for path, data in written.data.items() for one in words_of(path, data)}
    for path, data in copy.deepcopy(dict(read.data)).items():
        for one in words_of(path, data):
            one.holder[one.name] = texts.pop(one.path)
        assert data == written.data[path]
    assert not texts


def shown(node, found):
    """Every Chinese text of what is loaded, keys and numbers apart, with where it was met."""
    if isinstance(node, str):
        if HAN.search(node):
            found.append(node)
    elif dataclasses.is_dataclass(node):
        for field in dataclasses.fields(node):
            if field.name not in (
                "source",
                "note",
                "files",
                "data",
                "filled",
                "default",
                "answers",
                "aliases",
                "opens",
            ):
                shown(getattr(node, field.name), found)
    elif isinstance(node, (list, tuple)):
        for one in node:
            shown(one, found)
    elif hasattr(node, "items"):
        for name, value in node.items():
            if name not in ("source", "note", "default", "printed_as"):
                shown(value, found)


@pytest.mark.parametrize("key", shipped())
def test_all_that_a_shipped_mechanism_shows_on_pages_is_there_in_english(key):
    """Not by what the schemas mark, as the lint goes, but by what is loaded: what is left is printed or told."""
    read = load(read_package(key), language="en").definition
    assert not {one.code for one in lint(read)} & {"definitions.untranslated", "definitions.lost_translation"}
    found = []
    for part in (
        "title", "issuer", "about", "record_types", "lifecycles", "codes", "terms", "duties", "roster", "views",
        "slots", "reports", "indicators", "tables", "source_document",
    ):  # fmt: skip
        shown(getattr(read, part), found)
    for form in read.forms.values():
        shown({**form, "print": form.get("print", {}).get("notes", ())}, found)
    for template in read.templates.values():
        shown(template.title, found)
    for titled in (*read.documents.values(), *read.cases.values()):
        shown(titled["title"], found)
    assert found == []


@pytest.mark.parametrize("path", sorted(path for path in base_files() if not path.startswith("i18n/")))
def test_all_that_the_engine_ships_is_there_in_english(path):
    schema, data = base_files()[path]
    texts = json.loads(base_files()["i18n/en.json"][1])["texts"]
    missing = [one.path for one in words(schema, path, json.loads(data)) if one.path not in texts]
    assert missing == []


def test_no_translation_of_the_engine_is_lost():
    known = {one.path for path, (schema, data) in base_files().items() for one in words(schema, path, json.loads(data))}
    assert json.loads(base_files()["i18n/en.json"][1])["texts"].keys() <= known


def test_the_unit_of_a_number_is_a_text_and_that_of_money_a_word_of_the_format():
    form = {"schema": {"properties": {
        "staff": {"kind": "integer", "title": "人数", "unit": "人"},
        "amount": {"kind": "money", "title": "金额", "unit": "wan"},
    }}}  # fmt: skip
    found: list[Words] = list(words("form", "form.json", form))
    assert [one.pointer for one in found] == [
        "/schema/properties/staff/title",
        "/schema/properties/staff/unit",
        "/schema/properties/amount/title",
    ]
