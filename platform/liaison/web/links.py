"""Ways to a record without an account: its number with the query code, and signed links that expire.

Both entitle this browser's session to act for the record's applicant, for a while: what that is, the lifecycle says.
A signed link holds the record, what it was made for, when it ends and, where somebody of a chamber or a unit passed it
on, who that was; nothing of it is kept, and it cannot be guessed or altered. Once whoever passed it on comes to handle
the record, it opens no more (ADR 0010).
`/l/<token>` is such a link, `/r/<record>` a record's short address for messages: each leads to the right page.
"""

from __future__ import annotations

import struct
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from flask import Blueprint, abort, current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from itsdangerous import BadSignature, Signer
from itsdangerous.encoding import base64_decode, base64_encode

from liaison.calendars import ZONE
from liaison.engine import handles
from liaison.store import SqlWorld, by_code
from liaison.texts import Message

from . import limits, permissions, visit

Purpose = Literal["follow", "rate"]
"""What a link is for: following a matter from its receipt, evaluating it."""

LASTS: dict[Purpose, timedelta] = {"follow": timedelta(days=90), "rate": timedelta(days=60)}
"""How long a link of each purpose opens."""

_HEAD = struct.Struct(">BI16s")
"""How a token begins: purpose, end in seconds, the record's id."""
_SALT = "liaison.links.2"
"""Signs tokens of this form alone: who changes what is packed takes another, or links of before are misread."""

blueprint = Blueprint("links", __name__)


def enter_code(number: str, code: str) -> str | Message:
    """The record with this number and query code, which this session may act on from now on; or what to tell: they do
    not belong together, or this address has to wait after too many wrong ones."""
    limits.limit(limits.CODE)
    found = by_code(visit.database(), number, code, limits.network(), visit.now())
    if isinstance(found, str):
        visit.entitle(found)
    return found


def signed_link(record: str, purpose: Purpose, by: str = "") -> str:
    """The address, complete with the site's, that opens a record to whoever holds it until it expires. `by`: the person
    who passes it on."""
    return url_for("links.enter", token=sign(record, purpose, visit.now() + LASTS[purpose], by), _external=True)


def sign(record: str, purpose: Purpose, until: datetime, by: str = "") -> str:
    """The token of a link. Short, so that the code on a slip has few squares and every telephone reads it: 16 bytes for
    the record, 5 for purpose and end, then who passed it on."""
    held = _HEAD.pack(list(LASTS).index(purpose), int(until.timestamp()), UUID(record).bytes) + by.encode()
    return _signer().sign(base64_encode(held)).decode()


def _read(token: str) -> tuple[str, datetime, str]:
    """Record, end and who passed it on. BadSignature: it is none of ours."""
    held = base64_decode(_signer().unsign(token))
    _purpose, until, record = _HEAD.unpack_from(held)
    return str(UUID(bytes=record)), datetime.fromtimestamp(until, ZONE), held[_HEAD.size :].decode()


@blueprint.get("/l/<token>")
@permissions.opens_to(permissions.PUBLIC)
def enter(token: str) -> ResponseReturnValue:
    """Let the holder of a link in. 410 once it opens no more, 404 where it was never ours."""
    try:
        record, ended, by = _read(token)
    except BadSignature:
        abort(404)
    if ended < visit.now():
        return _over(visit.sentence("accounts.link_expired_advice", ended=ended))
    if by and _handles(by, record):
        return _over(visit.sentence("accounts.link_void_advice"))
    visit.entitle(record)
    return redirect(url_for("links.to_record", record=record))


def _handles(person: str, record: str) -> bool:
    with visit.database().read() as connection:
        world = SqlWorld(connection, visit.shelf())
        family = world.families([record]).get(record)
        if family is None:
            return False
        mechanism = world.mechanism(family.record.installation, record)
        around = world.surroundings(family.record.installation, visit.today())
        return handles(mechanism, family.record, person, around)


def _over(advice: str) -> ResponseReturnValue:
    return render_template("accounts/link_over.html", advice=advice), 410


@blueprint.get("/r/<record>")
@permissions.opens_to(permissions.record())
def to_record(record: str) -> ResponseReturnValue:
    """On to the page of a record: the desk's for who has a post in its mechanism, or only reads it; the portal's for
    those whose matter it is."""
    found, actor = visit.opened().family.record, visit.actor()
    standing = visit.standings()[found.installation]
    own = record in actor.entitled or actor.id in (found.applicant, found.reporter)
    room = "desk" if standing.posts or (standing.reads and not own) else "portal"
    return redirect(url_for(f"{room}.record", record=record))


def _signer() -> Signer:
    return Signer(current_app.secret_key or "", salt=_SALT)
