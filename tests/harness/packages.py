"""What ships, as tests bring it."""

from __future__ import annotations

from liaison.definitions import read_package

_CASES = ("/cases/general_in_time.json", "/cases/urged.json")


def brief() -> dict[str, bytes]:
    """The files of the scheme that ships, with two golden cases of its many. For tests of what is done with a package:
    whoever publishes plays all its cases, which takes seconds."""
    files = read_package("shunde").files
    return {path: data for path, data in files.items() if "/cases/" not in path or path.endswith(_CASES)}
