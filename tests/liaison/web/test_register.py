"""Registers of objects and matchings at the desk: what is in the list opens and nothing else does, whatever names an
object is in its file, and five thousand of them cost as many queries as five."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from html import unescape
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import insert
from werkzeug.test import Client

from harness.cast import PASSWORD
from harness.hands import enter
from harness.pace import ordinary_seconds
from harness.queries import counted
from liaison.access import Actor, may_see, may_see_object, objects_of, scope_of
from liaison.definitions import Package, read_package
from liaison.engine import Command
from liaison.roster import Paired
from liaison.store import (
    SqlWorld,
    act,
    add_account,
    add_organisation,
    add_party,
    add_person,
    close_party,
    grant,
    hold,
    install,
    join,
    pair,
    publish,
    put_in_force,
)
from liaison.store import tables as t

ROW = re.compile(r'<a class="table__link" href="/desk/register/([0-9a-f-]+)"')
NAMES = {"first": "示例甲公司", "second": "示例乙公司", "third": "示例丙公司", "gone": "示例丁公司"}
MECHANISMS = Path(__file__).parents[1] / "engine" / "mechanisms"


@dataclass
class Register:
    """A mechanism that serves enterprises of the directory, with people of every sort and records that name some."""

    place: Any
    installation: str
    parties: dict[str, str]
    records: dict[str, str]
    beside: str = ""
    """The scheme that ships, which serves nobody of the directory."""

    def at(self, login: str) -> Client:
        """A browser in which somebody has this mechanism on the desk."""
        client: Client = self.place.signed_in(login)
        client.get(f"/desk/at/{self.installation}")
        return client

    def listed(self, client: Client, asked: str = "") -> set[str]:
        """The entries in the register, by what they are called here; the chambers of the scheme beside are left out."""
        answer = client.get(f"/desk/register{asked}")
        assert answer.status_code == 200, answer.status_code
        known = {id_: key for key, id_ in self.parties.items()}
        return {known[id_] for id_ in ROW.findall(answer.text) if id_ in known}


def _set_up(place: Any, package: str, organisation: str = "district") -> str:
    with place.database.write() as connection:
        digest = publish(connection, read_package(package), "office", place.now)
        installation = install(connection, organisation, digest, "office", place.now)
        put_in_force(connection, installation, True, place.now)
    return installation


def _take(place: Any, action: str, by: str, key: str, **more: Any) -> str:
    result = act(place.database, Command(action, Actor(by, by), key, **more), place.now)
    assert result, result.refusal
    return result.record


@pytest.fixture
def visited(place: Any) -> Register:
    """Prosecutors, each joined with enterprises, and their visits: every one of them sees every visit."""
    scheme = place.installation
    here = _set_up(place, "procuratorate")
    with place.database.write() as connection:
        parties = {
            key: add_party(connection, "district", "enterprise", name, region="440606" if key == "first" else "")
            for key, name in NAMES.items()
        }
        parties["bank"] = add_party(connection, "district", "bank", "示例银行")
        close_party(connection, parties["gone"], date(2026, 1, 1))
        hold(connection, here, "office", "office_staff", "federation")
        for person in ("economy", "tax"):
            hold(connection, here, person, "prosecutor", "procuratorate")
        pair(connection, here, "contact_point", "tax", parties["first"], first_day=date(2025, 3, 1),
             last_day=date(2026, 1, 4))  # fmt: skip
        pair(connection, here, "contact_point", "economy", parties["first"], first_day=date(2026, 1, 5))
        pair(connection, here, "contact_point", "tax", parties["second"])
        add_organisation(connection, "other", "邻区", place.now)
        parties["next_door"] = add_party(connection, "other", "enterprise", "邻区示例公司")
    seen = {"visited_on": "2026-08-19", "company": parties["first"], "prosecutors": ["economy"], "findings": "经营正常"}
    about = {"company_name": NAMES["first"], "contact_name": "张三", "contact_phone": "13800138000",
             "subject": "员工子女入学", "problem": "名额不足"}  # fmt: skip
    records = {
        "visit": _take(place, "note_visit", "economy", "visit", type="visit", installation=here, values=seen),
        "matter": _take(place, "report", "company", "report", type="matter", installation=here, values=about),
    }
    return Register(place, here, parties, records, scheme)


@pytest.fixture
def grouped(place: Any) -> Register:
    """Groups of enterprises, each with a branch: who sees a matter by a part alone."""
    here = _set_up(place, "xiamen_finance")
    with place.database.write() as connection:
        parties = {key: add_party(connection, "district", "enterprise", name) for key, name in NAMES.items()}
        close_party(connection, parties["gone"], date(2026, 1, 1))
        for person, post, unit in (("office", "office_staff", "federation"), ("economy", "cadre", "e01"),
                                   ("housing", "cadre", "e02"), ("tax", "specialist", "b01")):  # fmt: skip
            hold(connection, here, person, post, unit)
        for key, group in (("first", "e01"), ("second", "e01"), ("third", "e02")):
            pair(connection, here, "enterprises", parties[key], group, first_day=date(2026, 1, 5))
        pair(connection, here, "branches", "e01", "b01", first_day=date(2026, 1, 5))
        for person, role, kind, on in (("director", "reader", "installation", here),
                                       ("secretary", "reader", "unit", f"{here}/e02")):  # fmt: skip
            grant(connection, person, role, kind, on, "seed", organisation="district")
        add_organisation(connection, "other", "邻区", place.now)
        parties["next_door"] = add_party(connection, "other", "enterprise", "邻区示例公司")
    other = _set_up(place, "xiamen_finance", "other")
    with place.database.write() as connection:
        add_person(connection, "other", "邻区工作人员", id_="neighbour")
        add_account(connection, "other", "neighbour", "neighbour", PASSWORD, place.now)
        hold(connection, other, "neighbour", "office_staff", "federation")
    asked = {"member": parties["first"], "company": NAMES["first"], "contact_name": "张三",
             "contact_phone": "13800138000", "amount_needed": "1000000.00", "months": 12,
             "purpose": "购买原料"}  # fmt: skip
    need = _take(place, "submit", "company", "need", type="need", installation=here, values=asked)
    with place.database.read() as connection:
        state = SqlWorld(connection, place.database.shelf).families([need])[need].record
    assert {held.part for held in state.parts} == {"group"}, state.parts
    _take(place, "recommend", "economy", "recommend", record=need,
          values={"bank": "first", "amount_recommended": "1000000.00"})  # fmt: skip
    return Register(place, here, parties, {"need": need})


def _opens(register: Register, client: Client, key: str) -> int:
    return client.get(f"/desk/register/{register.parties[key]}").status_code


def test_what_opens_is_in_the_list(grouped: Register) -> None:
    expected = {
        "office": {"first", "second", "third"},
        "director": {"first", "second", "third"},
        "economy": {"first", "second"},
        "housing": {"third"},
        "secretary": {"third"},
        "tax": {"first"},
    }
    for login, keys in expected.items():
        client = grouped.at(login)
        assert grouped.listed(client) == keys, login
        closed = grouped.listed(client, "?closed=1")
        for key in grouped.parties:
            status = _opens(grouped, client, key)
            assert (status == 200) == (key in closed), (login, key, status)
            assert status in (200, 403, 404), (login, key)
            assert (status == 404) == (key == "next_door"), "of another organisation nobody is told anything"
    next_door = grouped.place.signed_in("neighbour")
    assert grouped.listed(next_door) == {"next_door"}
    assert _opens(grouped, next_door, "first") == 404
    assert grouped.place.app.test_client().get("/desk/register").status_code == 302


def test_the_store_answers_as_access_does(grouped: Register) -> None:
    place = grouped.place
    for login in ("office", "economy", "housing", "tax", "secretary", "director"):
        client = grouped.at(login)
        listed = grouped.listed(client, "?closed=1")
        with place.database.read() as connection:
            world = SqlWorld(connection, place.database.shelf)
            today = world.surroundings(grouped.installation, place.now.date()).today
            types = world.mechanism(grouped.installation).definition.record_types
            need = world.families([grouped.records["need"]])[grouped.records["need"]].record
        scope = scope_of(Actor(login), types, today)
        objects = objects_of(scope, ["need"], today)
        named = {need.values["member"]} if may_see(scope, need.seen) else set()
        allowed = {
            key
            for key, id_ in grouped.parties.items()
            if key != "next_door" and may_see_object(objects, id_, id_ in named)
        }
        assert listed == allowed, login


def test_the_list_is_searched_and_narrowed(visited: Register) -> None:
    client = visited.at("office")
    assert visited.listed(client) == {"first", "second", "third"}
    assert visited.listed(client, "?q=乙") == {"second"}
    assert visited.listed(client, "?q=无此企业") == set()
    assert visited.listed(client, "?region=440606") == {"first"}
    assert visited.listed(client, "?with.contact_point=~") == {"third"}
    assert visited.listed(client, "?with.contact_point=economy") == {"first"}
    assert visited.listed(client, "?with.contact_point=nobody") == {"first", "second", "third"}, "not offered"
    assert visited.listed(client, "?closed=1") == {"first", "second", "third", "gone"}
    text = client.get("/desk/register").text
    assert "王经促" in text
    told = list(csv.reader(StringIO(client.get("/desk/register/file?as=csv&q=甲").data.decode("utf-8-sig"))))
    assert [row[0] for row in told] == ["名称", NAMES["first"]]
    assert client.get("/desk/register/file?as=nothing").status_code == 404


def test_the_list_is_ordered_and_has_the_columns_one_wants(visited: Register) -> None:
    client = visited.at("office")
    names = {id_: key for key, id_ in visited.parties.items()}

    def order(asked: str) -> list[str]:
        return [names[id_] for id_ in ROW.findall(client.get(f"/desk/register{asked}").text)]

    assert order("?sort=-name") == order("?sort=name")[::-1]
    assert order("?sort=region")[0] == "first", "the only one that has one"
    assert order("?sort=nonsense") == order("")
    assert "sort=credit_code" in client.get("/desk/register").text
    chosen = client.post("/desk/register/columns?q=甲", data={"column": ["open", "nonsense"]})
    assert "q=" in chosen.headers["Location"]
    page = client.get("/desk/register").text.partition("<thead>")[2].partition("</thead>")[0]
    assert "在办" in page
    assert "统一社会信用代码" not in page
    client.post("/desk/register/columns")
    assert "统一社会信用代码" in client.get("/desk/register").text.partition("<thead>")[2].partition("</thead>")[0]


def test_a_page_has_everything_that_names_an_object(visited: Register) -> None:
    client, first = visited.at("office"), visited.parties["first"]
    text = client.get(f"/desk/register/{first}").text
    # Named by the entry picked, or by the name typed; partners now and before.
    assert set(visited.records.values()) == set(re.findall(r"/desk/records/([0-9a-f-]{36})", text))
    assert "王经促（2026-01-05 起）" in text.replace("2026年1月5日", "2026-01-05")
    assert "孙税务" in text
    assert "挂点联系（从前）" in text
    assert "最近走访日期 2026-08-19" in text, "the day of the visit, not when it was entered"
    assert "最近登记 2026-08-20" in text
    # The numbers open the ledger, and it has as many.
    for href in {unescape(one) for one in re.findall(r'href="(/desk/ledgers/[^"]*object=[^"]*)"', text)}:
        ledger = client.get(href)
        assert ledger.status_code == 200, href
        assert len(re.findall(r'class="table__link"', ledger.text)) == 1, href
        assert NAMES["first"] in ledger.text
    # What is begun from here is about it.
    begins = {unescape(one) for one in re.findall(r'href="(/desk/new/[^"]*)"', text)}
    assert len(begins) == 2, begins
    form = client.get(next(one for one in begins if "visit" in one), follow_redirects=True).text
    assert re.search(rf'value="{first}"[^>]*(selected|checked)|name="company"[^>]*value="{first}"', form), "filled in"
    # And the record leads back.
    assert f"/desk/register/{first}" in client.get(f"/desk/records/{visited.records['visit']}").text
    assert client.get(f"/desk/register/{visited.parties['bank']}").status_code == 404, "it serves no banks"
    assert client.get(f"/desk/ledgers/visits?object={visited.parties['bank']}").status_code == 404
    assert client.get("/desk/ledgers/talks?object=" + first).status_code == 404, "a talk names nobody"


def test_a_record_leads_only_to_what_opens(grouped: Register) -> None:
    need = f"/desk/records/{grouped.records['need']}"
    for login in ("office", "economy", "tax"):
        text = grouped.at(login).get(need).text
        assert f"/desk/register/{grouped.parties['first']}" in text, login


def test_a_page_shows_the_other_mechanisms_on_the_desk(visited: Register) -> None:
    place = visited.place
    other = _set_up(place, "xiamen_finance")
    with place.database.write() as connection:
        hold(connection, other, "office", "office_staff", "federation")
        hold(connection, other, "housing", "office_staff", "federation")
    office, housing = visited.at("office"), place.signed_in("housing")
    office.get(f"/desk/at/{other}")
    housing.get(f"/desk/at/{other}")
    address, visits = f"/desk/register/{visited.parties['first']}", visited.records["visit"]
    assert visits in office.get(address).text
    assert visits not in housing.get(address).text, "that mechanism is not on the desk there"
    assert not re.findall(rf'/desk/ledgers/visits[^"]*{visited.parties["first"]}', office.get(address).text)


def test_the_search_finds_objects_too(grouped: Register) -> None:
    address, searched = f"/desk/register/{grouped.parties['third']}", "/desk/search?q=示例丙"
    assert address in grouped.at("office").get(searched).text
    assert address not in grouped.at("tax").get(searched).text


def test_a_field_that_is_closed_to_somebody_names_nobody_to_them(place: Any) -> None:
    """A filter would tell what the record does not show."""
    files = dict(read_package(MECHANISMS / "parties").files)
    form, lifecycle = "form_definitions/parties/matter.json", "rules/parties/lifecycle/matter.json"
    changed = json.loads(files[form])
    for key in ("chamber", "advised"):
        changed["schema"]["properties"][key]["index"] = True
    states = json.loads(files[lifecycle])
    for state in states["states"]:
        state["read"] = {"matter.inside": [{"post": "office"}]}
    mechanism = json.loads(files["rules/parties/mechanism.json"])
    mechanism["record_types"][0]["see"] = [{"post": "office"}, {"post": "liaison"}]
    files |= {form: _json(changed), lifecycle: _json(states), "rules/parties/mechanism.json": _json(mechanism)}
    with place.database.write() as connection:
        digest = publish(connection, Package(files), "office", place.now)
        here = install(connection, "district", digest, "office", place.now)
        put_in_force(connection, here, True, place.now)
        hold(connection, here, "office", "office", "")
        hold(connection, here, "economy", "liaison", "north")
        chamber = add_party(connection, "district", "chamber", "示例商会甲")
        firm = add_party(connection, "district", "law_firm", "示例律所")
    matter = _take(place, "begin", "office", "begin", type="matter", installation=here, values={"chamber": chamber})
    _take(place, "amend", "office", "amend", record=matter, values={"advised": firm})
    for login, told in (("office", True), ("economy", False)):
        client = place.signed_in(login)
        client.get(f"/desk/at/{here}")
        assert matter in client.get(f"/desk/register/{chamber}").text, login
        page = client.get(f"/desk/register/{firm}")
        assert page.status_code == 200, "who sees every record sees every entry"
        assert (matter in page.text) is told, login


def _json(data: Any) -> bytes:
    return json.dumps(data, ensure_ascii=False).encode()


def test_the_navigation_has_what_the_mechanism_has(visited: Register) -> None:
    client = visited.at("office")
    assert 'href="/desk/register"' in client.get("/desk/").text
    assert 'href="/desk/matchings"' in client.get("/desk/").text
    client.get(f"/desk/at/{visited.beside}")
    page = client.get("/desk/").text
    assert 'href="/desk/register"' not in page
    assert 'href="/desk/matchings"' not in page
    assert client.get("/desk/register").status_code == 404
    assert client.get("/desk/matchings").status_code == 404


def test_a_matching_shows_all_or_ones_own(visited: Register) -> None:
    office, one = visited.at("office"), visited.at("economy")
    address = office.get("/desk/matchings").headers["Location"]
    assert address == "/desk/matchings/contact_point"
    whole = office.get(address).text
    assert "王经促" in whole
    assert "孙税务" in whole
    assert "企业：每个至多 1 个伙伴" in whole
    assert "登记结对" not in whole
    before = office.get(f"{address}?which=before").text
    assert "2026-01-04" in before
    turned = office.get(f"{address}?by=right").text
    assert NAMES["third"] in turned
    assert NAMES["gone"] not in turned
    mine = one.get(address).text
    assert NAMES["first"] in mine
    assert NAMES["second"] not in mine
    assert "孙税务" not in mine
    assert "2026-01-04" not in one.get(f"{address}?which=before").text, "a pair of another's is not mine"
    assert "2026-01-04" in visited.at("tax").get(f"{address}?which=before").text
    told = list(csv.reader(StringIO(one.get(f"{address}/file?as=csv").data.decode("utf-8-sig"))))
    assert [row[:2] for row in told[1:]] == [["王经促", NAMES["first"]]]
    assert office.get("/desk/matchings/none").status_code == 404
    assert office.get(f"{address}?which=nonsense&by=middle&page=x").status_code == 200


def test_who_lacks_a_partner_is_said(grouped: Register) -> None:
    client = grouped.at("office")
    text = client.get("/desk/matchings/branches").text
    assert "没有结够" in text
    alone = client.get("/desk/matchings/branches?which=alone&q=企业第二组").text
    assert "企业第二组" in alone
    assert "企业第三组" not in alone.partition("<tbody>")[2]
    # The branch sees its own group, and of the enterprises that of its matter alone.
    branch = grouped.at("tax")
    assert "企业第一组" in branch.get("/desk/matchings/branches").text
    others = branch.get("/desk/matchings/enterprises").text
    assert not any(name in others for name in NAMES.values())


def _fill(register: Register, first: int, many: int, to: tuple[str, str] = ("contact_point", "economy")) -> None:
    """More enterprises in the directory, each with the partner `to` says in a matching."""
    with register.place.database.write() as connection:
        connection.execute(
            insert(t.Party),
            [
                {"id": f"{n:032x}", "organisation_id": "district", "kind": "enterprise", "name": f"示例企业{n:05}",
                 "credit_code": None, "region": None, "first_day": None, "last_day": None}
                for n in range(first, first + many)
            ],
        )  # fmt: skip
        matching, partner = to
        ids = [f"{n:032x}" for n in range(first, first + many)]
        touched = [
            Paired(matching, id_, partner) if matching == "enterprises" else Paired(matching, partner, id_)
            for id_ in ids
        ]
        join(connection, register.installation, touched)


def _statements(place: Any, client: Client, addresses: Iterable[str]) -> list[int]:
    found = []
    for address in addresses:
        client.get(address)
        with counted(place.database) as sent:
            assert client.get(address).status_code == 200, address
        found.append(len(sent))
    return found


def test_five_thousand_cost_no_more_queries(visited: Register) -> None:
    place = visited.place
    addresses = ["/desk/register", "/desk/register?page=2&q=示例", "/desk/register?with.contact_point=~",
                 "/desk/matchings/contact_point?by=right", f"/desk/register/{visited.parties['first']}"]  # fmt: skip
    clients = [visited.at("office"), visited.at("economy")]
    _fill(visited, 1, 60)
    few = [_statements(place, client, addresses) for client in clients]
    _fill(visited, 100, 4_940)
    many = [_statements(place, client, addresses) for client in clients]
    assert many == few
    # Nor is anything gone through for each of them once more.
    for client in clients:
        assert ordinary_seconds(lambda client=client: client.get("/desk/matchings/contact_point"), rounds=2) < 3
    page = clients[0].get("/desk/register").text
    assert len(ROW.findall(page)) == 40
    assert "5,003" in page


def test_what_is_folded_is_printed(grouped: Register, desktop: Page, serve: Any) -> None:
    _fill(grouped, 1, 30, ("enterprises", "e03"))
    base = serve(grouped.place.app)
    page = enter(desktop, base, "office", "/desk/")
    page.goto(f"{base}/desk/at/{grouped.installation}")
    page.goto(f"{base}/desk/matchings/enterprises?by=right")
    folded = page.locator("details[data-printed]")
    expect(folded).not_to_have_attribute("open", "")
    page.evaluate("window.print = () => {}")
    page.get_by_role("button", name="打印").click()
    expect(folded).to_have_attribute("open", "")
    expect(page.get_by_text("示例企业00030", exact=True)).to_be_visible()
