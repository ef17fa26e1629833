"""Float layer lists to integer ones: weights, multipliers, fraction bits and clips.

A real value v is held as the integer v * 2^f with f fraction bits of its tensor. A weight w is
w_int * scale of its output channel, so `multiplier / 2^shift` of MODEL.md section 3 is
`scale * 2^(f_out - f_in)`.
"""
from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from .vaem import Layer, Network
from .vaem_bytes import VaemError

ACCUMULATOR = 2**31
I16 = 32767
MOST_FRACTION = 14
"""Fraction bits of a tensor whose values are all below 1; more would gain nothing."""


@dataclass(frozen=True)
class Settings:
    """What may be traded. Weight bits count the sign; at most 8 are stored as i8, more as i16."""

    weight_bits: dict[str, int] = field(
        default_factory=lambda: {
            "analysis": 12,
            "detail_analysis": 12,
            "hyper_analysis": 8,
            "hyper_synthesis": 8,
            "context": 8,
            "synthesis": 12,
        }
    )
    margin: float = 1.25
    """Clips over the greatest value seen in calibration."""
    max_radius: int = 8191
    """Limit of the entropy tables' radii; what lies beyond is escaped."""

    def bits(self, network: str) -> int:
        """Weight bits of a network by its name, `context.2` by `context`."""
        return self.weight_bits[network.split(".")[0]]


def _stored(weights: np.ndarray, bits: int) -> np.ndarray:
    return weights.astype(np.int8 if bits <= 8 else np.int16)


def integer_weights(weights: np.ndarray, bits: int) -> tuple[np.ndarray, np.ndarray]:
    """[D][...] f64 -> integers and scale [D]: each output channel's greatest weight becomes
    2^(bits-1) - 1, the grid that quantisation-aware training uses too. A channel of next to nothing
    has a coarser grid.
    """
    rows = weights.reshape(len(weights), -1)
    top = 2 ** (bits - 1) - 1
    peak = np.abs(rows).max(1)
    scale = np.maximum(peak, max(float(peak.max()), 1e-12) * 2.0**-16) / top
    return np.rint(rows / scale[:, None]).astype(np.int64).reshape(weights.shape), scale


def _short_f32(values: np.ndarray) -> np.ndarray:
    """f32 with 12 bits of mantissa: tables by quality that need half the room once compressed."""
    bits = values.astype("<f4").view("<u4").astype(np.uint64)
    return ((bits + (1 << 10)) >> 11 << 11).astype("<u4").view("<f4")


def quantise_float(network: Network, settings: Settings) -> Network:
    """A float network with integer weights and f32 multipliers (MODEL.md section 4)."""
    bits, layers = settings.bits(network.name), []
    for layer in network.layers:
        if layer.op in ("conv1x1", "depthwise"):
            weights, scale = integer_weights(layer.weights, bits)
            layers.append(
                Layer(
                    layer.op,
                    k=layer.k,
                    weights=_stored(weights, bits),
                    bias=layer.bias.astype(np.float32),
                    multiplier=scale.astype(np.float32),
                )
            )
        elif layer.op == "affine":
            layers.append(
                Layer("affine", weights=_short_f32(layer.weights), bias=_short_f32(layer.bias))
            )
        else:
            layers.append(Layer(layer.op, k=layer.k))
    return Network(network.name, False, network.inputs, layers)


class _TooFine(Exception):
    """A layer's multiplier does not fit: its result needs fewer fraction bits."""


def stream_fractions(
    network: Network,
    ranges: list[tuple[float, float]],
    margin: float,
    result_fraction: int | None,
    limits: dict[int, int],
) -> list[int]:
    """Fraction bits after each layer: as many as keep `margin` times the range inside an i16.

    Tensors that meet in an `add` need equal ones, so a stream of blocks shares the smallest that
    any part needs. `result_fraction` fixes those of the network's result, `limits` holds upper
    bounds for some layers.
    """
    owner: list[int] = []  # of each layer's result: the stream it belongs to
    kept, current = [], -1
    alias: dict[int, int] = {}

    def root(stream: int) -> int:
        while stream in alias:
            stream = alias[stream]
        return stream

    for i, layer in enumerate(network.layers):
        if layer.op in ("conv1x1", "depthwise", "affine"):
            current = i
        elif layer.op == "push":
            kept.append(current)
        elif layer.op == "add":
            a, b = root(kept.pop()), root(current)
            if a != b:
                alias[b] = a
        elif layer.op == "input":
            current = -2 - layer.k  # an input's fraction bits are given, not chosen
        owner.append(current)
    fractions: dict[int, int] = {}
    for i, stream in enumerate(owner):
        if stream >= 0 and not _hidden_by_relu(network.layers, i):
            peak = max(abs(ranges[i][0]), abs(ranges[i][1]), 1e-6) * margin
            fit = min(
                MOST_FRACTION, limits.get(i, MOST_FRACTION), math.floor(math.log2(I16 / peak))
            )
            fractions[root(stream)] = min(max(0, fit), fractions.get(root(stream), MOST_FRACTION))
    if result_fraction is not None:
        fractions[root(owner[-1])] = result_fraction
    return [
        fractions[root(s)] if s >= 0 else network.inputs[-2 - s if s < -1 else 0][1] for s in owner
    ]


