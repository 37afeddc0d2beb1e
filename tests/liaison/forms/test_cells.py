"""A form as a sheet: what its columns are called, and what its cells mean."""

from __future__ import annotations

import pytest

from liaison.forms import Wrong, columns_of, reader_of, what_to_write
from liaison.texts import say


@pytest.fixture(scope="module")
def columns(every):
    found = columns_of((section.label, control) for section in every.sections for control in section.controls)
    return {column.field.key: column for column in found}


def test_what_no_cell_holds_is_no_column(every, columns):
    assert set(every.controls) - set(columns) == {"evidence", "signature", "people", "per_head", "notice"}
    assert columns["company"].required
    assert not columns["grounds"].required, "only where a condition says so"


def test_fields_of_one_title_are_told_apart(form_with):
    twice = {key: {"kind": "line", "type": "string", "title": "电话"} for key in ("first", "second")}
    [section] = form_with(twice).sections
    told = columns_of([("企业", section.controls[0]), ("单位", section.controls[1])])
    assert [column.title for column in told] == ["企业·电话", "单位·电话"]
    told = columns_of((section.label, control) for control in section.controls)
    assert [column.title for column in told] == ["内容·电话（first）", "内容·电话（second）"]


@pytest.mark.parametrize(
    ("key", "text", "means"),
    [
        ("company", " 示例 ", " 示例 "),  # what is typed: the field itself trims and reads it
        ("phone", "1380 0138 000", "1380 0138 000"),
        ("category", "招商引资", "A"),
        ("category", "a. 招商引资", "A"),
        ("category", "Ａ", "A"),
        ("topics", "A、 生产经营；C", ["A", "B", "C"]),
        ("units", "区经济促进局\n区住房城乡建设和水利局", ["economy", "housing"]),
        ("chamber", "大良总商会", "daliang"),
        ("liaison", "王五", "p1"),
        ("region", "440606", "440606"),
    ],
)
def test_a_cell_means(columns, options, day, key, text, means):
    assert reader_of(columns[key], options, day)(text) == means


@pytest.mark.parametrize(
    ("key", "text", "said"),
    [
        ("category", "旧类别", "“问题类别”没有“旧类别”这一项，可写：A. 招商引资、B. 生产经营、C. 历史遗留"),
        ("topics", "A、D", "“涉及事项”没有“D”这一项，可写：A. 招商引资、B. 生产经营、C. 历史遗留"),
        ("units", "区教育局", "“涉及单位”没有“区教育局”这一项，可写：区经济促进局、区住房城乡建设和水利局"),
    ],
)
def test_what_it_cannot_mean_is_said(columns, options, day, key, text, said):
    with pytest.raises(Wrong) as wrong:
        reader_of(columns[key], options, day)(text)
    assert say(wrong.value.message(columns[key].title)) == said


def test_a_name_of_two_is_not_guessed(form_with, options, day):
    choices = [{"key": "one", "label": "同名"}, {"key": "two", "label": "同 名"}]
    form = form_with({"which": {"kind": "choice", "type": "string", "title": "哪一个", "choices": choices}})
    [column] = columns_of([("内容", form.controls["which"])])
    read = reader_of(column, options, day)
    assert read("two") == "two"
    with pytest.raises(Wrong) as wrong:
        read("同名")
    assert say(wrong.value.message("哪一个")) == "“哪一个”里叫“同名”的不止一项"


def test_every_column_says_what_to_write(columns, options, day):
    for column in columns.values():
        assert say(what_to_write(column, None))
        assert say(what_to_write(column, None), "en")
