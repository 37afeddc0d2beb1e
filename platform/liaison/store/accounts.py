"""Accounts: signing in with a password, lockout, and what a session needs to know.

Passwords are kept as argon2id hashes. Five wrong ones lock a login for a quarter of an hour, whether anybody has it or
not: what is answered and how long it takes do not tell which logins there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, Select, insert, select, update

from liaison.texts import Message

from . import attempts
from . import tables as t
from .attempts import Patience
from .database import Database
from .ids import new_id

PATIENCE = Patience(free=5, first=timedelta(minutes=15), most=timedelta(minutes=15))
SHORTEST = 10
"""Characters of a password. Length is all that is asked: NIST SP 800-63B advises against rules of composition."""
LONGEST = 200

_hasher = PasswordHasher()


@dataclass(frozen=True, slots=True)
class Account:
    """Who is signed in. A session keeps `id`, `epoch` and when it began, and is over when `epoch` has grown."""

    id: str
    login: str
    person: str
    name: str
    organisation: str
    epoch: int
    must_change: bool


class PasswordError(ValueError):
    """A password that cannot be taken, and why."""

    def __init__(self, message: Message) -> None:
        super().__init__(message.code)
        self.message = message


def add_account(
    connection: Connection, organisation: str, person: str, login: str, password: str, now: datetime, *,
    must_change: bool = False,
) -> str:  # fmt: skip
    """A new account for a person; its id. Logins are compared without regard to case. PasswordError."""
    _check(password, login)
    id_ = new_id()
    connection.execute(
        insert(t.Account).values(
            id=id_, organisation_id=organisation, login=_plain(login), person_id=person, hash=_hasher.hash(password),
            epoch=1, must_change=must_change, disabled=False, password_changed_at=now, created_at=now,
        )
    )  # fmt: skip
    return id_


def sign_in(database: Database, login: str, password: str, now: datetime) -> Account | Message:
    """The account, or why not: `store.wrong_password` (which of the two was wrong is not said), `store.locked`."""
    nobody = _nobody()
    with database.read() as connection:
        row = connection.execute(
            select(t.Account.id, t.Account.hash, t.Account.disabled).where(t.Account.login == _plain(login))
        ).first()
    if row is not None and row.disabled:
        row = None
    # Hashing takes its time: no transaction is open meanwhile.
    right = _verify(row.hash if row is not None else nobody, password)
    tries = tries_of(login)
    with database.write() as connection:
        until = attempts.held(connection, [tries], now).get(tries)
        if until is None and right and row is not None:
            attempts.forget(connection, tries)
            values: dict[str, object] = {"last_signed_in": now}
            if _hasher.check_needs_rehash(row.hash):
                values["hash"] = _hasher.hash(password)
            connection.execute(update(t.Account).where(t.Account.id == row.id).values(values))
            return _account(connection, row.id)
        until = until or attempts.wrong(connection, tries, PATIENCE, now)
    return Message("store.locked", {"until": until}) if until else Message("store.wrong_password")


def tries_of(login: str) -> str:
    """The subject under which wrong passwords for a login are counted."""
    return attempts.subject("login", _plain(login))


def account_of(connection: Connection, id_: str, epoch: int) -> Account | None:
    """The account of a session that began at `epoch`; None where that session is over."""
    disabled = connection.execute(select(t.Account.disabled).where(t.Account.id == id_)).scalar()
    if disabled is None or disabled:
        return None
    account = _account(connection, id_)
    return account if account.epoch == epoch else None


def accounts_of(connection: Connection, organisation: str) -> Sequence[Account]:
    """The accounts of an organisation, by login."""
    rows = connection.execute(_accounts().where(t.Account.organisation_id == organisation).order_by(t.Account.login))
    return [Account(*row) for row in rows]


def change_password(database: Database, id_: str, old: str, new: str, now: datetime) -> Account:
    """Change one's own password; every other session ends. PasswordError: the old one is wrong, or the new one bad."""
    with database.read() as connection:
        row = connection.execute(select(t.Account.hash, t.Account.login).where(t.Account.id == id_)).one()
    if not _verify(row.hash, old):
        raise PasswordError(Message("store.wrong_old_password"))
    _check(new, row.login)
    with database.write() as connection:
        attempts.forget(connection, tries_of(row.login))
        _set(connection, id_, new, now, must_change=False)
        return _account(connection, id_)


def reset_password(connection: Connection, id_: str, password: str, now: datetime) -> None:
    """Give an account a password that must be changed when it is used; its sessions end, its lock is off."""
    login = connection.execute(select(t.Account.login).where(t.Account.id == id_)).scalar_one()
    _check(password, login)
    attempts.forget(connection, tries_of(login))
    _set(connection, id_, password, now, must_change=True)


def disable(connection: Connection, id_: str, disabled: bool = True) -> None:
    """Let an account sign in no more, and end its sessions; or let it again."""
    connection.execute(
        update(t.Account).where(t.Account.id == id_).values(disabled=disabled, epoch=t.Account.epoch + 1)
    )


def _set(connection: Connection, id_: str, password: str, now: datetime, *, must_change: bool) -> None:
    connection.execute(
        update(t.Account)
        .where(t.Account.id == id_)
        .values(
            hash=_hasher.hash(password), epoch=t.Account.epoch + 1, must_change=must_change,
            password_changed_at=now,
        )
    )  # fmt: skip


def _accounts() -> Select[str, str, str, str, str, int, bool]:
    return select(
        t.Account.id, t.Account.login, t.Account.person_id, t.Person.name, t.Account.organisation_id,
        t.Account.epoch, t.Account.must_change,
    ).join(t.Person, t.Person.id == t.Account.person_id)  # fmt: skip


def _account(connection: Connection, id_: str) -> Account:
    return Account(*connection.execute(_accounts().where(t.Account.id == id_)).one())


def _plain(login: str) -> str:
    return login.strip().casefold()


def _check(password: str, login: str) -> None:
    if len(password) < SHORTEST:
        raise PasswordError(Message("store.password_short", {"least": SHORTEST}))
    if len(password) > LONGEST:
        raise PasswordError(Message("store.password_long", {"most": LONGEST}))
    if password.casefold() == _plain(login) or len(set(password)) < 4:
        raise PasswordError(Message("store.password_simple"))


def _verify(hash_: str, password: str) -> bool:
    try:
        return _hasher.verify(hash_, password)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobody() -> str:
    """A hash that no password fits, so that unknown logins cost what known ones do."""
    return _hasher.hash(new_id())
