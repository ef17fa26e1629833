"""The encoder's choice of symbols under trellis-coded quantisation, and what they cost in bits: what a
decoder is trained on at the end, and what entropy tables are fitted to.
"""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from . import trellis
from .native_trellis import make_search
from .symbol_choice import BIT_WORTH, SymbolCoder
from .tables import INDICES
from .trellis import FITTED, LARGEST

_ROUNDS = 3
"""Choices depend on the prices, and prices on the choices."""
_SAMPLES = 512, 128
"""Rows and their latents that stand for a scale index."""


class TrellisCoder(SymbolCoder):
    """Chooses each row of latents in a step as one path; its symbols are points, not values."""

    def __init__(self, masses: Sequence[np.ndarray] | None = None,
                 worth: float = BIT_WORTH) -> None:
        """`masses`: of the values of each scale index, by default `chosen_masses`'."""
        super().__init__(masses)
        self._worth = worth
        self._search: trellis.Search | None = None
        self.counts = np.zeros((INDICES, 2 * FITTED + 2), np.int64)
        """[scale index]: of the values -FITTED .. FITTED, and of all others together."""

    def _table(self) -> Tensor:
        """Bits by scale index and value, flat. Makes the search, too."""
        if self._masses is None:
            self._masses = chosen_masses(self._worth)
        self._search = make_search(self._masses, self._worth)
        bits = np.stack([trellis.search_bits(each) for each in self._masses])
        return torch.from_numpy(bits).float().flatten()

    def _at(self, index: Tensor, value: Tensor) -> Tensor:
        return self._bits[index * (2 * LARGEST + 1) + value.clamp(-LARGEST, LARGEST) + LARGEST]

    def _choose(self, residual: Tensor, log2_sigma: Tensor,
                coded: Tensor) -> tuple[Tensor, Tensor]:
        batch, channels, height, width = residual.shape
        index = self._index(log2_sigma).round() * coded

        def rows(x: Tensor, kind: type) -> np.ndarray:
            flat = x.permute(0, 2, 3, 1).reshape(batch * height, width * channels)
            return np.ascontiguousarray(flat.cpu().numpy().astype(kind))

        def picture(x: np.ndarray) -> Tensor:
            folded = torch.from_numpy(x).reshape(batch, height, width, channels)
            return folded.permute(0, 3, 1, 2).to(residual.device)

        indices = rows(index, np.uint8)
        values, points = self._search.choose(rows(residual, np.float32), indices)
        count_values(self.counts, values, indices)
        return picture(values).long(), picture(points).to(residual.dtype)


def count_values(counts: np.ndarray, values: np.ndarray, indices: np.ndarray) -> None:
    """Adds the coded values to counts as of `TrellisCoder`."""
    kind = np.where(np.abs(values) <= FITTED, values + FITTED, 2 * FITTED + 1)
    place = indices.astype(np.int64) * counts.shape[1] + kind
    counts += np.bincount(place[indices > 0], minlength=counts.size).reshape(counts.shape)


def chosen_masses(worth: float = BIT_WORTH) -> list[np.ndarray]:
    """The masses of each scale index's values as the search chooses them for residuals that its
    shape supposes, at the prices that follow from the result."""
    base = [trellis.cell_masses(index) for index in range(INDICES)]
    rng = np.random.default_rng(1)
    residuals = [trellis.random_residuals(index, _SAMPLES, rng) for index in range(INDICES)]
    indices = np.repeat(np.arange(INDICES, dtype=np.uint8), _SAMPLES[0])[:, None]
    indices = np.ascontiguousarray(np.broadcast_to(indices, (len(indices), _SAMPLES[1])))
    together = np.concatenate(residuals).astype(np.float32)
    masses = base
    for _ in range(_ROUNDS):
        values, _ = make_search(masses, worth).choose(together, indices)
        counts = np.zeros((INDICES, 2 * FITTED + 2), np.int64)
        count_values(counts, values, indices)
        masses = [trellis.fitted(truth, each) for truth, each in zip(base, counts)]
    return masses
