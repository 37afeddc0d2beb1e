"""Every kind: its page in docs/fields is its fixture. What the page says is typed, stored and shown, must be."""

from __future__ import annotations

import importlib
import json
import re
from decimal import Decimal
from pathlib import Path
from pkgutil import iter_modules

import pytest

import liaison.forms.kinds
from liaison.forms import DuplicateKindError, Kind, Wrong, all_kinds, check, display, field_of, mask, register
from liaison.forms.kind import kind_of
from liaison.forms.kinds.uscc import check_character
from liaison.texts import say

ROOT = Path(__file__).parents[3]
PAGES = ROOT / "docs" / "fields"
SCHEMA = ROOT / "platform" / "liaison" / "definitions" / "schemas" / "form.schema.json"
MODULES = sorted(module.name for module in iter_modules(liaison.forms.kinds.__path__))
OWN_TO_ALL = {"kind", "type", "title", "source", "note"}


def page(kind):
    return (PAGES / f"{kind}.md").read_text(encoding="utf-8")


def example(kind):
    return json.loads(re.search(r"```json property\n(.*?)```", page(kind), re.DOTALL)[1])


def rows(kind, columns):
    found = []
    for line in page(kind).splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if line.startswith("| `") and len(cells) == columns and cells[0] not in options_of(kind):
            found.append(cells)
    return found


def options_of(kind):
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    return {f"`{name}`" for name in schema["$defs"][f"kind_{kind}"]["properties"]}


def plain(cell):
    return json.loads(cell.strip("`"))


def same(stored):
    return json.loads(json.dumps(stored, default=float))


GOOD = [(kind, *row) for kind in MODULES for row in rows(kind, 3)]
BAD = [(kind, *row) for kind in MODULES for row in rows(kind, 2)]


def test_each_module_registers_the_kind_it_is_called_after():
    assert sorted(all_kinds()) == MODULES
    for name in MODULES:
        assert importlib.import_module(f"liaison.forms.kinds.{name}")
        assert type(all_kinds()[name]).__module__ == f"liaison.forms.kinds.{name}"


def test_registering_a_kind_twice_fails():
    class Again(Kind):
        name = "line"

    with pytest.raises(DuplicateKindError):
        register(Again)


@pytest.mark.parametrize("kind", MODULES)
def test_each_kind_has_a_page_a_schema_and_a_place_in_the_form_with_every_kind(kind, every):
    options = options_of(kind) - {f"`{name}`" for name in OWN_TO_ALL}
    text = page(kind)
    assert [option for option in sorted(options) if option not in text] == []
    assert kind in {field.kind for field in every.fields.values()}


@pytest.mark.parametrize(("kind", "typed", "stored", "shown"), GOOD)
def test_what_the_page_says_is_typed_is_stored_and_shown(kind, typed, stored, shown, form_with, options, names, day):
    form = form_with({"it": example(kind)})
    checked = check(form, {"it": plain(typed)}, {}, options, day=day)
    assert [say(problem.message) for problem in checked.problems] == []
    assert same(checked.values["it"]) == plain(stored)
    assert display(form.fields["it"], checked.values["it"], "zh", names) == shown
    # What is stored stands in the input again, and typing it again gives the same.
    again = checked.bound.fields["it"]._value()
    if again:
        retyped = check(form, {"it": again}, {}, options, day=day)
        assert same(retyped.values["it"]) == plain(stored)


@pytest.mark.parametrize(("kind", "typed", "sentence"), BAD)
def test_what_the_page_says_is_wrong_is_wrong_and_stays_as_typed(kind, typed, sentence, form_with, options, day):
    form = form_with({"it": example(kind)})
    checked = check(form, {"it": plain(typed)}, {}, options, day=day)
    assert [say(problem.message) for problem in checked.problems] == [sentence]
    assert checked.raw == {"it": plain(typed)}
    assert [problem.field for problem in checked.bound.fields["it"].problems] == ["it"]


