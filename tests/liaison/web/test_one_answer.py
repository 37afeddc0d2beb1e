"""One answer for everything: what somebody may open is what lists, search, boards, figures, files, papers and notices
tell of, and nothing else is told of."""

from __future__ import annotations

import csv
import random
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from html import unescape
from io import BytesIO, StringIO
from typing import Any

import pytest
from openpyxl import load_workbook
from werkzeug.test import Client, TestResponse

from harness.cast import PASSWORD, report
from liaison.access import GUEST
from liaison.definitions import read_package
from liaison.engine import Command, Record
from liaison.store import (
    SqlWorld,
    act,
    add_account,
    add_organisation,
    add_person,
    end_grant,
    grant,
    hold,
    install,
    publish,
)
from liaison.store import tables as t

from .test_signoffs import Signing

PDF = b"%PDF-1.7\n%%EOF\n"
RECORD = re.compile(r"/desk/records/([0-9a-f-]{36})")
ROW = re.compile(r'<a[^>]*href="/desk/records/([0-9a-f-]{36})"[^>]*>')
NEWCOMERS = ("viewer", "reader", "unit_reader", "past_reader", "neighbour")
STAFF = ("office", "director", "economy", "housing", "tax", "secretary")
EVERYBODY = (*STAFF, *NEWCOMERS, "company", "")


class Throng:
    """Two organisations with the scheme, a mechanism in which people sign beside it, records in many states, and people
    of every sort."""

    def __init__(self, place: Any) -> None:
        self.place = place
        self.choose = random.Random(20260820)
        self.installation = place.installation
        self.files: dict[str, str] = {}
        """File → the matter that names it."""
        self._matters()
        self._people()
        self.signing = Signing(place)
        self.place.do(self.signing.sheet("director"), "agree", "director", values={"opinion": "同意"})
        # What was due has run out by now, and presses.
        place.wait(days=40)

    def _people(self) -> None:
        place = self.place
        with place.database.write() as connection:
            add_organisation(connection, "other", "邻区", place.now)
            digest = publish(connection, read_package("shunde"), "seed", place.now)
            self.other = install(connection, "other", digest, "seed", place.now)
            for id_ in NEWCOMERS:
                home = "other" if id_ == "neighbour" else "district"
                add_person(connection, home, f"示例{id_}", id_=id_)
                add_account(connection, home, id_, id_, PASSWORD, place.now)
            hold(connection, self.other, "neighbour", "office_staff", "federation", first_day=date(2026, 1, 1))
            for person, role, kind, on in (
                ("viewer", "viewer", "organisation", "district"),
                ("reader", "reader", "installation", self.installation),
                ("unit_reader", "reader", "unit", f"{self.installation}/tax"),
            ):
                grant(connection, person, role, kind, on, "seed", organisation="district")
            over = grant(connection, "past_reader", "reader", "organisation", "district", "", organisation="district")
            end_grant(connection, over, place.now.date())
            submit = Command("submit", GUEST, "next door", type="matter", installation=self.other, values=report())
        assert act(place.database, submit, place.now)

    def _matters(self) -> None:
        place = self.place
        place.submit("company")
        place.do(place.submit("secretary", company="退回的示例公司").record, "return", reason="请补充")
        self._with_evidence()
        leads = ["economy", "tax", "housing_water"]
        for by in ("", "company", "secretary"):
            lead, support = self.choose.sample(leads, 2)
            place.assigned(by, lead, (support,) if self.choose.random() < 0.7 else ())
        replied = place.assigned("company", "economy", ("tax",))
        self._sign(replied)
        answer = {"opinion": "已协调", "result": "已续贷", "outcome_unit": "solved",
                  "lead_contact": "王经促", "lead_phone": "13700137000"}  # fmt: skip
        place.do(replied, "reply", "economy", values=answer)
        moved = place.assigned("", "tax", ())
        place.do(moved, "reassign", values={"lead_unit": "economy", "support_units": []}, reason="职责")
        objected = place.assigned("", "economy", ())
        place.do(self._lead(objected).assignment, "object", "economy", reason="不属本单位职责")

    def _with_evidence(self) -> None:
        place = self.place
        sent = place.signed_in("company").post(
            f"/files/{self.installation}/matter/evidence", data={"file": (BytesIO(PDF), "证明.pdf")}
        )
        id_ = sent.json["id"]
        command = Command(
            "submit", place.actor("company"), "evidence", type="matter", installation=self.installation,
            values=report(evidence=[id_], company="有附件的示例公司"), applicant="company", files=(id_,),
        )  # fmt: skip
        result = act(place.database, command, place.now)
        assert result, result.refusal
        self.files[id_] = result.record

    def _lead(self, matter: str) -> Any:
        return next(held for held in self.record(matter).parts if held.part == "lead" and held.ended is None)

    def _sign(self, matter: str) -> None:
        self.place.do(
            self._lead(matter).assignment, "sign", "economy", values={"person": "王经促", "phone": "13700137000"}
        )

    def record(self, id_: str) -> Record:
        return self.records[id_] if "records" in self.__dict__ else self._read([id_])[id_]

    def _read(self, ids: Iterable[str]) -> dict[str, Record]:
        with self.place.database.read() as connection:
            families = SqlWorld(connection, self.place.database.shelf).families(list(ids))
        return {id_: family.record for id_, family in families.items()}

    @cached_property
    def records(self) -> dict[str, Record]:
        """Everything there is, once all has happened."""
        with self.place.database.read() as connection:
            ids = connection.execute(t.Record.__table__.select()).mappings().all()
        return self._read(row["id"] for row in ids)

    def matters(self, installation: str) -> dict[str, str]:
        """The matters of an installation: number → id."""
        return {
            one.number: one.id
            for one in self.records.values()
            if one.installation == installation and not one.parent and one.number
        }


