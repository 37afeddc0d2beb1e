"""`liaison demo`: a site with sample data, people and matters, to look at and try out. Everything in it is a sample.

What happens in it is data too (`rules/<key>.demo.json`): stories told in days before today, played through the same
commands as everything else, in the order of time, with the clocks ringing in between.
"""

from __future__ import annotations

import json
import secrets
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import click

from liaison.access import GUEST, Actor
from liaison.calendars import SHANGHAI, ZONE
from liaison.definitions import read_package
from liaison.engine import Command
from liaison.jobs import settle, tick
from liaison.roster import RosterDay
from liaison.store import (
    Database,
    SqlWorld,
    act,
    add_account,
    add_organisation,
    add_person,
    grant,
    hold,
    install,
    installations,
    publish,
    upgrade,
)

from .package import home_option
from .script import chosen, read_script
from .serve import application, is_loopback, listening, serve
from .site import ROOT, Site, is_site, keep_site, new_site, now, opened, read_site, tell
from .words import words

_LOGINS = "logins.json"
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


@click.command(help=words("site.demo"))
@click.argument("key", metavar="[KEY]", required=False)
@home_option
@listening
@click.option("--fresh", is_flag=True, help=words("site.demo.fresh"))
@click.option("--check", is_flag=True, help=words("site.demo.check"))
def command(key: str | None, home: Path, host: str, port: int, fresh: bool, check: bool) -> None:
    key = chosen(key)
    if check:
        with tempfile.TemporaryDirectory() as folder:
            _check(Path(folder) / "demo", key)
        return
    home = home / "demo"
    if fresh and is_site(home):
        shutil.rmtree(home)
    if not is_site(home):
        tell("site.demo.building")
        build(home, now(), key)
    site = read_site(home)
    if is_loopback(host):
        _print_logins(home)
    else:
        tell("site.demo.hidden")
    with opened(site) as database:
        upgrade(database.engine)
        serve(site, database, host, port)


def build(home: Path, at: datetime, key: str | None = None) -> Site:
    """A site in `home` as a demonstration of mechanism `key` (or of the only one there is) at the moment `at`; whatever
    lay there is gone. Its logins are kept beside it, for their owner only, and it is a site only when it is whole."""
    key = chosen(key)
    script = read_script(key)
    shutil.rmtree(home, ignore_errors=True)
    site = new_site(home)
    database = Database(site.database)
    upgrade(database.engine)
    logins = _people(database, key, script, at)
    _play(database, script, at)
    settle(database, at)
    database.close()
    (home / _LOGINS).touch(mode=0o600)
    (home / _LOGINS).write_text(json.dumps(logins, ensure_ascii=False, indent=2), encoding="utf-8")
    keep_site(home, site)
    return site


def logins(home: Path) -> list[dict[str, Any]]:
    """The logins of the demonstration in `home`: login, password, name, about."""
    found: list[dict[str, Any]] = json.loads((home / _LOGINS).read_text(encoding="utf-8"))
    return found


def _people(database: Database, key: str, script: Mapping[str, Any], at: datetime) -> list[dict[str, Any]]:
    """The organisation with its mechanism in force, every post held, and an account for each person of the script."""
    began = at - timedelta(days=100)
    password = "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(3))
    with database.write() as connection:
        add_organisation(connection, ROOT, script["organisation"], began)
        digest = publish(connection, read_package(key), "demo", began)
        installation = install(connection, ROOT, digest, "demo", began, answers=script.get("answers"))
        for one in script["people"]:
            add_person(connection, ROOT, one["name"], id_=one["login"])
            add_account(connection, ROOT, one["login"], one["login"], password, began)
            for held in one.get("holds", ()):
                hold(connection, installation, one["login"], held["post"], held.get("unit", ""), first_day=began.date())
            for role in one.get("grants", ()):
                grant(connection, one["login"], role, "organisation", ROOT, "demo", organisation=ROOT)
    with database.write() as connection:
        world = SqlWorld(connection, database.shelf)
        for post, unit, name in _vacant(world.surroundings(installation, at.date()).today, script["filler"]):
            hold(connection, installation, add_person(connection, ROOT, name), post, unit, first_day=began.date())
    return [
        {"login": one["login"], "password": password, "name": one["name"], "about": one["about"]}
        for one in script["people"]
    ]


