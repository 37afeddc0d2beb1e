"""Every reference from one place of a mechanism to another: what kind of thing, its key, and what there is."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..build import by_schema
from ..duties import TOLD_FACTS, population
from ..expressions import effects_in, elements_in
from ..facts import FACTS
from ..jsontext import escape
from ..model import Action, Ladder
from ..papers import Rows, rows_in, texts_in
from ..recipients import recipients
from ..turns import record_of_turn
from .index import SIGNOFF, Index

KINDS = (
    "record_type", "form", "section", "field", "state", "action", "event", "part", "post", "unit_kind", "unit",
    "matching", "ladder", "template", "term", "table", "output", "relation", "series", "code_list", "code", "column",
    "document", "view", "person", "duty", "rung",
)  # fmt: skip
"""Everything that can be referred to. Each has a name in the catalogue and a fixture."""

VISITORS = ("guest", "link", "system")
"""Who may act in a golden case without being in its roster."""

_PLACEHOLDER = re.compile(r"\{\{\s*([A-Za-z0-9_.]+)\s*\}\}")


@dataclass(frozen=True, slots=True)
class Reference:
    """At `pointer` of `file` a `kind` called `key` is named; `known` are those there are."""

    kind: str
    key: str
    file: str
    pointer: str
    known: Collection[str]

    @property
    def dangling(self) -> bool:
        """Whether it names nothing."""
        return self.key not in self.known


def references(index: Index) -> Iterator[Reference]:
    """All of them but those inside expressions, which `conditions` follows."""
    of = _Of(index)
    yield from of.mechanism()
    for file, content in by_schema(index.definition.data, "form").items():
        yield from of.form(file, content)
    for file, content in index.lifecycle_files.items():
        yield from of.lifecycle(file, content)
    for file, content in by_schema(index.definition.data, "table").items():
        yield from of.table(file, content)
    yield from of.codes()
    yield from of.roster()
    yield from of.terms()
    yield from of.lists()
    for file, content in by_schema(index.definition.data, "case").items():
        yield from of.case(file, content)


class _Of:
    """The references of each file, with what there is of everything close at hand."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self.turn: Any = None
        """Over what the *for each* goes in which the effect at hand stands."""
        self.d = d = index.definition
        self.known: Mapping[str, Collection[str]] = {
            "record_type": d.record_types, "form": d.forms, "post": d.roster.posts, "unit_kind": d.roster.sorts,
            "unit": d.roster.units, "matching": d.roster.matchings, "template": d.templates, "term": d.terms,
            "table": d.tables, "series": d.series, "code_list": d.codes, "document": d.documents, "view": d.views,
            "duty": d.duties,
        }  # fmt: skip

    def to(self, kind: str, holder: Mapping[str, Any], name: str, file: str, pointer: str) -> Iterator[Reference]:
        """Reference(s) to a kind that the whole mechanism shares: one key or a list of keys under `name`."""
        yield from self.among(kind, holder, name, file, pointer, self.known[kind])

    @staticmethod
    def among(
        kind: str, holder: Mapping[str, Any], name: str, file: str, pointer: str, known: Collection[str]
    ) -> Iterator[Reference]:
        """The same among `known` only."""
        value = holder.get(name)
        if isinstance(value, str):
            yield Reference(kind, value, file, f"{pointer}/{name}", known)
        elif isinstance(value, list):
            for at, key in enumerate(value):
                yield Reference(kind, key, file, f"{pointer}/{name}/{at}", known)

    # What depends on the record type

    def fields(self, of: str) -> Collection[str]:
        return self.index.fields(of)

    def parts(self, of: str) -> Collection[str]:
        own = self.d.record_types[of].parts if of in self.d.record_types else {}
        parents = [
            part.key for each in self.d.record_types.values() for part in each.parts.values() if part.assignment == of
        ]
        return {*own, *parents}

    def relations(self, of: str) -> Collection[str]:
        return self.d.record_types[of].relations if of in self.d.record_types else ()

    def ladders(self, of: str) -> Mapping[str, Ladder]:
        return self.d.record_types[of].ladders if of in self.d.record_types else {}

    def states(self, of: str) -> Collection[str]:
        return self.d.lifecycles[of].states if of in self.d.lifecycles else ()

    def actions(self, of: str) -> Collection[str]:
        return self.d.lifecycles[of].actions if of in self.d.lifecycles else ()

    def linked(self, of: str, relation: str) -> str:
        relations = self.d.record_types[of].relations if of in self.d.record_types else {}
        return relations[relation].to if relation in relations else ""

    def path(self, key: str, of: str, file: str, pointer: str) -> Iterator[Reference]:
        """A field or a fact by its path; of a fact, the key it names."""
        first, _, rest = key.partition(".")
        if first not in FACTS:
            yield Reference("field", first, file, pointer, self.fields(of))
        elif first == "term" and rest:
            yield Reference("term", rest.split(".")[0], file, pointer, self.d.terms)
        elif first == "part" and rest:
            part, _, what = rest.partition(".")
            yield Reference("part", part, file, pointer, self.parts(of))
            own = self.d.record_types[of].parts if of in self.d.record_types else {}
            if what.startswith("partner."):
                yield Reference("matching", what.removeprefix("partner."), file, pointer, self.d.roster.matchings)
            elif part in own and what not in ("", "unit", "state"):
                yield Reference("field", what, file, pointer, self.fields(own[part].assignment))
        elif first in ("times", "times_ever") and rest:
            yield Reference("action", rest.split(".")[0], file, pointer, self.actions(of))
        elif first == "rung" and rest:
            yield Reference("ladder", rest, file, pointer, self.ladders(of))
        elif first == "linked" and rest:
            yield Reference("relation", rest.split(".")[0], file, pointer, self.relations(of))

    def who(self, who: Mapping[str, Any], of: str, file: str, pointer: str) -> Iterator[Reference]:
        """What a *who* names."""
        yield from self.to("post", who, "post", file, pointer)
        yield from self.to("unit", who, "unit", file, pointer)
        yield from self.to("unit_kind", who, "kind", file, pointer)
        yield from self.to("matching", who, "partner_in", file, pointer)
        yield from self.among("part", who, "part", file, pointer, self.parts(of))
        yield from self.among("field", who, "field", file, pointer, self.fields(of))
        yield from self.among("action", who, "took", file, pointer, self.actions(of))
        yield from self.among("ladder", who, "rung", file, pointer, self.ladders(of))
        yield from self.among("field", who, "field", file, pointer, self.fields(of))
        for name in ("of", "else"):
            if name in who:
                yield from self.who(who[name], of, file, f"{pointer}/{name}")

    def whos(self, holder: Mapping[str, Any], name: str, of: str, file: str, pointer: str) -> Iterator[Reference]:
        for at, who in enumerate(holder.get(name, ())):
            yield from self.who(who, of, file, f"{pointer}/{name}/{at}")

    # The files

    def mechanism(self) -> Iterator[Reference]:
        for file, pointer, each in self.index.items("mechanism", "record_types"):
            of = each["key"]
            yield from self.to("form", each, "forms", file, pointer)
            yield from self.to("series", each, "series", file, pointer)
            for facet in each.get("facets", {}):
                yield from self.among("field", each["facets"], facet, file, f"{pointer}/facets", self.fields(of))
            for at, badge in enumerate(each.get("badges", ())):
                yield from self.among("field", badge, "field", file, f"{pointer}/badges/{at}", self.fields(of))
            yield from self.among("field", each, "named_by", file, pointer, self.fields(of))
            for name in ("same", "near"):
                likeness = each.get("likeness", {})
                yield from self.among("field", likeness, name, file, f"{pointer}/likeness", self.fields(of))
            for at, part in enumerate(each.get("parts", ())):
                where = f"{pointer}/parts/{at}"
                yield from self.among("part", part, "replies_to", file, where, self.parts(of))
                yield from self.to("record_type", part, "assignment", file, where)
            for at, relation in enumerate(each.get("relations", ())):
                where = f"{pointer}/relations/{at}"
                yield from self.to("record_type", relation, "to", file, where)
                yield from self.among("action", relation, "checked_at", file, where, self.actions(of))
            for at, ladder in enumerate(each.get("ladders", ())):
                where = f"{pointer}/ladders/{at}"
                yield from self.among("action", ladder, "top", file, where, self.actions(of))
                for inner, rung in enumerate(ladder["rungs"]):
                    yield from self.who(rung["who"], of, file, f"{where}/rungs/{inner}/who")
            yield from self.whos(each, "see", of, file, pointer)

    def form(self, file: str, content: Mapping[str, Any]) -> Iterator[Reference]:
        yield from self.to("record_type", content, "of", file, "")
        schema = content["schema"]
        properties = schema.get("properties", {})
        yield from self.among("field", schema, "required", file, "/schema", properties)
        for name, field in properties.items():
            where = f"/schema/properties/{escape(name)}"
            yield from self.to("code_list", field, "codes", file, where)
            if field.get("kind") == "unit":
                yield from self.to("unit_kind", field.get("filter", {}), "kinds", file, f"{where}/filter")
            if field.get("kind") == "person":
                yield from self.to("post", field.get("filter", {}), "posts", file, f"{where}/filter")
            for inner, wanted in _wanted(field):
                yield from self.to("record_type", wanted, "type", file, f"{where}{inner}")
            if "$ref" in field:
                form, _, target = field["$ref"].partition("#/properties/")
                yield Reference("form", form, file, f"{where}/$ref", self.d.forms)
                if form in self.d.forms:
                    there = self.d.forms[form]["schema"].get("properties", {})
                    yield Reference("field", target, file, f"{where}/$ref", there)
        for where, piece in _printed(content.get("print", {})):
            facts = piece.get("fact", ())
            for fact in [facts] if isinstance(facts, str) else facts:
                yield from self.path(fact, content["of"], file, f"{where}/fact")
        for where, element in elements_in(content.get("layout", {}), "/layout"):
            scope = element.get("scope", "")
            if scope.count("/") == 2:
                yield Reference("field", scope.rsplit("/", 1)[-1], file, f"{where}/scope", properties)

    def lifecycle(self, file: str, content: Mapping[str, Any]) -> Iterator[Reference]:
        of = content["of"]
        yield from self.to("record_type", content, "of", file, "")
        for at, state in enumerate(content["states"]):
            for name in ("read", "edit"):
                for section in state.get(name, {}):
                    where = f"/states/{at}/{name}"
                    form, _, key = section.partition(".")
                    yield from self.section(form, key, file, f"{where}/{escape(section)}")
                    yield from self.whos(state[name], section, of, file, where)
        for at, action in enumerate(content["actions"]):
            pointer = f"/actions/{at}"
            yield from self.among("state", action, "from", file, pointer, self.states(of))
            yield from self.among("state", action, "to", file, pointer, self.states(of))
            yield from self.to("table", action, "tables", file, pointer)
            yield from self.to("term", action.get("automatic", {}), "term", file, f"{pointer}/automatic")
            days = [key for key, field in self.index.fields(of).items() if field.get("kind") == "date"]
            yield from self.among("field", action, "dated", file, pointer, days)
            yield from self.whos(action, "by", of, file, pointer)
            for inner, asked in enumerate(action.get("asks", ())):
                where = f"{pointer}/asks/{inner}"
                yield from self.section(asked["form"], asked["section"], file, where)
                known = self.index.sections.get((asked["form"], asked["section"]), ())
                yield from self.among("field", asked, "without", file, where, known)
            yield from self._checks(action, of, file, pointer)
            for where, effect, self.turn in effects_in(action, pointer):
                for kind, follow in self.effects.items():
                    if kind in effect:
                        yield from follow(self, effect[kind], of, file, f"{where}/{kind}")

    def _checks(self, action: Mapping[str, Any], of: str, file: str, pointer: str) -> Iterator[Reference]:
        """A sentence stands at a field that the action asks for, or in a column of the table it goes through."""
        asks = [(asked["form"], asked["section"]) for asked in action.get("asks", ())]
        asked = {field for section in asks for field in self.index.sections.get(section, ())}
        tables = {key: field for key, field in self.index.fields(of).items() if field.get("kind") == "table"}
        for at, check in enumerate(action.get("checks", ())):
            where = f"{pointer}/checks/{at}"
            yield from self.among("field", check, "each", file, where, tables)
            columns = tables.get(check.get("each", ""), {}).get("items", {}).get("properties", {})
            yield from self.among("field", check, "at", file, where, {*asked, *columns})

    def section(self, form: str, section: str, file: str, pointer: str) -> Iterator[Reference]:
        yield Reference("form", form, file, pointer, self.d.forms)
        if form in self.d.forms:
            known = [key for owner, key in self.index.sections if owner == form]
            yield Reference("section", section, file, pointer, known)

    def _assign(self, body: Mapping[str, Any], of: str, file: str, pointer: str) -> Iterator[Reference]:
        yield from self.among("part", body, "part", file, pointer, self.parts(of))
        if "message" in body:
            yield from self.to("template", body, "message", file, pointer)
            yield from self.placeholders(body["message"], of)
        for to, where in recipients(body):
            if "field" in to:
                yield from self.field_or_column(to, of, file, f"{pointer}{where}")
            elif "table" in to:
                yield from self.output(to, file, f"{pointer}{where}")
            elif not isinstance(to.get("unit"), dict):
                yield from self.who(to, of, file, f"{pointer}{where}")

    def field_or_column(self, holder: Mapping[str, Any], of: str, file: str, pointer: str) -> Iterator[Reference]:
        """A field and, where one is named, a column of its table."""
        yield from self.among("field", holder, "field", file, pointer, self.fields(of))
        if holder["field"] in self.fields(of):
            columns = self.index.fields(of)[holder["field"]].get("items", {}).get("properties", {})
            yield from self.among("field", holder, "column", file, pointer, columns)

    def output(self, holder: Mapping[str, Any], file: str, pointer: str) -> Iterator[Reference]:
        """A table and one of its outputs."""
        yield from self.to("table", holder, "table", file, pointer)
        if (table := self.d.tables.get(holder["table"])) is not None:
            known = [output["key"] for output in table["outputs"]]
            yield from self.among("output", holder, "output", file, pointer, known)

    def _withdraw(self, body: Mapping[str, Any], of: str, file: str, pointer: str) -> Iterator[Reference]:
        yield from self.among("part", body, "part", file, pointer, self.parts(of))

    def _set(self, body: Mapping[str, Any], of: str, file: str, pointer: str) -> Iterator[Reference]:
        known = self.fields(of) if body.get("on", "self") == "self" else self._parents_fields(of)
        yield from self._names(body.get("fields", {}), file, f"{pointer}/fields", known)

    def _parents_fields(self, of: str) -> Collection[str]:
        """The fields of every type that a record of type `of` may live under."""
        return {
            field
            for parent in self.d.record_types.values()
            if of
            in {part.assignment for part in parent.parts.values()}
            | {relation.to for relation in parent.relations.values()}
            for field in self.fields(parent.key)
        }

    @staticmethod
    def _names(fields: Mapping[str, Any], file: str, pointer: str, known: Collection[str]) -> Iterator[Reference]:
        for name in fields:
            yield Reference("field", name, file, f"{pointer}/{escape(name)}", known)

    def _create(self, body: Mapping[str, Any], of: str, file: str, pointer: str) -> Iterator[Reference]:
        yield from self.to("record_type", body, "type", file, pointer)
        yield from self.among("relation", body, "link", file, pointer, self.relations(of))
        if body["type"] in self.d.record_types:
            yield from self._names(body.get("values", {}), file, f"{pointer}/values", self.fields(body["type"]))

    def _link(self, body: Mapping[str, Any], of: str, file: str, pointer: str) -> Iterator[Reference]:
        yield from self.among("relation", body, "relation", file, pointer, self.relations(of))
        if "field" in body:
            yield from self.field_or_column(body, of, file, pointer)

    def _act(self, body: Mapping[str, Any], of: str, file: str, pointer: str) -> Iterator[Reference]:
        on = body["on"]
        if isinstance(on, str):
            parents = {
                each.key
                for each in self.d.record_types.values()
                if of
                in {part.assignment for part in each.parts.values()}
                | {relation.to for relation in each.relations.values()}
            }
            known: Collection[str] = {action for parent in parents for action in self.actions(parent)}
            yield from self.among("action", body, "action", file, pointer, known)
            fields = {field for parent in parents for field in self.fields(parent)}
            yield from self._names(body.get("values", {}), file, f"{pointer}/values", fields)
            return
        yield from self.among("part", on, "part", file, f"{pointer}/on", self.parts(of))
        yield from self.among("relation", on, "relation", file, f"{pointer}/on", self.relations(of))
        if "part" in on:
            parts = self.d.record_types[of].parts if of in self.d.record_types else {}
            target = parts[on["part"]].assignment if on["part"] in parts else ""
        elif "record" in on:
            target = record_of_turn(self.d, of, self.turn or {}, on["record"]["var"])
            # An `each` that names no record is reported as if it were the name of a type.
            named, where = target or on["record"]["var"], f"{pointer}/on/record"
            yield Reference("record_type", named, file, where, self.d.record_types)
        else:
            target = self.linked(of, on["relation"])
        if target in self.d.lifecycles:
            yield from self.among("action", body, "action", file, pointer, self.actions(target))
            yield from self._names(body.get("values", {}), file, f"{pointer}/values", self.fields(target))

    def _for_each(self, body: Mapping[str, Any], of: str, file: str, pointer: str) -> Iterator[Reference]:
        each = body["of"]
        yield from self.among("field", each, "field", file, f"{pointer}/of", self.fields(of))
        yield from self.to("unit_kind", each, "kind", file, f"{pointer}/of")
        yield from self.among("relation", each, "relation", file, f"{pointer}/of", self.relations(of))
        yield from self.to("record_type", each.get("records", {}), "type", file, f"{pointer}/of/records")

    def _ask(self, body: Mapping[str, Any], of: str, file: str, pointer: str) -> Iterator[Reference]:
        yield from self.whos(body, "of", of, file, pointer)
        yield from self.whos(body, "paper", of, file, pointer)
        yield from self.among(
            "term", body, "term", file, pointer, [term.key for term in self.d.terms_of.get(SIGNOFF, ())]
        )
        signs = body.get("signs", {})
        yield from self.among("field", signs, "fields", file, f"{pointer}/signs", self.fields(of))
        for at, section in enumerate(signs.get("sections", ())):
            form, _, key = section.partition(".")
            yield from self.section(form, key, file, f"{pointer}/signs/sections/{at}")

    def _notify(self, body: Mapping[str, Any], of: str, file: str, pointer: str) -> Iterator[Reference]:
        yield from self.to("template", body, "template", file, pointer)
        yield from self.whos(body, "to", of, file, pointer)
        yield from self.whos(body, "cc", of, file, pointer)
        yield from self.placeholders(body["template"], of)

    def placeholders(self, template: str, of: str) -> Iterator[Reference]:
        """What the text of a message names, read for the record type whose message it is."""
        for file, pointer, item in self.index.items("messages", "templates"):
            if item["key"] == template:
                yield from self.text(item["text"], of, file, f"{pointer}/text")

    def text(self, text: str, of: str, file: str, pointer: str) -> Iterator[Reference]:
        """The names in double braces."""
        for name in _PLACEHOLDER.findall(text):
            yield from self.path(name, of, file, pointer)

    def rows(self, rows: Rows, of: str, file: str) -> Iterator[Reference]:
        """What a list or table of a document goes over, and what it reads of each."""
        source, where = rows.body["of"], f"{rows.pointer}/of"
        yield from self.among("field", source, "field", file, where, self.fields(of))
        yield from self.among("part", source, "part", file, where, self.parts(of))
        yield from self.to("view", source, "view", file, where)
        if "relation" in source and not rows.of:
            yield from self.among("relation", source, "relation", file, where, self.relations(of))
        for pointer, text in rows.texts:
            for name in _PLACEHOLDER.findall(text):
                yield from self.of_row(name, rows, file, pointer)
        if "order" in rows.body:
            yield from self.of_row(rows.body["order"].removeprefix("-"), rows, file, f"{rows.pointer}/order")

    def of_row(self, name: str, rows: Rows, file: str, pointer: str) -> Iterator[Reference]:
        """A place that reads a row: its number; a column, and beyond a column the record it names; a field or fact."""
        if name == "row.number" or (name == "unit" and "part" in rows.body["of"]):
            return
        if rows.fields is None:
            if rows.of:
                yield from self.path(name, rows.of, file, pointer)
            return
        column, _, rest = name.partition(".")
        yield Reference("column", column, file, pointer, rows.fields)
        named = rows.fields.get(column, {}).get("filter", {}).get("type", "")
        if rest:
            yield from self.path(rest, named, file, pointer)

    def _document(self, body: Mapping[str, Any], of: str, file: str, pointer: str) -> Iterator[Reference]:
        known = [key for key, document in self.d.documents.items() if document["of"] == of]
        yield from self.among("document", body, "document", file, pointer, known)

    def _clock(self, body: Mapping[str, Any], of: str, file: str, pointer: str) -> Iterator[Reference]:
        yield from self.to("term", body, "term", file, pointer)
        yield from self.among("field", body.get("until", {}), "field", file, f"{pointer}/until", self.fields(of))

    def _hand_over(self, body: Mapping[str, Any], of: str, file: str, pointer: str) -> Iterator[Reference]:
        for name in ("body", "elsewhere"):
            if isinstance(named := body["to"].get(name), dict):
                yield from self.among("field", named, "field", file, f"{pointer}/to/{name}", self.fields(of))
        for at, back in enumerate(body.get("back", ())):
            where = f"{pointer}/back/{at}"
            yield from self.among("action", back, "action", file, where, self.actions(of))
            yield from self._names(back.get("values", {}), file, f"{where}/values", self.fields(of))

    def _raise(self, body: Mapping[str, Any], of: str, file: str, pointer: str) -> Iterator[Reference]:
        yield from self.among("ladder", body, "ladder", file, pointer, self.ladders(of))
        if body["ladder"] in self.ladders(of):
            yield from self.among("rung", body, "to", file, pointer, self.ladders(of)[body["ladder"]].rungs)

    effects: Mapping[str, Callable[[_Of, Mapping[str, Any], str, str, str], Iterator[Reference]]] = {
        "assign": _assign, "withdraw": _withdraw, "set": _set, "create": _create, "link": _link, "act": _act,
        "for_each": _for_each, "ask": _ask, "notify": _notify, "document": _document, "start_clock": _clock,
        "suspend": _clock, "resume": _clock, "extend": _clock, "raise": _raise, "hand_over": _hand_over,
    }  # fmt: skip

    def table(self, file: str, content: Mapping[str, Any]) -> Iterator[Reference]:
        of = content["on"]
        yield from self.to("record_type", content, "on", file, "")
        for at, given in enumerate(content["inputs"]):
            if "field" in given:
                yield from self.path(given["field"], of, file, f"/inputs/{at}/field")
        for at, output in enumerate(content["outputs"]):
            yield from self.to("code_list", output, "codes", file, f"/outputs/{at}")

    def codes(self) -> Iterator[Reference]:
        for file, pointer, each in self.index.items("codes", "lists"):
            known = {code["key"]: code for code in each["codes"]}
            columns = [column["key"] for column in each.get("columns", ())]
            for at, code in enumerate(each["codes"]):
                where = f"{pointer}/codes/{at}"
                yield from self.among("code", code, "parent", file, where, known)
                for column in code.get("columns", {}):
                    yield Reference("column", column, file, f"{where}/columns/{escape(column)}", columns)

    def roster(self) -> Iterator[Reference]:
        for file, pointer, group in self.index.items("roster", "groups"):
            yield from self.among("unit_kind", group, "kinds", file, pointer, self.d.roster.kinds)
            yield from self.to("unit", group, "units", file, pointer)
        for file, pointer, post in self.index.items("roster", "posts"):
            yield from self.to("unit_kind", post, "kinds", file, pointer)
            yield from self.to("unit", post, "units", file, pointer)
            yield from self.to("post", post, "same_as", file, pointer)
        for file, pointer, unit in self.index.items("roster", "units"):
            yield from self.among("unit_kind", unit, "kind", file, pointer, self.d.roster.kinds)
            yield from self.to("unit", unit, "parent", file, pointer)
        for file, pointer, matching in self.index.items("roster", "matchings"):
            for side in ("left", "right"):
                yield from self.who(matching[side], "", file, f"{pointer}/{side}")

    def terms(self) -> Iterator[Reference]:
        for file, pointer, term in self.index.items("terms", "terms"):
            of, anchor, length = term["of"], term["anchor"], term["length"]
            yield from self.to("record_type", term, "of", file, pointer)
            yield from self.among("part", term, "part", file, pointer, self.parts(of))
            # The clock of a part's term runs on the assignment: there are the parts and fields that it reads.
            part = self.d.record_types[of].parts.get(term.get("part", "")) if of in self.d.record_types else None
            of = part.assignment if part is not None else of
            yield from self.who(term["owed_by"], of, file, f"{pointer}/owed_by")
            yield from self.among("relation", anchor, "relation", file, f"{pointer}/anchor", self.relations(of))
            source = self.linked(of, anchor["relation"]) if "relation" in anchor else of
            if source in self.d.record_types:
                events = self.events(term, source)
                yield from self.among("event", anchor, "event", file, f"{pointer}/anchor", events)
                yield from self.among("field", anchor, "field", file, f"{pointer}/anchor", self.fields(source))
            yield from self.to("term", anchor, "term", file, f"{pointer}/anchor")
            whose = term["of"], term.get("part", "")
            beside = [key for key, one in self.d.terms.items() if (one.of, one.part) == whose]
            yield from self.among("term", term, "not_before", file, pointer, beside)
            yield from self.among("event", term, "stops", file, pointer, self.events(term, term["of"]))
            yield from self.among("state", term, "suspended_in", file, pointer, self.states(of))
            if "table" in length:
                yield from self.output(length, file, f"{pointer}/length")
            yield from self.among("field", length, "asks", file, f"{pointer}/length", self.fields(of))
            for at, reminder in enumerate(term.get("remind", ())):
                where = f"{pointer}/remind/{at}"
                yield from self.to("template", reminder, "template", file, where)
                yield from self.whos(reminder, "tell", of, file, where)
                yield from self.placeholders(reminder["template"], of)

    def events(self, term: Mapping[str, Any], source: str) -> Collection[str]:
        """What can happen to the record, and with a part to its assignment."""
        found = set(self.index.events(source))
        if "part" in term and source in self.d.record_types:
            part = self.d.record_types[source].parts.get(term["part"])
            found |= self.index.events(part.assignment) if part else set()
        return found

    def lists(self) -> Iterator[Reference]:
        for file, pointer, duty in self.index.items("duties", "duties"):
            yield from self.duty(duty, file, pointer)
        for file, pointer, view in self.index.items("views", "views"):
            yield from self.to("record_type", view, "of", file, pointer)
            for name in ("columns", "order"):
                for at, path in enumerate(view.get(name, ())):
                    yield from self.path(path.removeprefix("-"), view["of"], file, f"{pointer}/{name}/{at}")
            if "beside" in view:
                page, relation = view["beside"]["type"], view["beside"]["relation"]
                yield from self.to("record_type", view["beside"], "type", file, f"{pointer}/beside")
                owner = view["of"] if relation.startswith("~") else page
                known = self.relations(owner)
                yield Reference("relation", relation.removeprefix("~"), file, f"{pointer}/beside/relation", known)
        for file, pointer, tree in self.index.items("views", "trees"):
            for at, level in enumerate(tree["levels"]):
                where = f"{pointer}/levels/{at}"
                yield from self.to("code_list", level, "codes", file, where)
                yield from self.to("view", level, "view", file, where)
                if level.get("view") in self.d.views:
                    of = self.d.views[level["view"]].of
                    yield from self.among("field", level, "under", file, where, self.fields(of))
        for file, pointer, document in self.index.items("documents", "documents"):
            yield from self.to("record_type", document, "of", file, pointer)
            yield from self.to("form", document, "form", file, pointer)
            yield from self.to("view", document, "view", file, pointer)
            yield from self.whos(document, "read", document["of"], file, pointer)
            for where, text in texts_in(document, pointer):
                yield from self.text(text, document["of"], file, where)
            for rows in rows_in(self.d, document, pointer):
                yield from self.rows(rows, document["of"], file)
        for file, pointer, report in self.index.items("reports", "reports"):
            for at, metric in enumerate(report["metrics"]):
                yield from self.metric(metric, file, f"{pointer}/metrics/{at}")
            yield from self.whos(report, "to", "", file, pointer)
            yield from self.who(report.get("owed_by", {}), "", file, f"{pointer}/owed_by")
        for file, pointer, tree in self.index.items("indicators", "trees"):
            filed = tree.get("filed", {})
            yield from self.to("unit_kind", tree, "objects", file, pointer)
            yield from self.whos(tree, "published_by", "", file, pointer)
            yield from self.metric(filed, file, f"{pointer}/filed")
            for at, node in enumerate(tree["nodes"]):
                where = f"{pointer}/nodes/{at}"
                yield from self.metric(node.get("metric", {}), file, f"{where}/metric")
                if filed:
                    yield from self.among("field", node, "field", file, where, self.fields(filed["of"]))

    def duty(self, duty: Mapping[str, Any], file: str, pointer: str) -> Iterator[Reference]:
        of, each, link = duty["of"], duty.get("each", {}), duty.get("opens", {}).get("link", {})
        yield from self.to("record_type", duty, "of", file, pointer)
        yield from self.to("record_type", each, "of", file, f"{pointer}/each")
        yield from self.named_in_rows(duty["owed_by"], each.get("of", ""), file, f"{pointer}/owed_by")
        for at, who in enumerate(duty.get("whose", ())):
            yield from self.named_in_rows(who, of, file, f"{pointer}/whose/{at}")
        for name in ("on", "distinct"):
            if name in duty:
                yield from self.path(duty[name], of, file, f"{pointer}/{name}")
        if isinstance(duty.get("minimum"), dict):
            known = self.fields(each.get("of", ""))
            yield from self.among("field", duty["minimum"], "field", file, f"{pointer}/minimum", known)
        for at, who in enumerate(duty.get("share", {}).get("whose", ())):
            yield from self.named_in_rows(who, population(self.d, duty), file, f"{pointer}/share/whose/{at}")
        values = duty.get("opens", {}).get("values", {})
        yield from self._names(values, file, f"{pointer}/opens/values", self.fields(of))
        yield from self.among("relation", link, "relation", file, f"{pointer}/opens/link", self.relations(of))
        for at, reminder in enumerate(duty.get("remind", ())):
            where = f"{pointer}/remind/{at}"
            yield from self.to("template", reminder, "template", file, where)
            yield from self.whos(reminder, "cc", "", file, where)
            yield from self.told(reminder["template"])
        yield from self.whos(duty, "may_move", "", file, pointer)

    def named_in_rows(self, who: Mapping[str, Any], of: str, file: str, pointer: str) -> Iterator[Reference]:
        """A *who* that light rows answer: of actions they know only who began the record."""
        starts = [key for key, action in self._lifecycle(of) if action.start]
        yield from self.among("action", who, "took", file, pointer, starts)
        yield from self.who({key: value for key, value in who.items() if key != "took"}, of, file, pointer)

    def _lifecycle(self, of: str) -> Collection[tuple[str, Action]]:
        return self.d.lifecycles[of].actions.items() if of in self.d.lifecycles else ()

    def told(self, template: str) -> Iterator[Reference]:
        """What the text of a message about a duty names."""
        for file, pointer, item in self.index.items("messages", "templates"):
            for name in _PLACEHOLDER.findall(item["text"]) if item["key"] == template else ():
                yield Reference("field", name, file, f"{pointer}/text", TOLD_FACTS)

    def metric(self, metric: Mapping[str, Any], file: str, pointer: str) -> Iterator[Reference]:
        yield from self.to("record_type", metric, "of", file, pointer)
        dated = metric.get("dated", {})
        for holder, name, where in (
            (metric, "field", pointer),
            (metric, "by", pointer),
            (dated, "field", f"{pointer}/dated"),
        ):
            if name in holder:
                yield from self.path(holder[name], metric["of"], file, f"{where}/{name}")
        if metric and metric["of"] in self.d.record_types:
            yield from self.among("event", dated, "event", file, f"{pointer}/dated", self.index.events(metric["of"]))

    def case(self, file: str, content: Mapping[str, Any]) -> Iterator[Reference]:
        roster = content["roster"]
        people = [person["key"] for person in roster["people"]]
        units = {*self.d.roster.units, *(unit["key"] for unit in roster.get("units", ()))}
        states = {state for lifecycle in self.d.lifecycles.values() for state in lifecycle.states}
        actions = {action for lifecycle in self.d.lifecycles.values() for action in lifecycle.actions}
        for at, unit in enumerate(roster.get("units", ())):
            yield from self.among("unit_kind", unit, "kind", file, f"/roster/units/{at}", self.d.roster.kinds)
        for at, person in enumerate(roster["people"]):
            for inner, held in enumerate(person.get("holds", ())):
                where = f"/roster/people/{at}/holds/{inner}"
                yield from self.to("post", held, "post", file, where)
                yield from self.among("unit", held, "unit", file, where, units)
        yield from self.to("matching", roster, "propose", file, "/roster")
        for at, pair in enumerate(roster.get("pairs", ())):
            yield from self.to("matching", pair, "matching", file, f"/roster/pairs/{at}")
        for at, step in enumerate(content["story"]):
            pointer = f"/story/{at}"
            yield from self.among("person", step, "who", file, pointer, (*people, *VISITORS))
            yield from self.among("action", step, "does", file, pointer, actions)
            for type_ in step.get("names", {}):
                where = f"{pointer}/names/{escape(type_)}"
                yield Reference("record_type", type_, file, where, self.d.record_types)
            then = step.get("then", {})
            yield from self.among("state", then, "state", file, f"{pointer}/then", states)
            for name in ("met", "overdue"):
                yield from self.to("term", then, name, file, f"{pointer}/then")
            yield from self.to("duty", step.get("duty", {}), "key", file, f"{pointer}/duty")
            for matching in then.get("pairs", {}):
                where = f"{pointer}/then/pairs/{escape(matching)}"
                yield Reference("matching", matching, file, where, self.d.roster.matchings)
            for duty in then.get("duties", {}):
                yield Reference("duty", duty, file, f"{pointer}/then/duties/{escape(duty)}", self.d.duties)
            for name in ("clocks", "why", "owed", "certain"):
                for term in then.get(name, {}):
                    yield Reference("term", term, file, f"{pointer}/then/{name}/{escape(term)}", self.d.terms)
            yield from self.among("person", then, "seen_by", file, f"{pointer}/then", people)
            for name, readers in then.get("read_by", {}).items():
                yield from self.among("person", {name: readers}, name, file, f"{pointer}/then/read_by", people)
            for inner, missed in enumerate(then.get("left_out", ())):
                yield from self.among("action", missed, "does", file, f"{pointer}/then/left_out/{inner}", actions)
            for inner, message in enumerate(then.get("messages", ())):
                yield from self.to("template", message, "template", file, f"{pointer}/then/messages/{inner}")


def _wanted(field: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Where a field, or a column of it, says which records it offers."""
    if field.get("kind") == "record":
        yield "/filter", field["filter"]
    for column, cell in field.get("items", {}).get("properties", {}).items():
        if cell.get("kind") == "record":
            yield f"/items/properties/{escape(column)}/filter", cell["filter"]


def _printed(table: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Everything that an official table prints, with its pointer."""
    for at, piece in enumerate(table.get("header", ())):
        yield f"/print/header/{at}", piece
    for r, row in enumerate(table.get("rows", ())):
        for c, cell in enumerate(row["cells"]):
            where = f"/print/rows/{r}/cells/{c}"
            yield where, cell
            for at, piece in enumerate(cell.get("parts", ())):
                yield f"{where}/parts/{at}", piece
