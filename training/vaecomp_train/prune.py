"""Leaves out of a model the hidden units that are never on: the same codec, at a lower cost.

A unit of a block whose value before the ReLU is below zero on all pictures gives nothing. Training
leaves many such units (revive.py gives them another start), and a model that is not trained on
need not carry them.
"""

import dataclasses

import numpy as np
import torch
from torch import Tensor

from . import vaem
from .config import UserError
from .layers import Block
from .vaem_import import to_codec

LANES = 16
"""Hidden units are kept in groups of so many, as kernels compute them; one group at the least."""
_MARGIN = 0.1
"""How far below zero a unit has to stay, in its own standard deviations."""

_BLOCK = ["push", "depthwise", "conv1x1", "relu", "conv1x1", "add"]


class _Extent:
    """How high the units of a block came, in their standard deviations; -inf before any picture."""

    def __init__(self, units: int):
        self.greatest = torch.full((units,), -torch.inf)
        self.spread = torch.zeros(units)

    def add(self, units: Tensor) -> None:
        """Values [N, units, H, W] before the ReLU."""
        self.greatest = torch.maximum(self.greatest, units.amax((0, 2, 3)))
        self.spread = torch.maximum(self.spread, units.std((0, 2, 3)))

    def heights(self) -> np.ndarray:
        return (self.greatest / self.spread.clamp_min(1e-12)).numpy()


@torch.no_grad()
def unit_heights(model: vaem.Model, batches: list[Tensor]) -> dict[str, list[np.ndarray]]:
    """Of each network's blocks, in their order: the greatest value of every hidden unit before the
    ReLU, in its standard deviations, over `batches` [N, 3, H, W] in 0..1 at all rate levels."""
    codec = to_codec(model)
    extents: dict[str, list[_Extent]] = {}
    for name, network in codec.networks().items():
        extents[name] = []
        for block in (m for m in network.modules() if isinstance(m, Block)):
            extent = _Extent(block.expand.out_channels)
            extents[name].append(extent)
            block.expand.register_forward_hook(lambda _, __, out, extent=extent: extent.add(out))
    for batch in batches:
        codec(batch, torch.linspace(0, codec.config.levels - 1, len(batch)), sample=False)
    return {name: [each.heights() for each in found] for name, found in extents.items()}


def _kept(heights: np.ndarray) -> np.ndarray:
    """Numbers of the units to keep, ascending: those that were on or nearly so, and to fill the
    last group those that came nearest."""
    alive = int((heights > -_MARGIN).sum())
    count = min(len(heights), max(1, -(-alive // LANES)) * LANES)
    return np.sort(np.argsort(-heights, kind="stable")[:count])


def _without(expand: vaem.Layer, project: vaem.Layer, kept: np.ndarray) -> tuple[vaem.Layer, ...]:
    narrow = dataclasses.replace(expand, weights=expand.weights[kept], bias=expand.bias[kept],
                                 multiplier=expand.multiplier[kept])
    return narrow, dataclasses.replace(project, weights=np.ascontiguousarray(project.weights[:, kept]))


def prune(model: vaem.Model, heights: dict[str, list[np.ndarray]]) -> dict[str, list[tuple[int, int]]]:
    """Take units out of the model's blocks; units kept and before, by network and block."""
    report: dict[str, list[tuple[int, int]]] = {}
    for name, found in heights.items():
        layers = model.networks[name].layers
        starts = [i for i in range(len(layers)) if [la.op for la in layers[i:i + 6]] == _BLOCK]
        if len(starts) != len(found):
            raise UserError(f"network {name}: its blocks are not those that training makes")
        report[name] = []
        for start, block in zip(starts, found):
            expand, project = start + 2, start + 4
            units = len(layers[expand].weights)  # fewer than the codec's, if pruned before
            kept = _kept(block[:units])
            layers[expand], layers[project] = _without(layers[expand], layers[project], kept)
            report[name].append((len(kept), units))
    return report
