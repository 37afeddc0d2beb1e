"""Forms: a schema with a layout becomes fields on a page, and what comes back becomes values or sentences.

A form is compiled once (`compile_form`), bound to values for a page (`bind`), and what a person sends is read by
WTForms, looked at by the field kinds and checked once more by jsonschema (`check`). How values read (`display`,
`mask`), the official table (`print_grid`), the standard export (`to_json_schema`) and the lints of forms
(`lint_form`) are here too. Pure: pickers ask an `options` callable, uploads arrive as ids. See `docs/forms.md`.
"""

from . import kinds as _kinds  # noqa: F401  registers every kind
from .bind import BoundForm, BoundSection, bind
from .cells import Column, columns_of, parts_of, picked_from, plain_name, reader_of, what_to_write
from .check import Checked, check
from .compile import compile_form, field_of
from .display import display, mask
from .export import to_json_schema
from .grid import Cell, Grid, Note, Piece, print_grid
from .kind import DuplicateKindError, Kind, Scene, Wrong, all_kinds, personal, register
from .kinds.file import check_upload
from .kinds.region import read_region
from .kinds.table import most_rows, unique_columns
from .kinds.uscc import read_uscc
from .lint import lint_form
from .model import (
    Choice,
    Coded,
    Control,
    Field,
    FieldProblem,
    Form,
    FormError,
    Names,
    Options,
    Package,
    Section,
    Through,
)
from .picking import entries_in
from .reread import reread
from .scope import coded_in, scope_of
from .sniff import sniff
from .submitted import filled
from .written import refuses
from .wtf import KindField, TableField

__all__ = [
    "BoundForm",
    "BoundSection",
    "Cell",
    "Checked",
    "Choice",
    "Coded",
    "Column",
    "Control",
    "DuplicateKindError",
    "Field",
    "FieldProblem",
    "Form",
    "FormError",
    "Grid",
    "Kind",
    "KindField",
    "Names",
    "Note",
    "Options",
    "Package",
    "Piece",
    "Scene",
    "Section",
    "TableField",
    "Through",
    "Wrong",
    "all_kinds",
    "bind",
    "check",
    "check_upload",
    "coded_in",
    "columns_of",
    "compile_form",
    "display",
    "entries_in",
    "field_of",
    "filled",
    "lint_form",
    "mask",
    "most_rows",
    "parts_of",
    "personal",
    "picked_from",
    "plain_name",
    "print_grid",
    "read_region",
    "read_uscc",
    "reader_of",
    "refuses",
    "register",
    "reread",
    "scope_of",
    "sniff",
    "to_json_schema",
    "unique_columns",
    "what_to_write",
]
