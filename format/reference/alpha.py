"""The alpha section: SPEC.md section 1.1."""
from __future__ import annotations

import numpy as np

from .container import ALPHA, Header, read_sections
from .fields import FormatError
from .zstd import decompress


def decode_alpha(data: bytes) -> np.ndarray | None:
    """The alpha plane [height][width] of a stream, u8 or u16; None if it has none."""
    header, sections = read_sections(data)
    return alpha_of(header, sections[ALPHA]) if ALPHA in sections else None


def alpha_of(header: Header, section: bytes) -> np.ndarray:
    """The plane in a section's content."""
    step = 2 if header.deep else 1
    row_bytes = header.width * step
    content = decompress(section, header.height * (1 + row_bytes), "VC-33")
    above = [0] * row_bytes
    rows = bytearray()
    for y in range(header.height):
        line = content[y * (1 + row_bytes) : (y + 1) * (1 + row_bytes)]
        above = _unfilter(line[0], line[1:], above, step)
        rows += bytes(above)
    dtype = np.dtype("<u2" if header.deep else "u1")
    plane = np.frombuffer(bytes(rows), dtype).reshape(header.height, header.width)
    return plane.astype(dtype.newbyteorder("="))


def _unfilter(kind: int, residuals: bytes, above: list[int], step: int) -> list[int]:
    if kind > 4:
        raise FormatError("VC-34", f"filter {kind}")
    row: list[int] = []
    for i, residual in enumerate(residuals):
        a, c = (row[i - step], above[i - step]) if i >= step else (0, 0)
        b = above[i]
        nearest = min((a, b, c), key=lambda value: abs(a + b - c - value))
        row.append((residual + (0, a, b, (a + b) // 2, nearest)[kind]) % 256)
    return row