def _hidden_by_relu(layers: list[Layer], i: int) -> bool:
    return i + 1 < len(layers) and layers[i + 1].op == "relu"


def _clip(
    span: tuple[float, float], fraction: int, margin: float, rectified: bool
) -> tuple[int, int]:
    least, greatest = (math.ceil(abs(v) * margin * 2**fraction) for v in span)
    high = min(I16, max(1, greatest if rectified else max(least, greatest)))
    return (0 if rectified else -high), high


def _exact_conv(layer: Layer, bits: int, bound: int, f_in: int, f_out: int) -> Layer:
    """`bound` is the greatest magnitude of the layer's input."""
    weights, scale = integer_weights(layer.weights, bits)
    bias = np.rint(layer.bias * 2.0**f_in / scale).astype(np.int64)
    for d in range(len(weights)):  # coarser where the overflow proof asks for it
        while np.abs(weights[d]).sum() * bound + abs(bias[d]) >= ACCUMULATOR:
            total = float(np.abs(weights[d]).sum()) * bound + abs(float(bias[d]))
            scale[d] *= max(1.0005, total / ACCUMULATOR)
            weights[d] = np.rint(layer.weights[d] / scale[d])
            bias[d] = round(float(layer.bias[d]) * 2.0**f_in / scale[d])
    ratio = scale * 2.0 ** (f_out - f_in)
    shift = min(46, 30 - math.floor(math.log2(ratio.max())))
    if shift < 32:
        raise _TooFine
    multiplier = np.clip(np.rint(ratio * 2.0**shift), 1, 2**31 - 1).astype(np.int32)
    return Layer(
        layer.op,
        k=layer.k,
        weights=_stored(weights, bits),
        bias=bias.astype(np.int32),
        multiplier=multiplier,
        shift=shift,
        fraction=f_out,
    )


def _exact_affine(layer: Layer, f_in: int, f_out: int) -> Layer:
    """Scales with 20 significant bits: a gain at the finest quality is 1/50 of that at the coarsest
    and still has 14, and the upper bytes vanish in the compressed file."""
    ratio = layer.weights * 2.0 ** (f_out - f_in)
    shift = max(1, min(46, 19 - math.floor(math.log2(ratio.max()))))
    if ratio.max() * 2.0**shift >= ACCUMULATOR:
        raise VaemError("an affine layer's scale is too large")
    scale = np.maximum(1, np.rint(ratio * 2.0**shift)).astype(np.int32)
    return Layer(
        "affine",
        weights=scale,
        bias=np.rint(layer.bias * 2.0**f_out).astype(np.int32),
        shift=shift,
        fraction=f_out,
    )


def quantise_exact(
    network: Network,
    ranges: list[tuple[float, float]],
    inputs: list[tuple[int, int]],
    result_fraction: int | None,
    settings: Settings,
) -> Network:
    """An exact network (MODEL.md section 3) from a float one.

    `inputs` are its (channels, fraction bits), `ranges` those of each layer's result. A fixed
    `result_fraction` leaves the result the whole i16, otherwise the result has as many fraction
    bits as its range allows.
    """
    network = Network(network.name, True, inputs, network.layers)
    limits: dict[int, int] = {}
    while True:
        fractions = stream_fractions(network, ranges, settings.margin, result_fraction, limits)
        layers: list[Layer] = []
        try:
            _append_layers(layers, network, fractions, ranges, settings)
        except _TooFine:
            limits[len(layers)] = fractions[len(layers)] - 1
            if fractions[len(layers)] == 0 or fractions[len(layers)] == result_fraction:
                raise VaemError(
                    f"{network.name}: layer {len(layers)} has too large weights"
                ) from None
            continue
        if result_fraction is not None:
            _open_result(layers)
        return Network(network.name, True, inputs, layers)


def _append_layers(
    layers: list[Layer],
    network: Network,
    fractions: list[int],
    ranges: list[tuple[float, float]],
    settings: Settings,
) -> None:
    """Appends the exact layers one by one; _TooFine where the next one cannot be made."""
    bits = settings.bits(network.name)
    bound, fraction = 32768, network.inputs[0][1]
    for i, layer in enumerate(network.layers):
        if layer.op in ("conv1x1", "depthwise"):
            made = _exact_conv(layer, bits, bound, fraction, fractions[i])
        elif layer.op == "affine":
            made = _exact_affine(layer, fraction, fractions[i])
        else:
            made = Layer(layer.op, k=layer.k)
        if layer.op in ("conv1x1", "depthwise", "affine", "add"):
            made.low, made.high = _clip(
                ranges[i], fractions[i], settings.margin, _hidden_by_relu(network.layers, i)
            )
            bound = max(-made.low, made.high)
        elif layer.op == "input":
            bound = 32768
        fraction = fractions[i]
        layers.append(made)


def _open_result(layers: list[Layer]) -> None:
    """The whole i16 for a result of fixed units: nothing follows that could overflow."""
    last = next(layer for layer in reversed(layers) if layer.op in ("conv1x1", "affine", "add"))
    last.low, last.high = -32768, 32767
