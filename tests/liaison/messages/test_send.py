"""Notices leave the outbox over real SMTP, once, and say why where they do not."""

from __future__ import annotations

import smtplib
from typing import Any

import pytest
from sqlalchemy import text

from liaison.messages import PAUSES, DeliveryError, Email, Letter, Sent, letters, send
from liaison.roster import Person
from liaison.store import inbox

PERSON = Person("economy", "王经促", email="economy@example.cn")


def channel(mailbox: Any) -> Email:
    return Email.from_url(mailbox.url, "liaison@example.cn", site="https://liaison.example.cn")


def states(running: Any) -> list[tuple[str, int, str]]:
    with running.database.read() as connection:
        rows = connection.execute(text("SELECT state, attempts, error FROM outbox ORDER BY id"))
        return [tuple(row) for row in rows]


def test_a_notice_reaches_the_people_it_names(running: Any, mailbox: Any) -> None:
    result = running.submit()
    assert send(running.database, channel(mailbox), running.now) == Sent(sent=1)
    assert sorted(mail["To"].addresses[0].addr_spec for mail in mailbox.mails) == [
        "director@example.cn",
        "office@example.cn",
    ]
    mail = mailbox.mails[0]
    assert mail["From"] == "liaison@example.cn"
    assert mail["Subject"] == "收到新报送"
    assert mail["Auto-Submitted"] == "auto-generated"
    body = mail.get_content()
    assert f"示例机械有限公司报送了{result.number}，请研判。" in body
    assert "https://liaison.example.cn" in body
    assert [state for state, *_ in states(running)] == ["sent"]


def test_what_is_sent_is_not_sent_again(running: Any, mailbox: Any) -> None:
    running.submit()
    send(running.database, channel(mailbox), running.now)
    running.wait(days=3)
    assert send(running.database, channel(mailbox), running.now) == Sent()
    assert len(mailbox.mails) == 2


def test_the_text_of_the_inbox_is_the_mail_s(running: Any) -> None:
    results = [running.submit() for _ in range(3)]
    with running.database.read() as connection:
        received = inbox(connection, "office", {})
        made = letters(connection, running.database.shelf, received)
    assert [made[one.id].text for one in received] == [
        f"示例机械有限公司报送了{result.number}，请研判。" for result in reversed(results)
    ]


def test_a_refusal_is_tried_again_with_growing_pauses_and_given_up(running: Any, mailbox: Any) -> None:
    running.submit()
    mailbox.refuses = "451 try again later"
    mail = channel(mailbox)
    for pause in PAUSES:
        assert send(running.database, mail, running.now) == Sent(again=1)
        assert send(running.database, mail, running.now) == Sent(), "not before the pause is over"
        running.wait(seconds=pause.total_seconds())
    assert send(running.database, mail, running.now) == Sent(given_up=1)
    [(state, _, error)] = states(running)
    assert state == "failed"
    assert "451" in error
    running.wait(days=30)
    assert send(running.database, mail, running.now) == Sent()


def test_a_server_that_comes_back_gets_what_waited(running: Any, mailbox: Any) -> None:
    running.submit()
    mailbox.refuses = "451 try again later"
    send(running.database, channel(mailbox), running.now)
    mailbox.refuses = ""
    running.wait(minutes=2)
    assert send(running.database, channel(mailbox), running.now) == Sent(sent=1)


def test_who_dies_over_a_notice_loses_it_to_the_next(running: Any, mailbox: Any) -> None:
    running.submit()

    class Dying(Email):
        def deliver(self, person: Person, letter: Letter, key: str) -> None:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        send(running.database, Dying.from_url(mailbox.url, "liaison@example.cn"), running.now)
    assert send(running.database, channel(mailbox), running.now) == Sent(), "it may still be under way"
    running.wait(minutes=11)
    assert send(running.database, channel(mailbox), running.now) == Sent(sent=1)


