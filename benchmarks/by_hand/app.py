"""Routes: the page of the scheme, a draft in three steps, the preview, the submission, the receipt."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import segno
from flask import Flask, abort, current_app, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import Connection, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from werkzeug.datastructures import MultiDict

from . import constants
from . import tables as t
from .forms import STEPS

KEPT = timedelta(days=30)
ZONE = ZoneInfo("Asia/Shanghai")
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
SEARCHED = ("reporting_unit", "company", "contact_post", "attendee_post", "problem", "remark")
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "object-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "private, no-store",
}


def create_app(url: str) -> Flask:
    """The application on the database at `url`."""
    app = Flask(__name__)
    app.config.update(SECRET_KEY="by hand", SESSION_COOKIE_SAMESITE="Lax", MAX_CONTENT_LENGTH=64 * 1024 * 1024)
    app.config["STORE"] = t.Store(url)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(csrf_token=csrf_token, constants=constants)
    app.before_request(check_token)
    app.after_request(protect)
    app.add_url_rule("/report", view_func=scheme)
    app.add_url_rule("/report/new", view_func=begin, methods=["POST"])
    app.add_url_rule("/drafts/<id_>", view_func=step, methods=["GET", "POST"])
    app.add_url_rule("/drafts/<id_>/preview", view_func=preview)
    app.add_url_rule("/drafts/<id_>/submit", view_func=submit, methods=["POST"])
    app.add_url_rule("/receipt/<id_>", view_func=receipt)
    app.add_url_rule("/l/<token>", view_func=enter)
    return app


def store() -> t.Store:
    found: t.Store = current_app.config["STORE"]
    return found


def csrf_token() -> str:
    """The session's token."""
    if "csrf" not in session:
        session["csrf"] = secrets.token_urlsafe(24)
    return str(session["csrf"])


def check_token() -> None:
    """Refuse a form that this site did not give out."""
    if request.method == "POST" and not hmac.compare_digest(csrf_token(), request.form.get("csrf_token", "")):
        abort(400)


def protect(response: Any) -> Any:
    """The headers of every answer."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def owner() -> str:
    """Whose drafts these are: whoever holds this browser's token."""
    if "owner" not in session:
        session["owner"] = secrets.token_urlsafe(24)
        session.permanent = True
    return hashlib.sha256(session["owner"].encode()).hexdigest()


def scheme() -> str:
    return render_template("scheme.html")


def begin() -> ResponseReturnValue:
    id_, now = secrets.token_hex(16), datetime.now(UTC)
    with store().write() as connection:
        connection.execute(
            insert(t.draft).values(id=id_, owner=owner(), values={}, revision=1, updated_at=now, expires_at=now + KEPT)
        )
    return redirect(url_for("step", id_=id_), 303)


def step(id_: str) -> ResponseReturnValue:
    """One step: shown with what was typed, or kept and, when nothing is wrong, followed by the next."""
    draft = find(id_)
    number = min(max(request.args.get("step", 1, int), 1), len(STEPS))
    if request.method == "GET":
        return show(draft, number, bound(number, draft.values))
    form = STEPS[number - 1](request.form)
    right = form.validate()
    values = {**draft.values, **{name: stored(value) for name, value in form.data.items()}}
    if len(json.dumps(values)) > 256 * 1024:
        abort(413)
    now = datetime.now(UTC)
    with store().write() as connection:
        connection.execute(
            update(t.draft)
            .where(t.draft.c.id == id_, t.draft.c.owner == owner())
            .values(values=values, revision=t.draft.c.revision + 1, updated_at=now, expires_at=now + KEPT)
        )
    if "keep" in request.form:
        return redirect(url_for("step", id_=id_, step=number), 303)
    if not right:
        return show(draft, number, form), 422
    if number < len(STEPS):
        return redirect(url_for("step", id_=id_, step=number + 1), 303)
    return redirect(url_for("preview", id_=id_), 303)


def show(draft: Any, number: int, form: Any) -> str:
    return render_template("step.html", draft=draft, number=number, form=form)


def preview(id_: str) -> ResponseReturnValue:
    draft = find(id_)
    wrong = first_wrong(draft.values)
    if wrong:
        return show(draft, *wrong), 422
    return render_template(
        "preview.html", draft=draft, values=draft.values,
        submitted_on=date.fromisoformat(draft.values["submitted_on"]),
        units="、".join(constants.UNIT_TITLES[unit] for unit in draft.values["units_concerned"]),
    )  # fmt: skip


def submit(id_: str) -> ResponseReturnValue:
    """The draft becomes a matter; its id is the key: sent twice, it is one matter."""
    draft = find(id_, gone_to_receipt=True)
    if draft is None:
        return redirect(url_for("receipt", id_=matter_id(id_)), 303)
    wrong = first_wrong(draft.values)
    if wrong:
        return show(draft, *wrong), 422
    code = "".join(secrets.choice(ALPHABET) for _ in range(10))
    try:
        with store().write() as connection:
            write(connection, draft, code)
    except IntegrityError:  # the same key came in twice at once
        return redirect(url_for("receipt", id_=matter_id(id_)), 303)
    id_ = matter_id(id_)
    session["codes"] = dict([*session.get("codes", {}).items(), (id_, code)][-3:])
    return redirect(url_for("receipt", id_=id_), 303)


