"""The argument and option that the verbs about packages share."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from liaison.definitions import Package, read_package

from .words import words

SITE = "site.json"
"""The file that makes a folder a site."""


@dataclass(frozen=True, slots=True)
class Source:
    """What somebody named: the key of a mechanism, a folder or a zip; and which of several mechanisms in it."""

    name: str
    key: str | None = None


def package_argument(command: Callable[..., Any]) -> Callable[..., Any]:
    """`X [--key KEY]`: the key of a mechanism that ships, a folder that holds `form_definitions/` and `rules/`, or a
    zip. The command is given a Source."""
    return _argument(command, required=True)


def optional_package_argument(command: Callable[..., Any]) -> Callable[..., Any]:
    """The same where `X` may be left out; the command is given None then."""
    return _argument(command, required=False)


def _argument(command: Callable[..., Any], *, required: bool) -> Callable[..., Any]:
    @functools.wraps(command)
    def with_source(source: str | None, key: str | None, **rest: Any) -> Any:
        return command(source=None if source is None else Source(source, key), **rest)

    option = click.option("--key", metavar="KEY", help=words("cli.key"))
    return click.argument("source", metavar="X", required=required)(option(with_source))


def home_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--home DIR`, or LIAISON_HOME, or `var`: the site whose stored mechanisms may be named."""
    return click.option(
        "--home",
        type=click.Path(path_type=Path, file_okay=False),
        default="var",
        envvar="LIAISON_HOME",
        show_default=True,
        help=words("site.home"),
    )(command)


def package_of(source: Source, home: Path) -> Package:
    """The package `source` names: a folder or zip, the key of one stored at the site, or the key of one that ships."""
    if is_path(source.name):
        return read_package(source.name, source.key)
    kept = stored_package(source.name, home)
    return read_package(source.name, source.key, stored=_stored_keys(home)) if kept is None else kept


def is_path(name: str) -> bool:
    """Whether there is a file or folder of this name."""
    try:
        return Path(name).exists()
    except OSError:  # too long for any file system
        return False


def stored_package(key: str, home: Path) -> Package | None:
    """The mechanism `key` stored at the site, where there is a site and it has one."""
    if not (home / SITE).is_file():
        return None
    from .site import stored  # the store is only opened where there is a site

    return stored(key, home)


def _stored_keys(home: Path) -> tuple[str, ...]:
    if not (home / SITE).is_file():
        return ()
    from .site import stored_keys  # the store is only opened where there is a site

    return stored_keys(home)


def previous_of(package: Package, home: Path) -> Package | None:
    """The version of the same mechanism that was published before `package` at the site, where there is one."""
    if not (home / SITE).is_file():
        return None
    from .site import published_before  # the store is only opened where there is a site

    return published_before(package, home)
