"""The names of files handed out: telling, in whatever letters, and fit for every system."""

from __future__ import annotations

from urllib.parse import unquote

from flask import Flask

from liaison.web import file_name, handed_out


def test_a_name_says_what_it_is_and_of_which_day() -> None:
    assert file_name("xlsx", "问题收集清单", "20260820") == "问题收集清单-20260820.xlsx"
    assert file_name("csv", "示例区", "", "20260820") == "示例区-20260820.csv"


def test_a_name_holds_nothing_that_a_system_takes_for_something_else() -> None:
    assert file_name("csv", '../甲/乙:丙"丁\n戊') == "甲 乙 丙 丁 戊.csv"
    assert file_name("zip", "长" * 300) == "长" * 120 + ".zip"


def test_its_letters_come_through() -> None:
    with Flask(__name__).test_request_context():
        said = handed_out(b"a", "text/csv", "台账-20260820.csv").headers["Content-Disposition"]
    assert said.startswith("attachment;")
    assert unquote(said.partition("filename*=UTF-8''")[2]) == "台账-20260820.csv"
