"""A value of a mechanism's file as a form, and the form back as a value.

`Editor.draw` follows what the schema lets one write (`outline`) and gives what the macro `node` of
`administration/editor.html` draws. `Editor.read` goes the same way through what was sent. A part of the value that was
not on the page stays as it was; what cannot be read as it should be (a word where a number belongs) is kept as it was
typed, and the check says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from pypinyin import lazy_pinyin

from .outline import Spot, Way, begun, number, resolved, way_of, ways
from .things import Thing, Things, called

Node = dict[str, Any]
MISSING: Final = object()
"""Nothing is written."""
_SCALAR: Final = ("text", "number", "yes", "choice", "constant", "null")
FIELDS: Final = "/schema/properties"
"""Where a form has its fields."""
_HEADS: Final = ("key", "source", "note")
"""Members that every thing may have: they make nothing large."""
_SMALL: Final = 8
"""A thing of at most so many members, all that it must have being one field each, is filled in where it is listed."""
_COMPARES: Final = ("==", "!=", "in", "<", "<=", ">", ">=")
_LONGEST_LIST: Final = 12
_SAYS: Final = ("title", "label", "question")
_NO_KEY: Final = re.compile(r"[^a-z0-9]+")
Said = Callable[..., str]
"""(code, **params) → the sentence."""


def escaped(token: str) -> str:
    """A member's name as a step of a JSON Pointer."""
    return token.replace("~", "~0").replace("/", "~1")


def key_for(title: str, taken: Iterable[str], otherwise: str = "item") -> str:
    """A key for what people call so: its pinyin, numbered where that is taken."""
    spelt = _NO_KEY.sub("_", "_".join(lazy_pinyin(title)).lower()).strip("_")
    spelt = spelt if spelt[:1].isalpha() else f"{otherwise}_{spelt}".strip("_")
    known, stem = set(taken), spelt[:34].rstrip("_") or otherwise
    return next(
        key for key in (stem if n == 1 else f"{stem}_{n}" for n in range(1, len(known) + 3)) if key not in known
    )


def is_thing(spot: Spot) -> bool:
    """Whether a list of these holds things: each with a key of its own."""
    return all(way.kind == "group" and not way.member and "key" in way.members for way in ways(spot))


def is_kept_under_its_key(way: Way) -> bool:
    """Whether a map holds things, named by the map: the fields of a form."""
    return way.kind == "map" and all(
        one.kind == "group" and not one.member and "title" in one.members for one in ways(way.entry)[1:]
    ) and len(ways(way.entry)) > 1  # fmt: skip


def is_either(offered: Sequence[Way]) -> bool:
    """Whether what is written is said by which member is written: a *who*, what a term counts from."""
    return len(offered) == 1 and bool(offered[0].either) and "key" not in offered[0].members


def is_small(spot: Spot) -> bool:
    """Whether things of this kind are filled in where they are listed, not on pages of their own."""
    [way, *others] = ways(spot)
    own = {name: member for name, member in way.members.items() if name not in _HEADS}
    return (
        not others
        and not way.either
        and len(own) <= _SMALL
        and all(_is_scalar(member) for name, member in own.items() if name in way.required)
        and not any(each.kind == "list" and is_thing(each.item) for one in own.values() for each in ways(one))
    )


def _is_scalar(spot: Spot) -> bool:
    return all(way.kind in _SCALAR for way in ways(spot))


