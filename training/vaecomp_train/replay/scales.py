"""Ideas: scale indices corrected, by channel and picture (sent) or backwards (from what is decoded);
entropy tables for one picture.

Each function gives the bits of a capture's values under the idea, its side information included where
it has some; `plain` is what they cost as they are.
"""

from collections.abc import Iterator

import numpy as np

from ..tables import INDEX_PER_OCTAVE, INDICES
from .capture import Capture
from .prices import PriceTable

SHIFTS = (-6, -4, -3, -2, -1, 1, 2, 3, 4, 6)
_LARGEST = 65


def _coded(captured: Capture) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Values, scale indices and channels of the coded latents."""
    coded = captured.indices > 0
    values, indices = captured.values[coded], captured.indices[coded]
    return values.astype(np.int64), indices.astype(np.int64), np.nonzero(coded)[2]


def plain(captured: Capture, prices: PriceTable) -> float:
    """Bits as the format has it."""
    values, indices, _ = _coded(captured)
    return float(prices(values, indices).sum(dtype=float))


def moved(indices: np.ndarray, shift: np.ndarray | int) -> np.ndarray:
    """Indices of coded latents with a shift."""
    return np.clip(indices + shift, 1, INDICES - 1)


def channel_offsets(captured: Capture, prices: PriceTable) -> float:
    """With a shift for each channel, sent for those that are coded with its entropy."""
    values, indices, channels = _coded(captured)
    count = captured.indices.shape[2]

    def by_channel(shift: int) -> np.ndarray:
        return np.bincount(channels, prices(values, moved(indices, shift)), minlength=count)

    best, chosen = by_channel(0), np.zeros(count, int)
    used = np.bincount(channels, minlength=count) > 0
    for shift in SHIFTS:
        price = by_channel(shift) + 2 * abs(shift)
        chosen = np.where(price < best, shift, chosen)
        best = np.minimum(best, price)
    best -= 2 * np.abs(chosen)
    return float(best.sum() + entropy_bits(np.bincount(chosen[used] + max(SHIFTS))))


def entropy_bits(counts: np.ndarray) -> float:
    """Bits of symbols with these counts at the cost of their own shares."""
    counts = counts[counts > 0]
    return float(-(counts * np.log2(counts / counts.sum())).sum())


def own_tables(captured: Capture, prices: PriceTable, least: int = 2000) -> float:
    """With tables of the picture's own masses, for nothing, at indices of `least` values and more: a
    bound for any choice of tables by picture."""
    values, indices, _ = _coded(captured)
    total = 0.0
    for index in range(1, INDICES):
        own = values[indices == index]
        if len(own) >= least:
            total += entropy_bits(np.bincount(np.clip(own, -_LARGEST, _LARGEST) + _LARGEST))
        else:
            total += prices(own, np.full(len(own), index)).sum(dtype=float)
    return float(total)


def rows_of_steps(captured: Capture, steps: np.ndarray) -> Iterator[tuple]:
    """(y, columns, first channel, end) in the order in which rows of latents are decoded; `steps` as
    in the model's `prior.steps`."""
    rows, columns = captured.indices.shape[:2]
    for first, end, phases, least_quality in steps.astype(int):
        if captured.quality < least_quality:
            continue
        for y in range(rows):
            here = [x for x in range(columns) if phases >> 2 * (y % 2) + x % 2 & 1]
            if here:
                yield y, np.array(here), first, end


def backwards(captured: Capture, prices: PriceTable, steps: np.ndarray, strength: float = 0.6,
              confidence: float = 30.0, memory: float = 1.0) -> float:
    """With a shift for each channel that follows, row by row, how large its values were against what
    its indices said: `strength` of the full one, as if `confidence` of magnitude had been as said;
    with each row, `memory` of what was seen is kept."""
    total = 0.0
    seen, said = (np.zeros(captured.indices.shape[2]) for _ in range(2))
    for y, columns, first, end in rows_of_steps(captured, steps):
        own = slice(first, end)
        indices = captured.indices[y, columns, own].astype(np.int64)
        values = captured.values[y, columns, own].astype(np.int64)
        coded = indices > 0
        ratio = np.log2((seen[own] + confidence) / (said[own] + confidence))
        shift = np.rint(strength * INDEX_PER_OCTAVE * ratio).astype(int)
        total += prices(values, moved(indices, shift))[coded].sum(dtype=float)
        seen[own] = memory * seen[own] + (np.abs(values) * coded).sum(0)
        said[own] = memory * said[own] + (prices.magnitude[indices] * coded).sum(0)
    return float(total)
