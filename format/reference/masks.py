"""Which blocks of a picture are coded exactly: SPEC.md section 8.9."""
from __future__ import annotations

import numpy as np

from .fields import FormatError
from .symbols import LONG, Cells, SymbolReader

SIDE = 16


def decode_mask(data: bytes, width: int, height: int) -> np.ndarray:
    """A bool a block, [rows][columns]."""
    reader, cells = SymbolReader(data), Cells()
    rows, columns = -(-height // SIDE), -(-width // SIDE)
    flags = np.zeros((rows + 1, columns + 2), int)  # with those outside: above, left and right
    for y in range(1, rows + 1):
        for x in range(1, columns + 1):
            context = flags[y, x - 1] + 2 * flags[y - 1, x] + 4 * flags[y - 1, x + 1]
            context += 8 * flags[y - 1, x - 1]
            flags[y, x] = reader.cell(cells[int(context)], LONG)
    reader.finish()
    mask = flags[1:, 1:-1].astype(bool)
    if not mask.any():
        raise FormatError("VC-53", "a mask has no block")
    return mask


def covered_pixels(mask: np.ndarray, width: int, height: int) -> np.ndarray:
    """A bool a pixel, [height][width]."""
    return mask.repeat(SIDE, 0).repeat(SIDE, 1)[:height, :width]