def test_a_claim_is_no_try(running: Any, mailbox: Any) -> None:
    running.submit()
    mailbox.refuses = "451 try again later"
    send(running.database, channel(mailbox), running.now)
    [(_, attempts, _)] = states(running)
    assert attempts == 1


def test_an_applicant_without_a_post_is_told_by_mail(running: Any, mailbox: Any) -> None:
    record = running.submit(by="company").record
    running.do(record, "accept")
    send(running.database, channel(mailbox), running.now)
    assert "company@example.cn" in [mail["To"].addresses[0].addr_spec for mail in mailbox.mails]


def test_a_notice_that_cannot_be_made_keeps_no_other_back(running: Any, mailbox: Any, caplog: Any) -> None:
    running.submit()
    running.submit()
    with running.database.write() as connection:
        connection.execute(text("UPDATE outbox SET template = 'gone' WHERE id = (SELECT min(id) FROM outbox)"))
    assert send(running.database, channel(mailbox), running.now) == Sent(sent=1, again=1)
    assert states(running)[0] == ("pending", 1, "KeyError: 'gone'")
    assert "could not be made" in caplog.text


def test_without_a_server_the_state_says_so(running: Any, mailbox: Any) -> None:
    running.submit()
    assert send(running.database, None, running.now) == Sent(given_up=1)
    assert states(running) == [("failed", 1, "messages.no_channel")]
    assert send(running.database, channel(mailbox), running.now) == Sent(), "no flood of old mail later"


def test_without_an_address_the_state_says_so(running: Any, mailbox: Any) -> None:
    with running.database.write() as connection:
        connection.execute(text("UPDATE person SET email = ''"))
    running.submit()
    assert send(running.database, channel(mailbox), running.now) == Sent(given_up=1)
    assert states(running)[0][2] == "messages.no_address"
    assert mailbox.mails == []


def test_the_same_notice_is_the_same_mail(mailbox: Any) -> None:
    mail = channel(mailbox)
    for key in ("k", "k", "l"):
        mail.deliver(PERSON, Letter("标题", "正文"), key)
    first, second, third = (one["Message-ID"] for one in mailbox.mails)
    assert first == second != third
    assert str(first).endswith("@example.cn>")


@pytest.mark.parametrize("address", ["", "nobody", "a@b\r\nBcc: x@y.cn", "two words@example.cn"])
def test_what_is_no_address_gets_no_mail(mailbox: Any, address: str) -> None:
    assert channel(mailbox).lacks(Person("p", "某", email=address)) is not None


def test_a_name_and_a_title_forge_no_header(mailbox: Any) -> None:
    person = Person("p", "某\r\nBcc: x@y.cn", email="p@example.cn")
    channel(mailbox).deliver(person, Letter("题\r\nBcc: x@y.cn", "文"), "k")
    [mail] = mailbox.mails
    assert mail["Bcc"] is None


def test_a_server_that_is_away_is_no_crash() -> None:
    mail = Email("127.0.0.1", 9, "smtp", "liaison@example.cn", timeout=2)
    with pytest.raises(DeliveryError):
        mail.deliver(PERSON, Letter("标题", "正文"), "k")


@pytest.mark.parametrize("url", ["http://host", "smtp://", "mail.example.cn"])
def test_only_smtp_urls_name_a_server(url: str) -> None:
    with pytest.raises(ValueError, match="SMTP"):
        Email.from_url(url, "liaison@example.cn")


def test_a_url_says_everything_about_the_server() -> None:
    mail = Email.from_url("smtp+starttls://me%40example.cn:p%3Aw@mail.example.cn", "liaison@example.cn")
    assert (mail.host, mail.port, mail.security) == ("mail.example.cn", 587, "smtp+starttls")
    assert (mail.user, mail.password) == ("me@example.cn", "p:w")
    assert smtplib.SMTP_PORT == 25 == Email.from_url("smtp://localhost", "liaison@example.cn").port
