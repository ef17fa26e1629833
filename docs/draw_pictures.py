#!/usr/bin/env python3
"""Draws the pictures of the user guide: docs/draw_pictures.py FOLDER

Standard library only, the same bytes on every run: landscape.png and two cuts of it in photos/,
logo.png (transparent), scan.png (16 bits, grey), phone.png (orientation and a comment).
"""

from __future__ import annotations

import math
import struct
import sys
import zlib
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))

import sample_picture  # noqa: E402


def chunk(kind: bytes, content: bytes) -> bytes:
    """One PNG chunk with its CRC."""
    crc = struct.pack(">I", zlib.crc32(kind + content))
    return struct.pack(">I", len(content)) + kind + content + crc


def png(width: int, samples: bytes, channels: int, depth: int = 8, extra: bytes = b"") -> bytes:
    """A PNG file; `extra` chunks stand before the samples. Channels: 1 grey, 3 RGB, 4 RGB and alpha."""
    row = width * channels * depth // 8
    rows = b"".join(b"\0" + samples[at : at + row] for at in range(0, len(samples), row))
    colour = {1: 0, 3: 2, 4: 6}[channels]
    header = struct.pack(">IIBBBBB", width, len(samples) // row, depth, colour, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + extra
        + chunk(b"IDAT", zlib.compress(rows, 9))
        + chunk(b"IEND", b"")
    )


def cut(samples: bytes, left: int, top: int, width: int, height: int) -> bytes:
    """A part of the landscape."""
    row = 3 * sample_picture.WIDTH
    return b"".join(
        samples[y * row + 3 * left : y * row + 3 * (left + width)] for y in range(top, top + height)
    )


def logo(size: int) -> bytes:
    """A disc with a soft edge on nothing: RGB and alpha."""
    samples = bytearray()
    for y in range(size):
        for x in range(size):
            distance = math.hypot(x - size / 2, y - size / 2)
            alpha = min(max(size * 0.45 - distance, 0.0), 1.0)
            stripe = (x + y) // 24 % 2
            samples.extend((220, 90 + 80 * stripe, 40, round(255 * alpha)))
    return bytes(samples)


def scan(width: int, height: int) -> bytes:
    """Soft waves in 16 bits, big-endian."""
    samples = bytearray()
    for y in range(height):
        for x in range(width):
            wave = math.sin(x / 37) * math.cos(y / 29) + math.sin((x + 2 * y) / 83)
            samples += struct.pack(">H", round(32768 + 12000 * wave))
    return bytes(samples)


def phone_metadata() -> bytes:
    """An orientation (turned by a quarter) and a comment."""
    exif = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01" + struct.pack(">HHI", 6, 0, 0)
    return chunk(b"eXIf", exif) + chunk(b"tEXt", b"Comment\0Lake, seen from the east")


def main() -> None:
    """Writes the files."""
    if len(sys.argv) != 2:
        sys.exit("usage: docs/draw_pictures.py FOLDER")
    folder = Path(sys.argv[1])
    (folder / "photos" / "lake").mkdir(parents=True, exist_ok=True)
    samples = sample_picture.draw()
    hills, lake = cut(samples, 0, 90, 256, 192), cut(samples, 256, 192, 256, 192)
    (folder / "landscape.png").write_bytes(sample_picture.png(samples))
    (folder / "photos" / "hills.png").write_bytes(png(256, hills, 3))
    (folder / "photos" / "lake" / "shore.png").write_bytes(png(256, lake, 3))
    (folder / "phone.png").write_bytes(png(256, lake, 3, extra=phone_metadata()))
    (folder / "logo.png").write_bytes(png(192, logo(192), 4))
    (folder / "scan.png").write_bytes(png(320, scan(320, 240), 1, depth=16))


if __name__ == "__main__":
    main()
