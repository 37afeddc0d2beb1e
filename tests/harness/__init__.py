"""What tests stand on: real databases, a real browser, a real server, axe-core. Fixtures are in `tests/conftest.py`.

Where something is not on the machine, a test that needs it is skipped with the reason; under `CI=true` it fails.
"""

from .accessibility import axe
from .browser import Visitors, Watch, launch
from .databases import Backend, Postgres, Sqlite
from .missing import missing
from .serving import live_server

__all__ = ["Backend", "Postgres", "Sqlite", "Visitors", "Watch", "axe", "launch", "live_server", "missing"]
