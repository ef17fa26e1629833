"""Crops under other light and colour than the photos': night, neon, fog, cameras that see badly.

Photos for training are mostly plain daylight. A network that saw nothing else spends a fifth to a
half more bits on the rest. Everything is drawn from the crop's own generator; a crop that gets
nothing costs one draw for each share that is not 0, and no draw at all where all are 0.
"""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from . import light
from .config import DataConfig

Change = Callable[[Tensor, np.random.Generator], Tensor]
"""A change of a picture [3, H, W] in 0..1, of a strength drawn from the generator."""


def _log_uniform(rng: np.random.Generator, low: float, high: float) -> float:
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


def exposure(picture: Tensor, rng: np.random.Generator) -> Tensor:
    """Four stops less to two stops more light."""
    return light.exposure(picture, rng.uniform(-4, 2))


def gamma(picture: Tensor, rng: np.random.Generator) -> Tensor:
    """An exponent of 0.4 to 3."""
    return light.gamma(picture, _log_uniform(rng, 0.4, 3))


def contrast(picture: Tensor, rng: np.random.Generator) -> Tensor:
    """Flat to hard, about any level."""
    return light.contrast(picture, _log_uniform(rng, 0.4, 2.5), rng.uniform(0.2, 0.8))


def saturation(picture: Tensor, rng: np.random.Generator) -> Tensor:
    """Grey to far too colourful."""
    return light.saturation(picture, 0.0 if rng.random() < 0.1 else rng.uniform(0.2, 2.5))


def hue(picture: Tensor, rng: np.random.Generator) -> Tensor:
    """Any hue for any other."""
    return light.hue(picture, rng.random())


def mix(picture: Tensor, rng: np.random.Generator) -> Tensor:
    """Channels swapped, or mixed with weights that may be negative."""
    order = rng.permutation(3)
    matrix = np.eye(3)[order]
    if rng.random() < 0.5 or (order == np.arange(3)).all():
        matrix = matrix + rng.normal(0, 0.3, (3, 3))
        # White stays about as bright as it was, or most mixtures would end black or white.
        matrix /= max(0.5, matrix.sum(1).max())
    return light.mix(picture, matrix)


def balance(picture: Tensor, rng: np.random.Generator) -> Tensor:
    """White balance, from slightly wrong to a channel that is nearly gone."""
    gains = np.exp(rng.normal(0, rng.uniform(0.05, 0.8), 3))
    return light.balance(picture, np.clip(gains, 0.1, 2.5))


def veil(picture: Tensor, rng: np.random.Generator) -> Tensor:
    """Fog, haze or faded blacks, of a colour near grey."""
    colour = np.clip(rng.uniform(0.1, 1) + rng.normal(0, 0.1, 3), 0, 1)
    return light.veil(picture, rng.uniform(0.1, 0.85), colour)


def tint(picture: Tensor, rng: np.random.Generator) -> Tensor:
    """Monochrome between a dark and a bright colour."""
    return light.tint(picture, rng.uniform(0, 0.25, 3), rng.uniform(0.4, 1, 3))


def _colours(rng: np.random.Generator, count: int) -> np.ndarray:
    """Colours of lamps [count, 3], of any saturation, the brightest channel 1."""
    colours = rng.random((count, 3)) ** rng.uniform(0.2, 4)
    return colours / colours.max(1, keepdims=True)


def lights(picture: Tensor, rng: np.random.Generator) -> Tensor:
    """Coloured lamps over a darkened picture, which may also stand in it as bright points."""
    side = np.array(picture.shape[1:])
    count = int(rng.integers(1, 4))
    lamps = light.spots(side, rng.uniform(-0.3, 1.3, (count, 2)) * side,
                        rng.uniform(0.2, 0.9, count) * side.mean(),
                        _colours(rng, count) * rng.uniform(0.4, 1.8))
    ambient = rng.uniform(0, 0.35) * _colours(rng, 1)[0]
    picture = light.relight(picture, ambient, lamps)
    if rng.random() < 0.4:
        count = int(rng.integers(1, 40))
        points = light.spots(side, rng.uniform(0, 1, (count, 2)) * side,
                             _log_uniform(rng, 0.5, 6) * rng.uniform(0.5, 2, count),
                             _colours(rng, count) * rng.uniform(0.2, 2, (count, 1)))
        picture = light.glow(picture, points)
    return picture


def neon(picture: Tensor, rng: np.random.Generator) -> Tensor:
    """Hard, colourful and short of one channel or two, as under tubes of one colour."""
    picture = light.contrast(picture, rng.uniform(1.2, 2.2), rng.uniform(0.4, 0.8))
    picture = light.saturation(picture, rng.uniform(1.3, 2.5))
    return light.balance(picture, rng.permutation([rng.uniform(0.1, 0.5), rng.uniform(0.3, 1), 1]))


CHANGES: tuple[Change, ...] = (exposure, gamma, contrast, saturation, hue, mix, balance, veil, tint,
                               lights, neon)
_WEIGHTS = np.array([3, 3, 2, 3, 1, 2, 3, 1, 1, 3, 2], float)
_COUNTS = (0.45, 0.35, 0.2)
"""Probabilities of one, two, three changes in a row."""


def relit(picture: Tensor, rng: np.random.Generator) -> Tensor:
    """One to three changes of light and colour, in any order."""
    count = 1 + int(rng.choice(len(_COUNTS), p=_COUNTS))
    for kind in rng.choice(len(CHANGES), count, replace=False, p=_WEIGHTS / _WEIGHTS.sum()):
        picture = CHANGES[kind](picture, rng).clamp(0, 1)
    return picture


def noisy(picture: Tensor, rng: np.random.Generator) -> Tensor:
    """Sensor-like noise, from hardly visible to that of a dark night."""
    read, shot = _log_uniform(rng, 0.5, 10) / 255, _log_uniform(rng, 1, 20) / 255
    return light.noise(picture, rng, read, shot, coarse=rng.random() < 0.5,
                       coloured=rng.random() < 0.7)


def damaged(samples: Tensor, rng: np.random.Generator) -> Tensor:
    """JPEG of quality 40 to 95."""
    return light.jpeg(samples, int(rng.integers(40, 96)), bool(rng.random() < 0.7))


def augment(crop: Tensor, rng: np.random.Generator, config: DataConfig) -> Tensor:
    """A crop [3, H, W] uint8 as `config`'s shares have it: other light, then noise, then JPEG."""
    relight, noise, jpeg = (bool(share and rng.random() < share) for share in
                            (config.light_share, config.noise_share, config.jpeg_share))
    if relight or noise:
        picture = crop.to(torch.float32) / 255
        if relight:
            picture = relit(picture, rng)
        if noise:
            picture = noisy(picture, rng)
        crop = light.quantise(picture)
    return damaged(crop, rng) if jpeg else crop
