"""Idea: trellis codes of more states. The decoder's work stays the same, the encoder's search
doubles with each doubling of states.

Latents less their means are drawn from Gaussians of the scales that captures have, and searched with
the tables' prices and by the encoder's weight of a bit.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..symbol_choice import BIT_WORTH
from ..tables import INDICES, sigma_of
from ..trellis import LARGEST, Code, best_path, points_of
from .capture import Capture
from .prices import PriceTable


def ungerboeck(states: int, entry: int, feedback: int) -> Code:
    """A code by its parity checks h1 and h0, as tables have them."""
    return Code(states, feedback >> 1, entry >> 1)


CODES = [
    ungerboeck(8, 0o04, 0o13), ungerboeck(16, 0o04, 0o23), ungerboeck(32, 0o10, 0o45),
    ungerboeck(64, 0o024, 0o103), ungerboeck(128, 0o126, 0o235), ungerboeck(256, 0o362, 0o515),
    Code(64, 38, 31),
]
"""Ungerboeck, Trellis-coded modulation with redundant signal sets II, IEEE Communications Magazine
25(2), 1987, table I; the last is the best of 64 states among some drawn at random."""


@dataclass
class Drawn:
    """Sequences of residuals, in steps, and their scale indices, [length][count]."""

    residuals: np.ndarray
    indices: np.ndarray


def drawn(captures: Sequence[Capture], length: int, count: int, seed: int = 1) -> Drawn:
    """As many latents as captures have at each scale, in any order."""
    rng = np.random.default_rng(seed)
    seen = np.concatenate([c.indices[c.indices > 0] for c in captures])
    indices = rng.choice(seen, (length, count)).astype(np.int64)
    sigmas = np.array([sigma_of(index) for index in range(INDICES)])
    return Drawn(rng.standard_normal(indices.shape) * sigmas[indices], indices)


def point(source: Drawn, prices: PriceTable, code: Code, worth: float) -> tuple[float, float]:
    """(bits, squared error in steps) a latent."""
    near = slice(prices.limit - LARGEST, prices.limit + LARGEST + 1)
    bits = prices.bits[:, near].astype(float)
    values = best_path(source.residuals, source.indices, bits, worth, code)
    error = (source.residuals - points_of(values, source.indices, code)) ** 2
    return float(prices(values, source.indices).mean()), float(error.mean())


def gain(source: Drawn, prices: PriceTable, code: Code, other: Code) -> float:
    """Percent more bits than with another code, at the squared error that this one has when a bit is
    worth what it is in the encoder."""
    rate, error = point(source, prices, code, BIT_WORTH)
    line = [point(source, prices, other, BIT_WORTH * factor) for factor in (0.8, 1.0)]
    (rate_a, error_a), (rate_b, error_b) = line
    slope = (rate_b - rate_a) / (np.log(error_b) - np.log(error_a))
    return float(100 * (rate / (rate_b + slope * (np.log(error) - np.log(error_b))) - 1))
