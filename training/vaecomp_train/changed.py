"""Photos under other light: a fixed set of named recipes, to judge models by.

What training draws at random (augment.py) has no fixed strength; these have, and depend on the
photo and the recipe alone, so that reports of different models compare.
"""

import zlib
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
from PIL import Image
from torch import Tensor

from . import light
from .config import UserError
from .data import picture_files, read_picture, to_float, to_tensor

Recipe = Callable[[Tensor, np.random.Generator], Tensor]
"""A picture [3, H, W] in 0..1 changed; the generator is for noise and the places of lamps."""


def _night(picture: Tensor, rng: np.random.Generator) -> Tensor:
    """Dark and bluish, three warm lamps, noise of a long exposure."""
    side = np.array(picture.shape[1:])
    lamps = light.spots(side, rng.uniform(0.1, 0.9, (3, 2)) * side,
                        np.full(3, 0.12 * side.mean()), np.array([[1.2, 0.8, 0.4]] * 3))
    picture = light.relight(light.gamma(picture, 1.5), (0.12, 0.15, 0.24), lamps)
    return light.noise(picture, rng, read=1.5 / 255, shot=6 / 255, coarse=True)


def _neon(picture: Tensor, rng: np.random.Generator) -> Tensor:
    """Hard, saturated, hardly any green."""
    picture = light.saturation(light.contrast(picture, 1.5), 2.0).clamp(0, 1)
    return light.balance(picture, (1.0, 0.3, 1.0))


def _fog(picture: Tensor, rng: np.random.Generator) -> Tensor:
    """Little contrast and colour over a bright grey."""
    return light.veil(light.saturation(picture, 0.6), 0.65, (0.78, 0.80, 0.82))


def _sunset(picture: Tensor, rng: np.random.Generator) -> Tensor:
    """Warm light from the left, deep shadows."""
    picture = light.contrast(light.balance(picture, (1.25, 0.75, 0.45)), 1.3, 0.6).clamp(0, 1)
    side = np.array(picture.shape[1:])
    sun = light.spots(side, np.array([[0.5, 0.0]]) * side, np.array([0.6 * side.mean()]),
                      np.array([[1.1, 0.8, 0.5]]))
    return light.relight(picture, (0.4, 0.35, 0.45), sun)


def _tinted(picture: Tensor, rng: np.random.Generator) -> Tensor:
    """Monochrome from dark blue to a warm white."""
    return light.tint(picture, (0.03, 0.06, 0.16), (1.0, 0.94, 0.80))


def _gamma(picture: Tensor, rng: np.random.Generator) -> Tensor:
    """Samples to the power of 2.5."""
    return light.gamma(picture, 2.5)


def _saturated(picture: Tensor, rng: np.random.Generator) -> Tensor:
    """Colours 2.2 times as far from grey."""
    return light.saturation(picture, 2.2)


def _swapped(picture: Tensor, rng: np.random.Generator) -> Tensor:
    """Blue for red, red for green, green for blue."""
    return light.mix(picture, np.array([[0, 0, 1], [1, 0, 0], [0, 1, 0]]))


RECIPES: dict[str, Recipe] = {
    "night": _night, "neon": _neon, "fog": _fog, "sunset": _sunset, "tinted": _tinted,
    "gamma": _gamma, "saturated": _saturated, "swapped": _swapped,
}


def changed(picture: np.ndarray, recipe: str) -> np.ndarray:
    """A picture [H, W, 3] uint8 after a recipe; every picture of one size has the same noise."""
    rng = np.random.default_rng(zlib.crc32(recipe.encode()))
    result = light.quantise(RECIPES[recipe](to_float(to_tensor(picture)), rng))
    return np.ascontiguousarray(result.permute(1, 2, 0).numpy())


def write(photos: Iterable[Path], out: Path, recipes: Iterable[str] = RECIPES) -> int:
    """Write OUT/RECIPE/PHOTO.png for every photo under the folders; the number of pictures."""
    photos = list(photos)
    files = picture_files(photos)
    if not files:
        raise UserError(f"{', '.join(map(str, photos))}: no pictures found")
    if len({file.stem for file in files}) < len(files):
        raise UserError("two photos of one name: their changed pictures would be one file")
    recipes = list(recipes)
    for name in recipes:
        if name not in RECIPES:
            raise UserError(f"{name}: no such recipe; there are {', '.join(RECIPES)}")
    for file in files:
        try:
            picture = read_picture(file)
            for name in recipes:
                (out / name).mkdir(parents=True, exist_ok=True)
                Image.fromarray(changed(picture, name)).save(out / name / f"{file.stem}.png")
        except OSError as error:
            raise UserError(f"{file}: {error}") from error
    return len(files) * len(recipes)