def _vacant(today: RosterDay, pattern: str) -> Iterator[tuple[str, str, str]]:
    """Post, unit and a name for each place that must be held and is not."""
    for post in today.roster.posts.values():
        for unit in today.places(post):
            for _ in range(post.minimum - len(today.holders(post.key, unit))):
                yield post.key, unit, pattern.format(unit=today.unit_title(unit), post=post.title)


@dataclass(frozen=True, order=True)
class _Step:
    """A step of a story at its moment; sorted, the steps of all stories are one story."""

    at: datetime
    story: int
    place: int


def _play(database: Database, script: Mapping[str, Any], until: datetime) -> None:
    """Let everything happen in the order of time, the clocks ringing in between."""
    names = {one["login"]: one for one in script["people"]}
    with database.read() as connection:
        [installed] = installations(connection)
    records: dict[str, str] = {}
    for step in sorted(_steps(script, until)):
        story = script["stories"][step.story]
        told = story["steps"][step.place]
        tick(database, step.at)
        who = names.get(told["who"])
        actor = Actor(told["who"], who["name"]) if who else GUEST
        key = f"demo/{step.story}/{step.place}"
        values = {
            name: _spelt_out(value, records, step.at.date(), until.date())
            for name, value in {**({} if step.place else story["begins_with"]), **told.get("with", {})}.items()
        }
        if step.place == 0:
            command = Command(
                told["does"], actor, key, type=story["type"], installation=installed.id, values=values,
                applicant=actor.id if who and who.get("enterprise") else "",
            )  # fmt: skip
        else:
            record = records[story["about"]]
            if part := told.get("of"):
                record = _assignment(database, record, part, actor.id, step.at.date())
            command = Command(told["does"], actor, key, record, values=values, reason=told.get("reason", ""))
        result = act(database, command, step.at)
        if result.refusal is not None:
            raise ValueError(f"story {story['about']}, step {step.place}: {result.refusal}")
        records.setdefault(story["about"], result.record)
    tick(database, until)


def _steps(script: Mapping[str, Any], until: datetime) -> Iterator[_Step]:
    for number, story in enumerate(script["stories"]):
        before = datetime.min.replace(tzinfo=ZONE)
        for place, step in enumerate(story["steps"]):
            at = datetime.combine(_day(step, until.date()), time.fromisoformat(step["at"]), ZONE)
            at = max(at, before + timedelta(minutes=30)) if place else at
            yield _Step(at, number, place)
            before = at


def _spelt_out(value: Any, records: Mapping[str, str], day: date, today: date) -> Any:
    """A value of the script: `{"record": story}` is the record of that story, `{"workdays_ago": n}` and `{"day": true}`
    are days, counted from today or the day of the step."""
    if isinstance(value, list):
        return [_spelt_out(one, records, day, today) for one in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {"record"}:
        return records[value["record"]]
    if value.keys() == {"day"}:
        return day.isoformat()
    if value.keys() == {"workdays_ago"}:
        return SHANGHAI.workday(today, -value["workdays_ago"]).isoformat()
    return {name: _spelt_out(one, records, day, today) for name, one in value.items()}


def _day(step: Mapping[str, Any], today: date) -> date:
    """The day of a step: so many workdays ago, or about so many days ago, on a workday."""
    if "workdays_ago" in step:
        return SHANGHAI.workday(today, -step["workdays_ago"])
    return SHANGHAI.on_or_after(today - timedelta(days=step["days_ago"]))


def _assignment(database: Database, record: str, part: str, person: str, day: date) -> str:
    """The assignment through which the person's unit holds `part`."""
    with database.read() as connection:
        world = SqlWorld(connection, database.shelf)
        found = world.families([record])[record].record
        mine = world.surroundings(found.installation, day).today.units_of(person)
    return next(held.assignment for held in found.parts if held.part == part and held.unit in mine)


def _print_logins(home: Path) -> None:
    tell("site.demo.logins")
    for one in logins(home):
        click.echo(f"  {one['login']:<10}{one['password']:<18}{one['about']['zh']} {one['about']['en']}")


def _check(home: Path, key: str) -> None:
    site = build(home, now(), key)
    with opened(site) as database:
        answer = application(site, database).test_client().get("/", base_url=site.address)
    if answer.status_code != 200:
        click.echo(f"GET /: {answer.status_code}")
        sys.exit(1)
    tell("site.demo.checked")
