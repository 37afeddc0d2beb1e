"""Serve one of the two applications: `python -m benchmarks.serve product|by_hand URL`. Prints its address.

The same server with the same number of threads for both, in a process of its own, as on a site.
"""

from __future__ import annotations

import logging
import sys
from typing import Any

from waitress.server import create_server

THREADS = 4


def application(name: str, url: str) -> Any:
    """The WSGI application on the database at `url`."""
    if name == "by_hand":
        from benchmarks.by_hand import create_app as by_hand

        return by_hand(url)
    from liaison.store import Database
    from liaison.web import create_app

    return create_app({"SECRET_KEY": "bench", "SESSION_COOKIE_SECURE": False, "DATABASE": Database(url)})


def main() -> None:
    """Serve until the process is ended."""
    name, url = sys.argv[1:]
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # that requests wait is what is wanted here
    # As behind a proxy: every enterprise has its own address, so that no limit for one address is reached.
    server: Any = create_server(
        application(name, url), host="127.0.0.1", port=0, threads=THREADS,
        trusted_proxy="127.0.0.1", trusted_proxy_headers={"x-forwarded-for"},
    )  # fmt: skip
    print(server.effective_port, flush=True)
    server.run()


if __name__ == "__main__":
    main()
