"""The same intake written by hand for this one scheme: what the product is measured against.

Flask, SQLAlchemy Core, WTForms, Jinja; every title, code, step, unit and rule is a constant. Nothing of the product is
used. docs/benchmarks.md lists what each side does.
"""

from .app import create_app
from .tables import set_up

__all__ = ["create_app", "set_up"]
