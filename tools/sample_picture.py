#!/usr/bin/env python3
"""Draws a landscape with sky, hills, a lake and grain, so that there is something to encode.

Standard library only, the same bytes on every run: tools/sample_picture.py OUT.png
"""

from __future__ import annotations

import math
import struct
import sys
import zlib

WIDTH, HEIGHT = 512, 384
HORIZON = 250  # row where the lake begins
SUN = (370, 90, 26)  # x, y, radius


def lattice(x: int, y: int) -> float:
    """A repeatable random number in 0 .. 1 for a grid point."""
    h = (x * 374761393 + y * 668265263) & 0xFFFFFFFF
    h = ((h ^ h >> 13) * 1274126177) & 0xFFFFFFFF
    return (h ^ h >> 16) / 0xFFFFFFFF


def noise(x: float, y: float) -> float:
    """Value noise: lattice points joined smoothly."""
    x0, y0 = math.floor(x), math.floor(y)
    u, v = x - x0, y - y0
    u, v = u * u * (3 - 2 * u), v * v * (3 - 2 * v)
    top = lattice(x0, y0) * (1 - u) + lattice(x0 + 1, y0) * u
    bottom = lattice(x0, y0 + 1) * (1 - u) + lattice(x0 + 1, y0 + 1) * u
    return top * (1 - v) + bottom * v


def fractal(x: float, y: float, octaves: int) -> float:
    """Noise at falling scales, 0 .. 1."""
    total, amplitude, reach = 0.0, 1.0, 0.0
    for _ in range(octaves):
        total += amplitude * noise(x, y)
        reach += amplitude
        x, y, amplitude = 2 * x + 17, 2 * y + 31, amplitude / 2
    return total / reach


def mix(a: tuple[float, ...], b: tuple[float, ...], t: float) -> tuple[float, ...]:
    """From colour a at t = 0 to b at t = 1."""
    t = min(max(t, 0.0), 1.0)
    return tuple(p + (q - p) * t for p, q in zip(a, b))


def sky(x: int, y: int) -> tuple[float, ...]:
    """Blue to haze, clouds, a sun."""
    colour = mix((72, 118, 186), (226, 205, 176), y / HORIZON)
    colour = mix(colour, (250, 246, 240), 2.4 * fractal(x / 90, y / 38, 4) - 1.15)
    distance = math.hypot(x - SUN[0], y - SUN[1]) - SUN[2]
    return mix((255, 244, 214), colour, distance / 3 if distance < 3 else 0.55 + distance / 160)


def land(x: int, y: int, ridges: list[list[float]]) -> tuple[float, ...]:
    """Three ranges of hills before the sky, the nearest with rough ground."""
    colours = ((138, 150, 172), (92, 116, 112), (56, 82, 44))
    for ridge, colour, depth in zip(reversed(ridges), reversed(colours), (2, 1, 0)):
        if y >= ridge[x]:
            rough = fractal(x / 7, y / 4, 3) if depth == 2 else fractal(x / 20, y / 12, 2)
            shade = 0.7 + 0.6 * rough - 0.002 * (y - ridge[x])
            return tuple(c * shade for c in colour)
    return sky(x, y)


def draw() -> bytes:
    """The samples, RGB."""
    ridges = [
        [base - height * fractal(x / scale + 40 * i, 3.7 * i, 4) for x in range(WIDTH)]
        for i, (base, height, scale) in enumerate(((220, 130, 110), (238, 90, 70), (262, 70, 40)))
    ]
    samples = bytearray()
    for y in range(HEIGHT):
        for x in range(WIDTH):
            if y < HORIZON:
                colour = land(x, y, ridges)
            else:
                ripple = 9 * (noise(x / 14, y / 1.7) - 0.5) * (1 + (y - HORIZON) / 40)
                mirror = max(0, min(HORIZON - 1, int(2 * HORIZON - y + ripple)))
                sideways = max(0, min(WIDTH - 1, int(x + ripple / 2)))
                colour = mix(land(sideways, mirror, ridges), (30, 52, 70), 0.35)
            grain = 5 * (lattice(3 * x + 1, 7 * y + 2) - 0.5)
            samples.extend(min(255, max(0, round(c + grain))) for c in colour)
    return bytes(samples)


def png(samples: bytes) -> bytes:
    """An 8-bit RGB PNG file."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        crc = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + crc

    row = 3 * WIDTH
    rows = b"".join(b"\0" + samples[y * row : (y + 1) * row] for y in range(HEIGHT))
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: tools/sample_picture.py OUT.png")
    with open(sys.argv[1], "wb") as file:
        file.write(png(draw()))
