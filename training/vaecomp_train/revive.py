"""Gives a block's dead units another start, and all of them inputs around zero.

A unit that is never on gives nothing and gets no gradient: it stays dead. Units die where the
inputs' mean is large against their spread: then the mean's direction owns the gradient, and one
step moves all units together. Both changes here leave what the codec computes as it is.
"""

import torch
from torch import Tensor, nn

from .layers import Block
from .model import Codec

_BATCH = 12
"""Crops at a time."""
_LEAST_SPREAD = 0.1
"""Channels of less than this share of the typical spread are taken to have as much."""


class _Seen:
    """What came to a block's expansion, and the greatest value of each of its units."""

    def __init__(self, expand: nn.Conv2d):
        self.count = 0
        self.sum = torch.zeros(expand.in_channels, dtype=torch.float64)
        self.squares = torch.zeros_like(self.sum)
        self.greatest = torch.full((expand.out_channels,), -torch.inf)

    def add(self, x: Tensor, units: Tensor) -> None:
        """Of a batch."""
        rows = x.movedim(1, -1).flatten(0, -2).double()
        self.count += len(rows)
        self.sum += rows.sum(0)
        self.squares += rows.square().sum(0)
        self.greatest = torch.maximum(self.greatest, units.amax((0, 2, 3)))

    def mean(self) -> Tensor:
        """By channel."""
        return self.sum / self.count

    def spread(self) -> Tensor:
        """Standard deviation by channel."""
        return (self.squares / self.count - self.mean().square()).clamp_min(0).sqrt()


def _observe(codec: Codec, crops: Tensor) -> dict[str, _Seen]:
    """What the blocks see of crops [N, 3, H, W] in 0..1, spread over the rate levels."""
    blocks = {name: m for name, m in codec.named_modules() if isinstance(m, Block)}
    seen = {name: _Seen(block.expand) for name, block in blocks.items()}
    hooks = [block.expand.register_forward_hook(
        lambda _, inputs, out, seen=seen[name]: seen.add(inputs[0], out))
        for name, block in blocks.items()]
    training = codec.training
    codec.eval()
    levels = torch.linspace(0, codec.config.levels - 1, min(_BATCH, len(crops)))
    try:
        for batch in crops.split(_BATCH):
            codec(batch, levels[:len(batch)], sample=False)
    finally:
        codec.train(training)
        for hook in hooks:
            hook.remove()
    return seen


@torch.no_grad()
def revive(codec: Codec, crops: Tensor) -> dict[str, tuple[int, int]]:
    """Start dead units anew; units by block, those revived and all.

    The depthwise bias takes the inputs' mean away, and the expansion's bias gives it back. A
    revived unit is on at about half of the positions, at the size of a new block's units, and the
    projection takes nothing from it to begin with.
    """
    report = {}
    for name, seen in _observe(codec, crops).items():
        block = codec.get_submodule(name)
        weight, bias = block.expand.weight, block.expand.bias
        mean = seen.mean().float()
        bias += weight[:, :, 0, 0] @ mean
        block.depthwise.bias -= mean
        dead = seen.greatest <= 0
        count = int(dead.sum())
        report[name] = count, len(dead)
        if not count:
            continue
        spread = seen.spread().float()
        typical = spread.square().mean().sqrt()
        scale = typical / spread.clamp_min(_LEAST_SPREAD * float(typical) + 1e-12)
        rows = torch.randn(count, len(mean)) * (2 / len(mean)) ** 0.5 * scale
        weight[dead] = rows[:, :, None, None]
        bias[dead] = 0
        block.project.weight[:, dead] = 0
    return report
