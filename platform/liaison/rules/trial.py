"""The process in which a new table is tried: reads it from standard input, prints what `try_out` found.

Started by `preflight` only.
"""

import json
import pickle
import sys

from liaison.rules.model import Input, Row, Table
from liaison.rules.preflight import try_out

if __name__ == "__main__":
    key, title, inputs, rows, types = pickle.load(sys.stdin.buffer)  # noqa: S301 - from our own parent
    table = Table(
        key=key,
        title=title,
        on="",
        inputs=tuple(Input(each) for each in inputs),
        outputs=(),
        rows=tuple(Row(key, at, cells, {}) for key, at, cells in rows),
        otherwise={},
        hit="first",
    )
    sys.stdout.write(json.dumps(try_out(table, types)))
