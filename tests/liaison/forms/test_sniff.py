"""Files are what their bytes say."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liaison.forms import check_upload, sniff
from liaison.texts import say


def zipped(*names):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return held.getvalue()


PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
PDF = b"%PDF-1.7\n"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 20


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (PNG, "png"),
        (PDF, "pdf"),
        (b"\xff\xd8\xff\xe0\0\0", "jpg"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "webp"),
        (b"\0\0\0\x18ftypheic\0\0", "heic"),
        (b"\0\0\0\x18ftypisom\0\0", "mp4"),
        (zipped("[Content_Types].xml", "word/document.xml"), "docx"),
        (zipped("[Content_Types].xml", "xl/workbook.xml"), "xlsx"),
        (zipped("OFD.xml"), "ofd"),
        (zipped("a.txt"), "zip"),
        (b"PK\x03\x04 broken", None),
        (OLE, "ole"),
        ("问题困难".encode(), "txt"),
        ("问题困难".encode("gb18030"), "txt"),
        (b"MZ\x90\0\x03", None),
        (b"", None),
    ],
)
def test_types(data, kind):
    assert sniff(data) == kind


@given(st.binary(max_size=200))
def test_no_bytes_break_it(data):
    sniff(data)
    sniff(b"PK\x03\x04" + data)


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("批复.pdf", PDF, []),
        ("图.PNG", PNG, []),
        ("批复.pdf", PNG, ["“批复.pdf”的内容与扩展名不符"]),
        ("程序.exe", b"MZ\x90\0", ["“程序.exe”不能上传，请改用这些类型的文件：pdf、png、docx"]),
        ("空.pdf", b"", ["“空.pdf”是空文件"]),
        ("大.pdf", PDF + b"\0" * 5_000_001, ["“大.pdf”超过 5 MB"]),
        ("无名", PDF, ["“无名”不能上传，请改用这些类型的文件：pdf、png、docx"]),
    ],
)
def test_uploads(name, data, said, every):
    assert [say(message) for message in check_upload(every.fields["evidence"], name, data)] == said


def test_older_office_files_are_told_by_their_container(form_with):
    field = form_with({"f": {"kind": "file", "type": "array", "title": "附件", "accept": ["doc"]}}).fields["f"]
    assert check_upload(field, "旧.doc", OLE) == []
    assert check_upload(field, "旧.doc", PDF) != []
