"""Packages come and go byte for byte, and bad ones are one finding."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liaison.definitions import (
    BadJsonError,
    Package,
    lint,
    load,
    read_json,
    read_package,
    shipped,
    to_zip,
    write_folder,
)
from liaison.texts import Severity, say


def zipped(*entries, method=zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return made.getvalue()


def only(package: Package) -> str:
    """The code of the one finding of a package that could not be read; it can be said in both languages."""
    (finding,) = package.findings
    assert say(finding.message)
    assert say(finding.message, "en")
    assert package.files == {}
    assert load(package).definition is None
    return finding.code


def test_shunde_ships():
    assert "shunde" in shipped()
    assert read_package("shunde").key == "shunde"


def test_zip_and_folder_give_the_same_bytes_back(shunde, tmp_path):
    made = to_zip(shunde)
    assert read_package(made).files == shunde
    assert to_zip(read_package(made).files) == made
    path = tmp_path / "shunde.zip"
    path.write_bytes(made)
    assert read_package(path).digest == read_package("shunde").digest
    write_folder(shunde, tmp_path / "folder")
    assert read_package(tmp_path / "folder").files == shunde


def test_a_zip_made_elsewhere_keeps_its_bytes(minimal):
    odd = {path: data.replace(b"\n", b"\r\n") for path, data in minimal.items()}
    assert read_package(zipped(*odd.items())).files == odd


def test_writing_a_folder_removes_what_is_gone(minimal, tmp_path):
    write_folder(minimal, tmp_path)
    fewer = {path: data for path, data in minimal.items() if not path.endswith("duties.json")}
    write_folder(fewer, tmp_path)
    assert read_package(tmp_path).files == fewer


def test_the_digest_tells_paths_from_contents():
    assert Package({"a": b"bc"}).digest != Package({"ab": b"c"}).digest


def test_one_folder_around_everything_in_a_zip_is_taken_off(minimal):
    def inside(folder):
        return zipped(*((folder + path, data) for path, data in minimal.items()))

    assert read_package(inside("机制/")).files == minimal
    assert only(read_package(inside("a/b/"))) == "definitions.unknown_file"
    with_note = zipped(("readme.txt", ""), *((f"a/{path}", data) for path, data in minimal.items()))
    assert only(read_package(with_note)) == "definitions.unknown_file"


RULES = "rules/mini/mechanism.json"
BAD_ZIPS = {
    "definitions.path_outside": zipped(("../evil.json", "{}")),
    "definitions.unknown_file": zipped((RULES, "{}"), ("rules/mini/evil.py", "")),
    "definitions.empty_package": zipped(),
    "definitions.several_mechanisms": zipped((RULES, "{}"), ("rules/other/mechanism.json", "{}")),
    "definitions.no_mechanism_file": zipped(("rules/mini/codes.json", "{}")),
    "definitions.bad_zip": b"PK\x03\x04 not really",
    "definitions.file_too_large": zipped((RULES, b"1" * 2_200_000), method=zipfile.ZIP_STORED),
    "definitions.bomb": zipped((RULES, b" " * 2_000_000)),
    "definitions.too_many_files": zipped(*((f"rules/mini/cases/c{at}.json", b"{}") for at in range(2_001))),
}


@pytest.mark.parametrize("code", BAD_ZIPS)
def test_bad_zips(code):
    assert only(read_package(BAD_ZIPS[code])) == code


@pytest.mark.parametrize("name", ["/etc/passwd", "C:/evil.json", "rules\\mini\\codes.json", "rules/../../evil.json"])
def test_paths_that_leave_the_zip(name):
    data = zipped(("x" * len(name), "{}")).replace(b"x" * len(name), name.encode())
    assert only(read_package(data)) == "definitions.path_outside"


def test_a_name_twice_in_the_zip():
    with pytest.warns(UserWarning, match="Duplicate name"):
        data = zipped((RULES, "{}"), (RULES, "{}"))
    assert only(read_package(data)) == "definitions.file_twice"


def test_a_link_in_a_zip_and_in_a_folder(tmp_path):
    entry = zipfile.ZipInfo(RULES)
    entry.create_system, entry.external_attr = 3, 0o120777 << 16
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(entry, "/etc/passwd")
    assert only(read_package(made.getvalue())) == "definitions.not_a_file"
    folder = tmp_path / "rules" / "mini"
    folder.mkdir(parents=True)
    (folder / "mechanism.json").symlink_to("/etc/passwd")
    assert only(read_package(tmp_path)) == "definitions.not_a_file"


@pytest.mark.parametrize("at", ["rules", "rules/mini", "rules/mini/cases", "rules/mini/cases/deep", "form_definitions"])
def test_a_linked_folder_is_refused_wherever_it_is(at, tmp_path, minimal):
    write_folder(minimal, tmp_path / "package")
    link, elsewhere = tmp_path / "package" / at, tmp_path / "elsewhere"
    if link.exists():
        link.rename(elsewhere)
    else:
        elsewhere.mkdir()
        link.parent.mkdir(exist_ok=True)
    link.symlink_to(elsewhere, target_is_directory=True)
    [finding] = read_package(tmp_path / "package").findings
    assert (finding.code, finding.params["path"]) == ("definitions.not_a_file", at)


@pytest.mark.parametrize("packed", [False, True])
def test_of_several_mechanisms_one_is_chosen_by_its_key(packed, tmp_path, minimal):
    other = {path.replace("/mini/", "/other/"): data for path, data in minimal.items()}
    if not packed:
        write_folder({**minimal, **other}, tmp_path)
    source = to_zip({**minimal, **other}) if packed else tmp_path
    assert only(read_package(source)) == "definitions.several_mechanisms"
    assert read_package(source, "mini").files == dict(sorted(minimal.items()))
    assert read_package(source, "other").files == dict(sorted(other.items()))
    [finding] = read_package(source, "third").findings
    assert (finding.code, finding.params["keys"]) == ("definitions.not_among", ["mini", "other"])


def test_a_zip_that_lies_about_its_sizes():
    """The directory declares a small file; what unpacks is large."""
    data = bytearray(zipped((RULES, b"1" * 3_000_000), method=zipfile.ZIP_DEFLATED))
    real, small = (3_000_000).to_bytes(4, "little"), (300_000).to_bytes(4, "little")
    lying = bytes(data).replace(real, small)
    assert only(read_package(lying)) in {"definitions.bad_zip", "definitions.bomb", "definitions.file_too_large"}


def test_fifty_megabytes(tmp_path):
    assert only(read_package(b"PK" + bytes(50_000_000))) == "definitions.package_too_large"
    folder = tmp_path / "rules" / "mini"
    folder.mkdir(parents=True)
    (folder / "mechanism.json").write_bytes(bytes(50_000_000))
    assert only(read_package(tmp_path)) == "definitions.file_too_large"


@pytest.mark.parametrize("source", ["nothing", "a\0b", "", "x" * 5000])
def test_no_such_place(source, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert only(read_package(source)) in {
        "definitions.no_such_package",
        "definitions.unreadable",
        "definitions.empty_package",
    }


def fields(count: int) -> bytes:
    properties = {f"f{at}": {"kind": "line", "type": "string", "title": "字段"} for at in range(count)}
    return json.dumps(properties).encode()


BAD_FILES = {
    "definitions.syntax": b'{"a": 1,}',
    "definitions.name_twice": b'{"a": {"b": 1, "c": 2, "b": 3}}',
    "definitions.not_utf8": '{"a": "问题"}'.encode("gb18030"),
    "definitions.byte_order_mark": b"\xef\xbb\xbf{}",
    "definitions.not_a_number": b'{"a": NaN}',
    "definitions.number_too_large": b'{"a": 1e999}',
    "definitions.bad_character": b'{"a": "\\ud800"}',
    "definitions.too_deep": b"[" * 1_000 + b"]" * 1_000,
    "definitions.wrong_type": b"[]",
}


@pytest.mark.parametrize("code", BAD_FILES)
def test_bad_files_are_one_finding_with_a_place(code, minimal):
    path = "rules/mini/codes.json"
    loaded = load(Package({**minimal, path: BAD_FILES[code]}))
    assert loaded.definition is None
    assert [(finding.code, finding.file) for finding in loaded.findings] == [(code, path)]


def test_where_the_syntax_is_wrong(minimal):
    loaded = load(Package({**minimal, "rules/mini/codes.json": b'{\n  "a": 1\n  "b": 2\n}'}))
    assert loaded.findings[0].params == {"line": 3, "column": 3}


def test_where_a_name_stands_twice(minimal):
    loaded = load(Package({**minimal, "rules/mini/codes.json": BAD_FILES["definitions.name_twice"]}))
    assert (loaded.findings[0].pointer, loaded.findings[0].params) == ("/a/b", {"name": "b"})


@pytest.mark.parametrize("text", [b"Infinity", b"-Infinity", b"1" * 5_000, b'"\\u0000"', b"", b"\x00", b"{" * 100_000])
def test_more_that_is_not_json(text, minimal):
    loaded = load(Package({**minimal, "rules/mini/codes.json": text}))
    assert len(loaded.findings) == 1
    assert loaded.definition is None


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        (rb'{"a": "\\u0000"}', True), (rb'{"a": "\\\\u0000 and \\ud800"}', True), (rb'{"\\u0000": "\\"}', True),
        (rb'{"a": "\u0000"}', False), (rb'{"a": "\\\u0000"}', False), (rb'{"\u0000": 1}', False),
        (rb'{"a": "\ud83d\ude00"}', True), (rb'{"a": "\\\ud800"}', False),
    ],
)  # fmt: skip
def test_an_escaped_backslash_before_u0000_is_text(text, clean):
    if clean:
        assert read_json(text) == json.loads(text)
    else:
        with pytest.raises(BadJsonError) as error:
            read_json(text)
        assert error.value.finding.code == "definitions.bad_character"


def test_ten_thousand_fields(minimal):
    path = "form_definitions/mini/report.json"
    form = json.loads(minimal[path])
    form["schema"]["properties"] |= json.loads(fields(10_000))
    loaded = load(Package({**minimal, path: json.dumps(form).encode()}))
    assert loaded.definition is None
    assert len(loaded.findings) == 1
    assert loaded.findings[0].severity is Severity.ERROR


def test_a_thousand_unknown_keys_are_not_a_thousand_lines(minimal):
    codes = json.loads(minimal["rules/mini/codes.json"]) | {f"x{at}": 1 for at in range(1_000)}
    loaded = load(Package({**minimal, "rules/mini/codes.json": json.dumps(codes).encode()}))
    assert 1 <= len(loaded.findings) <= 20


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_as_a_zip(data):
    package = read_package(data)
    assert package.findings
    assert load(package).definition is None


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_damaged_zips_never_raise(data, minimal):
    made = bytearray(to_zip(minimal))
    for _ in range(data.draw(st.integers(1, 8))):
        made[data.draw(st.integers(0, len(made) - 1))] = data.draw(st.integers(0, 255))
    check(read_package(bytes(made)))


JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.floats(allow_nan=False)
    | st.sampled_from(["", "matter", "lead", "key", "A"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["key", "slot", "var", "post", "part", "effects", "x", "$ref"]), inner, max_size=3
        )
    ),
    max_leaves=6,
)


@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_damaged_files_never_raise(data, minimal):
    """Somewhere in some file anything at all, or nothing: findings, never a traceback."""
    path = data.draw(st.sampled_from(sorted(minimal)))
    root = {"root": json.loads(minimal[path])}
    for _ in range(data.draw(st.integers(1, 3))):
        node, name = root, "root"
        while isinstance(node[name], dict | list) and node[name] and data.draw(st.integers(0, 5)):
            node = node[name]
            name = data.draw(st.sampled_from(sorted(node) if isinstance(node, dict) else range(len(node))))
        if data.draw(st.booleans()):
            node[name] = data.draw(JUNK)
        elif node is not root:
            del node[name]
            break
    check(Package({**minimal, path: json.dumps(root["root"]).encode()}))


def check(package: Package) -> None:
    loaded = load(package)
    findings = loaded.findings
    if loaded.definition is not None:
        findings += lint(loaded.definition)
    else:
        assert any(finding.severity is Severity.ERROR for finding in findings)
    for finding in findings:
        assert say(finding.message)
        assert say(finding.message, "en")
