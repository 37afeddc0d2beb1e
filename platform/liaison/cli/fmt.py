"""`liaison fmt X`: write the files of a package in canonical form."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from liaison.definitions import canonical, load, read_package, to_zip, write_folder
from liaison.shipped import shipped

from .findings import print_findings
from .package import package_argument
from .words import words


@click.command(help=words("cli.fmt"))
@package_argument
def command(source: str) -> None:
    package = read_package(source)
    loaded = load(package)
    if loaded.definition is None:
        print_findings(loaded.findings)
        sys.exit(1)
    written = canonical(package.files)
    changed = [path for path, data in written.items() if data != package.files[path]]
    if changed:
        _write(source, written)
    for path in changed:
        click.echo(path)


def _write(source: str, files: dict[str, bytes]) -> None:
    """Back to where they came from."""
    path = Path(source)
    if path.is_file():
        path.write_bytes(to_zip(files))
    else:
        write_folder(files, path if path.is_dir() else shipped("rules").parent)