@dataclass
class Editor:
    """Draws and reads values of a file. `of` is the record type it is about, `form` or `table` what the file holds;
    `problems` are sentences by JSON Pointer; `leads(pointer)` is the address of a page of its own."""

    things: Things
    said: Said
    of: str = ""
    form: str = ""
    table: str = ""
    problems: Mapping[str, Sequence[str]] = field(default_factory=dict)
    leads: Callable[[str], str] = str
    _cell: list[Thing] = field(default_factory=list)
    """What may be written in the cell of a decision table that is being drawn."""
    _sent: set[str] = field(default_factory=set)
    """Every place of which something was sent, or of what is in it."""

    # ── Drawing ──────────────────────────────────────────────────────────────────────────────────────────────────

    def page(self, spot: Spot, value: Any, at: str) -> list[Node]:
        """The nodes of a page: the members of the object there, or the one value."""
        way = way_of(value, ways(spot))
        if way is not None and way.kind == "group" and not way.member:
            drawn = self._group(way, value, at, self.of)
            return [*drawn["parts"], *([_folded(drawn["more"], self.said)] if drawn["more"] else [])]
        return [self.draw(spot, value, at, spot.title, True, self.of)]

    def left_open(self, nodes: Sequence[Node], around: str = "") -> Iterator[Thing]:
        """The places of a page whose value whoever adopts the mechanism may be left to fill in, by pointer."""
        for node in nodes:
            label = " › ".join(filter(None, (around, str(node.get("label", "")))))
            drawn: dict[str, Any] = (node.get("how") or node).get("field") or {"name": "", "label": ""}
            if drawn["name"].startswith(("v/", "how/")) and not drawn["name"].endswith("/key"):
                place = drawn["name"][drawn["name"].index("/") :]
                yield place, label if node.get("how") else f"{label} › {drawn['label']}".lstrip(" ›")
            yield from self.left_open([*node.get("parts", ()), *node.get("more", ())], label)
            yield from self.left_open([row["node"] for row in node.get("rows", ()) if not row["new"]], label)

    def draw(
        self, spot: Spot, value: Any, at: str, label: str, required: bool, of: str, around: Any = None,
        offered_values: Sequence[Thing] = (),
    ) -> Node:  # fmt: skip
        """The node of one value; `around`: the object it is written in."""
        if isinstance(value, dict) and value.keys() == {"slot"} and resolved(spot).base != "table":
            return self._choice(at, label, self.things_slots(), value["slot"], help_=self.said("admin.workshop.slot"))
        offered = ways(spot)
        way = way_of(value, offered)
        whole = is_either(offered)
        if way is None and len(offered) == 1 and (required or offered[0].kind in (*_SCALAR, "list")):
            way = offered[0]
        one_field = len(offered) == 1 and way is not None and way.kind in _SCALAR
        drawn: Node = (
            self._written(way, spot, value, at, label, required or len(offered) > 1, of, around, offered_values)
            if way is not None
            else {"kind": "group", "parts": [self._which(offered[0].either[0], offered[0], {}, at, 0)] if whole else []}
        )
        if one_field:
            return drawn
        if drawn["kind"] == "field":
            drawn["field"]["label"] = self.said("admin.workshop.value")
            drawn = {"kind": "group", "parts": [drawn]}
        alone = whole or (len(offered) == 1 and (required or offered[0].kind == "list"))
        if not alone:
            inside = bool(drawn["parts"] if drawn["kind"] == "group" else True)
            drawn["how"] = self._how(at, label, offered, way, required, inside=inside)
        return {
            "at": at,
            "label": label,
            "help": spot.help,
            "problems": [] if whole else list(self.problems.get(at, ())),
            **drawn,
        }

    def _written(
        self, way: Way, spot: Spot, value: Any, at: str, label: str, required: bool, of: str, around: Any,
        offered_values: Sequence[Thing],
    ) -> Node:  # fmt: skip
        """What is written in one way."""
        if way.kind in _SCALAR:
            return self._scalar(way, spot, value, at, label, required, of, around, offered_values)
        if way.kind == "list":
            return self._list(way, value, at, label, of)
        if way.kind == "map":
            return self._map(way, value, at, of)
        if way.member:
            return self._member(way, value, at, of)
        return self._group(way, value if isinstance(value, dict) else {}, at, of)

    def _group(self, way: Way, value: Mapping[str, Any], at: str, of: str) -> Node:
        of = value["of"] if isinstance(value.get("of"), str) else of
        parts: list[Node] = []
        more: list[Node] = []
        either = [self._which(names, way, value, at, n) for n, names in enumerate(way.either)]
        apart = {name for names in way.either for name in names}
        for name, spot in way.members.items():
            if name == "$schema" or (name in way.required and _always(spot)):
                continue
            below = f"{at}/{escaped(name)}"
            if name in apart:
                if name not in value:
                    continue
                node = self.draw(spot, value[name], below, spot.title, True, of, value)
                node["under"] = True
            else:
                node = self.draw(
                    spot, value.get(name, MISSING), below, spot.title or name, name in way.required, of, value
                )
            first = name in way.required or name in apart or name == "title" or _matters(spot)
            first = first or (name in value and name not in _HEADS)
            (parts if first else more).append(node)
        for name in value.keys() - way.members.keys():
            parts.append(self._unknown(f"{at}/{escaped(name)}", name))
        at_front = [node for node in parts if node.get("under")]
        rest = [node for node in parts if not node.get("under")]
        parts = [*rest[: _head(rest)], *[n for pair in [either] for n in pair], *at_front, *rest[_head(rest) :]]
        return {"kind": "group", "parts": parts, "more": more}

    def _which(self, names: Sequence[str], way: Way, value: Mapping[str, Any], at: str, number_: int) -> Node:
        chosen = next((name for name in names if name in value), "")
        offered = [(name, way.members[name].title or name) for name in names]
        label = self.said("admin.workshop.which")
        problems = [] if chosen else list(self.problems.get(at, ()))
        return _field(f"which{number_}{at}", label, offered, chosen, problems=problems, required=True)

    def _member(self, way: Way, value: Mapping[str, Any], at: str, of: str) -> Node:
        spot = way.members[way.member]
        below = f"{at}/{escaped(way.member)}"
        inner = value.get(way.member, MISSING)
        if way.member in _COMPARES and isinstance(inner, list):
            return {"kind": "group", "parts": self._compared(ways(spot)[0], inner, below, of)}
        return {"kind": "group", "parts": [self.draw(spot, inner, below, spot.title, True, of)]}

    def _compared(self, way: Way, value: Sequence[Any], at: str, of: str) -> list[Node]:
        """The two sides of a comparison: where one is a field with a closed list, the other is chosen from it."""
        sides = [*value, *[MISSING] * (2 - len(value))]
        paths = [side["var"] for side in sides if isinstance(side, dict) and isinstance(side.get("var"), str)]
        known = self.things.values_of(paths[0], of) if paths else []
        labels = (self.said("admin.workshop.left"), self.said("admin.workshop.right"))
        return [
            self.draw(way.item_at(n), side, f"{at}/{n}", labels[min(n, 1)], True, of, offered_values=known)
            for n, side in enumerate(sides)
        ]

    def _scalar(
        self, way: Way, spot: Spot, value: Any, at: str, label: str, required: bool, of: str, around: Any,
        offered_values: Sequence[Thing],
    ) -> Node:  # fmt: skip
        name, raw = f"v{at}", "" if value is MISSING or value is None else value
        more: dict[str, Any] = {"problems": list(self.problems.get(at, ())), "required": required, "help_": spot.help}
        if way.kind == "null":
            return {"kind": "group", "parts": []}
        if way.kind in ("yes", "constant"):
            if way.kind == "constant" and required:
                return {"kind": "group", "parts": []}
            yes = [("yes", self.said("admin.yes"))] + ([("no", self.said("admin.no"))] if way.kind == "yes" else [])
            return _field(name, label, yes, "" if value is MISSING else "no" if value is False else "yes", **more)
        if way.kind == "choice":
            words = [(str(one), self._word(at, one)) for one in way.choices]
            return _field(name, label, words, str(raw) if value is not MISSING else "", **more)
        known = list(offered_values or self._cell) or (self._known(way, of, around) if way.kind == "text" else [])
        if known or spot.names:
            return self._choice(at, label, known, str(raw), **more)
        if way.kind == "text" and (way.long or "\n" in str(raw)):
            return {"kind": "field", "field": _one(name, label, "text", str(raw), lines=3, **more)}
        mode = {"inputmode": "numeric"} if way.kind == "number" else {}
        return {"kind": "field", "field": _one(name, label, "line", str(raw), **more, **mode)}

    def _known(self, way: Way, of: str, around: Any) -> list[Thing]:
        """What a text may refer to."""
        kind = way.spot.schema.get("names", "")
        beside = around if isinstance(around, dict) else {}
        within = {"part_of_form": beside.get("form"), "output": beside.get("table"), "scope": self.form}.get(kind)
        if kind == "field" and self.form:
            within = self.form
        return self.things.of_kind(kind, of, within if isinstance(within, str) else "") if kind else []

    def _choice(
        self, at: str, label: str, known: Sequence[Thing], chosen: str, *, help_: str = "", **more: Any
    ) -> Node:
        offered = list(known)
        if chosen and chosen not in dict(known):
            offered.append((chosen, chosen))
        return _field(f"v{at}", label, offered, chosen, help_=help_, **more)

    def things_slots(self) -> list[Thing]:
        """The slots there are."""
        return self.things.of_kind("slot")

    def _list(self, way: Way, value: Any, at: str, label: str, of: str) -> Node:
        held = value if isinstance(value, list) else []
        item = way.item
        if is_thing(item) and not is_small(item):
            return self._links(way, held, at)
        fixed = "maxItems" in way.spot.schema and way.spot.schema["maxItems"] == way.spot.schema.get("minItems")
        room = len(held) < way.spot.schema.get("maxItems", 10**6)
        spare = max(int(way.spot.schema.get("minItems", 0)) - len(held), 0) if fixed else int(room)
        rows = []
        for n, one in enumerate([*held, *[MISSING] * spare]):
            new = n >= len(held)
            label_ = label if item.names else item.title or label
            node = self._row(way.item_at(n), one, f"{at}/{n}", label_, of, required=fixed or not new)
            moves = () if new or fixed else _moves(f"{at}/{n}", n, len(held), self.said)
            rows.append({"node": node, "moves": moves, "name": called(one, label_) if not new else label_, "new": new})
        return {"kind": "list", "rows": rows, "count": len(held)}

    def _row(self, spot: Spot, one: Any, at: str, label: str, of: str, *, required: bool) -> Node:
        offered = ways(spot)
        if one is MISSING and len(offered) == 1 and offered[0].kind == "group" and not is_either(offered):
            return {"at": at, "label": self.said("admin.workshop.one_more"), "problems": [], "help": "",
                    **self._group(ways(spot)[0], {}, at, of)}  # fmt: skip
        return self.draw(spot, one, at, label, required, of)

    def _map(self, way: Way, value: Any, at: str, of: str) -> Node:
        held = value if isinstance(value, dict) else {}
        if is_kept_under_its_key(way):
            return self._links(way, held, at)
        rows = []
        for n, (name, one) in enumerate([*held.items(), ("", MISSING)]):
            known = self.things.of_kind(way.entry_names.names, of, self.table)
            label = self.said("admin.workshop.name_of_entry")
            chosen = [*known, *([(name, name)] if name and name not in dict(known) else [])]
            key = _field(f"key{at}/{n}", label, chosen, name) if known else {
                "kind": "field", "field": _one(f"key{at}/{n}", label, "line", name)
            }  # fmt: skip
            below = f"{at}/{escaped(name)}" if name else f"{at}//new"
            if self.table:
                self._cell = self.things.values_in_table(self.table, name, of)
            node = self.draw(
                way.entry, one, below, way.entry.title or self.said("admin.workshop.value"), bool(name), of
            )
            moves = _moves(below, 0, 1, self.said) if name else ()
            rows.append({"key": key, "node": node, "moves": moves, "name": name, "new": not name})
        self._cell = []
        return {"kind": "map", "rows": rows}

    def _links(self, way: Way, held: Any, at: str) -> Node:
        pairs = list(held.items()) if isinstance(held, dict) else [(str(n), one) for n, one in enumerate(held)]
        item = way.entry if way.kind == "map" else way.item
        entries = [
            {
                "href": self.leads(f"{at}/{escaped(name)}"),
                "title": self.called(one, name, item),
                "key": name if isinstance(held, dict) else one.get("key", "") if isinstance(one, dict) else "",
                "wrong": sum(
                    len(found) for pointer, found in self.problems.items()
                    if f"{pointer}/".startswith(f"{at}/{escaped(name)}/")
                ),
                "moves": _moves(f"{at}/{escaped(name)}", n, len(pairs), self.said),
            }
            for n, (name, one) in enumerate(pairs)
        ]  # fmt: skip
        kinds = self.kinds(item)
        titled = any(name in each.members for each in ways(item) for name in _SAYS)
        label = self.said("admin.workshop.new_title")
        return {
            "kind": "links",
            "entries": entries,
            "at": at,
            "add_kind": _field(f"newkind{at}", self.said("admin.workshop.new_kind"), kinds, "") if kinds else None,
            "add_place": self._place(at),
            "add_title": {"kind": "field", "field": _one(f"new{at}", label, "line", "")} if titled else None,
            "what": item.title,
        }

    def _place(self, at: str) -> Node | None:
        """In which section of its form a new field is laid out; nothing elsewhere."""
        if not self.form or at != FIELDS:
            return None
        sections = self.things.of_kind("part_of_form", self.of, self.form)
        return _field(f"newplace{at}", self.said("admin.workshop.new_place"), sections, "")

    def kinds(self, item: Spot) -> list[Thing]:
        """Of what kind a new thing can be, where there are several: ways by their number, members by their name."""
        offered = ways(item)
        if len(offered) > 1:
            return [(str(n), way.title) for n, way in enumerate(offered)]
        return [(name, offered[0].members[name].title or name) for names in offered[0].either for name in names]

    def called(self, value: Any, otherwise: str = "", spot: Spot | None = None) -> str:
        """What a thing is called on a list: its name, or what is written in it."""
        if not isinstance(value, dict):
            return otherwise
        if any(isinstance(value.get(name), str) for name in (*_SAYS, "says", "text")):
            return called(value, otherwise)
        scope = value.get("scope")
        if isinstance(scope, str):
            field_ = scope.rpartition("/")[2]
            return self.titles.get(field_, field_)
        way = way_of(value, ways(spot)) if spot is not None else None
        for name in [one for names in way.either for one in names] if way is not None else ():
            if name in value and way is not None:
                inner = way.members[name]
                return f"{inner.title} {self._summed_up(inner, value[name])}".strip()
        return called(value, otherwise)

    def _summed_up(self, spot: Spot, value: Any) -> str:
        """The first thing that a value says."""
        way = way_of(value, ways(spot))
        if isinstance(value, str):
            return self.titles.get(value, value)
        if isinstance(value, dict) and way is not None and way.kind == "group":
            for name, inner in value.items():
                if isinstance(inner, str):
                    return self.titles.get(inner, inner)
                if isinstance(inner, int) and not isinstance(inner, bool) and name in way.members:
                    return f"{inner} {way.members[name].title}"
        return ""

    @cached_property
    def titles(self) -> Mapping[str, str]:
        """What parts, terms, templates and fields are called, by key."""
        kinds = ("field", "template", "term", "part", "document", "ladder", "relation", "record_type")
        return {key: title for kind in reversed(kinds) for key, title in self.things.of_kind(kind, self.of)}

    def _how(
        self, at: str, label: str, offered: Sequence[Way], way: Way | None, required: bool, *, inside: bool
    ) -> Node:
        """What is chosen before it is filled in; with something `inside` the frame around it bears the label."""
        if inside:
            label = self.said("admin.workshop.which" if len(offered) > 1 else "admin.workshop.whether")
        names = [(str(n), self._way_word(one)) for n, one in enumerate(offered)]
        chosen = str(offered.index(way)) if way is not None else ""
        drawn = _field(f"how{at}", label, names, chosen, required=required)
        drawn["field"]["widget"] = "select"
        return drawn

    def _way_word(self, way: Way) -> str:
        if way.kind == "constant" and isinstance(way.constant, str):
            return self._word("", way.constant)
        if way.title and way.kind in ("group", "list", "constant", "map"):
            return way.title
        return self.said(f"admin.workshop.way.{way.kind}")

    def _word(self, at: str, value: Any) -> str:
        name = at.rpartition("/")[2]
        return self.said(f"admin.word.{name}.{value}", otherwise=f"admin.word.{value}", plain=str(value))

    def _unknown(self, at: str, name: str) -> Node:
        return {"kind": "unknown", "at": at, "label": name, "moves": _moves(at, 0, 1, self.said)}

    # ── Reading ──────────────────────────────────────────────────────────────────────────────────────────────────

    def read_page(self, spot: Spot, was: Any, at: str, sent: Mapping[str, str]) -> Any:
        """The value at `at` as it was sent, going by how it was when the page was drawn."""
        self._sent = {prefix for name in sent for prefix in _prefixes(name)}
        read = self.read(spot, was, at, sent, page=True)
        return was if read is MISSING else read

    def read(self, spot: Spot, was: Any, at: str, sent: Mapping[str, str], *, page: bool = False) -> Any:
        """The value of one node; MISSING where nothing is written any more."""
        if isinstance(was, dict) and was.keys() == {"slot"} and resolved(spot).base != "table":
            chosen = sent.get(f"v{at}", was["slot"])
            return {"slot": chosen} if chosen else MISSING
        if was is MISSING and at not in self._sent:
            return MISSING
        offered = ways(spot)
        way = way_of(was, offered)
        how = sent.get(f"how{at}")
        if way is None and how is None and len(offered) == 1:
            way = offered[0]
        value = MISSING if way is None else self._read(way, was, at, sent, alone=len(offered) == 1)
        if page or (how is None and was is not MISSING and not is_either(offered)):
            return value
        if how is None:
            nothing = way is not None and way.kind in ("group", "map") and value == begun(way)
            said = value if isinstance(value, dict) else {}
            unsaid = is_either(offered) and not any(name in said for name in offered[0].either[0])
            return MISSING if nothing or unsaid else value
        wanted = next((one for n, one in enumerate(offered) if str(n) == how), None)
        if wanted is None:
            return MISSING
        if wanted == way:
            return "" if value is MISSING else value
        return begun(wanted, None if value is MISSING else value)

    def _read(self, way: Way, was: Any, at: str, sent: Mapping[str, str], *, alone: bool) -> Any:
        if way.kind in _SCALAR:
            return self._read_scalar(way, was, at, sent, alone)
        if way.kind == "list":
            return self._read_list(way, was if isinstance(was, list) else [], at, sent)
        if way.kind == "map":
            return self._read_map(way, was if isinstance(was, dict) else {}, at, sent)
        if way.member:
            inner = self.read(way.members[way.member], was[way.member], f"{at}/{escaped(way.member)}", sent)
            return {way.member: "" if inner is MISSING else inner}
        return self._read_group(way, was if isinstance(was, dict) else {}, at, sent)

    def _read_scalar(self, way: Way, was: Any, at: str, sent: Mapping[str, str], alone: bool) -> Any:
        text = sent.get(f"v{at}")
        if way.kind == "null" or text is None:
            return was
        text = text.replace("\r\n", "\n").strip()
        if isinstance(was, str) and text == was.strip():
            return was
        if way.kind == "constant":
            return way.constant if text else MISSING
        if not text:
            return MISSING if alone else ""
        if way.kind == "yes":
            return text == "yes"
        if way.kind == "choice":
            return next((one for one in way.choices if str(one) == text), text)
        return number(text) if way.kind == "number" else text

    def _read_group(self, way: Way, was: Mapping[str, Any], at: str, sent: Mapping[str, str]) -> dict[str, Any]:
        made: dict[str, Any] = {name: was[name] for name in was.keys() - way.members.keys()}
        chosen: dict[int, str] = {}
        apart: dict[str, tuple[int, str]] = {}
        for n, names in enumerate(way.either):
            before = next((name for name in names if name in was), "")
            now = sent.get(f"which{n}{at}", before)
            chosen[n] = now if now in names else ""
            apart |= dict.fromkeys(names, (n, before))
        for name, spot in way.members.items():
            below = f"{at}/{escaped(name)}"
            if name in way.required and _always(spot):
                made[name] = ways(spot)[0].constant
                continue
            if name in apart:
                n, before = apart[name]
                if chosen[n] != name:
                    continue
                if name not in was:
                    made[name] = begun(ways(spot)[0], was.get(before))
                    continue
            value = self.read(spot, was.get(name, MISSING), below, sent)
            nothing = value == [] and name not in way.required and was.get(name) != []
            if value is not MISSING and not nothing:
                made[name] = value
            elif name in apart:
                made[name] = "" if value is MISSING else value
        return made

    def _read_list(self, way: Way, was: Sequence[Any], at: str, sent: Mapping[str, str]) -> list[Any]:
        if is_thing(way.item) and not is_small(way.item):
            return list(was)
        keyed = is_thing(way.item)
        made: list[Any] = []
        spare = max(int(way.spot.schema.get("minItems", 1)) - len(was), 1)
        for n, one in enumerate([*was, *[MISSING] * spare]):
            value = self.read(way.item_at(n), one, f"{at}/{n}", sent)
            if keyed and isinstance(value, dict):
                value = _keyed(value, [other.get("key") for other in made if isinstance(other, dict)])
            if value is not MISSING and not (n >= len(was) and keyed and not value):
                made.append(value)
        return made

    def _read_map(self, way: Way, was: Mapping[str, Any], at: str, sent: Mapping[str, str]) -> dict[str, Any]:
        if is_kept_under_its_key(way):
            return dict(was)
        made: dict[str, Any] = {}
        for n, (name, one) in enumerate([*was.items(), ("", MISSING)]):
            below = f"{at}/{escaped(name)}" if name else f"{at}//new"
            value = self.read(way.entry, one, below, sent)
            now = sent.get(f"key{at}/{n}", name).strip()
            if now:
                made[now] = "" if value is MISSING else value
        return made


