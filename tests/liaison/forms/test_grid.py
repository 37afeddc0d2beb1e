"""The official table: where cells land, and what stands in them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liaison.forms import print_grid
from liaison.forms.grid import geometry

VALUES = {
    "company": "某公司",
    "investment": "125000.00",
    "channels": ["visit"],
    "submitted_on": "2026-08-20",
    "people": [{"name": "张三"}, {"name": "李四"}],
}


def texts(grid):
    return [[[piece.text for piece in cell.pieces] for cell in row] for row in grid.rows]


def test_a_filled_table(every, names):
    facts = {"record.number": "SD-0001", "term.reply.due": date(2026, 9, 20)}
    grid = print_grid(every, VALUES, facts=facts, names=names)
    assert [piece.text for piece in grid.header] == ["编号：SD-0001", "日期：8月20日"]
    assert texts(grid) == [
        [["企业"], ["名称"], ["某公司"]],
        [["计划投资"], ["12.5 万元"], ["电话□　走访☑　未沟通□"]],
        [["意见"], ["（请详细填写）", "签名：", "期限：9月20日"]],
        [["参会人员"], ["张三\n李四"]],
    ]
    side, heading, company = grid.rows[0]
    assert (side.rowspan, side.vertical, side.part, side.heading) == (2, True, "企业填写", True)
    assert (heading.column, company.column, company.colspan, company.heading) == (1, 2, 2, False)
    assert [cell.column for cell in grid.rows[1]] == [1, 2, 3]
    assert [piece.text for piece in grid.notes] == ["一事一表。"]


def test_an_empty_table_prints_its_hints_and_empty_boxes(every):
    grid = print_grid(every, {})
    assert grid.rows[1][2].pieces[0].text == "电话□　走访□　未沟通□"
    opinion = grid.rows[2][1].pieces[0]
    assert (opinion.text, opinion.empty) == ("（请详细填写）", True)


def test_a_drawn_signature_is_an_image(every):
    drawing = "data:image/png;base64,iVBORw0KGgo="
    piece = print_grid(every, {"signature": drawing}).rows[2][1].pieces[1]
    assert (piece.text, piece.image) == ("签名：", drawing)


def test_a_form_without_a_table_has_none(form_with):
    form = form_with({"a": {"kind": "line", "type": "string", "title": "甲"}})
    with pytest.raises(KeyError):
        print_grid(form, {})


@st.composite
def tables(draw):
    """A rectangle cut into cells at random, written row by row as a file has them."""
    height, width = draw(st.integers(1, 6)), draw(st.integers(1, 6))
    free = {(r, c) for r in range(height) for c in range(width)}
    rows = [[] for _ in range(height)]
    for r in range(height):
        for c in range(width):
            if (r, c) not in free:
                continue
            across = 1
            while (r, c + across) in free and draw(st.booleans()):
                across += 1
            down = 1
            while r + down < height and draw(st.booleans()):
                if not all((r + down, x) in free for x in range(c, c + across)):
                    break
                down += 1
            free -= {(y, x) for y in range(r, r + down) for x in range(c, c + across)}
            rows[r].append({"key": f"c{r}_{c}", "colspan": across, "rowspan": down})
    return {"columns": width, "rows": [{"key": f"r{i}", "cells": cells} for i, cells in enumerate(rows)]}


@settings(max_examples=60)
@given(tables())
def test_any_rectangle_cut_into_cells_comes_out_even(table):
    places, faults = geometry(table)
    assert faults == []
    covered = [
        (y, x)
        for p in places
        for y in range(p.row_index, p.row_index + p.rowspan)
        for x in range(p.column, p.column + p.colspan)
    ]
    assert sorted(covered) == [(y, x) for y in range(len(table["rows"])) for x in range(table["columns"])]


@settings(max_examples=60)
@given(tables(), st.data())
def test_one_cell_taken_away_or_widened_is_a_fault(table, data):
    row = data.draw(st.sampled_from([row for row in table["rows"] if row["cells"]]))
    cell = data.draw(st.sampled_from(row["cells"]))
    if data.draw(st.booleans()):
        row["cells"].remove(cell)
    else:
        cell["colspan"] += 1
    assert geometry(table)[1] != []