def test_enough_is_on_the_pages():
    assert len(GOOD) >= 40
    assert len(BAD) >= 30


@pytest.mark.parametrize(
    ("kind", "value", "hidden"),
    [
        ("telephone", "13812341234", "138****1234"),
        ("telephone", "0757-22838888", "0757-****8888"),
        ("telephone", "12345", "***45"),
        ("person", "张三丰", "张**"),
        ("person", "张三", "张*"),
        ("email", "wang@example.com", "w***@example.com"),
        ("signature", "李四", "李*"),
        ("line", "顺德某某公司", "顺德某某公司"),
        ("table", [{"name": "张三丰", "phone": "13812341234"}], "姓名：张**、电话：138****1234"),
    ],
)
def test_masks(kind, value, hidden, form_with):
    assert mask(form_with({"it": example(kind)}).fields["it"], value) == hidden


def test_a_mark_outweighs_the_nature_of_the_kind(form_with):
    hotline = {"kind": "telephone", "type": "string", "title": "热线", "personal": False}
    identity = {"kind": "line", "type": "string", "title": "证件号", "personal": "id"}
    form = form_with({"hotline": hotline, "identity": identity})
    assert mask(form.fields["hotline"], "0757-22838888") == "0757-22838888"
    assert mask(form.fields["identity"], "440606199001011234") == "440*************34"


@pytest.mark.parametrize(
    ("kind", "value", "english"),
    [
        ("date", "2025-01-26", "26 January 2025"),
        ("money", "125000.00", "CNY 125,000.00"),
        ("choice", ["phone", "visit"], "电话, 走访"),
    ],
)
def test_display_in_english(kind, value, english, form_with):
    assert display(form_with({"it": example(kind)}).fields["it"], value, "en") == english


def test_no_float_ever_enters_a_decimal(form_with, options, day):
    checked = check(form_with({"it": example("decimal")}), {"it": "0.1"}, {}, options, day=day)
    assert checked.values["it"] == Decimal("0.1")


@pytest.mark.parametrize("code", ["91440300708461136T", "914403001922038216", "91350100M000100Y43"])
def test_every_single_slip_in_a_credit_code_is_caught(code):
    letters = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    for place in range(17):
        for letter in letters:
            if letter != code[place]:
                assert check_character(code[:place] + letter + code[place + 1 : 17]) != code[17]


@pytest.mark.parametrize(
    "typed", ["123", "1234", "999", "1234567", "13800138", "138001380001", "95", "9558", "0757", "12x"]
)
def test_what_is_no_telephone_says_what_is_expected(typed: str) -> None:
    phone = field_of("phone", {"kind": "telephone", "type": "string", "title": "电话"}, "matter", {})
    with pytest.raises(Wrong) as refused:
        kind_of(phone).parse(phone, typed)
    assert "手机号（11 位）" in say(refused.value.message("电话"))


@pytest.mark.parametrize(
    "typed", ["12345", "95588", "955888", "10086", "118114", "96110", "110", "119", "120", "122", "114"]
)
def test_service_numbers_are_telephones(typed: str) -> None:
    phone = field_of("phone", {"kind": "telephone", "type": "string", "title": "电话"}, "matter", {})
    assert kind_of(phone).parse(phone, typed) == typed


def test_a_landline_without_its_area_code_asks_for_it() -> None:
    phone = field_of("phone", {"kind": "telephone", "type": "string", "title": "电话"}, "matter", {})
    with pytest.raises(Wrong) as refused:
        kind_of(phone).parse(phone, "22838888")
    assert say(refused.value.message("电话")) == "“电话”是固定电话，请在前面加上区号，如 010-12345678"
    mobile = field_of(
        "phone", {"kind": "telephone", "type": "string", "title": "手机", "allow": ["mobile"]}, "matter", {}
    )
    for typed in ("22838888", "0757-22838888", "123"):
        with pytest.raises(Wrong) as refused:
            kind_of(mobile).parse(mobile, typed)
        assert say(refused.value.message("手机")).endswith("请填手机号（11 位）")
