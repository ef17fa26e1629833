"""Trellis-coded quantisation: the search, its points, and the tables."""

import itertools
import math

import numpy as np
import pytest
import torch

from vaecomp_train import native_trellis, trellis
from vaecomp_train.symbol_choice import BIT_WORTH, chosen
from vaecomp_train.elbo import SIGMA_MIN
from vaecomp_train.engine import find_library
from vaecomp_train.tables import INDEX_PER_OCTAVE, INDICES, entropy_tables, sigma_of
from vaecomp_train.trellis_coder import TrellisCoder, chosen_masses

MASSES = [trellis.cell_masses(index) for index in range(INDICES)]
BITS = np.stack([trellis.search_bits(masses) for masses in MASSES])


def test_states_and_points_are_those_of_the_format():
    """VC-52, as tests/unit/prior/dequantiser_test.cpp has it."""
    values = np.array([[1], [1], [0], [1], [2], [0], [-1]])
    points = trellis.points_of(values, np.ones_like(values))
    assert (points.ravel() * 16).tolist() == [11, -11, 0, 11, -33, 0, -22]
    again = trellis.points_of(np.insert(values, 1, 0, 0), np.insert(np.ones_like(values), 1, 0, 0))
    assert (np.delete(again, 1) == points.ravel()).all()


def test_the_path_is_the_cheapest():
    """Against all sequences of the values -4 .. 4."""
    rng = np.random.default_rng(1)
    length, index = 5, 20
    residual = rng.normal(0, sigma_of(index), (length, 12))
    indices = np.full(residual.shape, index)
    indices[2, :6] = 0
    found = trellis.best_path(residual, indices, BITS, BIT_WORTH)
    every = np.array(list(itertools.product(range(-4, 5), repeat=length))).T

    def cost(values: np.ndarray, n: int) -> np.ndarray:
        own = np.repeat(indices[:, n : n + 1], values.shape[1], 1)
        error = (residual[:, n : n + 1] - trellis.points_of(values, own)) ** 2
        price = np.take_along_axis(BITS[own], (values + trellis.LARGEST)[..., None], -1)[..., 0]
        return ((error + BIT_WORTH * price) * (own > 0)).sum(0)

    for n in range(residual.shape[1]):
        allowed = every[:, (every[indices[:, n] == 0] == 0).all(0)]
        assert cost(found[:, n : n + 1], n)[0] == pytest.approx(cost(allowed, n).min())
    assert (found[2, :6] == 0).all()


@pytest.mark.parametrize("index", [16, 24, 34])
def test_it_beats_one_quantiser(index):
    """Where a bit is worth what high-rate theory says, step^2 ln(2) / 6."""
    worth = math.log(2) / 6
    rng = np.random.default_rng(index)
    residual = rng.normal(0, sigma_of(index), (300, 40))
    indices = np.full(residual.shape, index)
    bits = BITS.copy()
    for _ in range(2):
        values = trellis.best_path(residual, indices, bits, worth)
        counts = np.bincount(np.clip(values, -trellis.LARGEST, trellis.LARGEST).ravel()
                             + trellis.LARGEST, minlength=bits.shape[1])
        bits[index] = -np.log2((counts + 0.01) / counts.sum())
    error = ((residual - trellis.points_of(values, indices)) ** 2).mean()
    ours = error + worth * np.take(bits[index], values + trellis.LARGEST).mean()
    prices = -np.log2(np.maximum(chosen(index), 1e-12))
    size = np.abs(residual)
    near = np.rint(size).astype(int)
    below = np.maximum(near - 1, 0)
    limit = len(prices) - 1
    scalar = np.minimum(*[(size - v) ** 2 + worth * prices[np.minimum(v, limit)]
                          for v in (near, below)]).mean()
    assert ours < 0.97 * scalar


def cost_of(values, points, residuals, indices):
    bits = BITS[indices, np.clip(values, -trellis.LARGEST, trellis.LARGEST) + trellis.LARGEST]
    return (((residuals - points) ** 2 + BIT_WORTH * bits) * (indices > 0)).sum(1)


@pytest.mark.skipif(find_library() is None, reason="the training library is not built")
def test_the_library_searches_as_well():
    """Its prices and residuals are rounded, so that paths of nearly one cost may change places."""
    rng = np.random.default_rng(3)
    indices = rng.integers(0, INDICES, (40, 60)).astype(np.uint8)
    residuals = rng.normal(0, [[sigma_of(int(i)) for i in row] for row in indices])
    residuals = residuals.astype(np.float32)
    found = {}
    for search in (native_trellis.NativeSearch(find_library(), MASSES, BIT_WORTH),
                   trellis.PlainSearch(MASSES, BIT_WORTH)):
        values, points = found[type(search)] = search.choose(residuals, indices)
        assert values.dtype == np.int32 and points.dtype == np.float32
        again = trellis.points_of(values.T, indices.T).T
        assert points == pytest.approx(again, abs=1e-5)
    assert (found[trellis.PlainSearch][0] != found[native_trellis.NativeSearch][0]).mean() < 0.05
    costs = [cost_of(*each, residuals, indices) for each in found.values()]
    assert costs[0] == pytest.approx(costs[1], rel=2e-3)


