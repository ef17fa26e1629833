"""Exact networks (MODEL.md section 3): the overflow proof and the arithmetic, in NumPy integers."""
from __future__ import annotations

import numpy as np

from .fields import FormatError
from .model import Layer, Network

I16 = (-32768, 32767)
ACCUMULATOR = 1 << 31


def _proof_of_sums(layer: Layer, bounds: tuple[int, int], name: str) -> None:
    """VM-21 for one convolution whose input stays inside `bounds`."""
    reach = max(abs(bounds[0]), abs(bounds[1]))
    weights = np.abs(layer.weights.astype(np.int64)).reshape(len(layer.weights), -1)
    if (weights.sum(1) * reach + np.abs(layer.bias.astype(np.int64)) >= ACCUMULATOR).any():
        raise FormatError("VM-21", f"{name}: a sum could overflow")


def check_network(network: Network) -> tuple[int, int, int]:
    """Proves that a network computes without overflow and that its layers fit together.

    Returns channels, fraction bits of the result and how many times its rows and columns are those
    of the input (0 if it is smaller).
    """
    (channels, fraction), bounds, scale, stack = network.inputs[0], I16, 1.0, []
    for i, layer in enumerate(network.layers):
        name = f"{network.name}.{i} ({layer.op})"
        if layer.op == "input":
            (channels, fraction), bounds, scale = network.inputs[layer.k], I16, 1.0
        elif layer.op == "push":
            stack.append((channels, fraction, scale))
        elif layer.op == "add":
            if not stack or stack.pop() != (channels, fraction, scale):
                raise FormatError("VM-13", f"{name}: shapes or fraction bits differ")
        elif layer.op == "concat":
            more, other = network.inputs[layer.k]
            if other != fraction:
                raise FormatError("VM-18", f"{name}: fraction bits differ")
            channels, bounds = channels + more, I16
        elif layer.op == "relu":
            bounds = (max(0, bounds[0]), max(0, bounds[1]))
        elif layer.op == "shuffle":
            if channels % layer.k**2:
                raise FormatError("VM-16", f"{name}: {channels} channels")
            channels, scale = channels // layer.k**2, scale * layer.k
        elif layer.op == "unshuffle":
            channels, scale = channels * layer.k**2, scale / layer.k
        else:
            if (layer.multiplier if layer.op != "affine" else layer.weights).min() < 1:
                raise FormatError("VM-20", f"{name}: a multiplier below 1")
            wanted = {
                "conv1x1": (len(layer.weights), channels),
                "depthwise": (channels, layer.k, layer.k),
                "affine": (101, channels),
            }[layer.op]
            if layer.weights.shape != wanted:
                raise FormatError("VM-14", f"{name}: weights {layer.weights.shape}, not {wanted}")
            least = 1 if layer.op == "affine" else 32
            if not least <= layer.shift <= 46:
                raise FormatError("VM-09", f"{name}: shift {layer.shift}")
            if layer.op != "affine":
                _proof_of_sums(layer, bounds, name)
                channels = len(layer.weights)
            fraction = layer.fraction
        if layer.op in ("add", "conv1x1", "depthwise", "affine"):
            if layer.low > layer.high:
                raise FormatError("VM-09", f"{name}: low > high")
            bounds = (layer.low, layer.high)
    if stack:
        raise FormatError("VM-11", f"{network.name}: the stack is not empty at the end")
    return channels, fraction, int(scale)


def _scaled(total: np.ndarray, layer: Layer) -> np.ndarray:
    rounded = total * layer.multiplier.astype(np.int64) + (1 << layer.shift - 1) >> layer.shift
    return np.clip(rounded, layer.low, layer.high)


def _conv1x1(x: np.ndarray, layer: Layer) -> np.ndarray:
    """VM-14. The product runs in f64 for speed: by VM-21 all its partial sums are integers below
    2^31, so exact."""
    total = x.astype(np.float64) @ layer.weights.T.astype(np.float64)
    return _scaled(total.astype(np.int64) + layer.bias, layer)


def _depthwise(x: np.ndarray, layer: Layer) -> np.ndarray:
    """VM-15."""
    rows, columns, _ = x.shape
    edge = layer.k // 2
    padded = np.pad(x, ((edge, edge), (edge, edge), (0, 0)))
    total = np.broadcast_to(layer.bias.astype(np.int64), x.shape).copy()
    for i in range(layer.k):
        for j in range(layer.k):
            total += padded[i : i + rows, j : j + columns] * layer.weights[:, i, j].astype(np.int64)
    return _scaled(total, layer)


def _affine(x: np.ndarray, layer: Layer, quality: int) -> np.ndarray:
    """VM-19."""
    scaled = x * layer.weights[quality].astype(np.int64) + (1 << layer.shift - 1) >> layer.shift
    return np.clip(scaled + layer.bias[quality], layer.low, layer.high)


def _shuffle(x: np.ndarray, k: int) -> np.ndarray:
    """VM-16."""
    rows, columns, channels = x.shape
    x = x.reshape(rows, columns, channels // k**2, k, k).transpose(0, 3, 1, 4, 2)
    return x.reshape(rows * k, columns * k, channels // k**2)


def _unshuffle(x: np.ndarray, k: int) -> np.ndarray:
    """VM-17."""
    rows, columns, channels = x.shape
    x = x.reshape(rows // k, k, columns // k, k, channels).transpose(0, 2, 4, 1, 3)
    return x.reshape(rows // k, columns // k, channels * k**2)


def run(network: Network, inputs: list[np.ndarray], quality: int) -> np.ndarray:
    """The result of an exact network; tensors are i64 [row][column][channel] with values of an
    i16."""
    x, stack = inputs[0], []
    for layer in network.layers:
        if layer.op == "input":
            x = inputs[layer.k]
        elif layer.op == "push":
            stack.append(x)
        elif layer.op == "add":
            x = np.clip(stack.pop() + x, layer.low, layer.high)
        elif layer.op == "conv1x1":
            x = _conv1x1(x, layer)
        elif layer.op == "depthwise":
            x = _depthwise(x, layer)
        elif layer.op == "relu":
            x = np.maximum(x, 0)
        elif layer.op == "shuffle":
            x = _shuffle(x, layer.k)
        elif layer.op == "unshuffle":
            x = _unshuffle(x, layer.k)
        elif layer.op == "concat":
            x = np.concatenate([x, inputs[layer.k]], 2)
        elif layer.op == "affine":
            x = _affine(x, layer, quality)
    return x
