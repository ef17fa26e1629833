"""The few layers that all networks are made of; the decoder's have an exact integer twin each.

Tensors are [batch, channel, row, column]. `level` [batch] is the real-valued rate level,
0 .. levels - 1.
"""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class _RoundStraightThrough(torch.autograd.Function):
    """round(x), half to even; the gradient passes unchanged."""

    @staticmethod
    def forward(ctx, x: Tensor) -> Tensor:
        return x.round()

    @staticmethod
    def backward(ctx, grad: Tensor) -> Tensor:
        return grad


def round_through(x: Tensor) -> Tensor:
    """Rounded values with a straight-through gradient (Bengio, Leonard and Courville, 2013)."""
    return _RoundStraightThrough.apply(x)


def fake_quantise(weight: Tensor, bits: int) -> Tensor:
    """Weights on the grid that `bits`-bit integers give, with a straight-through gradient.

    The grid is symmetric and per output channel (dimension 0): its largest weight is the integer
    2^(bits-1) - 1. Rounding twice changes nothing, so exported integers equal those trained with.
    """
    top = 2 ** (bits - 1) - 1
    peak = weight.detach().abs().flatten(1).amax(1).clamp_min(1e-12)
    scale = (peak / top).view(-1, *[1] * (weight.dim() - 1))
    return round_through(weight / scale) * scale


