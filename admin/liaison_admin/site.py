"""Mount the administration: its views, templates and style on the application that the web room builds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Flask
from flask_admin import Admin
from flask_admin.theme import Bootstrap4Theme

from liaison.web import create_app, permissions

from .accounts import Accounts
from .audit import Audit
from .calendars import Calendars
from .frame import Page
from .grants import Grants
from .home import ROLES, Home
from .mechanisms import Mechanisms
from .organisations import Organisations
from .parties import Parties
from .roster import Roster
from .workshop import Workshop

_PARTS = "liaison_admin"


def create_site(config: Mapping[str, Any] | None = None) -> Flask:
    """`liaison.web.create_app(config)` with the administration under `/admin`."""
    app = create_app(config)
    init_app(app)
    return app


def init_app(app: Flask) -> None:
    """Mount the administration on an application that has not answered a request yet."""
    app.register_blueprint(
        Blueprint(
            _PARTS, __name__, template_folder="templates", static_folder="static", static_url_path="/admin/static"
        )
    )
    permissions.declare(app, f"{_PARTS}.static", permissions.PUBLIC)
    home = Home()
    permissions.declare(app, home.endpoint, permissions.role(*ROLES))
    # The theme is only what Flask-Admin asks for: every page here has a template of its own.
    admin = Admin(app, index_view=home, theme=Bootstrap4Theme(base_template="administration/base.html"))
    pages: tuple[Page, ...] = (
        Mechanisms(),
        Workshop(),
        Roster(),
        Parties(),
        Calendars(),
        Organisations(),
        Accounts(),
        Grants(),
        Audit(),
    )
    for page in pages:
        permissions.declare(app, page.endpoint, permissions.role(page.role))
        admin.add_view(page)
    permissions.verify(app)
