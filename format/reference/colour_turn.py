"""The colours section of a lossy picture: SPEC.md section 1.5."""
from __future__ import annotations

import numpy as np

from .container import Header
from .fields import FormatError

Turn = tuple[np.ndarray, np.ndarray]
"""Matrix, i64 [3][3] in 1/4096, and offsets, i64 [3] in Q6."""


def read_turn(header: Header, section: bytes) -> Turn:
    """From the networks' colours back to the picture's."""
    if header.grey or header.neutral or len(section) != 24:
        raise FormatError("VC-54", "colours of a grey picture, or not of 24 bytes")
    numbers = np.frombuffer(section, "<i2").astype(np.int64)
    matrix, offsets = numbers[:9].reshape(3, 3), numbers[9:]
    if np.abs(matrix).sum(1).max() > 1 << 14:
        raise FormatError("VC-54", "a row of the matrix is too large")
    return matrix, offsets


def turned_back(turn: Turn, colours: np.ndarray) -> np.ndarray:
    """Colours Q6, i64 [h][w][3] (VC-55)."""
    matrix, offsets = turn
    return np.clip((colours - offsets) @ matrix.T + 2048 >> 12, -32768, 32767)
