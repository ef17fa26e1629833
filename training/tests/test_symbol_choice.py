"""The encoder's choice of symbols: borders, prices, gradients, and the phase that trains on it."""

import math

import numpy as np
import pytest
import torch

import tiny
from vaecomp_train.elbo import SIGMA_MIN
from vaecomp_train.config import FinetuneConfig
from vaecomp_train.finetune import phases
from vaecomp_train.model import Codec
from vaecomp_train.symbol_choice import BIT_WORTH, SymbolCoder, chosen
from vaecomp_train.symbol_counts import CountingCoder
from vaecomp_train.tables import INDICES, distribution, sigma_of, upper_tail

GAUSSIAN = [distribution(index) for index in range(INDICES)]


def column(values):
    return torch.tensor(values).view(1, -1, 1, 1)


def log2_sigmas(index, count):
    return torch.full((1, count, 1, 1), math.log2(sigma_of(index)))


def test_gives_up_what_costs_more_than_it_is_worth():
    """At sigma 0.3 a one costs about 4 bits more than a zero, an eighth of a squared step: r^2 -
    (1 - r)^2 = 2 r - 1 is below that up to r = 0.56."""
    index = 8
    bits = math.log2(GAUSSIAN[index][0] / GAUSSIAN[index][1])
    border = (bits * BIT_WORTH + 1) / 2
    residual = column([0.49, border - 0.01, border + 0.01, -border + 0.01, -border - 0.01])
    coder, coded = CountingCoder(GAUSSIAN), torch.ones(1, 1, 1, 1)
    symbols, cost = coder.code(residual, log2_sigmas(index, 5), coded)
    assert border > 0.53 and symbols.flatten().round().tolist() == [0, 0, 1, 0, -1]
    price = [-math.log2(GAUSSIAN[index][abs(int(v))]) for v in (0, 0, 1, 0, -1)]
    assert cost.flatten().tolist() == pytest.approx(price, rel=1e-3)
    assert coder.counts[index, :2].tolist() == [3, 2] and coder.counts.sum() == 5
    far = torch.full((1, 5, 1, 1), 1000.4)
    with torch.no_grad():
        assert (coder.code(far, log2_sigmas(index, 5), 0 * coded)[0] == 1000).all()
        assert coder.counts.sum() == 5
        symbols, cost = coder.code(far, log2_sigmas(index, 5) - 9, coded)
    assert (symbols == 0).all() and (cost == 0).all()


def test_masses_are_those_of_the_choice_at_their_own_prices():
    """Integrates a fine histogram of residuals through the coder that the masses make."""
    for index in (6, 20, 40):
        masses, sigma = chosen(index), sigma_of(index)
        assert masses[0] + 2 * masses[1:].sum() == pytest.approx(1)
        edges = np.linspace(0, 6 * sigma, 20001)
        share = -np.diff([upper_tail(sigma, x) for x in edges])
        middle = torch.from_numpy((edges[1:] + edges[:-1]) / 2).float().view(1, -1, 1, 1)
        with torch.no_grad():
            symbols, _ = SymbolCoder().code(middle, log2_sigmas(index, 20000), torch.ones(1))
        symbols = symbols.flatten().numpy().astype(int)
        found = np.bincount(symbols, share, minlength=4)
        found[0] *= 2
        assert found[:3] == pytest.approx(masses[:3], rel=0.01, abs=1e-4)
        assert masses[0] > distribution(index)[0]


def test_prices_have_slopes():
    coder, step = SymbolCoder(), 1 / 8
    index = torch.tensor([20.0, 20.25, 0.25])
    log2_sigma = (math.log2(SIGMA_MIN) + index * (math.log2(sigma_of(63) / SIGMA_MIN) / 63))
    log2_sigma = log2_sigma.view(1, 3, 1, 1).requires_grad_()
    residual = column([1.9, 0.0, 0.0]).requires_grad_()
    symbols, bits = coder.code(residual, log2_sigma, torch.ones(1))
    assert bits.flatten()[2] == 0
    bits.sum().backward()
    assert log2_sigma.grad.flatten()[0] < 0 < log2_sigma.grad.flatten()[1]
    assert residual.grad.flatten()[0] > 0 and residual.grad.flatten()[1:].abs().max() < 1e-6
    with torch.no_grad():
        more = coder.code(residual, log2_sigma + step, torch.ones(1))[1]
    change = (more - bits).flatten()[:2] / step
    assert log2_sigma.grad.flatten()[:2].tolist() == pytest.approx(change.tolist(), rel=0.1)


@pytest.mark.parametrize("name, moved, still", [
    ("choice", ("synthesis", "context"), ("analysis", "hyper_analysis")),
    ("prior", ("hyper_analysis", "context"), ("analysis", "synthesis"))])
def test_a_phase_moves_its_networks_alone(name, moved, still):
    torch.manual_seed(1)
    codec = Codec(tiny.MODEL)
    phase = phases(FinetuneConfig())[name]
    moving = phase.parameters(codec)
    for p in codec.parameters():
        p.requires_grad_(False)
    for p in moving:
        p.requires_grad_(True)
    x = torch.from_numpy(tiny.photo(3, 64, 64)).permute(2, 0, 1)[None] / 255
    terms = phase.objective(codec.train(), x, torch.tensor([4.0]))
    terms.cost(codec.lambda_of(torch.tensor([4.0]))).sum().backward()
    assert all(torch.isfinite(p.grad).all() for p in moving if p.grad is not None)
    for part in still:
        assert all(p.grad is None for p in getattr(codec, part).parameters()), part
    for part in moved:
        grads = [p.grad for p in getattr(codec, part).parameters()]
        assert any(g is not None and g.abs().max() > 0 for g in grads), part
