"""What only a few may read finds nothing for anybody: a search that hits would tell."""

from __future__ import annotations

from liaison.access import Actor
from liaison.store import SqlWorld, Wanted, records

RATING = {
    "rating_unit": "示例机械有限公司",
    "outcome_company": "solved",
    "head_name": "示例负责人",
    "head_phone": "13800138000",
    "channels": ["visit"],
    "advice": "希望继续跟踪鹦鹉螺号项目",
    "satisfaction": "satisfied",
    "signature": "示例负责人",
    "rated_on": "2026-08-20",
}


def _found(place, words: str) -> int:
    with place.database.read() as connection:
        world = SqlWorld(connection, place.database.shelf)
        scope = {place.installation: world_scope(world, place)}
        wanted = Wanted(place.installation, "matter", search=words)
        return records(connection, place.database.shelf, scope, wanted, place.now).total


def world_scope(world, place):
    from liaison.access import scope_of

    types = world.mechanism(place.installation).definition.record_types
    return scope_of(place.office, types, world.surroundings(place.installation, place.now.date()).today)


def test_the_words_of_an_evaluation_find_nothing(place):
    matter = place.assigned()
    with place.database.read() as connection:
        [lead] = [
            part.assignment
            for part in SqlWorld(connection, place.database.shelf).families([matter])[matter].record.parts
            if part.part == "lead"
        ]
    assert place.do(lead, "sign", place.economy, values={"person": "示例专人", "phone": "13800138000"})
    reply = {"lead_contact": "示例专人", "lead_phone": "13800138000", "opinion": "示例意见", "result": "示例结果",
             "outcome_unit": "solved"}  # fmt: skip
    assert place.do(matter, "reply", place.economy, values=reply)
    applicant = Actor(kind="link", entitled=frozenset({matter}))
    result = place.do(matter, "rate", applicant, values=RATING)
    assert result, result.refusal
    assert _found(place, "示例意见") == 1, "what all who see the matter may read finds it"
    assert _found(place, "鹦鹉螺号") == 0
