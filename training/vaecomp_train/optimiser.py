"""The optimisers to choose from: Adam, and Muon for the matrices with Adam for all else.

Muon (Jordan, 2024) moves a matrix along its momentum with all singular values made equal, found
by a Newton-Schulz iteration in place of a singular value decomposition. The step is scaled so that
its elements are about as large as Adam's (Liu et al., 2025), and one learning rate serves both.
"""

import math

import torch
from torch import Tensor, nn

from .config import TrainConfig, UserError
from .engine import Library
from .layers import Conv1x1
from .model import Codec
from .runtime import cpu_multiplies_bf16

_TURNS = ((8.3837, -24.7659, 18.3571), (4.0434, -3.0114, 0.5695), (3.5056, -2.6267, 0.5257),
          (2.4901, -1.8343, 0.4368))
"""Of quintics a x + b x^3 + c x^5 one after the other, each the nearest to 1 for what the one before
makes of singular values in 0.003 .. 1 (Amsel et al., 2025): they end within 0.2 of 1."""
_COARSE_TURNS = ((3.4445, -4.7750, 2.0315),) * 5
"""The same for bfloat16, in which the sums of those large coefficients would have no digits left."""
_LIKE_ADAM = 0.2
"""Root mean square of Adam's step over the learning rate, as found in practice."""


def orthogonalised(matrix: Tensor, bf16: bool = False) -> Tensor:
    """A matrix [m, n] with the singular vectors of `matrix` and singular values near 1.

    `bf16`: iterate in bfloat16, which moves the singular values no more than the iteration does.
    """
    x = matrix if matrix.shape[0] <= matrix.shape[1] else matrix.T
    x = x / (x.norm() + 1e-12)
    if bf16:
        x = x.bfloat16()
    for turn, (a, b, c) in enumerate(_COARSE_TURNS if bf16 else _TURNS):
        gram = x @ x.T
        square = gram @ gram
        if turn == 0:
            # The eighth root of the sum of the singular values' eighth powers: a close bound.
            bound = (square.norm() + 1e-12) ** 0.25
            x, gram, square = x / bound, gram / bound**2, square / bound**4
        x = a * x + (b * gram + c * square) @ x
    return (x if matrix.shape[0] <= matrix.shape[1] else x.T).to(matrix.dtype)


class Muon(torch.optim.Optimizer):
    """Muon for the groups marked `matrices`, Adam for the others."""

    def __init__(self, groups: list[dict], rate: float, momentum: float = 0.95,
                 betas: tuple[float, float] = (0.9, 0.98), eps: float = 1e-8,
                 bf16: bool = False, library: Library | None = None):
        """`library`: takes the matrices' steps, on a CPU."""
        super().__init__(groups, {"lr": rate, "matrices": False})
        self._momentum, self._betas, self._eps, self._bf16 = momentum, betas, eps, bf16
        self._library = library

    @torch.no_grad()
    def step(self, closure=None) -> None:
        for group in self.param_groups:
            moving = [p for p in group["params"] if p.grad is not None]
            if group["matrices"] and self._library is not None:
                self._native_steps(moving, group["lr"])
                continue
            update = self._matrix_step if group["matrices"] else self._adam_step
            for p in moving:
                update(p, group["lr"])

    def _matrix_step(self, p: Tensor, rate: float) -> None:
        state = self.state[p]
        if not state:
            state["momentum"] = torch.zeros_like(p)
        mean = state["momentum"].lerp_(p.grad, 1 - self._momentum)
        ahead = p.grad.lerp(mean, self._momentum).flatten(1)  # Nesterov's look-ahead
        size = _LIKE_ADAM * math.sqrt(max(ahead.shape))
        p.add_(orthogonalised(ahead, self._bf16).view_as(p), alpha=-rate * size)

    def _native_steps(self, matrices: list[Tensor], rate: float) -> None:
        """_matrix_step of all of them."""
        for p in matrices:
            if not self.state[p]:
                self.state[p]["momentum"] = torch.zeros_like(p)
        shapes = [p.flatten(1).shape for p in matrices]
        self._library.muon_steps(matrices, [p.grad.contiguous() for p in matrices],
                                 [self.state[p]["momentum"] for p in matrices], shapes,
                                 [rate * _LIKE_ADAM * math.sqrt(max(shape)) for shape in shapes],
                                 self._momentum, _TURNS)

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


def make_optimiser(codec: Codec, moving: list[nn.Parameter],
                   settings: TrainConfig) -> torch.optim.Optimizer:
    """The configured optimiser for the parameters `moving` of `codec`, with its engine if it has one."""
    if settings.optimiser == "adam":
        return torch.optim.Adam(moving, lr=settings.rate, betas=(0.9, 0.98))
    if settings.optimiser != "muon":
        raise UserError(f"train.optimiser: adam or muon, not {settings.optimiser}")
    weights = {id(m.weight) for m in codec.modules() if isinstance(m, Conv1x1)}
    groups = [{"params": [p for p in moving if id(p) in weights], "matrices": True},
              {"params": [p for p in moving if id(p) not in weights]}]
    bf16 = settings.bf16 and (moving[0].is_cuda or cpu_multiplies_bf16())
    return Muon([group for group in groups if group["params"]], settings.rate, bf16=bf16,
                library=codec.engine.library if codec.engine else None)
