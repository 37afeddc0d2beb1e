"""Every finding there is: its code, its severity, and the page of the documentation that lists them.

`python -m harness.findings > docs/lints.md`, with `tests` on the path, writes the page anew."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from .sources import ROOT

PLATFORM = ROOT / "platform" / "liaison"
CATALOGUE = PLATFORM / "texts" / "catalogue"
ROOMS: Mapping[str, tuple[str, str]] = {
    "definitions": (
        "包、文件、格式、引用、流程、时限、列表",
        "packages, files, format, references, lifecycles, terms, lists",
    ),
    "forms": ("表单", "forms"),
    "conditions": ("条件和取值", "conditions and values"),
    "rules": ("判定表", "decision tables"),
    "calendars": ("时限长度、时点、办公时间、日历文件", "lengths, schedules, office hours, calendar files"),
    "checking": ("整套机制、验收用例", "the mechanism as a whole, golden cases"),
}
"""Room → what its findings are about, in both languages."""
_NO_FINDING = ("definitions.conflict_",)
"""Beginnings of codes that have a hint and are no findings: what a merge leaves to be decided."""
_SAID_TO_WHO_FILLS_IN = {"Wrong", "Message"}
"""Calls that make a message about what somebody typed into a form."""
_SEVERITIES = {"ERROR": "error", "WARNING": "warning", "NOTE": "note"}
_WORDS = {"error": "错误 error", "warning": "警告 warning", "note": "提示 note"}


def texts() -> Mapping[str, Mapping[str, str]]:
    """The sentences of all rooms."""
    return {
        code: sentence
        for path in sorted(CATALOGUE.glob("*.json"))
        for code, sentence in json.loads(path.read_text(encoding="utf-8")).items()
    }


def severities() -> Mapping[str, str]:
    """Code → severity of everything a check can find, as the sources have it: an error where they say nothing else."""
    known = texts()
    found: dict[str, str] = {}
    only_said: set[str] = set()
    for room in ROOMS:
        for name, parts in (call for path in sorted((PLATFORM / room).rglob("*.py")) for call in _calls(path)):
            for code in {f"{room}.{text}" if "." not in text else text for text in _literals(parts[:2])} & known.keys():
                if name in _SAID_TO_WHO_FILLS_IN:
                    only_said.add(code)
                elif severity := _severity(parts) or (name == "warning" and "warning"):
                    found[code] = severity
                elif name:
                    found.setdefault(code, "error")
    return {
        code: found.get(code, "error")
        for code, sentence in known.items()
        if "hint_zh" in sentence
        and code.split(".")[0] in ROOMS
        and code.count(".") == 1
        and not code.startswith(_NO_FINDING)
        and (code in found or code not in only_said)
    }


def _calls(path: Path) -> Iterator[tuple[str, list[ast.expr]]]:
    """Every call with the name of what is called, and every tuple (without a name)."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            yield name, [*node.args, *(each.value for each in node.keywords)]
        elif isinstance(node, ast.Tuple):
            yield "", node.elts


def _literals(parts: list[ast.expr]) -> set[str]:
    return {
        node.value
        for part in parts
        for node in ast.walk(part)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def _severity(parts: list[ast.expr]) -> str:
    named = (part.attr for part in parts if isinstance(part, ast.Attribute))
    return next((_SEVERITIES[name] for name in named if name in _SEVERITIES), "")


def page() -> str:
    """docs/lints.md."""
    known, severity = texts(), severities()
    lines = [
        "# 检查的发现 What a check finds",
        "",
        "`liaison check`、发布和管理端的检查说的每一句话。错误不能发布；警告值得一看；提示只是告知。",
        "花括号里是具体的名称和数。每条发现还带文件、JSON Pointer 和改法。本页由测试与程序核对。",
        "",
        "*Everything that `liaison check`, publishing and the administration can say. An error keeps a mechanism",
        "from being published, a warning wants a look, a note informs. In braces stand names and numbers. Each",
        "finding comes with a file, a JSON Pointer and a hint. A test holds this page to the program.*",
    ]
    for room, (zh, en) in ROOMS.items():
        lines += ["", f"## `{room}` {zh} {en}", "", "| 代码 Code | 轻重 Severity | 意思 Meaning |", "|---|---|---|"]
        for code in sorted(one for one in severity if one.startswith(f"{room}.")):
            said = " ".join(f"{known[code]['zh']} {known[code]['en']}".split()).replace("|", "\\|")
            lines.append(f"| `{code}` | {_WORDS[severity[code]]} | {said.replace('{{', '{').replace('}}', '}')} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(page(), end="")
