"""The files of a mechanism under work as JSON, and places in them: read, changed, named in words."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

from liaison.definitions import canonical, schema_of
from liaison.texts import Finding, Message

from .editing import FIELDS, Editor, escaped, is_kept_under_its_key, is_small, is_thing, key_for
from .outline import Spot, begun, child, way_of, ways, whole_file
from .things import called

FORMS, RULES = "form_definitions", "rules"
FOLDERS: Final[Mapping[str, str]] = {"form": FORMS, "table": "tables", "lifecycle": "lifecycle", "case": "cases"}
"""Schemas of which a mechanism has many files → the folder of a file's name."""
SINGLE: Final = (
    "mechanism", "codes", "roster", "terms", "duties", "messages", "views", "documents", "reports", "indicators",
)  # fmt: skip
"""Schemas of which a mechanism has one file."""
_KEYS: Final = ("name", "names", "other", "known", "found")
"""Parameters of findings that are keys of the format."""


@dataclass(frozen=True)
class Sheets:
    """The files of the mechanism `key`, by path."""

    key: str
    files: Mapping[str, bytes]

    @cached_property
    def data(self) -> Mapping[str, Any]:
        """Every file as JSON."""
        return {path: json.loads(data) for path, data in self.files.items()}

    def path(self, name: str) -> str:
        """The path of the file called `name`: `terms.json`, `lifecycle/matter.json`, `form_definitions/report.json`."""
        folder, _, rest = name.partition("/")
        return f"{FORMS}/{self.key}/{rest}" if folder == FORMS else f"{RULES}/{self.key}/{name}"

    def name(self, path: str) -> str:
        """What the file at a path is called."""
        top, _, rest = path.partition(f"/{self.key}/")
        return f"{FORMS}/{rest}" if top == FORMS else rest

    def schema(self, name: str) -> str:
        """The schema that a file follows; empty where no file is called so."""
        folder, _, rest = name.partition("/")
        stem = name.removesuffix(".json")
        if stem in SINGLE and name == f"{stem}.json":
            return stem
        return next((schema for schema, own in FOLDERS.items() if own == folder and rest and "/" not in rest), "")

    def at(self, name: str, pointer: str) -> tuple[Spot, Any] | None:
        """What may stand and what stands at a place of a file there is or could be; None: there is no such place."""
        schema = self.schema(name)
        if not schema or (schema not in SINGLE and self.path(name) not in self.files):
            return None
        found: tuple[Spot, Any] | None = (whole_file(schema), self.data.get(self.path(name), self.empty(schema)))
        for token in steps(pointer):
            found = child(*found, token) if found is not None else None
        return found

    def empty(self, schema: str) -> dict[str, Any]:
        """A file that nobody has written in yet."""
        [way] = ways(whole_file(schema))
        return {"$schema": way.members["$schema"].schema["const"], **begun(way)}

    def put(self, name: str, pointer: str, value: Any) -> Sheets:
        """The files with another value at a place."""
        path = self.path(name)
        whole = json.loads(json.dumps(self.data.get(path, self.empty(self.schema(name)))))
        tokens = steps(pointer)
        if not tokens:
            return self._with(path, value)
        parent = _reach(whole, tokens[:-1])
        parent[int(tokens[-1]) if isinstance(parent, list) else tokens[-1]] = value
        return self._with(path, whole)

    def without(self, name: str) -> Sheets:
        """The files but one."""
        return Sheets(self.key, {path: data for path, data in self.files.items() if path != self.path(name)})

    def _with(self, path: str, whole: Any) -> Sheets:
        spelt = json.dumps(whole, ensure_ascii=False).encode()
        return Sheets(self.key, {**self.files, **canonical({path: spelt})})

    # ── What one does with things on a list ─────────────────────────────────────────────────────────────────────

    def moved(self, name: str, pointer: str, by: int) -> Sheets:
        """A thing of a list, or under a name of a map, so many places further."""
        *above, token = steps(pointer)
        found = self.at(name, join(above))
        if found is None:
            return self
        held = found[1]
        if isinstance(held, list) and token in _positions(held):
            order = list(held)
            order.insert(max(int(token) + by, 0), order.pop(int(token)))
            return self.put(name, join(above), order)
        if isinstance(held, dict) and token in held:
            names = [one for one in held if one != token]
            names.insert(max(list(held).index(token) + by, 0), token)
            return self.put(name, join(above), {one: held[one] for one in names})
        return self

    def dropped(self, name: str, pointer: str) -> Sheets:
        """The files without a thing; a field leaves the layout of its form too."""
        *above, token = steps(pointer)
        found = self.at(name, join(above))
        if found is None:
            return self
        held = found[1]
        if isinstance(held, list) and token in _positions(held):
            return self.put(name, join(above), [one for n, one in enumerate(held) if n != int(token)])
        if not isinstance(held, dict) or token not in held:
            return self
        left = self.put(name, join(above), {one: value for one, value in held.items() if one != token})
        return left._laid_out(name, lambda form: _taken_out(form, token)) if _is_field(name, above) else left

    def added(self, name: str, pointer: str, title: str, kind: str, place: str = "") -> tuple[Sheets, str] | None:
        """A new thing on a list (or under a key of its own), and where it stands; None where none can be. `place`: the
        section of its form that a field is laid out in, else the last."""
        found = self.at(name, pointer)
        if found is None:
            return None
        spot, held = found
        [way] = ways(spot) if len(ways(spot)) == 1 else [way_of(held, ways(spot))]
        if way is None or way.kind not in ("list", "map"):
            return None
        item = way.entry if way.kind == "map" else way.item
        offered = ways(item)
        chosen = next((one for n, one in enumerate(offered) if str(n) == kind), offered[0])
        made = begun(chosen)
        if kind in chosen.members and any(kind in names for names in chosen.either):
            made[kind] = begun(ways(chosen.members[kind])[0])
        named = next((one for one in ("title", "label", "question") if one in chosen.members), "")
        if named and title:
            made[named] = title
        _begin_fields(made, chosen.members)
        if way.kind == "map":
            key = key_for(title, held or (), "field")
            sheets = self.put(name, pointer, {**(held or {}), key: made})
            if _is_field(name, steps(pointer)):
                sheets = sheets._laid_out(name, lambda form: _put_in(form, key, place))
            return sheets, f"{pointer}/{escaped(key)}"
        taken = [one["key"] for one in held or () if isinstance(one, dict) and isinstance(one.get("key"), str)]
        made = {"key": key_for(title or kind, taken, "item"), **made}
        return self.put(name, pointer, [*(held or ()), made]), f"{pointer}/{len(held or ())}"

    def begin_file(self, schema: str, title: str, of: str) -> tuple[Sheets, str]:
        """A new file of a schema of which there are many, and what it is called; empty where it can have no name."""
        taken = [path.rpartition("/")[2].removesuffix(".json") for path in self.files if FOLDERS[schema] in path]
        key = of if schema == "lifecycle" else key_for(title, taken, schema)
        name = f"{FOLDERS[schema]}/{key}.json"
        if schema_of(self.path(name)) is None:
            return self, ""
        whole: dict[str, Any] = self.empty(schema) | ({"key": key, "title": title} if schema != "lifecycle" else {})
        if schema in ("form", "lifecycle"):
            whole["of"] = of
        if schema == "table":
            whole["on"] = of
        if schema == "form":
            section = {"key": "main", "type": "Group", "label": title, "elements": []}
            whole["schema"] = {"type": "object", "properties": {}, "required": []}
            whole["layout"] = {"type": "VerticalLayout", "elements": [section]}
        sheets = self.put(name, "", whole)
        return (sheets._form_of(of, key) if schema == "form" else sheets), name

    def _form_of(self, of: str, key: str) -> Sheets:
        """A form belongs to its record type."""
        found = self.at("mechanism.json", "/record_types")
        types = found[1] if found is not None and isinstance(found[1], list) else []
        for n, one in enumerate(types):
            if isinstance(one, dict) and one.get("key") == of:
                forms = one.get("forms")
                more = [*(forms if isinstance(forms, list) else ()), key]
                return self.put("mechanism.json", f"/record_types/{n}/forms", more)
        return self

    def _laid_out(self, name: str, change: Callable[[Any], None]) -> Sheets:
        whole = json.loads(json.dumps(self.data[self.path(name)]))
        change(whole)
        return self._with(self.path(name), whole)

    # ── Places in words ──────────────────────────────────────────────────────────────────────────────────────────

    def trail(self, name: str, pointer: str, editor: Editor) -> list[tuple[str, str]]:
        """The things on the way to a place, each with its pointer and what it is called; the last is the nearest."""
        found = self.at(name, "")
        trail: list[tuple[str, str]] = []
        here = ""
        for token in steps(pointer):
            if found is None:
                break
            way = way_of(found[1], ways(found[0]))
            thing = way is not None and (
                (way.kind == "list" and is_thing(way.item) and not is_small(way.item)) or is_kept_under_its_key(way)
            )
            found = child(*found, token)
            here = f"{here}/{escaped(token)}"
            if found is not None and thing:
                trail.append((here, editor.called(found[1], token, found[0])))
        return trail

    def spelt(self, name: str, pointer: str) -> list[str]:
        """What the schema calls each step from the nearest thing down to a place."""
        found, words = self.at(name, ""), list[str]()
        for token in steps(pointer):
            found = child(*found, token) if found is not None else None
            if found is None:
                break
            if found[0].title and not token.isdecimal():
                words.append(found[0].title)
            elif token.isdecimal() and isinstance(found[1], dict) and "key" in found[1]:
                words.append(called(found[1]))
        return words

    def in_words(self, finding: Finding) -> Message:
        """What a finding says, with the members of the format called by their names."""
        found = self.at(self.name(finding.file), finding.pointer)
        if found is None and finding.pointer:
            found = self.at(self.name(finding.file), finding.pointer.rpartition("/")[0])
        if found is None:
            return finding.message
        titles = {name: one.title for way in ways(found[0]) for name, one in way.members.items() if one.title}

        def worded(value: Any) -> Any:
            if isinstance(value, list | tuple):
                return [worded(one) for one in value]
            return titles.get(value, value) if isinstance(value, str) else value

        if finding.code == "definitions.exactly_one" and not set(finding.params["names"]) & _written(found[1]):
            return Message("admin.workshop.choose_one", {"names": worded(finding.params["names"])})
        params = {name: worded(value) if name in _KEYS else value for name, value in finding.params.items()}
        return replace(finding, params=params).message


