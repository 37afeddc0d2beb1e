"""What an effect orders is made after the commit: once, however many look, and again where it did not work."""

from __future__ import annotations

import json
import threading
from datetime import timedelta
from io import BytesIO
from itertools import pairwise
from typing import Any

import pytest
from held_meeting import DOCUMENTS, FILE
from pypdf import PdfReader
from sqlalchemy import select

from liaison.definitions import Package, read_package
from liaison.documents import Made, make_papers, pdf
from liaison.jobs import settle, tick
from liaison.store import Database, content, files, install, papers, publish
from liaison.store import tables as t

LIFECYCLE = "rules/shunde/lifecycle/matter.json"
SHEET = {
    "key": "sheet", "title": "交办通知", "of": "matter",
    "text": [
        {"key": "p", "paragraph": "{{record.number}}（{{subject}}）交{{part.lead}}办理，{{part.support}}配合。"},
        {"key": "q", "paragraph": "联系人{{contact_name}}，电话{{contact_phone}}。"},
    ],
}  # fmt: skip
FORM = {"key": "form", "title": "情况表", "of": "matter", "form": "handling"}


@pytest.fixture
def place(running: Any) -> Any:
    """The scheme in force with a document that assigning orders."""
    put_in_force(running, "sheet")
    return running


def put_in_force(running: Any, document: str) -> None:
    contents = dict(read_package("shunde").files)
    contents[FILE] = json.dumps({**DOCUMENTS, "documents": [SHEET, FORM]}, ensure_ascii=False).encode()
    lifecycle = json.loads(contents[LIFECYCLE])
    [assign] = [action for action in lifecycle["actions"] if action["key"] == "assign"]
    assign["effects"].append({"key": "paper", "document": {"document": document}})
    contents[LIFECYCLE] = json.dumps(lifecycle, ensure_ascii=False).encode()
    with running.database.write() as connection:
        digest = publish(connection, Package(contents), "seed", running.now)
        install(connection, "district", digest, "seed", running.now)


def kept(place: Any, record: str) -> Any:
    with place.database.read() as connection:
        [paper] = papers(connection, record)
        return paper


def test_a_document_is_made_after_the_commit(place: Any) -> None:
    record = place.assigned()
    assert (kept(place, record).state, kept(place, record).file) == ("pending", None)
    assert tick(place.database, place.now).made == Made(made=1)
    paper = kept(place, record)
    with place.database.read() as connection:
        file = files(connection, [paper.file])[paper.file]
        data = content(connection, paper.file)
    assert (paper.state, file.name, file.type, file.size) == ("made", "交办通知 SDMQ-2026-0001.pdf", "pdf", len(data))
    [page] = PdfReader(BytesIO(data)).pages
    text = "".join(page.extract_text().split())
    assert "SDMQ-2026-0001（续贷）交区经济促进局办理，区住房城乡建设和水利局配合。" in text
    assert "联系人张三，电话13800138000。" in text


def test_it_is_made_once(place: Any) -> None:
    record = place.assigned()
    assert make_papers(place.database, place.now) == Made(made=1)
    first = kept(place, record)
    assert make_papers(place.database, place.now + timedelta(days=1)) == Made()
    assert kept(place, record) == first


def test_two_workers_at_once_make_each_once(place: Any) -> None:
    records = [place.assigned() for _ in range(4)]
    databases = [Database(place.url), Database(place.url)]
    made: list[int] = []
    start = threading.Barrier(2)

    def run(database: Database) -> None:
        start.wait()
        while (more := make_papers(database, place.now, 1)) != Made():
            made.append(more.made)

    threads = [threading.Thread(target=run, args=(database,)) for database in databases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for database in databases:
        database.close()
    assert sum(made) == 4
    assert {kept(place, record).state for record in records} == {"made"}


def test_who_died_over_it_loses_it_to_the_next(place: Any) -> None:
    record = place.assigned()
    with place.database.write() as connection:
        connection.execute(t.Paper.__table__.update().values(next_try=place.now + timedelta(minutes=10)))
    assert make_papers(place.database, place.now + timedelta(minutes=9)) == Made()
    assert make_papers(place.database, place.now + timedelta(minutes=10)) == Made(made=1)
    assert kept(place, record).state == "made"


def test_where_it_does_not_work_it_is_tried_again_and_given_up_at_last(place: Any, monkeypatch: Any) -> None:
    record = place.assigned()
    monkeypatch.setattr(pdf, "SONG", ("No Such Song",))
    moments = []
    while (done := make_papers(place.database, place.now)) != Made(given_up=1):
        if done == Made(again=1):
            moments.append(place.now)
        place.wait(minutes=1)
    assert [later - earlier for earlier, later in pairwise(moments)] == [
        timedelta(minutes=minutes) for minutes in (1, 15, 60, 240)
    ]
    assert kept(place, record).state == "failed"
    with place.database.read() as connection:
        assert connection.execute(select(t.Paper.error)).scalar_one() == "documents.no_typeface"
    assert make_papers(place.database, place.now + timedelta(days=9)) == Made()


def test_a_machine_that_gets_its_typeface_makes_what_waits(place: Any, monkeypatch: Any) -> None:
    record = place.assigned()
    with monkeypatch.context() as patch:
        patch.setattr(pdf, "SONG", ("No Such Song",))
        assert make_papers(place.database, place.now) == Made(again=1)
    place.wait(minutes=1)
    assert make_papers(place.database, place.now) == Made(made=1)
    assert kept(place, record).state == "made"


def test_one_that_cannot_be_made_keeps_no_other_back(place: Any, caplog: Any) -> None:
    broken, whole = place.assigned(), place.assigned()
    with place.database.write() as connection:
        paper = t.Paper.__table__
        connection.execute(paper.update().where(paper.c.record_id == broken).values(document="gone"))
    assert make_papers(place.database, place.now) == Made(made=1, again=1)
    assert "could not be made" in caplog.text
    assert (kept(place, broken).state, kept(place, whole).state) == ("pending", "made")


def test_sweeping_leaves_papers_alone(place: Any) -> None:
    record = place.assigned()
    make_papers(place.database, place.now)
    place.wait(days=60)
    settle(place.database, place.now)
    with place.database.read() as connection:
        assert content(connection, kept(place, record).file).startswith(b"%PDF")


def test_an_official_form_can_be_ordered_too(running: Any) -> None:
    put_in_force(running, "form")
    record = running.assigned()
    make_papers(running.database, running.now)
    with running.database.read() as connection:
        data = content(connection, kept(running, record).file)
    text = "".join(PdfReader(BytesIO(data)).pages[0].extract_text().split())
    assert "民营企业事项办理情况表" in text
    assert "区经济促进局" in text
