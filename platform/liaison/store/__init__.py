"""Store: the tables, the SQL World and the one writer; numbers, audit chain, search, drafts, files, accounts."""

from .database import Database
from .migrate import upgrade

__all__ = ["Database", "upgrade"]
