"""The examples of docs/reports.md follow the schema, are sound in the mechanism of these tests, and count something."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from liaison.calendars import Span, period_of
from liaison.checking import check_package
from liaison.definitions import Package, schemas, violations
from liaison.engine.figures import measure, metric_from

PAGE = (Path(__file__).parents[3] / "docs" / "reports.md").read_text(encoding="utf-8")
EXAMPLES = [json.loads(text) for text in re.findall(r"```json metric\n(.*?)```", PAGE, re.DOTALL)]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["key"])
def test_an_example_is_sound(example: dict[str, Any], package: Package) -> None:
    assert violations("metric", example, "") == []
    path = "rules/hearing/reports.json"
    content = json.loads(package.files[path])
    content["reports"][0]["metrics"] = [example]
    report = check_package(Package({**package.files, path: json.dumps(content).encode()}))
    assert [finding.code for finding in report.findings] == ["checking.no_case"]


def test_the_examples_count(busy: Any) -> None:
    everything, events = busy.everything()
    quarter = period_of(busy.now.date(), Span.QUARTER).shifted(-1)
    for example in EXAMPLES:
        counts = measure(metric_from(example), busy.mechanism, everything, quarter, busy.now, events)
        assert counts.whole.records > 0, example["key"]


def test_every_key_is_explained() -> None:
    keys = schemas()["metric"]["properties"].keys() - {"key", "title", "source"}
    assert {key for key in keys if f"| `{key}` |" not in PAGE} == set()
