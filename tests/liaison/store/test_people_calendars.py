"""Accounts, rosters, grants, calendars and versions."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from argon2 import PasswordHasher, Type, extract_parameters
from sqlalchemy import select

from liaison.definitions import Package, Unit, read_package, to_zip
from liaison.store import (
    Account,
    Granted,
    PasswordError,
    Recomputed,
    SqlWorld,
    UnloadableError,
    account_of,
    accounts_of,
    add_account,
    add_organisation,
    add_unit,
    calendar_of,
    change_password,
    change_person,
    deputise,
    disable,
    end_grant,
    end_holding,
    files_of,
    grant,
    grants_of,
    hold,
    import_notice,
    install,
    installations,
    publish,
    put_in_force,
    recompute,
    reset_password,
    sign_in,
    timeline,
    verify,
    versions,
)
from liaison.store import tables as t

PASSWORD = "一个足够长的密码句子"


def _account(place: Any) -> str:
    with place.database.write() as connection:
        return add_account(connection, "district", "office", "Office", PASSWORD, place.now)


def test_signing_in_and_out_of_reach(place: Any) -> None:
    _account(place)
    signed = sign_in(place.database, " OFFICE ", PASSWORD, place.now)
    assert isinstance(signed, Account)
    assert (signed.person, signed.name, signed.organisation) == ("office", "李办", "district")
    for login, password in (("office", "wrong"), ("nobody", PASSWORD)):
        assert sign_in(place.database, login, password, place.now).code == "store.wrong_password"  # type: ignore[union-attr]
    with place.database.read() as connection:
        assert account_of(connection, signed.id, signed.epoch) == signed
        assert account_of(connection, signed.id, signed.epoch + 1) is None
        assert account_of(connection, "nobody", 1) is None
        assert accounts_of(connection, "district") == [signed]


def test_a_weak_hash_is_made_anew_when_its_owner_signs_in(
    place: Any, as_a_site_hashes: PasswordHasher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At least the work that OWASP asks of argon2id: 19 MiB, twice."""
    id_ = _account(place)
    monkeypatch.setattr("liaison.store.accounts._hasher", as_a_site_hashes)
    for _ in range(2):
        assert isinstance(sign_in(place.database, "office", PASSWORD, place.now), Account)
    with place.database.read() as connection:
        hash_ = connection.execute(select(t.Account.hash).where(t.Account.id == id_)).scalar_one()
    made = extract_parameters(hash_)
    assert (made.type, made.memory_cost >= 19 * 1024, made.time_cost >= 2) == (Type.ID, True, True)


def test_five_wrong_passwords_lock_for_a_while(place: Any) -> None:
    _account(place)
    said = [sign_in(place.database, "office", "wrong", place.now) for _ in range(5)]
    assert [one.code for one in said] == ["store.wrong_password"] * 4 + ["store.locked"]  # type: ignore[union-attr]
    assert sign_in(place.database, "office", PASSWORD, place.now).code == "store.locked"  # type: ignore[union-attr]
    assert isinstance(sign_in(place.database, "office", PASSWORD, place.now + timedelta(minutes=16)), Account)


def test_a_login_nobody_has_is_refused_like_any_other(place: Any) -> None:
    """Unknown, disabled, wrong, locked: the same answers in the same order, and the same work to come by them."""
    id_ = _account(place)
    sign_in(place.database, "office", PASSWORD, place.now)
    with place.database.write() as connection:
        add_account(connection, "district", "economy", "gone", PASSWORD, place.now)
        disable(connection, _id(connection, "gone"))

    def tried(login: str) -> list[tuple[Any, list[str]]]:
        answers: list[Any] = []
        work = [
            place.statements(lambda: answers.append(sign_in(place.database, login, "wrong", place.now)))
            for _ in range(7)
        ]
        return list(zip(answers, work, strict=True))

    assert tried("nobody") == tried("office") == tried("gone")
    right = sign_in(place.database, "office", PASSWORD, place.now)
    assert right == sign_in(place.database, "nobody", PASSWORD, place.now), "locked is locked"
    with place.database.write() as connection:
        reset_password(connection, id_, PASSWORD, place.now)
    assert isinstance(sign_in(place.database, "office", PASSWORD, place.now), Account), "a new password opens it"


