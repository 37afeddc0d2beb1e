"""`liaison check`, `simulate` and `fmt` on a key, a folder and a zip."""

from __future__ import annotations

import json
from importlib.metadata import version

import pytest
from click.testing import CliRunner

from harness.packages import brief
from liaison.cli import check, fmt, simulate
from liaison.definitions import read_package, shipped, to_zip, write_folder

KEY = "shunde"
FILES = brief()
TERMS = f"rules/{KEY}/terms.json"
CASE = f"rules/{KEY}/cases/urged.json"


def with_change(path: str, change) -> dict[str, bytes]:
    data = json.loads(FILES[path])
    change(data)
    return {**FILES, path: json.dumps(data, ensure_ascii=False).encode()}


def renamed(key: str) -> dict[str, bytes]:
    """What ships, under another key."""
    files = {path.replace(f"/{KEY}/", f"/{key}/"): data for path, data in FILES.items()}
    mechanism = json.loads(files[f"rules/{key}/mechanism.json"])
    mechanism["key"] = key
    return {**files, f"rules/{key}/mechanism.json": json.dumps(mechanism, ensure_ascii=False).encode()}


@pytest.fixture(params=["key", "folder", "zip"])
def source(request, tmp_path):
    """What ships, in each of the three ways of naming it."""
    if request.param == "key":
        return KEY
    if request.param == "folder":
        write_folder(FILES, tmp_path / "folder")
        return tmp_path / "folder"
    packed = tmp_path / "packed.zip"
    packed.write_bytes(to_zip(FILES))
    return packed


def test_version(alone):
    assert alone("--version").out == f"liaison {version('liaison')}\n"


def test_help_names_every_verb(liaison):
    ran = liaison("--help")
    assert ran.status == 0
    assert all(verb in ran.out for verb in ("check", "due", "fmt", "simulate"))


@pytest.mark.parametrize(
    "arguments", [["nothing"], ["check"], ["check", KEY, "--format", "xml"], ["simulate"], ["fmt"]]
)
def test_misuse_is_two(liaison, arguments):
    assert liaison(*arguments).status == 2


def test_check_prints_a_finding_a_line(liaison, source):
    ran = liaison("check", source)
    assert ran.status == 0, "notes and warnings alone are fine"
    for line in ran.lines:
        code, severity, place, sentence, hint = line.split("\t")
        assert "." in code
        assert severity in ("warning", "note")
        assert "#" in place
        assert sentence
        assert hint


def test_check_says_what_is_wrong_and_where(alone, tmp_path):
    write_folder(with_change(TERMS, lambda data: data["terms"][0].update(owed_by={"part": "nobody"})), tmp_path)
    ran = alone("check", tmp_path)
    assert ran.status == 1
    found = [line.split("\t")[:3] for line in ran.lines]
    assert ["definitions.dangling", "error", f"{TERMS}#/terms/0/owed_by/part"] in found


def test_check_as_json(liaison, tmp_path):
    write_folder(with_change(TERMS, lambda data: data["terms"][0].update(owed_by={"part": "nobody"})), tmp_path)
    ran = liaison("check", tmp_path, "--format", "json")
    assert ran.status == 1
    answer = json.loads(ran.out)
    assert answer["sound"] is False
    [finding] = [one for one in answer["findings"] if one["severity"] == "error"]
    assert finding["pointer"] == "/terms/0/owed_by/part"
    assert set(finding["message"]) == {"zh", "en"}


def test_many_findings_of_a_kind_are_the_first_and_how_many_more(liaison, tmp_path):
    def dangling(data):
        data["terms"] = [{**data["terms"][0], "key": f"t{at}", "owed_by": {"part": "nobody"}} for at in range(500)]

    write_folder(with_change(TERMS, dangling), tmp_path / "folder")
    ran = liaison("check", tmp_path / "folder")
    assert ran.status == 1
    ours = [line for line in ran.lines if f"{TERMS}#" in line and line.startswith(("definitions.dangling", "texts."))]
    assert len(ours) == 21
    assert ours[-1].startswith(f"texts.more_of_a_kind\terror\t{TERMS}#\t……同类的还有480处（definitions.dangling）\t")
    answer = json.loads(liaison("check", tmp_path / "folder", "--format", "json").out)
    assert answer["counts"]["error"] >= 500
    assert sum(one["file"] == TERMS and one["code"] == "definitions.dangling" for one in answer["findings"]) == 500


