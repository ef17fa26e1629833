"""Changes of a picture's light and colour, noise and JPEG damage: what they do, not when.

Pictures are [3, H, W] float tensors in 0..1, RGB as files hold it (nonlinear). A change may leave
that range; `quantise` ends a row of changes as an 8-bit file would.
"""

import io
from collections.abc import Sequence

import numpy as np
import torch
from PIL import Image
from torch import Tensor

LUMA = (0.299, 0.587, 0.114)
"""Shares of red, green and blue in the grey of a colour."""
DISPLAY_GAMMA = 2.2
"""Exponent that takes samples to linear light, near enough."""


def exposure(picture: Tensor, stops: float) -> Tensor:
    """2^stops times as much light."""
    return picture * 2 ** (stops / DISPLAY_GAMMA)


def gamma(picture: Tensor, exponent: float) -> Tensor:
    """Samples to a power: over 1 darkens the middle, below 1 brightens it."""
    return picture.clamp(0, 1).pow(exponent)


def contrast(picture: Tensor, factor: float, pivot: float = 0.5) -> Tensor:
    """Distances from the level `pivot` times `factor`."""
    return (picture - pivot) * factor + pivot


def grey(picture: Tensor) -> Tensor:
    """The picture's luma, [1, H, W]."""
    red, green, blue = picture
    return (LUMA[0] * red + LUMA[1] * green + LUMA[2] * blue)[None]


def saturation(picture: Tensor, factor: float) -> Tensor:
    """Distances from grey times `factor`; 0 leaves grey."""
    return torch.lerp(grey(picture).expand_as(picture), picture, factor)


def mix(picture: Tensor, matrix: np.ndarray) -> Tensor:
    """Channels mixed: row i of `matrix` [3, 3] makes channel i."""
    weights = torch.from_numpy(np.asarray(matrix, np.float32)).to(picture.device)
    return (weights @ picture.reshape(3, -1)).reshape(picture.shape)


def hue(picture: Tensor, turns: float) -> Tensor:
    """Colours turned about the grey axis; 1/3 takes red to green."""
    cos, sin = np.cos(2 * np.pi * turns), np.sin(2 * np.pi * turns) / np.sqrt(3)
    own, after, before = (1 + 2 * cos) / 3, (1 - cos) / 3 + sin, (1 - cos) / 3 - sin
    return mix(picture, np.array([[own, before, after], [after, own, before],
                                  [before, after, own]]))


def balance(picture: Tensor, gains: Sequence[float]) -> Tensor:
    """Each channel times its gain."""
    return picture * torch.tensor(gains, dtype=picture.dtype, device=picture.device)[:, None, None]


def veil(picture: Tensor, share: float, colour: Sequence[float]) -> Tensor:
    """`share` of every sample gives way to one colour: haze, fog, faded blacks."""
    flat = torch.tensor(colour, dtype=picture.dtype, device=picture.device)[:, None, None]
    return torch.lerp(picture, flat.expand_as(picture), share)


def tint(picture: Tensor, shadow: Sequence[float], highlight: Sequence[float]) -> Tensor:
    """Grey alone, from the colour `shadow` (black) to `highlight` (white)."""
    low, high = (torch.tensor(c, dtype=picture.dtype, device=picture.device)[:, None, None]
                 for c in (shadow, highlight))
    return low + (high - low) * grey(picture)


def spots(shape: Sequence[int], centres: np.ndarray, radii: np.ndarray,
          colours: np.ndarray) -> np.ndarray:
    """Sum of round lights on black, [3, H, W]: centres [n, 2] (y, x) and radii [n] in pixels."""
    falloff = [np.exp(-0.5 * ((np.arange(side) - centres[:, axis, None]) / radii[:, None]) ** 2)
               for axis, side in enumerate(shape[-2:])]
    rows = colours[:, :, None] * falloff[0][:, None]
    return np.tensordot(rows, falloff[1], (0, 0))


def relight(picture: Tensor, ambient: Sequence[float], lamps: np.ndarray) -> Tensor:
    """The picture under other lamps: times the light field `ambient` + `lamps` [3, H, W]."""
    field = np.asarray(ambient, np.float32)[:, None, None] + lamps
    return picture * torch.from_numpy(field.astype(np.float32)).to(picture.device)


def glow(picture: Tensor, lamps: np.ndarray) -> Tensor:
    """The picture with lights [3, H, W] in it, added."""
    return picture + torch.from_numpy(lamps.astype(np.float32)).to(picture.device)


def noise(picture: Tensor, rng: np.random.Generator, read: float, shot: float,
          coarse: bool = False, coloured: bool = True) -> Tensor:
    """Sensor-like noise: deviation sqrt(read^2 + shot^2 * sample).

    `coarse`: blurred over 2x2 pixels, as processed in a camera; otherwise independent from pixel to
    pixel. Not `coloured`: the same in all channels.
    """
    height, width = picture.shape[1:]
    grain = rng.standard_normal((3 if coloured else 1, height + coarse, width + coarse), np.float32)
    if coarse:
        grain = (grain[:, 1:, 1:] + grain[:, :-1, 1:] + grain[:, 1:, :-1] + grain[:, :-1, :-1]) / 2
    deviation = (picture.clamp(0, 1) * shot**2 + read**2).sqrt()
    return picture + deviation * torch.from_numpy(grain).to(picture.device)


def quantise(picture: Tensor) -> Tensor:
    """[3, H, W] uint8, clipped and rounded."""
    return (picture * 255).round().clamp(0, 255).to(torch.uint8)


def jpeg(samples: Tensor, quality: int, halved_colour: bool) -> Tensor:
    """[3, H, W] uint8 after JPEG at `quality`, colour at half the resolution or not."""
    file = io.BytesIO()
    image = Image.fromarray(samples.permute(1, 2, 0).cpu().numpy())
    image.save(file, "JPEG", quality=quality, subsampling=2 if halved_colour else 0)
    with Image.open(file) as image:
        return torch.from_numpy(np.array(image)).permute(2, 0, 1).to(samples.device)