@dataclass
class Somebody:
    """A person at a browser."""

    throng: Throng
    login: str
    client: Client
    desk: str = ""
    """The installation on the desk."""
    seen: dict[tuple[str, str], frozenset[str] | None] = field(default_factory=dict)

    @cached_property
    def opens(self) -> frozenset[str]:
        """Every record that opens."""
        found = set()
        for id_ in self.throng.records:
            answer = self.client.get(f"/r/{id_}")
            if answer.status_code == 302 and "/accounts/" not in answer.headers["Location"]:
                found.add(id_)
        return frozenset(found)

    def at(self, installation: str) -> bool:
        """Whether the desk can be set to a mechanism; it is then."""
        if self.desk != installation and self.client.get(f"/desk/at/{installation}").status_code == 302:
            self.desk = installation
        return self.desk == installation

    def rows(self, address: str) -> frozenset[str] | None:
        """The records in the lists of a page; None where it does not open."""
        if (self.desk, address) not in self.seen:
            answer = self.client.get(address)
            assert answer.status_code in (200, 302, 403, 404), (self.login, address, answer.status_code)
            found = ROW.findall(_main(answer)) if answer.status_code == 200 else None
            self.seen[self.desk, address] = None if found is None else frozenset(found)
        return self.seen[self.desk, address]


def _main(answer: TestResponse) -> str:
    return answer.text.partition("<main")[2]


@pytest.fixture
def throng(place: Any) -> Throng:
    return Throng(place)


def test_nothing_tells_of_what_does_not_open(throng: Throng) -> None:
    people = {
        login: Somebody(throng, login, throng.place.signed_in(login) if login else throng.place.app.test_client())
        for login in EVERYBODY
    }
    _the_cast_differs(throng, people)
    for login, one in people.items():
        for installation in (throng.installation, throng.other, throng.signing.installation):
            if login and one.at(installation):
                sees_all = people["neighbour" if installation == throng.other else "office"]
                assert sees_all.at(installation)
                _lists(throng, one, sees_all, installation)
                _boards(throng, one, sees_all, installation)
                _figures(one, sees_all)
                _pressing(one, sees_all)
                _desk_of_one(one)
        _files(throng, one)
        _papers(throng, one)


