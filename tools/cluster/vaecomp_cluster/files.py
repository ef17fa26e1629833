"""Pictures in a folder, the names of their streams, and files that are whole or not there."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections import Counter
from pathlib import Path

SUFFIXES = {".png", ".jpg", ".jpeg", ".ppm", ".pgm", ".pnm", ".pam"}


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
    """The stream of each picture: a/b.png -> a/b.vaec; a/b.png.vaec if a/b.jpg is there, too."""
    short = {picture: str(Path(picture).with_suffix(".vaec")) for picture in pictures}
    count = Counter(short.values())
    names = {p: name if count[name] == 1 else p + ".vaec" for p, name in short.items()}
    if len(set(names.values())) < len(names):  # a.png, a.jpg and a.png.png
        names = {picture: picture + ".vaec" for picture in pictures}
    return names


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