def _keyed(value: dict[str, Any], taken: Iterable[Any]) -> dict[str, Any]:
    """A thing with a key of its own, made of its name where nobody wrote one. A thing without a name is none yet."""
    title = next((value[name] for name in _SAYS if isinstance(value.get(name), str)), "")
    if value.get("key") or not title:
        return value
    return {"key": key_for(title, [one for one in taken if isinstance(one, str)]), **value}


def _always(spot: Spot) -> bool:
    """Whether nothing else can be written there."""
    offered = ways(spot)
    return len(offered) == 1 and offered[0].kind == "constant"


_SCHEMA_WORDS: Final = ("JSON Schema：allOf", "JSON Schema：anyOf", "JSON Schema：oneOf")
"""What a form may hold for other programs, and nobody writes here."""


def _matters(spot: Spot) -> bool:
    """Whether a member is looked for although it need not be written: what leads elsewhere, and lists."""
    offered = ways(spot)
    return bool(spot.names) or (len(offered) == 1 and offered[0].kind == "list" and spot.title not in _SCHEMA_WORDS)


def _head(nodes: Sequence[Node]) -> int:
    """How many of the first nodes say what the thing is: its key and its title."""
    heads = ("key", "title", "label")
    n = 0
    while (
        n < len(nodes)
        and str(nodes[n].get("at", nodes[n].get("field", {}).get("name", ""))).rpartition("/")[2] in heads
    ):
        n += 1
    return n


