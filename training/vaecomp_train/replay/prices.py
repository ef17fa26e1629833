"""What values cost by a model's integer tables, value by value."""

import numpy as np

from .. import vaem
from ..tables import INDICES, TOTAL, escape_bits


def table_masses(model: vaem.Model) -> list[np.ndarray]:
    """The masses of each table's symbols: the values -R .. R, then the escape; none of a table
    without radius."""
    radii, cdf = model.tensors["entropy.radius"].astype(np.int64), model.tensors["entropy.cdf"]
    found, at = [], 0
    for radius in radii:
        size = 2 * radius + 2 if radius else 0
        part = np.append(cdf[at : at + size].astype(np.int64), TOTAL)
        found.append(np.diff(part) / TOTAL if radius else np.zeros(0))
        at += size
    return found


class PriceTable:
    """Bits of values by scale index, with the tables of trellis-coded pictures if `trellis`, kept
    for the values -limit .. limit."""

    def __init__(self, model: vaem.Model, trellis: bool = True, limit: int = 2047) -> None:
        first = INDICES if trellis else 0
        masses = table_masses(model)[first : first + INDICES]
        self.limit = limit
        self.bits = np.zeros((INDICES, 2 * limit + 1), np.float32)
        """[scale index][value + limit]; what index 0 says of values other than 0 is as index 1."""
        values = np.arange(-limit, limit + 1)
        for index in range(1, INDICES):
            radius = (len(masses[index]) - 2) // 2
            price = -np.log2(masses[index])
            beyond = np.abs(values) - radius - 1
            symbol = np.where(beyond >= 0, 2 * radius + 1, values + radius)
            self.bits[index] = price[symbol] + np.where(
                beyond >= 0, escape_bits(np.maximum(beyond, 0)), 0)
        self.bits[0] = self.bits[1]
        self.masses = masses
        sizes = [np.abs(np.arange(len(m) - 1) - (len(m) - 2) // 2) for m in masses]
        self.magnitude = np.array([(m[:-1] * s).sum() for m, s in zip(masses, sizes)])
        """[scale index]: the expected magnitude of a value."""

    def __call__(self, values: np.ndarray, indices: np.ndarray) -> np.ndarray:
        """Bits of each value."""
        near = np.clip(values.astype(np.int64), -self.limit, self.limit) + self.limit
        return self.bits[indices, near]
