"""Where the lines and boxes of a picture go; the templates only draw them.

Everything is in SVG user units (CSS pixels at scale 1). Drawn on the server, so that a page without script, a
print and a phone show the same picture, and no inline style is needed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10
from typing import Protocol
from unicodedata import east_asian_width

_BOX_HEIGHT = 32
_STEP = 66
_LANE = 24
_APART = 6
"""How far from the middle of a box a line leaves or arrives; two in one lane keep twice as far from one another."""
_MARGIN = 4


@dataclass(frozen=True, slots=True)
class Box:
    """A state: its rectangle, whether it is `done`, `current` or `ahead`, and its kind (open, waiting, done)."""

    key: str
    title: str
    x: float
    y: float
    width: float
    height: float
    standing: str
    kind: str


@dataclass(frozen=True, slots=True)
class Arrow:
    """An action: the SVG path of its line, its title and where that stands; `taken` when it has been taken.

    A line that runs `around` has its title written from top to bottom, centred on (x, y).
    """

    path: str
    title: str
    x: float
    y: float
    around: bool
    taken: bool


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """A vertical flow with its size."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


class _State(Protocol):
    @property
    def key(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def kind(self) -> str: ...


class _Action(Protocol):
    @property
    def key(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def origins(self) -> Sequence[str]: ...
    @property
    def to(self) -> str: ...


def lifecycle(
    states: Iterable[_State],
    actions: Iterable[_Action],
    *,
    current: str = "",
    visited: Collection[str] = (),
    taken: Collection[str] = (),
) -> Lifecycle:
    """Lay states out in their order from top to bottom, actions as lines between them.

    States and actions are those of `liaison.definitions`. Steps to the next state run straight down; all others
    (skipping ahead, going back) run in lanes at the right, the shortest nearest, so that lines cross as little as
    a simple picture allows; neither lines nor titles of a lane touch. Actions that begin a record or stay in its
    state are left out; several actions between the same two states share a line.
    """
    order = tuple(states)
    place = {state.key: index for index, state in enumerate(order)}
    width = max([96, *(_text_width(state.title) + 32 for state in order)])
    boxes = tuple(
        Box(
            key=state.key,
            title=state.title,
            x=_MARGIN,
            y=_MARGIN + place[state.key] * _STEP,
            width=width,
            height=_BOX_HEIGHT,
            standing="current" if state.key == current else "done" if state.key in visited else "ahead",
            kind=state.kind,
        )
        for state in order
    )
    lines: dict[tuple[int, int], list[_Action]] = {}
    for action in actions:
        for origin in action.origins:
            if action.to and action.to != origin:
                lines.setdefault((place[origin], place[action.to]), []).append(action)

    arrows: list[Arrow] = []
    right = _MARGIN + width
    widest_step = 0.0
    around = sorted((ends for ends in lines if ends[1] - ends[0] != 1), key=lambda ends: abs(ends[1] - ends[0]))
    for ends, together in lines.items():
        if ends[1] - ends[0] != 1:
            continue
        title = _joined(together)
        x, top = _MARGIN + width / 2, _MARGIN + ends[0] * _STEP + _BOX_HEIGHT
        arrows.append(
            Arrow(
                path=f"M{x:g} {top:g}V{top + _STEP - _BOX_HEIGHT - 2:g}",
                title=title,
                x=x + 8,
                y=top + (_STEP - _BOX_HEIGHT) / 2 + 4,
                around=False,
                taken=any(action.key in taken for action in together),
            )
        )
        widest_step = max(widest_step, x + 8 + _text_width(title, 12) - right)
    first_lane = right + max(widest_step, 0) + 20
    lane_end = first_lane
    halves = {ends: _text_width(_joined(lines[ends]), 12) / 2 for ends in around}
    height = max([max(len(order) - 1, 0) * _STEP + _BOX_HEIGHT + 2 * _MARGIN, *(2 * half for half in halves.values())])
    lanes: list[list[tuple[float, float]]] = []
    for ends in around:
        down = ends[1] > ends[0]
        leave = _MARGIN + ends[0] * _STEP + _BOX_HEIGHT / 2 + (_APART if down else -_APART)
        arrive = _MARGIN + ends[1] * _STEP + _BOX_HEIGHT / 2 + (-_APART if down else _APART)
        bend = 6 if down else -6
        half = halves[ends]
        middle = max(min((leave + arrive) / 2, height - half), half)
        reach = (min(leave, arrive, middle - half), max(leave, arrive, middle + half))
        lane = next((i for i, used in enumerate(lanes) if all(_apart(reach, other) for other in used)), len(lanes))
        if lane == len(lanes):
            lanes.append([])
        lanes[lane].append(reach)
        x = first_lane + lane * _LANE
        arrows.append(
            Arrow(
                path=f"M{right:g} {leave:g}H{x - 6:g}q6 0 6 {bend}V{arrive - bend:g}q0 {bend} -6 {bend}H{right + 2:g}",
                title=_joined(lines[ends]),
                x=x + 10,
                y=middle,
                around=True,
                taken=any(action.key in taken for action in lines[ends]),
            )
        )
        lane_end = max(lane_end, x + _LANE - 4)
    return Lifecycle(
        width=ceil(max(lane_end, right + max(widest_step, 0)) + _MARGIN),
        height=height,
        boxes=boxes,
        arrows=tuple(arrows),
    )


def _apart(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return one[1] + 2 * _APART < other[0] or other[1] + 2 * _APART < one[0]


def _joined(actions: Sequence[_Action]) -> str:
    return "／".join(dict.fromkeys(action.title for action in actions))


def _text_width(text: str, size: float = 14) -> float:
    return sum(size if east_asian_width(sign) in "WF" else size * 0.58 for sign in text)


@dataclass(frozen=True, slots=True)
class Mark:
    """One value of a chart: its bar (x, y, width, height) and, for a line, its point (cx, cy)."""

    label: str
    value: float
    x: float
    y: float
    width: float
    height: float
    cx: float
    cy: float
    labelled: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """Marks with their axis: `ticks` are (value, y); `line` is the SVG path through all points."""

    width: float
    height: float
    left: float
    base: float
    marks: tuple[Mark, ...]
    ticks: tuple[tuple[float, float], ...]
    line: str


def chart(points: Sequence[tuple[str, float]], width: float = 640, height: float = 220) -> Chart:
    """Lay out one series of (label, value ≥ 0) as bars and as a line over the same scale, from zero.

    Labels that would run into each other are thinned evenly; the table beside the chart has them all.
    """
    top, bottom = 16, 26
    highest = max((value for _, value in points), default=0)
    step = _round_step(highest)
    steps = max(ceil(highest / step), 1)
    left = _text_width(f"{steps * step:g}", 12) + 10
    base = height - bottom
    room = base - top
    slot = (width - left) / max(len(points), 1)
    bar = min(slot * 0.6, 48)
    longest = max((_text_width(label, 12) for label, _ in points), default=0) + 8
    every = max(ceil(longest / slot), 1)
    marks = []
    for index, (label, value) in enumerate(points):
        tall = room * value / (step * steps)
        centre = left + slot * (index + 0.5)
        marks.append(
            Mark(
                label=label,
                value=value,
                x=round(centre - bar / 2, 1),
                y=round(base - tall, 1),
                width=round(bar, 1),
                height=round(tall, 1),
                cx=round(centre, 1),
                cy=round(base - tall, 1),
                labelled=index % every == 0,
            )
        )
    return Chart(
        width=width,
        height=height,
        left=left,
        base=base,
        marks=tuple(marks),
        ticks=tuple((step * i, round(base - room * i / steps, 1)) for i in range(steps + 1)),
        line="".join(f"{'ML'[min(i, 1)]}{mark.cx:g} {mark.cy:g}" for i, mark in enumerate(marks)),
    )


def _round_step(highest: float) -> float:
    """A step of 1, 2 or 5 times a power of ten that gives at most five lines, never below one."""
    if highest <= 5:
        return 1
    power: float = 10 ** floor(log10(highest / 5))
    return next(step for step in (power, 2 * power, 5 * power, 10 * power) if highest / step <= 5)
