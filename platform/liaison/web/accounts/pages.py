"""The pages of an account: sign in, sign out, change the password."""

from __future__ import annotations

import re

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from liaison.store import Account, PasswordError, change_password, grants_of, log
from liaison.store import sign_in as check_password
from liaison.texts import Message

from .. import limits, permissions, visit
from . import sessions

_HERE = re.compile(r"/(?![/\\])[^\\\x00-\x1f\x7f]*")
"""An address of this site: browsers read `//`, `/\\` and `/<tab>/` as another's."""

_ADMINISTRATION = "administration.index"
"""The endpoint of the house above, which a site may do without."""

blueprint = Blueprint("accounts", __name__, url_prefix="/accounts")


@blueprint.route("/sign-in", methods=["GET", "POST"])
@permissions.opens_to(permissions.PUBLIC)
def sign_in() -> ResponseReturnValue:
    """Sign in and go on to `next`, an address of this site."""
    if request.method == "GET":
        if current_user.is_authenticated:
            return redirect(_onward())
        return render_template("accounts/sign_in.html", login="")
    login, password = request.form.get("login", ""), request.form.get("password", "")
    limits.limit(limits.SIGN_IN)
    limits.limit(limits.SIGN_IN, f"login:{login.strip().casefold()}")
    answer = check_password(visit.database(), login, password, visit.now())
    if not isinstance(answer, Account):
        _log("sign_in_refused", login=login[:80])
        problem = visit.spoken(answer)
        return render_template("accounts/sign_in.html", login=login, problem=problem), 401
    sessions.begin(answer)
    _log("sign_in")
    return redirect(url_for("accounts.password", next=_onward()) if answer.must_change else _onward())


@blueprint.post("/sign-out")
@permissions.opens_to(permissions.PUBLIC)
def sign_out() -> ResponseReturnValue:
    """End the session, here alone."""
    if current_user.is_authenticated:
        _log("sign_out")
    sessions.end()
    return redirect(url_for("accounts.sign_in"))


@blueprint.route("/password", methods=["GET", "POST"])
@permissions.opens_to(permissions.SIGNED_IN)
def password() -> ResponseReturnValue:
    """Change one's own password; every other session ends, this one goes on."""
    account = current_user.account
    if request.method == "GET":
        return render_template("accounts/password.html", account=account)
    limits.limit(limits.SIGN_IN, f"login:{account.login}")
    old, new, again = (request.form.get(name, "") for name in ("old", "new", "again"))
    try:
        if new != again:
            raise PasswordError(Message("accounts.not_the_same"))
        if new == old:
            raise PasswordError(Message("accounts.the_old_one"))
        changed = change_password(visit.database(), account.id, old, new, visit.now())
    except PasswordError as error:
        return render_template("accounts/password.html", account=account, problem=visit.spoken(error.message)), 422
    sessions.begin(changed)
    _log("password_changed")
    return redirect(_onward())


def _onward() -> str:
    """Where to go on: the page asked for, if it is one of this site, else the person's home."""
    wanted = request.values.get("next", "")
    if _HERE.fullmatch(wanted):
        return wanted
    return _home()


def _home() -> str:
    """The desk for who has one, the administration (where the site has one) for who has a role in it, the reports for
    who only sees totals, else the portal."""
    if visit.desks():
        return url_for("desk.todo")
    account = visit.me()
    if account is not None and _ADMINISTRATION in current_app.view_functions:
        with visit.database().read() as connection:
            roles = {one.role for one in grants_of(connection, account.person, visit.today())}
        if roles - {"viewer", "reader"}:
            return url_for(_ADMINISTRATION)
    if visit.overseen():
        return url_for("desk.reports")
    return url_for("portal.home")


def _log(what: str, **detail: str) -> None:
    account = visit.me()
    with visit.database().write() as connection:
        log(
            connection,
            what,
            account.person if account else "",
            visit.now(),
            organisation=account.organisation if account else None,
            address=visit.address(),
            detail=detail,
        )
