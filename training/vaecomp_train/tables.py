"""The entropy coder's integer tables: a discretised distribution for each of the 64 scale indices.

It is a generalised Gaussian, density exp(-|x / s|^1.5) up to a factor, with the standard deviation
that the index stands for. The training loss takes a Gaussian, and so the networks say sigmas that
are right on average; what they say them of is a mixture, whose tails are longer. Measured with a
trained model on photos, against Gaussian tables: 0.28 to 0.41 % fewer bits at all qualities; shapes
of 1.35 to 1.5 are best at nearly all indices, and tables fitted freely gain less than 0.1 % more.

The magnitudes 0, 1 and 2 may be fitted to counts of what an encoder really chooses, which is not
the nearest symbol but the cheaper one of two (symbol_choice.py, symbol_counts.py).
"""
from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from .elbo import ESCAPE_NATS, SIGMA_MAX, SIGMA_MIN

INDICES = 64
INDEX_PER_OCTAVE = (INDICES - 1) / math.log2(SIGMA_MAX / SIGMA_MIN)
TOTAL = 65536
SHAPE = 1.5
FITTED = 3
"""Magnitudes whose masses `fitted` takes from counts: 0, 1, 2."""
PRIOR_COUNT = 300.0
"""How many symbols the fixed shape counts for in `fitted`."""


def scale_index(log2_sigma):
    """The real-valued scale index of scales (numbers, arrays or tensors) given as their base-2
    logarithms, in units of the quantisation step."""
    return (log2_sigma - math.log2(SIGMA_MIN)) * INDEX_PER_OCTAVE


def sigma_of(index: int) -> float:
    """Scale of an index, in units of the quantisation step."""
    return SIGMA_MIN * (SIGMA_MAX / SIGMA_MIN) ** (index / (INDICES - 1))


def upper_gamma(a: float, x: float) -> float:
    """The regularised upper incomplete gamma function Q(a, x) for 0 < a < 1, x >= 0 (DLMF 8.2.4):
    by its power series (DLMF 8.7.1) where x is small, else by its continued fraction (DLMF 8.9.2).
    """
    scale = math.exp(-x + a * math.log(x) - math.lgamma(a)) if x > 0 else 0.0
    if x < a + 2:
        term = total = 1 / a
        for n in range(1, 200):
            term *= x / (a + n)
            total += term
            if term < 1e-17 * total:
                break
        return 1 - scale * total
    fraction = 0.0
    for n in range(100, 0, -1):
        fraction = n * (a - n) / (x + 2 * n + 1 - a + fraction)
    return scale / (x + 1 - a + fraction)


def upper_tail(sigma: float, x: float) -> float:
    """Mass beyond x >= 0 under the generalised Gaussian of mean 0 and standard deviation sigma."""
    a = 1 / SHAPE
    s = sigma * math.sqrt(math.gamma(a) / math.gamma(3 * a))
    return upper_gamma(a, (x / s) ** SHAPE) / 2


def masses(sigma: float, count: int) -> np.ndarray:
    """[count] f64: mass of [v - 1/2, v + 1/2] for v = 0 .. count - 1 under that distribution."""
    beyond = [upper_tail(sigma, v + 0.5) for v in range(count)]
    upper = np.array([1 - beyond[0], *beyond])
    return upper[:-1] - upper[1:]


def escape_bits(beyond: np.ndarray) -> np.ndarray:
    """Raw bits after an escape for a magnitude of R + 1 + n: an Exp-Golomb code of order 0 and a
    sign (VC-26)."""
    return 2 * np.floor(np.log2(np.asarray(beyond) + 1.0)) + 2


