"""A mechanism is written in the workshop, kept with every button, checked, published and set up."""

from __future__ import annotations

import json
import re
from typing import Any

from liaison.store import versions, work_of, works_of


def begun(place: Any, client: Any, title: str = "示例诉求", **more: str) -> str:
    """A mechanism begun blank; its id."""
    answer = client.post("/admin/workshop/", data={"title": title, "base": "blank", **more})
    assert answer.status_code == 302, answer.text
    return str(answer.location.rpartition("/")[2])


def kept(place: Any, work: str, file: str) -> Any:
    with place.database.read() as connection:
        found = work_of(connection, work)
    assert found is not None
    return json.loads(found[1][file])


def hidden(page: Any) -> dict[str, str]:
    """The fields of a page of the editor that nobody sees."""
    import html

    return {
        name: html.unescape(re.search(rf'name="{name}" value="([^"]*)"', page.text)[1])  # type: ignore[index]
        for name in ("was", "seen")
    }


def test_from_nothing_to_a_version_in_force(place: Any) -> None:
    client = place.signed_in("config")
    work = begun(place, client)
    page = client.get(f"/admin/workshop/{work}")
    assert page.status_code == 200
    assert "没有错误" in page.text

    # A term: added by its name, then filled in.
    where = {"file": "terms.json"}
    address = f"/admin/workshop/{work}/edit"
    sent = hidden(client.get(address, query_string=where))
    answer = client.post(address, query_string=where, data={**sent, "do": "add:/terms", "new/terms": "办结"})
    assert answer.status_code == 302
    assert kept(place, work, "rules/shi_li_su_qiu/terms.json")["terms"][0]["title"] == "办结"
    where["at"] = "/terms/0"
    page = client.get(address, query_string=where)
    assert "缺少“由谁承担”" in page.text, "what is wrong is said in the words of the page"
    data = {
        **hidden(page), "v/terms/0/of": "matter", "which0/terms/0/owed_by": "part", "which0/terms/0/anchor": "event",
        "how/terms/0/length": "4",
    }  # fmt: skip
    assert client.post(address, query_string=where, data=data).status_code == 302
    page = client.get(address, query_string=where)
    data = {
        **hidden(page), "v/terms/0/owed_by/part": "lead", "v/terms/0/anchor/event": "assigned",
        "how/terms/0/length": "4", "v/terms/0/length/workdays": "7", "v/terms/0/stops/0": "answered",
    }  # fmt: skip
    assert client.post(address, query_string=where, data=data).status_code == 302
    [term] = kept(place, work, "rules/shi_li_su_qiu/terms.json")["terms"]
    assert term == {
        "key": "ban_jie", "title": "办结", "of": "matter", "owed_by": {"part": "lead"},
        "anchor": {"event": "assigned"}, "length": {"workdays": 7}, "stops": ["answered"],
    }  # fmt: skip

    checked = client.post(f"/admin/workshop/{work}/check", follow_redirects=True)
    assert "可以发布" in checked.text
    answer = client.post(checked.request.path.replace("/check/", "/publish/"))
    assert answer.status_code == 302
    with place.database.read() as connection:
        assert "shi_li_su_qiu" in {one.key for one in versions(connection)}
    again = client.get("/admin/workshop/")
    assert "示例诉求 0.1.0" in again.text, "the next version can begin with it"


def test_what_is_typed_is_never_lost(place: Any) -> None:
    client = place.signed_in("config")
    work = begun(place, client)
    address, where = f"/admin/workshop/{work}/edit", {"file": "terms.json"}
    client.post(address, query_string=where, data={"do": "add:/terms", "new/terms": "答复"})
    where["at"] = "/terms/0"
    first, second = (hidden(client.get(address, query_string=where)) for _ in range(2))
    assert client.post(address, query_string=where, data={**first, "v/terms/0/title": "甲"}).status_code == 302
    stale = client.post(address, query_string=where, data={**second, "v/terms/0/title": "乙"})
    assert stale.status_code == 409
    assert 'value="乙"' in stale.text, "what was typed stands there"
    assert client.post(address, query_string=where, data={**hidden(stale), "v/terms/0/title": "乙"}).status_code == 302
    assert kept(place, work, "rules/shi_li_su_qiu/terms.json")["terms"][0]["title"] == "乙"
    data = {**hidden(client.get(address, query_string=where)), "how/terms/0/length": "4"}
    client.post(address, query_string=where, data=data)
    data = {
        **hidden(client.get(address, query_string=where)), "how/terms/0/length": "4", "v/terms/0/length/workdays": "七"
    }  # fmt: skip
    client.post(address, query_string=where, data=data)
    assert 'value="七"' in client.get(address, query_string=where).text, "what is no number is said, and stays"