def _positions(held: list[Any]) -> list[str]:
    return [str(n) for n in range(len(held))]


def steps(pointer: str) -> list[str]:
    """The steps of a JSON Pointer."""
    return [one.replace("~1", "/").replace("~0", "~") for one in pointer.split("/")[1:]]


def join(tokens: Iterable[str]) -> str:
    """The JSON Pointer of some steps."""
    return "".join(f"/{escaped(one)}" for one in tokens)


def _reach(whole: Any, tokens: Iterable[str]) -> Any:
    """What stands at the end of some steps; objects that are not there yet are made."""
    for token in tokens:
        whole = whole[int(token)] if isinstance(whole, list) else whole.setdefault(token, {})
    return whole


def _written(value: Any) -> set[str]:
    return set(value) if isinstance(value, dict) else set()


def _is_field(name: str, above: list[str]) -> bool:
    return name.startswith(FORMS) and join(above) == FIELDS


def _begin_fields(made: dict[str, Any], members: Mapping[str, Spot]) -> None:
    """Where what is stored follows from what kind of field it is, it is written at once: one value, not many."""
    if "kind" in made and "type" in members and "type" not in made:
        [way] = ways(members["type"])
        made["type"] = way.choices[0] if way.kind == "choice" else begun(way)


def _put_in(form: Any, key: str, place: str) -> None:
    """Lay a new field out in a section of its form."""
    sections = form.get("layout", {}).get("elements", [])
    for section in [one for one in sections if one.get("key") == place] or sections[-1:]:
        control = {"key": key, "type": "Control", "scope": f"#/properties/{key}"}
        section.setdefault("elements", []).append(control)


def _taken_out(form: Any, key: str) -> None:
    """Take a field out of the layout of its form, and off the list of what must be filled in."""

    def left(elements: list[Any]) -> list[Any]:
        kept = [one for one in elements if one.get("scope") != f"#/properties/{key}"]
        return [{**one, "elements": left(one["elements"])} if "elements" in one else one for one in kept]

    layout, schema = form.get("layout", {}), form["schema"]
    if "elements" in layout:
        layout["elements"] = left(layout["elements"])
    if "required" in schema:
        schema["required"] = [one for one in schema["required"] if one != key]
