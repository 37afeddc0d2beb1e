"""Long lists are searched by label and by the initials of its pinyin."""

from __future__ import annotations

from typing import Any

import pytest

from liaison.web.fields import initials


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
