"""Idea: hyper latents coded by what is left of them and above.

Without training: the neighbours' mean moves the mean by a share, and their sizes the scale index.
"""

import numpy as np

from ..tables import INDEX_PER_OCTAVE, INDICES
from .capture import Capture
from .prices import PriceTable


def _neighbours(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Left and upper ones; 0 beyond the edges."""
    left, above = np.zeros_like(values), np.zeros_like(values)
    left[:, 1:], above[1:] = values[:, :-1], values[:-1]
    return left, above


def hyper_bits(captured: Capture, prices: PriceTable, indices: np.ndarray, share: float = 0.0,
               strength: float = 0.0) -> float:
    """Bits of the hyper latents, whose scale indices [Z] are `indices`, with the plain tables: `share`
    of the neighbours' mean is expected, and the index follows their size by `strength` of what it
    would need."""
    values = captured.hyper.astype(np.int64)
    left, above = _neighbours(values)
    expected = np.rint(share * (left + above) / 2).astype(np.int64)
    size = (np.abs(left) + np.abs(above)) / 2
    usual = prices.magnitude[indices]
    ratio = np.log2((size + usual + 0.5) / (2 * usual + 0.5))
    shift = np.rint(strength * INDEX_PER_OCTAVE * ratio).astype(int)
    coded = np.broadcast_to(indices > 0, values.shape)
    moved = np.clip(indices + shift, 1, INDICES - 1)
    return float(prices(values - expected, moved)[coded].sum(dtype=float))
