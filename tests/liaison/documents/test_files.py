"""PDF and Word: what stands on the sheet stands in the file, whatever somebody typed, on as many pages as it takes."""

from __future__ import annotations

import base64
import re
import struct
import zlib
from io import BytesIO
from xml.etree import ElementTree

import docx
import pytest
from held_meeting import FAMILY
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from liaison.documents import (
    Heading,
    Listing,
    PaperError,
    Paragraph,
    Sheet,
    Signing,
    Table,
    document_sheet,
    form_sheet,
    has_typeface,
    pdf,
    to_pdf,
    to_png,
    to_word,
)
from liaison.documents.drawing import png_of
from liaison.engine import Family, Record
from liaison.forms import print_grid
from liaison.texts import hint, say

FORMS = ("report", "handling", "rating")
NASTY = '#import "x": * \\ $x^2$ *粗* _斜_ `code` <b>标签</b> {{place}} @ref // /* ]] #[ "引"'


def plain(text: str) -> str:
    return re.sub(r"\s", "", text).replace("\u200b", "")


def pages(data: bytes) -> list[str]:
    return [plain(page.extract_text()) for page in PdfReader(BytesIO(data)).pages]


def filed(values, state="assigned"):
    return Family(Record("m", "matter", "here", state=state, number="甲2026-1", values=values))


def words(data: bytes) -> str:
    """The text of a Word file, table cells and all, in order."""
    document = docx.Document(BytesIO(data))
    return plain("".join(node.text or "" for node in document.element.body.iter() if node.tag.endswith("}t")))


@pytest.mark.parametrize("key", FORMS)
def test_an_empty_form_is_one_page_with_every_word_of_the_table(key, mechanism, reading):
    form = mechanism.forms[key]
    [page] = pages(to_pdf(form_sheet(form, filed({}), reading)))
    grid = print_grid(form, {})
    assert plain(grid.title) in page
    for row in grid.rows:
        for cell in row:
            for piece in cell.pieces:
                # A box to tick is drawn: it is no character.
                assert all(word in page for word in re.split("[□☑]", plain(piece.text))), piece
    for note in grid.notes:
        assert plain(note.text) in page


@pytest.mark.parametrize("key", FORMS)
def test_nothing_on_an_official_form_asks_for_a_seal(key, mechanism, reading):
    [page] = pages(to_pdf(form_sheet(mechanism.forms[key], filed({}), reading)))
    assert "盖章" not in page
    assert "公章" not in page


def test_the_same_sheet_gives_the_same_bytes(mechanism, reading, documents):
    for sheet in (
        form_sheet(mechanism.forms["report"], filed({"problem": NASTY}), reading),
        document_sheet(documents["minutes"], FAMILY, reading),
    ):
        assert to_pdf(sheet) == to_pdf(sheet)


def test_what_does_not_fit_goes_on_on_further_pages_that_say_whose_they_are(mechanism, reading):
    lines = [f"第{n}项困难：道路破损，物流车辆无法进出。" for n in range(120)]
    found = pages(to_pdf(form_sheet(mechanism.forms["report"], filed({"problem": "\n".join(lines)}), reading)))
    assert len(found) >= 4
    whole = "".join(found)
    assert all(whole.count(line) == 1 for line in lines)
    assert [page.count("民营企业反映问题情况表（附页）甲2026-1") for page in found] == [0] + [1] * (len(found) - 1)
    assert [f"第{n}页共{len(found)}页" in page for n, page in enumerate(found, 1)] == [True] * len(found)
    assert "注：" in found[-1]


def test_a_long_table_repeats_its_titles_on_every_page():
    rows = tuple((str(n), f"第{n}件") for n in range(90))
    found = pages(to_pdf(Sheet("清单", (Table(("序号", "案由"), (1, 4), rows),))))
    assert len(found) > 2
    assert all("序号案由" in page for page in found)


@pytest.mark.parametrize("key", FORMS)
def test_what_somebody_typed_stays_what_they_typed(key, mechanism, reading):
    form = mechanism.forms[key]
    texts = [one for one, field in form.fields.items() if field.kind in ("text", "line")]
    sheet = form_sheet(form, filed(dict.fromkeys(texts, NASTY)), reading)
    printed = re.findall(r"'field': '(\w+)'", str(form.json["print"]))
    count = sum(printed.count(one) for one in texts)
    assert "".join(pages(to_pdf(sheet))).count(plain(NASTY)) == count > 0
    assert words(to_word(sheet)).count(plain(NASTY)) == count


ANYTHING = st.text(max_size=60)


@settings(max_examples=25, deadline=None)
@given(ANYTHING, ANYTHING, st.lists(ANYTHING, min_size=1, max_size=3))
def test_any_words_at_all_can_be_put_on_paper(title, text, row):
    sheet = Sheet(
        title,
        (
            Heading(text), Paragraph(text), Listing(text, (("1.", text),)),
            Table(tuple(row), (1,) * len(row), (tuple(row),)), Signing(((text, ""), (title, text))),
        ),
        mark=text, number=title, seal=text,
    )  # fmt: skip
    assert to_pdf(sheet).startswith(b"%PDF")
    assert docx.Document(BytesIO(to_word(sheet))).tables


