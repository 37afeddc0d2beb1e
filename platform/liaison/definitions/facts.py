"""The first segments of facts: what an expression reads beside fields. The engine has a reader for each."""

FACTS = (
    "record", "times", "times_ever", "term", "actor", "part", "linked", "parent", "signoff", "handed", "rung", "within",
    "reason", "each",
)  # fmt: skip
"""A field may not be called like one of them."""
