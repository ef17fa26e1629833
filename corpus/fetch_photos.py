"""Fetches a photo set by the addresses and SHA-256 of corpus/manifest.json; run by corpus/fetch.

Whole or not at all: a file appears under its name only after its hash was checked, and files that
are already there and right are not fetched again.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
import tempfile
import urllib.error
import urllib.request
import zipfile
from pathlib import Path
from typing import Any

_HERE = Path(__file__).resolve().parent
_TIMEOUT_S = 60


class FetchError(RuntimeError):
    """A file that could not be had, or is not the one expected."""


def file_sha256(path: Path) -> str:
    """Hash of a file's bytes."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def fetch_file(url: str, sha256: str, target: Path) -> bool:
    """Downloads `url` to `target` unless it is there already; True when it was downloaded.

    FetchError where the address does not answer or the bytes have another hash.
    """
    if target.exists() and file_sha256(target) == sha256:
        return False
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            with urllib.request.urlopen(url, timeout=_TIMEOUT_S) as answer:
                while block := answer.read(1 << 20):
                    file.write(block)
        found = file_sha256(temporary)
        if found != sha256:
            raise FetchError(f"{url}: has SHA-256 {found}, expected {sha256}")
        os.replace(temporary, target)
    except (OSError, urllib.error.URLError) as error:
        raise FetchError(f"{url}: {error}") from error
    finally:
        temporary.unlink(missing_ok=True)
    return True


def fetch_archive(archives: list[dict[str, Any]], folder: Path) -> int:
    """Unpacks the pictures of the first archive that can be had; how many there are.

    The sources are the same set in different zip files, each with a hash of its own.
    """
    reasons = []
    for archive in archives:
        target = folder / f".{Path(archive['url']).name}"
        try:
            fetch_file(archive["url"], archive["sha256"], target)
        except FetchError as error:
            reasons.append(str(error))
            continue
        with zipfile.ZipFile(target) as bundle:
            members = [
                name
                for name in bundle.namelist()
                if name.lower().endswith(".png")
                and not Path(name).name.startswith(".")
                and "__MACOSX" not in name
            ]
            for name in members:
                # Only the last part of a name: an archive decides nothing outside its folder.
                (folder / Path(name).name).write_bytes(bundle.read(name))
        target.unlink()
        return len(members)
    raise FetchError("; ".join(reasons))


def fetch_set(photo_set: dict[str, Any], folder: Path) -> str:
    """Fetches one set into `folder`; a line on what was done."""
    folder.mkdir(parents=True, exist_ok=True)
    if "archives" in photo_set:
        return f"{fetch_archive(photo_set['archives'], folder)} pictures unpacked to {folder}"
    files = photo_set["files"]
    fetched = sum(fetch_file(f["url"], f["sha256"], folder / f["file"]) for f in files)
    return f"{fetched} fetched, {len(files) - fetched} already there: {folder}"


def main(arguments: list[str] | None = None, manifest: Path = _HERE / "manifest.json") -> int:
    """Command line; 1 with one line on stderr where something could not be fetched."""
    sets = json.loads(manifest.read_text(encoding="utf-8"))["photo_sets"]
    parser = argparse.ArgumentParser(prog="corpus/fetch", description=__doc__.splitlines()[0])
    parser.add_argument("set", choices=sorted(sets))
    parser.add_argument("folder", type=Path, nargs="?", help="default: corpus/photos/SET")
    options = parser.parse_args(arguments)
    chosen = sets[options.set]
    print(f"{chosen['title']}; licence: {chosen['licence']}")
    try:
        print(fetch_set(chosen, options.folder or _HERE / "photos" / options.set))
    except FetchError as error:
        print(f"corpus/fetch: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
