"""axe-core against a page as it stands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

_SCRIPT = Path(__file__).parents[1] / "vendor" / "axe.min.js"
_GRAVE = {"serious", "critical"}


def axe(page: Page) -> None:
    """Fail with every serious or critical finding of axe-core on the page, each with its rule and elements.

    The script is evaluated by the debugger, which a Content-Security-Policy does not hinder.
    """
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(_SCRIPT.read_text(encoding="utf-8") + "; null")
    result: dict[str, Any] = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
    grave = [finding for finding in result["violations"] if finding["impact"] in _GRAVE]
    assert not grave, f"axe-core on {page.url}:\n" + "\n".join(_line(finding) for finding in grave)


def _line(finding: dict[str, Any]) -> str:
    elements = "\n    ".join(node["html"] for node in finding["nodes"])
    return f"  {finding['id']} ({finding['impact']}): {finding['help']}\n    {elements}"
