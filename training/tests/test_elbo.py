"""The KL term against numeric integration of its definition, and its behaviour far out."""

import math

import numpy as np
import pytest
import torch

from vaecomp_train.elbo import Balance, Terms, bounded_sigma, kl_bits, quantise


def integrated_kl(y: float, sigma: float) -> float:
    """KL in bits of U(y - 1/2, y + 1/2) against the prior density N(0, sigma^2) * U(-1/2, 1/2).

    The prior's mass is a midpoint sum over the Gaussian's density; nothing of erfc here.
    """
    n = 400
    offsets = (np.arange(n) + 0.5) / n - 0.5
    v = y + offsets[:, None]
    t = v + offsets[None, :]
    density = np.exp(-0.5 * (t / sigma) ** 2) / (sigma * math.sqrt(2 * math.pi))
    mass = density.mean(1)
    return float(-np.log2(mass).mean())


@pytest.mark.parametrize("y, sigma", [(0.0, 0.4), (0.0, 1.0), (0.7, 1.0), (-2.3, 1.5), (5.0, 8.0),
                                      (0.25, 60.0), (30.0, 20.0)])
def test_kl_equals_numeric_integration(y, sigma):
    samples = torch.linspace(y - 0.5, y + 0.5, 4001, dtype=torch.float64)
    middles = (samples[1:] + samples[:-1]) / 2
    kl = kl_bits(middles, torch.tensor(sigma, dtype=torch.float64)).mean().item()
    assert kl == pytest.approx(integrated_kl(y, sigma), abs=0.01)


def test_random_posterior_samples_estimate_the_kl():
    torch.manual_seed(0)
    _, posterior = quantise(torch.full((40000,), 1.3), sample=True)
    assert posterior.min() >= 0.8 and posterior.max() <= 1.8
    kl = kl_bits(posterior, torch.tensor(1.0)).mean().item()
    assert kl == pytest.approx(integrated_kl(1.3, 1.0), abs=0.02)


def test_rounded_values_cost_their_code_length():
    sigma = 0.8
    mass = {v: 0.5 * (math.erf((v + 0.5) / sigma / math.sqrt(2))
                      - math.erf((v - 0.5) / sigma / math.sqrt(2))) for v in range(-4, 5)}
    assert sum(mass.values()) == pytest.approx(1, abs=1e-6)
    for v in (-2, -1, 0, 1, 2):
        got = kl_bits(torch.tensor(float(v)), torch.tensor(sigma)).item()
        assert got == pytest.approx(-math.log2(mass[v]), abs=0.02)


def test_far_values_are_priced_as_escapes_with_a_gradient():
    v = torch.tensor([3.0, 20.0, 500.0, 30000.0], requires_grad=True)
    bits = kl_bits(v, torch.tensor(0.11))
    assert (bits.diff() > 0).all()
    assert bits[-1].item() == pytest.approx(16 + 2 * math.log2(30001), abs=0.1)
    bits.sum().backward()
    assert torch.isfinite(v.grad).all() and (v.grad > 0).all()


def test_rounding_passes_the_gradient():
    r = torch.tensor([0.4, 1.6], requires_grad=True)
    symbols, posterior = quantise(r, sample=False)
    assert symbols.tolist() == [0.0, 2.0] and posterior is symbols
    (symbols * torch.tensor([2.0, 3.0])).sum().backward()
    assert r.grad.tolist() == [2.0, 3.0]


def test_sigma_is_bounded_and_can_come_back():
    low = torch.tensor([-9.0, 3.0, 20.0], requires_grad=True)
    sigma = bounded_sigma(low)
    assert sigma.tolist() == pytest.approx([0.11, 8.0, 256.0], rel=1e-5)
    sigma.sum().backward()
    assert low.grad[0] == 0  # a step down has nothing to give
    low.grad = None
    (-bounded_sigma(low)).sum().backward()
    assert low.grad[0] < 0  # a step up has


def test_balance_gives_each_level_an_equal_say():
    balance = Balance(3)
    level, cost = torch.tensor([0.1, 1.9, 2.0]), torch.tensor([1.0, 30.0, 50.0])
    assert balance.share(level, cost).tolist() == pytest.approx([1, 1 / 30, 1 / 50])
    balance.update(balance.sums(level, cost))
    assert balance.typical.tolist() == pytest.approx([1.0, 0.0, 40.0])
    assert (balance.share(level, cost) * cost).tolist() == pytest.approx([1, 0.75, 1.25])


def test_cost_is_the_elbo_over_beta():
    terms = Terms(torch.tensor([10.0]), torch.tensor([0.5]), torch.tensor([0.1]))
    beta = 4.0
    negative_elbo = 10.0 + beta * 0.6
    assert terms.cost(torch.tensor(1 / beta)).item() == pytest.approx(negative_elbo / beta)
