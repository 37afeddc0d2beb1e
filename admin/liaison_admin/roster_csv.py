"""The roster as a table: one holding a line, read whole or not at all.

Its columns are unit, post, name, phone, email, from, to. Unit and post are their titles or keys; a leading post has no
unit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from liaison.roster import Person
from liaison.texts import Message

from . import tabular
from .checks import Place
from .tabular import Wrong

COLUMNS = ("unit", "post", "name", "phone", "email", "from", "to")
_NEEDED = ("post", "name")
_CODES = {name: f"admin.csv.column.{name}" for name in COLUMNS}


@dataclass(frozen=True, slots=True)
class Row:
    """One line, understood. `person` is an id, or the key of somebody new."""

    line: int
    post: str
    unit: str
    person: str
    first_day: date | None
    last_day: date | None


@dataclass
class Read:
    """What was read: rows to be entered where nothing is wrong. Of `newcomers`, by keys of their own, each may hold
    several posts."""

    rows: list[Row] = field(default_factory=list)
    newcomers: dict[str, Person] = field(default_factory=dict)
    wrong: list[Wrong] = field(default_factory=list)


def write(places: Sequence[Place], lang: str) -> str:
    """A file to be filled in: a line for each place, without people. Posts of one title in one place go by their keys,
    so that the file can be brought back."""
    titles = Counter((place.unit_title, place.post_title) for place in places)
    rows = []
    for place in places:
        alone = titles[place.unit_title, place.post_title] == 1
        rows.append([place.unit_title, place.post_title if alone else place.post, *[""] * 5])
    return tabular.write(_CODES, rows, lang)


def read(text: str, places: Sequence[Place], people: Sequence[Person]) -> Read:
    """Understand a file: its places among `places`, which may be there by several names, its people among `people` or
    new. Every wrong line is said."""
    lines, wrong = tabular.read(text, _CODES, _NEEDED)
    found = Read(wrong=wrong)
    for number, given in lines:
        row = _row(number, given, places, [*people, *found.newcomers.values()])
        if isinstance(row, Row):
            found.rows.append(row)
            if row.person not in {one.id for one in people}:
                _meet(found.newcomers, row.person, given)
        else:
            found.wrong += [Wrong(number, message) for message in row]
    return found


def _row(line: int, given: Mapping[str, str], places: Sequence[Place], people: Sequence[Person]) -> Row | list[Message]:
    wrong: list[Message] = []
    place = _place(given.get("unit", ""), given.get("post", ""), places)
    if isinstance(place, Message):
        wrong.append(place)
    name, phone = given.get("name", ""), given.get("phone", "")
    person = _person(name, phone, people, f"line {line}")
    if isinstance(person, Message):
        wrong.append(person)
    days: dict[str, date | None] = {}
    for column in ("from", "to"):
        try:
            days[column] = tabular.day(given.get(column, ""))
        except ValueError:
            wrong.append(Message("admin.csv.no_date", {"value": given[column]}))
    first, last = days.get("from"), days.get("to")
    if first and last and last < first:
        wrong.append(Message("admin.csv.backward", {"first": first, "last": last}))
    if wrong or isinstance(place, Message) or isinstance(person, Message):
        return wrong
    return Row(line, place.post, place.unit, person, first, last)


def _meet(newcomers: dict[str, Person], key: str, given: Mapping[str, str]) -> None:
    """Keep what a line says of somebody new, beside what lines before it said."""
    known = newcomers.get(key, Person(key, given["name"]))
    phone, email = known.phone or given.get("phone", ""), known.email or given.get("email", "")
    newcomers[key] = Person(key, known.name, phone, email)


def _place(unit: str, post: str, places: Sequence[Place]) -> Place | Message:
    named = [place for place in places if post in (place.post_title, place.post)]
    if not named:
        return Message("admin.csv.no_post", {"post": post})
    if unit and not any(unit in (place.unit_title, place.unit) for place in places):
        return Message("admin.csv.no_unit", {"unit": unit})
    here = list({(one.post, one.unit): one for one in named if unit in (one.unit_title, one.unit)}.values())
    if not here:
        return Message("admin.csv.not_there", {"unit": unit or "—", "post": post})
    if len(here) > 1:
        return Message("admin.csv.post_ambiguous", {"post": post, "keys": [place.post for place in here]})
    return here[0]


def _person(name: str, phone: str, people: Sequence[Person], new: str) -> str | Message:
    """The id of the person meant, `new` for somebody new. The telephone tells people of one name apart."""
    if not name:
        return Message("admin.csv.no_name")
    known = [person for person in people if person.name == name]
    if phone:
        known = [person for person in known if not person.phone or _digits(person.phone) == _digits(phone)]
        if exact := [person for person in known if person.phone]:
            known = exact
    if len(known) > 1:
        return Message("admin.csv.name_ambiguous", {"name": name})
    return known[0].id if known else new


def _digits(phone: str) -> str:
    return "".join(character for character in phone if character.isdigit())


def twice(rows: Iterable[Row], people: Iterable[Person]) -> list[Wrong]:
    """Lines that say again what an earlier line says of one of `people`."""
    names = {one.id: one.name for one in people}
    seen: Counter[tuple[str, ...]] = Counter()
    found: list[Wrong] = []
    for row in rows:
        key = (row.post, row.unit, row.person)
        seen[key] += 1
        if seen[key] > 1:
            found.append(Wrong(row.line, Message("admin.csv.twice", {"name": names[row.person]})))
    return found
