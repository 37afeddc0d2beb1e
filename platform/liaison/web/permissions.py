"""Who a page opens to. Every route says so; the application does not start with one that is silent.

How to add a page
-----------------
1. Write the view in its room's package (`portal/`, `desk/`, …) and say who it opens to, below the route::

       from .. import permissions, visit

       @blueprint.get("/matters/<record>")
       @permissions.opens_to(permissions.record())
       def matter(record: str) -> ResponseReturnValue:
           page = visit.opened()                      # Opened(family, mechanism, around, why), already checked
           return render_template("desk/matter.html", matter=page.family.record)

   The rules: `PUBLIC`; `SIGNED_IN`; `DESK` (has a post in a mechanism or reads it by a grant; `visit.desk()` is the one
   chosen);
   `record()` (whoever may see the record named in the address); `role("configurer", …)` (has one of these roles on
   an organisation).
2. Whether somebody may *do* something is not decided here: give the command to `visit.act(Command(…))`; the engine
   decides. `Said` tells what to show; on a refusal render the form again with what was typed and answer `said.status`.
3. Views of extensions that cannot carry a decorator are declared by endpoint or blueprint: `declare(app, name, rule)`.

A GET by somebody who is not signed in leads to signing in and back; everything else is answered 401 or 403 with a page
that says what to do. A list must be filtered by the same scope as its records (the store does it): a test compares.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, abort, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from liaison.access import Answer
from liaison.store import grants_of

from . import visit

_MARK = "_liaison_opens_to"
_DECLARED = "liaison_opens_to"
_View = TypeVar("_View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Rule:
    """Who a page opens to: `closed()` is None for who may come in, else the answer instead of the page."""

    name: str
    closed: Callable[[], ResponseReturnValue | None]


class SilentRouteError(Exception):
    """Routes that do not say who they open to."""


def opens_to(rule: Rule) -> Callable[[_View], _View]:
    """Mark a view with its rule. Stands between the route and the function."""

    def mark(view: _View) -> _View:
        setattr(view, _MARK, rule)
        return view

    return mark


def declare(app: Flask, name: str, rule: Rule) -> None:
    """Say for an endpoint, or for every view of a blueprint without a mark of its own, who it opens to."""
    app.extensions.setdefault(_DECLARED, {})[name] = rule


def init_app(app: Flask) -> None:
    """Ask the rule before every view."""
    declare(app, "static", PUBLIC)
    declare(app, "language", PUBLIC)
    declare(app, "gallery", PUBLIC)
    app.before_request(_guard)


def verify(app: Flask) -> None:
    """SilentRouteError, with all of them, if a route does not say who it opens to. Called when the site is complete."""
    silent = sorted({rule.endpoint for rule in app.url_map.iter_rules() if rule_of(app, rule.endpoint) is None})
    if silent:
        raise SilentRouteError(f"no rule for {', '.join(silent)}: see liaison.web.permissions")


def rule_of(app: Flask, endpoint: str) -> Rule | None:
    """The rule of an endpoint: the view's own, the one declared for it, or for its blueprint."""
    declared: dict[str, Rule] = app.extensions.get(_DECLARED, {})
    own: Rule | None = getattr(app.view_functions.get(endpoint), _MARK, None)
    return own or declared.get(endpoint) or declared.get(endpoint.rpartition(".")[0])


def _guard() -> ResponseReturnValue | None:
    if request.endpoint is None:
        return None  # no such page: the 404 follows
    rule = rule_of(current_app, request.endpoint)
    if rule is None:
        raise SilentRouteError(request.endpoint)
    return rule.closed()


# ── The rules ────────────────────────────────────────────────────────────────────────────────────────────────────


def _sign_in() -> ResponseReturnValue:
    if request.method != "GET" or "HX-Request" in request.headers:
        abort(401)
    back = request.full_path.removesuffix("?")
    return redirect(url_for("accounts.sign_in", next=back))


def turned_away() -> ResponseReturnValue:
    """The answer to somebody this is not for: 403, or first the question who it is."""
    if current_user.is_authenticated:
        abort(403)
    return _sign_in()


def _signed_in() -> ResponseReturnValue | None:
    if not current_user.is_authenticated:
        return _sign_in()
    if current_user.account.must_change and request.endpoint not in ("accounts.password", "accounts.sign_out"):
        return redirect(url_for("accounts.password"))
    return None


def _at_desk() -> ResponseReturnValue | None:
    answer = _signed_in()
    if answer is None and not visit.desks():
        abort(403)
    return answer


PUBLIC = Rule("public", lambda: None)
SIGNED_IN = Rule("signed_in", _signed_in)
DESK = Rule("desk", _at_desk)


def record(argument: str = "record") -> Rule:
    """Opens to whoever may see the record whose id is the view's `argument`; the view finds it in `visit.opened()`.

    404: there is none. 403: it is there, but not for this person; who is not signed in is asked to first."""

    def closed() -> ResponseReturnValue | None:
        if current_user.is_authenticated and (answer := _signed_in()) is not None:
            return answer
        found = visit.look_at((request.view_args or {})[argument])
        if found is None:
            abort(404)
        if isinstance(found, Answer):
            return turned_away()
        g.opened = found
        return None

    return Rule("record", closed)


def role(*roles: str) -> Rule:
    """Opens to who has one of the roles (`liaison.store.grant`) today, on whatever; the page shows what the grants
    reach."""

    def closed() -> ResponseReturnValue | None:
        answer = _signed_in()
        if answer is None:
            with visit.database().read() as connection:
                granted = grants_of(connection, current_user.account.person, visit.today())
            if not any(one.role in roles for one in granted):
                abort(403)
        return answer

    return Rule(f"role:{'|'.join(roles)}", closed)
