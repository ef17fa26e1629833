"""Idea: a small linear filter over the decoded picture, solved for each picture and sent with it.

Samples R, G, B (Q6, clipped to 0 .. 16320) give sum, difference and rest: X0 = R + G + B, X1 = R - B,
X2 = R - 2 G + B, which are orthogonal. Each X gets a correction from the second differences of its
neighbourhood, X(+d) + X(-d) - 2 X, own ones and the others', from the three X themselves and from a
constant. Coefficients are integers, by class of pixels; a class and component may have none. With
sums A0, A1, A2:

    R += (A0 + A1 + A2 + 1024) >> 11, G += (A0 - 2 A2 + 1024) >> 11, B += (A0 - A1 + A2 + 1024) >> 11
"""

from dataclasses import dataclass

import numpy as np

from .capture import Capture
from .moments import DIRECTIONS, FEATURES, LEVELS, OFFSETS, PAIRS
from .moments import Moments, classes, moments, shifted

SHIFT = 11
SPACE = np.array([[1, 1, 1], [1, 0, -1], [1, -2, 1]])
"""Rows: X0, X1, X2 of R, G, B. Columns of the transposed matrix lead back."""
NORMS = (SPACE**2).sum(1)
GREY = np.array([3, 0, 0]) * 128 * 64
"""Taken off X before it is weighed."""
BIAS = 256
"""What the constant's coefficient counts in."""
THRESHOLDS = {1: (), 2: (5,), 4: (3, 5, 6)}
"""Levels of activity (moments.classes) that each class but the first begins with."""
DECIBEL = 0.18
"""Share of the rate that a decibel is worth, to weigh coefficients against what they cost."""


def _pairs(component: int, reach: int) -> list[int]:
    return [component * PAIRS + k for k, d in enumerate(OFFSETS) if abs(d[0]) + abs(d[1]) <= reach]


def _taps() -> list[list[int]]:
    rest = list(range(3 * PAIRS, FEATURES))
    light = _pairs(0, 3) + _pairs(1, 1) + _pairs(2, 1)
    return [light + rest, *(_pairs(c, 2) + _pairs(0, 2) + _pairs(3 - c, 1) + rest for c in (1, 2))]


TAPS = _taps()
"""By component, features that it is corrected by: neighbours up to 3 steps away of X0 for X0, up to 2
of its own and of X0 for the others, next ones of the rest; then X0, X1, X2, 1. 20, 18, 18 of them."""


@dataclass
class Filter:
    """Coefficients, i32 [classes][3][FEATURES], in 2^-SHIFT; 0 where there is no tap."""

    coefficients: np.ndarray

    def bits(self) -> float:
        """Two for the number of classes; each class and component says whether it has
        coefficients, and if so the order of their Exp-Golomb code in three bits, and them."""
        total = 2.0
        for of_class in self.coefficients:
            total += sum(coefficient_bits(own[taps]) for own, taps in zip(of_class, TAPS))
        return total

    def __call__(self, samples: np.ndarray) -> np.ndarray:
        """Samples Q6 [H][W][3] filtered."""
        x = samples.astype(np.int32) @ SPACE.T.astype(np.int32)
        pairs = [shifted(x, *d) + shifted(x, -d[0], -d[1]) - 2 * x for d in OFFSETS]
        by_component = np.stack(pairs, 3).reshape(-1, 3 * PAIRS)
        group = grouping(len(self.coefficients))[classes(samples)].ravel()
        sums = np.zeros((len(group), 3))
        for k, own in enumerate(self.coefficients.astype(float)):
            here = group == k  # products of doubles: whole numbers far below 2^53 stay exact
            sums[here] = by_component[here] @ own[:, : 3 * PAIRS].T
            sums[here] += (x.reshape(-1, 3)[here] - GREY) @ own[:, 3 * PAIRS : -1].T
            sums[here] += BIAS * own[:, -1]
        sums = sums.reshape(samples.shape).astype(np.int64)
        change = (sums @ SPACE + (1 << SHIFT - 1)) >> SHIFT
        return np.clip(samples + change, 0, 255 * 64)


def coefficient_bits(own: np.ndarray) -> float:
    """Bits of the coefficients of a class and component."""
    if not own.any():
        return 1.0
    ranks = np.where(own > 0, 2 * own - 1, -2 * own)
    return 4.0 + min((2 * np.floor(np.log2((ranks >> k) + 1)) + 1 + k).sum() for k in range(8))


def grouping(count: int) -> np.ndarray:
    """Which of `count` classes each class of moments.py belongs to."""
    levels = np.searchsorted(THRESHOLDS[count], np.arange(LEVELS), side="right")
    return levels.repeat(DIRECTIONS)


def _turned(sums: Moments) -> tuple[np.ndarray, np.ndarray]:
    """Products of features of X0, X1, X2 in the units that coefficients have, and with errors of
    X."""
    turn = np.zeros((FEATURES, FEATURES))
    for k in range(PAIRS):
        turn[k : 3 * PAIRS : PAIRS, k : 3 * PAIRS : PAIRS] = SPACE
    turn[3 * PAIRS : -1, 3 * PAIRS : -1] = SPACE
    turn[-1, -1] = BIAS / 64
    inner = turn @ sums.inner @ turn.T
    return inner, np.einsum("ij,kjl,ml->kim", turn, sums.cross, SPACE)


def _solved(inner: np.ndarray, cross: np.ndarray) -> np.ndarray:
    size = np.sqrt(np.diag(inner)) + 1e-6
    scaled = inner / size[:, None] / size + 1e-6 * np.eye(len(size))
    return np.linalg.solve(scaled, cross / size) / size


def fitted(sums: Moments, count: int, bit_worth: float = 0.0) -> Filter:
    """The filter with so many classes; a class and component has coefficients if they take away more
    squared error than `bit_worth` for each bit that they cost."""
    inner, cross = _turned(sums.merged(grouping(count)))
    result = np.zeros((count, 3, FEATURES), np.int32)
    for k in range(count):
        for component, taps in enumerate(TAPS):
            own, toward = inner[k][np.ix_(taps, taps)], cross[k][taps, component]
            exact = _solved(own, toward) / NORMS[component]
            whole = np.rint(exact * (1 << SHIFT)).astype(np.int32)
            gain = _taken_away(whole, own, toward, component)
            if gain > bit_worth * (coefficient_bits(whole) - 1):
                result[k, component, taps] = whole
    return Filter(result)


def _taken_away(coefficients: np.ndarray, inner: np.ndarray, cross: np.ndarray,
                component: int) -> float:
    """A sum a moves R, G and B by a times the component's row of SPACE."""
    own = coefficients / (1 << SHIFT)
    return float(2 * own @ cross - NORMS[component] * (own @ inner @ own))


def taken_away(chosen: Filter, sums: Moments) -> float:
    """Squared error that a filter takes away, rounding aside, of pictures with these moments."""
    inner, cross = _turned(sums.merged(grouping(len(chosen.coefficients))))
    return sum(_taken_away(own, inner[k], cross[k][:, component], component)
               for k, of_class in enumerate(chosen.coefficients)
               for component, own in enumerate(of_class))


def best_filter(captured: Capture, sums: Moments | None = None) -> Filter:
    """That of one, two or four classes which is worth most."""
    sums = moments(captured) if sums is None else sums
    bit_worth = sums.energy.sum() * np.log(10) / 10 / (DECIBEL * 8 * captured.size)
    found = [fitted(sums, count, bit_worth) for count in THRESHOLDS]
    return max(found, key=lambda each: taken_away(each, sums) - bit_worth * each.bits())
