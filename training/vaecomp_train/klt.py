"""Starts a codec's linear path as a two-stage KLT of the photos, with every block at zero.

Analysis becomes an orthonormal projection and synthesis its transpose: a good linear transform
codec from step 0. Measured on this project's photos: at equal steps the cost is 1.1 times (low
rates) to 2.2 times (high rates) lower than from random weights.
"""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .layers import Conv1x1, Down, Up
from .model import Codec


def principal_axes(samples: Tensor, keep: int) -> Tensor:
    """Orthonormal rows [min(keep, d), d]: the axes of largest energy of samples [n, d]."""
    energy = samples.T.double() @ samples.double() / len(samples)
    _, axes = torch.linalg.eigh(energy)
    return axes.flip(1)[:, :keep].T.float()


def _eye(rows: int, columns: int) -> Tensor:
    return torch.eye(max(rows, columns))[:rows, :columns]


def flat(x: Tensor) -> Tensor:
    """[B, C, h, w] -> [B h w, C]."""
    return x.permute(0, 2, 3, 1).reshape(-1, x.shape[1])


def _apply(x: Tensor, matrix: Tensor) -> Tensor:
    return F.conv2d(x, matrix[:, :, None, None])


def _grown(axes: Tensor, rows: int) -> Tensor:
    """Zero rows are appended where the network is wider than there are axes."""
    return F.pad(axes, (0, 0, 0, rows - len(axes)))


def _store(conv: nn.Conv2d, matrix: Tensor) -> None:
    conv.weight.copy_(matrix[:, :, None, None])


def _transpose_up(axes: Tensor, channels_out: int, channels_in: int) -> Tensor:
    """Weights [4 channels_out, channels_in] of the Up that undoes a Down with `axes` [k, 4 c]."""
    weight = torch.zeros(channels_out, 4, channels_in)
    used = min(channels_in, len(axes))
    below = axes[:used].view(used, -1, 4)[:, :channels_out]  # [axis, channel below, pixel of 2x2]
    weight[:below.shape[1], :, :used] = below.permute(1, 2, 0)
    return weight.view(4 * channels_out, channels_in)


def _linear(stage: nn.Sequential) -> list[nn.Conv2d]:
    """The 1x1 convolutions outside of blocks, in order."""
    direct = [m for m in stage if isinstance(m, (Conv1x1, Down, Up))]
    return [m if isinstance(m, Conv1x1) else m.mix for m in direct]


@torch.no_grad()
def start_from_klt(codec: Codec, pictures: Tensor) -> None:
    """Set analysis, synthesis and the expected sigmas from pictures [B, 3, H, W] in 0..1.

    H and W are multiples of 16; some hundred crops of 128 x 128 are plenty. Everything on the CPU.
    """
    enter, down1, down2, leave = _linear(codec.analysis)
    x = F.pixel_unshuffle(pictures * 2 - 1, 4)
    # 4x4 pixels pass whole where there is room for them; narrow networks keep the main axes.
    roomy = min(enter.out_channels, _linear(codec.synthesis)[-1].in_channels) >= 48
    first = _eye(48, 48) if roomy else principal_axes(flat(x), enter.out_channels)
    first = _grown(first, enter.out_channels)
    x = F.pixel_unshuffle(_apply(x, first), 2)
    second = principal_axes(flat(x), down1.out_channels)
    x = F.pixel_unshuffle(_apply(x, _grown(second, down1.out_channels)), 2)
    third = principal_axes(flat(x), down2.out_channels)
    spread = (flat(x) @ third.T).std(0)

    _store(enter, first)
    _store(down1, _grown(second, down1.out_channels))
    _store(down2, _grown(third, down2.out_channels))
    _store(leave, _eye(leave.out_channels, down2.out_channels))

    enter, up1, up2, leave = _linear(codec.synthesis)
    _store(enter, _eye(enter.out_channels, enter.in_channels))
    _store(up1, _transpose_up(third, up1.out_channels // 4, up1.in_channels))
    _store(up2, _transpose_up(second, up2.out_channels // 4, up2.in_channels))
    _store(leave, _grown(first, max(leave.in_channels, len(first)))[:leave.in_channels].T)

    # A first guess of each latent's sigma: its spread in steps, halved because the mean is
    # predicted too. Channels beyond the transform's rank start with nothing to tell.
    latents = codec.config.latents
    spread = F.pad(spread, (0, max(0, latents - len(spread))), value=1e-3)
    log_spread = spread[:latents].log() + codec.log_gain.table[:, :latents]
    limited = log_spread.clamp(math.log(0.2), math.log(200))
    codec.log2_sigma.table[:, :latents] = limited / math.log(2) - 1
