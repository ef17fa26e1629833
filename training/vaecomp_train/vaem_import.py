"""From a `.vaem` file back to a trainable codec: an exported model is a checkpoint to start from.

The inverse of export_lower.py and quantise.py. What comes back differs from what was exported by
the rounding of weights and tables; level tables are read at the whole quality next to the level's
own.
"""

import dataclasses
import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from . import vaem
from .config import ModelConfig, UserError
from .elbo import SIGMA_MIN
from .export import LATENT_FRACTION
from .layers import Block, Condition, Down, Up
from .model import Codec
from .tables import INDEX_PER_OCTAVE
from .vaem_bytes import VaemError

Pair = tuple[np.ndarray, np.ndarray]
"""A layer's real-valued weights (or scales) and bias."""


def _real_layers(network: vaem.Network) -> Iterator[Pair]:
    """Weights and bias of the layers that have any, in real numbers: MODEL.md section 3 undone."""
    fraction = network.inputs[0][1]
    for layer in network.layers:
        if layer.op == "input":
            fraction = network.inputs[layer.k][1]
        if layer.weights is None:
            continue
        weights, bias = layer.weights.astype(np.float64), layer.bias.astype(np.float64)
        if layer.op == "affine":
            if network.exact:
                weights = weights * 2.0 ** (fraction - layer.fraction - layer.shift)
                bias = bias * 2.0**-layer.fraction
        else:
            scale = layer.multiplier.astype(np.float64)
            if network.exact:
                scale = scale * 2.0 ** (fraction - layer.fraction - layer.shift)
                bias = bias * scale * 2.0**-fraction
            weights = weights * scale.reshape(-1, *[1] * (weights.ndim - 1))
        fraction = layer.fraction
        yield weights, bias


def _set(parameter: nn.Parameter, values: np.ndarray) -> None:
    parameter.copy_(torch.from_numpy(np.ascontiguousarray(values)).view(parameter.shape))


def _set_conv(conv: nn.Conv2d, pair: Pair) -> None:
    _set(conv.weight, pair[0])
    _set(conv.bias, pair[1])


def _set_block(block: Block, layers: Iterator[Pair]) -> None:
    """Fill a block; the units that were pruned (prune.py) come back as units that are never on."""
    _set_conv(block.depthwise, next(layers))
    expand, bias = next(layers)
    project, project_bias = next(layers)
    pruned = block.expand.out_channels - len(expand)
    _set_conv(block.expand, (np.pad(expand, ((0, pruned), (0, 0))), np.pad(bias, (0, pruned))))
    _set_conv(block.project, (np.pad(project, ((0, 0), (0, pruned))), project_bias))


def _set_stage(stage: list[nn.Module], layers: Iterator[Pair], rows: np.ndarray) -> None:
    """Fill the modules of a stage from its layers; `rows` are the qualities of the levels."""
    for module in stage:
        if isinstance(module, Block):
            _set_block(module, layers)
        elif isinstance(module, (Down, Up)):
            _set_conv(module.mix, next(layers))
        elif isinstance(module, nn.Conv2d):
            _set_conv(module, next(layers))
        elif isinstance(module, Condition):
            scale, bias = next(layers)
            _set(module.log_scale.table, np.log(scale[rows]))
            _set(module.bias.table, bias[rows])


def _widths_and_blocks(network: vaem.Network, change: str) -> tuple[list[int], list[int]]:
    """Channels and blocks of a transform's three stages; op `change` stands between the stages."""
    widths, blocks = [0], [0]
    for layer in network.layers:
        if layer.op == change and widths[-1]:
            widths.append(0)
            blocks.append(0)
        elif layer.op == "push":
            blocks[-1] += 1
            widths[-1] = 0  # the depthwise layer that follows tells
        elif layer.op == "depthwise" and not widths[-1]:
            widths[-1] = len(layer.weights)
    return widths, blocks


def _without_detail(synthesis: vaem.Network) -> vaem.Network:
    """The layers after those that draw the detail latents, if there are any."""
    ops = [layer.op for layer in synthesis.layers]
    start = ops.index("input") + 1 if "input" in ops else 0
    return dataclasses.replace(synthesis, layers=synthesis.layers[start:])


def _levels(model: vaem.Model) -> int:
    """Rate levels of an imported codec. The file holds 101 rows and not how many were trained:
    as many as put the built-in ratio of lambda between two."""
    lam = model.tensors["quality.lambda"].astype(np.float64)
    return max(2, 1 + round(math.log(lam[-1] / lam[0]) / math.log(ModelConfig.lambda_ratio)))


