"""One enterprise reports one matter, page by page, as a browser does. Both applications are walked by the same code.

They are made alike: a button begins a draft, each step is posted and answered with the next one, the preview is
submitted, the receipt shows number and query code.
"""

from __future__ import annotations

import http.client
import random
import re
from urllib.parse import urlencode

STEPS = (
    {
        "reporting_unit": "示例区机械装备行业商会",
        "company": "示例机械有限公司",
        "submitted_on": "2026-08-20",
        "contact_name": "示例联系人",
        "contact_post": "办公室主任",
        "contact_phone": "13800138000",
    },
    {
        "category": "B",
        "units_concerned": ["economy", "housing_water"],
        "problem": "企业近期流动资金周转困难，银行提前收回贷款，生产线改造项目因此停工。厂区周边道路长期积水，"
        "货车无法进出，已向有关单位反映三次尚无结果。希望协调续贷，并尽快安排排水管网维修，保障正常生产经营秩序。",
        "remark": "去年十月曾通过镇街反映，答复正在研究。",
    },
    {"attendee_name": "示例参会人", "attendee_post": "示例机械有限公司总经理", "attendee_phone": "13900139000"},
)
"""What is typed in each step."""
_TOKEN = re.compile(r'name="csrf-token" content="([^"]+)"')
_FORM = re.compile(r'<form method="post"(?: id="\w+")? action="([^"]+)"')
_NUMBER = re.compile(r'class="receipt__number">(SDMQ-\d{4}-\d{4,})<')
_CODE = re.compile(r'class="receipt__code">([0-9A-Z]{10})<')


class Browser:
    """One keep-alive connection with its cookies."""

    def __init__(self, host: str, port: int) -> None:
        self._connection = http.client.HTTPConnection(host, port, timeout=60)
        self._cookies: dict[str, str] = {}
        self._address = _address()
        self.page = ""

    def forget(self) -> None:
        """Somebody else, from somewhere else: the connection stays, as through a proxy, and the cookies go."""
        self._cookies.clear()
        self._address = _address()

    def get(self, path: str) -> str:
        """Open a page; RuntimeError where it is not answered with one."""
        return self._ask("GET", path)

    def post(self, path: str, values: object = ()) -> str:
        """Send a form with the page's token and open the page it leads to."""
        found = _TOKEN.search(self.page)
        assert found, f"no token before {path}"
        fields = dict(values)  # type: ignore[call-overload]
        return self._ask("POST", path, urlencode({**fields, "csrf_token": found[1]}, doseq=True))

    def form(self, has: str) -> str:
        """Where the form on the page leads whose address holds `has`."""
        found = next((path for path in _FORM.findall(self.page) if has in path), None)
        assert found, f"no form to {has} on {self.page[:400]}"
        return str(found).replace("&amp;", "&")

    def close(self) -> None:
        self._connection.close()

    def _ask(self, method: str, path: str, body: str | None = None) -> str:
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        headers = {"Cookie": cookies, "X-Forwarded-For": self._address}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        text = answer.read().decode()
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self._cookies[name] = value
        if answer.status in (302, 303):
            return self._ask("GET", answer.headers["Location"])
        if answer.status != 200:
            raise RuntimeError(f"{method} {path}: {answer.status} {text[:400]}")
        self.page = text
        return text


def _address() -> str:
    return f"10.{random.randrange(256)}.{random.randrange(256)}.{random.randrange(1, 255)}"


def begin(browser: Browser, start: str) -> str:
    """Open the mechanism's page and begin; the address of the draft."""
    browser.get(start)
    browser.post(browser.form("/new"))
    return browser.form("/drafts/").partition("?")[0]


def report(browser: Browser, start: str) -> tuple[str, str]:
    """Report one matter from the mechanism's page to the receipt; its number and query code."""
    browser.forget()
    begin(browser, start)
    for step in STEPS:
        browser.post(browser.form("/drafts/"), step)
    receipt = browser.post(browser.form("/submit"))
    number, code = _NUMBER.search(receipt), _CODE.search(receipt)
    assert number, f"no number on {receipt[:400]}"
    assert code, "no code on the receipt"
    return number[1], code[1]
