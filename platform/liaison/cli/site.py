"""A site on this machine: a folder with `site.json` (database, secret key, address, mail) and, on SQLite, the data."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from sqlalchemy.exc import ArgumentError, OperationalError, ProgrammingError

from liaison.calendars import ZONE
from liaison.definitions import Package, read_package
from liaison.messages import Email
from liaison.store import Database, before, files_of, lookup, versions
from liaison.texts import Message, say

from .package import SITE

ROOT = "root"
"""The id of a site's first organisation; all others stand below it."""


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

    def channel(self) -> Email | None:
        """The way out for messages, if there is one."""
        return Email.from_url(self.smtp, self.sender, self.address) if self.smtp else None


def now() -> datetime:
    """The moment, in Asia/Shanghai."""
    return datetime.now(ZONE)


def make_site(home: Path, database: str = "", address: str = "") -> Site:
    """Lay down a new site in `home`, with a fresh secret key; without `database` its data is a SQLite file there.

    FileExistsError: there is one already."""
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    site = Site(
        database or f"sqlite:///{home.resolve() / 'liaison.sqlite'}",
        secrets.token_urlsafe(48),
        **({"address": address} if address else {}),
    )
    descriptor = os.open(home / SITE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(json.dumps(asdict(site), indent=2, ensure_ascii=False) + "\n")
    return site


def is_site(home: Path) -> bool:
    """Whether there is a site in `home`."""
    return (home / SITE).is_file()


def read_site(home: Path) -> Site:
    """The site in `home`. click.ClickException (exit 1): there is none, or its file is no such file."""
    try:
        return Site(**json.loads((home / SITE).read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise complaint("site.none", home=str(home)) from None
    except (ValueError, TypeError) as error:
        raise complaint("site.unreadable", file=str(home / SITE), why=str(error)) from error


@contextmanager
def opened(site: Site) -> Iterator[Database]:
    """The site's database, closed at the end. click.ClickException (exit 1): it cannot be reached, or has not got this
    version's tables."""
    try:
        database = Database(site.database)
    except ArgumentError as error:
        raise complaint("site.database", why=str(error)) from error
    try:
        yield database
    except (OperationalError, ProgrammingError) as error:
        raise complaint("site.database", why=str(error.orig)) from error
    finally:
        database.close()


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