def integer_frequencies(masses: np.ndarray, escape: float) -> np.ndarray:
    """Frequencies of values -R .. R, which have `masses`, and the escape, each at least 1, sum 65536.

    The floor of 1 takes mass from the others: they share one factor, found by bisection. What
    rounding then leaves over goes to the value 0, the most frequent one.
    """
    last = max(1, round(escape * TOTAL))

    def scaled(factor: float) -> np.ndarray:
        return np.maximum(1, np.rint(masses * (factor * TOTAL))).astype(np.int64)

    low, high = 0.0, 2.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if scaled(middle).sum() + last <= TOTAL else (low, middle)
    frequencies = scaled(low)
    frequencies[len(masses) // 2] += TOTAL - last - frequencies.sum()
    return np.append(frequencies, last)


def distribution(index: int) -> np.ndarray:
    """Masses of the magnitudes 0, 1, ... (one sign's) at a scale index, with a thin, long tail as
    the training loss has it; they and those of the other sign sum to 1."""
    sigma = sigma_of(index)
    values = np.arange(max(8, math.ceil(12 * sigma)) + 1)
    truth = masses(sigma, len(values)) + math.exp(-ESCAPE_NATS) / (1.0 + values) ** 2
    return truth / (truth[0] + 2 * truth[1:].sum())


def fitted(truth: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """The masses `truth` with those of 0, 1 and 2 as in `counts` of magnitudes, both signs
    together; those of the others keep their proportions. Few counts change little."""
    total = counts.sum()
    both = truth * np.where(np.arange(len(truth)) > 0, 2, 1)
    first = (counts[:FITTED] + PRIOR_COUNT * both[:FITTED]) / (total + PRIOR_COUNT)
    rest = both[FITTED:] * (1 - first.sum()) / both[FITTED:].sum()
    both = np.concatenate([first, rest])
    return both / np.where(np.arange(len(both)) > 0, 2, 1)


def _table(truth: np.ndarray, sigma: float, max_radius: int) -> np.ndarray:
    """The cheapest table for the values -n .. n with the masses `truth` and about the scale
    `sigma`."""
    last = len(truth) // 2
    sizes = np.abs(np.arange(-last, last + 1))
    best, best_bits = None, math.inf
    for radius in sorted(
        {max(1, round(x * sigma)) for x in np.arange(2.5, 7.0, 0.05)} | {1, 2, 3, 4}
    ):
        radius = min(radius, max_radius, last)
        inside = sizes <= radius
        frequencies = integer_frequencies(truth[inside], truth[~inside].sum())
        price = 16 - np.log2(frequencies)
        tail = price[-1] + escape_bits(sizes[~inside] - radius - 1)
        bits = (truth[inside] * price[:-1]).sum() + (truth[~inside] * tail).sum()
        if bits < best_bits:
            best, best_bits = frequencies, bits
    return best


def entropy_tables(
    max_radius: int,
    truths: Sequence[np.ndarray] | None = None,
    trellis_truths: Sequence[np.ndarray] = (),
) -> tuple[np.ndarray, np.ndarray]:
    """`entropy.radius` u16 [64] or [128] and `entropy.cdf` u16 [...] of MODEL.md section 5; radii up
    to `max_radius`. `truths`: masses of each index's magnitudes as from `fitted`; without,
    `distribution`'s. `trellis_truths`: of each index's values -n .. n as trellis.py has them."""
    if truths is None:
        truths = [distribution(index) for index in range(INDICES)]
    both = [np.concatenate([truth[:0:-1], truth]) for truth in truths]
    radii, starts = [], []
    for table, truth in enumerate([*both, *trellis_truths]):
        index = table % INDICES
        if index == 0:
            radii.append(0)
            continue
        frequencies = _table(truth, sigma_of(index), max_radius)
        radii.append((len(frequencies) - 2) // 2)
        starts.append(np.concatenate([[0], np.cumsum(frequencies)[:-1]]))
    return np.array(radii, np.uint16), np.concatenate(starts).astype(np.uint16)


class Prices:
    """What coding costs in bits, from the integer tables: for estimates of a stream's size."""

    def __init__(self, radius: np.ndarray, cdf: np.ndarray) -> None:
        self._radius = radius.astype(np.int64)
        sizes = np.where(self._radius > 0, 2 * self._radius + 2, 0)
        self._start = np.concatenate([[0], np.cumsum(sizes)[:-1]])
        ends = np.append(cdf[1:].astype(np.int64), TOTAL)
        ends[ends == 0] = TOTAL  # the last symbol of each table but the last
        self._bits = 16 - np.log2(ends - cdf)

    def bits(self, values: np.ndarray, indices: np.ndarray) -> float:
        """Bits of all `values` (i64) coded with `indices` (same shape); index 0 costs nothing."""
        coded = indices > 0
        values, indices = values[coded], indices[coded]
        radius, start = self._radius[indices], self._start[indices]
        beyond = np.abs(values) - radius - 1
        symbol = np.where(beyond >= 0, 2 * radius + 1, values + radius)
        return float(self._bits[start + symbol].sum() + escape_bits(beyond[beyond >= 0]).sum())
