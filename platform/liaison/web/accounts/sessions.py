"""Sessions: begun by signing in, over when too old, too long idle, or begun with a password since changed."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask, current_app, session
from flask_login import LoginManager, UserMixin, login_user, logout_user

from liaison.store import Account, account_of

from .. import visit

IDLE = timedelta(minutes=30)
"""How long a session lasts without a request."""
LASTS = timedelta(hours=12)
"""How long it lasts whatever happens: a working day."""

_BEGAN, _SEEN = "began", "seen"
_KEPT = ("lang",)
"""What outlives signing in and out: a session's content must not carry over from one person to the next."""
_RENEWED = 60
"""Seconds after which the time last seen is written into the cookie again."""


class SignedIn(UserMixin):
    """The account signed in with, as Flask-Login wants it."""

    def __init__(self, account: Account) -> None:
        self.account = account

    def get_id(self) -> str:
        """Account and epoch: a session begun at an earlier epoch finds nobody."""
        return f"{self.account.id}.{self.account.epoch}"


def init_app(app: Flask) -> None:
    """Let Flask-Login find out who is signed in, and end sessions that are over."""
    manager = LoginManager(app)
    manager.session_protection = None  # telephones change their address within a session
    manager.user_loader(_load)
    app.before_request(_expire)


def begin(account: Account) -> None:
    """Begin a session for who has just proved to be `account`'s person; what came before is forgotten."""
    end()
    session[_BEGAN] = session[_SEEN] = visit.now().timestamp()
    login_user(SignedIn(account))
    visit.forget()


def end() -> None:
    """End the session of this browser."""
    logout_user()
    kept = {name: session[name] for name in _KEPT if name in session}
    session.clear()
    session.update(kept)
    visit.forget()


def _load(identity: str) -> SignedIn | None:
    id_, _, epoch = identity.partition(".")
    with visit.database().read() as connection:
        account = account_of(connection, id_, int(epoch))
    return SignedIn(account) if account else None


def _expire() -> None:
    if _BEGAN not in session or "DATABASE" not in current_app.config:
        return
    moment = visit.now().timestamp()
    if moment - session[_SEEN] > IDLE.total_seconds() or moment - session[_BEGAN] > LASTS.total_seconds():
        end()
    elif moment - session[_SEEN] > _RENEWED:
        session[_SEEN] = moment
