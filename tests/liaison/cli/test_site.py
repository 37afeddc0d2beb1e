"""The verbs that need a site: found it, serve it, tick, move mechanisms in and out, verify the chain, demonstrate."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from harness.command import Ran, ran_alone, ran_here
from harness.packages import brief
from liaison.calendars import ZONE
from liaison.cli import demo, script
from liaison.cli.package import SITE
from liaison.cli.serve import application
from liaison.cli.site import ROOT, opened, read_site
from liaison.definitions import read_package, to_zip, write_folder
from liaison.rules import LEADING
from liaison.shipped import shipped
from liaison.store import add_person, grants_of, hold, installations, sign_in, verify, versions

NOW = datetime(2026, 11, 18, 15, 0, tzinfo=ZONE)


def liaison(*arguments: object, status: int = 0) -> str:
    """What the command prints; fails unless it exits with `status`."""
    return told(ran_here(*arguments), status)


def alone(*arguments: object, status: int = 0) -> str:
    """The same of a process of its own."""
    return told(ran_alone(*arguments), status)


def told(ran: Ran, status: int) -> str:
    """Everything it printed."""
    assert ran.status == status, ran.out + ran.error
    return ran.out + ran.error


def copied(home: Path, to: Path) -> Path:
    """A site of its own, as another one is that nobody has open."""
    shutil.copytree(home, to)
    settings = (home / SITE).read_text("utf-8")
    (to / SITE).write_text(settings.replace(str(home.resolve()), str(to.resolve())), "utf-8")
    return to


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A site just founded, and what founding it printed."""
    home = tmp_path_factory.mktemp("site") / "var"
    return home, liaison("init", "--home", home, "--organisation", "示例区")


