"""An application served over a real socket, as `liaison serve` does it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

from waitress import wasyncore
from waitress.server import create_server


@contextmanager
def live_server(app: Any, threads: int = 4) -> Iterator[str]:
    """Serve the WSGI application on a free port of 127.0.0.1; yields the base URL without a slash at the end."""
    sockets: dict[int, Any] = {}
    server: Any = create_server(app, map=sockets, host="127.0.0.1", port=0, threads=threads)
    thread = Thread(target=server.run, name="live-server", daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        # The loop's own thread closes its sockets, kept-alive ones too; without sockets the loop ends.
        server.trigger.pull_trigger(lambda: wasyncore.close_all(sockets))
        thread.join(timeout=10)
        server.task_dispatcher.shutdown()
        assert not thread.is_alive(), "the server did not stop"
