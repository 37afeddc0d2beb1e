"""Matchings of a roster: the pairs in force, what is amiss, the system's proposal for somebody to confirm, rotation,
and a file of pairs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, NamedTuple

from flask import Response, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from sqlalchemy import Connection

from liaison.definitions import Definition, Matching
from liaison.roster import Joined, Pair, Paired, RosterDay, joined, lacking, misfits, proposal
from liaison.store import InForce, PairKept, end_pairs, join, lock_pairs, lookup, matched_parties, pairs_kept
from liaison.web import lang, side_title, visit, whole

from . import checks, pairs_csv
from .forms import Form, blank
from .frame import PAGE, columns, note, paged, set_up
from .roster_page import ROLE, RosterPage, in_order, iso
from .tabular import Wrong


class Standing(NamedTuple):
    """A matching as it stands on a day, with all that was ever entered of it."""

    joined: Joined
    kept: Sequence[PairKept]

    def over(self, first: date, last: date | None = None) -> Joined:
        """The matching with every pair that stands on some day from `first` to `last`: what a new one must fit."""
        pairs = [
            one.pair
            for one in self.kept
            if (one.last_day is None or one.last_day >= first)
            and (one.first_day is None or last is None or one.first_day <= last)
        ]
        return replace(self.joined, pairs=tuple(dict.fromkeys(pairs)))

    @property
    def apart(self) -> frozenset[Pair]:
        """Who may not come together again: where pairs rotate to others, whoever was together before."""
        strict = self.joined.matching.rotates == "to_others"
        return frozenset(one.pair for one in self.kept) if strict else frozenset()


class Matchings(RosterPage):
    """`/admin/roster/<installation>/matchings/`."""

    @expose("/<installation>/matchings/")
    def matchings(self, installation: str) -> ResponseReturnValue:
        """The matchings of the mechanism, how many pairs each has today, and what is amiss."""
        one = set_up(installation, ROLE)
        definition = checks.definition_of(one)
        with visit.database().read() as connection:
            found = _joined(connection, one, definition.roster.matchings.values(), visit.today())

        def sides(each: Joined) -> list[str]:
            return [side_title(definition, side) for side in (each.matching.left, each.matching.right)]

        rows = [
            {
                "href": url_for(".matching", installation=one.id, matching=each.matching.key),
                "cells": {
                    "matching": each.matching.title,
                    "joins": " · ".join(sides(each)),
                    "pairs": str(len(each.pairs)),
                    "amiss": [visit.spoken(lack.message) for lack in lacking(each)],
                },
            }
            for each in found
        ]
        return self.tabbed(
            "matchings", one, "matchings", rows=rows, columns=columns("matching:title", "joins", "pairs", "amiss:list")
        )

    @expose("/<installation>/matchings/<matching>", methods=["GET", "POST"])
    def matching(self, installation: str, matching: str) -> ResponseReturnValue:
        """The pairs of one matching; join two, end a pair."""
        one, definition, about = _about(installation, matching)
        form = Form() if request.method == "POST" else blank(first_day=visit.today().isoformat())
        if request.method == "POST":
            with visit.database().write() as connection:
                lock_pairs(connection, one.id)
                entered = _join_by_hand(connection, one, about, form)
            if entered:
                flash(visit.sentence("admin.matching.joined", count=1), "success")
                return redirect(url_for(".matching", installation=one.id, matching=about.key))
        with visit.database().read() as connection:
            standing = _standing(connection, one, about, visit.today())
            names = _names(connection, standing)
        newest, offset = standing.kept[::-1], whole(request.args.get("offset", ""), 0)
        page = self.tabbed(
            "matching", one, "matchings",
            matching=about,
            missing=[{"text": visit.spoken(lack.message)} for lack in lacking(standing.joined)],
            rows=[_row(one, kept, names) for kept in newest[offset : offset + PAGE]],
            pages=paged(".matching", offset, len(newest), {"installation": one.id, "matching": about.key}),
            columns=_columns(definition, about, "first_day", "last_day", "end:end"),
            fields=[
                _partner(form, "left", standing.joined.left, side_title(definition, about.left)),
                _partner(form, "right", standing.joined.right, side_title(definition, about.right)),
                form.date_field("first_day", required=True),
                form.date_field("last_day"),
            ],
        )  # fmt: skip
        return page, 422 if request.method == "POST" else 200

    @expose("/<installation>/pairs/<int:kept>/end", methods=["POST"])
    def end_pair(self, installation: str, kept: int) -> ResponseReturnValue:
        """A pair lasts until a day, that day included."""
        one = set_up(installation, ROLE)
        form = Form()
        last = form.day("until", required=True)
        matchings = checks.definition_of(one).roster.matchings
        with visit.database().write() as connection:
            every = ((key, each) for key in matchings for each in pairs_kept(connection, one.id, key))
            key, found = next(((key, each) for key, each in every if each.id == kept), None) or abort(404)
            in_order(form, found.first_day, last, "until")
            if last is not None and not form.problems:
                end_pairs(connection, one.id, [kept], last)
                note(connection, "pair_ended", one.organisation, matching=key, left=found.left, right=found.right)
        if form.problems:
            flash("；".join(form.problems["until"]), "error")
        else:
            flash(visit.sentence("admin.ended"), "success")
        return redirect(url_for(".matching", installation=one.id, matching=key))

    @expose("/<installation>/matchings/<matching>/proposal", methods=["GET", "POST"])
    def propose(self, installation: str, matching: str) -> ResponseReturnValue:
        """What the system proposes beside the pairs there are; those that somebody confirms are entered."""
        return self._confirm(installation, matching, rotating=False)

    @expose("/<installation>/matchings/<matching>/rotation", methods=["GET", "POST"])
    def rotate(self, installation: str, matching: str) -> ResponseReturnValue:
        """All pairs end on a day, and others begin the day after, as somebody confirms them."""
        return self._confirm(installation, matching, rotating=True)

    def _confirm(self, installation: str, matching: str, *, rotating: bool) -> ResponseReturnValue:
        one, definition, about = _about(installation, matching)
        if rotating and about.rotates == "no":
            abort(404)
        form = Form() if request.method == "POST" else blank(first_day=visit.today().isoformat())
        first = form.day("first_day", required=True) or visit.today()
        if first < visit.today():
            form.wrong("first_day", "admin.form.backward", first=visit.today())
        opened = visit.database().write if request.method == "POST" else visit.database().read
        with opened() as connection:
            if request.method == "POST":
                lock_pairs(connection, one.id)
            standing = _standing(connection, one, about, first)
            found = replace(standing.joined, pairs=()) if rotating else standing.over(first)
            if request.method == "POST" and not form.problems:
                chosen = [_pair(text) for text in request.form.getlist("pair")]
                whys = misfits(found, chosen, standing.apart)
                wrong = [visit.spoken(why) for why in whys if why]
                if not chosen:
                    wrong = [visit.sentence("admin.matching.none_chosen")]
                if not wrong:
                    if rotating:
                        _end_all(connection, one, standing.kept, first)
                    _join(connection, one, [Paired(about.key, left, right, first) for left, right in chosen])
                    flash(visit.sentence("admin.matching.joined", count=len(chosen)), "success")
                    return redirect(url_for(".matching", installation=one.id, matching=about.key))
                form.problems["pair"] = wrong
        proposed = proposal(found, standing.apart)
        after = replace(found, pairs=(*found.pairs, *proposed))
        left, right = found.left, found.right
        rows = [{"id": f"{a}/{b}", "picked": True, "cells": {"left": left[a], "right": right[b]}} for a, b in proposed]
        page = self.tabbed(
            "proposal", one, "matchings",
            matching=about, rotating=rotating, rows=rows, columns=_columns(definition, about),
            wrong=form.problems.get("pair", ()),
            missing=[{"text": visit.spoken(lack.message)} for lack in lacking(after)],
            fields=[form.date_field("first_day", required=True)],
        )  # fmt: skip
        return page, 422 if request.method == "POST" else 200

    @expose("/<installation>/matchings/<matching>/import", methods=["GET", "POST"])
    def bring_pairs(self, installation: str, matching: str) -> ResponseReturnValue:
        """Enter pairs from a file or from what is pasted: all of them, or none with every wrong line said."""
        one, definition, about = _about(installation, matching)
        wrong: Sequence[Wrong] = ()
        form = Form() if request.method == "POST" else blank()
        if request.method == "POST":
            text = form.file_or_text("csv")
            if not form.problems:
                with visit.database().write() as connection:
                    lock_pairs(connection, one.id)
                    standing = _standing(connection, one, about, visit.today())
                    read = pairs_csv.read(text, standing.over(visit.today()), standing.apart)
                    wrong = read.wrong
                    if not wrong:
                        today = visit.today()
                        _join(connection, one, [
                            Paired(about.key, *row.pair, row.first_day or today, row.last_day) for row in read.rows
                        ])  # fmt: skip
                if not wrong:
                    flash(visit.sentence("admin.matching.joined", count=len(read.rows)), "success")
                    return redirect(url_for(".matching", installation=one.id, matching=about.key))
        page = self.tabbed(
            "pairs_import", one, "matchings",
            matching=about,
            wrong=[{"line": each.line, "text": visit.spoken(each.message)} for each in wrong],
            fields=[form.lines("csv", lines=12, help=visit.sentence(
                "admin.matching.shape",
                left=side_title(definition, about.left), right=side_title(definition, about.right),
            ))],
        )  # fmt: skip
        return page, 422 if request.method == "POST" else 200

    @expose("/<installation>/matchings/<matching>/pairs.csv")
    def pairs_file(self, installation: str, matching: str) -> ResponseReturnValue:
        """A file to be filled in: whoever of the left side has no partner."""
        one, _, about = _about(installation, matching)
        with visit.database().read() as connection:
            standing = _standing(connection, one, about, visit.today())
        # The mark at the start tells Excel that this is UTF-8.
        text = "\ufeff" + pairs_csv.write(standing.joined, lang())
        headers = {"Content-Disposition": f'attachment; filename="pairs-{about.key}.csv"'}
        return Response(text.encode(), mimetype="text/csv", headers=headers)


def _about(installation: str, matching: str) -> tuple[InForce, Definition, Matching]:
    one = set_up(installation, ROLE)
    definition = checks.definition_of(one)
    return one, definition, definition.roster.matchings.get(matching) or abort(404)


def _joined(connection: Connection, one: InForce, matchings: Iterable[Matching], day: date) -> list[Joined]:
    some, shelf = list(matchings), visit.shelf()
    today: RosterDay = shelf.today(connection, shelf.installed(connection, one.id), day)
    parties = matched_parties(connection, one.organisation, some, day)
    return [joined(each, today, parties) for each in some]


def _standing(connection: Connection, one: InForce, matching: Matching, day: date) -> Standing:
    [found] = _joined(connection, one, [matching], day)
    return Standing(found, pairs_kept(connection, one.id, matching.key))


def _names(connection: Connection, standing: Standing) -> Callable[[str], str]:
    """What partners are called, those who are there no more too, as far as they are people."""
    known = {**standing.joined.left, **standing.joined.right}
    gone = {key for kept in standing.kept for key in kept.pair} - known.keys()
    known |= lookup.names(connection, gone)
    return lambda key: known.get(key, key)


def _join_by_hand(connection: Connection, one: InForce, matching: Matching, form: Form) -> bool:
    """Enter the pair that the form names; whether it did."""
    first, last = form.day("first_day", required=True), form.day("last_day")
    in_order(form, first, last)
    standing = _standing(connection, one, matching, first or visit.today())
    left = form.one_of("left", standing.joined.left)
    right = form.one_of("right", standing.joined.right)
    if form.problems or first is None:
        return False
    [why] = misfits(standing.over(first, last), [(left, right)], standing.apart)
    if why is not None:
        form.tell("right", why)
        return False
    _join(connection, one, [Paired(matching.key, left, right, first, last)])
    return True


def _partner(form: Form, name: str, offered: Mapping[str, str], label: str) -> dict[str, Any]:
    return form.choice(name, offered.items(), required=True) | {"label": label}


def _pair(text: str) -> Pair:
    left, _, right = text.partition("/")
    return left, right


def _join(connection: Connection, one: InForce, pairs: Sequence[Paired]) -> None:
    join(connection, one.id, pairs)
    for each in pairs[:1]:
        note(connection, "pair_joined", one.organisation, matching=each.matching, pairs=len(pairs))


def _end_all(connection: Connection, one: InForce, kept: Iterable[PairKept], first: date) -> None:
    """Every pair that would still stand on `first` ends the day before."""
    last = first - timedelta(days=1)
    standing = [each.id for each in kept if each.last_day is None or each.last_day >= first]
    end_pairs(connection, one.id, standing, last)
    note(connection, "pairs_rotated", one.organisation, installation=one.id, pairs=len(standing))


def _row(one: InForce, kept: PairKept, names: Callable[[str], str]) -> dict[str, Any]:
    over = kept.last_day is not None and kept.last_day < visit.today()
    end = {
        "action": url_for(".end_pair", installation=one.id, kept=kept.id),
        "day": iso(kept.last_day) or visit.today().isoformat(),
        "id": kept.id,
    }
    return {
        "cells": {
            "left": names(kept.left),
            "right": names(kept.right),
            "first_day": iso(kept.first_day),
            "last_day": iso(kept.last_day),
            "end": None if over else end,
        }
    }


def _columns(definition: Definition, matching: Matching, *more: str) -> list[Mapping[str, Any]]:
    """Both sides by what stands on them, then `more`."""
    sides = [
        {"key": "left", "title": side_title(definition, matching.left), "kind": "title", "fact": True},
        {"key": "right", "title": side_title(definition, matching.right), "kind": "", "fact": True},
    ]
    return [*sides, *columns(*more)]
