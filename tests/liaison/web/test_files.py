"""Uploads are checked by content; downloads open to whoever may read what names the file."""

from __future__ import annotations

import json
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import update

from harness.cast import report
from liaison.definitions import Package, read_package
from liaison.engine import Command, Outcome
from liaison.store import (
    SqlWorld,
    access_log,
    act,
    add_file,
    begin_draft,
    install,
    publish,
    save_draft,
    timeline,
)
from liaison.store import tables as t
from liaison.store.files import LARGEST_TOGETHER
from liaison.web.limits import BROUGHT, UPLOAD

from .test_portal import COMPANY, PROBLEM

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\nexample"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


def _upload(place: Any, client: Any, name: str = "证明.pdf", data: bytes = PDF, field: str = "evidence") -> Any:
    return client.post(
        f"/files/{place.installation}/matter/{field}",
        data={"file": (BytesIO(data), name)},
        headers={"Accept": "application/json"},
    )


def test_what_was_uploaded_comes_back_as_an_attachment(place: Any) -> None:
    client = place.signed_in("company")
    kept = _upload(place, client)
    assert kept.status_code == 201
    assert (kept.json["name"], kept.json["size"]) == ("证明.pdf", len(PDF))
    answer = client.get(f"/files/{kept.json['id']}")
    assert answer.data == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.content_type == "application/pdf"
    with place.database.read() as connection:
        assert next(line.what for line in access_log(connection, "district")) == "download"


def test_a_picture_may_be_shown_in_a_page(place: Any) -> None:
    client = place.signed_in("company")
    kept = _upload(place, client, "现场.png", PNG)
    answer = client.get(f"/files/{kept.json['id']}")
    assert answer.content_type == "image/png"
    assert not answer.headers.get("Content-Disposition", "").startswith("attachment")


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("page.pdf", b"<html><script>alert(1)</script>", "forms.file_not_what_it_says"),
        ("page.html", b"<html>", "forms.file_type"),
        ("empty.pdf", b"", "forms.file_empty"),
    ],
)
def test_what_a_file_is_its_content_says(place: Any, name: str, data: bytes, code: str) -> None:
    answer = _upload(place, place.app.test_client(), name, data)
    assert (answer.status_code, answer.json["code"]) == (422, code)
    assert name in answer.json["title"] or answer.json["title"]


def test_only_file_fields_take_files(place: Any) -> None:
    client = place.app.test_client()
    assert _upload(place, client, field="company").status_code == 404
    assert _upload(place, client, field="nothing").status_code == 404


def test_a_draft_s_file_is_for_who_brought_it(place: Any) -> None:
    guest, other = place.app.test_client(), place.app.test_client()
    file = _upload(place, guest).json["id"]
    assert guest.get(f"/files/{file}").status_code == 200
    assert other.get(f"/files/{file}").status_code == 302
    assert place.signed_in("office").get(f"/files/{file}").status_code == 403
    with place.database.write() as connection:
        draft = begin_draft(connection, place.installation, "matter", "submit", "somebody", place.now)
        save_draft(connection, draft.id, "somebody", {"evidence": [file]}, 1, place.now, files=[file])
    assert place.signed_in("office").get(f"/files/{file}").status_code == 403
    assert guest.get("/files/none").status_code == 404


def _close_the_problem_to_units(place: Any) -> None:
    """The scheme with a section, evidence in it, that only the office and the applicant read once it is assigned."""
    package = read_package("shunde")
    path = "rules/shunde/lifecycle/matter.json"
    lifecycle = json.loads(package.files[path])
    readers = [{"applicant": True}, {"post": "office_staff"}]
    for state in lifecycle["states"]:
        if state["key"] == "assigned":
            state["read"] = {"report.problem": readers}
    changed = Package({**package.files, path: json.dumps(lifecycle, ensure_ascii=False).encode()})
    with place.database.write() as connection:
        install(connection, "district", publish(connection, changed, "seed", place.now), "seed", place.now)


def _with_evidence(place: Any) -> tuple[str, str]:
    """A matter of which a department has the lead, and the id of the file in its evidence."""
    with place.database.write() as connection:
        file = add_file(connection, "district", "内部证据.pdf", "pdf", PDF, "company", place.now).id
    values = report(evidence=[file])
    command = Command("submit", place.actor("company"), "with evidence", type="matter",
                      installation=place.installation, values=values, files=(file,), applicant="company")  # fmt: skip
    record = act(place.database, command, place.now).record
    place.do(record, "accept")
    asked = {"level": "general", "subject": "续贷", "lead_unit": "economy", "support_units": []}
    place.do(record, "assign", values=asked)
    return record, file


def test_a_file_opens_with_its_section_and_not_with_its_record(place: Any) -> None:
    _close_the_problem_to_units(place)
    record, file = _with_evidence(place)
    for person, status in (("company", 200), ("office", 200), ("director", 403), ("economy", 403), ("tax", 403)):
        assert place.signed_in(person).get(f"/files/{file}").status_code == status, person
    economy = place.signed_in("economy")
    page = economy.get(f"/desk/records/{record}")
    assert page.status_code == 200
    assert "内部证据.pdf" not in page.text
    assert "内部证据.pdf" in place.signed_in("office").get(f"/desk/records/{record}").text
    with place.database.write() as connection:  # once the state no longer closes the section, all who see it may read
        connection.execute(update(t.Record).where(t.Record.id == record).values(state="handling"))
    assert economy.get(f"/files/{file}").status_code == 200


