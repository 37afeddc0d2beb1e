"""The script of a demonstration: `rules/<key>.demo.json`, beside the mechanism and no part of its package, for sample
data never travels in one."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

import click

from liaison.definitions import BadJsonError, read_json, violations
from liaison.shipped import shipped

from .findings import print_findings
from .site import words_of

_ENDING = ".demo.json"


def scripts() -> tuple[str, ...]:
    """The keys of the mechanisms that ship with a demonstration, sorted."""
    return tuple(sorted(path.name.removesuffix(_ENDING) for path in shipped("rules").glob(f"*{_ENDING}")))


def chosen(key: str | None) -> str:
    """The mechanism whose demonstration is wanted: the one named, else the one there is. click.BadParameter (exit 2):
    there is none of that name, or there are several."""
    known = scripts()
    if key in known:
        return key
    if key is None and len(known) == 1:
        return known[0]
    raise click.BadParameter(words_of("site.demo.which", known=known or ["—"]), param_hint="KEY")


def read_script(key: str) -> Mapping[str, Any]:
    """What is to be played for mechanism `key`. Exits 1 with every finding where the file is not such a script."""
    file = shipped("rules") / f"{key}{_ENDING}"
    try:
        script: Mapping[str, Any] = read_json(file.read_bytes(), file.name)
    except BadJsonError as error:
        print_findings([error.finding])
        sys.exit(1)
    if findings := violations("demo", script, file.name):
        print_findings(findings)
        sys.exit(1)
    return script
