"""A site on this machine: a folder with `site.json` (database, secret key, address, mail) and, on SQLite, the data."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import MISSING, asdict, dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, OperationalError, ProgrammingError

from liaison.calendars import ZONE
from liaison.definitions import Package, read_package
from liaison.messages import Email
from liaison.rules import LEADING, Evaluator
from liaison.store import Database, before, files_of, lookup, versions
from liaison.texts import Message, say

from .package import SITE

ROOT = "root"
"""The id of a site's first organisation; all others stand below it."""


LEADERS: Mapping[str, Evaluator] = {"": LEADING, "durable_rules": "durable_rules", "matcher": "matcher"}
"""The setting `rules` → the evaluator that leads."""


@dataclass(frozen=True, slots=True)
class Site:
    """What a site's `site.json` says. It holds secrets: only its owner may read it."""

    database: str
    secret_key: str
    address: str = "http://127.0.0.1:8000"
    """Where people reach it; with https, cookies are sent over nothing else."""
    smtp: str = ""
    """`smtps://user:password@host`, `smtp+starttls:` or `smtp:`; empty: no e-mail."""
    sender: str = ""
    trusted_proxy: str = ""
    """The address of the proxy in front, whose X-Forwarded headers are believed."""

    rules: str = ""
    """Which evaluator decision tables ask first, one of `LEADERS`; empty: durable_rules, where it can be had."""

    def channel(self) -> Email | None:
        """The way out for messages, if there is one."""
        return Email.from_url(self.smtp, self.sender, self.address) if self.smtp else None


def now() -> datetime:
    """The moment, in Asia/Shanghai."""
    return datetime.now(ZONE)


def new_site(home: Path, database: str = "", address: str = "") -> Site:
    """A site for `home`, with a fresh secret key; without `database` its data is a SQLite file there. Its folder is
    made, nothing is written yet. click.ClickException (exit 1): there cannot be such a folder."""
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise complaint("site.unwritable", home=str(home), why=error.strerror) from error
    return Site(
        database or f"sqlite:///{home.resolve() / 'liaison.sqlite'}",
        secrets.token_urlsafe(48),
        **({"address": address} if address else {}),
    )


def keep_site(home: Path, site: Site) -> None:
    """Write the site's file, which makes `home` a site. FileExistsError: it is one already."""
    descriptor = os.open(home / SITE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(json.dumps(asdict(site), indent=2, ensure_ascii=False) + "\n")


def is_site(home: Path) -> bool:
    """Whether there is a site in `home`."""
    return (home / SITE).is_file()


def read_site(home: Path) -> Site:
    """The site in `home`. click.ClickException (exit 1): there is none, or its file does not say what it must."""
    file = home / SITE
    try:
        settings = json.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        raise complaint("site.none", home=str(home)) from None
    except (OSError, ValueError, RecursionError) as error:
        raise complaint("site.unreadable", file=str(file), why=str(error)) from error
    known = {one.name: one for one in fields(Site)}
    given = settings if isinstance(settings, dict) else {}
    wrong = {name for name, value in given.items() if name not in known or not isinstance(value, str)}
    wrong |= {name for name, one in known.items() if one.default is MISSING and name not in given}
    if wrong:
        raise complaint("site.settings", file=str(file), names=sorted(wrong))
    site = Site(**given)
    try:
        site.channel()
    except ValueError as error:
        raise complaint("site.mail", file=str(file), why=str(error)) from error
    if site.rules not in LEADERS or (site.rules == "durable_rules" and LEADING != "durable_rules"):
        raise complaint("site.rules", file=str(file), rules=site.rules, known=sorted({*LEADERS.values()}))
    if not is_address(site.address):
        raise complaint("site.address", address=site.address)
    return site


def is_address(text: str) -> bool:
    """Whether people can be sent to such an address."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


@contextmanager
def opened(site: Site) -> Iterator[Database]:
    """The site's database, closed at the end. click.ClickException (exit 1): it is of another kind, cannot be reached,
    or has not got this version's tables."""
    try:
        if make_url(site.database).get_backend_name() not in ("sqlite", "postgresql"):
            raise complaint("site.database_kind")
        database = Database(site.database, leads=LEADERS[site.rules])
    except (ArgumentError, ModuleNotFoundError, TypeError) as error:  # no URL; another driver; options it does not know
        raise complaint("site.database_kind") from error
    try:
        yield database
    except DatabaseError as error:
        if type(error) not in _UNUSABLE:
            raise
        raise complaint("site.database", why=str(error.orig)) from error
    finally:
        database.close()


_UNUSABLE = (OperationalError, ProgrammingError, DatabaseError)
"""What a database answers that is not there, not ours, or no database. Anything else is a fault of the program."""


def ask_for(database: Database, organisation: str) -> None:
    """click.BadParameter (exit 2): `--in` names an organisation that is not there."""
    with database.read() as connection:
        known = [place.id for place in lookup.organisations(connection)]
    if organisation not in known:
        raise click.BadParameter(words_of("site.no_organisation", known=known), param_hint="--in")


def stored(key: str, home: Path) -> Package | None:
    """The newest published version of mechanism `key` at the site, or None."""
    with opened(read_site(home)) as database, database.read() as connection:
        known = [version.digest for version in versions(connection, key) if version.state == "published"]
        return read_package(files_of(connection, known[0])) if known else None


def stored_keys(home: Path) -> tuple[str, ...]:
    """The keys of the mechanisms published at the site."""
    with opened(read_site(home)) as database, database.read() as connection:
        return tuple({version.key: None for version in versions(connection) if version.state == "published"})


def published_before(package: Package, home: Path) -> Package | None:
    """The version of the same mechanism published before this one at the site in `home`; None where it is the first."""
    with opened(read_site(home)) as database, database.read() as connection:
        previous = before(connection, package.key, package.digest)
    return None if previous is None else read_package(previous)


def complaint(code: str, **params: Any) -> click.ClickException:
    """What ends a command with exit status 1: a sentence, Chinese first, English below."""
    return click.ClickException(words_of(code, **params))


def words_of(code: str, **params: Any) -> str:
    """A sentence, Chinese first, English below."""
    message = Message(code, params)
    return f"{say(message)}\n{say(message, 'en')}"


def tell(code: str, **params: Any) -> None:
    """Print a sentence, Chinese first, English below."""
    click.echo(words_of(code, **params))
