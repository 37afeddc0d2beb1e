"""Organisations, published versions, and mechanisms set up in an organisation."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal, get_args

from sqlalchemy import Connection, delete, func, insert, select, update

from liaison.calendars import ZONE
from liaison.checking import check_package
from liaison.definitions import Definition, Package, Unit, by_question, load, read_package, to_zip
from liaison.texts import Finding, Severity

from . import tables as t
from .ids import new_id
from .parties import link_units
from .people import change_unit, end_unit

Level = Literal["province", "city", "district", "street", "other"]
LEVELS: tuple[Level, ...] = get_args(Level)
"""What an organisation may be in the tree."""


class UnloadableError(ValueError):
    """A package that cannot be read, or slots answered wrongly; `findings` say what and where."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("; ".join(f"{one.code} {one.file}{one.pointer}" for one in findings))
        self.findings = tuple(findings)


@dataclass(frozen=True, slots=True)
class Version:
    """A published version of a mechanism, its files apart."""

    digest: str
    key: str
    version: str
    title: str
    state: str
    published_by: str
    published_at: datetime


@dataclass(frozen=True, slots=True)
class InForce:
    """A mechanism set up in an organisation, and what is in force there."""

    id: str
    organisation: str
    key: str
    title: str
    version: str
    digest: str
    answers: Mapping[str, Any]
    edition: int
    in_force: bool


def add_organisation(
    connection: Connection,
    id_: str,
    title: str,
    now: datetime,
    *,
    parent: str | None = None,
    level: Level = "district",
    region: str = "",
) -> str:
    """A new organisation under `parent`; its id. KeyError: there is no such parent."""
    above = "/"
    version = 0
    if parent is not None:
        row = connection.execute(
            select(t.Organisation.path, t.Organisation.calendar_version).where(t.Organisation.id == parent)
        ).first()
        if row is None:
            raise KeyError(parent)
        above, version = row
    connection.execute(
        insert(t.Organisation).values(
            id=id_, parent_id=parent, path=f"{above}{id_}/", level=level, region=region or None, title=title,
            calendar_version=version, created_at=now,
        )
    )  # fmt: skip
    return id_


def change_organisation(connection: Connection, id_: str, *, title: str, level: Level, region: str) -> None:
    """Correct what an organisation is called and is. KeyError: there is none of that id."""
    changed = connection.execute(
        update(t.Organisation).where(t.Organisation.id == id_).values(title=title, level=level, region=region or None)
    )
    if changed.rowcount == 0:
        raise KeyError(id_)


def publish(connection: Connection, package: Package, by: str, now: datetime) -> str:
    """Keep a version for ever; its digest. The version of the same mechanism that stood before it is superseded; the
    same files published twice are kept once. UnloadableError: it is not even a mechanism. Whoever lets people publish
    asks `checking.prove` first whether it is `publishable`, with `before` as the version to compare it with."""
    definition = _loaded(package, {})
    known = connection.execute(
        select(t.MechanismVersion.digest).where(t.MechanismVersion.digest == package.digest)
    ).scalar()
    if known is None:
        connection.execute(
            update(t.MechanismVersion)
            .where(t.MechanismVersion.key == definition.key, t.MechanismVersion.state == "published")
            .values(state="superseded")
        )
        connection.execute(
            insert(t.MechanismVersion).values(
                digest=package.digest, key=definition.key, version=definition.version, title=definition.title,
                files=to_zip(package.files), state="published", published_by=by, published_at=now,
            )
        )  # fmt: skip
    return package.digest


