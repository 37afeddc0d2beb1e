"""Packages: the files of one mechanism, read from a folder, a zip or what ships, and written back byte for byte."""

from __future__ import annotations

import hashlib
import io
import re
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

from liaison.texts import Finding, Severity

from .layout import FORMS, RULES, mechanism_of, schema_of

MAX_FILE = 2 * 1024 * 1024
"""Bytes a file may have."""
MAX_PACKAGE = 20 * 1024 * 1024
"""Bytes all files of a package may have together."""
MAX_FILES = 2_000
MAX_RATIO = 200
"""How many times larger than in the zip a file may be. Ordinary JSON stays under 30."""


@dataclass(frozen=True)
class Package:
    """The exact files of one mechanism, path → bytes, sorted by path, and what was wrong with reading them."""

    files: Mapping[str, bytes]
    findings: tuple[Finding, ...] = ()

    @cached_property
    def key(self) -> str:
        """The key of the mechanism; empty where there are no files."""
        return next((mechanism_of(path) for path in self.files), "")

    @cached_property
    def digest(self) -> str:
        """SHA-256 over the files: path, length and bytes of each, sorted by path."""
        return digest(self.files)


def digest(files: Mapping[str, bytes]) -> str:
    """SHA-256 over sorted (path, bytes); the lengths stand between, so that no two file sets look alike."""
    total = hashlib.sha256()
    for path in sorted(files):
        total.update(f"{path}\0{len(files[path])}\0".encode())
        total.update(files[path])
    return total.hexdigest()


class _RefusedError(Exception):
    def __init__(self, what: str, file: str = "", **params: Any) -> None:
        super().__init__(what)
        self.finding = Finding(f"definitions.{what}", Severity.ERROR, file, "", params)


def read_package(source: str | Path | bytes, key: str | None = None, *, stored: Sequence[str] = ()) -> Package:
    """The package at `source`: the bytes of a zip, the path of a zip, a folder that holds `form_definitions/` and
    `rules/`, or the key of a mechanism that ships. `key` chooses where there are several mechanisms; `stored` are keys
    that could have been given instead, to be said where `source` is nothing.

    What cannot be read comes back as one finding and no files, never as an exception.
    """
    try:
        if isinstance(source, bytes):
            files = dict(_from_zip(source))
        elif Path(source).is_dir():
            files = _from_folder(Path(source), key)
        elif Path(source).is_file():
            files = dict(_from_zip(_read(Path(source), MAX_PACKAGE)))
        elif str(source) in shipped():
            files = _from_folder(_shipped_root(), str(source))
        else:
            raise _RefusedError("no_such_package", source=str(source), known=sorted({*shipped(), *stored}))
        return Package(dict(sorted(_checked(files, key).items())))
    except _RefusedError as error:
        return Package({}, (error.finding,))
    except (OSError, ValueError) as error:
        # ValueError: a path with a NUL in it, which no file system has.
        return Package({}, (Finding("definitions.unreadable", Severity.ERROR, params={"reason": str(error)}),))


def shipped() -> tuple[str, ...]:
    """The keys of the mechanisms that ship, sorted."""
    folder = _shipped_root() / RULES
    return tuple(sorted(path.name for path in folder.iterdir() if (path / "mechanism.json").is_file()))


def _shipped_root() -> Path:
    """In a wheel the mechanisms lie inside the package, in a checkout at its top."""
    here = Path(__file__).resolve()
    installed = here.parents[1] / "_shipped"
    return installed if installed.is_dir() else here.parents[3]


