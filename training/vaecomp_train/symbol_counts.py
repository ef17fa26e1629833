"""Counts the symbols of pictures as the encoder chooses them: what entropy tables are fitted to."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from . import trellis
from .data import to_float, to_tensor
from .model import Codec
from .symbol_choice import LARGEST, SymbolCoder, chosen
from .tables import INDICES, fitted
from .trellis_coder import TrellisCoder

QUALITIES = (10, 30, 50, 70, 90)
_ROUNDS, _TRELLIS_ROUNDS = 2, 3
"""Choices depend on the tables, and tables on the choices."""


class CountingCoder(SymbolCoder):
    """Counts what it chooses; magnitudes from LARGEST on together."""

    def __init__(self, masses: Sequence[np.ndarray] | None = None):
        super().__init__(masses)
        self.counts = np.zeros((INDICES, LARGEST + 1), np.int64)
        """[scale index][magnitude]: coded symbols."""

    def code(self, residual: Tensor, log2_sigma: Tensor, coded: Tensor) -> tuple[Tensor, Tensor]:
        symbols, bits = super().code(residual, log2_sigma, coded)
        here = coded.expand_as(symbols) > 0
        index = self._index(log2_sigma)[here].round().long()
        place = index * (LARGEST + 1) + symbols[here].abs().clamp_max(LARGEST).long()
        new = torch.bincount(place, minlength=self.counts.size)
        self.counts += new.numpy().reshape(self.counts.shape)
        return symbols, bits


@torch.no_grad()
def fitted_trellis_masses(codec: Codec, pictures: Sequence[np.ndarray]) -> list[np.ndarray]:
    """The masses of each scale index's values under trellis-coded quantisation of pictures u8
    [h][w][3]."""
    base = [trellis.cell_masses(index) for index in range(INDICES)]
    masses = base
    for _ in range(_TRELLIS_ROUNDS):
        coder = TrellisCoder(masses)
        _code_all(codec, pictures, coder)
        masses = [trellis.fitted(truth, counts) for truth, counts in zip(base, coder.counts)]
    return masses


def _code_all(codec: Codec, pictures: Sequence[np.ndarray], coder: SymbolCoder) -> None:
    """Codes each picture at each quality, those of one size together."""
    sizes: dict[tuple[int, ...], list[np.ndarray]] = {}
    for picture in pictures:
        sizes.setdefault(picture.shape, []).append(picture)
    for same in sizes.values():
        x = to_float(torch.stack([to_tensor(picture) for picture in same]))
        for quality in QUALITIES:
            level = torch.tensor([codec.level_of(quality)], dtype=torch.float32)
            codec.code_latents(x, level, sample=False, coder=coder)


@torch.no_grad()
def fitted_masses(codec: Codec, pictures: Sequence[np.ndarray]) -> list[np.ndarray]:
    """The masses of each scale index's magnitudes for the symbols of pictures u8 [h][w][3]."""
    base = [chosen(index) for index in range(INDICES)]
    masses = base
    for _ in range(_ROUNDS):
        coder = CountingCoder(masses)
        _code_all(codec, pictures, coder)
        masses = [fitted(truth, counts) for truth, counts in zip(base, coder.counts)]
    return masses