@pytest.fixture(scope="module")
def scheme(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a mechanism to be published."""
    folder = tmp_path_factory.mktemp("scheme")
    write_folder(brief(), folder)
    return folder


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("demo") / "demo"
    demo.build(home, NOW)
    return home


# ── init ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_init_founds_a_site_with_an_administrator(founded: tuple[Path, str]) -> None:
    home, said = founded
    assert stat.S_IMODE((home / "site.json").stat().st_mode) == 0o600
    site = read_site(home)
    assert len(site.secret_key) > 40
    found = re.search(r"密码 (\S+)（", said)
    assert found
    with opened(site) as database:
        account = sign_in(database, "admin", found[1], datetime.now(ZONE))
        assert account.must_change  # type: ignore[union-attr]
        with database.read() as connection:
            roles = {one.role for one in grants_of(connection, account.person, datetime.now(ZONE).date())}  # type: ignore[union-attr]
    assert roles == {"configurer", "security", "auditor"}


def test_init_again_changes_no_password(founded: tuple[Path, str]) -> None:
    home, _ = founded
    before = (home / "site.json").read_bytes()
    assert "密码" not in liaison("init", "--home", home)
    assert (home / "site.json").read_bytes() == before
    liaison("init", "--home", home, "--url", "sqlite:///elsewhere", status=2)


def test_init_on_another_database(database_url: str, tmp_path: Path) -> None:
    alone("init", "--home", tmp_path, "--url", database_url, "--organisation", "示例区")
    assert read_site(tmp_path).database == database_url
    assert "rang" in alone("tick", "--home", tmp_path)


@pytest.mark.parametrize("home", ["/dev/null", "/proc/x", "/dev/null/x"])
def test_a_site_that_cannot_be_laid_down_is_said_to_be_so(home: str) -> None:
    assert f"{home}不能用作站点目录" in liaison("init", "--home", home, "--organisation", "示例区", status=1)
    assert "liaison init" in liaison("tick", "--home", home, status=1)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql://somebody@127.0.0.1/x", "postgresql+psycopg://"), ("postgresql+nothing://127.0.0.1/x", "sqlite:///"),
        ("nonsense", "sqlite:///"), ("oracle://x", "sqlite:///"), ("sqlite://", "sqlite:///"),
        ("postgresql+psycopg://nobody@127.0.0.1:1/x", "数据库用不了"), ("sqlite:////nowhere/x.sqlite", "数据库用不了"),
    ],
)  # fmt: skip
def test_a_database_that_cannot_be_had_leaves_no_site(url: str, said: str, tmp_path: Path) -> None:
    home = tmp_path / "var"
    founding = ("init", "--home", home, "--organisation", "示例区", "--url")
    assert said in liaison(*founding, url, status=1)
    liaison(*founding, f"sqlite:///{tmp_path}/good.sqlite")
    assert read_site(home).database.endswith("good.sqlite")


def test_an_address_nobody_can_reach_is_misuse(tmp_path: Path) -> None:
    for address in ("liaison.example.cn", "ftp://x", "http://["):
        assert "http://" in liaison("init", "--home", tmp_path, "--address", address, status=2)
    assert not (tmp_path / "site.json").exists()


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ({"database": 5}, "database"), ({"colour": "red"}, "colour"), ({"secret_key": None}, "secret_key"),
        ({"smtp": "bogus://x", "sender": "a@example.cn"}, "smtp"), ({"smtp": "smtp://x"}, "sender"),
        ({"smtp": "smtp://x", "sender": "<>"}, "sender"), ({"smtp": "smtp://x:port", "sender": "a@b"}, "smtp"),
        ({"rules": "oracle"}, "matcher"), ({"address": "nowhere"}, "nowhere"), ({"database": "mysql://x"}, "sqlite:///"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("verb", ["tick", "serve"])
def test_a_setting_that_cannot_be_is_one_sentence(verb: str, setting: Any, said: str, tmp_path: Path) -> None:
    settings = {"database": f"sqlite:///{tmp_path}/x.sqlite", "secret_key": "x" * 40, **setting}
    (tmp_path / "site.json").write_text(json.dumps(settings), "utf-8")
    assert said in liaison(verb, "--home", tmp_path, status=1)


def test_a_site_file_must_say_where_the_data_is(tmp_path: Path) -> None:
    for content in ("{}", "[]", "null", '{"secret_key": "x"}'):
        (tmp_path / "site.json").write_text(content, "utf-8")
        assert "database" in liaison("tick", "--home", tmp_path, status=1)


def test_a_file_that_is_no_database_is_said_to_be_none(tmp_path: Path) -> None:
    settings = {"database": f"sqlite:///{tmp_path}/x.sqlite", "secret_key": "x" * 40}
    (tmp_path / "site.json").write_text(json.dumps(settings), "utf-8")
    (tmp_path / "x.sqlite").write_bytes(b"nothing of the kind " * 1000)
    for verb in ("tick", "serve", "init"):
        assert "数据库用不了：file is not a database" in liaison(verb, "--home", tmp_path, status=1)


def test_what_cannot_be_listened_on_is_one_sentence(site: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        # In processes of their own: waitress leaves open what it could not use.
        said = alone("serve", "--home", site, "--port", port, status=1)
    assert said.startswith(f"Error: 不能在 127.0.0.1 的 {port} 端口上启动")
    said = alone("serve", "--home", site, "--host", "nosuchhost.invalid", status=1)
    assert said.startswith("Error: 不能在 nosuchhost.invalid")
    for verb in ("serve", "demo"):
        assert "65535" in liaison(verb, "--home", site, "--port", 99999, status=2)


@pytest.mark.parametrize("verb", ["serve", "tick", "publish shunde", "import shunde", "audit verify"])
def test_without_a_site_a_verb_says_what_to_do(verb: str, tmp_path: Path) -> None:
    assert "liaison init" in liaison(*verb.split(), "--home", tmp_path, status=1)


# ── mechanisms ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_mechanism_is_in_force_only_when_every_post_is_held(founded: tuple[Path, str], scheme: Path) -> None:
    home, _ = founded
    assert "尚未启用" in liaison("publish", scheme, "--home", home)
    with opened(read_site(home)) as database:
        with database.read() as connection:
            [installed] = installations(connection, ROOT)
            definition = database.shelf.mechanism(connection, installed.edition).definition
        assert not installed.in_force
        with database.write() as connection:
            somebody = add_person(connection, ROOT, "示例人员")
            for post in definition.roster.posts.values():
                units = [one.key for one in definition.roster.units.values()
                         if one.kind in post.kinds or one.key in post.units]  # fmt: skip
                for unit in units or ([""] if not post.kinds and not post.units else []):
                    hold(connection, installed.id, somebody, post.key, unit)
    assert "已在root启用" in liaison("publish", scheme, "--home", home)
    with opened(read_site(home)) as database, database.read() as connection:
        [installed] = installations(connection, ROOT)
    assert installed.in_force


def test_a_mechanism_without_a_golden_case_is_not_published(founded: tuple[Path, str], tmp_path: Path) -> None:
    home, _ = founded
    liaison("export", "shunde", tmp_path, "--home", home)
    for case in (tmp_path / "rules" / "shunde" / "cases").iterdir():
        case.unlink()
    assert "checking.no_case" in liaison("publish", tmp_path, "--home", home, status=1)


def test_a_mechanism_kept_only_at_the_site_is_checked_and_played_by_its_key(
    founded: tuple[Path, str], tmp_path: Path
) -> None:
    home, _ = founded
    liaison("export", "shunde", tmp_path / "one", "--home", home)
    for kind in ("rules", "form_definitions"):
        (tmp_path / "one" / kind / "shunde").rename(tmp_path / "one" / kind / "elsewhere")
    mechanism = tmp_path / "one" / "rules" / "elsewhere" / "mechanism.json"
    mechanism.write_text(mechanism.read_text("utf-8").replace('"key": "shunde"', '"key": "elsewhere"', 1), "utf-8")
    liaison("import", tmp_path / "one", "--home", home)
    liaison("check", "elsewhere", "--home", home)
    assert "general_in_time" in liaison("simulate", "elsewhere", "--home", home, "--format", "json")
    liaison("check", "elsewhere", "--home", tmp_path, status=1)


def test_an_export_that_cannot_be_written_is_said_to_be_so(tmp_path: Path) -> None:
    assert "写不到" in liaison("export", "shunde", tmp_path / "none" / "x.zip", "--home", tmp_path, status=1)


def test_a_calendar_that_is_none_is_said_to_be_so(founded: tuple[Path, str], tmp_path: Path) -> None:
    home, _ = founded
    file = tmp_path / "deep.json"
    file.write_text("[" * 100_000, "utf-8")
    assert "deep.json" in liaison("import", "--calendar", file, "--home", home, status=1)


def test_what_is_published_comes_out_as_it_went_in(founded: tuple[Path, str], scheme: Path, tmp_path: Path) -> None:
    home, _ = founded
    liaison("publish", scheme, "--home", home)
    with opened(read_site(home)) as database, database.read() as connection:
        [installed] = installations(connection, ROOT)
    package = read_package(scheme)
    assert installed.digest == package.digest
    liaison("export", "shunde", tmp_path / "a.zip", "--home", home)
    assert (tmp_path / "a.zip").read_bytes() == to_zip(package.files)
    liaison("export", tmp_path / "a.zip", tmp_path / "folder", "--home", home)
    liaison("export", tmp_path / "folder", tmp_path / "b.zip", "--home", home)
    assert (tmp_path / "b.zip").read_bytes() == (tmp_path / "a.zip").read_bytes()


def test_a_stored_mechanism_goes_before_the_one_that_ships(founded: tuple[Path, str], tmp_path: Path) -> None:
    home, _ = founded
    liaison("export", "shunde", tmp_path, "--home", home)
    file = tmp_path / "rules" / "shunde" / "mechanism.json"
    file.write_text(
        json.dumps({**json.loads(file.read_text("utf-8")), "version": "9.0.0"}, ensure_ascii=False), "utf-8"
    )
    assert "尚未启用" in liaison("import", tmp_path, "--home", home)
    liaison("export", "shunde", tmp_path / "out.zip", "--home", home)
    assert read_package(tmp_path / "out.zip").digest == read_package(tmp_path).digest != read_package("shunde").digest


def test_a_mechanism_with_an_error_is_not_kept(founded: tuple[Path, str], tmp_path: Path) -> None:
    home, _ = founded
    liaison("export", "shunde", tmp_path, "--home", home)
    file = tmp_path / "rules" / "shunde" / "lifecycle" / "matter.json"
    file.write_text(file.read_text("utf-8").replace('"to": "in_review"', '"to": "nowhere"'), "utf-8")
    assert "nowhere" in liaison("publish", tmp_path, "--home", home, status=1)
    assert "error" in liaison("import", tmp_path, "--home", home, status=1)


# ── what may be published, what may be in force ──────────────────────────────────────────────────────────────────

RULES = "rules/shunde"


def changed(folder: Path, path: str, change: Callable[[Any], object]) -> Path:
    """The scheme in `folder` with one of its files changed."""
    write_folder(brief(), folder)
    file = folder / RULES / path
    content = json.loads(file.read_text("utf-8"))
    change(content)
    file.write_text(json.dumps(content, ensure_ascii=False), "utf-8")
    return folder


def kept(home: Path) -> list[str]:
    """The versions published at a site."""
    with opened(read_site(home)) as database, database.read() as connection:
        return [version.digest for version in versions(connection)]


def test_a_red_case_is_not_kept(site: Path, tmp_path: Path) -> None:
    folder = changed(tmp_path / "red", "terms.json", lambda d: d["terms"][0].update(length={"months": 7}))
    assert "checking.case_failed" in liaison("import", folder, "--home", site, status=1)
    assert kept(site) == []


def test_a_table_that_fails_its_trial_is_not_kept(site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    crashing = [sys.executable, "-c", "raise SystemExit(3)"]
    # The function of the room is called like its module.
    monkeypatch.setattr(sys.modules["liaison.rules.preflight"], "trial_command", lambda: crashing)
    out = liaison("publish", "shunde", "--home", site, status=1)
    assert "rules.preflight_crash\terror\trules/shunde/tables/grading.json#" in out
    assert kept(site) == []


def test_a_renamed_key_is_not_kept_and_is_found_by_checking(site: Path, scheme: Path, tmp_path: Path) -> None:
    liaison("import", scheme, "--home", site)
    folder = changed(tmp_path / "renamed", "messages.json", lambda d: d["templates"].append(
        {"key": "spare", "title": "备用", "text": "备用"}))  # fmt: skip
    liaison("import", folder, "--home", site)
    folder = changed(tmp_path / "again", "messages.json", lambda d: d["templates"].append(
        {"key": "other", "title": "备用", "text": "备用"}))  # fmt: skip
    for verb in ("check", "import", "publish"):
        said = liaison(verb, folder, "--home", site, status=1)
        assert re.search(r"^definitions\.key_renamed\terror\trules/shunde/messages\.json#/templates/\d+\t", said, re.M)
    assert len(kept(site)) == 2
    liaison("check", folder, "--home", tmp_path)
    liaison("check", "shunde", "--home", site)


def test_an_unanswered_slot_keeps_it_out_of_force(site: Path, tmp_path: Path) -> None:
    ask = {"key": "contact", "question": "联系电话怎么写", "type": "text"}

    def change(content: Any) -> None:
        content["slots"].append(ask)
        content["about"] = {"slot": "contact"}

    folder = changed(tmp_path / "open", "mechanism.json", change)
    liaison("publish", folder, "--home", site)
    held(site)
    said = liaison("publish", folder, "--home", site)
    assert "联系电话怎么写" in said
    assert not in_force(site)
    answers = tmp_path / "answers.json"
    answers.write_text('{"contact": "0757-12345678"}', "utf-8")
    assert "已在root启用" in liaison("publish", folder, "--home", site, "--answers", answers)
    assert in_force(site)


def test_what_lacks_something_does_not_replace_what_is_in_force(site: Path, scheme: Path, tmp_path: Path) -> None:
    liaison("publish", scheme, "--home", site)
    held(site)
    liaison("publish", scheme, "--home", site)
    with opened(read_site(site)) as database, database.read() as connection:
        [before] = installations(connection, ROOT)
    folder = changed(tmp_path / "more", "roster.json", lambda d: d["posts"].append(
        {"key": "archivist", "title": "档案员", "minimum": 1}))  # fmt: skip
    assert "档案员" in liaison("publish", folder, "--home", site, status=1)
    with opened(read_site(site)) as database, database.read() as connection:
        assert installations(connection, ROOT) == [before]


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ('{"office_hours": 7}', "办公时间"),
        ('{"office_hours": {"hours": "18:00-09:00"}}', "办公时间"),
        ('{"office_hours": {"hours": "09:00-12:00,11:00-13:00"}}', "办公时间"),
        ('{"nothing": 7}', "nothing"),
        ("{", "definitions.syntax"),
        ('{"office_hours": 1, "office_hours": 2}', "definitions.name_twice"),
        ("[" * 1000, "definitions.too_deep"),
    ],
)
def test_wrong_answers_are_said_by_their_question(
    site: Path, scheme: Path, tmp_path: Path, answers: str, said: str
) -> None:
    file = tmp_path / "answers.json"
    file.write_text(answers, "utf-8")
    out = liaison("publish", scheme, "--home", site, "--answers", file, status=1)
    assert said in out
    assert "Traceback" not in out
    with opened(read_site(site)) as database, database.read() as connection:
        assert installations(connection, ROOT) == []


def test_misuse_of_publishing_is_two(site: Path, scheme: Path, tmp_path: Path) -> None:
    file = tmp_path / "answers.json"
    file.write_text("[]", "utf-8")
    liaison("publish", scheme, "--home", site, "--answers", file, status=2)
    liaison("publish", scheme, "--home", site, "--answers", tmp_path / "none.json", status=2)
    assert "root" in liaison("publish", scheme, "--home", site, "--in", "nowhere", status=2)
    assert kept(site) == []


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("untouched") / "var"
    liaison("init", "--home", home, "--organisation", "示例区")
    return home


@pytest.fixture
def site(untouched: Path, tmp_path: Path) -> Path:
    """A site of this test's own, just founded."""
    return copied(untouched, tmp_path / "var")


def in_force(home: Path) -> bool:
    with opened(read_site(home)) as database, database.read() as connection:
        [installed] = installations(connection, ROOT)
    return installed.in_force


def held(home: Path) -> None:
    """Let one person hold every post there is."""
    with opened(read_site(home)) as database, database.write() as connection:
        [installed] = installations(connection, ROOT)
        here = database.shelf.installed(connection, installed.id)
        roster = database.shelf.today(connection, here, datetime.now(ZONE).date()).roster
        somebody = add_person(connection, ROOT, "示例人员")
        for post in roster.posts.values():
            bound = post.kinds or post.units
            units = [one.key for one in roster.units.values() if one.kind in post.kinds or one.key in post.units]
            for unit in units if bound else [""]:
                hold(connection, installed.id, somebody, post.key, unit)


def test_nothing_is_exported_of_what_is_no_mechanism(tmp_path: Path) -> None:
    assert "definitions." in liaison("export", "nothing", tmp_path / "a.zip", "--home", tmp_path, status=1)


# ── calendar, audit ──────────────────────────────────────────────────────────────────────────────────────────────


def test_an_imported_notice_lists_the_dates_it_moves(demonstration: Path, tmp_path: Path) -> None:
    with opened(read_site(demonstration)) as database, database.read() as connection:
        moment, term = connection.execute(
            text("SELECT due, term FROM clock WHERE state = 'running' ORDER BY due DESC LIMIT 1")
        ).one()
    last = datetime.fromisoformat(f"{moment}+00:00").astimezone(ZONE).date()
    notice = {"year": last.year, "papers": [], "days": [{"name": "示例", "date": last.isoformat(), "isOffDay": True}]}
    file = tmp_path / "notice.json"
    file.write_text(json.dumps(notice), "utf-8")
    said = liaison("import", "--calendar", file, "--home", demonstration)
    assert re.search(rf"SDMQ-2026-\d{{4}}\t{term}\t{last} -> \d{{4}}-\d\d-\d\d", said)


def test_what_is_no_notice_is_refused(demonstration: Path, tmp_path: Path) -> None:
    file = tmp_path / "notice.json"
    notice = '{"year": 2027, "days": []}'
    for content in (b"[]", b"not json", b'{"year": "soon"}', notice.encode("utf-8-sig"), notice.encode("utf-16"),
                    b'{"year": 2027, "year": 2028, "days": []}'):  # fmt: skip
        file.write_bytes(content)
        assert liaison("import", "--calendar", file, "--home", demonstration, status=1).startswith("calendars.file_")
    liaison("import", "--home", demonstration, status=2)


def test_the_audit_finds_what_was_changed(demonstration: Path, tmp_path: Path) -> None:
    home = copied(demonstration, tmp_path / "demo")
    assert "完整" in liaison("audit", "verify", "--home", home)
    with opened(read_site(home)) as database, database.write() as connection:
        connection.execute(text("UPDATE event SET reason = 'something else' WHERE id = 3"))
    said = liaison("audit", "verify", "--home", home, status=1)
    assert "store.event_changed" in said


# ── demo, serve ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_demonstration_shows_every_standing(demonstration: Path) -> None:
    with opened(read_site(demonstration)) as database, database.read() as connection:
        rows = connection.execute(text("SELECT state, due_at FROM record WHERE type = 'matter'")).all()
        # A special report is opened by the system, under the title that the scheme gives it.
        people_wrote = text("SELECT title FROM record WHERE title IS NOT NULL AND type <> 'special_report'")
        titles = connection.execute(people_wrote).scalars().all()
    states = {state for state, _ in rows}
    general = {"reported", "in_review", "returned", "assigned", "handling", "awaiting_rating", "archived"}
    assert states == general | {"waiting", "scheduled"}
    dues = [datetime.fromisoformat(f"{due}+00:00") for _, due in rows if due]
    assert min(dues) < NOW, "one is overdue"
    assert any(0 < (due - NOW).days <= 6 for due in dues), "one is due soon"
    assert all("示例" in title for title in titles)


@pytest.mark.parametrize("day", ["2026-03-02", "2026-10-09", "2027-02-28", "2027-03-01"])
def test_the_demonstration_can_be_built_on_any_day(day: str, tmp_path: Path) -> None:
    demo.build(tmp_path / "demo", datetime.fromisoformat(f"{day}T08:00").replace(tzinfo=ZONE))
    with opened(read_site(tmp_path / "demo")) as database:
        assert verify(database) == []


@pytest.fixture
def scripts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which the scripts of demonstrations are looked for: that of what ships, and one of another."""
    [key] = script.scripts()
    text = (shipped("rules") / f"{key}.demo.json").read_bytes()
    for name in (key, "other"):
        (tmp_path / f"{name}.demo.json").write_bytes(text)
    monkeypatch.setattr(script, "shipped", lambda _: tmp_path)
    return tmp_path


def test_of_several_demonstrations_one_is_named(scripts: Path, tmp_path: Path) -> None:
    assert script.scripts() == ("other", "shunde")
    for named in ((), ("third",)):
        assert "other、shunde" in liaison("demo", "--home", tmp_path, *named, status=2)
    assert script.chosen("other") == "other"
    (scripts / "other.demo.json").unlink()
    assert script.chosen(None) == "shunde"
    (scripts / "shunde.demo.json").unlink()
    assert "—" in liaison("demo", "--home", tmp_path, status=2)


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (lambda told: told.update(mechanism="shunde"), "definitions.unknown_key"),
        (lambda told: told["people"][0].pop("name"), "definitions.missing_key"),
        (lambda told: told["stories"][0]["steps"][0].update(at="25:00"), "definitions.bad_pattern"),
        (lambda told: told["stories"][0]["steps"][0].update(days_ago=1), "definitions.exactly_one"),
    ],
)
def test_a_script_is_read_strictly(change: Callable[[Any], object], found: str, scripts: Path, tmp_path: Path) -> None:
    file = scripts / "other.demo.json"
    told = json.loads(file.read_text("utf-8"))
    change(told)
    file.write_text(json.dumps(told), "utf-8")
    assert liaison("demo", "other", "--check", "--home", tmp_path, status=1).startswith(
        f"{found}\terror\tother.demo.json#/"
    )
    file.write_text("{", "utf-8")
    assert liaison("demo", "other", "--check", "--home", tmp_path, status=1).startswith("definitions.syntax\terror\t")


def test_sample_data_never_travels_in_a_package() -> None:
    assert [path for path in read_package("shunde").files if "demo" in path] == []
    assert read_package(shipped("rules").parent, "shunde").digest == read_package("shunde").digest


def test_everybody_of_the_demonstration_can_sign_in(demonstration: Path) -> None:
    found = demo.logins(demonstration)
    assert stat.S_IMODE((demonstration / "logins.json").stat().st_mode) == 0o600
    with opened(read_site(demonstration)) as database:
        for one in found:
            account = sign_in(database, one["login"], one["password"], NOW)
            assert account.name == one["name"]  # type: ignore[union-attr]
            assert "示例" in one["name"]


def test_everybody_of_the_demonstration_comes_home(demonstration: Path) -> None:
    site = read_site(demonstration)
    with opened(site) as database:
        app = application(site, database)
        app.config["NOW"] = lambda: NOW
        homes = []
        for one in demo.logins(demonstration):
            client = app.test_client()
            form = client.get("/accounts/sign-in")
            token = re.search(r'name="csrf_token" value="([^"]+)"', form.text)
            assert token
            given = {"login": one["login"], "password": one["password"], "csrf_token": token[1]}
            answer = client.post("/accounts/sign-in", data=given, follow_redirects=True)
            assert answer.status_code == 200, one["login"]
            homes.append(answer.request.path)
    assert sorted(homes) == ["/", "/admin/"] + ["/desk/"] * 6


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """`liaison demo` in a process of its own, and what it printed until it served."""
    command = [sys.executable, "-m", "liaison", "demo", "--home", str(tmp_path), "--port", "0"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"}
    ) as process:
        assert process.stdout is not None
        lines: list[str] = []
        for line in process.stdout:
            lines.append(line)
            if "Serving at" in line:
                break
        yield process, lines
        process.kill()


def test_the_demonstration_is_served_and_stops_when_asked(served: tuple[subprocess.Popen[str], list[str]]) -> None:
    process, lines = served
    assert any(re.match(r"  company\s+\S+-\S+-\S+ ", line) for line in lines), "the logins are printed"
    address = re.search(r"http://127\.0\.0\.1:\d+", lines[-1])
    assert address
    with urllib.request.urlopen(address[0]) as answer:
        assert answer.status == 200
        assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    process.send_signal(signal.SIGTERM)
    began = time.monotonic()
    assert process.wait(timeout=20) == 0
    assert time.monotonic() - began < 10


@pytest.mark.parametrize(("rules", "both"), [("matcher", False), ("", LEADING == "durable_rules")])
def test_who_leads_in_decision_tables_is_a_setting(demonstration: Path, rules: str, both: bool) -> None:
    with opened(replace(read_site(demonstration), rules=rules)) as database, database.read() as connection:
        [installed] = installations(connection, ROOT)
        deciders = database.shelf.mechanism(connection, installed.edition).tables.values()
    assert {decider._engine is not None for decider in deciders} == {both}


def test_a_site_with_an_address_answers_to_no_other(demonstration: Path) -> None:
    site = replace(read_site(demonstration), address="https://liaison.example.cn")
    with opened(site) as database:
        client = application(site, database).test_client()
        assert client.get("/", base_url="https://evil.example").status_code == 400
        answer = client.get("/accounts/sign-in", base_url=site.address)
    assert answer.status_code == 200
    assert "Secure" in answer.headers["Set-Cookie"]
    assert "Strict-Transport-Security" in answer.headers


def test_the_passwords_are_for_this_machine_only(demonstration: Path, monkeypatch: Any, capsys: Any) -> None:
    monkeypatch.setattr(demo, "serve", lambda *_: None)
    home = demonstration.parent
    assert demo.command.main(["--home", str(home), "--host", "0.0.0.0"], standalone_mode=False) is None
    said = capsys.readouterr().out
    assert demo.logins(demonstration)[0]["password"] not in said
