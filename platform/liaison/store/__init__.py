"""Store: the tables, the SQL World and the one writer; numbers, audit chain, search, drafts, files, accounts.

A `Database` opens transactions; `act` carries out a command in one. Everything else is a function that takes the
connection of `Database.read()` or `Database.write()` first.
"""

from .act import act, ring_due
from .database import Database
from .installing import (
    InForce,
    UnloadableError,
    Version,
    add_organisation,
    files_of,
    install,
    installations,
    new_id,
    publish,
    put_in_force,
    versions,
)
from .migrate import upgrade
from .people import (
    Granted,
    add_party,
    add_person,
    add_unit,
    change_person,
    deputise,
    end_grant,
    end_holding,
    grant,
    grants_of,
    hold,
    may,
    pair,
)
from .shelf import Installed, Shelf
from .sql_world import SqlWorld

__all__ = [
    "Database",
    "Granted",
    "InForce",
    "Installed",
    "Shelf",
    "SqlWorld",
    "UnloadableError",
    "Version",
    "act",
    "add_organisation",
    "add_party",
    "add_person",
    "add_unit",
    "change_person",
    "deputise",
    "end_grant",
    "end_holding",
    "files_of",
    "grant",
    "grants_of",
    "hold",
    "install",
    "installations",
    "may",
    "new_id",
    "pair",
    "publish",
    "put_in_force",
    "ring_due",
    "upgrade",
    "versions",
]
