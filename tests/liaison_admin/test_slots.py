"""Slots as a form: every type goes into the form and comes out as it was."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from liaison.definitions import Slot
from liaison_admin import slots
from liaison_admin.forms import Form

SAMPLES: dict[str, Any] = {
    "text": "示例",
    "number": 3,
    "boolean": False,
    "length": {"workdays": 15},
    "unit": "economy",
    "rows": [{"a": 1}],
    "hours": {"hours": "08:30-12:00", "outside": "as_is"},
}


@pytest.mark.parametrize("type_", SAMPLES)
def test_an_answer_comes_back_as_it_was(type_: str) -> None:
    slot = Slot("one", "问题", type_)
    form = Form(slots.typed([slot], {"one": SAMPLES[type_]}))
    assert slots.read([slot], form) == {"one": SAMPLES[type_]}
    assert form.problems == {}


def test_an_option_comes_back_as_it_was() -> None:
    slot = Slot("one", "问题", "number", options=(1, 2.5))
    assert slots.read([slot], Form(slots.typed([slot], {"one": 2.5}))) == {"one": 2.5}


def test_what_is_empty_is_left_to_the_default() -> None:
    slot = Slot("one", "问题", "number", default=7)
    assert slots.typed([slot], {}) == {"slot-one": "7"}
    assert slots.read([slot], Form({"slot-one": ""})) == {}


def test_a_number_that_is_none_is_said() -> None:
    slot = Slot("one", "问题", "number")
    form = Form({"slot-one": "many"})
    with Flask(__name__).test_request_context():  # the language of what is said is the visitor's
        slots.read([slot], form)
    assert list(form.problems) == ["slot-one"]