def _id(connection: Any, login: str) -> str:
    return str(connection.execute(select(t.Account.id).where(t.Account.login == login)).scalar_one())


def test_wrong_passwords_at_once_are_all_counted(place: Any) -> None:
    _account(place)
    with ThreadPoolExecutor(5) as pool:
        said = list(pool.map(lambda _: sign_in(place.database, "office", "wrong", place.now), range(5)))
    assert sorted(one.code for one in said) == ["store.locked"] + ["store.wrong_password"] * 4  # type: ignore[union-attr]


def test_a_new_password_ends_other_sessions(place: Any) -> None:
    id_ = _account(place)
    with pytest.raises(PasswordError, match="wrong_old"):
        change_password(place.database, id_, "wrong", "另一个足够长的密码句子", place.now)
    for bad in ("short", "aaaaaaaaaaaa", "x" * 201):
        with pytest.raises(PasswordError):
            change_password(place.database, id_, PASSWORD, bad, place.now)
    account = change_password(place.database, id_, PASSWORD, "另一个足够长的密码句子", place.now)
    with place.database.write() as connection:
        assert account_of(connection, id_, account.epoch - 1) is None
        reset_password(connection, id_, PASSWORD, place.now)
        disable(connection, id_)
    assert sign_in(place.database, "office", PASSWORD, place.now).code == "store.wrong_password"  # type: ignore[union-attr]
    with place.database.write() as connection:
        disable(connection, id_, False)
    signed = sign_in(place.database, "office", PASSWORD, place.now)
    assert isinstance(signed, Account)
    assert signed.must_change


def test_a_change_of_roster_is_seen_at_once(place: Any) -> None:
    day = place.now.date()

    def today() -> Any:
        with place.database.read() as connection:
            return SqlWorld(connection, place.database.shelf).surroundings(place.installation, day).today

    assert len(today().roster.units) == 42
    assert today().units_of("economy") == ("economy",)
    with place.database.write() as connection:
        holding = hold(connection, place.installation, "housing", "liaison", "economy", first_day=day)
    assert set(today().units_of("housing")) == {"housing_water", "economy"}
    with place.database.write() as connection:
        end_holding(connection, holding, day - timedelta(days=1))
        deputise(connection, "district", "office", "economy", day, day)
        change_person(connection, "economy", name="王新", phone="1", email="")
        add_unit(connection, place.installation, Unit("extra", "新增单位", "department"))
    assert today().units_of("housing") == ("housing_water",)
    assert "economy" in today().units_of("office")
    assert today().person("economy").name == "王新"
    assert today().unit_title("extra") == "新增单位"


def test_grants_hold_for_their_days_and_where_they_mean_something(place: Any) -> None:
    day = place.now.date()
    with place.database.write() as connection:
        first = grant(connection, "office", "auditor", "organisation", "city", "seed", organisation="city")
        assert grants_of(connection, "office", day) == (Granted("auditor", "organisation", "city"),)
        end_grant(connection, first, day)
        assert grants_of(connection, "office", day + timedelta(days=1)) == ()
        with pytest.raises(ValueError, match="auditor on unit"):
            grant(connection, "office", "auditor", "unit", f"{place.installation}/tax", "seed", organisation="district")
        with pytest.raises(KeyError):
            end_grant(connection, 0, day)


