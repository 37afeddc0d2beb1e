"""Web: the portal of the enterprise, the desk of the staff and accounts, in one Flask application.

`create_app` builds it. The blueprints live in `portal/`, `desk/` and `accounts/`; what they share (base templates,
component macros, style, scripts, security headers) is documented in `docs/components.md`.
"""

from . import permissions, visit
from .app import create_app
from .downloads import file_name, handed_out
from .filters import masked
from .language import lang
from .sides import party_kind, side_title
from .tabular import decoded, is_workbook, text_rows, workbook_rows
from .typed import plain, whole

__all__ = [
    "create_app",
    "decoded",
    "file_name",
    "handed_out",
    "is_workbook",
    "lang",
    "masked",
    "party_kind",
    "permissions",
    "plain",
    "side_title",
    "text_rows",
    "visit",
    "whole",
    "workbook_rows",
]