def test_an_address_as_long_as_a_page_breaks_within_its_cell(mechanism, reading):
    family = filed({"company": "https://example.cn/" + "a" * 300})
    data = to_pdf(form_sheet(mechanism.forms["report"], family, reading))
    lines = set()
    for n, page in enumerate(PdfReader(BytesIO(data)).pages):
        page.extract_text(
            visitor_text=lambda text, cm, _tm, _font, _size, n=n: (
                lines.add((n, round(cm[5]))) if set(text.strip()) == {"a"} else None
            )
        )
    assert len(lines) > 300 // 25, "a cell of this width holds fewer than 25 letters a line"
    assert "https://example.cn/" + "a" * 300 in "".join(pages(data)), "what is copied out is what was written"


def test_a_machine_without_a_typeface_says_so(monkeypatch, mechanism, reading):
    assert has_typeface()
    monkeypatch.setattr(pdf, "SONG", ("No Such Song",))
    assert not has_typeface()
    with pytest.raises(PaperError) as caught:
        to_pdf(form_sheet(mechanism.forms["report"], filed({}), reading))
    assert "没有中文字体" in say(caught.value.message)
    assert "fonts-noto-cjk" in hint(caught.value.message)


# ── Drawn signatures ─────────────────────────────────────────────────────────────────────────────────────────────


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int = 4, height: int = 3, rows: int | None = None) -> bytes:
    packed = zlib.compress(b"".join(b"\0" + b"\x40" * 4 * width for _ in range(height if rows is None else rows)))
    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def url(data: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(data).decode()


def test_a_drawn_signature_is_a_picture_on_the_paper(mechanism, reading):
    sheet = form_sheet(mechanism.forms["rating"], filed({"signature": url(png(40, 20))}), reading)
    [page] = PdfReader(BytesIO(to_pdf(sheet))).pages
    assert len(page.images) == 1
    assert len(docx.Document(BytesIO(to_word(sheet))).inline_shapes) == 1


@pytest.mark.parametrize(
    "data",
    [png()[:40], png()[:-4], png(rows=1), png(width=5_000), b"\x89PNG\r\n\x1a\n", png().replace(b"IDAT", b"IDAX"),
     png()[:45] + b"\0" + png()[46:]],
    ids=["head", "tail", "pixels", "huge", "empty", "none", "checksum"],
)  # fmt: skip
def test_a_broken_signature_keeps_no_form_from_being_printed(data, mechanism, reading):
    assert png_of(url(data)) is None
    sheet = form_sheet(mechanism.forms["rating"], filed({"signature": url(data)}), reading)
    [page] = pages(to_pdf(sheet))
    assert "签名：（手写签名无法显示）" in page
    assert "签名：（手写签名无法显示）" in words(to_word(sheet))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_however_a_picture_is_damaged_it_is_drawn_or_told_of(data):
    whole = png(8, 8)
    at = data.draw(st.integers(0, len(whole) - 1))
    damaged = whole[:at] + bytes([data.draw(st.integers(0, 255))]) + whole[at + data.draw(st.integers(0, 3)) :]
    assert png_of(url(damaged)) in (None, damaged)


# ── Word ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("key", FORMS)
def test_a_word_form_has_the_cells_of_the_official_table(key, mechanism, reading):
    form = mechanism.forms[key]
    document = docx.Document(BytesIO(to_word(form_sheet(form, filed({}), reading))))
    [table] = document.tables
    for row in print_grid(form, {}).rows:
        for cell in row:
            place = table.cell(cell.row, cell.column)
            assert plain(place.text) == plain("".join(piece.text for piece in cell.pieces))
            last = table.cell(cell.row + cell.rowspan - 1, cell.column + cell.colspan - 1)
            assert last._tc is place._tc, "merged as the scheme has it"


def test_minutes_in_word_are_paragraphs_one_can_go_on_writing(reading, documents):
    data = to_word(document_sheet(documents["minutes"], FAMILY, reading))
    texts = [paragraph.text for paragraph in docx.Document(BytesIO(data)).paragraphs]
    assert "出席：区经济促进局（王局长）、区住房城乡建设和水利局（孙科长、周科员）" in texts
    assert "二、议定事项" in texts
    assert not any("章" in text for text in texts)


def test_a_table_in_word_repeats_its_titles(reading, documents):
    document = docx.Document(BytesIO(to_word(document_sheet(documents["checklist"], FAMILY, reading))))
    [table] = document.tables
    assert [cell.text for cell in table.rows[0].cells][:2] == ["序号", "编号"]
    assert "tblHeader" in ElementTree.tostring(table.rows[0]._tr, encoding="unicode")
    assert document.sections[0].page_width > document.sections[0].page_height


def test_the_pages_can_be_looked_at(reading, documents):
    [page] = to_png(document_sheet(documents["checklist"], FAMILY, reading))
    assert page.startswith(b"\x89PNG")
