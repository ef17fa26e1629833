"""The encoder's choice of symbols from effort 2 on, and what they cost in bits.

The nearest symbol loses one of its magnitude where the squared error that this adds is worth less
than the bits it saves (codec/encoder/choose_value.h). Small symbols are then rarer than the prior's
sigmas say of the residuals; `chosen` says how rare.
"""

import math
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from .elbo import ESCAPE_NATS, bounded_sigma, kl_bits
from .tables import INDICES, distribution, scale_index, sigma_of, upper_tail

BIT_WORTH = 1 / 16
"""What a bit is worth in squared quantisation steps: the encoder's usual choice (rate weight 16)."""
LARGEST = 32
"""Larger magnitudes are left alone: their neighbours cost about the same."""
_PRICED = 1024
"""Magnitudes that a coder has prices for; larger ones cost as much as the last."""
_ROUNDS = 6
"""Choices depend on the prices, and prices on the choices."""


def chosen(index: int) -> np.ndarray:
    """`distribution(index)` after the choice, at the prices that follow from the result."""
    rounded, sigma = distribution(index), sigma_of(index)
    count = min(LARGEST, len(rounded) - 1)
    low = np.arange(count) + 0.5
    beyond_low = np.array([upper_tail(sigma, x) for x in low])
    result = rounded
    for _ in range(_ROUNDS):
        saved = -np.diff(np.log2(result[:count + 1])) * BIT_WORTH
        border = low + np.clip(saved / 2, 0, 1)  # below it a magnitude gives way to the one before
        moved = beyond_low - [upper_tail(sigma, x) for x in border]
        result = rounded.copy()
        result[1:count + 1] -= moved
        result[:count] += moved
        result[0] += moved[0]  # from both signs
    return result


class SymbolCoder:
    """Chooses symbols and prices them. All tensors are [B, C, h, w], sigmas as log2."""

    def __init__(self, masses: Sequence[np.ndarray] | None = None):
        """`masses`: of each scale index those of the magnitudes 0, 1, ... (one sign's), by default
        `chosen`'s."""
        self._masses = masses
        self._bits: Tensor | None = None  # made when first asked for: it takes a second

    def _table(self) -> Tensor:
        """Bits by scale index and magnitude, flat."""
        values = np.arange(_PRICED)
        bits = np.empty((INDICES, _PRICED))
        for index, row in enumerate(bits):
            mass = (chosen(index) if self._masses is None else self._masses[index])[:_PRICED]
            row[:] = (2 * np.log(1 + values) + ESCAPE_NATS) / math.log(2)
            row[:len(mass)] = -np.log2(mass)
        return torch.from_numpy(bits).float().flatten()

    def code(self, residual: Tensor, log2_sigma: Tensor, coded: Tensor) -> tuple[Tensor, Tensor]:
        """Symbols of residuals in steps, and their bits, everywhere; only those where `coded`
        (broadcast) is 1 will go into the file.

        Gradients: of the symbols straight through to the residual; of the bits to log2_sigma by
        the prices' slope from one scale index to the next, and to the residual by the Gaussian's.
        """
        if self._bits is None or self._bits.device != residual.device:
            self._bits = self._table().to(residual.device)
        values, symbols = self._choose(residual.detach(), log2_sigma.detach(), coded)
        bits = self._price(values, log2_sigma)
        if not torch.is_grad_enabled():
            return symbols, bits
        symbols = residual + (symbols - residual).detach()
        slope = kl_bits(symbols, bounded_sigma(log2_sigma).detach())
        return symbols, bits + (slope - slope.detach())

    def _choose(self, residual: Tensor, log2_sigma: Tensor,
                coded: Tensor) -> tuple[Tensor, Tensor]:
        """What is written into the file, 0 where the scale index is 0, and the symbols that a
        decoder makes of it."""
        index = self._index(log2_sigma).round().long()
        size = residual.abs()
        nearest = size.round() * (index > 0)
        below = (nearest - 1).clamp_min(0)
        added = (2 * size - below - nearest) * (nearest - below)  # squared error
        saved = self._at(index, nearest) - self._at(index, below)
        worth = (nearest < LARGEST) & (added < saved * BIT_WORTH)
        symbols = torch.where(worth, below, nearest) * residual.sign()
        return symbols, symbols

    def _index(self, log2_sigma: Tensor) -> Tensor:
        """The scale index before rounding; always less than the last one."""
        return scale_index(log2_sigma).clamp(0, INDICES - 1.001)

    def _at(self, index: Tensor, value: Tensor) -> Tensor:
        return self._bits[index * _PRICED + value.abs().clamp_max(_PRICED - 1).long()]

    def _price(self, values: Tensor, log2_sigma: Tensor) -> Tensor:
        """Bits, linear between scale indices; none, yet a slope, where the index rounds to 0."""
        index = self._index(log2_sigma)
        below = index.detach().floor().long()
        share = index - below
        bits = self._at(below, values) * (1 - share) + self._at(below + 1, values) * share
        return torch.where(index.detach() >= 0.5, bits, bits - bits.detach())
