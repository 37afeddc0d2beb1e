"""No input raises, what is accepted can be stored, and what is accepted once is accepted again."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from liaison.forms import bind, check, display, mask, print_grid
from liaison.texts import say

FIXTURES = Path(__file__).parent / "fixtures"


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


NASTY = st.sampled_from(
    [
        "\0", "\ud800", "\u202e", "9" * 5000, "1e999", "NaN", "-0", "２０２６年１３月４５日", "0000-00-00", "٣", "null",
        "data:image/png;base64,é", "<script>", "'; drop table", "1" * 18, "24:00", "2026-08-20T99:99", "𠮷" * 300,
    ]
)  # fmt: skip
SCALARS = st.one_of(
    st.text(max_size=40),
    NASTY,
    st.none(),
    st.booleans(),
    st.integers(),
    st.just(10**4000),
    st.floats(),
    st.decimals(),
    st.dates(),
    st.datetimes(),
    st.binary(max_size=8),
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=8), inner, max_size=4)),
    max_leaves=8,
)

pytestmark = pytest.mark.slow
KEYS = st.sampled_from(sorted(read(FIXTURES / "every_kind.json")["schema"]["properties"]))
CELLS = st.from_regex(r"people-[0-9]{1,7}-(name|phone|role|about|x)", fullmatch=True)
QUIET = settings(max_examples=150, deadline=None)


def look_at(form, checked, options, day):
    """Everything that a page would do with the answer."""
    for problem in checked.problems:
        assert say(problem.message, "zh")
        assert say(problem.message, "en")
    for field in checked.bound.fields.values():
        str(field())
    for key, value in checked.values.items():
        display(form.fields[key], value, "zh")
        display(form.fields[key], value, "en")
        mask(form.fields[key], value)
    print_grid(form, checked.values)
    json.dumps(checked.values, default=float).encode("utf-8")
    bind(form, {}, options, day=day, submitted=checked.raw)
    # Values stand as accepted when nothing more is sent.
    wrong = {problem.field for problem in checked.problems}
    again = check(form, {}, checked.values, options, day=day)
    assert {problem.field for problem in again.problems} <= wrong
    assert {key: again.values.get(key) for key in checked.values} == checked.values


# The properties stand inside the tests: a form in hypothesis' hands would be printed with every example.
def test_any_values_from_a_program(every, options, day):
    @QUIET
    @given(st.dictionaries(KEYS, ANYTHING, max_size=8))
    def holds(sent):
        look_at(every, check(every, sent, {}, options, day=day), options, day)

    holds()


def test_any_text_from_a_browser(every, options, day):
    @QUIET
    @given(st.lists(st.tuples(KEYS | CELLS | st.text(max_size=12), st.text(max_size=40) | NASTY), max_size=12))
    def holds(sent):
        look_at(every, check(every, MultiDict(sent), {}, options, day=day), options, day)

    holds()


HUGE = 10**6000
"""More digits than Python will print."""


@pytest.mark.parametrize(
    "sent",
    [
        {"staff": Decimal("sNaN"), "area": float("inf"), "investment": HUGE, "share": -HUGE},
        {"people": [{"name": {"a": [{}]}, "phone": HUGE}, 3]},
        {"people": [{"name": HUGE, "phone": [HUGE], "role": {}}]},
        {"signature": {"png": []}, "evidence": {"f1": 1}, "topics": [["A"], None]},
        {"submitted_on": date(1, 1, 1), "urgency": ["urgent"], "company": HUGE},
    ],
    ids=range(5),
)
def test_the_worst_one_can_think_of(sent, every, options, day):
    look_at(every, check(every, sent, {}, options, day=day), options, day)


@pytest.mark.parametrize("sent", [None, [], 3, "text", {3: 4, None: 5}, {"x" * 100_000: 1}])
def test_what_is_no_form_at_all(sent, every, options, day):
    checked = check(every, sent, {}, options, day=day)
    assert checked.problems
    look_at(every, checked, options, day)


def test_a_thousand_levels(every, options, day):
    deep = []
    for _ in range(1000):
        deep = [deep]
    for key in every.controls:
        check(every, {key: deep}, {}, options, day=day)
