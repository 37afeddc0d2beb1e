"""Patterns that could hold up the site are found, harmless ones are not."""

from __future__ import annotations

import pytest

from liaison.forms.slow import is_slow


@pytest.mark.parametrize("pattern", ["^(a+)+$", "(a*)*b", "([a-z]+[0-9]*)+", "(a|aa)+", "((ab)?c*)+", "(?:(?:x+)y?)*"])
def test_slow(pattern: str) -> None:
    assert is_slow(pattern)


@pytest.mark.parametrize(
    "pattern", ["", "^[0-9]{6}$", "a+b+c*", "(ab)+", "(a|b)c", "^([0-9]{4}-){2}[0-9]{2}$", "(a+){2}", "(", "(ab{2})+"]
)
def test_not_slow(pattern: str) -> None:
    assert not is_slow(pattern)