@pytest.mark.parametrize("given", ["nowhere", "empty", "broken.zip"])
def test_what_cannot_be_read_is_one_finding(liaison, tmp_path, given):
    (tmp_path / "empty").mkdir()
    (tmp_path / "broken.zip").write_bytes(b"PK")
    for verb in ("check", "simulate", "fmt"):
        ran = liaison(verb, given)
        assert ran.status == 1
        assert len(ran.lines) == 1
        assert ran.error == ""


def test_simulate_prints_the_timeline(liaison, source):
    ran = liaison("simulate", source, "--case", "general_in_time")
    assert ran.status == 0
    for said in ("general_in_time", "2026-08-20 15:00 assign", "SDMQ-2026-0001", "2026-09-20", "economy"):
        assert said in ran.out
    assert "due_dates" not in ran.out


def test_simulate_plays_every_case(liaison, tmp_path):
    write_folder(FILES, tmp_path)
    ran = liaison("simulate", tmp_path, "--format", "json")
    assert ran.status == 0
    answer = json.loads(ran.out)
    assert answer["passed"] is True
    assert {case["key"] for case in answer["cases"]} == {
        path.rsplit("/", 1)[1].removesuffix(".json") for path in FILES if "/cases/" in path
    }
    [step] = [
        step
        for case in answer["cases"]
        if case["key"] == "general_in_time"
        for step in case["steps"]
        if step["key"] == "assign"
    ]
    assert {clock["due"][:10] for clock in step["clocks"]} == {"2026-09-20"}
    assert {event["event"] for event in step["events"]} == {"assigned", "assign"}


@pytest.mark.parametrize(
    ("files", "said"),
    [
        (with_change(CASE, lambda data: data["story"][3]["then"].update(state="archived")), "archived"),
        (with_change(CASE, lambda data: [step.pop("then", None) for step in data["story"]]), "✗"),
        (with_change(TERMS, lambda data: data["terms"][0].update(length={"months": 2})), "2026-10"),
        ({path: data for path, data in FILES.items() if "/cases/" not in path}, "cli.simulate.no_case"),
    ],
    ids=["failed", "asserts nothing", "changed rules", "no case"],
)
def test_simulate_fails(liaison, tmp_path, files, said):
    write_folder(files, tmp_path)
    ran = liaison("simulate", tmp_path)
    assert ran.status == 1
    assert said in ran.out


def test_simulate_without_such_a_case(liaison):
    ran = liaison("simulate", KEY, "--case", "nothing")
    assert ran.status == 1
    assert ran.lines[0].startswith("cli.simulate.no_case\terror\t")


def test_fmt_leaves_alone_what_is_canonical(liaison, tmp_path):
    write_folder(FILES, tmp_path)
    ran = liaison("fmt", tmp_path)
    assert (ran.status, ran.lines) == (0, [f"{len(FILES)}个文件，改写了0个"])
    assert read_package(tmp_path).files == FILES


@pytest.mark.parametrize("packed", [False, True])
def test_fmt_writes_the_canonical_form(liaison, tmp_path, packed):
    untidy = {path: json.dumps(json.loads(data), ensure_ascii=True).encode() for path, data in FILES.items()}
    target = tmp_path / ("packed.zip" if packed else "folder")
    if packed:
        target.write_bytes(to_zip(untidy))
    else:
        write_folder(untidy, target)
    ran = liaison("fmt", target)
    assert ran.status == 0
    assert sorted(ran.lines[:-1]) == sorted(FILES)
    assert ran.lines[-1] == f"{len(FILES)}个文件，改写了{len(FILES)}个"
    assert read_package(target).files == FILES