def install(
    connection: Connection,
    organisation: str,
    digest: str,
    by: str,
    now: datetime,
    *,
    answers: Mapping[str, Any] | None = None,
    in_force: bool = True,
) -> str:
    """Set up a published version in an organisation, or put it in the place of the version there; the installation's
    id. Units of the roster plan that are not there yet are added; those that the plan calls otherwise than the one
    before it, or no longer has, are called so or come to an end; every unit that has a name refers to the directory of
    parties. Records keep the edition they began with.

    KeyError: no such version. UnloadableError: the answers do not fit the slots, or make the mechanism unsound."""
    definition = _answered(read_package(files_of(connection, digest)), answers or {})
    id_ = connection.execute(
        select(t.Installation.id).where(
            t.Installation.organisation_id == organisation, t.Installation.key == definition.key
        )
    ).scalar()
    planned = _planned(connection, id_) if id_ is not None else {}
    if id_ is None:
        id_ = new_id()
        connection.execute(
            insert(t.Installation).values(
                id=id_, organisation_id=organisation, key=definition.key, edition_id=0, in_force=in_force,
                roster_version=0, installed_at=now,
            )
        )  # fmt: skip
    edition = connection.execute(
        insert(t.Edition)
        .values(
            organisation_id=organisation, installation_id=id_, digest=digest, answers=dict(answers or {}),
            title=definition.title, since=now, by=by,
        )
        .returning(t.Edition.id)
    ).scalar_one()  # fmt: skip
    _seed_units(connection, id_, organisation, definition)
    _follow_plan(connection, id_, planned, definition.roster.units, now.astimezone(ZONE).date())
    kinds = {kind.key: kind.party for kind in definition.roster.kinds.values()}
    link_units(connection, id_, organisation, kinds, now.astimezone(ZONE).date())
    connection.execute(
        update(t.Installation)
        .where(t.Installation.id == id_)
        .values(edition_id=edition, in_force=in_force, roster_version=t.Installation.roster_version + 1, duties_at=now)
    )
    return id_


def wrong_answers(connection: Connection, digest: str, answers: Mapping[str, Any]) -> tuple[Finding, ...]:
    """All the errors that would keep a version from being set up with these answers: what one answer hides of another
    is found by leaving out the one that is wrong already. KeyError: no such version."""
    package = read_package(files_of(connection, digest))
    keys = {slot.question: slot.key for slot in _loaded(package, {}).slots.values()}
    found: list[Finding] = []
    left = dict(answers)
    while True:
        try:
            _answered(package, left)
        except UnloadableError as error:
            found += (one for one in error.findings if one.severity is Severity.ERROR and one not in found)
            asked = [one.params.get("question", ()) for one in error.findings]
            blamed = {keys.get(one) for some in asked for one in ([some] if isinstance(some, str) else some)}
            if blamed & left.keys():
                left = {key: value for key, value in left.items() if key not in blamed}
                continue
        return tuple(found)


def put_in_force(connection: Connection, installation: str, in_force: bool, now: datetime) -> None:
    """Let matters begin at an installation, or no longer. What is owed each period is owed from now on."""
    values: dict[str, Any] = {"in_force": in_force}
    if in_force:
        values["duties_at"] = now
    connection.execute(update(t.Installation).where(t.Installation.id == installation).values(values))


def unmark(connection: Connection, edition: int, tables: Collection[str]) -> None:
    """Take their marks from decision tables of an edition. One on which the evaluators differ again is marked again."""
    marks = t.MarkedTable
    connection.execute(delete(marks).where(marks.edition_id == edition, marks.table.in_(tables)))


_INSTALLATIONS = (
    select(
        t.Installation.id,
        t.Installation.organisation_id,
        t.Installation.key,
        t.Edition.title,
        t.MechanismVersion.version,
        t.MechanismVersion.digest,
        t.Edition.answers,
        t.Edition.id,
        t.Installation.in_force,
    )
    .join(t.Edition, t.Edition.id == t.Installation.edition_id)
    .join(t.MechanismVersion, t.MechanismVersion.digest == t.Edition.digest)
    .order_by(t.Edition.title, t.Installation.id)
)
"""Made once: nearly every page asks it."""


def installations(connection: Connection, organisation: str | None = None) -> list[InForce]:
    """What is set up, in one organisation or everywhere, by title."""
    statement = _INSTALLATIONS
    if organisation is not None:
        statement = statement.where(t.Installation.organisation_id == organisation)
    return [InForce(*row) for row in connection.execute(statement)]


