"""`liaison fmt X`: write the files of a package in canonical form."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from liaison.definitions import canonical, load, shipped, to_zip, write_folder
from liaison.texts import Message, say

from .findings import print_findings
from .package import Source, home_option, is_path, package_argument, package_of, stored_package
from .words import words


@click.command(help=words("cli.fmt"))
@package_argument
@home_option
def command(source: Source, home: Path) -> None:
    path = Path(source.name)
    if not is_path(source.name) and (source.name in shipped() or stored_package(source.name, home) is not None):
        # What ships belongs to the program and what is published never changes: a copy can be formatted.
        raise click.UsageError(say(Message("cli.fmt.key", {"key": source.name})))
    if source.key is not None and path.is_file():
        # A zip is written anew as a whole: the others in it would be gone.
        raise click.UsageError(say(Message("cli.fmt.zip")))
    package = package_of(source, home)
    loaded = load(package)
    if loaded.definition is None:
        print_findings(loaded.findings)
        sys.exit(1)
    written = canonical(package.files)
    changed = [name for name, data in written.items() if data != package.files[name]]
    try:
        if changed and path.is_file():
            path.write_bytes(to_zip(written))
        elif changed:
            write_folder(written, path)
    except OSError as error:
        params = {"to": source.name, "why": error.strerror or str(error)}
        raise click.ClickException(say(Message("site.export.failed", params))) from error
    for name in changed:
        click.echo(name)
    click.echo(say(Message("cli.fmt.done", {"changed": len(changed), "files": len(written)})))
