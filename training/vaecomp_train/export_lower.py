"""From the PyTorch codec to float networks as layer lists: the first step of the export.

The lists compute what the codec computes, in MODEL.md's units: latents in steps, scales as scale
indices, synthesis in 8-bit samples. Weights stay f32 and nothing is rounded; calibrate.py runs the
lists to see ranges and quantise.py turns them into what the file holds.
"""
from __future__ import annotations

import numpy as np
from torch import nn

from .layers import Block, Condition, Down, LevelTable, Up
from .model import PICTURE_MULTIPLE
from .tables import INDEX_PER_OCTAVE, scale_index
from .vaem import QUALITIES, Layer, Network


def tabulate(table: LevelTable) -> np.ndarray:
    """[101][C] f64: a level table at the 101 qualities, linear between its levels as in
    training."""
    rows = table.table.detach().double().cpu().numpy()
    place = np.arange(QUALITIES) / (QUALITIES - 1) * (len(rows) - 1)
    below = np.minimum(place.astype(int), len(rows) - 2)
    t = (place - below)[:, None]
    return rows[below] * (1 - t) + rows[below + 1] * t


def _conv(module: nn.Conv2d) -> Layer:
    weight = module.weight.detach().double().cpu().numpy()
    bias = np.zeros(len(weight))
    if module.bias is not None:
        bias = module.bias.detach().double().cpu().numpy()
    if module.groups > 1:
        return Layer("depthwise", k=weight.shape[2], weights=weight[:, 0], bias=bias)
    return Layer("conv1x1", weights=weight[:, :, 0, 0], bias=bias)


def _affine(log_scale: np.ndarray, bias: np.ndarray | None = None) -> Layer:
    return Layer(
        "affine", weights=np.exp(log_scale), bias=np.zeros_like(log_scale) if bias is None else bias
    )


def lower_stage(modules: list[nn.Module]) -> list[Layer]:
    """The layers of a Stage."""
    layers: list[Layer] = []
    for module in modules:
        if isinstance(module, nn.PixelUnshuffle):
            layers.append(Layer("unshuffle", k=module.downscale_factor))
        elif isinstance(module, nn.PixelShuffle):
            layers.append(Layer("shuffle", k=module.upscale_factor))
        elif isinstance(module, nn.Conv2d):
            layers.append(_conv(module))
        elif isinstance(module, Block):
            layers += [
                Layer("push"),
                _conv(module.depthwise),
                _conv(module.expand),
                Layer("relu"),
                _conv(module.project),
                Layer("add"),
            ]
        elif isinstance(module, Down):
            layers += [Layer("unshuffle", k=2), _conv(module.mix)]
        elif isinstance(module, Up):
            layers += [_conv(module.mix), Layer("shuffle", k=2)]
        elif isinstance(module, Condition):
            layers.append(_affine(tabulate(module.log_scale), tabulate(module.bias)))
        else:
            raise TypeError(f"no layer of MODEL.md computes {type(module).__name__}")
    return layers


def _lower_context(codec: nn.Module, step: int, features: int, latents: int) -> Network:
    """One context step. Its first 1x1 layer sees features and decoded latents side by side in
    training; here each input has its own fraction bits, so the matrix is split and the two products
    are added."""
    first, end, *_ = codec.prior_steps[step]
    head, *rest = list(codec.context[step])
    layers = [_conv(head)]
    if step > 0:
        weights, bias = layers[0].weights, layers[0].bias
        layers = [
            Layer("conv1x1", weights=weights[:, :features], bias=bias),
            Layer("push"),
            Layer("input", k=1),
            Layer("conv1x1", weights=_wide(weights[:, features:], 0, latents),
                  bias=np.zeros_like(bias)),
            Layer("add"),
        ]
    layers += lower_stage(rest)
    last, half = layers[-1], end - first
    last.weights[half:] *= INDEX_PER_OCTAVE  # log2 of sigma -> scale index
    last.bias[half:] *= INDEX_PER_OCTAVE
    expected = scale_index(tabulate(codec.log2_sigma)[:, first:end])
    bias = np.concatenate([np.zeros_like(expected), expected], 1)
    layers.append(_affine(np.zeros_like(bias), bias))
    return Network(f"context.{step}", False, [(features, 0), (latents, 0)], layers)


def _wide(weights: np.ndarray, first: int, columns: int) -> np.ndarray:
    """[D][C] -> [D][columns]: the same weights for inputs `first` .. first + C - 1, 0 for others."""
    return np.pad(weights, ((0, 0), (first, columns - first - weights.shape[1])))


def _lower_synthesis(codec: nn.Module, latents: int) -> Network:
    inverse = _affine(tabulate(codec.log_inverse) - tabulate(codec.log_gain))
    base, stage = codec.config.latents, list(codec.synthesis)
    layers = lower_stage(stage)
    layers[0].weights = _wide(layers[0].weights, 0, latents)
    layers.insert(0, inverse)
    if base < latents:
        detail = _conv(codec.detail_synthesis)
        detail.weights = _wide(detail.weights, base, latents)
        # Draws the detail first and keeps it until the rest has come to its resolution.
        before = 1 + len(lower_stage(stage[:codec.quarter_layer()]))
        layers = [inverse, detail, Layer("shuffle", k=4), Layer("push"), Layer("input", k=0),
                  *layers[:before], Layer("add"), *layers[before:]]
    last = next(layer for layer in reversed(layers) if layer.op == "conv1x1")
    last.weights *= 127.5  # -1 .. 1 -> 8-bit samples
    last.bias = last.bias * 127.5 + 127.5
    return Network("synthesis", False, [(latents, 0)], layers)


def _lower_detail_analysis(codec: nn.Module) -> Network:
    """The other latents come with their gain, which the detail's weights do not know."""
    base, detail = codec.config.latents, codec.detail_analysis
    log_gain = tabulate(codec.log_gain)
    layers = [
        _affine(-log_gain[:, :base]),
        _conv(detail.from_latents),
        Layer("push"),
        Layer("input", k=1),
        _conv(detail.from_picture),
        Layer("add"),
        _affine(log_gain[:, base:]),
    ]
    return Network("detail_analysis", False, [(base, 0), (3 * PICTURE_MULTIPLE**2, 0)], layers)


def lower(codec: nn.Module) -> dict[str, Network]:
    """All networks of MODEL.md section 5 by name, with float arithmetic."""
    base, latents = codec.config.latents, codec.config.all_latents
    hyper = codec.hyper_mean.table.shape[1]
    features = codec.context[0][0].weight.shape[1]
    log_gain = tabulate(codec.log_gain)[:, :base]
    networks = [
        Network(
            "analysis",
            False,
            [(3, 0)],
            [*lower_stage(list(codec.analysis)), _affine(log_gain)],
        ),
        *([_lower_detail_analysis(codec)] if base < latents else []),
        Network(
            "hyper_analysis",
            False,
            [(base, 0)],
            [Layer("asinh"), *lower_stage(list(codec.hyper_analysis))],
        ),
        Network("hyper_synthesis", False, [(hyper, 0)], lower_stage(list(codec.hyper_synthesis))),
        *[_lower_context(codec, step, features, latents) for step in range(len(codec.prior_steps))],
        _lower_synthesis(codec, latents),
    ]
    return {network.name: network for network in networks}
