"""E-mail, handed to an SMTP server (RFC 5321). The Message-ID is derived from the notice's key: a mail that comes
twice is the same mail."""

from __future__ import annotations

import hashlib
import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import Literal, cast
from urllib.parse import unquote, urlsplit

from liaison.roster import Person
from liaison.texts import Message, say

from ..channel import DeliveryError, Letter

_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


@dataclass(frozen=True, slots=True)
class Email:
    """A server that takes mail, and who sends it."""

    host: str
    port: int
    security: Literal["smtp", "smtp+starttls", "smtps"]
    sender: str
    user: str = ""
    password: str = ""
    site: str = ""
    """Address of the site, put below each letter."""
    timeout: float = 20.0
    """Seconds."""

    name = "email"

    @classmethod
    def from_url(cls, url: str, sender: str, site: str = "") -> Email:
        """`smtps://user:password@host:465`; also `smtp+starttls:` (587) and `smtp:` (25, for a server nearby).

        ValueError: not such a URL, or the sender is no address."""
        parts = urlsplit(url)
        if parts.scheme not in _PORTS or not parts.hostname:
            raise ValueError(f"not an SMTP URL: {parts.scheme}://{parts.hostname or ''}")
        try:
            Address(addr_spec=sender)
        except (MessageError, IndexError) as error:  # some of what is no address it falls over
            raise ValueError(f"not an address: {sender}") from error
        return cls(
            parts.hostname,
            parts.port or _PORTS[parts.scheme],
            cast(Literal["smtp", "smtp+starttls", "smtps"], parts.scheme),
            sender,
            unquote(parts.username or ""),
            unquote(parts.password or ""),
            site,
        )

    def lacks(self, person: Person) -> Message | None:
        """No address is no fault: the notice is in the inbox."""
        return None if _address(person.email) else Message("messages.no_address")

    def deliver(self, person: Person, letter: Letter, key: str) -> None:
        """Hand over one mail. DeliveryError: the server cannot be reached or refuses it."""
        try:
            with self._server() as server:
                server.send_message(self._mail(person, letter, key))
        except (smtplib.SMTPException, OSError) as error:
            raise DeliveryError(f"{type(error).__name__}: {error}"[:500]) from error

    def _mail(self, person: Person, letter: Letter, key: str) -> EmailMessage:
        mail = EmailMessage(policy=SMTP)
        address = _address(person.email)
        assert address is not None
        mail["Subject"] = " ".join(letter.title.split())
        mail["From"] = self.sender
        mail["To"] = Address(" ".join(person.name.split()), addr_spec=address)
        digest = hashlib.sha256(f"{key}\0{person.id}".encode()).hexdigest()[:40]
        mail["Message-ID"] = f"<{digest}@{self.sender.rpartition('@')[2]}>"
        mail["Auto-Submitted"] = "auto-generated"
        footer = say(Message("messages.footer", {"site": self.site})) if self.site else ""
        mail.set_content(f"{letter.text}\n\n{footer}\n" if footer else f"{letter.text}\n")
        return mail

    @contextmanager
    def _server(self) -> Iterator[smtplib.SMTP]:
        kind = smtplib.SMTP_SSL if self.security == "smtps" else smtplib.SMTP
        with kind(self.host, self.port, timeout=self.timeout) as server:
            if self.security == "smtp+starttls":
                server.starttls()
            if self.user:
                server.login(self.user, self.password)
            yield server


def _address(text: str) -> str | None:
    """The address, if it is one a mail can go to; line breaks and the like would forge headers."""
    try:
        return Address(addr_spec=text.strip()).addr_spec if "@" in text else None
    except (ValueError, IndexError):
        return None
