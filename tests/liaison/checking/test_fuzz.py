"""Whatever comes in as a package, findings come out: never an exception, never a long wait."""

from __future__ import annotations

import io
import json
import random
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.pace import ordinary_seconds
from liaison.checking import check_package
from liaison.definitions import read_package, to_zip
from liaison.texts import folded, say

pytestmark = pytest.mark.slow

KEY = "shunde"
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


@pytest.mark.parametrize("hit", ["unique", "collect"])
@pytest.mark.parametrize("type_", ["text", "number", "boolean", "date", "unit", "length"])
def test_a_term_as_long_as_a_table_says(type_, hit):
    """Past the lints, into the golden cases: only one length answers how long."""
    path, terms = next(path for path in PATHS if "/tables/" in path), f"rules/{KEY}/terms.json"
    table, content = json.loads(OURS[path]), json.loads(OURS[terms])
    sample = {"text": "示例", "number": 3, "boolean": True, "date": "2026-01-01", "unit": "x", "length": {"days": 3}}
    table["outputs"].append({"key": "sample", "type": type_})
    for answers in (table["otherwise"], *(row["then"] for row in table["rows"])):
        answers["sample"] = sample[type_]
    table["hit"] = hit
    content["terms"][0]["length"] = {"table": table["key"], "output": "sample"}
    changed = {path: json.dumps(table).encode(), terms: json.dumps(content).encode()}
    report = check_package(to_zip({**OURS, **changed}), cases=True)
    wrong = [one.pointer for one in report.findings if one.code == "checking.wrong_output"]
    assert wrong == ([] if (type_, hit) == ("length", "unique") else ["/terms/0/length/output"])


@pytest.mark.parametrize("gone", LIGHT)
def test_a_file_left_out(gone):
    examine(few({path: data for path, data in OURS.items() if path != gone}))


def zipped(entries: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", compression) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return made.getvalue()


CASE = min(PATHS, key=lambda path: (not path.startswith(f"rules/{KEY}/cases/"), len(OURS[path]))).split("/")[-1][:-5]
MECHANISM = f"rules/{KEY}/mechanism.json"
REPORT = f"form_definitions/{KEY}/report.json"


def with_fields(n: int, **field: Any) -> bytes:
    form = json.loads(OURS[REPORT])
    form["schema"]["properties"] |= {f"f{i}": field for i in range(n)}
    return to_zip({**OURS, REPORT: json.dumps(form).encode()})


def with_many(file: str, array: str, n: int, change: Callable[[int], dict[str, Any]]) -> bytes:
    """What ships, with an array of a file that holds its first member `n` times more, each changed."""
    path = f"rules/{KEY}/{file}"
    content = json.loads(OURS[path])
    content[array] = [*content[array], *({**content[array][0], **change(i)} for i in range(n))]
    return to_zip({**OURS, path: json.dumps(content, ensure_ascii=False).encode()})


def zipped_mechanism(text: bytes) -> bytes:
    return to_zip({**OURS, MECHANISM: text})


LINE = {"kind": "line", "type": "string"}
HURTING = {
    "50 MB of blanks": (b" " * 50_000_000, "definitions.package_too_large"),
    "bomb": (zipped({MECHANISM: b" " * 50_000_000}), "definitions.file_too_large"),
    "bomb that looks small": (zipped({MECHANISM: b" " * 2_000_000}), "definitions.bomb"),
    "climbs out": (zipped({**OURS, "../../etc/x.json": b"{}"}), "definitions.path_outside"),
    "absolute": (zipped({**OURS, "/x.json": b"{}"}), "definitions.path_outside"),
    "5,000 files": (zipped({f"rules/{KEY}/cases/c{i}.json": b"{}" for i in range(5_000)}),
                    "definitions.too_many_files"),
    "name twice": (zipped_mechanism(b'{"format":1,"format":1}'), "definitions.name_twice"),
    "10,000 names twice": (zipped_mechanism(b"{%s}" % b",".join(b'"a%d":1,"a%d":2' % (i, i) for i in range(10_000))),
                           "definitions.name_twice"),
    "a key 10,000 times": (with_many("mechanism.json", "slots", 10_000, lambda i: {}), "definitions.key_twice"),
    "1,000 levels": (zipped_mechanism(b"[" * 1000 + b"]" * 1000), "definitions.too_deep"),
    "1,000 objects": (zipped_mechanism(b'{"a":' * 1000 + b"1" + b"}" * 1000), "definitions.too_deep"),
    "2,000,000 levels": (zipped_mechanism(b"[" * 2_000_000), "definitions.too_deep"),
    "10,000 fields": (with_fields(10_000, **LINE, title="示例"), "definitions.too_many"),
    "nothing but its name": (to_zip({MECHANISM: OURS[MECHANISM]}), ""),
    "cut off": (to_zip(OURS)[:-100], "definitions.bad_zip"),
    "a beginning of a zip": (b"PK\x03\x04" + bytes(range(256)) * 40, "definitions.bad_zip"),
    "a list for an object": (to_zip({**OURS, f"rules/{KEY}/cases/x.json": b"[]"}), "definitions.wrong_type"),
    "a text of a gigabyte": (with_many(f"cases/{CASE}.json", "story", 1, lambda i: {
        "key": "huge", "with": {"problem": {"repeat": "x", "times": 10**9}}}), "definitions.too_large"),
}  # fmt: skip
"""What it is → the package, and the one finding about it (empty: there are several)."""
MANY = {
    "10,000 malformed fields": (with_fields(10_000, **LINE), "definitions.missing_key"),
    "10,000 fields of no kind": (with_fields(10_000, kind="lime", type="string", title="示例"),
                                 "definitions.not_allowed"),
    "10,000 malformed slots": (with_many("mechanism.json", "slots", 10_000, lambda i: {"key": f"s{i}", "type": "x"}),
                               "definitions.not_allowed"),
    "2,000 terms of nobody": (with_many("terms.json", "terms", 2_000, lambda i: {
        "key": f"t{i}", "owed_by": {"part": f"nobody{i}"}}), "definitions.dangling"),
    "a chain of 2,000 terms": (with_many("terms.json", "terms", 2_000, lambda i: {
        "key": f"t{i}", "anchor": {"term": f"t{i + 1}"}}), "definitions.dangling"),
}  # fmt: skip
"""The same for what may be many findings of one kind."""


@pytest.mark.parametrize("name", HURTING)
def test_what_is_meant_to_hurt_is_one_finding(name):
    source, code = HURTING[name]
    assert ordinary_seconds(lambda: check_package(source, cases=True)) < 2
    report = check_package(source, cases=True)
    assert not report.sound
    if code:
        assert [finding.code for finding in report.findings] == [code]
    examine(source)


@pytest.mark.parametrize("name", MANY)
def test_a_large_file_that_is_wrong_throughout_is_looked_at_quickly(name):
    source, code = MANY[name]
    assert ordinary_seconds(lambda: check_package(source, cases=True)) < 4
    report = check_package(source, cases=True)
    assert code in {"", *(finding.code for finding in report.findings)}
    shown = list(folded(report.findings))
    assert len(shown) < 100
    for finding in shown:
        assert say(finding.message)
        assert say(finding.message, "en")


@settings(max_examples=40)
@given(st.binary(max_size=200))
def test_any_bytes(data):
    assert not check_package(data).sound


@settings(max_examples=40)
@given(st.text(max_size=60))
def test_any_name(name):
    check_package(name.replace("/", "_").replace(".", "_"))
