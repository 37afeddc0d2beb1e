"""What documents name is there: every text, every source of rows, every place that reads a row."""

from __future__ import annotations

import json
from typing import Any

import pytest

from liaison.checking import check_package
from liaison.definitions import Package, lint, load, read_package

FILE = "rules/shunde/documents.json"


def package(**document: Any) -> Package:
    files = dict(read_package("shunde").files)
    whole = {"key": "paper", "title": "文书", "of": "meeting", **document}
    others = json.loads(files[FILE])["documents"]
    content = {"$schema": "urn:liaison:format:1:documents", "documents": [whole, *others]}
    files[FILE] = json.dumps(content, ensure_ascii=False).encode()
    return Package(files)


def found(**document: Any) -> list[tuple[str, str, str]]:
    loaded = load(package(**document))
    assert loaded.definition is not None, loaded.findings
    return [
        (finding.params["kind"].code.rpartition(".")[2], finding.params["name"], finding.pointer)
        for finding in lint(loaded.definition)
        if finding.file == FILE and finding.code == "definitions.dangling"
    ]


def text(**block: Any) -> dict[str, Any]:
    return {"text": [{"key": "b", **block}]}


COLUMNS = [{"key": "c", "title": "列", "value": "{{matter.nothing}}"}]


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"title": "{{nothing}}", **text(paragraph="略")}, ("field", "nothing", "/title")),
        ({"number": "{{nothing}}", **text(paragraph="略")}, ("field", "nothing", "/number")),
        (text(heading="{{nothing}}"), ("field", "nothing", "/text/0/heading")),
        (text(paragraph="{{place}}{{nothing}}"), ("field", "nothing", "/text/0/paragraph")),
        (text(paragraph="{{part.nothing}}"), ("part", "nothing", "/text/0/paragraph")),
        (text(paragraph="{{part.attendee.nothing}}"), ("field", "nothing", "/text/0/paragraph")),
        (text(sign=[{"key": "s", "label": "签名", "value": "{{nothing}}"}]),
         ("field", "nothing", "/text/0/sign/0/value")),
        (text(list={"of": {"field": "nothing"}, "item": "略"}), ("field", "nothing", "/text/0/list/of/field")),
        (text(list={"of": {"part": "nothing"}, "item": "略"}), ("part", "nothing", "/text/0/list/of/part")),
        (text(list={"of": {"view": "nothing"}, "item": "略"}), ("view", "nothing", "/text/0/list/of/view")),
        (text(list={"of": {"relation": "nothing"}, "item": "略"}),
         ("relation", "nothing", "/text/0/list/of/relation")),
        (text(list={"of": {"relation": "~agenda"}, "item": "略"}),
         ("relation", "~agenda", "/text/0/list/of/relation")),
        (text(list={"of": {"relation": "agenda"}, "item": "{{held_on}}"}), ("field", "held_on", "/text/0/list/item")),
        (text(list={"of": {"relation": "agenda"}, "item": "{{part.nobody}}"}), ("part", "nobody", "/text/0/list/item")),
        (text(list={"of": {"view": "collected"}, "item": "{{held_on}}"}), ("field", "held_on", "/text/0/list/item")),
        (text(list={"of": {"part": "attendee"}, "item": "{{held_on}}"}), ("field", "held_on", "/text/0/list/item")),
        (text(list={"of": {"field": "guests"}, "item": "{{place}}"}), ("column", "place", "/text/0/list/item")),
        (text(list={"of": {"field": "others"}, "item": "{{name}}"}), ("column", "name", "/text/0/list/item")),
        (text(list={"of": {"field": "guests"}, "item": "略", "label": "{{nothing}}"}),
         ("field", "nothing", "/text/0/list/label")),
        (text(list={"of": {"field": "guests"}, "item": "略", "order": "-nothing"}),
         ("column", "nothing", "/text/0/list/order")),
        (text(table={"of": {"field": "conclusions"}, "columns": COLUMNS}),
         ("field", "nothing", "/text/0/table/columns/0/value")),
        ({**text(paragraph="略"), "read": [{"post": "nobody"}]}, ("post", "nobody", "/read/0/post")),
        ({"form": "nothing"}, ("form", "nothing", "/form")),
        ({"view": "nothing"}, ("view", "nothing", "/view")),
    ],
)  # fmt: skip
def test_a_name_that_names_nothing_is_found_where_it_stands(document, expected):
    kind, name, pointer = expected
    assert found(**document) == [(kind, name, f"/documents/0{pointer}")]


