"""`liaison init`: a new site, or an existing one brought to this version's tables."""

from __future__ import annotations

import secrets
from pathlib import Path

import click

from liaison.store import Database, accounts_of, add_account, add_organisation, add_person, grant, upgrade

from .package import home_option
from .site import ROOT, is_address, is_site, keep_site, new_site, now, opened, read_site, tell, words_of
from .words import words


@click.command(help=words("site.init"))
@home_option
@click.option("--url", default="", help=words("site.init.url"))
@click.option("--address", default="", help=words("site.init.address"))
@click.option("--organisation", help=words("site.init.organisation"))
@click.option("--login", default="admin", show_default=True, help=words("site.init.login"))
def command(home: Path, url: str, address: str, organisation: str | None, login: str) -> None:
    if is_site(home) and (url or address):
        raise click.UsageError(words("site.init.already"))
    if address and not is_address(address):
        raise click.BadParameter(words_of("site.address", address=address), param_hint="--address")
    fresh = not is_site(home)
    site = new_site(home, url, address) if fresh else read_site(home)
    with opened(site) as database:
        upgrade(database.engine)
        if fresh:  # only now: what cannot be reached is no site
            keep_site(home, site)
        tell("site.init.upgraded", home=str(home))
        if _is_founded(database):
            return
        title = organisation or click.prompt(words("site.init.organisation"))
        password = found(database, title, login)
    tell("site.init.founded", organisation=title, login=login, password=password)


def _is_founded(database: Database) -> bool:
    with database.read() as connection:
        return bool(accounts_of(connection, ROOT))


def found(database: Database, organisation: str, login: str) -> str:
    """The first organisation and an account that may do everything an administrator does; the password, to be changed
    when it is first used."""
    password = secrets.token_urlsafe(12)
    with database.write() as connection:
        add_organisation(connection, ROOT, organisation, now())
        person = add_person(connection, ROOT, login)
        add_account(connection, ROOT, person, login, password, now(), must_change=True)
        for role in ("configurer", "security", "auditor"):
            grant(connection, person, role, "organisation", ROOT, person, organisation=ROOT)
    return password
