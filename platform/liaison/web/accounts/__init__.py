"""Accounts: signing in and out, the password, and how long a session lasts.

A session is over after `IDLE` without a request, after `LASTS` whatever happens, and as soon as the account's epoch
has grown: a changed password ends every other session, an account that is disabled all of them.
"""

from .pages import blueprint
from .sessions import IDLE, LASTS, begin, end, init_app

__all__ = ["IDLE", "LASTS", "begin", "blueprint", "end", "init_app"]