def _prefixes(name: str) -> Iterator[str]:
    """The pointer in a field's name, and those of everything it is in."""
    pointer = name[name.find("/") :] if "/" in name else ""
    while pointer:
        yield pointer
        pointer = pointer.rpartition("/")[0]


def _moves(at: str, n: int, count: int, said: Said) -> tuple[dict[str, Any], ...]:
    return (
        {"do": f"up:{at}", "word": said("admin.workshop.up"), "off": n == 0},
        {"do": f"down:{at}", "word": said("admin.workshop.down"), "off": n >= count - 1},
        {"do": f"drop:{at}", "word": said("admin.workshop.drop"), "off": False},
    )[2 if count == 1 else 0 :]


def _folded(nodes: list[Node], said: Said) -> Node:
    return {"kind": "folded", "parts": nodes, "label": said("admin.workshop.more")}


def _field(name: str, label: str, offered: Sequence[Thing], chosen: str, **more: Any) -> Node:
    choices = [{"value": value, "label": text} for value, text in offered]
    widget = "picker" if len(choices) > _LONGEST_LIST else "select"
    drawn = _one(name, label, widget, chosen, choices=choices, chosen=[chosen] if chosen else [], **more)
    return {"kind": "field", "field": drawn | {"kind": "choice"}}


def _one(name: str, label: str, widget: str, raw: str, *, help_: str = "", **more: Any) -> dict[str, Any]:
    kind = "text" if widget == "text" else "line"
    drawn = {"name": name, "kind": kind, "widget": widget, "label": label, "raw": raw, "help": help_, "problems": []}
    return drawn | more
