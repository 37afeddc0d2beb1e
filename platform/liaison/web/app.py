"""Build the Flask application: configuration, security, languages, filters, error pages, blueprints."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from typing import Any

from flask import Flask
from flask.templating import Environment
from flask_wtf import CSRFProtect

from . import (
    accounts,
    assets,
    desk,
    errors,
    files,
    filters,
    gallery,
    language,
    limits,
    links,
    parties,
    permissions,
    portal,
    security,
    typed,
    visit,
)

_DEFAULTS: Mapping[str, Any] = {
    "SESSION_COOKIE_HTTPONLY": True,
    "SESSION_COOKIE_SAMESITE": "Lax",
    "SESSION_COOKIE_SECURE": True,
    "WTF_CSRF_TIME_LIMIT": None,
    "MAX_CONTENT_LENGTH": 64 * 1024 * 1024,
    "BABEL_DEFAULT_LOCALE": "zh_CN",
    "BABEL_DEFAULT_TIMEZONE": "Asia/Shanghai",
    "BABEL_TRANSLATION_DIRECTORIES": "translations",
}


class _Environment(Environment):
    """A template has one plain dict of globals: at every import of a component Jinja compares all of them with the
    page's, and over its own chain of dicts that takes a fourteenth of the time of an intake."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return {**self.globals, **(d or {})}


def create_app(config: Mapping[str, Any] | None = None) -> Flask:
    """The whole site as a WSGI application.

    `config` overrides the defaults and must hold `SECRET_KEY` (ValueError otherwise: a key made up here would
    sign everybody out at each restart). `SESSION_COOKIE_SECURE` is on; a site served over plain HTTP, such as
    the demo on the loopback address, turns it off. With `DEBUG` on, `/_components` shows every component.
    """
    app = Flask("liaison.web")
    app.jinja_environment = _Environment
    app.config.from_mapping(_DEFAULTS)
    app.config.from_mapping(config or {})
    if not app.config["SECRET_KEY"]:
        raise ValueError("create_app needs config['SECRET_KEY']")
    typed.prepare(app)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True

    CSRFProtect(app)
    for part in (security, language, filters, assets, errors, visit, limits, accounts, permissions):
        part.init_app(app)
    for room in (portal, desk, accounts, links, files, parties):
        app.register_blueprint(room.blueprint)
    if app.debug:
        app.register_blueprint(gallery.blueprint)
    permissions.verify(app)
    return app