def test_a_title_is_not_made_of_what_is_closed(place: Any) -> None:
    """A matter without a subject is called by its first longer text, unless that stands in a section that is closed."""
    package = read_package("shunde")
    path = "rules/shunde/lifecycle/matter.json"
    lifecycle = json.loads(package.files[path])
    for state in lifecycle["states"]:
        state["read"] = {"report.problem": [{"post": "office_staff"}]}
    changed = Package({**package.files, path: json.dumps(lifecycle, ensure_ascii=False).encode()})
    with place.database.write() as connection:
        install(connection, "district", publish(connection, changed, "seed", place.now), "seed", place.now)
    record = place.submit("company").record
    company = place.signed_in("company")
    for way in ("/mine", f"/follow/{record}", f"/follow/{record}/recall"):
        page = company.get(way).text
        assert "SDMQ-2026-0001" in page
        assert "银行抽贷" not in page, way


def test_a_file_left_behind_opens_to_nobody(place: Any) -> None:
    """Replaced by another it is no longer the record's; who brought it has it until it is swept."""
    record, file = _with_evidence(place)
    assert place.signed_in("economy").get(f"/files/{file}").status_code == 200
    with place.database.write() as connection:
        world = SqlWorld(connection, place.database.shelf, writes=True)
        before = world.families([record])[record].record
        after = replace(before, revision=before.revision + 1, values={**before.values, "evidence": []})
        event = replace(timeline(connection, record)[0], seq=after.revision)
        world.write(Command("x", place.actor("office"), "x"), [Outcome(before, after, (event,))], place.now)
    assert place.signed_in("economy").get(f"/files/{file}").status_code == 403
    assert place.signed_in("company").get(f"/files/{file}").status_code == 200


def test_an_id_that_somebody_typed_tells_nothing(place: Any) -> None:
    """The name of a file is shown to who may read it, not to who knows its id."""
    _record, file = _with_evidence(place)
    stranger = place.app.test_client()
    draft = stranger.post(f"/m/{place.installation}/matter/new").location
    stranger.post(f"{draft}?step=2", data={"evidence": file, "keep": "1"})
    page = stranger.get(f"{draft}?step=2")
    assert page.status_code == 200
    assert "内部证据.pdf" not in page.text
    office = place.signed_in("office")
    other = place.submit().record
    place.do(other, "accept")
    sent = {"key": "k", "step": "look", "proof": file}
    assert "内部证据.pdf" not in office.post(f"/desk/records/{other}/do/assign", data=sent, follow_redirects=True).text


def test_nobody_uploads_without_end(place: Any) -> None:
    client = place.app.test_client()
    windows = place.app.extensions["liaison_limits"]
    for _ in range(UPLOAD.times):
        windows.count(UPLOAD, "127.0.0.1", place.now.timestamp())
    assert _upload(place, client).status_code == 429


def test_a_new_browser_is_no_new_allowance(place: Any) -> None:
    """What those without an account bring from one address is counted together; who signs in is counted alone."""
    windows = place.app.extensions["liaison_limits"]
    windows.count(BROUGHT, "127.0.0.1", place.now.timestamp(), BROUGHT.times - 2 * len(PDF))
    assert _upload(place, place.app.test_client()).status_code == 201
    assert _upload(place, place.app.test_client()).status_code == 201
    refused = _upload(place, place.app.test_client())
    assert (refused.status_code, refused.json["code"]) == (422, "accounts.too_many_bytes_here")
    assert _upload(place, place.signed_in("company")).status_code == 201
    place.wait(days=1)
    assert _upload(place, place.app.test_client()).status_code == 201


def test_files_are_too_much_together(place: Any) -> None:
    """Each is small enough, all of them are not: neither a draft nor a record takes them, and nothing typed is lost."""
    client = place.signed_in("company")
    ids = [_upload(place, client, name).json["id"] for name in ("一.pdf", "二.pdf")]
    draft = client.post(f"/m/{place.installation}/matter/new").location
    for step, typed in enumerate((COMPANY, PROBLEM | {"evidence": ids}, {"attendee_name": ""}), 1):
        assert client.post(f"{draft}?step={step}", data=typed).status_code == 303
    with place.database.write() as connection:
        connection.execute(update(t.File).values(size=LARGEST_TOGETHER // 2 + 1))
    kept = client.post(f"{draft}?step=2", data=PROBLEM | {"evidence": ids, "remark": "仍在"})
    assert kept.status_code == 413
    assert "附件合计超过100 MB" in kept.text
    assert "仍在" in kept.text
    saved = client.post(f"{draft}/save?step=2", data=PROBLEM | {"evidence": ids, "revision": "9"})
    assert (saved.status_code, saved.json["title"][:6]) == (413, "附件合计超过")
    sent = client.post(f"{draft}/submit")
    assert sent.status_code == 422
    assert "附件合计超过100 MB" in sent.text
    with place.database.write() as connection:
        connection.execute(update(t.File).values(size=LARGEST_TOGETHER // 2))
    assert client.post(f"{draft}/submit").status_code == 303