@pytest.mark.parametrize(
    "document",
    [
        text(paragraph="{{place}}{{record.state}}{{part.attendee}}{{part.attendee.phone}}{{part.attendee.state}}"),
        text(list={"of": {"field": "others"}, "item": "{{row.number}}{{value}}", "order": "row.number"}),
        text(list={"of": {"field": "conclusions"}, "item": "{{matter}}{{matter.subject}}{{matter.part.lead}}"}),
        text(list={"of": {"part": "attendee"}, "item": "{{unit}}{{attendees}}{{record.state}}"}),
        text(list={"of": {"relation": "agenda"}, "item": "{{subject}}{{part.lead}}{{part.support.phone}}"}),
        {"of": "matter", **text(list={"of": {"relation": "~agenda"}, "item": "{{held_on}}"})},
        text(table={"of": {"view": "collected"}}),
    ],
)
def test_what_is_there_is_found(document):
    assert found(**document) == []


@pytest.mark.parametrize(
    ("rows", "where", "code"),
    [
        ({"field": "guests"}, {"==": [{"var": "role"}, "nobody"]}, "conditions.code_not_in_list"),
        ({"field": "guests"}, {"==": [{"var": "place"}, "x"]}, "conditions.unknown_variable"),
        ({"part": "attendee"}, {"==": [{"var": "record.state"}, "held"]}, "conditions.code_not_in_list"),
        ({"relation": "agenda"}, {"==": [{"var": "level"}, "nobody"]}, "conditions.code_not_in_list"),
        ({"view": "collected"}, {"<": [{"var": "submitted_on"}, 3]}, "conditions.date_with_number"),
        ({"field": "guests"}, {"var": "name"}, "conditions.condition_expected"),
    ],
)
def test_a_condition_reads_the_rows_and_nothing_else(rows, where, code):
    report = check_package(package(**text(list={"of": rows, "where": where, "item": "略"})))
    [finding] = [one for one in report.findings if one.file == FILE]
    assert (finding.code, finding.pointer.startswith("/documents/0/text/0/list/where")) == (code, True)


def test_an_official_table_names_facts_that_are_there():
    files = dict(read_package("shunde").files)
    path = "form_definitions/shunde/handling.json"
    form = json.loads(files[path])
    [due] = [cell for row in form["print"]["rows"] for cell in row["cells"] if cell["key"] == "due"]
    due["fact"] = ["term.general_reply.due", "term.nothing.due"]
    files[path] = json.dumps(form, ensure_ascii=False).encode()
    loaded = load(Package(files))
    assert loaded.definition is not None
    dangling = [one.params["name"] for one in lint(loaded.definition) if one.code == "definitions.dangling"]
    assert dangling == ["nothing"]


def test_an_effect_orders_documents_of_its_own_records_only():
    files = dict(package(**text(paragraph="略")).files)
    path = "rules/shunde/lifecycle/matter.json"
    lifecycle = json.loads(files[path])
    lifecycle["actions"][0].setdefault("effects", []).append({"key": "paper", "document": {"document": "paper"}})
    files[path] = json.dumps(lifecycle, ensure_ascii=False).encode()
    loaded = load(Package(files))
    assert loaded.definition is not None
    assert [one.params["name"] for one in lint(loaded.definition) if one.code == "definitions.dangling"] == ["paper"]
