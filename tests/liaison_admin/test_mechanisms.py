"""A package is checked, published only when it is sound, set up, filled, and put in force when it lacks nothing."""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from liaison.access import GUEST
from liaison.definitions import read_package, to_zip
from liaison.rules import Decider
from liaison.store import (
    access_log,
    add_account,
    add_person,
    files_of,
    grant,
    installations,
    lookup,
    put_in_force,
    versions,
)
from liaison.store.parking import park
from liaison.texts import Message

MECHANISM = "rules/shunde/mechanism.json"
SHIPPED = json.loads(read_package("shunde").files[MECHANISM])["version"]


def package(**changes: Any) -> bytes:
    """The scheme that ships with other words in its first file."""
    files = dict(read_package("shunde").files)
    files[MECHANISM] = json.dumps({**json.loads(files[MECHANISM]), **changes}, ensure_ascii=False).encode()
    return to_zip(files)


def upload(client: Any, data: bytes, name: str = "scheme.zip") -> Any:
    """Send a package; the page of what was found."""
    return client.post("/admin/mechanisms/upload", data={"package": (io.BytesIO(data), name)}, follow_redirects=True)


def published(place: Any) -> list[str]:
    with place.database.read() as connection:
        return [one.version for one in versions(connection)]


def test_a_sound_package_is_published_and_given_back_byte_for_byte(place: Any) -> None:
    client, data = place.signed_in("config"), package(version="9.0.0")
    page = upload(client, data)
    assert page.status_code == 200
    assert "可以发布" in page.text
    assert published(place) == [SHIPPED], "what was only uploaded is not published"

    answer = client.post(page.request.path.replace("/check/", "/publish/"))
    assert answer.status_code == 302, answer.text
    assert sorted(published(place)) == [SHIPPED, "9.0.0"]
    exported = client.get(f"{answer.location}.zip")
    assert exported.data == data
    with place.database.read() as connection:
        assert files_of(connection, answer.location.rpartition("/")[2]) == data
        line = access_log(connection, "district")[0]
        assert (line.what, line.person) == ("mechanism_published", "config")


@pytest.mark.parametrize("changes", [{"slots": 7}, {"unknown": True}], ids=["wrong type", "unknown key"])
def test_a_package_with_errors_is_not_published(place: Any, changes: dict[str, Any]) -> None:
    client = place.signed_in("config")
    page = upload(client, package(**changes))
    assert "错误" in page.text
    assert MECHANISM in page.text
    assert "/publish/" not in page.text
    assert client.post(page.request.path.replace("/check/", "/publish/")).status_code == 422
    assert published(place) == [SHIPPED]


def test_a_package_with_a_red_case_is_not_published(place: Any) -> None:
    files = dict(read_package("shunde").files)
    path = "rules/shunde/terms.json"
    files[path] = files[path].replace(b'"months": 1', b'"months": 2')
    assert files != read_package("shunde").files
    page = upload(place.signed_in("config"), to_zip(files))
    assert "未通过" in page.text
    assert "/publish/" not in page.text


def changed(path: str, change: Callable[[Any], object]) -> bytes:
    """The scheme that ships with one of its files changed."""
    files = dict(read_package("shunde").files)
    content = json.loads(files[f"rules/shunde/{path}"])
    change(content)
    return to_zip({**files, f"rules/shunde/{path}": json.dumps(content, ensure_ascii=False).encode()})


