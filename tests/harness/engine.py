"""Where durable_rules must be there: a test of it that finds none fails, it is not skipped."""

from __future__ import annotations

import sys

import pytest

EXPECTED = sys.version_info < (3, 13)
"""From Python 3.13 on it builds and does not import."""

with_durable_rules = pytest.mark.skipif(not EXPECTED, reason="durable_rules cannot be imported from Python 3.13 on")
