"""A package becomes a Definition, or findings that say why not: `load` checks what somebody brings, `restore` reads
what was checked when it was published."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from liaison.texts import Finding, Severity

from . import build
from .base import base
from .jsontext import BadJsonError, parse
from .layout import FORMAT, RULES, schema_of, stem
from .model import Definition, Slot
from .package import Package, from_zip
from .schema import violations
from .slots import Filled, blamed, fill, misfit, nearest, values
from .translating import translated
from .upgrades import upgrade

MAX_FIELDS = 2_000
"""Fields all forms of a mechanism may have together. The largest form of the scheme that ships has 14."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading gave: the definition, absent where there was an error, and all findings."""

    definition: Definition | None
    findings: tuple[Finding, ...] = ()


def load(package: Package, answers: Mapping[str, Any] | None = None, *, language: str = "") -> Loaded:
    """The definition that `package` holds, its slots filled with `answers` (slot key → value), else their defaults.

    With a `language`, what pages show of it is in that language, as far as it was translated: to be read, not acted
    upon. Loading twice the same files with the same answers gives the same object.
    """
    if any(finding.severity is Severity.ERROR for finding in package.findings):
        return Loaded(None, package.findings)
    with _nothing_thrown_away():
        spelt = json.dumps(answers or {}, sort_keys=True, ensure_ascii=False)
        return _loaded(_ByDigest(package, spelt, language))


def restore(kept: bytes, digest: str, answers: Mapping[str, Any] | None = None, *, language: str = "") -> Loaded:
    """The definition of a package that was published: `kept` is the zip that stands under `digest` in the store.

    Nothing is published that `load` does not find right, and what was published never changes. So the files are not
    hashed, not searched for names that stand twice and not held against their schemas again: the answers alone are
    looked at, which came later. Whoever can change those bytes can change every record too; `store.verify` compares
    them with their digest. What running needs none of is not read: golden cases, and translations into a language
    other than `language`.
    """

    def needed(path: str) -> bool:
        name = schema_of(path)
        return name != "case" and (name != "i18n" or stem(path) == language)

    with _nothing_thrown_away():
        package, given = Package(from_zip(kept, needed)), answers or {}
        path = f"{RULES}/{package.key}/mechanism.json"
        read = {file: json.loads(data) for file, data in package.files.items()}
        upgraded, findings = _present_format(read, path)
        if findings:
            return Loaded(None, tuple(findings))
        slots, files, filled, findings = _slots_filled(package, upgraded, path, given)
        if _errors(findings):
            return Loaded(None, tuple(findings))
        return Loaded(_definition(package, digest, files, slots, filled, given, language), tuple(findings))


