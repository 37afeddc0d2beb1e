"""Whatever comes in as a package, findings come out: never an exception, never a long wait."""

from __future__ import annotations

import io
import json
import random
import zipfile
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liaison.checking import check_package
from liaison.definitions import read_package, shipped, to_zip
from liaison.texts import say

KEY = shipped()[0]
OURS = dict(read_package(KEY).files)
PATHS = sorted(OURS)
LIGHT = [path for path in PATHS if "/cases/" not in path or path.endswith("/urged.json")]
PIECES = [
    b'"', b"{", b"}", b"[", b"]", b",", b":", b"null", b"true", b"-1", b"1e999", b"NaN", b"\x00", b"\xff", b"\\ud800",
    "示".encode(), b'{"slot":"x"}', b'{"var":"x"}', b'"$ref"', b"99999999999999999999",
]  # fmt: skip
VALUES: list[Any] = [None, True, 0, -1, 10**12, 1.5, "", "x", "示" * 300, [], {}, [None], {"x": 1}, {"var": "level"},
                     {"slot": "office_hours"}, {"slot": "nothing"}, "2026-02-30", [[]], {"var": "each"}]  # fmt: skip


def examine(package: bytes) -> None:
    """Check it with its golden cases, and say every finding in both languages."""
    report = check_package(package, cases=True)
    for finding in report.findings:
        assert say(finding.message)
        assert say(finding.message, "en")
    assert report.findings or report.definition is not None


def few(files: dict[str, bytes]) -> bytes:
    return to_zip({path: files[path] for path in LIGHT if path in files})


@settings(max_examples=60)
@given(st.data())
def test_bytes_changed_anywhere(data):
    path = data.draw(st.sampled_from(LIGHT))
    content = OURS[path]
    at = data.draw(st.integers(0, len(content)))
    gone = data.draw(st.integers(0, 12))
    piece = data.draw(st.sampled_from(PIECES) | st.binary(max_size=6))
    examine(few({**OURS, path: content[:at] + piece + content[at + gone :]}))


@pytest.mark.parametrize("seed", range(8))
def test_values_changed_anywhere(seed):
    """Each a well-formed file with one value exchanged, left out, doubled or moved: past the parser, into the lints."""
    chance = random.Random(seed)
    for _ in range(25):
        path = chance.choice(LIGHT)
        content = json.loads(OURS[path])
        holder, step = chance.choice(list(_places(content)))
        match chance.randrange(5):
            case 0:
                del holder[step]
            case 1 if isinstance(holder, list):
                holder.insert(0, holder[step])
            case 2:
                other, place = chance.choice(list(_places(content)))
                holder[step] = json.loads(json.dumps(other[place]))
            case _:
                holder[step] = chance.choice(VALUES)
        examine(few({**OURS, path: json.dumps(content, ensure_ascii=False).encode()}))


def _places(node):
    if isinstance(node, dict | list):
        for step in node if isinstance(node, dict) else range(len(node)):
            yield node, step
            yield from _places(node[step])


@pytest.mark.parametrize("gone", LIGHT)
def test_a_file_left_out(gone):
    examine(few({path: data for path, data in OURS.items() if path != gone}))


def zipped(entries: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", compression) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return made.getvalue()


MECHANISM = f"rules/{KEY}/mechanism.json"
REPORT = f"form_definitions/{KEY}/report.json"


def many_fields(n: int) -> bytes:
    form = json.loads(OURS[REPORT])
    form["schema"]["properties"] |= {f"f{i}": {"kind": "line", "type": "string", "title": "示例"} for i in range(n)}
    return json.dumps(form).encode()


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(b" " * 50_000_000, id="50 MB of blanks"),
        pytest.param(zipped({MECHANISM: b" " * 50_000_000}), id="bomb"),
        pytest.param(zipped({**OURS, "../../etc/x.json": b"{}"}), id="climbs out"),
        pytest.param(zipped({**OURS, "/x.json": b"{}"}), id="absolute"),
        pytest.param(to_zip({**OURS, MECHANISM: b'{"format":1,"format":1}'}), id="name twice"),
        pytest.param(to_zip({**OURS, MECHANISM: b"[" * 1000 + b"]" * 1000}), id="1,000 levels"),
        pytest.param(to_zip({**OURS, MECHANISM: b'{"a":' * 1000 + b"1" + b"}" * 1000}), id="1,000 objects"),
        pytest.param(to_zip({**OURS, REPORT: many_fields(10_000)}), id="10,000 fields"),
        pytest.param(to_zip({**OURS, f"rules/{KEY}/cases/x.json": b"[]"}), id="a list for an object"),
        pytest.param(to_zip({MECHANISM: OURS[MECHANISM]}), id="nothing but its name"),
        pytest.param(to_zip(OURS)[:-100], id="cut off"),
        pytest.param(b"PK\x03\x04" + bytes(range(256)) * 40, id="a beginning of a zip"),
    ],
)  # fmt: skip
def test_what_is_meant_to_hurt(source):
    report = check_package(source, cases=True)
    assert not report.sound
    examine(source)


@settings(max_examples=40)
@given(st.binary(max_size=200))
def test_any_bytes(data):
    assert not check_package(data).sound


@settings(max_examples=40)
@given(st.text(max_size=60))
def test_any_name(name):
    check_package(name.replace("/", "_").replace(".", "_"))
