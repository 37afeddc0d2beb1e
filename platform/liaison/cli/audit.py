"""`liaison audit verify`: is everything that was written still there, and as it was written?"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from liaison.store import verify as verify_chain
from liaison.texts import say

from .package import home_option
from .site import opened, read_site, tell
from .words import words


@click.group(help=words("site.audit"))
def command() -> None:
    """The verbs about the audit chain."""


@command.command(help=words("site.audit.verify"))
@home_option
def verify(home: Path) -> None:
    """List what is not as it was written; exit 1 if there is anything."""
    with opened(read_site(home)) as database:
        problems = verify_chain(database)
    for problem in problems:
        click.echo("\t".join((problem.message.code, problem.organisation, problem.record, say(problem.message))))
    if problems:
        sys.exit(1)
    tell("site.audit.sound")
