"""Ideas for the format, priced by replay: that each sees a gain where one was put, and none elsewhere."""

import os
from pathlib import Path

import numpy as np
import pytest

import tiny
from vaecomp_train import tables, trellis, vaem
from vaecomp_train.replay import capture, colours, curves, hyper, moments, scales, trellis_codes, wiener
from vaecomp_train.replay.__main__ import main
from vaecomp_train.replay.prices import PriceTable

ROOT = Path(__file__).resolve().parents[2]
MODEL = ROOT / "tests" / "models" / "tiny.vaem"
PROGRAMS = [Path(os.environ.get("VAECOMP_PROGRAM", "")), ROOT / "build/release/vaecomp", ROOT / "build/dev/vaecomp"]
STEPS = np.array([[0, 4, 9, 0], [0, 4, 6, 0]])


@pytest.fixture(scope="module")
def model():
    return vaem.from_bytes(MODEL.read_bytes())


@pytest.fixture(scope="module")
def prices(model):
    return PriceTable(model, trellis=False)


def made(samples=None, original=None, values=None, indices=None, size=1000) -> capture.Capture:
    """A capture with these parts."""
    residuals = None if values is None else np.zeros_like(values)
    return capture.Capture("made", 50, size, original, samples, values, indices, residuals, values)


def test_curves():
    curve = [(1000, 90.0), (2000, 40.0), (4000, 15.0)]
    more = [(1.1 * size, error) for size, error in curve]
    assert curves.bd_rate(more, curve) == pytest.approx(10)
    for k, point in enumerate(more):
        assert curves.rate_gain(curve, curve[k], k) == pytest.approx(0)
        assert curves.rate_gain(curve, point, k) == pytest.approx(10)
    better = (2000, 35.0)
    assert -30 < curves.rate_gain(curve, better, 1) < -5
    assert np.isnan(curves.bd_rate([(10, 1.0), (20, 0.5)], curve))


def test_values_come_back_from_points():
    values = np.random.default_rng(0).integers(-6, 7, (200, 3))
    points = trellis.points_of(values, np.ones_like(values))
    assert np.array_equal(capture.values_of(np.rint(16 * points).astype(int)), values)
    with pytest.raises(ValueError, match="no value"):
        capture.values_of(np.array([12]))


def test_pictures_of_16_bits_go_to_files_and_back(tmp_path):
    picture = np.random.default_rng(0).integers(0, 65536, (3, 5, 3)).astype(np.uint16)
    capture.write_ppm(picture, tmp_path / "a.ppm")
    assert np.array_equal(capture.read_ppm(tmp_path / "a.ppm"), picture)


def test_prices_are_those_of_the_tables(model, prices):
    rng = np.random.default_rng(0)
    indices = rng.integers(1, 64, 500)
    values = np.rint(rng.standard_normal(500) * [3 * tables.sigma_of(i) for i in indices]).astype(int)
    own = tables.Prices(model.tensors["entropy.radius"], model.tensors["entropy.cdf"])
    assert prices(values, indices).sum() == pytest.approx(own.bits(values, indices), rel=1e-5)


def test_turns_are_rotations_that_fit():
    picture = tiny.photo(0)
    for name, matrix in colours.candidates(picture).items():
        assert matrix @ matrix.T == pytest.approx(np.eye(3)), name
        turn = colours.fitted(matrix, picture)
        turned = turn(picture.astype(float))
        assert turned.min() > -1e-9 and turned.max() < 255 + 1e-9
        assert np.allclose(turn.back(turned), picture)
    main_axis = colours.principal_axes(picture)[0]
    assert colours.candidates(picture)["main axis to grey"] @ main_axis == pytest.approx(colours.GREY)


