"""Gives a trained codec what it was not made with: detail latents, other context steps.

Detail latents are the axes along which it reconstructs the photos worst. The finest quality's
reconstruction of crops from latents that are not rounded lacks what the
networks cannot carry. The principal axes of that residual become the detail latents: analysis
finds them by linear regression from the picture and the latents it has, synthesis draws them.
The codec's results at coarse qualities stay as they were.

Other context steps take over the networks of the old ones, which were trained to know other latents:
phase `prior` mends that in a few minutes.
"""

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from .config import ModelConfig, to_dict
from .klt import flat, principal_axes
from .layers import Stage
from .model import PICTURE_MULTIPLE, Codec, pad_to_multiple

_RIDGE = 1e-4
"""Regularisation of the regression, in units of the inputs' mean energy."""
_GAIN = 0.54
"""Gain at level 0, from where it follows sqrt(lambda): that of trained models' median channel. Twice
as fine a step costs 0.65 bits per pixel at quality 60 for 0.3 dB, and training mends it slowly."""
_BATCH = 16


def with_detail(codec: Codec, detail: int, quality: int, pictures: Tensor) -> Codec:
    """A codec with `detail` more latents from `quality` on, which `pictures` decide.

    `pictures`: [B, 3, H, W] in 0..1, H and W multiples of 16; some hundred crops of 128 x 128.
    """
    config = ModelConfig(**{**to_dict(codec.config), "detail": detail, "detail_quality": quality,
                            "steps": ()})
    grown = Codec(config)
    state = grown.state_dict()
    for name, value in codec.state_dict().items():
        state[name] = F.pad(value, (0, detail), value=math.nan) if name in _WIDER else value
    state["log_inverse.table"][:, config.latents:] = 0
    grown.load_state_dict(state)
    start_detail(grown, pictures)
    return grown


def with_steps(codec: Codec, steps: tuple[tuple[int, ...], ...]) -> Codec:
    """A codec with the context steps `steps`, in the form of ModelConfig.steps.

    Each is cut from an old step that has its first channel: the last of them, which knows most,
    but the first step of all, which knows nothing, from the first. Where the old step ends before
    the new one, the new means are 0 and the sigmas the expected ones.
    """
    config = ModelConfig(**{**to_dict(codec.config), "steps": steps})
    grown = Codec(config)
    kept = {name: value for name, value in codec.state_dict().items()
            if not name.startswith("context.")}
    grown.load_state_dict({**grown.state_dict(), **kept})
    decoded = torch.zeros(config.latents, dtype=torch.bool)
    for i, (first, end, _, _) in enumerate(grown.prior_steps):
        holders = [s for s, old in enumerate(codec.prior_steps) if old[0] <= first < old[1]]
        source = holders[0 if i == 0 else -1]
        _take_over(grown.context[i], first, end, codec.context[source], codec.prior_steps[source])
        if i > 0:  # what no step has coded is 0, and its weights were for other positions
            grown.context[i][0].weight.data[:, config.prior:][:, ~decoded] = 0
        decoded[first:end] = True
    return grown


@torch.no_grad()
def _take_over(new: Stage, first: int, end: int, old: Stage, old_step: tuple[int, ...]) -> None:
    """Copy a step's network, its output channels first..end as far as the old step has them."""
    for layer, old_layer in zip(new[1:-1], old[1:-1]):
        layer.load_state_dict(old_layer.state_dict())
    known = min(new[0].in_channels, old[0].in_channels)
    new[0].weight.zero_()[:, :known] = old[0].weight[:, :known]
    new[0].bias.copy_(old[0].bias)
    shared, offset = min(end, old_step[1]) - first, first - old_step[0]
    for row, old_row in ((0, 0), (end - first, old_step[1] - old_step[0])):  # means, sigmas
        for part, old_part in ((new[-1].weight, old[-1].weight), (new[-1].bias, old[-1].bias)):
            part[row:row + shared] = old_part[old_row + offset:old_row + offset + shared]


_WIDER = ("log_gain.table", "log_inverse.table", "log2_sigma.table")


@torch.no_grad()
def start_detail(codec: Codec, pictures: Tensor) -> None:
    """Set the detail layers, their gains and expected sigmas from the pictures, on the CPU."""
    config = codec.config
    slope = 0.5 * math.log(config.lambda_ratio) * torch.arange(config.levels)[:, None]
    codec.log_gain.table[:, config.latents:] = math.log(_GAIN) + slope
    blocks, latents, missing = _observe(codec, pictures)
    axes = principal_axes(missing, config.detail)
    wanted = missing @ axes.T

    inputs = torch.cat([blocks, latents, torch.ones(len(blocks), 1)], 1).double()
    energy = inputs.T @ inputs
    energy += _RIDGE * energy.diagonal().mean() * torch.eye(len(energy), dtype=energy.dtype)
    solution = torch.linalg.solve(energy, inputs.T @ wanted.double()).float().T
    picture, latent, bias = solution.split([blocks.shape[1], config.latents, 1], 1)
    codec.detail_analysis.from_picture.weight.copy_(picture[:, :, None, None])
    codec.detail_analysis.from_picture.bias.copy_(bias[:, 0])
    codec.detail_analysis.from_latents.weight.copy_(latent[:, :, None, None])

    # Drawn as axes of 16x16 pixels, carried back through the last layer, blocks taken as identity.
    leave = codec.synthesis[-2].weight[:, :, 0, 0]
    drawn = F.pixel_unshuffle(axes.view(-1, 3, PICTURE_MULTIPLE, PICTURE_MULTIPLE), 4)
    before = torch.einsum("cd,kdij->kcij", torch.linalg.pinv(leave), drawn)
    codec.detail_synthesis.weight.copy_(F.pixel_unshuffle(before, 4).flatten(1).T[:, :, None, None])

    spread = wanted.std(0).clamp_min(1e-6).log() + codec.log_gain.table[:, config.latents:]
    limited = spread.clamp(math.log(0.2), math.log(200))
    codec.log2_sigma.table[:, config.latents:] = limited / math.log(2) - 0.5


def _observe(codec: Codec, pictures: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Of each 16x16 block of the pictures: its pixels in -1..1 [n, 768], its latents before the
    gain [n, config.latents], and what the finest reconstruction lacks [n, 768]."""
    codec.eval()
    detail = codec.config.detail
    found: list[list[Tensor]] = [[], [], []]
    for part in pictures.split(_BATCH):
        level = torch.full((len(part),), codec.config.levels - 1.0)
        x = pad_to_multiple(part, PICTURE_MULTIPLE) * 2 - 1
        y = codec.analysis(x, level)
        none = y.new_zeros(len(y), detail, *y.shape[2:])
        steps = torch.cat([y, none], 1) * codec.log_gain(level).exp()
        restored = codec.synthesise(steps, level) * 2 - 1
        lacking = F.pixel_unshuffle(x - restored, PICTURE_MULTIPLE)
        for kept, new in zip(found, (F.pixel_unshuffle(x, PICTURE_MULTIPLE), y, lacking)):
            kept.append(flat(new))
    return tuple(torch.cat(kept) for kept in found)
