"""The guards around durable_rules: each known way in which it breaks, walked into."""

from __future__ import annotations

import ast
import json
import logging
import os
import random
import resource
import signal
import subprocess
import sys
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from naive_rules import TYPES, meets, record, table

from harness.engine import with_durable_rules
from liaison.rules import ColumnType, Decider, Input, Row, Table, read_table
from liaison.rules import Test as CellTest
from liaison.rules.columns import Value
from liaison.rules.ruleengine import RuleEngine, ShardPoisonedError, limits

pytestmark = with_durable_rules
ROOT = Path(__file__).parents[3]


def of(cells: list[dict[str, tuple[CellTest, ...]]], inputs: list[str]) -> Table:
    rows = tuple(Row(f"row_{n}", n, each, {}) for n, each in enumerate(cells))
    return Table("t", "t", "m", tuple(Input(each) for each in inputs), (), rows, {}, "first")


def test_only_one_module_imports_the_engine() -> None:
    importing = []
    for path in [*ROOT.glob("platform/**/*.py"), *ROOT.glob("admin/**/*.py")]:
        if "durable" not in (text := path.read_text("utf-8")):
            continue
        for node in ast.walk(ast.parse(text)):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            if any(name.split(".")[0] in ("durable", "durable_rules_engine") for name in names):
                importing.append(path.name)
    assert importing == ["ruleengine.py"]


@pytest.mark.parametrize("rows", [1, 49, 50, 51, 63, 64, 65, 100, 255, 256, 257, 600])
def test_any_number_of_rows_may_be_met_at_once(rows: int) -> None:
    engine = RuleEngine(of([{} for _ in range(rows)], ["word"]), TYPES)
    for _ in range(3):
        assert engine.met(["x"]) == (1 << rows) - 1
    engine.close()


def test_many_values_on_one_input() -> None:
    keys = [f"k{n}" for n in range(1_500)]
    cells = [{"word": (CellTest("is", key),)} for key in keys] + [{"word": (CellTest("in", tuple(keys)),)}] * 3
    engine = RuleEngine(of(cells, ["word"]), TYPES)
    listed = 7 << 1_500
    for at in (0, 511, 512, 1_023, 1_024, 1_499):
        assert engine.met([keys[at]]) == 1 << at | listed
    assert engine.met(["k"]) == 0
    engine.close()


def test_many_alternatives_in_every_row_of_a_shard() -> None:
    eight = [tuple(f"k{n}_{m}" for m in range(8)) for n in range(50)]
    cells = [{"word": (CellTest("in", each),), "code": (CellTest("in", ("A", "B")),)} for each in eight]
    engine = RuleEngine(of(cells, ["word", "code"]), TYPES)
    for at, each in enumerate(eight):
        for word in each:
            assert engine.met([word, "B"]) == 1 << at
            assert engine.met([word, "C"]) == 0
    engine.close()


def test_many_ranges_on_one_input() -> None:
    cells = [{"whole": (CellTest("at_least", n), CellTest("is_not", n + 1))} for n in range(150)]
    engine = RuleEngine(of(cells, ["whole"]), TYPES)
    for units in range(-1, 151):
        assert engine.met([units * 2]) == sum(1 << n for n in range(150) if n <= units != n + 1)
    engine.close()


def test_integers_at_the_edge_of_the_engine() -> None:
    types = {"whole": ColumnType("number")}
    large = 2**61 - 1
    cells = [{"whole": (CellTest("is", large),)}, {"whole": (CellTest("more_than", large),)}]
    decider = Decider(of(cells, ["whole"]), types)
    asked: list[tuple[int, tuple[str, ...]]] = [
        (large, ("row_0",)),
        (large - 1, ()),
        (large + 1, ("row_1",)),
        (2**63, ("row_1",)),
        (2**200, ("row_1",)),
        (-(2**200), ()),
    ]
    for value, expected in asked:
        verdict = decider.decide({"whole": value})
        assert (verdict.matched, verdict.agreed) == (expected, True)


def test_sixteen_threads(caplog: pytest.LogCaptureFixture) -> None:
    lot = random.Random(5)
    given = table(lot, 120)
    decider = Decider(given, TYPES)
    asked = [record(lot, given) for _ in range(200)]
    expected = [meets(given, TYPES, each) for each in asked]

    def work(seed: int) -> int:
        own = random.Random(seed)
        right = 0
        for _ in range(1_000):
            at = own.randrange(len(asked))
            verdict = decider.decide(asked[at])
            right += verdict.matched == expected[at] and verdict.agreed
        return right

    switch = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with ThreadPoolExecutor(16) as pool:
            assert list(pool.map(work, range(16))) == [1_000] * 16
    finally:
        sys.setswitchinterval(switch)
    assert not decider.marked
    assert caplog.text == ""


def _poison(engine: RuleEngine) -> None:
    """Leave an action started and not completed in the first shard, as a thread that died there would."""
    import durable_rules_engine

    engine.met(["A"])
    handle = engine._shards[0]._handle
    message = '{"sid":"s","id":"stray","c0":1}'
    _, state = durable_rules_engine.assert_fact(handle, message)
    durable_rules_engine.start_action_for_state(handle, state)


