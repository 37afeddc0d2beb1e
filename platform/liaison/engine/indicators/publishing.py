"""Publishing an assessment: who may, when, and what makes it a restatement."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from liaison.access import Actor, is_one_of
from liaison.calendars import ZONE, Period
from liaison.roster import RosterDay, Subject
from liaison.texts import Message

from ..model import Refusal
from .assessing import frozen
from .model import Assessment, Publication, Tree


def may_publish(tree: Tree, actor: Actor, today: RosterDay) -> bool:
    """Whether somebody publishes this tree."""
    return bool(is_one_of(actor, tree.published_by, Subject(), "", today))


def publish(
    tree: Tree,
    installation: str,
    period: Period,
    done: Assessment,
    earlier: Sequence[Publication],
    actor: Actor,
    reason: str,
    today: RosterDay,
    now: datetime,
) -> Publication | Refusal:
    """What is to be kept as published, or why not. `earlier`: what was published for the period before, in order."""
    if not may_publish(tree, actor, today):
        return _refuse("engine.scores_not_yours", tree=tree.title)
    if period.last >= now.astimezone(ZONE).date():
        return _refuse("engine.scores_too_early", last=period.last)
    if tree.missing == "void" and done.lacking:
        one, leaf = done.lacking[0]
        return _refuse("engine.scores_lack", object=done.objects[one], leaf=tree.nodes[leaf].title, n=len(done.lacking))
    if not any(scores.rank for scores in done.scores.values()):
        return _refuse("engine.scores_nothing")
    body = frozen(tree, done)
    if earlier and earlier[-1].body == body:
        return _refuse("engine.scores_unchanged")
    if earlier and not reason.strip():
        return _refuse("engine.scores_reason_needed")
    return Publication(
        installation, tree.key, period, len(earlier) + 1, actor.id, actor.name, now, reason.strip(), body
    )


def _refuse(code: str, **params: object) -> Refusal:
    return Refusal(Message(code, params))
