"""`liaison tick`: everything that is due now, once; for cron."""

from __future__ import annotations

from pathlib import Path

import click

from liaison.jobs import settle, tick

from .site import home_option, now, opened, read_site, tell
from .words import words


@click.command(help=words("site.tick"))
@home_option
def command(home: Path) -> None:
    site = read_site(home)
    with opened(site) as database:
        ticked, settled = tick(database, now(), site.channel()), settle(database, now())
    tell(
        "site.tick.done", rung=ticked.rung, refused=ticked.refused, sent=ticked.sent.sent, again=ticked.sent.again,
        given_up=ticked.sent.given_up, drafts=settled.drafts, files=settled.files, checkpoints=settled.checkpoints,
    )  # fmt: skip