def test_a_poisoned_shard_is_dropped_and_rebuilt(caplog: pytest.LogCaptureFixture) -> None:
    engine = RuleEngine(of([{"word": (CellTest("is", "A"),)}], ["word"]), TYPES)
    _poison(engine)
    old = engine._shards[0]._handle
    with pytest.raises(ShardPoisonedError):
        engine.met(["B"])
    assert engine._shards[0]._handle is None
    assert engine.met(["B"]) == 0
    assert engine.met(["A"]) == 1
    assert engine._shards[0]._handle != old
    assert "poisoned" in caplog.text


def test_a_decision_survives_a_poisoned_shard(caplog: pytest.LogCaptureFixture) -> None:
    decider = Decider(of([{"word": (CellTest("is", "A"),)}], ["word"]), TYPES)
    assert decider._engine is not None
    _poison(decider._engine)
    verdict = decider.decide({"word": "A"})
    assert (verdict.matched, verdict.agreed, decider.marked) == (("row_0",), True, False)


def test_a_disagreement_is_logged_the_matcher_stands_and_the_table_is_marked(
    caplog: pytest.LogCaptureFixture,
) -> None:
    decider = Decider(of([{"word": (CellTest("is", "A"),)}], ["word"]), TYPES)
    # The engine is given another table: what a bug in it would look like.
    decider._engine = RuleEngine(of([{"word": (CellTest("is", "B"),)}], ["word"]), TYPES)
    verdict = decider.decide({"word": "A"})
    assert (verdict.row, verdict.agreed, decider.marked) == ("row_0", False, True)
    assert [each.levelno for each in caplog.records] == [logging.ERROR]


def test_memory_stays_flat() -> None:
    decider = Decider(of([{"whole": (CellTest("at_least", n),)} for n in range(40)], ["whole"]), TYPES)

    def asked(times: int) -> int:
        for n in range(times):
            decider.decide({"whole": n % 50})
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    before = asked(2_000)
    assert asked(10_000) - before < 4_000  # kB


def test_dropped_rulesets_do_not_leak() -> None:
    given = of([{"whole": (CellTest("at_least", n),)} for n in range(40)], ["whole"])

    def built(times: int) -> int:
        for _ in range(times):
            engine = RuleEngine(given, TYPES)
            assert engine.met([10])
            del engine  # which drops it
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    before = built(10)
    assert built(40) - before < 20_000  # kB; undeleted they keep 1.3 MB each


def test_nothing_is_built_before_the_first_question() -> None:
    engine = RuleEngine(of([{}], ["word"]), TYPES)
    assert engine._shards == []
    assert engine.met(["x"]) == 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_both_sides_of_a_fork_decide() -> None:
    decider = Decider(of([{"word": (CellTest("is", "A"),)}], ["word"]), TYPES)
    assert decider.decide({"word": "A"}).agreed
    assert decider._engine is not None
    shard = decider._engine._shards[0]
    stop = threading.Event()
    held = threading.Event()

    def hold() -> None:
        with shard._lock:
            held.set()
            stop.wait(10)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(10)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # forking beside threads is the point
        child = os.fork()
    if child == 0:
        signal.alarm(20)  # a lock taken over from the parent would be waited for without end
        answer = decider.decide({"word": "A"})
        os._exit(0 if answer.agreed and answer.matched == ("row_0",) and not decider.marked else 1)
    _, status = os.waitpid(child, 0)
    stop.set()
    thread.join()
    assert os.waitstatus_to_exitcode(status) == 0
    assert decider.decide({"word": "B"}).agreed


def test_a_table_beyond_the_engine_is_decided_by_the_matcher_alone() -> None:
    types = {f"n{n}": ColumnType("number") for n in range(150)}
    cells = {key: (CellTest("at_least", 1), CellTest("not_empty", True)) for key in types}
    given = of([cells], list(types))
    assert [each.params["wanted"] for each in limits(given, types)] == [301]
    decider = Decider(given, types)
    assert decider._engine is None
    assert decider.decide(dict.fromkeys(types, 1)).row == "row_0"


def test_wide_tables_are_split_by_properties() -> None:
    types = {f"n{n}": ColumnType("number") for n in range(150)}
    cells: list[dict[str, tuple[CellTest, ...]]] = [
        {key: (CellTest("at_least", n), CellTest("not_empty", True))} for n, key in enumerate(types)
    ]
    given = of(cells, list(types))
    assert limits(given, types) == []
    engine = RuleEngine(given, types)
    values: list[Value] = [2 * 100] * 150
    assert engine.met(values) == (1 << 101) - 1
    assert len(engine._shards) >= 3


def test_without_the_engine_the_matcher_decides() -> None:
    """What Python 3.13 does, where durable_rules does not import."""
    script = """
import sys
sys.modules["durable_rules_engine"] = None
from liaison.rules import LEADING, ColumnType, Decider, preflight, read_table
import json
table, types = read_table(json.loads(sys.stdin.read())), {"category": ColumnType("code"), "units": ColumnType("number")}
assert LEADING == "matcher"
assert preflight(table, types) == []
verdict = Decider(table, types).decide({"category": "C"})
print(verdict.row, verdict.agreed)
"""
    given: Any = {
        "key": "t",
        "title": "t",
        "on": "m",
        "inputs": [{"key": "category"}, {"key": "units"}],
        "outputs": [],
        "rows": [{"key": "legacy", "if": {"category": {"is": "C"}}, "then": {}}],
        "otherwise": {},
    }
    assert read_table(given).rows
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT / "platform")},
        check=False,
    )
    assert (done.stdout.strip(), done.stderr) == ("legacy True", "")
