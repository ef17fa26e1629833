"""The filter section of a lossy picture: SPEC.md section 1.6."""
from __future__ import annotations

import numpy as np

from .fields import FormatError

_OFFSETS = [(0, 1), (0, 2), (0, 3), (1, -2), (1, -1), (1, 0), (1, 1), (1, 2), (2, -1), (2, 0), (2, 1), (3, 0)]
_NEAR = [0, 1, 4, 5, 6, 9]
_SECOND = [(0, k) for k in range(12)] + [(1, k) for k in _NEAR] + [(2, k) for k in _NEAR]
"""Which X and which offset each second difference is of."""
_X_AND_ONE = [24, 25, 26, 27]
_TAPS = [
    [*range(12), 12, 15, 18, 21] + _X_AND_ONE,
    [*range(12, 18)] + _NEAR + [18, 21] + _X_AND_ONE,
    [*range(18, 24)] + _NEAR + [12, 15] + _X_AND_ONE,
]
_WHITE = 255 * 64

Filter = list[list[np.ndarray]]
"""By class, for X0, X1 and X2, the coefficients of their taps in 1/2048."""


class _Bits:
    def __init__(self, section: bytes) -> None:
        self.bits = "".join(f"{byte:08b}" for byte in section)
        self.at = 0

    def get(self, count: int) -> int:
        if self.at + count > len(self.bits):
            raise FormatError("VC-56", "the filter ends early")
        self.at += count
        return int(self.bits[self.at - count : self.at] or "0", 2)

    def signed(self, order: int) -> int:
        zeros = 0
        while self.get(1) == 0:
            zeros += 1
            if zeros > 15:
                raise FormatError("VC-56", "a coefficient is too large")
        high = (1 << zeros) + self.get(zeros)
        rank = (high - 1 << order) + self.get(order)
        return (rank + 1) // 2 if rank % 2 else -(rank // 2)


def read_filter(section: bytes) -> Filter:
    """The coefficients."""
    bits = _Bits(section)
    doublings = bits.get(2)
    if doublings > 2:
        raise FormatError("VC-56", "a filter of eight classes")
    classes = []
    for _ in range(1 << doublings):
        own = []
        for taps in _TAPS:
            values = [0] * len(taps)
            if bits.get(1):
                order = bits.get(3)
                values = [bits.signed(order) for _ in taps]
            if sum(map(abs, values)) > 1 << 14:
                raise FormatError("VC-56", "coefficients are too large")
            own.append(np.array(values, np.int64))
        classes.append(own)
    if len(bits.bits) - bits.at > 7 or "1" in bits.bits[bits.at :]:
        raise FormatError("VC-56", "something follows the coefficients")
    return classes


def _shifted(x: np.ndarray, dy: int, dx: int) -> np.ndarray:
    """Each place has the value dy rows below and dx columns right of it, the rim repeated."""
    rows = np.clip(np.arange(x.shape[0]) + dy, 0, x.shape[0] - 1)
    columns = np.clip(np.arange(x.shape[1]) + dx, 0, x.shape[1] - 1)
    return x[rows][:, columns]


def _second(x: np.ndarray, dy: int, dx: int) -> np.ndarray:
    return _shifted(x, dy, dx) + _shifted(x, -dy, -dx) - 2 * x


def _levels(x: np.ndarray) -> np.ndarray:
    """Activity, 0 .. 3 (VC-58)."""
    curve = np.abs(_second(x, 0, 1)) + np.abs(_second(x, 1, 0))
    curve = sum(_shifted(curve, 0, k) for k in range(-2, 3))
    curve = sum(_shifted(curve, k, 0) for k in range(-2, 3))
    return np.searchsorted([4 * 1200, 16 * 1200, 32 * 1200], curve, side="right")


def filtered(own: Filter, colours: np.ndarray) -> np.ndarray:
    """Colours Q6, i64 [h][w][3] (VC-57)."""
    colours = np.clip(colours, 0, _WHITE)
    r, g, b = colours[..., 0], colours[..., 1], colours[..., 2]
    x = [r + g + b + 2 >> 2, r - b + 2 >> 2, r - 2 * g + b + 2 >> 2]
    features = [_second(x[j], *_OFFSETS[k]) for j, k in _SECOND]
    features += [x[0] - 6144, x[1], x[2], np.full_like(r, 64)]
    group = _levels(x[0]) * len(own) // 4
    a = np.zeros((3, *r.shape), np.int64)
    for k, of_class in enumerate(own):
        for j, (coefficients, taps) in enumerate(zip(of_class, _TAPS)):
            total = sum(c * features[f] for c, f in zip(coefficients, taps))
            a[j] = np.where(group == k, total, a[j])
    change = np.stack([a[0] + a[1] + a[2], a[0] - 2 * a[2], a[0] - a[1] + a[2]], 2)
    return np.clip(colours + (change + 256 >> 9), 0, _WHITE)
