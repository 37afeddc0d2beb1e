"""`liaison export X TO`: a mechanism as a zip or a folder, byte for byte as it was published."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from liaison.definitions import to_zip, write_folder

from .findings import print_findings
from .package import Source, home_option, package_argument, package_of
from .site import tell
from .words import words


@click.command(help=words("site.export"))
@package_argument
@click.argument("to", metavar="TO", type=click.Path(path_type=Path))
@home_option
def command(source: Source, to: Path, home: Path) -> None:
    package = package_of(source, home)
    if not package.files:
        print_findings(package.findings)
        sys.exit(1)
    try:
        if to.suffix.lower() == ".zip":
            to.write_bytes(to_zip(package.files))
        else:
            write_folder(package.files, to)
    except OSError as error:
        tell("site.export.failed", to=str(to), why=error.strerror or str(error))
        sys.exit(1)
    tell("site.export.done", key=package.key, to=str(to), files=len(package.files), digest=package.digest)