@pytest.mark.skipif(find_library() is None, reason="the training library is not built")
def test_the_library_refuses_what_are_no_prices():
    with pytest.raises(ValueError, match="prices"):
        native_trellis.NativeSearch(find_library(), MASSES[:5], BIT_WORTH)


@pytest.mark.skipif(find_library() is None, reason="the training library is not built")
def test_masses_of_the_choice_are_a_fixed_point():
    masses = chosen_masses()
    rng = np.random.default_rng(9)
    for index in (10, 20, 30):
        indices = np.full((64, 300), index, np.uint8)
        residuals = trellis.random_residuals(index, indices.shape, rng).astype(np.float32)
        values, _ = native_trellis.make_search(masses, BIT_WORTH).choose(residuals, indices)
        middle = len(masses[index]) // 2
        assert abs(masses[index] - MASSES[index]).max() > 3e-4
        for value in (0, 1, -1):
            share = (values == value).mean()
            assert share == pytest.approx(masses[index][middle + value], rel=0.06, abs=2e-3)


def test_masses_and_tables():
    for index, masses in enumerate(MASSES):
        assert masses.sum() == pytest.approx(1) and len(masses) % 2 == 1 and (masses > 0).all()
    counts = np.zeros(2 * trellis.FITTED + 2)
    assert trellis.fitted(MASSES[20], counts) == pytest.approx(MASSES[20])
    counts[trellis.FITTED] = 1e9
    assert trellis.fitted(MASSES[20], counts)[len(MASSES[20]) // 2] == pytest.approx(1, abs=1e-5)
    radius, cdf = entropy_tables(256, None, MASSES)
    assert radius.shape == (128,) and radius[0] == radius[64] == 0 and radius.max() <= 256
    assert len(cdf) == sum(2 * int(r) + 2 for r in radius if r)
    alone, start = entropy_tables(256)
    assert (radius[:64] == alone).all() and (cdf[: len(start)] == start).all()


def test_the_coder_codes_rows_as_paths_and_counts():
    rng = np.random.default_rng(2)
    residual = torch.from_numpy(rng.normal(0, 1, (2, 3, 4, 5))).float().requires_grad_()
    log2_sigma = torch.zeros(2, 3, 4, 5)
    coded = torch.ones(1, 1, 4, 5)
    coded[..., 1::2] = 0
    coder = TrellisCoder(MASSES)
    symbols, bits = coder.code(residual, log2_sigma, coded)
    assert coder.counts.sum() == 2 * 3 * 4 * 3
    assert (symbols[..., 1::2] == 0).all()
    on_grid = symbols.detach() / trellis.STEP
    assert on_grid.numpy() == pytest.approx(on_grid.round().numpy(), abs=1e-5)
    assert (symbols - residual)[..., ::2].abs().max() < 3 * trellis.STEP and bits.max() < 16
    index = round(float(np.log2(1 / 0.11) * 63 / math.log2(256 / 0.11)))
    row = residual.detach()[1, :, 2, ::2].T.reshape(-1, 1).double().numpy()
    values = trellis.best_path(row, np.full(row.shape, index), BITS, BIT_WORTH)
    expected = trellis.points_of(values, np.full(row.shape, index)).reshape(3, 3).T
    assert symbols.detach()[1, :, 2, ::2].numpy() == pytest.approx(expected, abs=1e-5)
    symbols.sum().backward()
    assert (residual.grad == 1).all()


def test_the_coders_prices_are_the_masses_and_have_slopes():
    index, values = 24.0, torch.tensor([0, 1, -1, 3])
    log2_sigma = torch.full((1, 4, 1, 1), math.log2(SIGMA_MIN) + index / INDEX_PER_OCTAVE)
    log2_sigma.requires_grad_()
    coder = TrellisCoder(MASSES)
    residual = torch.tensor([0.0, 0.7, -0.6, 2.0]).view(1, 4, 1, 1).requires_grad_()
    symbols, bits = coder.code(residual, log2_sigma, torch.ones(1, 1, 1, 1))
    values = coder._choose(residual.detach(), log2_sigma.detach(), torch.ones(1, 1, 1, 1))[0]
    expected = [BITS[24, int(v) + trellis.LARGEST] for v in values.flatten()]
    assert bits.flatten().tolist() == pytest.approx(expected, abs=1e-3)
    bits.sum().backward()
    slope = [BITS[25, int(v) + trellis.LARGEST] - BITS[24, int(v) + trellis.LARGEST]
             for v in values.flatten()]
    found = log2_sigma.grad.flatten() / INDEX_PER_OCTAVE
    assert found.tolist() == pytest.approx(slope, abs=1e-3)
    assert residual.grad.flatten()[3] > 0 > residual.grad.flatten()[2]
