"""(a) Complete intake over HTTP: the product beside an application written by hand for this one scheme."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from . import by_hand, place
from .ratio import Ratio, in_turn, over
from .serve import THREADS
from .walk import Browser, report

TARGET = 0.7


@contextmanager
def served(name: str, url: str) -> Iterator[int]:
    """An application in a process of its own; its port."""
    process = subprocess.Popen([sys.executable, "-m", "benchmarks.serve", name, url], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        yield int(process.stdout.readline())
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


def measure(kind: str, *, rounds: int = 9, each: int = 12) -> list[Ratio]:
    """Matters a second of the product over those of the application by hand, on one kind of database."""
    with ExitStack() as stack:
        ours, theirs = stack.enter_context(place.empty(kind)), stack.enter_context(place.empty(kind))
        installation = place.set_up(ours)
        by_hand.set_up(theirs, place.PEOPLE)
        rushes = {
            "ours": Rush(stack.enter_context(served("product", ours)), f"/m/{installation}", each),
            "theirs": Rush(stack.enter_context(served("by_hand", theirs)), "/report", each),
        }
        for rush in rushes.values():
            stack.callback(rush.close)
            rush()  # warm
        found = in_turn(rushes, rounds)
        for rush in rushes.values():
            assert len(set(rush.numbers)) == len(rush.numbers) == THREADS * each * (rounds + 1)
    value, spread = over(found["ours"], found["theirs"])
    return [Ratio("intake", "办理一件完整报送 complete intake, throughput", kind, value, TARGET, True, spread)]