def test_a_value_is_left_to_whoever_adopts_the_mechanism(place: Any) -> None:
    client = place.signed_in("config")
    work = begun(place, client)
    address, path = f"/admin/workshop/{work}/edit", "rules/shi_li_su_qiu/mechanism.json"
    where = {"file": "mechanism.json"}
    assert "留给采用的地方填写" not in client.get(address, query_string=where).text, "there is no slot yet"
    client.post(address, query_string=where, data={"do": "add:/slots", "new/slots": "印发机关", "newkind/slots": ""})
    slot = {"file": "mechanism.json", "at": "/slots/0"}
    client.post(address, query_string=slot, data={"v/slots/0/type": "text"})
    key = kept(place, work, path)["slots"][0]["key"]
    page = client.get(address, query_string=where)
    assert 'value="/issuer"' in page.text
    data = {**hidden(page), "do": "slot", "slotplace": "/issuer", "slot": key}
    assert client.post(address, query_string=where, data=data).status_code == 302
    assert kept(place, work, path)["issuer"] == {"slot": key}
    page = client.get(address, query_string=where)
    client.post(address, query_string=where, data={**hidden(page), "v/issuer": ""})
    assert "issuer" not in kept(place, work, path), "taken back by choosing none"


def test_a_field_is_laid_out_and_taken_out(place: Any) -> None:
    client = place.signed_in("config")
    work = begun(place, client)
    address, where = f"/admin/workshop/{work}/edit", {"file": "form_definitions/report.json"}
    path = "form_definitions/shi_li_su_qiu/report.json"
    add = {
        "do": "add:/schema/properties",
        "new/schema/properties": "希望怎样解决",
        "newkind/schema/properties": "1",
        "newplace/schema/properties": "trouble",
    }
    assert client.post(address, query_string=where, data=add).status_code == 302
    form = kept(place, work, path)
    [key] = form["schema"]["properties"].keys() - {"company", "contact_name", "contact_phone", "subject", "problem"}
    assert key == "xi_wang_zen_yang_jie_jue"
    assert form["layout"]["elements"][-1]["elements"][-1]["scope"] == f"#/properties/{key}"
    client.post(address, query_string=where, data={"do": f"drop:/schema/properties/{key}"})
    form = kept(place, work, path)
    assert key not in form["schema"]["properties"]
    assert key not in json.dumps(form["layout"])


def test_a_published_mechanism_begins_its_next_version(place: Any) -> None:
    client = place.signed_in("config")
    with place.database.read() as connection:
        [version] = versions(connection)
    same = client.post("/admin/workshop/", data={"title": "顺德", "base": version.digest, "key": version.key})
    assert same.status_code == 302
    head = kept(place, same.location.rpartition("/")[2], f"rules/{version.key}/mechanism.json")
    first, second, _ = version.version.split(".")
    assert head["version"] == f"{first}.{int(second) + 1}.0"
    other = client.post("/admin/workshop/", data={"title": "另一区", "base": version.digest})
    head = kept(place, other.location.rpartition("/")[2], "rules/ling_yi_qu/mechanism.json")
    assert head["template"]["digest"] == version.digest
    taken = client.post("/admin/workshop/", data={"title": "再来", "base": "blank", "key": version.key})
    assert taken.status_code == 422
    assert "已有机制用了键" in taken.text


def test_only_who_configures_the_organisation_comes_in(place: Any) -> None:
    client = place.signed_in("config")
    work = begun(place, client)
    for login in ("keeper", "auditor", "office"):
        other = place.signed_in(login)
        assert other.get("/admin/workshop/").status_code == 403
        assert other.get(f"/admin/workshop/{work}").status_code == 403
    assert client.get("/admin/workshop/nothing").status_code == 404
    for file in ("../x.json", "terms.json/..", "lifecycle/none.json", "i18n/en.json", ""):
        assert client.get(f"/admin/workshop/{work}/edit", query_string={"file": file}).status_code == 404
    answer = client.post(f"/admin/workshop/{work}/drop", data={})
    assert answer.status_code == 302
    with place.database.read() as connection:
        assert works_of(connection, ["district"]) == []
