"""Codes that stand above one another in a circle: there is no first one to choose."""

from __future__ import annotations

from collections.abc import Iterator

from liaison.texts import Severity

from .index import Index
from .registry import Found, found, lint


@lint("code_ring", Severity.ERROR)
def code_ring(index: Index) -> Iterator[Found]:
    """Each ring once, at the code by which one comes into it."""
    for file, pointer, each in index.items("codes", "lists"):
        codes = {code["key"]: code for code in each["codes"]}
        places = {key: at for at, key in enumerate(codes)}
        seen: set[str] = set()
        for first in codes:
            climbed: list[str] = []
            key = first
            while key in codes and key not in seen:
                seen.add(key)
                climbed.append(key)
                key = codes[key].get("parent", "")
            if key in climbed:
                path = " → ".join(codes[one]["label"] for one in (*climbed[climbed.index(key) :], key))
                yield found(file, f"{pointer}/codes/{places[key]}/parent", list=each["title"], path=path)
