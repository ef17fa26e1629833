"""What the command-line tests share: running vaecomp, and making files without its help."""

from __future__ import annotations

import os
import random
import re
import struct
import subprocess
import tempfile
import unittest
import zlib
from collections.abc import Callable
from pathlib import Path

PROGRAM = os.environ.get("VAECOMP", "")
TIMEOUT = 120  # seconds for one run, sanitizers and a busy machine included

OK, IO, BAD_DATA, UNSUPPORTED, LIMIT, USAGE = 0, 1, 2, 3, 4, 5
INTERRUPTED, TERMINATED = 130, 143  # by SIGINT, by SIGTERM

LARGER = re.compile(rb"vaecomp: [^\n]*: warning: the stream is larger than the file [^\n]*\n")


class CliTest(unittest.TestCase):
    """A test in its own empty folder."""

    def setUp(self) -> None:
        if not PROGRAM:
            self.fail("the environment's VAECOMP must name the program")
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def vaecomp(self, *arguments: object, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        """Runs the program in the test's folder."""
        return subprocess.run(
            [PROGRAM, *map(str, arguments)],
            input=stdin,
            capture_output=True,
            cwd=self.folder,
            timeout=TIMEOUT,
            check=False,
        )

    def succeed(self, *arguments: object, stdin: bytes = b"") -> bytes:
        """Runs the program, which must succeed without a word on stderr, but that the stream of a
        tiny picture is larger than its file; returns its stdout."""
        result = self.vaecomp(*arguments, stdin=stdin)
        error = LARGER.sub(b"", result.stderr)
        self.assertEqual((result.returncode, error), (OK, b""), arguments)
        return result.stdout

    def run_code(self, code: int, *arguments: object, stdin: bytes = b"") -> str:
        """Runs the program, which must end with this code and write nothing to stdout; returns what
        it says on stderr."""
        result = self.vaecomp(*arguments, stdin=stdin)
        error = result.stderr.decode()
        self.assertEqual(result.returncode, code, f"{arguments}: {error}")
        self.assertEqual(result.stdout, b"")
        return error

    def run_after(self, before: Callable[[], None], *arguments: object) -> subprocess.CompletedProcess[bytes]:
        """Runs the program, `before` in the process just before it."""
        return subprocess.run(
            [PROGRAM, *map(str, arguments)], cwd=self.folder, capture_output=True, timeout=TIMEOUT,
            preexec_fn=before, check=False,
        )  # fmt: skip

    def picture(self, name: str, width: int = 24, height: int = 16) -> Path:
        """A picture in the test's folder or below."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return self.write(name, png(width, height, pixels(width, height, 3), 3))

    def tree(self) -> list[str]:
        """Paths of all files below the test's folder."""
        return sorted(
            p.relative_to(self.folder).as_posix() for p in self.folder.rglob("*") if p.is_file()
        )

    def fail_with(self, code: int, pattern: str, *arguments: object, stdin: bytes = b"") -> None:
        """Runs the program, which must fail with this code and one line that matches `pattern`,
        write nothing to stdout and leave no file behind."""
        before = self.listing()
        result = self.vaecomp(*arguments, stdin=stdin)
        error = result.stderr.decode()
        self.assertEqual(result.returncode, code, f"{arguments}: {error}")
        self.assertRegex(error, r"\Avaecomp: [^\n]+\n\Z")
        self.assertRegex(error, pattern)
        self.assertEqual(result.stdout, b"")
        self.assertEqual(self.listing(), before)

    def listing(self) -> dict[str, bytes]:
        """Names and contents of the folder's files."""
        return {p.name: p.read_bytes() for p in self.folder.iterdir() if p.is_file()}

    def write(self, name: str, content: bytes) -> Path:
        """Creates a file in the test's folder."""
        path = self.folder / name
        path.write_bytes(content)
        return path

    def stream(self, width: int = 20, height: int = 12, channels: int = 3) -> bytes:
        """A small sound stream, with latents."""
        picture = png(width, height, pixels(width, height, channels), channels)
        return self.succeed("encode", "--learned-only", "-", "-o", "-", stdin=picture)


def pixels(width: int, height: int, channels: int) -> bytes:
    """Samples of a smooth picture with an edge, and with grain, as photographs have it."""
    grain = random.Random(2)
    samples = bytearray()
    for y in range(height):
        for x in range(width):
            base = 3 * x + 2 * y if 2 * x < width + y else 200 - y
            for c in range(channels):
                samples.append(min(255, max(0, base + 12 * c + grain.randrange(-3, 4))))
    return bytes(samples)


def noise(side: int = 16) -> bytes:
    """A PNG of few colours without any order: what the networks need for it at quality 100 is more."""
    generator = random.Random(1)
    samples = [generator.choice((0, 255)) for _ in range(side * side)]
    return png(side, side, bytes(samples), 1)


def chunk(kind: bytes, content: bytes) -> bytes:
    """One PNG chunk with its CRC."""
    crc = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", crc)


def png(
    width: int, height: int, samples: bytes, channels: int, depth: int = 8, extra: bytes = b""
) -> bytes:
    """A PNG file; `extra` chunks stand before the samples. 1 channel: grey, 2: with alpha, 3: RGB, 4."""
    colour = {1: 0, 2: 4, 3: 2, 4: 6}[channels]
    row = width * channels * depth // 8
    rows = b"".join(b"\0" + samples[y * row : (y + 1) * row] for y in range(height))
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + extra
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def read_pnm(file: bytes) -> tuple[int, int, int, bytes]:
    """Width, height, channels and samples of a PPM or PGM as vaecomp writes it."""
    magic, size, maxval, samples = file.split(b"\n", 3)
    assert maxval == b"255"
    width, height = map(int, size.split())
    return width, height, {b"P6": 3, b"P5": 1}[magic], samples


def crc32c(data: bytes) -> int:
    """The checksum of SPEC.md section 1."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def with_checksum(stream: bytes) -> bytes:
    """A changed stream with its last four bytes made right again."""
    return stream[:-4] + struct.pack("<I", crc32c(stream[:-4]))
