"""`liaison tick`: everything that is due now, once; for cron."""

from __future__ import annotations

from pathlib import Path

import click

from liaison.jobs import settle, tick

from .package import home_option
from .site import now, opened, read_site, tell
from .words import words


@click.command(help=words("site.tick"))
@home_option
def command(home: Path) -> None:
    site = read_site(home)
    with opened(site) as database:
        moment = now()
        ticked, settled = tick(database, moment, site.channel()), settle(database, moment)
    rung, owed, sent, made = ticked.rung, ticked.owed, ticked.sent, ticked.made
    tell(
        "site.tick.done", rung=rung.rung, refused=rung.refused + owed.refused, opened=owed.opened, looked=owed.looked,
        sent=sent.sent, again=sent.again, given_up=sent.given_up, made=made.made, unmade=made.again + made.given_up,
        drafts=settled.drafts, files=settled.files, checkpoints=settled.checkpoints,
    )  # fmt: skip
