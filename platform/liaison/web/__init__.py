"""Web: the portal of the enterprise, the desk of the staff, accounts and the API, in one Flask application.

`create_app` builds it. The blueprints live in `portal/`, `desk/`, `accounts/` and `api/`; what they share (base
templates, component macros, style, scripts, security headers) is documented in `docs/components.md`.
"""

from . import permissions, visit
from .app import create_app
from .downloads import file_name, handed_out
from .filters import masked
from .language import lang
from .typed import plain, whole

__all__ = ["create_app", "file_name", "handed_out", "lang", "masked", "permissions", "plain", "visit", "whole"]