def test_fmt_leaves_what_ships_and_what_is_stored_as_it_is(liaison, tmp_path):
    ran = liaison("fmt", KEY)
    assert ran.status == 2
    assert "liaison export" in ran.error
    assert liaison("init", "--home", tmp_path / "var", "--organisation", "示例区").status == 0
    write_folder(renamed("elsewhere"), tmp_path / "folder")
    assert liaison("import", tmp_path / "folder").status == 0
    ran = liaison("fmt", "elsewhere")
    assert ran.status == 2
    assert "elsewhere" in ran.error


def test_of_several_mechanisms_every_verb_takes_one_by_its_key(liaison, tmp_path):
    other = renamed("elsewhere")
    write_folder({**FILES, **other}, tmp_path / "two")
    (tmp_path / "two.zip").write_bytes(to_zip({**FILES, **other}))
    for source in ("two", "two.zip"):
        ran = liaison("check", source)
        assert (ran.status, ran.lines[0].split("\t")[0]) == (1, "definitions.several_mechanisms")
        assert "--key" in ran.lines[0]
        assert liaison("simulate", source, "--key", "elsewhere", "--case", "urged").status == 0
        assert liaison("export", source, f"{source}.out.zip", "--key", "elsewhere").status == 0
        assert read_package(tmp_path / f"{source}.out.zip").files == dict(sorted(other.items()))
    assert liaison("fmt", "two", "--key", KEY).lines == [f"{len(FILES)}个文件，改写了0个"]
    assert liaison("fmt", "two.zip", "--key", KEY).status == 2
    assert liaison("check", "two", "--key", "third").lines[0].startswith("definitions.not_among\terror\t")
    assert liaison("check", KEY, "--key", "third").status == 1


def test_a_name_of_nothing_is_told_what_there_is(liaison, tmp_path):
    assert liaison("init", "--home", tmp_path / "var", "--organisation", "示例区").status == 0
    write_folder(renamed("elsewhere"), tmp_path / "folder")
    assert liaison("import", tmp_path / "folder").status == 0
    assert "、".join(sorted([*shipped(), "elsewhere"])) in liaison("check", "nowhere").out


def test_fmt_touches_nothing_that_is_wrong(liaison, tmp_path):
    write_folder({**FILES, TERMS: b'{"terms": [}'}, tmp_path)
    ran = liaison("fmt", tmp_path)
    assert ran.status == 1
    assert ran.lines[0].startswith("definitions.syntax\terror\t")
    assert (tmp_path / TERMS).read_bytes() == b'{"terms": [}'


ODD_SITES = {
    "no json": "{",
    "no object": "[1]",
    "no tables": json.dumps({"database": "sqlite:///nothing.sqlite", "secret_key": "x"}),
    "nobody there": json.dumps({"database": "postgresql+psycopg://nobody@127.0.0.1:1/x", "secret_key": "x"}),
    "no address": json.dumps({"database": "nonsense", "secret_key": "x"}),
}


@pytest.mark.parametrize("verb", [check, simulate, fmt], ids=["check", "simulate", "fmt"])
def test_whatever_is_named_there_is_an_answer_and_no_traceback(verb, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "file.txt").write_text("hello")
    (tmp_path / "cut.zip").write_bytes(to_zip(FILES)[:500])
    for name, content in ODD_SITES.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "site.json").write_text(content)
    names = ["", ".", "nowhere", "loop", "file.txt", "cut.zip", "a\0b", "-", "/dev/null", "x" * 5000, "../shunde"]
    for source in names:
        for more in ([], *(["--home", name] for name in ODD_SITES)):
            ran = CliRunner().invoke(verb.command, [source, *more])
            assert ran.exception is None or isinstance(ran.exception, SystemExit), (source[:20], more, ran.exception)
            assert ran.exit_code == 1, (source[:20], more)
            assert ran.output
