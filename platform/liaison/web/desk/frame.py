"""What stands around every page of the desk: the mechanism, navigation, search, notices, who is signed in."""

from __future__ import annotations

from typing import Any

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from liaison.definitions import TaskTree, View
from liaison.store import InForce, unread

from .. import permissions, visit
from . import owed, turn
from .room import Room, room_of

LISTS = ("todo", "started", "handled", "copied")
"""The work lists, in the order of the navigation; the title of each is `desk.<list>`."""


def _at_record() -> ResponseReturnValue | None:
    answer = permissions.DESK.closed()
    return permissions.record().closed() if answer is None else answer


AT_RECORD = permissions.Rule("desk_record", _at_record)
"""Opens to who has a desk and may see the record in the address."""


def page(template: str, *, current: str = "", at: InForce | None = None, query: str = "", **context: Any) -> str:
    """A page of the desk. `current`: the entry of the navigation it belongs to; `at`: its mechanism, where that is not
    the one on the desk."""
    frame = _frame(current, at or visit.desk(), query)
    return render_template(template, desk=frame, query=query, spoken=visit.spoken, advice=visit.advice, **context)


def of_record(installation: str) -> InForce:
    """The mechanism a record belongs to, for the frame around it."""
    return visit.standings()[installation].installed


def _frame(current: str, at: InForce, query: str) -> dict[str, Any]:
    account = visit.me()
    assert account is not None, "a page of the desk opens only to who is signed in"
    with visit.database().read() as connection:
        waiting = unread(connection, account.person, visit.units())
    return {
        "mechanisms": [
            {"title": one.title, "href": url_for("desk.switch", installation=one.id), "current": one.id == at.id}
            for one in visit.desks()
        ]
        or [{"title": at.title, "href": url_for("desk.reports"), "current": True}],
        "search_url": url_for("desk.search") if visit.desks() else "",
        "query": query,
        "notices": waiting,
        "notices_url": url_for("desk.notices") if visit.desks() else "",
        "me": {"name": account.name, "unit": room_of(at).my_place},
        "me_links": [
            *([{"title": visit.sentence("desk.phrases"), "href": url_for("desk.phrases")}] if visit.desks() else []),
            {"title": visit.sentence("desk.password"), "href": url_for("accounts.password")},
        ],
        "signout_url": url_for("accounts.sign_out"),
        "nav": [_entry(room_of(at), one, current) for one in _entries(room_of(at))],
    }


def _entry(room: Room, one: str | View | TaskTree, current: str) -> dict[str, Any]:
    if isinstance(one, View):
        return {"title": one.title, "href": url_for("desk.ledger", view=one.key), "current": current == nav_of(one)}
    if isinstance(one, TaskTree):
        href = url_for("desk.tree", tree=one.key)
        return {"title": one.title, "href": href, "current": current == f"trees.{one.key}"}
    return {
        "title": visit.sentence(f"desk.list_{one}"),
        "href": url_for(f"desk.{one}"),
        "current": one == current,
        "count": len(turn.mine(room)) + len(owed.mine(room)) if one == "todo" else 0,
    }


def nav_of(view: View) -> str:
    """The entry of the navigation a ledger belongs to: its own where it asks for one."""
    return f"ledgers.{view.key}" if view.nav else "ledgers"


def _entries(room: Room) -> tuple[str | View | TaskTree, ...]:
    """The entries of the navigation: what the mechanism has nothing for is absent; who has no post has no work lists,
    and who has no desk at all has figures."""
    definition = room.mechanism.definition
    reports = ("reports",) if definition.reports else ()
    scores = ("scores",) if definition.indicators else ()
    if not visit.desks():
        return (*scores, *reports)
    own = [*definition.trees.values(), *(one for one in definition.views.values() if one.nav)]
    shared = any(one.parts for one in room.types)
    duties = ("duties",) if definition.duties else ()
    lists = LISTS if visit.standings()[room.installed.id].posts else ()
    boards = ("units",) if shared else ()
    served = ("register",) if room.served else ()
    matched = ("matchings",) if definition.roster.matchings else ()
    return (*lists, *own, "ledgers", *duties, *boards, *served, *matched, *scores, *reports)
