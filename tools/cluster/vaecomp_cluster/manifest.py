"""What has been done: OUT/manifest.jsonl, one JSON object per picture.

A line is appended as soon as a picture's stream is in its place, so that an interrupted run loses
nothing; at the start of a run the file is rewritten whole, sorted and without lines that later ones
replace. A last line that was cut short is dropped.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from .files import sha256, write_whole

NAME = "manifest.jsonl"


@dataclass(frozen=True)
class Entry:
    """One picture's line. Paths are relative to IN and OUT."""

    picture: str
    picture_sha256: str
    picture_bytes: int
    options: str  # what the stream depends on besides the picture
    status: str  # "done" or "failed"
    output: str
    output_sha256: str  # empty if failed
    output_bytes: int  # 0 if failed
    error: str  # empty if done
    seconds: float  # on the worker
    worker: str


class ManifestError(RuntimeError):
    """The manifest is not one; the text says where."""


class Manifest:
    """The entries of OUT/manifest.jsonl, the last of each picture."""

    def __init__(self, folder: Path) -> None:
        """Reads, tidies and opens the manifest. Errors: ManifestError, OSError."""
        self._folder = folder
        self._entries: dict[str, Entry] = {}
        path = folder / NAME
        lines = path.read_text("utf-8").split("\n") if path.exists() else [""]
        # What follows the last line end was cut short.
        for number, line in enumerate(lines[:-1], 1):
            try:
                entry = Entry(**json.loads(line))
            except (ValueError, TypeError) as error:
                raise ManifestError(f"{path}: line {number} is no entry ({error})") from error
            self._entries[entry.picture] = entry
        text = "".join(self._line(self._entries[picture]) for picture in sorted(self._entries))
        write_whole(path, text.encode())
        self._file = path.open("a", encoding="utf-8")

    def is_done(self, picture: str, picture_sha256: str, options: str, output: str) -> bool:
        """Whether the stream of this very picture with these options is there, unharmed."""
        entry = self._entries.get(picture)
        wanted = (picture_sha256, options, output, "done")
        if entry is None or wanted != (
            entry.picture_sha256, entry.options, entry.output, entry.status
        ):  # fmt: skip
            return False
        try:
            return sha256((self._folder / output).read_bytes()) == entry.output_sha256
        except OSError:
            return False

    def add(self, entry: Entry) -> None:
        """Appends a line."""
        self._entries[entry.picture] = entry
        self._file.write(self._line(entry))
        self._file.flush()

    def close(self) -> None:
        """Closes the file."""
        self._file.close()

    @staticmethod
    def _line(entry: Entry) -> str:
        return json.dumps(asdict(entry)) + "\n"
