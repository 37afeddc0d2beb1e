"""Signed links and query codes: who holds one gets in, for a while, and nobody else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from itsdangerous import URLSafeSerializer

from liaison.store import give_code
from liaison.web import links


def _token(place: Any, record: str, lasting: timedelta = timedelta(days=1)) -> str:
    with place.app.test_request_context():
        return links.sign(record, "rate", place.now + lasting)


def _entitled(client: Any) -> list[str]:
    with client.session_transaction() as session:
        return list(session.get("entitled", {}))


def test_a_signed_link_opens_its_record(place: Any) -> None:
    record = place.submit().record
    client = place.app.test_client()
    answer = client.get(f"/l/{_token(place, record)}")
    assert (answer.status_code, answer.location) == (302, f"/r/{record}")
    assert _entitled(client) == [record]
    assert client.get(answer.location).location == f"/follow/{record}"
    assert place.signed_in("office").get(f"/r/{record}").location == f"/desk/records/{record}"


def test_a_link_is_whole_and_leads_to_this_site(place: Any) -> None:
    with place.app.test_request_context(base_url="https://liaison.example"):
        address = links.signed_link(place.submit().record, "follow")
    assert address.startswith("https://liaison.example/l/")
    assert len(address) < 90, "a code of few squares"


def test_an_expired_link_says_so(place: Any) -> None:
    token = _token(place, place.submit().record)
    place.wait(days=2)
    client = place.app.test_client()
    answer = client.get(f"/l/{token}")
    assert answer.status_code == 410
    assert "2026年8月21日 10:00" in answer.text
    assert _entitled(client) == []


@pytest.mark.parametrize("spoil", [lambda token: token[:-1], lambda token: "x" + token, lambda _: "nothing"])
def test_an_altered_link_opens_nothing(place: Any, spoil: Any) -> None:
    client = place.app.test_client()
    assert client.get(f"/l/{spoil(_token(place, place.submit().record))}").status_code == 404
    assert _entitled(client) == []


@pytest.mark.parametrize(
    "held", [["rate", "0" * 32, 1_790_000_000], ["follow", "0" * 32, 1_790_000_000, "office"], ["rate"], "甲", 1]
)
def test_a_link_of_the_form_before_opens_nothing(place: Any, held: Any) -> None:
    """A token was JSON under the same key: such bytes are no record and no day."""
    token = URLSafeSerializer(place.app.secret_key, salt="liaison.links").dumps(held)
    assert place.app.test_client().get(f"/l/{token}").status_code == 404


def test_a_query_code_opens_its_record_until_it_is_locked(place: Any) -> None:
    result = place.submit()
    with place.database.write() as connection:
        code = give_code(connection, result.record, place.now)
    with place.app.test_request_context():
        assert _said(links.enter_code(result.number, "WRONG")) == "store.wrong_code"
        assert links.enter_code(result.number, code) == result.record
        for _ in range(5):
            assert _said(links.enter_code(result.number, "WRONG"))
        assert _said(links.enter_code(result.number, code)) == "store.code_held"


def test_who_guesses_shuts_out_nobody_else(place: Any) -> None:
    """The holder of the code comes from another address, and gets in whatever somebody tries from elsewhere."""
    result = place.submit()
    with place.database.write() as connection:
        code = give_code(connection, result.record, place.now)

    def enter(address: str, code: str) -> Any:
        with place.app.test_request_context(environ_base={"REMOTE_ADDR": address}):
            return links.enter_code(result.number, code)

    for _ in range(6):
        enter("192.0.2.66", "WRONG")
    assert _said(enter("192.0.2.66", code)) == "store.code_held"
    assert enter("192.0.2.1", code) == result.record
    for _ in range(6):
        enter("2001:db8:0:1::66", "WRONG")
    assert _said(enter("2001:db8:0:1:ffff::67", code)) == "store.code_held", "the same subscriber"
    assert enter("2001:db8:0:2::66", code) == result.record


def _said(found: Any) -> str:
    return str(found.code)


def test_too_many_codes_from_one_address_are_refused(place: Any) -> None:
    from werkzeug.exceptions import TooManyRequests

    with place.app.test_request_context(environ_base={"REMOTE_ADDR": "192.0.2.1"}):
        for _ in range(links.limits.CODE.times):
            links.enter_code("NONE", "WRONG")
        with pytest.raises(TooManyRequests):
            links.enter_code("NONE", "WRONG")
