"""`liaison fmt X`: write the files of a package in canonical form."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from liaison.definitions import canonical, load, read_package, shipped, to_zip, write_folder
from liaison.texts import Message, say

from .findings import print_findings
from .package import home_option, is_path, package_argument, stored_package
from .words import words


@click.command(help=words("cli.fmt"))
@package_argument
@home_option
def command(source: str, home: Path) -> None:
    path = Path(source)
    if not is_path(source) and (source in shipped() or stored_package(source, home) is not None):
        # What ships belongs to the program and what is published never changes: a copy can be formatted.
        raise click.UsageError(say(Message("cli.fmt.key", {"key": source})))
    package = read_package(source)
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
        params = {"to": source, "why": error.strerror or str(error)}
        raise click.ClickException(say(Message("site.export.failed", params))) from error
    for name in changed:
        click.echo(name)
    click.echo(say(Message("cli.fmt.done", {"changed": len(changed), "files": len(written)})))