def softened(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """A picture u8 with grain, and samples Q6 of it, softened."""
    rng = np.random.default_rng(seed)
    original = np.clip(tiny.photo(seed, 64, 96) + rng.normal(0, 12, (64, 96, 1)), 0, 255).astype(np.uint8)
    soft = original.astype(float)
    for axis in (0, 1):
        soft = (np.roll(soft, 1, axis) + 4 * soft + np.roll(soft, -1, axis)) / 6
    return original, np.rint(64 * soft).astype(np.int16)


def test_the_filter_mends_what_is_soft():
    original, samples = softened(1)
    captured = made(samples, original)
    sums = moments.moments(captured)
    own = wiener.best_filter(captured, sums)
    before, after = captured.squared_error(), captured.squared_error(own(samples))
    assert after < 0.55 * before
    assert sums.energy.sum() - wiener.taken_away(own, sums) == pytest.approx(after * original.size, rel=0.05)
    assert 20 < own.bits() < 4000
    other = moments.moments(made(*reversed(softened(2))))
    assert wiener.taken_away(own, other.level()) > 0.05


def test_nothing_to_mend_costs_nothing():
    rng = np.random.default_rng(0)
    original = rng.integers(0, 256, (64, 96, 3)).astype(np.uint8)
    noise = rng.integers(-40, 41, original.shape)
    samples = np.clip(64 * original.astype(int) + noise, 0, 255 * 64).astype(np.int16)
    own = wiener.best_filter(made(samples, original))
    assert own.bits() == 5 and np.array_equal(own(samples), samples)


def test_filters_by_hand():
    """A constant moves all channels; a next neighbour of X1 moves red and blue apart."""
    own = wiener.Filter(np.zeros((1, 3, moments.FEATURES), np.int32))
    own.coefficients[0, 0, -1] = 24
    samples = np.full((4, 5, 3), 6400, np.int16)
    assert (own(samples) == 6403).all()
    own.coefficients[:] = 0
    own.coefficients[0, 1, moments.PAIRS + moments.OFFSETS.index((0, 1))] = 512
    samples[1, 2, 0] += 800
    wanted = samples.astype(int)
    wanted[1, [1, 2, 3]] += np.array([[200, 0, -200], [-400, 0, 400], [200, 0, -200]])
    assert np.array_equal(own(samples), wanted)


def test_classes_rise_with_activity():
    rng = np.random.default_rng(0)
    samples = np.full((32, 64, 3), 6400, np.int64)
    samples[:, 32:] += 64 * rng.integers(-60, 61, (32, 32, 1))
    found = moments.classes(samples) // moments.DIRECTIONS
    assert found[:, :28].max() == 0 and found[:, 36:].min() >= 5
    stripes = samples * 0 + 640 * (np.arange(64) % 2)[:, None]
    assert (moments.classes(stripes) % moments.DIRECTIONS == 1).all()


def drawn_values(factor: float) -> capture.Capture:
    """Latents [16][16][4] of index 20 whose first channel is `factor` as large as that says."""
    rng = np.random.default_rng(0)
    values = rng.standard_normal((16, 16, 4)) * tables.sigma_of(24) * np.array([factor, 1, 1, 1])
    return made(values=np.rint(values).astype(np.int16), indices=np.full((16, 16, 4), 24, np.uint8))


def test_scales_are_corrected(prices):
    wrong, right = drawn_values(2.5), drawn_values(1.0)
    for idea in (scales.channel_offsets, lambda c, p: scales.backwards(c, p, STEPS)):
        assert idea(wrong, prices) < 0.985 * scales.plain(wrong, prices)
        assert idea(right, prices) < 1.01 * scales.plain(right, prices)
    assert scales.own_tables(wrong, prices, 100) < 0.97 * scales.plain(wrong, prices)
    assert scales.own_tables(wrong, prices, 10**6) == pytest.approx(scales.plain(wrong, prices))


def test_hyper_latents_follow_neighbours(prices):
    values = np.zeros((8, 8, 2), np.int16)
    values[..., 0] = 5
    captured, indices = made(values=values), np.array([20, 20])
    plain = hyper.hyper_bits(captured, prices, indices)
    assert hyper.hyper_bits(captured, prices, indices, 0.8, 0.5) < 0.7 * plain


def test_more_states_are_better(model):
    assert trellis_codes.CODES[4] == trellis.CODE
    prices = PriceTable(model, trellis=len(model.tensors["entropy.radius"]) == 128)
    source = trellis_codes.drawn([drawn_values(1.0)], 200, 20)
    few, many = trellis_codes.CODES[0], trellis_codes.CODES[4]
    assert trellis_codes.gain(source, prices, few, few) == pytest.approx(0)
    assert trellis_codes.gain(source, prices, few, many) > 1


@pytest.mark.skipif(not any(p.is_file() for p in PROGRAMS), reason="the program is not built")
@pytest.mark.parametrize("idea", ["turn", "filter", "fixed", "scales", "hyper"])
def test_commands(idea, tmp_path, capsys):
    photos = tiny.write_photos(tmp_path / "photos", 1)
    program = next(p for p in PROGRAMS if p.is_file())
    main([idea, "--program", str(program), "--model", str(MODEL), "--photos", str(photos), "--training",
          str(photos), "--kept", str(tmp_path / "kept"), "--qualities", "20,80"])
    assert len(capsys.readouterr().out.splitlines()) >= 2