def _the_cast_differs(throng: Throng, people: dict[str, Somebody]) -> None:
    """Whoever reads by a grant sees what the office sees, or what the unit does; a viewer and neighbours nothing."""
    here = {one.id for one in throng.records.values() if one.installation == throng.installation}
    there = {one.id for one in throng.records.values() if one.installation == throng.other}
    signed = {one.id for one in throng.records.values() if one.installation == throng.signing.installation}
    assert people["office"].opens == people["director"].opens == here | signed
    assert people["reader"].opens == here
    assert people["unit_reader"].opens == people["tax"].opens
    assert frozenset() < people["tax"].opens < people["office"].opens
    assert people["neighbour"].opens == there
    assert people["viewer"].opens == people["past_reader"].opens == people[""].opens == frozenset()
    mine = {one.id for one in throng.records.values() if "company" in (one.applicant, one.reporter)}
    assert people["company"].opens == mine
    assert people["economy"].opens != people["housing"].opens != people["tax"].opens
    # The signer of the sheet sees it and the matter above; who shares in neither sees nothing there.
    assert throng.signing.matter in people["director"].opens
    assert not people["tax"].opens & signed


def _lists(throng: Throng, one: Somebody, sees_all: Somebody, installation: str) -> None:
    """Ledgers, their files and the search: all of what there is that opens, in each of them."""
    numbers = throng.matters(installation)
    views = re.findall(r'href="/desk/ledgers/(\w+)"', one.client.get("/desk/ledgers", follow_redirects=True).text)
    for view in {"collected", "general"} & set(views) or views:
        address = f"/desk/ledgers/{view}"
        whole, mine = sees_all.rows(address), one.rows(address)
        assert whole is not None
        assert mine == whole & one.opens, (one.login, address)
        if view != "collected":
            continue
        told = list(csv.reader(StringIO(one.client.get(f"{address}/file?as=csv").data.decode("utf-8-sig"))))
        at = told[0].index("编号")
        assert {numbers[row[at]] for row in told[1:]} == mine, (one.login, address)
        sheet = load_workbook(BytesIO(one.client.get(f"{address}/file?as=xlsx").data)).active
        assert sheet is not None
        cells = [row[at].value for row in sheet.iter_rows(min_row=2)]
        assert {numbers[str(cell)] for cell in cells} == mine, (one.login, address)
    for words in ("示例", "续贷", "退回的示例公司"):
        address = f"/desk/search?q={words}"
        whole, mine = sees_all.rows(address), one.rows(address)
        assert whole is not None
        assert mine is not None
        reach = {id_ for id_ in throng.records if throng.records[id_].installation == installation}
        assert mine & reach == whole & reach & one.opens, (one.login, words)
        assert mine <= one.opens
    for number, id_ in throng.choose.sample(sorted(numbers.items()), min(len(numbers), 4)):
        answer = one.client.get(f"/desk/search?q={number}")
        assert (id_ in RECORD.findall(_main(answer) + answer.headers.get("Location", ""))) == (id_ in one.opens)


def _boards(throng: Throng, one: Somebody, sees_all: Somebody, installation: str) -> None:
    """The board of a unit shows of what it has on its hands what opens."""
    for unit in ("economy", "tax", "housing_water"):
        address = f"/desk/units/{unit}"
        whole, mine = sees_all.rows(address), one.rows(address)
        if installation == throng.signing.installation:
            assert whole is mine is None, "it has other units"
            continue
        assert whole is not None
        if one.login in ("office", "director", "reader", "neighbour"):
            assert mine == whole
        elif one.login in (unit, "unit_reader" if unit == "tax" else "", "housing" if unit == "housing_water" else ""):
            assert mine == whole & one.opens == whole, "all that the unit has a part in is its own"
        else:
            assert mine is None, (one.login, unit)


