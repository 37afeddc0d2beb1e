"""Texts: codes and parameters become sentences here, and nowhere else.

Every other room speaks in codes (`Message`, `Finding`). Each room keeps its own sentences in
`catalogue/<room>.json`: code → {"zh", "en", "hint_zh", "hint_en"}. A code defined twice fails at start.
"""

from .cells import FORMULA, harmless, meant
from .folding import folded
from .model import Bilingual, Finding, Message, Severity
from .say import LANGUAGES, DuplicateCodeError, catalogue, hint, say, spell_date

__all__ = [
    "FORMULA",
    "LANGUAGES",
    "Bilingual",
    "DuplicateCodeError",
    "Finding",
    "Message",
    "Severity",
    "catalogue",
    "folded",
    "harmless",
    "hint",
    "meant",
    "say",
    "spell_date",
]
