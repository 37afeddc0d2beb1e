"""How long 200 mechanisms take to load: target 3 s.

Counted in processor time, so that what else the machine does is left out. Every mechanism is different (another title
in every file), so that no cache by digest helps, and is loaded as the store loads it, without its golden cases; the
lines beside say what it takes with them. The ratio says how much slower the same files are when jsonschema
alone checks them. `python benchmarks/loading.py [--json]`.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "platform"))

from liaison.definitions import Package, load, read_package
from liaison.definitions.layout import schema_of
from liaison.definitions.schema import _validator

COUNT = 200
LOAD_TARGET = 3.0
SLOWLY = 5


def variants(files: dict[str, bytes]) -> list[Package]:
    """`COUNT` packages of which no two share a file."""
    mark = b'"title": "'
    return [
        Package({path: data.replace(mark, mark + b"%d " % number, 1) for path, data in files.items()})
        for number in range(COUNT)
    ]


def measure() -> dict[str, float]:
    """Seconds to load all, without and with their golden cases, milliseconds for one, and the ratio to jsonschema alone
    checking the same files."""
    package = read_package("shunde")
    shunde = load(package).definition
    assert shunde is not None
    packages = variants(dict(package.files))
    start = time.process_time()
    for one in packages:
        assert load(one, stories=False).definition is not None
    loading = time.process_time() - start

    start = time.process_time()
    for one in packages:
        assert load(one).definition is not None
    whole = time.process_time() - start

    filled = shunde.data
    start = time.process_time()
    for one in packages[:SLOWLY]:
        for path, data in one.files.items():
            name = schema_of(path)
            assert name is not None
            if name != "case":
                json.loads(data)
                _validator(name).is_valid(filled[path])
    plain = (time.process_time() - start) / SLOWLY
    return {
        "load_200_seconds": loading,
        "load_one_ms": loading / COUNT * 1000,
        "load_200_with_cases_seconds": whole,
        "jsonschema_alone_to_load": plain / (loading / COUNT),
    }


def main() -> int:
    """Print the figures; 1 where a target is missed."""
    found = measure()
    if "--json" in sys.argv:
        print(json.dumps(found))
    else:
        for name, value in found.items():
            print(f"{name:28} {value:10.2f}")
    return int(found["load_200_seconds"] > LOAD_TARGET)


if __name__ == "__main__":
    raise SystemExit(main())
