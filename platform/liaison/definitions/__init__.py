"""Definitions: the file format of a mechanism. Packages are read, checked against the schemas and built into the
immutable `Definition` that every other room works from; written canonically; compared and merged.

`load(read_package(source))` is the way in, `restore` the way back from the store. Nothing here knows what a mechanism
does when it runs.
"""

from .anew import blank_files, copied_files
from .base import base_files
from .build import EFFECT_KINDS
from .build import effect as read_effect
from .build import who as read_who
from .difference import Change, Place, diff
from .duties import DUTY_FACTS
from .expressions import VALUES, Expression, effects_in, expressions_of
from .facts import FACTS
from .jsontext import BadJsonError
from .jsontext import parse as read_json
from .layout import FORMAT, schema_of
from .lints import LINTS, lint
from .listing import LIST_FACTS, Naming, Narrowing, ValueKind, namings, narrowings, served, showable, value_kind
from .loading import Loaded, by_question, load, restore
from .merging import Conflict, Merged, merge
from .model import (
    FACETS,
    PARTY_KINDS,
    Action,
    Anchor,
    Asks,
    Automatic,
    Check,
    Code,
    CodeColumn,
    CodeList,
    Definition,
    Duty,
    Each,
    Effect,
    Extension,
    Group,
    Json,
    Level,
    Lifecycle,
    Likeness,
    Matching,
    Opens,
    Part,
    PartyKind,
    Post,
    RecordType,
    Relation,
    Reminder,
    RosterPlan,
    Series,
    Share,
    Side,
    Slot,
    State,
    StateKind,
    TaskTree,
    Template,
    Term,
    Unit,
    UnitKind,
    View,
    Who,
)
from .package import Package, digest, from_zip, read_package, shipped, to_zip, write_folder
from .recipients import recipients
from .schema import locate, schemas, violations
from .slots import to_fill
from .spelling import canonical
from .turns import record_of_turn
from .upgrades import upgrade

__all__ = [
    "DUTY_FACTS",
    "EFFECT_KINDS",
    "FACETS",
    "FACTS",
    "FORMAT",
    "LINTS",
    "LIST_FACTS",
    "PARTY_KINDS",
    "VALUES",
    "Action",
    "Anchor",
    "Asks",
    "Automatic",
    "BadJsonError",
    "Change",
    "Check",
    "Code",
    "CodeColumn",
    "CodeList",
    "Conflict",
    "Definition",
    "Duty",
    "Each",
    "Effect",
    "Expression",
    "Extension",
    "Group",
    "Json",
    "Level",
    "Lifecycle",
    "Likeness",
    "Loaded",
    "Matching",
    "Merged",
    "Naming",
    "Narrowing",
    "Opens",
    "Package",
    "Part",
    "PartyKind",
    "Place",
    "Post",
    "RecordType",
    "Relation",
    "Reminder",
    "RosterPlan",
    "Series",
    "Share",
    "Side",
    "Slot",
    "State",
    "StateKind",
    "TaskTree",
    "Template",
    "Term",
    "Unit",
    "UnitKind",
    "ValueKind",
    "View",
    "Who",
    "base_files",
    "blank_files",
    "by_question",
    "canonical",
    "copied_files",
    "diff",
    "digest",
    "effects_in",
    "expressions_of",
    "from_zip",
    "lint",
    "load",
    "locate",
    "merge",
    "namings",
    "narrowings",
    "read_effect",
    "read_json",
    "read_package",
    "read_who",
    "recipients",
    "record_of_turn",
    "restore",
    "schema_of",
    "schemas",
    "served",
    "shipped",
    "showable",
    "to_fill",
    "to_zip",
    "upgrade",
    "value_kind",
    "violations",
    "write_folder",
]
