"""Accounts: added with a password that is shown once, reset, disabled, unlocked."""

from __future__ import annotations

import secrets
from typing import Any, Final

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from liaison.store import add_account, add_person, disable, lookup, reset_password
from liaison.web import visit

from .forms import Form, blank
from .frame import Page, columns, here, me, note, stamp

_ROLE: Final = "security"
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Nothing that is read for something else when it is told on the telephone."""


class Accounts(Page):
    """`/admin/accounts/`."""

    role = _ROLE
    section = "accounts"

    @expose("/", methods=["GET", "POST"])
    def index(self) -> ResponseReturnValue:
        """The accounts of the organisation; add one."""
        place = here(_ROLE)
        if request.method == "GET":
            return self._index(place, blank())
        form = Form()
        login = form.text("login", required=True).casefold()
        password = _password()
        try:
            with visit.database().write() as connection:
                self._add(connection, place, form, login, password)
        except IntegrityError:  # somebody else took the login a moment ago
            form.wrong("login", "admin.form.login_taken", login=login)
        if form.problems:
            return self._index(place, form), 422
        return self._once(place, login, password)

    def _add(self, connection: Connection, place: lookup.Place, form: Form, login: str, password: str) -> None:
        people = {person.id for person in lookup.people(connection, place.id)}
        person = form.one_of("person", people, required=False)
        name = form.text("name")
        if bool(person) == bool(name) and not form.problems:
            form.wrong("person", "admin.form.one_person")
        if len(login) > 64 or any(character.isspace() for character in login):
            form.wrong("login", "admin.form.bad_login")
        if login and lookup.login_taken(connection, login):
            form.wrong("login", "admin.form.login_taken", login=login)
        if form.problems:
            return
        person = person or add_person(connection, place.id, name)
        add_account(connection, place.id, person, login, password, visit.now(), must_change=True)
        note(connection, "account_added", place.id, person=person, login=login)

    @expose("/<account>")
    def account(self, account: str) -> ResponseReturnValue:
        """One account, with what can be done about it."""
        place = here(_ROLE)
        with visit.database().read() as connection:
            found = next((one for one in lookup.accounts(connection, place.id, visit.now()) if one.id == account), None)
        if found is None:
            abort(404)
        state, tone = _state(found)
        return self.show(
            "account",
            place=place,
            account=found,
            state={"label": state, "tone": tone},
            last=stamp(found.last_signed_in),
            mine=found.id == me().id,
        )

    @expose("/<account>/reset", methods=["POST"])
    def reset(self, account: str) -> ResponseReturnValue:
        """A new password, shown once; sessions end, a lock is off."""
        place, found = self._found(account)
        password = _password()
        with visit.database().write() as connection:
            reset_password(connection, found.id, password, visit.now())
            note(connection, "password_reset", place.id, person=found.person, login=found.login)
        return self._once(place, found.login, password)

    @expose("/<account>/disable", methods=["POST"])
    def disable(self, account: str) -> ResponseReturnValue:
        """Let an account sign in no more, or again."""
        place, found = self._found(account)
        off = request.form.get("disabled") == "1"
        with visit.database().write() as connection:
            disable(connection, found.id, off)
            what = "account_disabled" if off else "account_enabled"
            note(connection, what, place.id, person=found.person, login=found.login)
        flash(
            visit.sentence("admin.account.disabled" if off else "admin.account.enabled", login=found.login), "success"
        )
        return redirect(url_for(".index"))

    def _found(self, account: str) -> tuple[lookup.Place, lookup.Login]:
        """An account of the organisation administered now, not one's own. 404, 403."""
        place = here(_ROLE)
        with visit.database().read() as connection:
            found = next((one for one in lookup.accounts(connection, place.id, visit.now()) if one.id == account), None)
        if found is None:
            abort(404)
        if found.id == me().id:
            abort(403)  # one's own password is changed with the old one, and nobody locks himself out
        return place, found

    def _index(self, place: lookup.Place, form: Form) -> str:
        with visit.database().read() as connection:
            found = lookup.accounts(connection, place.id, visit.now())
            people = lookup.people(connection, place.id)
        offered = [(person.id, person.name) for person in people]
        return self.show(
            "accounts",
            place=place,
            rows=[_row(one) for one in found],
            columns=columns("login:title", "name", "state:chip", "last_signed_in"),
            fields=[
                form.field("login", required=True),
                form.choice("person", offered),
                form.field("name", "new_name"),
            ],
        )

    def _once(self, place: lookup.Place, login: str, password: str) -> str:
        """The one page that shows a password."""
        return self.show("password", place=place, login=login, password=password)


def _row(one: lookup.Login) -> dict[str, Any]:
    state, tone = _state(one)
    return {
        "href": url_for(".account", account=one.id),
        "cells": {
            "login": one.login,
            "name": one.name,
            "state": {"label": state, "tone": tone},
            "last_signed_in": stamp(one.last_signed_in),
        },
    }


def _state(one: lookup.Login) -> tuple[str, str]:
    if one.disabled:
        return visit.sentence("admin.account.state_disabled"), "overdue"
    if one.locked_until:
        return visit.sentence("admin.account.state_locked"), "soon"
    if one.must_change:
        return visit.sentence("admin.account.state_initial"), ""
    return visit.sentence("admin.account.state_normal"), "in_time"


def _password() -> str:
    """A password for one use: four groups of four, told easily."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))
