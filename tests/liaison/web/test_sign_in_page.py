"""Signing in as a person does it: in a browser, at both sizes, with nothing serious to complain of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import pytest
from playwright.sync_api import expect

from harness import Visitors, axe
from liaison.store import accounts_of, reset_password

PASSWORD = "a sentence to remember"
FRESH = "given over the telephone"


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_a_person_signs_in_and_changes_the_password(
    place: Any, serve: Callable[[Any], str], visitor: Visitors, size: Literal["desktop", "phone"]
) -> None:
    place.app.config["WTF_CSRF_ENABLED"] = True
    with place.database.write() as connection:
        account = next(one for one in accounts_of(connection, "district") if one.login == "company")
        reset_password(connection, account.id, FRESH, place.now)
    base = serve(place.app)
    page = visitor(size)
    page.goto(f"{base}/mine")
    expect(page.get_by_role("heading", level=1)).to_have_text("登录")
    axe(page)
    page.get_by_label("账号").fill("company")
    page.get_by_label("密码").fill("not this one")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("账号")).to_have_value("company")
    axe(page)
    page.get_by_label("密码").fill(FRESH)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("修改密码")
    axe(page)
    page.get_by_label("原密码").fill(FRESH)
    page.get_by_label("新密码", exact=True).fill(PASSWORD)
    page.get_by_label("再输一次新密码").fill(PASSWORD)
    page.get_by_role("button", name="修改密码").click()
    expect(page).to_have_url(f"{base}/mine")
