"""The application on a running database, and people signed in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import Client

from harness.cast import PASSWORD
from liaison.web import create_app


class Site:
    """`running` with its application; whatever `running` can do, this can."""

    def __init__(self, running: Any) -> None:
        self._running = running
        self.app: Flask = create_app(
            {
                "SECRET_KEY": "test",
                "SESSION_COOKIE_SECURE": False,
                "WTF_CSRF_ENABLED": False,
                "DATABASE": running.database,
                "NOW": self._now,
            }
        )

    def __getattr__(self, name: str) -> Any:
        return getattr(self._running, name)

    def _now(self) -> datetime:
        now: datetime = self._running.now
        return now

    def signed_in(self, login: str) -> Client:
        """A browser in which `login` is signed in."""
        client = self.app.test_client()
        answer = client.post("/accounts/sign-in", data={"login": login, "password": PASSWORD})
        assert answer.status_code == 302, answer.text
        return client


@pytest.fixture
def place(running: Any) -> Site:
    """A site of this test's own, on each database in turn."""
    return Site(running)