def _config(model: vaem.Model, levels: int) -> ModelConfig:
    """The shape of the networks, from their layers."""

    def first(network: str, op: str) -> np.ndarray:
        return next(la.weights for la in model.networks[network].layers if la.op == op)

    steps = [tuple(int(v) for v in step) for step in model.tensors["prior.steps"]]
    latents = model.networks["hyper_analysis"].inputs[0][0]
    encoder, encoder_blocks = _widths_and_blocks(model.networks["analysis"], "unshuffle")
    decoder, decoder_blocks = _widths_and_blocks(_without_detail(model.networks["synthesis"]),
                                                 "shuffle")
    if decoder_blocks[-1] == 0:  # the last shuffle ends the network
        decoder, decoder_blocks = decoder[:-1], decoder_blocks[:-1]
    kernel = first("analysis", "depthwise").shape[1]
    expansion = max(-(-len(la.weights) // len(before.weights))
                    for network in model.networks.values()
                    for before, la in zip(network.layers, network.layers[1:])
                    if before.op == "depthwise")
    lam = model.tensors["quality.lambda"].astype(np.float64)
    return ModelConfig(
        encoder_widths=tuple(encoder), encoder_blocks=tuple(encoder_blocks),
        decoder_widths=tuple(decoder), decoder_blocks=tuple(decoder_blocks),
        latents=latents, detail=model.networks["synthesis"].inputs[0][0] - latents,
        detail_quality=max(step[3] for step in steps) or ModelConfig.detail_quality,
        hyper=model.networks["hyper_synthesis"].inputs[0][0],
        prior=model.networks["context.0"].inputs[0][0],
        context_blocks=sum(la.op == "push" for la in model.networks["context.0"].layers),
        steps=tuple(steps),
        expansion=expansion, kernel=kernel, levels=levels, lambda_min=float(lam[0]),
        lambda_ratio=float((lam[-1] / lam[0]) ** (1 / (levels - 1))))


def _inverse_softplus(x: np.ndarray) -> np.ndarray:
    return x + np.log(-np.expm1(-x))


def _set_context(codec: Codec, step: int, network: vaem.Network, rows: np.ndarray) -> None:
    """Undo what export_lower.py does to a context step: split inputs, scale indices, sigmas."""
    first, end, *_ = codec.prior_steps[step]
    half = end - first
    layers = list(_real_layers(network))
    affine = layers.pop()
    weights, bias = layers[-1]
    for part in (weights, bias):
        part[half:] /= INDEX_PER_OCTAVE
    if step > 0:
        (left, bias), (right, _) = layers[:2]
        layers[:2] = [(np.concatenate([left, right[:, :codec.config.latents]], 1), bias)]
    _set_stage(list(codec.context[step]), iter(layers), rows)
    log2_sigma = affine[1][rows, half:] / INDEX_PER_OCTAVE + math.log2(SIGMA_MIN)
    table: Tensor = codec.log2_sigma.table
    # A channel has a step for each of its phases; they all hold the same table.
    table[:, first:end] = torch.from_numpy(log2_sigma).float()


@torch.no_grad()
def to_codec(model: vaem.Model) -> Codec:
    """The codec that `model` was exported from, up to rounding."""
    levels = _levels(model)
    config = _config(model, levels)
    codec = Codec(config).eval()
    rows = np.rint(np.arange(levels) * (vaem.QUALITIES - 1) / (levels - 1)).astype(int)
    real = {name: _real_layers(network) for name, network in model.networks.items()}

    _set_stage(list(codec.analysis), real["analysis"], rows)
    log_gain = np.log(next(real["analysis"])[0][rows])
    if config.detail:
        _, latents, picture, (gain, _) = real["detail_analysis"]
        _set_conv(codec.detail_analysis.from_latents, latents)
        _set_conv(codec.detail_analysis.from_picture, picture)
        log_gain = np.concatenate([log_gain, np.log(gain[rows])], 1)
    _set(codec.log_gain.table, log_gain)
    _set_stage(list(codec.hyper_analysis), real["hyper_analysis"], rows)
    _set_stage(list(codec.hyper_synthesis), real["hyper_synthesis"], rows)
    for step in range(len(codec.prior_steps)):
        _set_context(codec, step, model.networks[f"context.{step}"], rows)
    if config.detail:
        next(real["synthesis"])  # the gains, which come a second time
        weights, _ = next(real["synthesis"])
        _set(codec.detail_synthesis.weight, weights[:, config.latents:])
    _set(codec.log_inverse.table, np.log(next(real["synthesis"])[0][rows]) + log_gain)
    enter, bias = next(real["synthesis"])
    _set_conv(codec.synthesis[0], (enter[:, :config.latents], bias))
    _set_stage(list(codec.synthesis)[1:], real["synthesis"], rows)
    last = codec.synthesis[-2]
    last.weight /= 127.5
    last.bias.copy_((last.bias - 127.5) / 127.5)

    _set(codec.hyper_mean.table, model.tensors["prior.hyper_mean"][rows] / 2.0**LATENT_FRACTION)
    index = model.tensors["prior.hyper_scale_index"][rows].astype(np.float64)
    sigma = SIGMA_MIN * 2.0 ** (index / INDEX_PER_OCTAVE)
    _set(codec.hyper_log_scale.table, _inverse_softplus(sigma - 0.05))
    return codec


def load_model(path: str | Path) -> vaem.Model:
    """The model of a `.vaem` file."""
    try:
        return vaem.load(path)
    except OSError as error:
        raise UserError(f"{path}: {error.strerror}") from error
    except VaemError as error:
        raise UserError(f"{path}: {error}") from error


def load_codec(path: str | Path) -> tuple[Codec, dict[str, str]]:
    """The codec of a `.vaem` file, and its card."""
    model = load_model(path)
    try:
        return to_codec(model), model.card
    except (KeyError, StopIteration, ValueError, IndexError, RuntimeError) as error:
        raise UserError(f"{path}: not a model that this trainer's networks can take up") from error
