"""docs/lints.md lists every finding with its severity and what it means."""

from __future__ import annotations

from harness.findings import page, severities, texts
from harness.sources import ROOT
from liaison.checking import LINTS as CHECKING
from liaison.definitions import LINTS


def test_the_page_lists_everything_there_is() -> None:
    written = (ROOT / "docs" / "lints.md").read_text(encoding="utf-8")
    assert written == page(), "PYTHONPATH=tests python -m harness.findings > docs/lints.md"


def test_the_page_is_of_what_the_program_registers() -> None:
    known = severities()
    for name, lint in LINTS.items():
        assert known[f"definitions.{name}"] == lint.severity.value
    assert {f"checking.{name}" for name in CHECKING} < known.keys()
    assert {"rules.conflict": "error", "rules.overlap": "warning", "rules.gap": "note"}.items() <= known.items()
    assert known["conditions.never_missing"] == "warning"
    assert known["forms.field_without_control"] == "warning"
    assert known["calendars.schedule_leaves_period"] == "warning"
    assert "forms.not_a_number" not in known, "that is said to whoever fills in a form"


def test_every_finding_has_a_hint_in_both_languages() -> None:
    assert len(severities()) > 150
    for code in severities():
        assert texts()[code].keys() == {"zh", "en", "hint_zh", "hint_en"}
