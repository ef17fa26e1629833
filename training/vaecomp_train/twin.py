"""The integer twin: runs the layer lists of MODEL.md in PyTorch, exact ones to the bit.

Tensors are [row][column][channel]. Exact networks hold int32 tensors whose values fit an i16; a 1x1
layer multiplies in float64, which is exact because the overflow proof (VM-21) keeps every partial
sum below 2^31.
"""
from __future__ import annotations

from typing import Callable

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from .vaem import Layer, Network

Observer = Callable[[int, Tensor], None]
"""Called after each layer with its number and the current tensor."""


def shuffle(x: Tensor, k: int) -> Tensor:
    """VM-16: groups of k^2 channels become k x k positions."""
    rows, columns, channels = x.shape
    x = x.reshape(rows, columns, channels // (k * k), k, k).permute(0, 3, 1, 4, 2)
    return x.reshape(rows * k, columns * k, channels // (k * k))


def unshuffle(x: Tensor, k: int) -> Tensor:
    """VM-17: the inverse of `shuffle`."""
    rows, columns, channels = x.shape
    x = x.reshape(rows // k, k, columns // k, k, channels).permute(0, 2, 4, 1, 3)
    return x.reshape(rows // k, columns // k, channels * k * k)


class Runner:
    """A network made ready to run on one device; it keeps its own converted copy of the weights."""

    def __init__(self, network: Network, device: str | torch.device = "cpu") -> None:
        self.network = network
        self._device = device
        self._ready = [self._prepare(layer) for layer in network.layers]

    def _prepare(self, layer: Layer) -> dict[str, Tensor]:
        if layer.weights is None:
            return {}
        if not self.network.exact:
            kinds = {name: torch.float32 for name in ("weights", "bias", "multiplier")}
        else:
            kinds = {
                "weights": {
                    "conv1x1": torch.float64,
                    "depthwise": torch.int32,
                    "affine": torch.int64,
                }[layer.op],
                "bias": torch.int64,
                "multiplier": torch.int64,
            }
        ready = {}
        for name, kind in kinds.items():
            tensor = getattr(layer, name)
            if tensor is not None:
                ready[name] = torch.from_numpy(np.array(tensor)).to(self._device, kind)
        return ready

    def __call__(
        self, inputs: list[Tensor], quality: int, observe: Observer | None = None
    ) -> Tensor:
        """Runs the network: inputs [h][w][C] as i32 (exact) or f32; returns the last layer's
        tensor."""
        kind = torch.int32 if self.network.exact else torch.float32
        inputs = [x.to(self._device, kind) for x in inputs]
        x, stack = inputs[0], []
        step = self._exact if self.network.exact else self._float
        for i, (layer, ready) in enumerate(zip(self.network.layers, self._ready)):
            if layer.op == "input":
                x = inputs[layer.k]
            elif layer.op == "push":
                stack.append(x)
            elif layer.op == "add":
                x = x + stack.pop()
                x = x.clamp(layer.low, layer.high) if self.network.exact else x
            elif layer.op == "relu":
                x = x.clamp_min(0)
            elif layer.op == "shuffle":
                x = shuffle(x, layer.k)
            elif layer.op == "unshuffle":
                x = unshuffle(x, layer.k)
            elif layer.op == "concat":
                x = torch.cat([x, inputs[layer.k]], 2)
            else:
                x = step(layer, ready, x, quality)
            if observe:
                observe(i, x)
        return x

    @staticmethod
    def _exact(layer: Layer, ready: dict[str, Tensor], x: Tensor, quality: int) -> Tensor:
        half = 1 << (layer.shift - 1)
        if layer.op == "affine":
            scaled = (x.long() * ready["weights"][quality] + half) >> layer.shift
            return (scaled + ready["bias"][quality]).clamp(layer.low, layer.high).int()
        if layer.op == "conv1x1":
            rows, columns, channels = x.shape
            total = (x.reshape(-1, channels).double() @ ready["weights"].T).long()
            total = total.reshape(rows, columns, -1)
        else:
            total = _depthwise(x, ready["weights"], layer.k).long()
        total += ready["bias"]
        return (
            ((total * ready["multiplier"] + half) >> layer.shift).clamp(layer.low, layer.high).int()
        )

    @staticmethod
    def _float(layer: Layer, ready: dict[str, Tensor], x: Tensor, quality: int) -> Tensor:
        if layer.op == "asinh":
            return torch.asinh(x)
        if layer.op == "affine":
            return x * ready["weights"][quality] + ready["bias"][quality]
        if layer.op == "conv1x1":
            x = x @ ready["weights"].T
        else:
            planes = F.conv2d(
                x.permute(2, 0, 1)[None],
                ready["weights"][:, None],
                padding=layer.k // 2,
                groups=x.shape[2],
            )
            x = planes[0].permute(1, 2, 0)
        return (x * ready["multiplier"] if "multiplier" in ready else x) + ready["bias"]


def _depthwise(x: Tensor, weights: Tensor, k: int) -> Tensor:
    """VM-15 without bias: i32 sums, one pass for each of the k x k weights."""
    rows, columns, _ = x.shape
    padded = F.pad(x, (0, 0, k // 2, k // 2, k // 2, k // 2))
    total = torch.zeros_like(x)
    for i in range(k):
        for j in range(k):
            total += padded[i : i + rows, j : j + columns] * weights[:, i, j]
    return total
