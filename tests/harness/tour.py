"""Every page of the site, and how to come to each in the demonstration.

One table for the test that looks at all of them and for the command that takes their pictures: `tests/test_tour.py`
fails when a route leads to a page that is not in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from playwright.sync_api import Page
from sqlalchemy import or_, select

from liaison.access import GUEST, Actor
from liaison.calendars import ZONE
from liaison.cli.demo import build, logins
from liaison.cli.serve import application
from liaison.cli.site import ROOT, opened
from liaison.definitions import read_package, to_zip
from liaison.engine import Command
from liaison.store import (
    BatchRow,
    Database,
    act,
    add_account,
    add_file,
    add_organisation,
    add_party,
    add_person,
    begin_batch,
    begin_draft,
    begin_work,
    carry_on,
    hold,
    import_notice,
    install,
    installations,
    keep_phrase,
    pair,
    publish,
    save_list,
)
from liaison.store import tables as t
from liaison.web import links

from .browser import Size, Visitors

AT = datetime(2026, 11, 20, 15, 0, tzinfo=ZONE)
"""The moment at which the demonstration stands: nothing in it depends on the day somebody looks."""
_MECHANISMS = Path(__file__).parents[1] / "liaison" / "engine" / "mechanisms"
_SURVEY = "longgang"
"""A mechanism in which much is done many at once."""
_SCORING = "wenzhou"
"""A mechanism that has indicators."""
_SERVING = "procuratorate"
"""A mechanism that has a register of those it serves, and joins them with people."""
_PLANNING = "nanshan"
"""A mechanism whose tasks are a tree."""
_COUNTIES = {"first_county": 8, "second_county": 5}
"""What is assessed there, and by what figure."""
_LOCAL = {"papers": [], "days": [{"date": "2026-12-04", "name": "示例活动日", "isOffDay": True}]}
_REPORT = {
    "reporting_unit": "示例商会", "company": "示例食品有限公司", "category": "B", "submitted_on": AT.date().isoformat(),
    "contact_name": "示例联系人", "contact_phone": "13800000000",
    "problem": "【示例】园区道路夜间没有照明，员工下班不安全。",
}  # fmt: skip
_ASSIGNED = {
    "level": "general", "subject": "【示例】园区照明", "category": "B", "lead_unit": "economy",
    "support_units": ["housing_water"], "reason": "【示例】情况简单，由牵头单位直接办理。",
}  # fmt: skip
_RATING = {
    "rating_unit": "示例机械有限公司", "outcome_company": "solved", "head_name": "示例负责人",
    "head_phone": "0757-22221111", "channels": ["telephone"], "satisfaction": "satisfied", "signature": "示例负责人",
}  # fmt: skip


_MATTERS = {
    "archived": "厂区门口道路修复", "overdue": "旺季用电增容", "key": "厂房用地手续补办", "rated": "员工子女插班指引",
    "new": "消防改造上门指导", "collected": "in_review", "reported": "reported",
}  # fmt: skip
"""Name in an address → what the matter is about, or the state it alone is in."""


@dataclass(frozen=True, slots=True)
class Stop:
    """A page. `picture` is what its picture is called; `who` has it before them, a login of the demonstration or
    nobody in particular; `press` is the button that leads on from the address to the page."""

    picture: str
    who: str
    address: str
    press: str = ""

    @property
    def on_phone(self) -> bool:
        """Whether the picture is of a phone."""
        return self.picture.endswith("-phone")


PAGES = (
    Stop("portal-home", "", "/"),
    Stop("portal-mechanism", "", "/m/{installation}"),
    Stop("portal-look-up", "", "/follow"),
    Stop("sign-in", "", "/accounts/sign-in"),
    Stop("link-over", "", "/l/{ended}"),
    Stop("portal-form-phone", "company", "/drafts/{report}"),
    Stop("portal-preview-phone", "company", "/drafts/{report}/preview"),
    Stop("portal-receipt-phone", "company", "/drafts/{report}/preview", press="提交"),
    Stop("portal-mine-phone", "company", "/mine"),
    Stop("portal-follow-phone", "company", "/follow/{rated}"),
    Stop("portal-recall-phone", "company", "/follow/{reported}/recall"),
    Stop("portal-rate-phone", "company", "/drafts/{rating}"),
    Stop("password", "office", "/accounts/password"),
    Stop("desk-todo", "office", "/desk/"),
    Stop("desk-todo-phone", "economy", "/desk/"),
    Stop("desk-started", "office", "/desk/started"),
    Stop("desk-handled", "office", "/desk/handled"),
    Stop("desk-copied", "office", "/desk/copied"),
    Stop("desk-ledger", "office", "/desk/ledgers/general"),
    Stop("desk-ledger-narrowed", "office", "/desk/ledgers/general?light=overdue"),
    Stop("desk-ledger-key", "office", "/desk/ledgers/key"),
    Stop("desk-ledger-meetings", "office", "/desk/ledgers/meetings"),
    Stop("desk-ledger-visits", "office", "/desk/ledgers/visits"),
    Stop("desk-search", "office", "/desk/search?q=增容"),
    Stop("desk-notices", "office", "/desk/notices"),
    Stop("desk-phrases", "office", "/desk/phrases"),
    Stop("desk-pressing", "office", "/desk/pressing"),
    Stop("desk-record", "office", "/desk/records/{overdue}"),
    Stop("desk-record-phone", "economy", "/desk/records/{overdue}"),
    Stop("desk-key-matter", "office", "/desk/records/{key}"),
    Stop("desk-act", "office", "/desk/records/{collected}", press="提交会议"),
    Stop("desk-assign", "office", "/desk/records/{collected}", press="交办"),
    Stop("desk-look", "director", "/desk/records/{collected}/do/assign/look"),
    Stop("desk-sign-phone", "housing", "/desk/records/{new}", press="签收"),
    Stop("desk-reply-phone", "economy", "/desk/records/{overdue}", press="报送办理情况"),
    Stop("desk-edit", "director", "/desk/records/{editable}/edit/matter.main"),
    Stop("desk-begin", "office", "/desk/new/visit"),
    Stop("desk-plan", "office", "/desk/new/meeting"),
    Stop("desk-meeting", "office", "/desk/records/{minuted}"),
    Stop("desk-invited", "economy", "/desk/records/{announced}"),
    Stop("desk-agenda", "office", "/desk/records/{announced}", press="调整议程"),
    Stop("desk-held", "office", "/desk/records/{announced}", press="会议已召开"),
    Stop("desk-minutes", "office", "/desk/records/{minuted}", press="更正纪要"),
    Stop("desk-print-form", "office", "/desk/records/{archived}/print/report"),
    Stop("desk-print-document", "office", "/desk/records/{minuted}/documents/minutes"),
    Stop("desk-report", "office", "/desk/reports/quarter"),
    Stop("desk-figure", "office", "/desk/reports/quarter/records?metric=received"),
    Stop("desk-report-print", "office", "/desk/reports/quarter/print"),
    Stop("desk-scores", "scorer", "/desk/scores/growth"),
    Stop("desk-score", "scorer", "/desk/scores/growth/objects/first_county"),
    Stop("desk-score-records", "scorer", "/desk/scores/growth/objects/first_county/g01"),
    Stop("desk-tree", "planner", "/desk/trees/plan?open=1"),
    Stop("desk-tree-phone", "planner", "/desk/trees/plan?open=1"),
    Stop("desk-branch", "planner", "/desk/ledgers/measures?branch=plan:plate:overdue:service"),
    Stop("desk-duties", "office", "/desk/duties"),
    Stop("desk-duty-period", "office", "/desk/duties?duty=monthly_meeting&period=2026-10-01"),
    Stop("desk-duty", "office", "/desk/duties/{duty}"),
    Stop("desk-bring", "gatherer", "/desk/new/difficulty/rows"),
    Stop("desk-batch", "gatherer", "/desk/batches/{tried}"),
    Stop("desk-batch-phone", "gatherer", "/desk/batches/{tried}"),
    Stop("desk-batches", "gatherer", "/desk/batches"),
    Stop("desk-ledger-picked", "gatherer", "/desk/ledgers/collected"),
    Stop("desk-together", "gatherer", "/desk/batches/{asking}/form"),
    Stop("desk-units", "office", "/desk/units"),
    Stop("desk-unit", "office", "/desk/units/economy"),
    Stop("desk-register", "keeper", "/desk/register"),
    Stop("desk-object", "keeper", "/desk/register/{served}"),
    Stop("desk-object-phone", "prosecutor", "/desk/register/{served}"),
    Stop("desk-ledger-object", "keeper", "/desk/ledgers/visits?object={served}"),
    Stop("desk-matching", "keeper", "/desk/matchings/contact_point"),
    Stop("desk-matching-mine", "prosecutor", "/desk/matchings/contact_point"),
    Stop("desk-matching-before", "keeper", "/desk/matchings/contact_point?which=before"),
    Stop("admin-home", "admin", "/admin/"),
    Stop("admin-mechanisms", "admin", "/admin/mechanisms/"),
    Stop("admin-check", "admin", "/admin/mechanisms/check/{package}"),
    Stop("admin-version", "admin", "/admin/mechanisms/versions/{digest}"),
    Stop("admin-install", "admin", "/admin/mechanisms/versions/{digest}/install"),
    Stop("admin-installation", "admin", "/admin/mechanisms/installations/{installation}"),
    Stop("admin-older", "admin", "/admin/mechanisms/installations/{installation}/older"),
    Stop("admin-workshop", "admin", "/admin/workshop/"),
    Stop("admin-work", "admin", "/admin/workshop/{work}"),
    Stop("admin-work-term", "admin", "/admin/workshop/{work}/edit?file=terms.json&at=/terms/0"),
    Stop("admin-work-action", "admin", "/admin/workshop/{work}/edit?file=lifecycle/matter.json&at=/actions/2"),
    Stop("admin-work-form", "admin", "/admin/workshop/{work}/edit?file=form_definitions/report.json"),
    Stop("admin-work-roster", "admin", "/admin/workshop/{work}/edit?file=roster.json"),
    Stop("admin-rosters", "admin", "/admin/roster/"),
    Stop("admin-roster", "admin", "/admin/roster/{installation}/"),
    Stop("admin-post", "admin", "/admin/roster/{installation}/posts/liaison/economy"),
    Stop("admin-units", "admin", "/admin/roster/{installation}/units"),
    Stop("admin-unit", "admin", "/admin/roster/{installation}/units/tax"),
    Stop("admin-people", "admin", "/admin/roster/{installation}/people"),
    Stop("admin-person", "admin", "/admin/roster/{installation}/people/office"),
    Stop("admin-deputies", "admin", "/admin/roster/{installation}/deputies"),
    Stop("admin-roster-import", "admin", "/admin/roster/{installation}/import"),
    Stop("admin-matchings", "admin", "/admin/roster/{paired}/matchings/"),
    Stop("admin-matching", "admin", "/admin/roster/{paired}/matchings/serves"),
    Stop("admin-proposal", "admin", "/admin/roster/{paired}/matchings/serves/proposal"),
    Stop("admin-rotation", "admin", "/admin/roster/{paired}/matchings/serves/rotation"),
    Stop("admin-pairs-import", "admin", "/admin/roster/{paired}/matchings/serves/import"),
    Stop("admin-parties", "admin", "/admin/parties/"),
    Stop("admin-party", "admin", "/admin/parties/{party}"),
    Stop("admin-parties-import", "admin", "/admin/parties/import"),
    Stop("admin-calendar", "admin", "/admin/calendars/"),
    Stop("admin-calendar-import", "admin", "/admin/calendars/import/notice"),
    Stop("admin-calendar-imported", "admin", "/admin/calendars/imports/{days}"),
    Stop("admin-organisations", "admin", "/admin/organisations/"),
    Stop("admin-organisation", "admin", "/admin/organisations/{organisation}"),
    Stop("admin-accounts", "admin", "/admin/accounts/"),
    Stop("admin-account", "admin", "/admin/accounts/{account}"),
    Stop("admin-grants", "admin", "/admin/grants/"),
    Stop("admin-audit", "admin", "/admin/audit/"),
    Stop("admin-audit-chain", "admin", "/admin/audit/chain"),
    Stop("admin-audit-overrides", "admin", "/admin/audit/overrides"),
)
"""Every page, some of them as more than one person sees it."""

NO_PAGES = (
    Stop("", "", "/static/liaison.css"),
    Stop("", "", "/admin/static/admin.css"),
    Stop("", "company", "/r/{rated}"),
    Stop("", "company", "/follow/{rated}/rate"),
    Stop("", "office", "/desk/at/{installation}"),
    Stop("", "office", "/desk/todo/file"),
    Stop("", "office", "/desk/ledgers"),
    Stop("", "office", "/desk/ledgers/general/file"),
    Stop("", "office", "/desk/pressing/file"),
    Stop("", "director", "/desk/records/{editable}/edit/matter.main/look"),
    Stop("", "office", "/desk/new/visit/look"),
    Stop("", "gatherer", "/desk/new/difficulty/rows/template"),
    Stop("", "gatherer", "/desk/batches/{tried}/file"),
    Stop("", "office", "/desk/notices/{notice}/{overdue}"),
    Stop("", "office", "/desk/notices/{notice}/duties/{duty}"),
    Stop("", "office", "/desk/records/{archived}/print/report/pdf"),
    Stop("", "office", "/desk/records/{minuted}/documents/minutes/pdf"),
    Stop("", "office", "/desk/records/{minuted}/papers/{paper}"),
    Stop("", "office", "/desk/reports"),
    Stop("", "office", "/desk/reports/quarter/file"),
    Stop("", "keeper", "/desk/register/file"),
    Stop("", "keeper", "/desk/matchings"),
    Stop("", "keeper", "/desk/matchings/contact_point/file"),
    Stop("", "scorer", "/desk/scores"),
    Stop("", "scorer", "/desk/scores/growth/file"),
    Stop("", "planner", "/desk/trees/plan/file"),
    Stop("", "admin", "/files/{package}"),
    Stop("", "admin", "/admin/organisation/{organisation}"),
    Stop("", "admin", "/admin/mechanisms/versions/{digest}.zip"),
    Stop("", "admin", "/admin/workshop/{work}.zip"),
    Stop("", "admin", "/admin/roster/{installation}/roster.csv"),
    Stop("", "admin", "/admin/roster/{paired}/matchings/serves/pairs.csv"),
    Stop("", "admin", "/admin/parties/parties.csv"),
)
"""What a browser asks for and shows no page: files, and addresses that lead on."""


class Demonstration:
    """The demonstration as it stands at `AT`, as an application, with people who look at it. `names` are what the
    names in the addresses of stops stand for, those of drafts apart."""

    def __init__(self, app: Flask, database: Database, passwords: Mapping[str, str]) -> None:
        self.app, self.database, self._passwords = app, database, dict(passwords)
        import_notice(database, ROOT, _LOCAL, "admin", AT, "local")
        with app.test_request_context():
            ended = links.sign(self._record("matter", "reported"), "follow", AT - timedelta(days=1))
        with database.write() as connection:
            [installed] = installations(connection, ROOT)
            package = to_zip(read_package(installed.key).files)
            sent = add_file(connection, ROOT, f"{installed.key}.zip", "application/zip", package, "admin", AT)
            work = begin_work(
                connection, ROOT, installed.key, installed.title, read_package(installed.key).files, "admin", AT
            )

            keep_phrase(connection, "office", "经研判，不属于受理范围，建议向【  】反映。")
            save_list(connection, "office", installed.id, "general", "逾期的", {"light": "overdue"})

            def first(of: Any, *conditions: Any) -> Any:
                return connection.execute(select(of).where(*conditions).order_by(of)).scalars().first()

            self.names = {
                "installation": installed.id,
                "organisation": installed.organisation,
                "digest": installed.digest,
                "package": sent.id,
                "work": work,
                "ended": ended,
                "paper": first(t.Paper.id, t.Paper.document == "minutes"),
                "notice": first(t.Notice.id, t.Notice.person == "office"),
                "duty": first(t.DutyInstance.id, t.DutyInstance.duty == "monthly_meeting"),
                "days": first(t.CalendarNotice.id),
                "account": first(t.Account.id, t.Account.login == "office"),
                "party": first(t.Party.id, t.Party.kind == "chamber"),
            }
        self.names |= {name: self._record("matter", title) for name, title in _MATTERS.items()}
        self.names |= {state: self._record("meeting", state) for state in ("announced", "minuted")}
        self.names["editable"] = self._beside()
        self._score()
        self._plan()
        self.names["paired"] = self._matched()
        self.names |= self._gathered()
        self.names["served"] = self._served()

    def walk(self, visitors: Visitors, base: str, size: Size, stops: Iterable[Stop]) -> Iterator[tuple[Stop, Page]]:
        """Each stop with the page before whoever goes there, in a browser of this size."""
        people: dict[str, Page] = {}
        names = self.names | self._begun()
        for stop in stops:
            page = people.get(stop.who)
            if page is None:
                page = people[stop.who] = self.entered(visitors(size), base, stop.who)
            page.goto(base + stop.address.format(**names))
            if stop.press:
                button = page.get_by_role("button", name=stop.press, exact=True)
                button.or_(page.get_by_role("link", name=stop.press, exact=True)).first.click()
                page.wait_for_load_state()
            yield stop, page

    def entered(self, page: Page, base: str, login: str) -> Page:
        """The page of somebody who has signed in, or has not."""
        if login:
            page.goto(f"{base}/accounts/sign-in")
            page.get_by_label("账号").fill(login)
            page.get_by_label("密码").fill(self._passwords[login])
            page.get_by_role("button", name="登录").click()
            page.wait_for_load_state()
        return page

    def _begun(self) -> dict[str, str]:
        """What the enterprise and the desk have still to send: whoever walks sends one in and has it no more."""
        installation, rated = self.names["installation"], self.names["rated"]
        with self.database.write() as connection:
            report = begin_draft(connection, installation, "matter", "submit", "company", AT, values=_REPORT)
            rating = begin_draft(
                connection, installation, "matter", "rate", "company", AT, record=rated, values=_RATING
            )
            begin_draft(
                connection, installation, "matter", "assign", "director", AT,
                record=self.names["collected"], values=_ASSIGNED,
            )  # fmt: skip
        return {"report": report.id, "rating": rating.id}

    def _beside(self) -> str:
        """A matter of a second, small mechanism that is set up below: of what the one that ships has none of."""
        with self.database.write() as connection:
            add_organisation(connection, "below", "示例街道", AT, parent=ROOT)
            digest = publish(connection, read_package(_MECHANISMS / "signoffs"), "admin", AT)
            installation = install(connection, "below", digest, "admin", AT)
            hold(connection, installation, "director", "office", "")
        values = {"subject": "【示例】另一套机制的事项", "amount": 7}
        begin = Command("begin", GUEST, "tour/begin", type="matter", installation=installation, values=values)
        result = act(self.database, begin, AT)
        assert result, result.refusal
        return result.record

    def _score(self) -> None:
        """A third mechanism, in which somebody of the office has two counties' figures of last year verified."""
        password = self._passwords["scorer"] = "a sentence to remember"
        with self.database.write() as connection:
            digest = publish(connection, read_package(_SCORING), "admin", AT)
            installation = install(connection, "below", digest, "admin", AT)
            add_person(connection, "below", "示例·评价人员", id_="scorer")
            add_account(connection, "below", "scorer", "scorer", password, AT)
            hold(connection, installation, "scorer", "office_staff", "federation")
            for county in _COUNTIES:
                hold(connection, installation, "scorer", "liaison", county)
        for county, figure in _COUNTIES.items():
            about = {"returned": "【示例】填报", "county": county, "year_end": f"{AT.year - 1}-12-31"}
            record = self._take("open_growth_return", installation, type="growth_return", values=about)
            figures = {f"g{n:02}": figure * n % 7 for n in range(1, 14)}
            self._take("file", installation, record=record, values=figures)
            self._take("verify", installation, record=record)

    def _plan(self) -> None:
        """A plan of three levels, set up below too: part of it entered, one task done, one late."""
        password = self._passwords["planner"] = "a sentence to remember"
        with self.database.write() as connection:
            digest = publish(connection, read_package(_PLANNING), "admin", AT)
            here = install(connection, "below", digest, "admin", AT)
            add_person(connection, "below", "示例·方案工作人员", id_="planner")
            add_account(connection, "below", "planner", "planner", password, AT)
            hold(connection, here, "planner", "office_staff", "federation")
            hold(connection, here, "planner", "handler", "responsible")
        made = 0

        def take(action: str, record: str = "", days: int = 0, **given: Any) -> str:
            nonlocal made
            made += 1
            place = "" if record else here
            command = Command(action, Actor("planner"), f"tour/plan/{made}", record, installation=place, **given)
            result = act(self.database, command, AT + timedelta(days=days))
            assert result, result.refusal
            return result.record

        begun = -40
        for plate, aspects in (("guidance", 1), ("mechanism", 2), ("service", 2)):
            for n in range(1, aspects + 1):
                about = {"plate": plate, "name": f"【示例】方面{n}"}
                aspect = take("enter_aspect", days=begun, type="aspect", values=about)
                for m in range(1, n + 2):
                    asked = {
                        "aspect": aspect, "content": f"【示例】举措{n}.{m}", "lead_unit": "responsible",
                        "person": "示例责任人", "due_on": f"{AT + timedelta(days=20 * m - 30):%Y-%m-%d}",
                    }  # fmt: skip
                    measure = take("enter", days=begun, type="measure", values=asked)
                    if m == n + 1:
                        take("progress", measure, begun + 9, values={"progress": "【示例】已走访三家企业。"})
                    elif n == 2:
                        take("report", measure, begun + 9, values={"result": "【示例】已办成。"})
                        take("confirm", measure, begun + 10)

    def _take(self, action: str, installation: str, **more: Any) -> str:
        key = f"tour/{action}/{more.get('record', '')}/{more.get('values', {}).get('county', '')}"
        result = act(self.database, Command(action, Actor("scorer"), key, installation=installation, **more), AT)
        assert result, result.refusal
        return result.record

    def _matched(self) -> str:
        """A mechanism with matchings, set up below too: the one that ships has none."""
        with self.database.write() as connection:
            digest = publish(connection, read_package(_MECHANISMS / "matching"), "admin", AT)
            installation = install(connection, "below", digest, "admin", AT)
            pair(connection, installation, "serves", "club", "north", first_day=AT.date())
        return installation

    def _served(self) -> str:
        """A register, set up below too, of enterprises with their prosecutors, and visits to the first of them."""
        people = {"keeper": ("示例·名录工作人员", "office_staff", "federation"),
                  "prosecutor": ("示例·检察官甲", "prosecutor", "procuratorate"),
                  "colleague": ("示例·检察官乙", "prosecutor", "procuratorate")}  # fmt: skip
        with self.database.write() as connection:
            digest = publish(connection, read_package(_SERVING), "admin", AT)
            here = install(connection, "below", digest, "admin", AT)
            for id_, (name, post, unit) in people.items():
                self._passwords[id_] = "a sentence to remember"
                add_person(connection, "below", name, id_=id_)
                add_account(connection, "below", id_, id_, self._passwords[id_], AT)
                hold(connection, here, id_, post, unit)
            served = [add_party(connection, "below", "enterprise", f"示例{name}有限公司") for name in "甲乙丙丁戊"]
            day = AT.date()
            pair(connection, here, "contact_point", "colleague", served[0], first_day=day.replace(year=2025),
                 last_day=day - timedelta(days=31))  # fmt: skip
            for who, company in (("prosecutor", 0), ("prosecutor", 1), ("colleague", 2)):
                pair(connection, here, "contact_point", who, served[company], first_day=day - timedelta(days=30))
        about = {"company_name": "示例甲有限公司", "contact_name": "示例联系人", "contact_phone": "13800000000",
                 "subject": "【示例】合同纠纷执行难", "problem": "【示例】判决生效一年，货款没有到位。"}  # fmt: skip
        self._begun_by("keeper", "report", here, "matter", about)
        for days in (40, 12):
            seen = {"visited_on": f"{AT.date() - timedelta(days=days)}", "company": served[0],
                    "prosecutors": ["prosecutor"], "findings": "【示例】经营平稳，反映应收账款回款慢。"}  # fmt: skip
            self._begun_by("prosecutor", "note_visit", here, "visit", seen)
        return served[0]

    def _begun_by(self, who: str, action: str, installation: str, type_: str, values: dict[str, Any]) -> None:
        key = f"tour/{action}/{values.get('visited_on', '')}"
        begin = Command(action, Actor(who), key, type=type_, installation=installation, values=values)
        result = act(self.database, begin, AT)
        assert result, result.refusal

    def _gathered(self) -> dict[str, str]:
        """A survey, set up below too, of which a spreadsheet was brought: a batch that was tried, one that waits for
        its form."""
        password = self._passwords["gatherer"] = "a sentence to remember"
        asked = {"contact_name": "示例联系人", "contact_phone": "13800000000", "trouble": "yes"}
        rows = [
            BatchRow(n, {**asked, "company": f"示例第{n}公司", "topic": topic, "subject": f"【示例】困难{n}"})
            for n, topic in enumerate(("finance", "legal", "chain", "weather", "supplies"), 2)
        ]
        with self.database.write() as connection:
            digest = publish(connection, read_package(_SURVEY), "admin", AT)
            here = install(connection, "below", digest, "admin", AT)
            add_person(connection, "below", "示例·普查工作人员", id_="gatherer")
            add_account(connection, "below", "gatherer", "gatherer", password, AT)
            hold(connection, here, "gatherer", "office_staff", "federation")
            kind = (here, "difficulty")
            tried = begin_batch(
                connection, *kind, "enter", "gatherer", "【示例】普查表.xlsx", rows, AT, digest="0" * 64,
                columns={"topic": "F"},
            )  # fmt: skip
        for row in rows[:2]:
            act(
                self.database,
                Command(
                    "enter",
                    Actor("gatherer"),
                    f"tour/{row.position}",
                    type=kind[1],
                    installation=here,
                    values=row.values,
                ),
                AT,
            )
        carry_on(self.database, AT, 30)
        with self.database.write() as connection:
            found = connection.execute(select(t.Record.id, t.Record.number).where(t.Record.installation_id == here))
            told = {"department": "department"}
            picked = [
                BatchRow(n, cells=told, record=id_, number=str(number)) for n, (id_, number) in enumerate(found, 1)
            ]
            asking = begin_batch(
                connection, *kind, "pass_on", "gatherer", "待反馈", picked, AT, state="asking"
            )  # fmt: skip
        return {"tried": tried, "asking": asking}

    def _record(self, type_: str, known_by: str) -> str:
        """The record of a type that stands in this state or is about this."""
        with self.database.read() as connection:
            about = or_(t.Record.state == known_by, t.Record.title == f"【示例】{known_by}")
            found = select(t.Record.id).where(t.Record.type == type_, t.Record.organisation_id == ROOT, about)
            return str(connection.execute(found).scalar_one())


@contextmanager
def demonstration(home: Path) -> Iterator[Demonstration]:
    """The demonstration built anew in a folder."""
    site = build(home, AT)
    with opened(site) as database:
        app = application(site, database)
        app.config["NOW"] = lambda: AT
        yield Demonstration(app, database, {one["login"]: one["password"] for one in logins(home)})