def receipt(id_: str) -> str:
    if id_ not in session.get("codes", {}):
        abort(403)
    with store().read() as connection:
        matter = connection.execute(
            select(t.matter.c.id, t.matter.c.number, t.matter.c.created_at).where(t.matter.c.id == id_)
        ).first()
    if matter is None:
        abort(404)
    until = int((datetime.now(UTC) + timedelta(days=90)).timestamp())
    follow = url_for("enter", token=signer().dumps(["follow", id_, until]), _external=True)
    at = matter.created_at.replace(tzinfo=matter.created_at.tzinfo or UTC).astimezone(ZONE)
    return render_template(
        "receipt.html", number=matter.number, code=session["codes"][id_], at=at, matter=id_,
        qr=segno.make(follow, error="m", micro=False).svg_data_uri(border=2, dark="#1d2129", light="#ffffff"),
    )  # fmt: skip


def enter(token: str) -> ResponseReturnValue:
    """Let the holder of a signed link in."""
    try:
        _, id_, until = signer().loads(token)
    except BadSignature:
        abort(404)
    if until < datetime.now(UTC).timestamp():
        abort(410)
    session["codes"] = dict([*session.get("codes", {}).items(), (id_, "")][-3:])
    return redirect(url_for("receipt", id_=id_))


def signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt="follow")


def write(connection: Connection, draft: Any, code: str) -> None:
    """Everything a new matter is, in one transaction; the counter last but for what needs the number."""
    now, values, id_ = datetime.now(UTC), draft.values, matter_id(draft.id)
    people = connection.execute(select(t.staff.c.person).where(t.staff.c.post.in_(constants.TOLD))).scalars().all()
    year = now.astimezone(ZONE).year
    level = "key" if values["category"] == "C" or len(values["units_concerned"]) >= 3 else "general"
    why = "按分类" if values["category"] == "C" else "按涉及单位数" if level == "key" else "其他情形"
    dialect = sqlite if store().sqlite else postgresql
    taken = dialect.insert(t.counter).values(year=year, value=1)
    serial = connection.execute(
        taken.on_conflict_do_update(index_elements=["year"], set_={"value": t.counter.c.value + 1}).returning(
            t.counter.c.value
        )
    ).scalar_one()
    number = f"SDMQ-{year}-{serial:04}"
    row = {
        **values,
        "submitted_on": date.fromisoformat(values["submitted_on"]),
        "id": id_,
        "number": number,
        "state": "reported",
        "revision": 1,
        "suggested_level": level,
        "done": False,
        "reporter": draft.owner,
        "created_at": now,
        "key": draft.id,
        "code_hash": hashlib.sha256(f"{id_}/{code}".encode()).hexdigest(),
    }
    ordinal = connection.execute(insert(t.matter).values(row).returning(t.matter.c.ordinal)).scalar_one()
    connection.execute(insert(t.bigram), [{"gram": gram, "ordinal": ordinal} for gram in sorted(set(grams(values)))])
    text = f"{values['company']}报送了{number}，请研判。"
    connection.execute(
        insert(t.notice),
        [{"person": person, "matter_id": id_, "text": text, "created_at": now} for person in people],
    )
    happened: dict[str, Any] = {
        "matter_id": id_, "seq": 1, "what": "submit", "actor": draft.owner, "at": now, "changed": values,
        "why": [why], "content": digest(row), "previous": "",
    }  # fmt: skip
    connection.execute(insert(t.occurred).values(**happened, hash=digest(happened)))
    connection.execute(t.draft.delete().where(t.draft.c.id == draft.id))


def matter_id(draft: str) -> str:
    return hashlib.md5(draft.encode(), usedforsecurity=False).hexdigest()


def digest(row: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(row, ensure_ascii=False, sort_keys=True, default=str).encode()).hexdigest()


def grams(values: Mapping[str, Any]) -> Iterator[str]:
    """Pairs of neighbouring characters of what can be searched."""
    for name in SEARCHED:
        for first, second in pairwise(unicodedata.normalize("NFKC", values.get(name) or "").casefold()):
            if first.isalnum() and second.isalnum():
                yield first + second


def find(id_: str, *, gone_to_receipt: bool = False) -> Any:
    """This browser's draft; 404 where it has none of that id."""
    with store().read() as connection:
        draft = connection.execute(select(t.draft).where(t.draft.c.id == id_, t.draft.c.owner == owner())).first()
    if draft is None and not gone_to_receipt:
        abort(404)
    return draft


def bound(number: int, values: Mapping[str, Any], *, sent: bool = False) -> Any:
    """A step's form with the draft's values: as data, or as if they had been sent."""
    if sent:
        return STEPS[number - 1](MultiDict({name: value or "" for name, value in values.items()}))
    known = {**values}
    if known.get("submitted_on"):
        known["submitted_on"] = date.fromisoformat(known["submitted_on"])
    return STEPS[number - 1](data=known)


def first_wrong(values: Mapping[str, Any]) -> tuple[int, Any] | None:
    """The first step that has something wrong, with its form."""
    for number in range(1, len(STEPS) + 1):
        form = bound(number, values, sent=True)
        if not form.validate():
            return number, form
    return None


def stored(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
