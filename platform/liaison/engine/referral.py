"""The sheet 移交单 kept of a hand-over to an outside body: who receives it, when it was sent, the receipt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .model import Record

REFERRAL = "referral"
"""The record type of the sheets, which the engine ships."""


def referrals_of(children: Iterable[Record], record: Record) -> Mapping[str, Record]:
    """Hand-over → its latest sheet in the present round."""
    sheets = [child for child in children if child.type == REFERRAL and child.round == record.round]
    sheets.sort(key=lambda sheet: (sheet.created_at, sheet.id))
    return {sheet.values["handing"]: sheet for sheet in sheets}
