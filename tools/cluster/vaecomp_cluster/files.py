"""Pictures in a folder, the names of their streams, and files that are whole or not there."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

SUFFIXES = {".png", ".jpg", ".jpeg", ".ppm", ".pgm", ".pnm", ".pam"}


class NameClash(ValueError):
    """Two pictures would become the same stream."""


def find_pictures(folder: Path, recursive: bool) -> list[str]:
    """Paths relative to `folder`, sorted, of the files that have a picture's extension."""
    found = []
    for path, folders, names in os.walk(folder, onerror=_raise):
        if not recursive:
            folders.clear()
        folders.sort()
        for name in names:
            if Path(name).suffix.lower() in SUFFIXES:
                found.append((Path(path) / name).relative_to(folder).as_posix())
    return sorted(found)


def output_names(pictures: list[str]) -> dict[str, str]:
    """The stream of each picture: a/b.png -> a/b.vaec. Raises NameClash if two have the same."""
    taken: dict[str, str] = {}
    for picture in pictures:
        name = str(Path(picture).with_suffix(".vaec"))
        if name in taken:
            raise NameClash(f"{taken[name]} and {picture} would both become {name}")
        taken[name] = picture
    return {picture: name for name, picture in taken.items()}


def sha256(data: bytes) -> str:
    """Hash in hex digits."""
    return hashlib.sha256(data).hexdigest()


def write_whole(path: Path, data: bytes) -> None:
    """Writes beside the final place and renames: a reader sees all or nothing of the file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o666 & ~_umask())
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def _umask() -> int:
    """The process's mask, which cannot be read without being set."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _raise(error: OSError) -> None:
    raise error