def to_zip(files: Mapping[str, bytes]) -> bytes:
    """The files as a zip: the same files give the same bytes on every machine and day."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for path in sorted(files):
            entry = zipfile.ZipInfo(path, date_time=(1980, 1, 1, 0, 0, 0))
            entry.create_system, entry.external_attr = 3, (stat.S_IFREG | 0o644) << 16
            # Stored, not deflated: what a compressor makes differs from one version of zlib to the next.
            archive.writestr(entry, files[path], zipfile.ZIP_STORED)
    return made.getvalue()


def from_zip(made: bytes, needed: Callable[[str], bool]) -> dict[str, bytes]:
    """Of a zip that `to_zip` made, the files whose paths are `needed`."""
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        return {path: archive.read(path) for path in archive.namelist() if needed(path)}


def write_folder(files: Mapping[str, bytes], folder: Path) -> None:
    """Write the files under `folder`. A file of the same mechanism that is not in `files` is removed."""
    for key in {mechanism_of(path) for path in files}:
        for old in _json_files(folder, key):
            if old.relative_to(folder).as_posix() not in files:
                old.unlink()
    for path, data in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)


def _checked(files: dict[str, bytes], key: str | None) -> dict[str, bytes]:
    if not files:
        raise _RefusedError("empty_package")
    for path in files:
        if schema_of(path) is None:
            raise _RefusedError("unknown_file", path, path=path)
    key = _chosen(sorted({mechanism_of(path) for path in files}), key)
    if f"{RULES}/{key}/mechanism.json" not in files:
        raise _RefusedError("no_mechanism_file", path=f"{RULES}/{key}/mechanism.json")
    return {path: data for path, data in files.items() if mechanism_of(path) == key}


def _chosen(keys: Sequence[str], key: str | None) -> str:
    if key is None and len(keys) > 1:
        raise _RefusedError("several_mechanisms", keys=keys)
    if key is not None and key not in keys:
        raise _RefusedError("not_among", key=key, keys=keys)
    return keys[0] if key is None else key


def _json_files(root: Path, key: str) -> Iterator[Path]:
    """Whatever lies below the folders of a mechanism and is no folder; a link to a folder is none, and not followed."""
    for top in (FORMS, RULES):
        for path in sorted((root / top / key).rglob("*")):
            hidden = any(part.startswith(".") for part in path.relative_to(root).parts)
            if not hidden and (path.is_symlink() or not path.is_dir()):
                yield path


def _from_folder(root: Path, key: str | None) -> dict[str, bytes]:
    keys = sorted(
        {
            path.name
            for top in (FORMS, RULES)
            if (root / top).is_dir()
            for path in (root / top).iterdir()
            if path.is_dir() and not path.name.startswith(".")
        }
    )
    if not keys:
        raise _RefusedError("empty_package")
    key = _chosen(keys, key)
    for folder in (path for top in (FORMS, RULES) for path in (root / top, root / top / key)):
        if folder.is_symlink():
            raise _RefusedError("not_a_file", name := folder.relative_to(root).as_posix(), path=name)
    files: dict[str, bytes] = {}
    for path in _json_files(root, key):
        name = path.relative_to(root).as_posix()
        if path.is_symlink() or not path.is_file():
            raise _RefusedError("not_a_file", name, path=name)
        files[name] = _read(path, MAX_FILE, name)
        _limit(files)
    return files


def _read(path: Path, most: int, name: str = "") -> bytes:
    with path.open("rb") as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise _RefusedError("file_too_large", name, path=name or path.name, limit=most // (1024 * 1024))
    return data


def _limit(files: Mapping[str, bytes]) -> None:
    if len(files) > MAX_FILES:
        raise _RefusedError("too_many_files", limit=MAX_FILES)
    if sum(map(len, files.values())) > MAX_PACKAGE:
        raise _RefusedError("package_too_large", limit=MAX_PACKAGE // (1024 * 1024))


def _from_zip(data: bytes) -> Iterator[tuple[str, bytes]]:
    if len(data) > MAX_PACKAGE:
        raise _RefusedError("package_too_large", limit=MAX_PACKAGE // (1024 * 1024))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir() and not _litter(entry.filename)]
            _declared(entries)
            around = _wrapped([entry.filename for entry in entries])
            for entry in entries:
                yield entry.filename.removeprefix(around), _unpack(archive, entry)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, UnicodeError) as error:
        # RuntimeError is how zipfile says that a file is encrypted.
        raise _RefusedError("bad_zip") from error
    except (OSError, ValueError, IndexError, OverflowError) as error:
        raise _RefusedError("bad_zip") from error


def _wrapped(names: Sequence[str]) -> str:
    """The one folder, with its slash, in which everything lies, as file managers zip a folder; empty where there is
    none, or the files of a mechanism are not what it holds."""
    tops = {name.partition("/")[0] for name in names}
    within = {name.split("/")[1] for name in names if name.count("/") > 1}
    return f"{tops.pop()}/" if len(tops) == 1 and within & {FORMS, RULES} else ""


def _litter(path: str) -> bool:
    """What file managers leave in archives without being asked."""
    return path.startswith("__MACOSX/") or (PurePosixPath(path).name.startswith(".") and ".." not in path)


def _declared(entries: Iterable[zipfile.ZipInfo]) -> None:
    """Refuse by what the zip says of itself, before a byte is unpacked."""
    seen: set[str] = set()
    total = 0
    for number, entry in enumerate(entries, 1):
        name = entry.filename
        if number > MAX_FILES:
            raise _RefusedError("too_many_files", limit=MAX_FILES)
        if (
            name.startswith(("/", "\\"))
            or "\\" in name
            or "\0" in name
            or ".." in PurePosixPath(name).parts
            or re.match("[A-Za-z]:", name)
        ):
            raise _RefusedError("path_outside", path=name)
        if name in seen:
            raise _RefusedError("file_twice", name, path=name)
        seen.add(name)
        if (kind := stat.S_IFMT(entry.external_attr >> 16)) and kind != stat.S_IFREG:
            raise _RefusedError("not_a_file", name, path=name)
        if entry.file_size > MAX_FILE:
            raise _RefusedError("file_too_large", name, path=name, limit=MAX_FILE // (1024 * 1024))
        if entry.file_size > MAX_RATIO * max(entry.compress_size, 1):
            raise _RefusedError("bomb", name, path=name)
        total += entry.file_size
    if total > MAX_PACKAGE:
        raise _RefusedError("package_too_large", limit=MAX_PACKAGE // (1024 * 1024))


def _unpack(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """The bytes of one entry; what it really holds is counted, whatever the zip declared."""
    with archive.open(entry) as file:
        data = file.read(MAX_FILE + 1)
    if len(data) > MAX_FILE:
        raise _RefusedError("file_too_large", entry.filename, path=entry.filename, limit=MAX_FILE // (1024 * 1024))
    return data
