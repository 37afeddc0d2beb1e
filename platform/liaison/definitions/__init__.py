"""Definitions: the file format of a mechanism. Packages are read, checked against the schemas and built into the
immutable `Definition` that every other room works from; written canonically; compared and merged.

`load(read_package(source))` is the way in. Nothing here knows what a mechanism does when it runs.
"""

from .load import Loaded, load
from .model import FACETS, Definition
from .package import Package, digest, read_package, shipped, to_zip, write_folder

__all__ = [
    "FACETS",
    "Definition",
    "Loaded",
    "Package",
    "digest",
    "load",
    "read_package",
    "shipped",
    "to_zip",
    "write_folder",
]
