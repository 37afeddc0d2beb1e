"""How records name those a mechanism serves, read off its definition."""

from __future__ import annotations

from pathlib import Path

from liaison.definitions import PARTY_KINDS, Definition, load, namings, read_package, served

MECHANISMS = Path(__file__).parents[1] / "engine" / "mechanisms"


def _of(package: str | Path) -> Definition:
    definition = load(read_package(package)).definition
    assert definition is not None
    return definition


def _ways(definition: Definition, type_: str) -> list[tuple[str, str]]:
    return [(one.path, one.by) for one in namings(definition, type_)]


def test_records_name_whom_they_pick_and_whom_they_write_down() -> None:
    procuratorate, xiamen = _of("procuratorate"), _of("xiamen_finance")
    assert _ways(procuratorate, "matter") == [("company", "id"), ("company_name", "name")]
    assert _ways(procuratorate, "visit") == [("company", "id")]
    assert _ways(procuratorate, "talk") == []
    assert _ways(xiamen, "need") == [("member", "id"), ("company", "name")]
    assert _ways(xiamen, "opinion") == [("company", "name")]
    # What has no index finds nobody, but for what stands in a facet.
    parties = _of(MECHANISMS / "parties")
    assert _ways(parties, "matter") == [("chamber", "id")]
    [member, typed] = namings(xiamen, "need")
    assert member.kinds == {"enterprise", "chamber"}
    assert typed.kinds == set(PARTY_KINDS)


def test_a_mechanism_serves_whom_it_picks_and_whom_it_joins() -> None:
    assert served(_of("procuratorate")) == ("enterprise",)
    assert served(_of("xiamen_finance")) == ("chamber", "enterprise")
    assert served(_of("jincheng")) == (), "its matching joins people with units"
    assert served(_of("shunde")) == (), "it writes names down, and picks nobody"
