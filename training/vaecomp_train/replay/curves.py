"""Rate-distortion curves, and what a change of them is worth in percent of the rate."""

from collections.abc import Sequence

import numpy as np

Curve = Sequence[tuple[float, float]]
"""(bytes, squared error), by quality, rising in bytes."""


def psnr(squared_error: float | np.ndarray) -> float | np.ndarray:
    """Decibels, of samples of 8 bits."""
    return 10 * np.log10(255**2 / squared_error)


def _axes(curve: Curve) -> tuple[np.ndarray, np.ndarray]:
    points = np.array(sorted(curve), float)
    return np.log(points[:, 0]), psnr(points[:, 1])


def bd_rate(curve: Curve, other: Curve) -> float:
    """Percent more bytes than `other` at equal PSNR, mean over the PSNRs that both have, between
    their points by straight lines; not a number if they have none."""
    (rate, quality), (other_rate, other_quality) = _axes(curve), _axes(other)
    low, high = max(quality[0], other_quality[0]), min(quality[-1], other_quality[-1])
    if low >= high:
        return float("nan")
    at = np.linspace(low, high, 400)
    more = np.interp(at, quality, rate) - np.interp(at, other_quality, other_rate)
    return float(100 * np.expm1(more.mean()))


def rate_gain(curve: Curve, point: tuple[float, float], k: int) -> float:
    """Percent more bytes of `point` than `curve` has at its PSNR, near point k of the curve; lines go
    on beyond the ends."""
    rate, quality = _axes(curve)
    at = psnr(point[1])
    left = k if at > quality[k] and k + 1 < len(rate) or k == 0 else k - 1
    slope = (rate[left + 1] - rate[left]) / (quality[left + 1] - quality[left])
    return float(100 * np.expm1(np.log(point[0]) - rate[k] - slope * (at - quality[k])))