def test_a_package_with_a_table_that_fails_its_trial_is_not_published(
    place: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    crashing = [sys.executable, "-c", "raise SystemExit(3)"]
    # The function of the room is called like its module.
    monkeypatch.setattr(sys.modules["liaison.rules.preflight"], "trial_command", lambda: crashing)
    client = place.signed_in("config")
    page = upload(client, package(version="9.0.1"))
    assert "rules.preflight_crash" in page.text
    assert "/publish/" not in page.text
    assert client.post(page.request.path.replace("/check/", "/publish/")).status_code == 422
    assert published(place) == [SHIPPED]


def test_a_key_renamed_since_the_last_version_is_found(place: Any) -> None:
    client = place.signed_in("config")
    one, other = ({"key": key, "title": "备用", "text": "备用"} for key in ("spare", "other"))
    page = upload(client, changed("messages.json", lambda content: content["templates"].append(one)))
    place.now += timedelta(minutes=1)
    version = client.post(page.request.path.replace("/check/", "/publish/")).location
    page = upload(client, changed("messages.json", lambda content: content["templates"].append(other)))
    assert "definitions.key_renamed" in page.text
    assert "/publish/" not in page.text
    assert client.post(page.request.path.replace("/check/", "/publish/")).status_code == 422
    assert "definitions.key_renamed" not in client.get(version).text


def test_many_findings_of_a_kind_are_the_first_and_how_many_more(place: Any) -> None:
    def dangling(content: Any) -> None:
        first = content["terms"][0]
        content["terms"] = [{**first, "key": f"t{at}", "owed_by": {"part": "nobody"}} for at in range(500)]

    page = upload(place.signed_in("config"), changed("terms.json", dangling))
    assert "同类的还有480处" in page.text
    assert page.text.count("“nobody”") == 20
    counted = re.search(r"错误 ?(\d+)", page.text)
    assert counted
    assert int(counted[1]) >= 500, "all of them are counted"


def test_a_question_nobody_answered_keeps_a_mechanism_out_of_force(place: Any) -> None:
    client = place.signed_in("config")

    def ask(content: Any) -> None:
        content["slots"].append({"key": "contact", "question": "联系电话怎么写", "type": "text"})
        content["about"] = {"slot": "contact"}

    page = upload(client, changed("mechanism.json", ask))
    version = client.post(page.request.path.replace("/check/", "/publish/")).location
    refused = client.post(f"{version}/install")
    assert refused.status_code == 422, "what is in force lacks nothing now"
    assert "联系电话怎么写" in refused.text
    client.post(f"/admin/mechanisms/installations/{place.installation}/force", data={"in_force": "0"})
    assert client.post(f"{version}/install").status_code == 302
    force = f"/admin/mechanisms/installations/{place.installation}/force"
    refused = client.post(force, data={"in_force": "1"})
    assert refused.status_code == 422
    assert "联系电话怎么写" in refused.text


def test_what_is_no_package_is_said(place: Any) -> None:
    client = place.signed_in("config")
    assert upload(client, b"not a zip").status_code == 422
    assert upload(client, b"").status_code == 422
    assert client.post("/admin/mechanisms/upload").status_code == 422


def test_only_who_uploaded_a_package_may_publish_it(place: Any) -> None:
    page = upload(place.signed_in("config"), package(version="9.0.0"))
    with place.database.write() as connection:
        add_person(connection, "district", "新人", id_="new")
        add_account(connection, "district", "new", "new", "a sentence to remember", place.now)
        grant(connection, "new", "configurer", "organisation", "district", "seed", organisation="district")
    assert place.signed_in("new").post(page.request.path.replace("/check/", "/publish/")).status_code == 404


def digest(place: Any) -> str:
    with place.database.read() as connection:
        return versions(connection)[0].digest


def test_a_mechanism_is_put_in_force_when_its_posts_are_held(place: Any) -> None:
    with place.database.write() as connection:
        grant(connection, "config", "configurer", "organisation", "other", "seed", organisation="other")
    client = place.signed_in("config")
    client.get("/admin/organisation/other")
    install = f"/admin/mechanisms/versions/{digest(place)}/install"
    assert "办公时间" in client.get(install).text
    answer = client.post(install, data={"slot-office_hours": "09:00-12:00,13:00-17:00"})
    assert answer.status_code == 302, answer.text
    with place.database.read() as connection:
        [one] = installations(connection, "other")
    assert one.answers == {"office_hours": {"hours": "09:00-12:00,13:00-17:00"}}
    assert not one.in_force
    number_otherwise(client, place)

    force = f"/admin/mechanisms/installations/{one.id}/force"
    refused = client.post(force, data={"in_force": "1"})
    assert refused.status_code == 422
    assert "总召集人应至少有1人" in refused.text

    blank = client.get(f"/admin/roster/{one.id}/roster.csv").data.decode("utf-8-sig").splitlines()
    keys = {"总召集人": ["chief_convenor"], "召集人": ["convenor_federation", "convenor_government"]}
    lines = [blank[0]]
    for number, line in enumerate(blank[1:]):
        unit, post, *_ = line.split(",")
        post = keys[post].pop() if post in keys else post
        one_person = post in ("召集人（区工商联党组书记）", "办公室主任")
        name = "书记" if one_person else f"人{number}"
        lines.append(f"{unit},{post},{name},,,2026-01-01,")
    filled = client.post(f"/admin/roster/{one.id}/import", data={"csv": "\n".join(lines)})
    assert filled.status_code == 302, filled.text
    assert client.post(force, data={"in_force": "1"}).status_code == 302
    with place.database.read() as connection:
        assert installations(connection, "other")[0].in_force
    client.post(force, data={"in_force": "0"})
    with place.database.read() as connection:
        assert not installations(connection, "other")[0].in_force


def number_otherwise(client: Any, place: Any) -> None:
    """Answer the question of numbers in the neighbour district in its own way."""
    install = f"/admin/mechanisms/versions/{digest(place)}/install"
    answer = client.post(install, data={"slot-numbers": "LQ-{year}-{serial:4}"})
    assert answer.status_code == 302, answer.text


def test_two_installations_do_not_give_the_same_numbers(place: Any) -> None:
    with place.database.write() as connection:
        grant(connection, "config", "configurer", "organisation", "other", "seed", organisation="other")
    client = place.signed_in("config")
    client.get("/admin/organisation/other")
    install = f"/admin/mechanisms/versions/{digest(place)}/install"
    # The serial's width makes no numbers of its own: the thousandth is the same.
    page = client.post(install, data={"slot-numbers": "SDMQ-{year}-{serial:3}"}, follow_redirects=True).text
    taken = "“事项编号怎样编”：示例区的"
    assert taken in page
    with place.database.read() as connection:
        [one] = installations(connection, "other")
    refused = client.post(f"/admin/mechanisms/installations/{one.id}/force", data={"in_force": "1"})
    assert refused.status_code == 422
    assert taken in refused.text
    number_otherwise(client, place)
    assert taken not in client.get(f"/admin/mechanisms/installations/{one.id}").text

    with place.database.write() as connection:
        put_in_force(connection, place.installation, False, place.now)
    client.post(install, data={"slot-numbers": "SDMQ-{year}-{serial:4}"})
    shown = f"/admin/mechanisms/installations/{one.id}"
    assert taken not in client.get(shown).text, "nothing is in force there, and no number was given"
    with place.database.write() as connection:
        put_in_force(connection, place.installation, True, place.now)
    place.do("submit", GUEST, type="matter", installation=place.installation, values=place.values)
    with place.database.write() as connection:
        put_in_force(connection, place.installation, False, place.now)
    assert taken in client.get(shown).text, "numbers that were given stay given"


def test_answers_that_do_not_fit_keep_what_was_typed(place: Any) -> None:
    client = place.signed_in("config")
    answer = client.post(f"/admin/mechanisms/versions/{digest(place)}/install", data={"slot-office_hours": "whenever"})
    assert answer.status_code == 422
    assert "whenever" in answer.text
    assert answer.text.count("办公时间") > 1, "the question is named beside the field's own label"
    with place.database.read() as connection:
        assert installations(connection, "district")[0].answers == {}


def problems(page: str) -> dict[str, str]:
    """Slot → what is said to be wrong at its field."""
    found = re.findall(r'id="f-slot-(\w+)-problem" data-problem>([^<]*)<', page)
    return dict(found)


def test_everything_wrong_is_said_at_once_each_at_its_question(place: Any) -> None:
    client = place.signed_in("config")
    typed = {"slot-office_hours": "whenever", "slot-silence_after": "许久", "slot-silence_after-unit": "months",
             "slot-numbers": "没有流水号", "slot-units": "只有一列\nhall,示例厅,department\n又是一列"}  # fmt: skip
    answer = client.post(f"/admin/mechanisms/versions/{digest(place)}/install", data=typed)
    assert answer.status_code == 422
    found = problems(answer.text)
    assert found.keys() == {"office_hours", "silence_after", "numbers", "units"}
    assert "例如 15" in found["silence_after"]
    assert "第1行" in found["units"]
    assert "第3行" in found["units"]
    assert "有 4 处要改" in answer.text


def test_a_question_says_where_it_comes_from_and_what_a_right_answer_is(place: Any) -> None:
    page = place.signed_in("config").get(f"/admin/mechanisms/versions/{digest(place)}/install").text
    assert "来自《关于创新推动民营经济高质量发展的工作方案》，条目：三（二）。" in page
    assert "留空则为“08:30-12:00,14:00-17:30”。" in page
    assert "例如：daliang, 大良街道, town, 440606005" in page


def test_a_newer_version_is_one_press_away_and_set_up_where_it_was_pressed(place: Any) -> None:
    with place.database.write() as connection:
        grant(connection, "config", "configurer", "organisation", "other", "seed", organisation="other")
    client = place.signed_in("config")
    client.get("/admin/organisation/other")
    newer = client.post(upload(client, package(version="9.0.0")).request.path.replace("/check/", "/publish/")).location
    page = client.get(f"/admin/mechanisms/installations/{place.installation}").text
    way = re.search(r'href="(/admin/organisation/district[^"]*)">升级到 9.0.0', page)
    assert way
    form = client.get(way[1].replace("&amp;", "&"), follow_redirects=True)
    assert form.request.path == f"{newer}/install"
    assert "升级到 9.0.0</h1>" in form.text
    assert client.post(form.request.path).status_code == 302
    with place.database.read() as connection:
        assert [one.version for one in installations(connection, "district")] == ["9.0.0"]
        assert installations(connection, "other") == []


def test_a_version_that_needs_more_posts_does_not_replace_one_in_force(place: Any) -> None:
    client = place.signed_in("config")
    files = dict(read_package("shunde").files)
    roster = json.loads(files["rules/shunde/roster.json"])
    roster["posts"].append({"key": "archivist", "title": "档案员", "minimum": 1})
    files["rules/shunde/roster.json"] = json.dumps(roster, ensure_ascii=False).encode()
    page = upload(client, to_zip(files))
    version = client.post(page.request.path.replace("/check/", "/publish/")).location
    install = f"{version}/install"
    refused = client.post(install)
    assert refused.status_code == 422
    assert "档案员" in refused.text
    with place.database.read() as connection:
        assert installations(connection, "district")[0].digest != version.rpartition("/")[2]

    client.post(f"/admin/mechanisms/installations/{place.installation}/force", data={"in_force": "0"})
    assert client.post(install).status_code == 302
    with place.database.read() as connection:
        one = installations(connection, "district")[0]
    assert (one.digest, one.in_force) == (version.rpartition("/")[2], False)


def test_terms_that_could_not_be_carried_out_are_shown(place: Any) -> None:
    record = place.do("submit", GUEST, type="matter", installation=place.installation, values=place.values)
    client = place.signed_in("config")
    assert "没有办成" not in client.get("/admin/").text
    with place.database.write() as connection:
        park(connection, record, Message("store.ring_failed", {"error": "KeyError"}), place.now)
    home = client.get("/admin/").text
    assert "有 1 件的时限到点而没有办成" in home
    address = f"/admin/mechanisms/installations/{place.installation}"
    assert f'href="{address}"' in home
    page = client.get(address).text
    for said in ("SDMQ-2026-0001", "程序出错（KeyError）", "2026-12-02 10:01:00"):
        assert said in page


def test_a_table_on_which_the_evaluators_differed_is_marked(place: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    client, address = place.signed_in("config"), f"/admin/mechanisms/installations/{place.installation}"
    decide = Decider.decide
    monkeypatch.setattr(Decider, "decide", lambda self, record: decide(self, record)._replace(agreed=False))
    first = place.assigned()
    place.assigned()
    [table] = {one.table for one in place.record(first).suggestions.values() if not one.agreed}
    page = client.get(address).text
    assert "结论不同的判定表" in page
    assert "SDMQ-2026-0001" in page
    assert "SDMQ-2026-0002" not in page
    with place.database.read() as connection:
        [marked] = lookup.marked(connection, installations(connection, "district")[0].edition)
        assert lookup.marked(connection, 0) == []
    assert (marked.table, marked.record, marked.since) == (table, first, place.now)

    seen = f"{address}/seen"
    assert place.signed_in("office").post(seen, data={"table": table}).status_code == 403
    client.post(seen, data={"table": "another"})
    assert "结论不同的判定表" in client.get(address).text
    page = client.post(seen, data={"table": re.findall(r'name="table" value="(\w+)"', page)}, follow_redirects=True)
    assert "结论不同的判定表" not in page.text
    with place.database.read() as connection:
        logged = [one for one in access_log(connection, "district") if one.what == "tables_seen"]
    assert [(one.person, one.detail) for one in logged] == [
        ("config", {"installation": place.installation, "tables": [table]})
    ]
    place.assigned()
    assert "SDMQ-2026-0003" in client.get(address).text, "one that differs again is marked again"


def test_answers_are_read_out_as_people_call_them(place: Any) -> None:
    page = place.signed_in("config").get(f"/admin/mechanisms/installations/{place.installation}").text
    for said in ("只作记录", "交办之日", "首个周一起的整周", "1 个月"):
        assert said in page
    for written in ("nothing", "first_full_week"):
        assert written not in page
