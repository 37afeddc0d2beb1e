"""(a) Complete intake over HTTP: the product beside an application written by hand for this one scheme."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from . import by_hand, place
from .ratio import Ratio, in_turn, over
from .serve import THREADS
from .walk import Browser, report

TARGET = 0.7


@dataclass(frozen=True)
class Served:
    """An application in a process of its own."""

    port: int
    pid: int

    def busy(self) -> float:
        """Seconds of processor it has used so far; Linux alone says so, elsewhere 0."""
        try:
            spent = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        except FileNotFoundError:
            return 0.0
        return (int(spent[11]) + int(spent[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def served(name: str, url: str) -> Iterator[Served]:
    """An application, served until the end."""
    process = subprocess.Popen([sys.executable, "-m", "benchmarks.serve", name, url], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        yield Served(int(process.stdout.readline()), process.pid)
    finally:
        process.terminate()
        process.wait()
        if process.stdout:
            process.stdout.close()


class Rush:
    """`THREADS` enterprises reporting one matter after the other, each over a connection of its own."""

    def __init__(self, port: int, start: str, each: int) -> None:
        self._browsers = [Browser("127.0.0.1", port) for _ in range(THREADS)]
        self._start, self._each = start, each
        self.numbers: list[str] = []

    def __call__(self) -> float:
        """Matters a second in one rush."""
        wrong: list[BaseException] = []

        def one(browser: Browser) -> None:
            try:
                for _ in range(self._each):
                    self.numbers.append(report(browser, self._start)[0])
            except BaseException as error:  # a thread's failure is the run's
                wrong.append(error)

        threads = [threading.Thread(target=one, args=(browser,)) for browser in self._browsers]
        begun = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if wrong:
            raise wrong[0]
        return len(threads) * self._each / (time.perf_counter() - begun)

    def close(self) -> None:
        for browser in self._browsers:
            browser.close()


def measure(kind: str, *, rounds: int = 21, each: int = 4) -> list[Ratio]:
    """Matters a second of the product over those of the application by hand, on one kind of database; and, as a busy
    machine disturbs it less, how many matters each makes of a second of processor."""
    with ExitStack() as stack:
        ours, theirs = stack.enter_context(place.empty(kind)), stack.enter_context(place.empty(kind))
        installation = place.set_up(ours)
        by_hand.set_up(theirs, place.PEOPLE)
        product = stack.enter_context(served("product", ours))
        hand = stack.enter_context(served("by_hand", theirs))
        rushes = {"ours": Rush(product.port, f"/m/{installation}", each), "theirs": Rush(hand.port, "/report", each)}
        for rush in rushes.values():
            stack.callback(rush.close)
            rush()  # warm
        before = product.busy(), hand.busy()
        found = in_turn(rushes, rounds)
        busy = product.busy() - before[0], hand.busy() - before[1]
        for rush in rushes.values():
            assert len(set(rush.numbers)) == len(rush.numbers) == THREADS * each * (rounds + 1)
    value, spread = over(found["ours"], found["theirs"])
    lines = [
        Ratio("intake", "完整报送一件，每秒件数 complete intake, matters a second", kind, value, TARGET, True, spread)
    ]
    if busy[0]:
        lines.append(Ratio("intake", "同上，每秒处理器件数 the same, a second of processor", kind, busy[1] / busy[0]))
    return lines
