"""The negative ELBO of the codec: squared error plus the KL terms, which are the rate in bits.

With the uniform posterior q(y~ | x) = U(y - 1/2, y + 1/2) (Balle, Laparra and Simoncelli, 2017) the
term log q is 0, so KL(q || p) = E_q[-log p(y~)], and with the prior's density taken as the mass of
an interval of length 1 it equals the expected code length of the rounded latents. The latents y
and the hyper latents z each have such a term (Balle, Minnen, Singh, Hwang and Johnston, 2018).
"""

import math
from typing import NamedTuple

import torch
from torch import Tensor

from .layers import LowerBound, round_through

SIGMA_MIN, SIGMA_MAX = 0.11, 256.0
"""Range of the prior's sigma in quantisation steps; MODEL.md's scale indices span the same."""

_TAIL_START = 4.0
"""From so many sigmas on the mass comes from its asymptotic series: erfc has no digits left."""

ESCAPE_NATS = 11.1
"""Cost of the escape symbol, 16 bits at worst; its magnitude costs 2 log2(1 + |v|) bits more."""


class Terms(NamedTuple):
    """The parts of the negative ELBO for each picture of a batch, each [batch]."""

    distortion: Tensor
    """255^2 * mean squared error: -log p(x | y) up to a scale and a constant."""
    kl_y: Tensor
    """KL of the latents in bits per pixel."""
    kl_z: Tensor
    """KL of the hyper latents in bits per pixel."""

    def cost(self, lam: Tensor) -> Tensor:
        """lambda * distortion + KL, in bits per pixel.

        This is the negative ELBO with weight beta = 1 / lambda on the KL, divided by beta.
        """
        return lam * self.distortion + self.kl_y + self.kl_z


def bounded_sigma(log2_sigma: Tensor) -> Tensor:
    """Sigma inside [SIGMA_MIN, SIGMA_MAX] from the context step's log2."""
    low = LowerBound.apply(log2_sigma, math.log2(SIGMA_MIN))
    return (low.clamp_max(math.log2(SIGMA_MAX)) * math.log(2)).exp()


def noise_like(x: Tensor) -> Tensor:
    """The posterior around its centre: U(-1/2, 1/2) of x's shape."""
    return torch.rand_like(x) - 0.5


def quantise(residual: Tensor, sample: bool) -> tuple[Tensor, Tensor]:
    """Symbols for the decoder, and the posterior sample whose probability is the rate.

    The symbols are rounded with a straight-through gradient. The sample is the residual plus
    U(-1/2, 1/2) noise if `sample`, else the symbols themselves: what a real file would hold.
    """
    symbols = round_through(residual)
    return symbols, (residual + noise_like(residual)) if sample else symbols


def kl_bits(v: Tensor, sigma: Tensor) -> Tensor:
    """Elementwise -log2 of the prior's mass on [v - 1/2, v + 1/2]; the prior is N(0, sigma^2).

    A mean over posterior samples v estimates KL(q || p). Far values are priced as the file codes
    them, by an escape of logarithmic length, which also bounds the gradient.
    """
    a = v.abs()
    low, high = (a - 0.5) / sigma, (a + 0.5) / sigma
    mass = 0.5 * (torch.erfc(low * math.sqrt(0.5)) - torch.erfc(high * math.sqrt(0.5)))
    t = low.clamp_min(_TAIL_START)
    ratio = torch.exp(-0.5 * (high.clamp_min(_TAIL_START) ** 2 - t * t)).clamp_max(0.999)
    tail = -0.5 * t * t - torch.log(t) - 0.5 * math.log(2 * math.pi) + torch.log1p(-ratio)
    log_mass = torch.where(low > _TAIL_START, tail, torch.log(mass.clamp_min(1e-9)))
    escape = -ESCAPE_NATS - 2 * torch.log1p(a)
    return -torch.logaddexp(log_mass, escape) / math.log(2)


class Balance:
    """Gives each rate level an equal say: weights pictures by 1 / (running cost at their level).

    Without it the finest level's costs, 50 times the coarsest's, would own the gradient.
    """

    MOMENTUM = 0.98

    def __init__(self, levels: int, device: torch.device | str = "cpu"):
        self.typical = torch.zeros(levels, device=device)
        """Running mean cost at each level in bits per pixel; 0 where none was seen."""

    def share(self, level: Tensor, cost: Tensor) -> Tensor:
        """Weights [batch]; a level never seen before is weighted by its own cost."""
        typical = self.typical[level.round().long()]
        return 1 / torch.where(typical == 0, cost.detach(), typical).clamp_min(1e-3)

    def sums(self, level: Tensor, cost: Tensor) -> Tensor:
        """Sum of costs and count of pictures for each level, [2, levels]; processes add theirs."""
        out = torch.zeros(2, len(self.typical), device=cost.device)
        out[0].index_add_(0, level.round().long(), cost.detach())
        out[1].index_add_(0, level.round().long(), torch.ones_like(cost))
        return out

    def update(self, sums: Tensor) -> None:
        """Move the running costs toward the means that `sums` gives."""
        total, count = sums
        mean = total / count.clamp_min(1)
        moved = self.typical * self.MOMENTUM + mean * (1 - self.MOMENTUM)
        seen = torch.where(self.typical == 0, mean, moved)
        self.typical = torch.where(count > 0, seen, self.typical)