@contextmanager
def _nothing_thrown_away() -> Iterator[None]:
    """Without the garbage collector, which would look again and again through what is being read and is all kept: a
    third of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


class _ByDigest:
    """A package and how it is wanted, equal where the digest and that are: the key of the cache."""

    def __init__(self, package: Package, answers: str, language: str) -> None:
        self.package, self.answers, self.language = package, answers, language
        self._identity = (package.digest, answers, language)

    def __hash__(self) -> int:
        return hash(self._identity)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ByDigest) and self._identity == other._identity


@lru_cache(maxsize=256)
def _loaded(wanted: _ByDigest) -> Loaded:
    package, answers = wanted.package, json.loads(wanted.answers)
    read, findings = parsed(package.files)
    if findings:
        return Loaded(None, (*package.findings, *findings))
    path = f"{RULES}/{package.key}/mechanism.json"
    upgraded, findings = _present_format(read, path)
    if findings:
        return Loaded(None, (*package.findings, *findings))
    slots, files, filled, findings = _slots_filled(package, upgraded, path, answers)
    if _errors(findings):
        return Loaded(None, (*package.findings, *findings))
    for file, data in files.items():
        findings += blamed(_violations(file, data), slots, answers, filled, path)
    if not _errors(findings):
        findings += _places(package, files) + _too_many_fields(files)
    if _errors(findings):
        return Loaded(None, (*package.findings, *findings))
    definition = _definition(package, package.digest, files, slots, filled, answers, wanted.language)
    return Loaded(definition, (*package.findings, *findings))


def by_question(definition: Definition, errors: Iterable[Finding]) -> list[Finding]:
    """What is wrong with a definition that is sound with other answers, said by the questions that were answered.

    Loading names them already where a value does not fit its place; a lint looks at what has come of it."""
    path = f"{RULES}/{definition.key}/mechanism.json"

    def asked(error: Finding) -> Finding:
        keys = nearest(error, definition.answers, definition.filled)
        return misfit(error, [definition.slots[key] for key in keys], definition.slots, definition.answers, path)

    return [asked(error) for error in errors]


def parsed(files: Mapping[str, bytes]) -> tuple[dict[str, Any], list[Finding]]:
    """Path → JSON, and a finding for each file that is not JSON."""
    found: dict[str, Any] = {}
    findings: list[Finding] = []
    for path, data in files.items():
        try:
            found[path] = parse(data, path)
        except BadJsonError as error:
            findings.append(error.finding)
    return found, findings


def _errors(findings: list[Finding]) -> bool:
    return any(finding.severity is Severity.ERROR for finding in findings)


def _error(what: str, file: str, pointer: str = "", **params: Any) -> Finding:
    return Finding(f"definitions.{what}", Severity.ERROR, file, pointer, params)


def _present_format(files: Mapping[str, Any], path: str) -> tuple[Mapping[str, Any], list[Finding]]:
    mechanism = files[path]
    number = mechanism.get("format") if isinstance(mechanism, dict) else None
    if not isinstance(number, int) or isinstance(number, bool) or number < 0:
        return files, [_error("no_format", path, "/format", current=FORMAT)]
    if number > FORMAT:
        return files, [_error("format_too_new", path, "/format", found=number, current=FORMAT)]
    return upgrade(files, number), []


def _slots_filled(
    package: Package, files: Mapping[str, Any], path: str, answers: Mapping[str, Any]
) -> tuple[Mapping[str, Slot], dict[str, Any], Filled, list[Finding]]:
    """The slots, the files with every slot filled, where they stood, and what is wrong with slots and answers."""
    declared = files[path].get("slots", [])
    findings = violations("mechanism#/properties/slots", declared, path, "/slots")
    if findings:
        return {}, dict(files), {}, findings
    slots = build.keyed(declared, build.slot)
    found, findings = values(slots, answers, path, _units(files, package.key, slots, answers))
    filled: dict[tuple[str, str], str] = {}
    made: dict[str, Any] = {}
    for file, data in files.items():
        made[file], missing = fill(data, found, file, filled) if b'"slot"' in package.files[file] else (data, [])
        findings += missing
    # The declaration of the slots themselves is not a place for values.
    made[path] = {**made[path], **({"slots": declared} if declared else {})}
    return slots, made, filled, findings


def _units(files: Mapping[str, Any], key: str, slots: Mapping[str, Slot], answers: Mapping[str, Any]) -> list[str]:
    """The keys of the units of the roster, as far as it can be read before slots are filled."""
    roster = files.get(f"{RULES}/{key}/roster.json")
    units = roster.get("units", ()) if isinstance(roster, dict) else ()
    if isinstance(units, dict) and units.get("slot") in slots:
        units = answers.get(units["slot"], slots[units["slot"]].default)
    listed = units if isinstance(units, list) else ()
    return [unit["key"] for unit in listed if isinstance(unit, dict) and isinstance(unit.get("key"), str)]


def _violations(file: str, data: Any) -> list[Finding]:
    name = schema_of(file)
    assert name is not None  # read_package lets no other file in
    return violations(name, data, file)


def _places(package: Package, files: Mapping[str, Any]) -> list[Finding]:
    """Files whose key is not the one their place says."""
    findings = []
    for file, data in files.items():
        name = schema_of(file)
        key = "of" if name == "lifecycle" else "language" if name == "i18n" else "key"
        expected = package.key if name == "mechanism" else stem(file)
        if key in data and data[key] != expected:
            findings.append(_error("misplaced", file, f"/{key}", found=data[key], expected=expected))
    return findings


def _too_many_fields(files: Mapping[str, Any]) -> list[Finding]:
    counts = {
        file: len(form.get("schema", {}).get("properties", {})) for file, form in build.by_schema(files, "form").items()
    }
    if sum(counts.values()) <= MAX_FIELDS:
        return []
    largest = max(counts, key=lambda file: counts[file])
    return [_error("too_many_fields", largest, "/schema/properties", found=sum(counts.values()), limit=MAX_FIELDS)]


def _definition(
    package: Package,
    digest: str,
    files: Mapping[str, Any],
    slots: Mapping[str, Slot],
    filled: Filled,
    answers: Mapping[str, Any],
    language: str,
) -> Definition:
    folder = f"{RULES}/{package.key}"
    said: Mapping[str, str] = {}
    if language:
        texts = files.get(f"{folder}/i18n/{language}.json", {}).get("texts", {})
        files, said = translated(files, texts, slots, answers, filled)
    mechanism = files[f"{folder}/mechanism.json"]

    def items(file: str, name: str) -> Any:
        return files.get(f"{folder}/{file}.json", {}).get(name, ())

    def whole(schema: str) -> dict[str, Any]:
        return {stem(file): data for file, data in build.by_schema(files, schema).items()}

    lifecycles = {stem(file): build.lifecycle(data, file) for file, data in build.by_schema(files, "lifecycle").items()}
    record_types = build.keyed(mechanism["record_types"], build.record_type)
    templates = build.keyed(items("messages", "templates"), build.template)
    shipped = base(language)
    freeze = MappingProxyType
    return Definition(
        key=package.key,
        title=mechanism["title"],
        version=mechanism["version"],
        digest=digest,
        format=FORMAT,
        record_types=freeze({**record_types, **_lacking(shipped.record_types, record_types)}),
        lifecycles=freeze({**lifecycles, **_lacking(shipped.lifecycles, lifecycles)}),
        forms=freeze({**shipped.forms, **whole("form")}),
        tables=freeze(whole("table")),
        codes=build.keyed(items("codes", "lists"), build.code_list),
        terms=build.keyed(items("terms", "terms"), build.term),
        duties=build.keyed(items("duties", "duties"), build.duty),
        roster=build.roster(files.get(f"{folder}/roster.json", {})),
        views=build.keyed(items("views", "views"), build.view),
        trees=build.keyed(items("views", "trees"), build.task_tree),
        templates=freeze({**templates, **_lacking(shipped.templates, templates)}),
        series=build.keyed(mechanism.get("series", ()), build.series),
        slots=build.keyed(mechanism.get("slots", ()), build.slot),
        cases=freeze(whole("case")),
        documents=build.keyed(items("documents", "documents"), dict),
        reports=build.keyed(items("reports", "reports"), dict),
        indicators=build.keyed(items("indicators", "trees"), dict),
        parameter_sets=build.keyed(mechanism.get("parameter_sets", ()), lambda chosen: chosen["answers"]),
        office_hours=mechanism.get("office_hours"),
        issuer=mechanism.get("issuer", ""),
        region=mechanism.get("region", ""),
        about=mechanism.get("about", ""),
        source_document=freeze(mechanism.get("source_document", {})),
        template=freeze(mechanism.get("template", {})),
        answers=freeze(dict(answers)),
        filled=freeze(dict(filled)),
        language=language,
        translations=freeze({**shipped.translations, **said}),
        files=package.files,
        data=freeze(dict(files)),
    )


def _lacking(shipped: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in shipped.items() if key not in own}
