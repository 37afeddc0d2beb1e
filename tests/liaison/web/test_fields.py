"""Long lists are searched by label and by the initials of its pinyin."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from liaison.definitions import load, read_package
from liaison.engine import FOUND_AT_MOST, compile_mechanism
from liaison.forms import Choice, bind
from liaison.web.fields import initials, present


@pytest.mark.parametrize(
    ("label", "typed"), [("区税务局", "qswj"), ("大良街道", "dljd"), ("ABC 公司", "abc gs"), ("", "")]
)
def test_initials(label: str, typed: str) -> None:
    assert initials(label) == typed


def test_a_picker_carries_the_initials(place: Any) -> None:
    record = place.submit().record
    place.do(record, "accept")
    page = place.signed_in("office").get(f"/desk/records/{record}/do/assign").text
    assert 'data-alias="qswj"' in page


@pytest.mark.parametrize(("address", "asks"), [("", ""), ("/parties/x/invited", "/parties/x/invited/firm")])
def test_a_column_is_looked_up_below_the_address_of_its_table(address: str, asks: str) -> None:
    """Where there is none, as on a page that only shows a form, there is none for the column either."""
    definition = load(read_package(Path(__file__).parents[1] / "engine" / "mechanisms" / "parties")).definition
    assert definition is not None
    many = [Choice(str(number), str(number)) for number in range(FOUND_AT_MOST)]
    bound = bind(compile_mechanism(definition).forms["matter"], {}, lambda *_: many, day=date(2026, 3, 2))
    [cell] = present(bound.fields["invited"], options_url=address)["blank"]
    assert cell["options_url"] == asks