def _figures(one: Somebody, sees_all: Somebody) -> None:
    """The list behind each number of a report."""
    page = sees_all.client.get("/desk/reports/quarter?period=2026-Q3")
    links = sorted({unescape(href) for href in re.findall(r'href="([^"]*/records\?[^"]*)"', page.text)})
    for address in links[:: max(len(links) // 5, 1)]:
        whole, mine = sees_all.rows(address), one.rows(address)
        assert whole, address
        # A number made of what somebody may not read is no number for that person.
        assert mine is None or mine == whole & one.opens, (one.login, address)
    shown = one.client.get("/desk/reports/quarter?period=2026-Q3")
    mine_of = {unescape(href) for href in re.findall(r'href="([^"]*/records\?[^"]*)"', shown.text)}
    assert all(one.rows(address) for address in sorted(mine_of)[::16]), "no number leads to an empty list"


def _pressing(one: Somebody, sees_all: Somebody) -> None:
    """What presses on units is told to who sees all of it; the file holds as many lines as the page."""
    whole, mine = sees_all.rows("/desk/pressing"), one.rows("/desk/pressing")
    assert whole is not None
    assert mine is not None
    assert mine <= one.opens
    if one.login in ("office", "director", "reader"):
        assert mine == whole
    else:
        assert not mine or one is sees_all, one.login
    lines = list(csv.reader(StringIO(one.client.get("/desk/pressing/file?as=csv").data.decode("utf-8-sig"))))
    assert bool(lines[1:]) == bool(mine)


def _desk_of_one(one: Somebody) -> None:
    """Work lists and notices lead only to what opens."""
    for name in ("", "started", "handled", "copied"):
        rows = one.rows(f"/desk/{name}")
        assert rows is None or rows <= one.opens, (one.login, name)
    told = re.findall(r"/desk/notices/\d+/([0-9a-f-]{36})", one.client.get("/desk/notices").text)
    assert set(told) <= one.opens, one.login


def _files(throng: Throng, one: Somebody) -> None:
    """A file opens with the record that names it."""
    for file, record in throng.files.items():
        answer = one.client.get(f"/files/{file}")
        assert (answer.status_code == 200) == (record in one.opens), (one.login, answer.status_code)


def _papers(throng: Throng, one: Somebody) -> None:
    """The official form of a matter is for whoever has a desk and sees the matter."""
    for id_ in throng.choose.sample(sorted(throng.matters(throng.installation).values()), 4):
        opened = one.client.get(f"/desk/records/{id_}").status_code == 200
        assert opened == (one.login not in ("", "company") and id_ in one.opens), (one.login, id_)
        assert (one.client.get(f"/desk/records/{id_}/print/report").status_code == 200) == opened, (one.login, id_)


def test_a_reader_reads_and_does_nothing(throng: Throng) -> None:
    place, client = throng.place, throng.place.signed_in("reader")
    assert client.get("/").headers.get("Location", "/") in ("/", "/desk/")
    assert client.get("/desk/").headers["Location"] == "/desk/ledgers"
    matter = next(one for one in throng.records.values() if one.state == "assigned" and not one.parent)
    assert client.get(f"/r/{matter.id}").headers["Location"] == f"/desk/records/{matter.id}"
    page = client.get(f"/desk/records/{matter.id}")
    assert page.status_code == 200
    assert not re.search(r"/(do|edit)/", page.text)
    for action in ("urge", "reassign", "give_progress"):
        answer = client.post(f"/desk/records/{matter.id}/do/{action}", data={"key": action, "step": "do"})
        assert answer.status_code == 403, action
    assert not any(name in client.get("/desk/ledgers/collected").text for name in ("/desk/started", "/desk/copied"))
    # It ends with its last day: rosters are not kept past it.
    with place.database.write() as connection:
        given = connection.execute(t.Grant.__table__.select().where(t.Grant.person_id == "reader")).mappings().one()
        end_grant(connection, given["id"], place.now.date())
    assert client.get(f"/desk/records/{matter.id}").status_code == 200
    place.wait(days=1)
    assert place.signed_in("reader").get(f"/desk/records/{matter.id}").status_code == 403


def test_reading_by_a_grant_is_no_handling(place: Any) -> None:
    """Whoever reported for a firm without an account hands over the slip as before, though a grant lets read it all."""
    submit = Command("submit", place.actor("secretary"), "submit", type="matter", installation=place.installation,
                     values=report())  # fmt: skip
    record = act(place.database, submit, place.now).record
    with place.database.write() as connection:
        grant(connection, "secretary", "reader", "organisation", "district", "seed", organisation="district")
    assert place.signed_in("secretary").post(f"/follow/{record}/slip").status_code == 200
    assert place.signed_in("office").post(f"/follow/{record}/slip").status_code == 403
