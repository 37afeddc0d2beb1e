"""What stands on the sides of a matching, in words."""

from __future__ import annotations

from liaison.definitions import Definition, Side

from . import visit


def side_title(definition: Definition, side: Side) -> str:
    """What stands on a side, in a word."""
    match side.kind:
        case "post":
            return definition.roster.posts[side.key].title
        case "party":
            return party_kind(side.key)
    return definition.roster.sorts[side.key].title


def party_kind(kind: str) -> str:
    """What a kind of the directory is called."""
    return visit.sentence(f"web.party_kind.{kind}")