def test_a_notice_moves_the_dates_it_concerns(place: Any) -> None:
    """A month from a day in December 2026 ends in January 2027, of which nobody has published anything."""
    now = place.now.replace(month=12, day=2)
    place.now = now
    id_ = place.submit(now=now).record
    assert place.do(id_, "accept", now=now)
    values = {"level": "general", "subject": "续贷", "lead_unit": "economy", "support_units": []}
    assert place.do(id_, "assign", now=now, values=values)
    clock = place.record(id_).clock("general_reply")
    assert (clock.due_day, clock.certain) == (date(2027, 1, 4), False)
    untouched = place.submit(now=now).record

    year = {"year": 2027, "papers": ["示例"], "days": [
        {"name": "元旦", "date": f"2027-01-0{day}", "isOffDay": True} for day in range(1, 6)
    ]}  # fmt: skip
    imported = import_notice(place.database, "city", year, "office", now)
    done = recompute(place.database, "district", imported.id, now)
    assert done.uncounted == ()
    assert [(one.record, one.old, one.new) for one in done.clocks if one.term == "general_reply"] == [
        (id_, date(2027, 1, 4), date(2027, 1, 6))
    ]
    clock = place.record(id_).clock("general_reply")
    assert (clock.due_day, clock.certain) == (date(2027, 1, 6), True)
    assert recompute(place.database, "district", imported.id, now) == Recomputed((), (), ())
    with place.database.read() as connection:
        assert timeline(connection, id_)[-1].key == "recounted"
        assert len(timeline(connection, untouched)) == 1
    assert verify(place.database) == []

    wrong = import_notice(place.database, "city", {"year": "soon"}, "office", now)
    assert wrong.id == 0
    assert wrong.findings
    with pytest.raises(KeyError):
        recompute(place.database, "city", 99, now)


def test_local_days_stay_local(place: Any) -> None:
    with place.database.write() as connection:
        add_organisation(connection, "neighbour", "邻区", place.now, parent="city")
    day = date(2026, 9, 3)
    local = {"days": [{"name": "地方活动日", "date": "2026-09-03", "isOffDay": True}]}
    assert import_notice(place.database, "district", local, "office", place.now, "local").id
    assert not calendar_of(place.database, "district").is_workday(day)
    assert calendar_of(place.database, "neighbour").is_workday(day)
    assert calendar_of(place.database, "city").is_workday(day)


def _package(connection: Any) -> Package:
    return read_package(files_of(connection, installations(connection)[0].digest))


def test_a_version_is_kept_byte_for_byte(place: Any) -> None:
    with place.database.write() as connection:
        package = _package(connection)
        assert publish(connection, package, "again", place.now) == package.digest
        assert files_of(connection, package.digest) == to_zip(package.files)
        assert [(one.key, one.state, one.published_by) for one in versions(connection)] == [
            ("shunde", "published", "seed")
        ]
        with pytest.raises(KeyError):
            files_of(connection, "nothing")
        with pytest.raises(UnloadableError):
            publish(connection, Package({"rules/bad/mechanism.json": b"{}"}), "seed", place.now)


def test_records_stay_on_the_edition_they_began_with(place: Any) -> None:
    with place.database.read() as connection:
        package = _package(connection)
    old = place.submit().record
    path = "rules/shunde/mechanism.json"
    changed = Package({**package.files, path: package.files[path].replace(b"SDMQ-", b"NEWQ-")})
    with place.database.write() as connection:
        digest = publish(connection, changed, "seed", place.now)
        assert install(connection, "district", digest, "seed", place.now) == place.installation
        assert {one.digest: one.state for one in versions(connection, "shunde")} == {
            package.digest: "superseded",
            digest: "published",
        }
        (here,) = installations(connection, "district")
        assert here.digest == digest
    assert place.submit().number == "NEWQ-2026-0002"
    with place.database.read() as connection:
        world = SqlWorld(connection, place.database.shelf)
        assert world.mechanism(place.installation, old).definition.digest == package.digest
        assert world.mechanism(place.installation).definition.digest == digest
    assert place.do(old, "accept")


def test_what_is_not_in_force_cannot_begin(place: Any) -> None:
    with place.database.write() as connection:
        put_in_force(connection, place.installation, False, place.now)
    with pytest.raises(KeyError):
        place.submit()
