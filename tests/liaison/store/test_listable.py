"""What the lints let a list read is exactly what the store can read: every path of every record type is tried."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest

from liaison.access import Scope
from liaison.definitions import LIST_FACTS, Package, lint, load, narrowings, read_package
from liaison.engine import Facts, compile_mechanism, scope_for
from liaison.store import SqlWorld, UnfilterableError, Wanted, install, publish, records

VIEWS = "rules/shunde/views.json"
REPORT = "form_definitions/shunde/report.json"
LISTS = ("definitions.not_listable", "definitions.unindexed_filter")
MORE: dict[str, Any] = {
    "met_at": {"kind": "datetime", "type": "string", "format": "date-time", "title": "会面时间", "index": True},
    "signed_at": {"kind": "datetime", "type": "string", "format": "date-time", "title": "签署时间"},
    "topics": {"kind": "code", "type": "array", "codes": "category", "title": "多类", "index": True},
    "loan": {"kind": "money", "type": "string", "title": "金额", "index": True},
    "half": {"kind": "computed", "type": "string", "as": "money", "title": "一半", "index": True,
             "compute": {"/": [{"var": "loan"}, 2]}},
}  # fmt: skip
FACTS: dict[str, Any] = {path: None for path in LIST_FACTS if path.startswith("actor.")}


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    """The scheme that ships with fields of more kinds."""
    found = dict(read_package("shunde").files)
    report = json.loads(found[REPORT])
    report["schema"]["properties"] |= MORE
    shown = [{"key": key, "type": "Control", "scope": f"#/properties/{key}"} for key in MORE]
    report["layout"]["elements"][0]["elements"] += shown
    return {**found, REPORT: json.dumps(report, ensure_ascii=False).encode()}


def with_views(files: dict[str, bytes], views: list[dict[str, Any]]) -> Package:
    content = {"$schema": "urn:liaison:format:1:views", "views": views}
    return Package({**files, VIEWS: json.dumps(content, ensure_ascii=False).encode()})


def paths(files: dict[str, bytes]) -> Iterator[tuple[str, str]]:
    """(record type, path) of everything an expression may read."""
    definition = load(Package(files)).definition
    assert definition is not None
    mechanism = compile_mechanism(definition)
    for of in definition.record_types:
        yield from ((of, path) for path in scope_for(mechanism, of).types)


def test_the_lints_refuse_what_the_store_refuses(place: Any, files: dict[str, bytes]) -> None:
    tried: list[tuple[str, Wanted]] = []
    views = []
    for of, path in paths(files):
        filter_ = {"missing": {"var": path}}
        # The name of a relation seen from its other side is no name of the format's order.
        orders = [] if "~" in path else [(path,), (f"-{path}",)]
        for wanted in (Wanted(place.installation, of, (filter_,)),
                       *(Wanted(place.installation, of, order=order) for order in orders)):  # fmt: skip
            view = {"key": f"v{len(views)}", "title": f"v{len(views)}", "of": of, "columns": ["record.number"]}
            views.append(view | ({"filter": filter_} if wanted.filters else {"order": list(wanted.order)}))
            tried.append((path, wanted))
    definition = load(with_views(files, views)).definition
    assert definition is not None
    refused = {one.pointer.split("/")[2] for one in lint(definition) if one.code in LISTS}
    with place.database.write() as connection:
        # The columns are those of the fields with which the records are kept.
        digest = publish(connection, Package(files), "seed", place.now)
        install(connection, "district", digest, "seed", place.now)
    reach = {place.installation: Scope(types=frozenset(definition.record_types))}
    differ = []
    with place.database.read() as connection:
        for at, (path, wanted) in enumerate(tried):
            try:
                records(connection, place.database.shelf, reach, wanted, place.now, facts=FACTS)
                works = True
            except UnfilterableError:
                works = False
            if works == (str(at) in refused):
                differ.append((path, wanted.type, wanted.order, works))
    assert differ == []
    assert 100 < len(refused) < len(tried) - 100


def literal(value: Any) -> Any:
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    return {"date": value.isoformat()} if isinstance(value, date) else value


def test_what_a_list_is_narrowed_by_is_what_the_record_says(place: Any, files: dict[str, bytes]) -> None:
    with place.database.write() as connection:
        digest = publish(connection, Package(files), "seed", place.now)
        install(connection, "district", digest, "seed", place.now)
    more = {"met_at": "2026-08-19T10:30", "signed_at": "2026-08-19T11:00", "topics": ["A", "B"], "loan": "120.50"}
    ours = place.assigned(contact_phone="0757-22831234", **more)
    other = place.submit(company="另一家").record
    with place.database.read() as connection:
        world = SqlWorld(connection, place.database.shelf)
        mechanism = world.mechanism(place.installation)
        family = world.families([ours])[ours]
        facts = Facts(mechanism, family.record, place.now, family)
        definition = mechanism.definition
        reach = {place.installation: Scope(types=frozenset(definition.record_types))}

        def listed(*filters: Any, order: tuple[str, ...] = ()) -> list[str]:
            wanted = Wanted(place.installation, "matter", filters, order=order)
            found = records(connection, place.database.shelf, reach, wanted, place.now).records
            return [record.id for record in found]

        tried = 0
        for path, narrowing in narrowings(definition, "matter").items():
            value = facts[path]
            if value in (None, []):
                continue
            test = {"in": [value[0], {"var": path}]} if narrowing.many else {"==": [{"var": path}, literal(value)]}
            assert ours in listed(test), (path, test)
            if not narrowing.many:
                assert set(listed(order=(path,))) == {ours, other}
            tried += 1
        assert tried > 20
        # Moments are compared as such, however the text they are kept in is spelt.
        assert listed({"<": [{"var": "met_at"}, {"moment": "2026-08-19T02:30:01+00:00"}]}) == [ours]
        assert listed({"<": [{"var": "met_at"}, {"var": "record.created"}]}) == [ours]
        assert listed({">": [{"var": "met_at"}, {"var": "record.created"}]}) == []
