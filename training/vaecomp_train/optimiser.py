"""The optimisers to choose from: Adam, and Muon for the matrices with Adam for all else.

Muon (Jordan, 2024) moves a matrix along its momentum with all singular values made equal, found
by a Newton-Schulz iteration in place of a singular value decomposition. The step is scaled so that
its elements are about as large as Adam's (Liu et al., 2025), and one learning rate serves both.
"""

import math

import torch
from torch import Tensor, nn

from .config import TrainConfig, UserError
from .layers import Conv1x1
from .runtime import cpu_multiplies_bf16

_ITERATIONS = 5
_COEFFICIENTS = (3.4445, -4.7750, 2.0315)
"""Of the quintic a x + b x^3 + c x^5, which takes singular values in 0.01 .. 1 to about 1."""
_LIKE_ADAM = 0.2
"""Root mean square of Adam's step over the learning rate, as found in practice."""


def orthogonalised(matrix: Tensor, bf16: bool = False) -> Tensor:
    """A matrix [m, n] with the singular vectors of `matrix` and singular values near 1.

    `bf16`: iterate in bfloat16, which moves the singular values no more than the iteration does.
    """
    a, b, c = _COEFFICIENTS
    x = matrix if matrix.shape[0] <= matrix.shape[1] else matrix.T
    x = x / (x.norm() + 1e-12)
    if bf16:
        x = x.bfloat16()
    for _ in range(_ITERATIONS):
        gram = x @ x.T
        x = a * x + (b * gram + c * gram @ gram) @ x
    return (x if matrix.shape[0] <= matrix.shape[1] else x.T).to(matrix.dtype)


class Muon(torch.optim.Optimizer):
    """Muon for the groups marked `matrices`, Adam for the others."""

    def __init__(self, groups: list[dict], rate: float, momentum: float = 0.95,
                 betas: tuple[float, float] = (0.9, 0.98), eps: float = 1e-8,
                 bf16: bool = False):
        super().__init__(groups, {"lr": rate, "matrices": False})
        self._momentum, self._betas, self._eps, self._bf16 = momentum, betas, eps, bf16

    @torch.no_grad()
    def step(self, closure=None) -> None:
        for group in self.param_groups:
            update = self._matrix_step if group["matrices"] else self._adam_step
            for p in group["params"]:
                if p.grad is not None:
                    update(p, group["lr"])

    def _matrix_step(self, p: Tensor, rate: float) -> None:
        state = self.state[p]
        if not state:
            state["momentum"] = torch.zeros_like(p)
        mean = state["momentum"].lerp_(p.grad, 1 - self._momentum)
        ahead = p.grad.lerp(mean, self._momentum).flatten(1)  # Nesterov's look-ahead
        size = _LIKE_ADAM * math.sqrt(max(ahead.shape))
        p.add_(orthogonalised(ahead, self._bf16).view_as(p), alpha=-rate * size)

    def _adam_step(self, p: Tensor, rate: float) -> None:
        state = self.state[p]
        if not state:
            state.update(step=torch.tensor(0.0), exp_avg=torch.zeros_like(p),
                         exp_avg_sq=torch.zeros_like(p))
        state["step"] += 1
        beta1, beta2 = self._betas
        mean = state["exp_avg"].lerp_(p.grad, 1 - beta1)
        square = state["exp_avg_sq"].mul_(beta2).addcmul_(p.grad, p.grad, value=1 - beta2)
        count = float(state["step"])
        spread = (square / (1 - beta2**count)).sqrt_().add_(self._eps)
        p.addcdiv_(mean, spread, value=-rate / (1 - beta1**count))


def make_optimiser(codec: nn.Module, moving: list[nn.Parameter],
                   settings: TrainConfig) -> torch.optim.Optimizer:
    """The configured optimiser for the parameters `moving` of `codec`."""
    if settings.optimiser == "adam":
        return torch.optim.Adam(moving, lr=settings.rate, betas=(0.9, 0.98))
    if settings.optimiser != "muon":
        raise UserError(f"train.optimiser: adam or muon, not {settings.optimiser}")
    weights = {id(m.weight) for m in codec.modules() if isinstance(m, Conv1x1)}
    groups = [{"params": [p for p in moving if id(p) in weights], "matrices": True},
              {"params": [p for p in moving if id(p) not in weights]}]
    bf16 = settings.bf16 and (moving[0].is_cuda or cpu_multiplies_bf16())
    return Muon([group for group in groups if group["params"]], settings.rate, bf16=bf16)
