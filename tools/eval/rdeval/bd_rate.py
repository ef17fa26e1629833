"""Bjontegaard delta rate between two rate-distortion curves (PCHIP over the logarithm of rate).

Bjontegaard, VCEG-M33 (2001); the piecewise cubic instead of one polynomial follows later practice.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Sequence

import numpy as np

# The window all published figures of this project use beside the common range, in dB of PSNR.
PSNR_WINDOW = (28.0, 38.0)


class CurveError(ValueError):
    """A curve or a pair of curves from which no BD-rate can be formed; the text says why."""


@dataclass(frozen=True)
class BdRate:
    """A rate difference in percent (negative: the test curve needs fewer bits) and its range."""

    percent: float
    low: float
    high: float


def rising_curve(
    rates: Sequence[float], qualities: Sequence[float]
) -> tuple[np.ndarray, np.ndarray]:
    """The points sorted by rate, without those that cost more than another and are no better.

    Interpolation needs quality to rise strictly with rate; a dominated point is one that nobody
    would choose, so the curve is read without it. Returns (ln rate, quality).
    Raises CurveError when fewer than two points remain or a value is not usable.
    """
    points = sorted(zip(rates, qualities))
    kept: list[tuple[float, float]] = []
    for rate, quality in points:
        if not (math.isfinite(rate) and math.isfinite(quality) and rate > 0.0):
            raise CurveError(f"not a usable point: rate {rate}, quality {quality}")
        if not kept or (quality > kept[-1][1] and rate > kept[-1][0]):
            kept.append((rate, quality))
        elif rate == kept[-1][0] and quality > kept[-1][1]:
            kept[-1] = (rate, quality)
    if len(kept) < 2:
        raise CurveError("a curve needs two points of rising rate and quality")
    array = np.array(kept, dtype=np.float64)
    return np.log(array[:, 0]), array[:, 1]


def bd_rate(
    anchor: tuple[Sequence[float], Sequence[float]],
    test: tuple[Sequence[float], Sequence[float]],
    window: tuple[float, float] | None = None,
) -> BdRate:
    """Mean rate difference of `test` against `anchor` at equal quality.

    Each curve is (rates, qualities), rates in any one unit, qualities in dB. ln rate is
    interpolated over quality by PCHIP and averaged over the range of quality that both curves
    cover, cut to `window` where given; nothing is extrapolated.
    Raises CurveError where the range is empty.
    """
    log_rate_a, quality_a = rising_curve(*anchor)
    log_rate_t, quality_t = rising_curve(*test)
    low = max(quality_a[0], quality_t[0])
    high = min(quality_a[-1], quality_t[-1])
    if window is not None:
        low, high = max(low, window[0]), min(high, window[1])
    if not high > low:
        raise CurveError("the curves have no range of quality in common")
    difference = _integral(quality_t, log_rate_t, low, high) - _integral(
        quality_a, log_rate_a, low, high
    )
    percent = 100.0 * math.expm1(difference / (high - low))
    return BdRate(percent, float(low), float(high))


def rate_at(curve: tuple[Sequence[float], Sequence[float]], quality: float) -> float:
    """The rate at which the curve reaches `quality`; CurveError outside its range."""
    log_rate, x = rising_curve(*curve)
    if not x[0] <= quality <= x[-1]:
        raise CurveError(f"quality {quality:.2f} lies outside {x[0]:.2f}..{x[-1]:.2f}")
    return math.exp(_evaluate(x, log_rate, quality))


def quality_at(curve: tuple[Sequence[float], Sequence[float]], rate: float) -> float:
    """The quality that the curve reaches at `rate`; CurveError outside its range."""
    log_rate, y = rising_curve(*curve)
    wanted = math.log(rate)
    if not log_rate[0] <= wanted <= log_rate[-1]:
        raise CurveError(f"rate {rate:.4g} lies outside the curve")
    return _evaluate(log_rate, y, wanted)


def pchip_slopes(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Slopes at the points of the monotone cubic interpolant.

    Fritsch and Butland, SIAM J. Sci. Stat. Comput. 5 (1984): a weighted harmonic mean of the
    neighbouring secants, zero where they disagree in sign; one-sided three-point ends, limited.
    """
    step = np.diff(x)
    secant = np.diff(y) / step
    if len(x) == 2:
        return np.array([secant[0], secant[0]])
    slopes = np.zeros_like(y)
    for k in range(1, len(x) - 1):
        before, after = secant[k - 1], secant[k]
        if before * after > 0.0:
            w1 = 2.0 * step[k] + step[k - 1]
            w2 = step[k] + 2.0 * step[k - 1]
            slopes[k] = (w1 + w2) / (w1 / before + w2 / after)
    slopes[0] = _end_slope(step[0], step[1], secant[0], secant[1])
    slopes[-1] = _end_slope(step[-1], step[-2], secant[-1], secant[-2])
    return slopes


def _end_slope(h0: float, h1: float, d0: float, d1: float) -> float:
    """Three-point slope at an end, kept to the sign and three times the size of the end secant."""
    slope = ((2.0 * h0 + h1) * d0 - h0 * d1) / (h0 + h1)
    if slope * d0 <= 0.0:
        return 0.0
    if d0 * d1 < 0.0 and abs(slope) > 3.0 * abs(d0):
        return 3.0 * d0
    return slope


def _coefficients(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Cubic coefficients [n - 1, 4] (constant first) of each piece in its local coordinate."""
    step = np.diff(x)
    secant = np.diff(y) / step
    slopes = pchip_slopes(x, y)
    c2 = (3.0 * secant - 2.0 * slopes[:-1] - slopes[1:]) / step
    c3 = (slopes[:-1] + slopes[1:] - 2.0 * secant) / step**2
    return np.stack([y[:-1], slopes[:-1], c2, c3], axis=1)


def _evaluate(x: np.ndarray, y: np.ndarray, at: float) -> float:
    piece = int(np.clip(np.searchsorted(x, at, side="right") - 1, 0, len(x) - 2))
    t = at - x[piece]
    c0, c1, c2, c3 = _coefficients(x, y)[piece]
    return float(c0 + t * (c1 + t * (c2 + t * c3)))


def _integral(x: np.ndarray, y: np.ndarray, low: float, high: float) -> float:
    """Exact integral of the interpolant over [low, high], both within the curve."""
    total = 0.0
    for piece, (c0, c1, c2, c3) in enumerate(_coefficients(x, y)):
        begin = max(low, x[piece]) - x[piece]
        end = min(high, x[piece + 1]) - x[piece]
        if end > begin:
            for power, c in enumerate((c0, c1, c2, c3), start=1):
                total += c / power * (end**power - begin**power)
    return total
