"""Counts the symbols of pictures as the encoder chooses them: what entropy tables are fitted to.

From effort 2 on the encoder gives up part of a symbol's magnitude where that saves many bits (VC-29's
values are its own choice), so that small symbols are rarer than the prior's sigmas say.
"""

import math
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from .data import to_float, to_tensor
from .elbo import SIGMA_MIN
from .export_lower import INDEX_PER_OCTAVE
from .model import Codec
from .tables import INDICES, distribution, fitted

QUALITIES = (10, 30, 50, 70, 90)
BIT_WORTH = 1 / 16
"""What a bit is worth in squared quantisation steps: the encoder's usual choice (rate weight 16)."""
LARGEST = 32
"""Symbols from this magnitude on are counted together and keep their magnitude."""
_ROUNDS = 2
"""Choices depend on the tables, and tables on the choices."""


class Chooser:
    """Rounds residuals by rate and distortion, and counts what comes out."""

    def __init__(self, masses: Sequence[np.ndarray]):
        """`masses`: of each scale index those of the magnitudes 0, 1, ... (one sign's)."""
        bits = np.zeros((INDICES, LARGEST + 1))
        for row, mass in zip(bits, masses):
            known = mass[:LARGEST + 1]
            row[:len(known)] = -np.log2(np.maximum(known, 2.0**-24))
            row[len(known):] = 24 + 2 * np.log2(1 + np.arange(len(known), LARGEST + 1))
        self._bits = torch.from_numpy(bits).float()
        self.counts = np.zeros((INDICES, LARGEST + 1), np.int64)
        """[scale index][magnitude]: symbols chosen."""

    def __call__(self, residual: Tensor, log2_sigma: Tensor, coded: Tensor) -> Tensor:
        """Symbols for residuals [B, C, h, w] in steps; counted where `coded` (broadcast) is 1."""
        index = (log2_sigma - math.log2(SIGMA_MIN)) * INDEX_PER_OCTAVE
        index = index.round().clamp(0, INDICES - 1).long()
        size = residual.abs()
        nearest = size.round() * (index > 0)
        below = (nearest - 1).clamp_min(0)
        error = (size - below) ** 2 - (size - nearest) ** 2
        saved = self._price(index, nearest) - self._price(index, below)
        chosen = torch.where((nearest < LARGEST) & (error < saved * BIT_WORTH), below, nearest)
        here = coded.expand_as(chosen) > 0
        place = index[here] * (LARGEST + 1) + chosen[here].clamp_max(LARGEST).long()
        new = torch.bincount(place, minlength=self.counts.size)
        self.counts += new.numpy().reshape(self.counts.shape)
        return chosen * residual.sign()

    def _price(self, index: Tensor, size: Tensor) -> Tensor:
        return self._bits[index, size.clamp_max(LARGEST).long()]


@torch.no_grad()
def fitted_masses(codec: Codec, pictures: Sequence[np.ndarray]) -> list[np.ndarray]:
    """The masses of each scale index's magnitudes for the symbols of pictures u8 [h][w][3]."""
    masses = [distribution(index) for index in range(INDICES)]
    for _ in range(_ROUNDS):
        chooser = Chooser(masses)
        for picture in pictures:
            x = to_float(to_tensor(picture)[None])
            for quality in QUALITIES:
                level = torch.tensor([codec.level_of(quality)], dtype=torch.float32)
                codec.code_latents(x, level, sample=False, choose=chooser)
        masses = [fitted(index, counts) for index, counts in enumerate(chooser.counts)]
    return masses
