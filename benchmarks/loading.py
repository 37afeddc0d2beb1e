"""How long 200 mechanisms take to load: target 3 s.

Counted in processor time, so that what else the machine does is left out. Every mechanism is different (another title
in every file), so that no cache by digest helps, and is restored as a site does when it starts: from the zip that the
store keeps under its digest. The lines beside say what it takes to check the same files, as when they are published,
without and with their golden cases, and how much slower than that it is when jsonschema alone checks them.
`python benchmarks/loading.py [--json]`.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "platform"))

from liaison.definitions import Loaded, Package, load, read_package, restore, to_zip
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


def seconds(act: Callable[[Any], Loaded | None], given: Sequence[Any]) -> float:
    """Seconds of processor time that `act` takes for all that is given; what it loads is kept, as on a site."""
    start = time.process_time()
    kept = [act(one) for one in given]
    taken = time.process_time() - start
    assert all(one is None or one.definition is not None for one in kept)
    return taken


def measure() -> dict[str, float]:
    """Seconds to restore all and to check all, without and with their golden cases, milliseconds to restore one, and
    the ratio of jsonschema alone checking the same files to checking them."""
    package = read_package("shunde")
    shunde = load(package).definition
    assert shunde is not None
    packages = variants(dict(package.files))
    kept = [(to_zip(one.files), one.digest) for one in packages]
    restoring = seconds(lambda stored: restore(*stored), kept)
    plain = [Package({path: data for path, data in one.files.items() if schema_of(path) != "case"}) for one in packages]
    checking = seconds(load, plain)
    whole = seconds(load, [Package(one.files) for one in packages])
    filled = shunde.data

    def slowly(one: Package) -> None:
        for path, data in one.files.items():
            name = schema_of(path)
            assert name is not None
            json.loads(data)
            _validator(name).is_valid(filled[path])

    alone = seconds(slowly, plain[:SLOWLY]) / SLOWLY
    return {
        "load_200_seconds": restoring,
        "load_one_ms": restoring / COUNT * 1000,
        "check_200_seconds": checking,
        "check_200_with_cases_seconds": whole,
        "jsonschema_alone_to_check": alone / (checking / COUNT),
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
