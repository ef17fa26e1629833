"""BD-rate against hand-computed cases and against figures computed elsewhere from public curves."""

from __future__ import annotations

import math

import numpy as np
import pytest
from rdeval import bd_rate, curves

RATES = [0.1, 0.25, 0.6, 1.4]
QUALITIES = [28.0, 31.0, 34.5, 38.0]


def test_equal_curves_differ_by_nothing():
    value = bd_rate.bd_rate((RATES, QUALITIES), (RATES, QUALITIES))
    assert (value.percent, value.low, value.high) == (pytest.approx(0.0, abs=1e-12), 28.0, 38.0)


@pytest.mark.parametrize("factor", [0.5, 0.9, 2.0])
def test_a_constant_factor_of_rate(factor):
    test = ([factor * rate for rate in RATES], QUALITIES)
    value = bd_rate.bd_rate((RATES, QUALITIES), test)
    assert value.percent == pytest.approx(100 * (factor - 1), abs=1e-9)


def test_straight_lines_of_different_slope():
    # ln r = 0.2 (q - 30) and ln r = 0.1 (q - 30): the difference -0.1 (q - 30) has mean -0.5 over
    # 30..40, so the rate is exp(-0.5) of the anchor's. PCHIP is exact on straight lines.
    qualities = [30.0, 33.0, 35.0, 40.0]
    anchor = ([math.exp(0.2 * (q - 30)) for q in qualities], qualities)
    test = ([math.exp(0.1 * (q - 30)) for q in qualities], qualities)
    value = bd_rate.bd_rate(anchor, test)
    assert value.percent == pytest.approx(100 * (math.exp(-0.5) - 1), abs=1e-9)


def test_the_common_range_and_the_window():
    qualities = [30.0, 40.0]
    anchor = ([1.0, math.exp(1.0)], qualities)
    test = ([math.exp(0.1), math.exp(2.1)], [32.0, 42.0])
    # anchor ln r = 0.1 (q - 30); test ln r = 0.1 + 0.2 (q - 32); difference 0.1 q - 3.3.
    whole = bd_rate.bd_rate(anchor, test)
    assert (whole.low, whole.high) == (32.0, 40.0)
    assert whole.percent == pytest.approx(100 * (math.exp(0.3) - 1), abs=1e-9)
    part = bd_rate.bd_rate(anchor, test, window=(28.0, 38.0))
    assert (part.low, part.high) == (32.0, 38.0)
    assert part.percent == pytest.approx(100 * (math.exp(0.2) - 1), abs=1e-9)


def test_pchip_slopes_by_hand():
    # Steps 1 and secants 1, 2: inside 6 / (3/1 + 3/2) = 4/3; ends (3*1 - 2)/2 = 1/2 and
    # (3*2 - 1)/2 = 5/2.
    slopes = bd_rate.pchip_slopes(np.array([0.0, 1.0, 2.0]), np.array([0.0, 1.0, 3.0]))
    assert slopes == pytest.approx([0.5, 4 / 3, 2.5])
    # A peak keeps slope zero at its top; its ends are limited to zero or three secants.
    slopes = bd_rate.pchip_slopes(np.array([0.0, 1.0, 2.0]), np.array([0.0, 5.0, 4.0]))
    assert slopes[1] == 0.0


def test_integral_by_hand():
    # On [0, 1] of the case above: value(t) = t/2 + c2 t^2 + c3 t^3 with
    # c2 = 3 - 1 - 4/3 = 2/3 and c3 = 1/2 + 4/3 - 2 = -1/6; its integral is 1/4 + 2/9 - 1/24.
    # Both curves use qualities 0, 1, 2; the anchor has ln r = 0 all along (as nearly as rising
    # rates allow), so the mean difference is the mean of the test curve.
    x, y = np.array([0.0, 1.0, 2.0]), np.array([0.0, 1.0, 3.0])
    assert bd_rate._integral(x, y, 0.0, 1.0) == pytest.approx(1 / 4 + 2 / 9 - 1 / 24, abs=1e-12)
    halves = bd_rate._integral(x, y, 0.0, 0.7) + bd_rate._integral(x, y, 0.7, 2.0)
    assert halves == pytest.approx(bd_rate._integral(x, y, 0.0, 2.0), abs=1e-12)


def test_dominated_points_are_ignored():
    with_bad = (RATES + [0.5, 0.6], QUALITIES + [30.0, 34.0])
    value = bd_rate.bd_rate((RATES, QUALITIES), with_bad)
    assert value.percent == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize(
    "test",
    [
        ([0.1, 0.2], [50.0, 51.0]),  # no common range
        ([0.1], [30.0]),  # one point
        ([0.1, 0.2], [31.0, 30.0]),  # never better
        ([0.0, 0.2], [30.0, 31.0]),  # no logarithm
        ([0.1, 0.2], [30.0, float("inf")]),
        ([], []),
    ],
)
def test_impossible_pairs_are_told(test):
    with pytest.raises(bd_rate.CurveError):
        bd_rate.bd_rate((RATES, QUALITIES), test)


def test_values_on_a_curve():
    assert bd_rate.quality_at((RATES, QUALITIES), 0.25) == pytest.approx(31.0)
    assert bd_rate.rate_at((RATES, QUALITIES), 34.5) == pytest.approx(0.6)
    with pytest.raises(bd_rate.CurveError):
        bd_rate.rate_at((RATES, QUALITIES), 40.0)
    with pytest.raises(bd_rate.CurveError):
        bd_rate.quality_at((RATES, QUALITIES), 2.0)


# Computed from the same public curves by another program: (test, anchor, whole, 28-38 dB).
PUBLISHED = [
    ("bpg", "vtm", 22.0, 27.3),
    ("vtm", "bpg", -18.0, None),
    ("jpeg", "vtm", 208.5, 198.7),
    ("vtm", "jpeg", -67.6, None),
    ("av1", "vtm", 16.2, 17.9),
    ("webp", "vtm", 78.7, 85.5),
    ("paper-elic2022_mse", "vtm", -7.0, -7.0),
    ("mlic+", "bpg", -31.5, None),
]


@pytest.mark.parametrize("test, anchor, whole, window", PUBLISHED)
def test_published_curves(test, anchor, whole, window):
    pair = [curves.find_anchor(name).psnr() for name in (anchor, test)]
    assert bd_rate.bd_rate(*pair).percent == pytest.approx(whole, abs=0.3)
    if window is not None:
        assert bd_rate.bd_rate(*pair, bd_rate.PSNR_WINDOW).percent == pytest.approx(window, abs=0.3)
