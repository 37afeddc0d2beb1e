"""`liaison serve`: the site over HTTP, with the ticker inside."""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable, Iterable
from ipaddress import ip_address
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click
from flask import Flask
from waitress.server import create_server
from werkzeug.exceptions import SecurityError
from werkzeug.wsgi import get_host

from liaison.jobs import Ticker
from liaison.store import Database, upgrade
from liaison_admin import create_site

from .package import home_option
from .site import Site, complaint, now, opened, read_site, tell
from .words import words

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

THREADS = 8


def listening(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--host` and `--port`."""
    port = click.option(
        "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help=words("site.serve.port")
    )
    host = click.option("--host", default="127.0.0.1", show_default=True, help=words("site.serve.host"))
    return host(port(command))


@click.command(help=words("site.serve"))
@home_option
@listening
@click.option("--ticker/--no-ticker", default=True, help=words("site.serve.ticker"))
def command(home: Path, host: str, port: int, ticker: bool) -> None:
    site = read_site(home)
    with opened(site) as database:
        upgrade(database.engine)
        serve(site, database, host, port, ticker=ticker)


def application(site: Site, database: Database) -> Flask:
    """The site as a WSGI application."""
    address = urlsplit(site.address)
    secure = address.scheme == "https"
    app = create_site({"DATABASE": database, "SECRET_KEY": site.secret_key, "SESSION_COOKIE_SECURE": secure})
    if not is_loopback(address.hostname or ""):
        # Addresses in mails and QR codes are made of the Host header: only our own is believed.
        _only_as(app, address.hostname or "")
    return app


def _only_as(app: Flask, host: str) -> None:
    """Answer 400 to whoever asks for another host, before anything else looks at the request."""
    inner = app.wsgi_app

    def outer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        try:
            get_host(environ, [host])
        except SecurityError as error:
            return error(environ, start_response)
        return inner(environ, start_response)

    app.wsgi_app = outer  # type: ignore[method-assign]


def serve(site: Site, database: Database, host: str, port: int, *, ticker: bool = True) -> None:
    """Serve until SIGINT or SIGTERM; the tick under way is finished first."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    proxy: dict[str, Any] = {}
    if site.trusted_proxy:
        headers = {"x-forwarded-for", "x-forwarded-proto", "x-forwarded-host"}
        proxy = {"trusted_proxy": site.trusted_proxy, "trusted_proxy_headers": headers, "trusted_proxy_count": 1}
    app = application(site, database)
    try:
        server: Any = create_server(app, host=host, port=port, threads=THREADS, ident="liaison", **proxy)
    except (OSError, ValueError) as error:  # the port is taken or not ours to take; there is no such host
        raise complaint("site.serve.cannot", host=host, port=port, why=str(error)) from error
    signal.signal(signal.SIGTERM, _leave)
    bell = Ticker(database, now, site.channel()) if ticker else None
    if bell is not None:
        bell.start()
    tell("site.serve.serving", address=f"http://{host}:{server.effective_port}")
    try:
        server.run()
    finally:
        if bell is not None:
            bell.stop()
        server.close()


def is_loopback(host: str) -> bool:
    """Whether a host is this machine and nobody else's way to it."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _leave(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)
