"""How long it takes to check each mechanism that ships: target 300 ms, golden cases apart; and to play and mutate it.

Counted in processor time; every round has another title, so that no cache by digest helps.
`python benchmarks/checking.py [--json]`.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "platform"))

from liaison.checking import Jury, check_package, play
from liaison.definitions import Package, read_package, shipped

ROUNDS = 20
TARGET_MS = 300.0


def measure(key: str, *, mutate: bool = True) -> dict[str, float]:
    """Milliseconds for one check (median) and for all golden cases, seconds for all mutants, and how many those are."""
    files = dict(read_package(key).files)
    mark = b'"title": "'
    took = []
    for number in range(ROUNDS):
        package = Package({path: data.replace(mark, mark + b"%d " % number, 1) for path, data in files.items()})
        start = time.process_time()
        report = check_package(package)
        took.append((time.process_time() - start) * 1000)
        assert report.definition is not None
        assert report.sound
    figures = {"check_ms": median(took), "target_ms": TARGET_MS}
    start = time.process_time()
    assert all(timeline.passed for timeline in play(report.definition))
    figures["cases_ms"] = (time.process_time() - start) * 1000
    if mutate:
        start = time.process_time()
        found = Jury(report.definition).survey()
        figures |= {"mutation_seconds": time.process_time() - start, "mutants": found.total}
    return figures


def main() -> None:
    """Print the figures of every mechanism that ships."""
    figures = {key: measure(key) for key in shipped()}
    if "--json" in sys.argv[1:]:
        print(json.dumps(figures, indent=2))
        return
    for key, one in figures.items():
        print(f"{key}: check {one['check_ms']:.0f} ms (target {TARGET_MS:.0f}), golden cases {one['cases_ms']:.0f} ms, "
              f"{one['mutants']:.0f} mutants in {one['mutation_seconds']:.0f} s")  # fmt: skip


if __name__ == "__main__":
    main()