class _DepthwiseFunction(torch.autograd.Function):
    """Depthwise convolution with a faster weight gradient on the CPU.

    The library computes that gradient in one slow loop; one grouped convolution with a group per
    (channel, sample), correlating the input with the output's gradient, gives the same numbers.
    """

    @staticmethod
    def forward(ctx, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        ctx.save_for_backward(x, weight)
        return F.conv2d(x, weight, bias, padding=weight.shape[2] // 2, groups=weight.shape[0])

    @staticmethod
    def backward(ctx, grad: Tensor):
        x, weight = ctx.saved_tensors
        n, c, h, w = x.shape
        k = weight.shape[2]
        grad_x = F.conv2d(grad, weight.flip(2, 3), padding=k // 2, groups=c)
        padded = F.pad(x.transpose(0, 1), (k // 2,) * 4).reshape(1, c * n, h + k - 1, w + k - 1)
        kernels = grad.transpose(0, 1).reshape(c * n, 1, h, w)
        grad_weight = F.conv2d(padded, kernels, groups=c * n).view(c, n, k, k).sum(1).unsqueeze(1)
        return grad_x, grad_weight, grad.sum((0, 2, 3))


class LowerBound(torch.autograd.Function):
    """max(x, low); below the bound the gradient passes only where a step would raise x."""

    @staticmethod
    def forward(ctx, x: Tensor, low: float) -> Tensor:
        ctx.save_for_backward(x)
        ctx.low = low
        return x.clamp_min(low)

    @staticmethod
    def backward(ctx, grad: Tensor):
        (x,) = ctx.saved_tensors
        return grad * ((x >= ctx.low) | (grad < 0)), None


class Conv1x1(nn.Conv2d):
    """1x1 convolution. `weight_bits` > 0 makes it compute with fake-quantised weights."""

    weight_bits = 0
    split = 0
    """Inputs from this one on have a grid of their own: the exporter cuts there. 0: no cut."""

    def __init__(self, channels_in: int, channels_out: int, gain: float = 1.0,
                 bias: bool = True):
        super().__init__(channels_in, channels_out, 1, bias=bias)
        nn.init.normal_(self.weight, std=gain / math.sqrt(channels_in))
        if bias:
            nn.init.zeros_(self.bias)

    def effective_weight(self) -> Tensor:
        """The weights that the layer computes with."""
        if not self.weight_bits:
            return self.weight
        sizes = [self.split, self.in_channels - self.split] if self.split else [self.in_channels]
        parts = self.weight.split(sizes, 1)
        return torch.cat([fake_quantise(part, self.weight_bits) for part in parts], 1)

    def forward(self, x: Tensor) -> Tensor:
        weight, bias = self.effective_weight(), self.bias
        if x.dtype != weight.dtype and not torch.is_autocast_enabled():
            weight, bias = weight.to(x.dtype), None if bias is None else bias.to(x.dtype)
        return F.conv2d(x, weight, bias)


class Depthwise(nn.Conv2d):
    """k x k convolution of each channel by itself, zero padding. Starts near the identity."""

    weight_bits = 0

    def __init__(self, channels: int, k: int):
        super().__init__(channels, channels, k, padding=k // 2, groups=channels)
        with torch.no_grad():
            self.weight.normal_(0, 0.05)
            self.weight[:, :, k // 2, k // 2] += 1
            self.bias.zero_()

    def effective_weight(self) -> Tensor:
        """The weights that the layer computes with."""
        return fake_quantise(self.weight, self.weight_bits) if self.weight_bits else self.weight

    def forward(self, x: Tensor) -> Tensor:
        weight = self.effective_weight()
        if x.device.type == "cpu" and self.training and torch.is_grad_enabled():
            return _DepthwiseFunction.apply(x, weight, self.bias)
        return F.conv2d(x, weight, self.bias, padding=self.padding, groups=self.groups)


class Block(nn.Module):
    """x + project(relu(expand(depthwise(x)))): the only non-linear unit. Starts as the identity."""

    cpu_bf16 = False
    """Train the two 1x1 convolutions in bfloat16; the sum with x stays in single precision."""

    def __init__(self, channels: int, expansion: int, k: int):
        super().__init__()
        self.depthwise = Depthwise(channels, k)
        self.expand = Conv1x1(channels, channels * expansion, gain=math.sqrt(2))
        self.project = Conv1x1(channels * expansion, channels, gain=0.0)

    def forward(self, x: Tensor) -> Tensor:
        y = self.depthwise(x)
        if self.cpu_bf16 and self.training and torch.is_grad_enabled():
            y = y.bfloat16().contiguous(memory_format=torch.channels_last)
            return x + self.project(F.relu(self.expand(y))).float()
        return x + self.project(F.relu(self.expand(y)))


class Down(nn.Module):
    """Half the resolution: 2x2 pixels become channels (channel-major), then a 1x1 convolution."""

    def __init__(self, channels_in: int, channels_out: int):
        super().__init__()
        self.mix = Conv1x1(channels_in * 4, channels_out)

    def forward(self, x: Tensor) -> Tensor:
        return self.mix(F.pixel_unshuffle(x, 2))


class Up(nn.Module):
    """Twice the resolution: a 1x1 convolution, then groups of 4 channels become 2x2 pixels."""

    def __init__(self, channels_in: int, channels_out: int):
        super().__init__()
        self.mix = Conv1x1(channels_in, channels_out * 4)

    def forward(self, x: Tensor) -> Tensor:
        return F.pixel_shuffle(self.mix(x), 2)


class LevelTable(nn.Module):
    """A vector per rate level, linear between levels: [batch] -> [batch, C, 1, 1]."""

    def __init__(self, levels: int, channels: int):
        super().__init__()
        self.table = nn.Parameter(torch.zeros(levels, channels))

    def forward(self, level: Tensor) -> Tensor:
        below = level.floor().long().clamp(0, self.table.shape[0] - 2)
        t = (level - below).unsqueeze(1)
        mixed = self.table[below] * (1 - t) + self.table[below + 1] * t
        return mixed[:, :, None, None]


class Condition(nn.Module):
    """Scale and bias per channel, chosen by the rate level. Starts as the identity."""

    def __init__(self, levels: int, channels: int):
        super().__init__()
        self.log_scale = LevelTable(levels, channels)
        self.bias = LevelTable(levels, channels)

    def vectors(self, level: Tensor) -> tuple[Tensor, Tensor]:
        """Scale and bias at these levels, each [batch, C]."""
        return self.log_scale(level).exp()[:, :, 0, 0], self.bias(level)[:, :, 0, 0]

    def forward(self, x: Tensor, level: Tensor) -> Tensor:
        return x * self.log_scale(level).exp() + self.bias(level)


class Stage(nn.Sequential):
    """Layers in order; those that depend on the rate level receive it."""

    def forward(self, x: Tensor, level: Tensor) -> Tensor:
        for layer in self:
            x = layer(x, level) if isinstance(layer, Condition) else layer(x)
        return x
