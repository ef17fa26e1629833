"""Results kept on disk by the hash of what decides them, so that an interrupted run resumes."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

from .measure import Job, Outcome


class Cache:
    """A folder of KEY.json (the row) and KEY.bin (the compressed file), KEY from Job.key()."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def load(self, job: Job) -> Outcome | None:
        """The outcome of an equal job, or None. Failed jobs are not kept: they are tried again."""
        key = job.key()
        try:
            row = json.loads(self._path(key, "json").read_text())
            stream = self._path(key, "bin").read_bytes()
        except (OSError, ValueError):
            return None
        # The name is no part of the key: the same picture may be called otherwise today.
        row["picture"] = job.picture
        return Outcome(row, stream)

    def store(self, job: Job, outcome: Outcome) -> None:
        """Keeps a good outcome; the row is written last, so that a row implies its stream."""
        if outcome.row["error"] or outcome.stream is None:
            return
        key = job.key()
        self._write(self._path(key, "bin"), outcome.stream)
        self._write(self._path(key, "json"), json.dumps(outcome.row).encode())

    def stream(self, key: str) -> bytes | None:
        """The compressed file of a row's `key`, or None."""
        try:
            return self._path(key, "bin").read_bytes()
        except OSError:
            return None

    def _path(self, key: str, suffix: str) -> Path:
        return self._folder / key[:2] / f"{key}.{suffix}"

    def _write(self, path: Path, content: bytes) -> None:
        """Whole or not at all: a run may be interrupted at any time, or two may share the cache."""
        path.parent.mkdir(exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.replace(temporary, path)
