"""Uploads are checked by content; downloads open to whoever may read what names the file."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest

from liaison.store import access_log, begin_draft, save_draft
from liaison.web.limits import UPLOAD

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


def test_nobody_uploads_without_end(place: Any) -> None:
    client = place.app.test_client()
    windows = place.app.extensions["liaison_limits"]
    for _ in range(UPLOAD.times):
        windows.count(UPLOAD, "127.0.0.1", place.now.timestamp())
    assert _upload(place, client).status_code == 429
