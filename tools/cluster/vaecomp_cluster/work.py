"""What a worker does: one picture through the program, from memory to memory.

This module travels to the workers; it needs Python's standard library only.
"""

from __future__ import annotations

import hashlib
import os
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Encoding:
    """How pictures are encoded: the program and its options."""

    program: str  # a path or a name on the worker's PATH; not used if the program is sent along
    arguments: tuple[str, ...]  # after "encode"
    timeout_s: float  # for one picture


@dataclass(frozen=True)
class Encoded:
    """What became of one picture: a stream, or why there is none."""

    stream: bytes
    error: str  # empty: done
    seconds: float
    worker: str  # name of the machine


class WorkerTrouble(RuntimeError):
    """The machine's fault rather than the picture's: worth another try elsewhere."""


def encode_picture(picture: bytes, encoding: Encoding, program_file: bytes | None) -> Encoded:
    """Runs `vaecomp encode - -o -` on a picture.

    A picture that the program refuses is a result with an error. Raises WorkerTrouble if the program
    cannot be started here or was killed.
    """
    start = time.monotonic()
    program = encoding.program if program_file is None else _installed(program_file)
    try:
        run = subprocess.run(
            [program, "encode", "-", "-o", "-", *encoding.arguments],
            input=picture,
            capture_output=True,
            timeout=encoding.timeout_s,
            check=False,
        )
    except OSError as error:
        raise WorkerTrouble(f"{socket.gethostname()}: {program}: {error.strerror}") from error
    except subprocess.TimeoutExpired:
        return _failed(f"not done after {encoding.timeout_s:g} s", start)
    text = run.stderr.decode(errors="replace").strip()
    if run.returncode < 0:
        raise WorkerTrouble(f"{socket.gethostname()}: {program}: signal {-run.returncode} {text}")
    if run.returncode != 0 or not run.stdout:  # nothing is written for a picture that is skipped
        # The program knows the picture as its standard input; the caller knows its name.
        text = text.removeprefix("vaecomp: ").removeprefix("standard input: ")
        return _failed(text or f"exit code {run.returncode}", start)
    return Encoded(run.stdout, "", time.monotonic() - start, socket.gethostname())


def _failed(error: str, start: float) -> Encoded:
    return Encoded(b"", error, time.monotonic() - start, socket.gethostname())


def _installed(program_file: bytes) -> str:
    """The path of the program that was sent along, written once per machine and user."""
    digest = hashlib.sha256(program_file).hexdigest()
    folder = Path(tempfile.gettempdir()) / f"vaecomp-cluster-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.stat().st_uid != os.getuid() or folder.is_symlink():
        raise WorkerTrouble(f"{socket.gethostname()}: {folder} belongs to somebody else")
    path = folder / digest[:32]
    if not path.exists():
        # Several workers of one machine may do this at once: each its own file, one name in the end.
        handle, name = tempfile.mkstemp(dir=folder)
        with os.fdopen(handle, "wb") as file:
            file.write(program_file)
        os.chmod(name, 0o700)
        os.replace(name, path)
    return str(path)
