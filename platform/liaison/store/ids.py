"""Ids that the store gives."""

from __future__ import annotations

import secrets


def new_id() -> str:
    """A fresh id nobody can guess."""
    return secrets.token_hex(16)