def versions(connection: Connection, key: str | None = None) -> list[Version]:
    """Published versions, of one mechanism or all, the newest first."""
    statement = select(
        t.MechanismVersion.digest,
        t.MechanismVersion.key,
        t.MechanismVersion.version,
        t.MechanismVersion.title,
        t.MechanismVersion.state,
        t.MechanismVersion.published_by,
        t.MechanismVersion.published_at,
    ).order_by(t.MechanismVersion.published_at.desc())
    if key is not None:
        statement = statement.where(t.MechanismVersion.key == key)
    return [Version(*row) for row in connection.execute(statement)]


def before(connection: Connection, key: str, digest: str) -> bytes | None:
    """The zip of the version of a mechanism that was published last before the version `digest`: for one that is not
    published, of the last of all. None: there is none."""
    known = [version.digest for version in versions(connection, key)]
    since = known[known.index(digest) + 1 :] if digest in known else known
    return files_of(connection, since[0]) if since else None


def files_of(connection: Connection, digest: str) -> bytes:
    """The zip of a published version, byte for byte what was published. KeyError: no such version."""
    files = connection.execute(select(t.MechanismVersion.files).where(t.MechanismVersion.digest == digest)).scalar()
    if files is None:
        raise KeyError(digest)
    return files


def _answered(package: Package, answers: Mapping[str, Any]) -> Definition:
    """The definition with these answers. What is wrong with them and not with the defaults comes from the answers, and
    is said by their questions."""
    if not answers:
        return _loaded(package, {})
    report = check_package(package, answers=answers)
    if report.definition is None:
        raise UnloadableError(report.findings)
    if not report.sound:
        known = {(one.code, one.file, one.pointer) for one in check_package(package).findings}
        errors = [one for one in report.findings if one.severity is Severity.ERROR]
        wrong = [one for one in errors if (one.code, one.file, one.pointer) not in known]
        if wrong:
            raise UnloadableError(by_question(report.definition, wrong))
    return report.definition


def _loaded(package: Package, answers: Mapping[str, Any]) -> Definition:
    loaded = load(package, answers)
    if loaded.definition is None:
        raise UnloadableError(loaded.findings)
    return loaded.definition


def _planned(connection: Connection, installation: str) -> Mapping[str, Unit]:
    """The units that the version there plans, with its answers."""
    digest, answers = connection.execute(
        select(t.Edition.digest, t.Edition.answers)
        .join(t.Installation, t.Installation.edition_id == t.Edition.id)
        .where(t.Installation.id == installation)
    ).one()
    return _loaded(read_package(files_of(connection, digest)), answers).roster.units


def _follow_plan(
    connection: Connection, installation: str, were: Mapping[str, Unit], are: Mapping[str, Unit], today: date
) -> None:
    """What changed in the plan changes on the roster; what was entered there by hand stays as it is."""
    for key, unit in are.items():
        was = were.get(key)
        if was is not None and (was.title, was.region) != (unit.title, unit.region):
            change_unit(connection, installation, key, title=unit.title, region=unit.region)
        if was is None and were:
            end_unit(connection, installation, key, None)
    for key in were.keys() - are.keys():
        end_unit(connection, installation, key, today - timedelta(days=1))


def _seed_units(connection: Connection, installation: str, organisation: str, definition: Definition) -> None:
    known = set(connection.execute(select(t.Unit.key).where(t.Unit.installation_id == installation)).scalars())
    last = connection.execute(
        select(func.coalesce(func.max(t.Unit.position), -1)).where(t.Unit.installation_id == installation)
    ).scalar_one()
    rows = [
        {
            "installation_id": installation,
            "key": unit.key,
            "organisation_id": organisation,
            "title": unit.title,
            "kind": unit.kind,
            "region": unit.region,
            "parent": unit.parent,
            "note": unit.note,
            "position": position,
        }
        for position, unit in enumerate(
            (unit for unit in definition.roster.units.values() if unit.key not in known), start=last + 1
        )
    ]
    if rows:
        connection.execute(insert(t.Unit), rows)
