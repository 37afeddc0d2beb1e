"""Play a story in simulated time, in memory: what the simulator shows is what happens.

A story is a golden case 验收用例: who does what, when, and what must be true after each step. Between steps time
passes as it does in life: every clock rings at its own moment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from liaison.access import GUEST, SYSTEM, Actor, may_see, may_see_under, scope_of
from liaison.calendars import ZONE, Calendar, OfficeHours, Period, edition, period_from, with_notice
from liaison.definitions import Definition, Json, Unit
from liaison.roster import Holding, Paired, Party, Person, Roster, RosterDay, joined, proposal, unheld, unmatched
from liaison.texts import Message, say

from .duties import Instance, move, standings
from .figures import Counts, Metric, measure
from .indicators import Assessment, Publication, Scores, Tree, assess, publish, trees_of
from .likeness import alike
from .memory import MemoryWorld
from .model import ClockState, Command, Event, Notice, Record, Refusal, Result, left_out
from .permitted import may_read
from .referral import referrals_of
from .run import ring_command, run
from .signing import outcome, sheets_of, standing
from .step import id_from

RINGS_AT_MOST = 10_000
"""How many times the clocks of one story may ring before it is called endless."""


@dataclass(frozen=True, slots=True)
class Played:
    """One step of a story as it came out. `failures` say what should have been true and was not."""

    key: str
    at: datetime
    who: str
    does: str
    record: Record | None
    events: tuple[Event, ...]
    notices: tuple[Notice, ...]
    result: Result | None
    touched: Mapping[str, Record] = field(default_factory=dict)
    """The records of these events, as they stand after the step."""
    duties: tuple[Instance, ...] = ()
    """What is owed for periods and was opened, moved or settled since the step before."""
    failures: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class Timeline:
    """A whole story as it came out."""

    case: str
    title: str
    steps: tuple[Played, ...]
    failures: tuple[Message, ...]
    """What is wrong with the case as a whole: it asserts nothing, or names what does not exist."""

    @property
    def passed(self) -> bool:
        """Whether everything asserted was true, and something was asserted."""
        return not self.failures and not any(step.failures for step in self.steps)


def simulate(definition: Definition, case: Json, *, whole: bool = True) -> Timeline:
    """Play `case` (urn:liaison:format:1:case) on `definition`; not `whole`: until the first step that fails. Never
    raises for what a case may say wrongly."""
    story: Sequence[Json] = case["story"]
    if not any(step.get("then") for step in story):
        return Timeline(case["key"], case["title"], (), (Message("engine.simulate.asserts_nothing"),))
    calendar, problem = _calendar(case)
    if calendar is None:
        return Timeline(case["key"], case["title"], (), (problem,) if problem else ())
    moments = _moments(story)
    if isinstance(moments, Message):
        return Timeline(case["key"], case["title"], (), (moments,))
    steps: list[Played] = []
    for step in _Play(definition, case, calendar).steps(story, moments):
        steps.append(step)
        if step.failures and not whole:
            break
    return Timeline(case["key"], case["title"], tuple(steps), ())


def _moments(story: Sequence[Json]) -> list[datetime] | Message:
    """When each step happens, or what is wrong with it: no such moment, or one before the step before."""
    moments: list[datetime] = []
    for step in story:
        try:
            at = datetime.strptime(step["at"], "%Y-%m-%d %H:%M").replace(tzinfo=ZONE)
        except ValueError:
            return Message("engine.simulate.no_moment", {"step": step["key"], "at": step["at"]})
        if moments and at < moments[-1]:
            return Message("engine.simulate.backward", {"step": step["key"], "at": step["at"]})
        moments.append(at)
    return moments


def _calendar(case: Json) -> tuple[Calendar | None, Message | None]:
    try:
        calendar = edition(case["calendar"]["edition"])
    except KeyError:
        return None, Message("engine.simulate.no_edition", {"edition": case["calendar"]["edition"]})
    for notice in case["calendar"].get("notices", ()):
        calendar, findings = with_notice(calendar, notice)
        if errors := [finding for finding in findings if finding.severity == "error"]:
            return None, errors[0].message
    return calendar, None


@dataclass
class _Play:
    definition: Definition
    case: Json
    calendar: Calendar
    records: dict[str, str] = field(default_factory=dict)
    """Label of the story → record."""
    world: MemoryWorld = field(init=False)

    def __post_init__(self) -> None:
        hours = self.case.get("hours")
        self.world = MemoryWorld(
            self.definition, _roster(self.definition, self.case["roster"]), self.calendar,
            OfficeHours.from_json(hours) if hours else None,
        )  # fmt: skip
        parties = self.case["roster"].get("parties", ())
        self.world.parties.update({one["key"]: Party(one["key"], one["kind"], one["name"]) for one in parties})

    def steps(self, story: Sequence[Json], moments: Sequence[datetime]) -> Iterator[Played]:
        self._pair_up(moments[0].date())
        if self.definition.duties:
            self.world.duties_at = moments[0]  # the mechanism comes into force as the story begins
        for step, at in zip(story, moments, strict=True):
            owed = {one.id: _told_of(one) for one in self.world.duties.values()}
            seen = {record: len(events) for record, events in self.world.events.items()}
            told = len(self.world.notices)
            result, problem = None, self._pass_time(at)
            if problem is None and "does" in step:
                result, problem = self._take(step, at)
            elif problem is None and "moves" in step:
                result, problem = self._move(step, at)
            elif problem is None and "publishes" in step:
                result, problem = self._publish(step, at)
            label = step.get("as") or step.get("on") or next(iter(self.records), "")
            record = self.world.records.get(self._opened(step) or self.records.get(label, ""))
            events = tuple(event for id_, all_ in self.world.events.items() for event in all_[seen.get(id_, 0) :])
            notices = tuple(self.world.notices[told:])
            failures = [problem] if problem else list(self._check(step.get("then"), record, notices, result, at))
            if not problem and (problem := self._nothing_missed(step.get("then", {}).get("left_out", []), events)):
                failures.append(problem)
            yield Played(
                step["key"], at, step.get("who", ""), step.get("does", ""), record, events, notices, result,
                {event.record: self.world.records[event.record] for event in events},
                tuple(one for one in self.world.duties.values() if owed.get(one.id) != _told_of(one)),
                tuple(failures),
            )  # fmt: skip

    def _pair_up(self, day: date) -> None:
        """Of the matchings to be proposed, the pairs that the system proposes, as if somebody had confirmed them."""
        for key in self.case["roster"].get("propose", ()):
            roster, parties = self.world.roster, self.world.parties.values()
            if matching := roster.matchings.get(key):
                found = proposal(joined(matching, RosterDay(roster, day), parties))
                pairs = tuple(Paired(key, left, right) for left, right in found)
                self.world.roster = replace(roster, pairs=(*roster.pairs, *pairs))

    def _pass_time(self, until: datetime) -> Message | None:
        """Let everything happen that is due before `until`; what is owed for periods also what is due just then."""
        for _ in range(RINGS_AT_MOST):
            rings = [
                (ring, record.id)
                for record in self.world.records.values()
                for clock in record.clocks
                if (ring := clock.next_ring) is not None and ring < until
            ]
            duty = self.world.next_duty
            if duty is not None and duty <= until and (not rings or duty <= min(rings)[0]):
                refused = self.world.tend(duty, str(self.case.get("seed", 0)))
                if refused:
                    return Message("engine.simulate.refused", {"why": refused[0].message, "problems": []})
            elif rings:
                at, record = min(rings)
                run(self.world, ring_command(record, self.world.records[record].revision), at)
            else:
                return None
        return Message("engine.simulate.endless", {"times": RINGS_AT_MOST})

    def _instance(self, named: Mapping[str, str]) -> Instance | None:
        """The instance a step names: of a duty, an owner and a period, or the last one opened."""
        fitting = [
            one
            for one in self.world.duties.values()
            if (one.duty, one.owner) == (named["key"], self.records.get(named["owner"], named["owner"]))
            and one.period.key == named.get("period", one.period.key)
        ]
        return max(fitting, key=lambda one: one.period.first, default=None)

    def _opened(self, step: Json) -> str:
        """The record that the duty a step names has opened."""
        one = self._instance(step["duty"]) if "duty" in step else None
        return one.record if one is not None else ""

    def _move(self, step: Json, at: datetime) -> tuple[Result | None, Message | None]:
        actor, _ = self._actor(step["who"])
        if actor is None:
            return None, Message("engine.simulate.nobody", {"who": step["who"]})
        one = self._instance(step["duty"])
        if one is None:
            return None, Message("engine.simulate.no_duty", {"duty": step["duty"]["key"]})
        said = move(self.world, one.id, date.fromisoformat(step["moves"]), actor, step.get("reason", ""), at)
        return Result(refusal=said if isinstance(said, Refusal) else None), None

    def _publish(self, step: Json, at: datetime) -> tuple[Result | None, Message | None]:
        actor, _ = self._actor(step["who"])
        if actor is None:
            return None, Message("engine.simulate.nobody", {"who": step["who"]})
        found = self._assessed(step["publishes"]["tree"], step["publishes"]["period"], at)
        if found is None:
            return None, Message("engine.simulate.no_tree", dict(step["publishes"]))
        tree, period, done = found
        today = self.world.surroundings(self.world.installation, at.date()).today
        earlier = self.published(tree.key, period.key)
        said = publish(tree, self.world.installation, period, done, earlier, actor, step.get("reason", ""), today, at)
        if isinstance(said, Refusal):
            return Result(refusal=said), None
        self.world.publications.append(said)
        return Result(), None

    def _assessed(self, key: str, period: str, at: datetime) -> tuple[Tree, Period, Assessment] | None:
        tree, of = trees_of(self.definition).get(key), period_from(period)
        if tree is None or of is None or of.span is not tree.span:
            return None
        mechanism = self.world.mechanism(self.world.installation)

        def counting(metric: Metric, period: Period) -> Counts:
            return measure(metric, mechanism, self.world.records.values(), period, at, self.world.events)

        today = self.world.surroundings(self.world.installation, at.date()).today
        return tree, of, assess(tree, of, counting, today)

    def published(self, tree: str, period: str) -> list[Publication]:
        """What was published of a tree for a period, in order."""
        return [one for one in self.world.publications if (one.tree, one.period.key) == (tree, period)]

    def _take(self, step: Json, at: datetime) -> tuple[Result | None, Message | None]:
        actor, enterprise = self._actor(step["who"])
        if actor is None:
            return None, Message("engine.simulate.nobody", {"who": step["who"]})
        if "duty" in step and not self._opened(step):
            return None, Message("engine.simulate.no_duty", {"duty": step["duty"]["key"]})
        if step.get("on", "") and step["on"] not in self.records:
            return None, Message("engine.simulate.no_record", {"on": step["on"]})
        opened = self._opened(step)
        if opened and "as" in step:
            self.records[step["as"]] = opened
        target = (
            opened
            or self.records.get(step.get("on", ""), "")
            or ("" if "as" in step else next(iter(self.records.values()), ""))
        )
        started = self._start_type(step["does"]) if not target or ("as" in step and not opened) else ""
        if not target and not started:
            return None, Message("engine.simulate.no_record", {"on": step.get("on", "")})
        if not started and "of" in step:
            of = step["of"]
            what, find = next(_UNDER[name] for name in _UNDER if name in of)
            child = find(self, target, of)
            if child is None:
                return None, Message(f"engine.simulate.{what}", dict(of))
            target = child
        if enterprise and target:
            actor = replace(actor, entitled=frozenset({target}))
        try:
            values = {key: _spelt_out(value, self.records) for key, value in step.get("with", {}).items()}
        except KeyError as unknown:
            return None, Message("engine.simulate.no_record", {"on": unknown.args[0]})
        command = Command(
            action=step["does"],
            actor=actor,
            key=f"{self.case['key']}/{step['key']}",
            record="" if started else target,
            type=started,
            installation=self.world.installation,
            values=values,
            reason=step.get("reason", ""),
            files=_brought(values),
            applicant=actor.id if started and enterprise else "",
        )
        result = run(self.world, command, at)
        if result and started:
            self.records[step.get("as") or step["key"]] = result.record
        return result, self._name_made(step, result) if result else None

    def _name_made(self, step: Json, result: Result) -> Message | None:
        """Give the labels of the story to the records that the step made besides its own, in the order its effects ask
        for them. What is wrong: a type of which it made another number than are named."""
        asked_for = [id_from(one.key) for outcome in result.outcomes for one in outcome.follow_ups if not one.record]
        for type_, labels in step.get("names", {}).items():
            born = {one.after.id for one in result.outcomes if one.before is None and one.after.type == type_}
            made = [id_ for id_ in asked_for if id_ in born]
            if len(made) != len(labels):
                return Message("engine.simulate.made", {"type": type_, "wanted": len(labels), "found": len(made)})
            self.records.update(zip(labels, made, strict=True))
        return None

    def _start_type(self, action: str) -> str:
        for type_, lifecycle in self.definition.lifecycles.items():
            found = lifecycle.actions.get(action)
            if found and found.start and not self.definition.record_types[type_].child:
                return type_
        return ""

    def _assignment(self, record: str, of: Mapping[str, str]) -> str | None:
        held = self.world.records[record].parts
        fitting = [
            part.assignment
            for part in held
            if part.part == of["part"] and part.ended is None and of.get("unit", part.unit) == part.unit
        ]
        return fitting[-1] if fitting else None

    def _sheet(self, record: str, of: Mapping[str, str]) -> str | None:
        family = self.world.families([record])[record]
        sheets = standing(sheets_of(family.children, family.record).get(of["ask"], ()))
        fitting = [one.id for one in sheets if "signer" not in of or one.holders("holder") == (of["signer"],)]
        return fitting[0] if fitting else None

    def _referral(self, record: str, of: Mapping[str, str]) -> str | None:
        family = self.world.families([record])[record]
        sheet = referrals_of(family.children, family.record).get(of["handed"])
        return sheet.id if sheet else None

    def _actor(self, who: str) -> tuple[Actor | None, bool]:
        if who == "guest":
            return GUEST, False
        if who == "system":
            return SYSTEM, False
        if who == "link":
            return Actor(kind="link"), True
        for person in self.case["roster"]["people"]:
            if person["key"] == who:
                return Actor(who, person["name"]), bool(person.get("enterprise"))
        return None, False

    def people(self) -> Iterator[Actor]:
        """The people of the case, each as somebody signed in."""
        for person in self.case["roster"]["people"]:
            yield Actor(person["key"], person["name"])

    def _check(
        self, then: Json | None, record: Record | None, notices: Sequence[Notice], result: Result | None, at: datetime
    ) -> Iterator[Message]:
        refused = result.refusal if result is not None else None
        wanted = (then or {}).get("refused")
        if refused is not None and wanted != refused.code:
            problems = [problem.message for problem in refused.problems]
            yield Message("engine.simulate.refused", {"why": refused.message, "problems": problems})
            return
        if wanted and refused is None:
            yield _expected("refused", wanted, "")
        if then is not None and "problems" in then:
            found = sorted({problem.field for problem in refused.problems}) if refused is not None else []
            if found != sorted(then["problems"]):
                yield _expected("problems", sorted(then["problems"]), found)
        for what, stand in _STANDING.items():
            if then is not None and what in then and (stands := stand(self, then[what], at)) != then[what]:
                yield _expected(what, then[what], stands)
        if then is None:
            return
        if "messages" in then and (sent := _messages(then["messages"], notices)) != then["messages"]:
            yield _expected("messages", then["messages"], sent)
        for what, find in _FOUND.items():
            if what in then:
                seen = find(record, then[what], at, self) if record is not None else None
                if seen != then[what]:
                    yield _expected(what, then[what], seen)

    def _nothing_missed(self, wanted: Json, events: Sequence[Event]) -> Message | None:
        """What was left out without the case naming it, or named and not left out."""
        labels = {id_: label for label, id_ in self.records.items()}
        found = [
            {"on": labels.get(one.params["id"], one.params["type"]), "does": one.params["action"]}
            for one in left_out(events)
        ]
        inexact = sorted(map(_of_left_out, found)) != sorted(map(_of_left_out, wanted))
        return _expected("left_out", wanted, found) if inexact else None


_UNDER: Mapping[str, tuple[str, Callable[[_Play, str, Mapping[str, str]], str | None]]] = {
    "ask": ("no_sheet", _Play._sheet),
    "handed": ("no_referral", _Play._referral),
    "part": ("no_assignment", _Play._assignment),
}
"""What names the sheet a step is on → what is said where there is none, and how it is found."""


def _of_left_out(one: Json) -> tuple[str, str]:
    return one["on"], one["does"]


def _spelt_out(value: Any, records: Mapping[str, str]) -> Any:
    """`{"repeat": "x", "times": 3}` is xxx, `{"repeat": ["x"], "times": 3}` the list x1, x2, x3: for what is too long
    to be written down. `{"record": label}` is the record of the story with that label, wherever it stands.
    KeyError: there is none."""
    if isinstance(value, list):
        return [_spelt_out(one, records) for one in value]
    if not isinstance(value, Mapping):
        return value
    if value.keys() == {"record"} and isinstance(value["record"], str):
        return records[value["record"]]
    if value.keys() == {"repeat", "times"}:
        unit, times = value["repeat"], value["times"]
        return unit * times if isinstance(unit, str) else [f"{unit[0]}{n}" for n in range(1, times + 1)]
    return {key: _spelt_out(one, records) for key, one in value.items()}


def _brought(values: Mapping[str, Any]) -> tuple[str, ...]:
    """In a story every file named has been uploaded."""
    return tuple(one for value in values.values() if isinstance(value, list) for one in value if isinstance(one, str))


def _told_of(one: Instance) -> tuple[Any, ...]:
    """What of an instance is told when it changes."""
    return one.first, one.due, one.state, one.record


def _standings(play: _Play, wanted: Json, at: datetime) -> Json:
    """Duty → period → owner → how it stands, as far as it is wanted; what is settled stands as it was settled. Owners
    that are records go by their labels."""
    found: dict[str, dict[str, dict[str, Any]]] = {}
    now = standings(play.world, [one for one in play.world.duties.values() if one.next_look is not None], at)
    for duty, periods in wanted.items():
        for period, owners in periods.items():
            for owner, facts in owners.items():
                one = play._instance({"key": duty, "period": period, "owner": owner})
                seen: dict[str, Any] | None = None
                if one is not None:
                    standing = now.get(one.id)
                    state, count = (standing.verdict, standing.count) if standing else (one.state, one.count)
                    all_ = {"state": state.value, "count": count, "due": one.due.isoformat()}
                    seen = {name: all_[name] for name in facts or all_}
                found.setdefault(duty, {}).setdefault(period, {})[owner] = seen
    return found


def _scores(play: _Play, wanted: Json, at: datetime) -> Json:
    """Tree → period → object → how it scores, as far as it is wanted."""
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for tree, periods in wanted.items():
        for period, objects in periods.items():
            assessed = play._assessed(tree, period, at)
            scores = assessed[2].scores if assessed is not None else {}
            told = {one: _told_of_scores(scores.get(one), facts) for one, facts in objects.items()}
            found.setdefault(tree, {})[period] = told
    return found


def _told_of_scores(scores: Scores | None, wanted: Json) -> Json:
    if scores is None:
        return None
    nodes = {node: _number(scores.nodes.get(node)) for node in wanted.get("nodes", ())}
    all_ = {"score": _number(scores.whole), "rank": scores.rank, "nodes": nodes}
    return {name: all_[name] for name in wanted}


def _published(play: _Play, wanted: Json, _at: datetime) -> Json:
    """Tree → period → what was published last, as far as it is wanted; None: nothing was."""
    found: dict[str, dict[str, Any]] = {}
    for tree, periods in wanted.items():
        for period, facts in periods.items():
            editions = play.published(tree, period)
            told = _told_of_publication(editions[-1], facts or {}) if editions else None
            found.setdefault(tree, {})[period] = told
    return found


def _told_of_publication(last: Publication, wanted: Json) -> Json:
    scores = {one["key"]: one["scores"]["whole"] for one in last.body["objects"]}
    asked = {one: scores[one] and float(scores[one]) for one in wanted.get("scores", ()) if one in scores}
    all_ = {"edition": last.edition, "scores": asked}
    return {name: all_[name] for name in wanted or all_}


def _number(score: Decimal | None) -> float | None:
    return None if score is None else float(round(score, 2))


def _pairs(play: _Play, wanted: Json, at: datetime) -> Json:
    today = RosterDay(play.world.roster, at.date())
    return {key: len(today.pairs(key)) for key in wanted}


def _lacking(play: _Play, wanted: Json, at: datetime) -> Json:
    """Post or matching → the units or partners at which its numbers are wrong; of a leading post itself."""
    today = RosterDay(play.world.roster, at.date())
    lacks = (*unheld(today.roster, today.day), *unmatched(today, tuple(play.world.parties.values())))
    return {key: [one or key for lack in lacks if lack.of == key for one in lack.where] for key in wanted}


_STANDING: Mapping[str, Callable[[_Play, Json, datetime], Json]] = {
    "duties": _standings,
    "scores": _scores,
    "published": _published,
    "pairs": _pairs,
    "lacking": _lacking,
}
"""What holds of the mechanism, whatever record the step is on → how it stands, as far as it is wanted."""


def _expected(what: str, wanted: Any, found: Any) -> Message:
    return Message(
        "engine.simulate.expected", {"what": Message(f"engine.simulate.what.{what}"), "wanted": wanted, "found": found}
    )


def _roster(definition: Definition, plan: Json) -> Roster:
    units = {
        unit["key"]: Unit(unit["key"], unit.get("title", unit["key"]), unit["kind"], unit.get("region", ""))
        for unit in plan.get("units", ())
    }
    people = {person["key"]: Person(person["key"], person["name"]) for person in plan["people"]}
    holdings = tuple(
        Holding(person["key"], held["post"], held.get("unit", ""))
        for person in plan["people"]
        for held in person.get("holds", ())
    )
    pairs = tuple(
        Paired(one["matching"], one["left"], one["right"], *(_day(one.get(name)) for name in ("from", "to")))
        for one in plan.get("pairs", ())
    )
    known = definition.roster
    return Roster(
        units or known.units, known.posts, people, holdings,
        pairs=pairs, groups=known.groups, matchings=known.matchings,
    )  # fmt: skip


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _clocks(record: Record, wanted: Json, _at: datetime, _play: _Play) -> Json:
    found: dict[str, str | None] = {}
    for term, value in wanted.items():
        clock = record.clock(term)
        spelt = "%Y-%m-%d %H:%M" if value and len(value) > 10 else "%Y-%m-%d"
        found[term] = clock.due.astimezone(ZONE).strftime(spelt) if clock else None
    return found


def _why(record: Record, wanted: Json, _at: datetime, _play: _Play) -> Json:
    """What was wanted, where the explanation has it in one of its lines; else the whole explanation."""
    found = {}
    for term, text in wanted.items():
        clock = record.clock(term)
        lines = [say(step) for step in clock.why] if clock else []
        found[term] = text if any(text in line for line in lines) else "\n".join(lines)
    return found


def _assignments(record: Record, wanted: Json, _at: datetime, play: _Play) -> Json:
    return {
        part: {
            held.unit: play.world.records[held.assignment].state
            for held in record.parts
            if held.part == part and held.ended is None
        }
        for part in wanted
    }


def _signoffs(record: Record, wanted: Json, _at: datetime, play: _Play) -> Json:
    sheets = sheets_of(play.world.families([record.id])[record.id].children, record)
    return {ask: outcome(sheets.get(ask, ()), record) for ask in wanted}


def _handed(record: Record, wanted: Json, _at: datetime, play: _Play) -> Json:
    sheets = referrals_of(play.world.families([record.id])[record.id].children, record)
    return {key: sheets[key].state if key in sheets else None for key in wanted}


def _messages(wanted: Json, notices: Sequence[Notice]) -> Json:
    """The messages wanted that were sent, with their receivers where the case names any; none wanted, none sent."""
    if not wanted:
        return [notice.template for notice in notices]
    found = []
    for want in wanted:
        for notice in notices:
            to = sorted({one.person or one.unit or "applicant" for one in notice.to})
            if notice.template == want["template"] and sorted(want.get("to", to)) == to:
                found.append(want)
                break
        else:
            found.append({"template": "", "sent": [notice.template for notice in notices]})
    return found


def _fields(record: Record, wanted: Json, _at: datetime, play: _Play) -> Json:
    labels = {id_: label for label, id_ in play.records.items()}
    return {key: _labelled(record.values.get(key), labels) for key in wanted}


def _labelled(value: Any, labels: Mapping[str, str]) -> Any:
    """The value as a case writes it: records by their labels."""
    if isinstance(value, list | tuple):
        return [_labelled(one, labels) for one in value]
    if isinstance(value, Mapping):
        return {key: _labelled(one, labels) for key, one in value.items()}
    return {"record": labels[value]} if isinstance(value, str) and value in labels else value


def _suggested(record: Record, wanted: Json, _at: datetime, _play: _Play) -> Json:
    """{"row": …, output: …}: of the tables that have run, the row and the outputs wanted."""
    found: dict[str, Any] = {}
    for suggestion in record.suggestions.values():
        if "row" in wanted:
            found["row"] = suggestion.row
        found.update({key: value for key, value in suggestion.outputs.items() if key in wanted})
    return found


def _owed(record: Record, wanted: Json, _at: datetime, _play: _Play) -> Json:
    """Term → who owes it, sorted."""
    found: dict[str, list[str]] = {}
    for term in wanted:
        clock = record.clock(term)
        found[term] = sorted({one.person or one.unit or "applicant" for one in clock.owed_by}) if clock else []
    return found


def _seen_by(record: Record, _wanted: Json, at: datetime, play: _Play) -> Json:
    """The people of the case who may see the record, in the order of its roster; what stands under another, as on its
    page."""
    today = play.world.surroundings(record.installation, at.date()).today
    types, parent = play.definition.record_types, play.world.records.get(record.parent)
    scopes = {actor.id: scope_of(actor, types, today) for actor in play.people()}
    if parent is not None:
        return [id_ for id_, scope in scopes.items() if may_see_under(scope, record.seen, parent.seen)]
    return [id_ for id_, scope in scopes.items() if may_see(scope, record.seen)]


def _read_by(record: Record, wanted: Json, at: datetime, play: _Play) -> Json:
    """Section (`form.section`) → those of them who may read it now."""
    around = play.world.surroundings(record.installation, at.date())
    mechanism = play.world.mechanism(record.installation)
    seen_by = _seen_by(record, wanted, at, play)
    return {
        section: [
            actor.id
            for actor in play.people()
            if actor.id in seen_by and may_read(mechanism, record, actor, section, around)
        ]
        for section in wanted
    }


def _alike(record: Record, _wanted: Json, _at: datetime, play: _Play) -> Json:
    """The earlier records that intake would have shown, by their labels, in the order they were told of."""
    likeness = play.definition.record_types[record.type].likeness
    if likeness is None or record.created_at is None:
        return []
    earlier = [one for one in play.world.records.values() if one.type == record.type and one.id != record.id]
    found = {one.record.id for one in alike(likeness, record.values, earlier, record.created_at)}
    return [label for label, id_ in play.records.items() if id_ in found]


def _overdue(record: Record, wanted: Json, at: datetime, _play: _Play) -> Json:
    """Every overdue term of the round, those wanted first."""
    overdue = {clock.term for clock in record.clocks if (one := record.clock(clock.term)) and one.overdue(at)}
    return [*(term for term in wanted if term in overdue), *sorted(overdue - set(wanted))]


def _links(record: Record, wanted: Json, _at: datetime, play: _Play) -> Json:
    labels = {id_: label for label, id_ in play.records.items()}
    return {key: [labels.get(one.record, "") for one in record.links if one.relation == key] for key in wanted}


_FOUND: Mapping[str, Any] = {
    "state": lambda record, *_: record.state,
    "number": lambda record, *_: record.number,
    "round": lambda record, *_: record.round,
    "suggested": _suggested,
    "clocks": _clocks,
    "why": _why,
    "met": lambda record, wanted, *_: [
        term for term in wanted if (clock := record.clock(term)) and clock.state is ClockState.MET
    ],
    "overdue": _overdue,
    "replaced": lambda record, wanted, *_: [
        term for term in wanted if any(one.term == term and one.state is ClockState.REPLACED for one in record.clocks)
    ],
    "documents": lambda record, wanted, at, play, *_: [
        paper.document for paper in play.world.papers if paper.record == record.id
    ],
    "parts": lambda record, wanted, *_: {part: list(record.holders(part)) for part in wanted},
    "assignments": _assignments,
    "links": _links,
    "signoffs": _signoffs,
    "handed": _handed,
    "fields": _fields,
    "alike": _alike,
    "done": lambda record, *_: record.done,
    "certain": lambda record, wanted, *_: {
        term: clock.certain if (clock := record.clock(term)) else None for term in wanted
    },
    "overridden": lambda record, wanted, at, play, *_: sorted(
        one.field for one in play.world.overrides if one.record == record.id
    ),
    "owed": _owed,
    "seen_by": _seen_by,
    "read_by": _read_by,
}
