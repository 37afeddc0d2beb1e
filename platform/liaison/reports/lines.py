"""The lines of a figure: which there are, in which order, and what they and the figure itself are called."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from liaison.conditions import spell
from liaison.engine import Mechanism, Surroundings, labels_for
from liaison.engine.figures import Metric
from liaison.forms import display
from liaison.texts import Message, say

LATE_UNITS = ".late_units"
"""The end of a path that says which units were late with a term."""


@dataclass(frozen=True, slots=True)
class Split:
    """What records are split by: what it is called, whether a record may stand in several lines, what it holds."""

    title: str
    many: bool
    kind: str
    """state, or the kind of the field: of a part, and of what was late, unit."""


def split_by(mechanism: Mechanism, metric: Metric, lang: str = "zh") -> Split:
    """What the metric is split by. KeyError: it is not."""
    if metric.by.endswith(LATE_UNITS):
        return Split(say(Message("reports.late_units"), lang), True, "unit")
    label = labels_for(mechanism, metric.of)[metric.by].text
    title = say(label, lang) if isinstance(label, Message) else label
    field = mechanism.fields[metric.of].get(metric.by)
    if field is not None:
        return Split(title, field.many, field.kind)
    part = mechanism.record_type(metric.of).parts.get(metric.by.removeprefix("part."))
    return Split(title, part is not None and part.maximum != 1, "unit" if part is not None else "state")


def lines_of(
    mechanism: Mechanism,
    metric: Metric,
    values: Collection[str | None],
    around: Surroundings,
    day: date,
    lang: str = "zh",
) -> list[tuple[str | None, str]]:
    """The lines with what they are called. Choices and codes in use on `day` always have theirs; of units, regions and
    states those that are among `values`; the line of what is not filled in where there is any, or the metric names it.
    """
    field = mechanism.fields[metric.of].get(metric.by)
    if field is not None:
        around.learn_named(({metric.by: field}, {metric.by: [value] if field.many else value}) for value in values)
    found = dict(_known(mechanism, metric, values, around, day, lang))
    for value in sorted(value for value in values if value is not None):
        found.setdefault(value, _label(mechanism, metric, value, around, lang))
    lines: list[tuple[str | None, str]] = list(found.items())
    if None in values or metric.blank:
        lines.append((None, metric.blank or say(Message("reports.blank"), lang)))
    return lines


def _known(
    mechanism: Mechanism, metric: Metric, values: Collection[str | None], around: Surroundings, day: date, lang: str
) -> Iterator[tuple[str, str]]:
    """What has a line of its own, or a place in an order."""
    field = mechanism.fields[metric.of].get(metric.by)
    offered: Iterable[str]
    if field is not None and field.codes is not None:
        offered = [code.key for code in field.codes.codes.values() if code.in_use(day) or code.key in values]
    elif field is not None and field.kind == "choice":
        offered = [choice["key"] for choice in field.spec["choices"]]
    elif field is None and metric.by == "record.state":
        offered = [key for key in mechanism.definition.lifecycles[metric.of].states if key in values]
    else:
        offered = [key for key in around.today.roster.units if key in values]
    for value in offered:
        yield value, _label(mechanism, metric, value, around, lang)


def _label(mechanism: Mechanism, metric: Metric, value: str, around: Surroundings, lang: str) -> str:
    if metric.by == "record.state":
        states = mechanism.definition.lifecycles[metric.of].states
        return states[value].title if value in states else value
    field = mechanism.fields[metric.of].get(metric.by)
    if field is None:
        return around.names("unit", value) or value
    return display(field, [value] if field.many else value, lang, around.names)


def _by_event(titles: list[str]) -> Message:
    """Several actions may be the same event: a reply and an answer at the meeting."""
    if len(titles) == 1:
        return Message("reports.by_event", {"event": titles[0]})
    return Message("reports.by_one_of", {"events": [f"“{title}”" for title in titles]})


def explained(mechanism: Mechanism, metric: Metric, lang: str = "zh") -> list[str]:
    """How the metric counts, read off its formula: by what it is put into a period, which records it counts, and of a
    share what it is a share of."""
    labels = labels_for(mechanism, metric.of)
    told: list[Message] = []
    if metric.event:
        actions = mechanism.definition.lifecycles[metric.of].actions.values()
        titles = [action.title for action in actions if action.event_key == metric.event]
        told.append(_by_event(list(dict.fromkeys(titles)) or [metric.event]))
    elif metric.dated:
        told.append(Message("reports.by_day", {"day": labels[metric.dated].text}))
    else:
        told.append(Message("reports.by_now"))
    share = metric.measure == "share"
    if metric.where is not True:
        code = "reports.numerator" if share else "reports.counted"
        told.append(Message(code, {"condition": spell(metric.where, labels, lang)}))
    if share:
        words = spell(metric.among, labels, lang) if metric.among is not True else Message("reports.all")
        told.append(Message("reports.denominator", {"condition": words}))
    return [say(one, lang) for one in told]
