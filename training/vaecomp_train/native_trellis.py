"""The search of trellis.py by the training library: the encoder's own, in integers."""

from collections.abc import Sequence

import numpy as np

from .engine import Library, find_library
from .tables import INDICES, integer_frequencies
from .trellis import PlainSearch, Search

_UNUSED = (0, 1, 2, 3)
"""Starts of a table for scalar quantisation, which this search does not look at."""


class NativeSearch(Search):
    """See trellis.PlainSearch."""

    def __init__(self, library: Library, masses: Sequence[np.ndarray], worth: float) -> None:
        radii, starts = [0] + [1] * (INDICES - 1), list(_UNUSED) * (INDICES - 1)
        for index, mass in enumerate(masses):
            radii.append(len(mass) // 2 if index > 0 else 0)
            if index > 0:
                frequencies = integer_frequencies(mass, 0)
                starts += [0, *np.cumsum(frequencies)[:-1].tolist()]
        radius, cdf = np.array(radii, np.uint16), np.array(starts, np.uint16)
        self._library = library
        self._handle = library.trellis_create(radius.ctypes.data, len(radius), cdf.ctypes.data,
                                              len(cdf), round(256 * worth))
        if not self._handle:
            raise ValueError("the training library does not take these prices")

    def __del__(self) -> None:
        if getattr(self, "_handle", None):
            self._library.trellis_free(self._handle)

    def choose(self, residuals: np.ndarray, indices: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        residuals = np.ascontiguousarray(residuals, np.float32)
        indices = np.ascontiguousarray(indices, np.uint8)
        values, points = np.empty(residuals.shape, np.int32), np.empty(residuals.shape, np.float32)
        if self._library.trellis_choose(self._handle, *residuals.shape, residuals.ctypes.data,
                                        indices.ctypes.data, values.ctypes.data, points.ctypes.data):
            raise MemoryError("no memory for the training library")
        return values, points


def make_search(masses: Sequence[np.ndarray], worth: float) -> Search:
    """The library's search, or the plain one where there is no library."""
    library = find_library()
    return NativeSearch(library, masses, worth) if library else PlainSearch(masses, worth)
