"""`python -m benchmarks [--only intake,form] [--database sqlite] [--json]`: measure, print the table, exit 1 on a miss.

What cannot be had (PostgreSQL without LIAISON_TEST_PG) is said and left out.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import datetime

from . import checking, decisions, form_page, intake, loading, place, scale
from .ratio import Ratio

PARTS: dict[str, Callable[[str], list[Ratio]]] = {
    "intake": intake.measure,
    "form": form_page.measure,
    "scale": scale.measure,
    "queries": scale.queries,
}
"""Measured on each kind of database."""


def main() -> int:
    """The table; 1 when a target is missed."""
    known = [*ALONE, *PARTS]
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", default=",".join(known), help=f"some of {','.join(known)}")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], help="only this one")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    wanted = asked.only.split(",")
    if strange := sorted(set(wanted) - set(known)):
        parser.error(f"unknown: {', '.join(strange)}")
    kinds = [kind for kind in place.kinds() if asked.database in (None, kind.lower())]
    if len(place.kinds()) == 1:
        print(f"没有 PostgreSQL（{place.SERVER} 未设置），只测 SQLite。 No PostgreSQL: SQLite alone.", file=sys.stderr)
    for kind in kinds:
        if not place.durable(kind):
            print(f"{kind}：提交不落盘，两边同样。 Commits are not flushed, for both alike.", file=sys.stderr)
    if not asked.json:
        machine = _machine()
        print(f"{machine['day']} · {machine['cores']} cores {machine['machine']} · Python {machine['python']}\n")
        print(
            "| 项 part | 比 ratio | 数据库 | 中位 median | 各轮 rounds | 目标 target | |\n|---|---|---|--:|--:|--:|---|"
        )
    lines = []
    for line in _lines(wanted, kinds):
        lines.append(line)
        if not asked.json:
            print(_row(line), flush=True)
    if asked.json:
        print(
            json.dumps({**_machine(), "ratios": [{**asdict(one), "met": one.met} for one in lines]}, ensure_ascii=False)
        )
    return int(not all(line.met for line in lines))


def _lines(wanted: list[str], kinds: list[str]) -> Iterator[Ratio]:
    for name in wanted:
        if name in ALONE:
            yield from ALONE[name]()
        else:
            for kind in kinds:
                yield from PARTS[name](kind)


def _row(line: Ratio) -> str:
    target = "" if line.target is None else f"{'≥' if line.least else '≤'} {line.target:g}"
    spread = f"{line.spread[0]:.2f}–{line.spread[1]:.2f}" if line.spread else ""
    said = "" if line.target is None else "达到 met" if line.met else "未达到 MISSED"
    return f"| {line.part} | {line.name} | {line.database} | {line.value:.2f} | {spread} | {target} | {said} |"


def _machine() -> dict[str, str | int]:
    return {
        "day": f"{datetime.now().astimezone():%Y-%m-%d}",
        "cores": os.cpu_count() or 0,
        "machine": platform.machine(),
        "python": platform.python_version(),
    }


def _decisions() -> list[Ratio]:
    return [
        Ratio(
            "decisions", f"{name} : durable_rules, 50 行 rows", "", value,
            decisions.TARGET if name == "liaison" else None, True, spread,
        )
        for name, (value, spread) in decisions.measure().items()
    ]  # fmt: skip


def _loading() -> list[Ratio]:
    found, linted = loading.measure(), checking.measure("shunde", mutate=False)
    return [
        Ratio(
            "loading", "200 套制度装载 mechanisms loaded : 3 s", "", found["load_200_seconds"] / loading.LOAD_TARGET, 1
        ),
        Ratio("loading", "检查顺德 linting Shunde : 300 ms", "", linted["check_ms"] / checking.TARGET_MS, 1),
        Ratio(
            "loading", "检查这 200 套 the same 200 checked : 3 s", "", found["check_200_seconds"] / loading.LOAD_TARGET
        ),
        Ratio("loading", "jsonschema 单独检查 alone : 检查 checking", "", found["jsonschema_alone_to_check"]),
    ]


ALONE: dict[str, Callable[[], list[Ratio]]] = {"decisions": _decisions, "loading": _loading}
"""Measured without a database."""


if __name__ == "__main__":
    sys.exit(main())
