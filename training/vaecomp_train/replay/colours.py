"""Idea: the picture's colours turned before encoding, and back after decoding.

A rotation keeps squared errors, so that the encoder goes on minimising what it is judged by; a
permutation of channels is one without any loss of range. Real files: the turned picture has 16 bits,
scaled and moved to fit. The best of some candidates is chosen by cost.
"""

import itertools
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..data import read_picture
from .capture import Program
from .curves import Curve, bd_rate, rate_gain

GREY = np.full(3, 3**-0.5)
SIDE_INFORMATION = 9
"""Bytes: a tag, a length, and a rotation of three bytes with scale and offsets."""


@dataclass
class Turn:
    """Samples x become matrix @ x + offset; `matrix` is orthogonal up to a scale."""

    matrix: np.ndarray
    offset: np.ndarray

    def __call__(self, picture: np.ndarray) -> np.ndarray:
        """f64 [H][W][3], turned."""
        return picture @ self.matrix.T + self.offset

    def back(self, picture: np.ndarray) -> np.ndarray:
        """The inverse."""
        return (picture - self.offset) @ np.linalg.inv(self.matrix).T


def rotation_between(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """The smallest rotation that takes unit vector a to b."""
    axis, cosine = np.cross(a, b), a @ b
    cross = np.array([[0, -axis[2], axis[1]], [axis[2], 0, -axis[0]], [-axis[1], axis[0], 0]])
    return np.eye(3) + cross + cross @ cross / (1 + cosine)


def hue_rotation(degrees: float) -> np.ndarray:
    """Around the grey axis."""
    x, y, z = GREY
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    angle = np.deg2rad(degrees)
    return np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * (cross @ cross)


def principal_axes(picture: np.ndarray) -> np.ndarray:
    """Rows: axes of the picture's details (differences of neighbours), the strongest first, signs
    such that sums are not negative."""
    x = picture.astype(np.float64)
    steps = np.concatenate([np.diff(x, axis=0).reshape(-1, 3), np.diff(x, axis=1).reshape(-1, 3)])
    axes = np.linalg.eigh(steps.T @ steps)[1][:, ::-1].T
    return axes * np.where(axes.sum(1) < 0, -1, 1)[:, None]


BLUE_YELLOW = np.array([1, 0, -1]) / 2**0.5
"""About the second axis of most photos: from blue to red and yellow."""


def candidates(picture: np.ndarray) -> dict[str, np.ndarray]:
    """Matrices by name; orthogonal ones."""
    found = {}
    for order in itertools.permutations(range(3)):
        if order != (0, 1, 2):
            found["swap " + "".join("rgb"[c] for c in order)] = np.eye(3)[list(order)]
    axes = principal_axes(picture)
    to_grey = rotation_between(axes[0], GREY)
    found["main axis to grey"] = to_grey
    second = to_grey @ axes[1]
    angle = np.rad2deg(np.arctan2(np.cross(second, BLUE_YELLOW) @ GREY, second @ BLUE_YELLOW))
    angle = (angle + 90) % 180 - 90  # an axis has no sign
    found["both axes"] = hue_rotation(angle) @ to_grey
    found["hue of the second axis"] = hue_rotation(angle)
    return found


def fitted(matrix: np.ndarray, picture: np.ndarray) -> Turn:
    """A matrix with the largest scale up to 1, and the offset nearest to the middle, for which
    no sample leaves 0 .. 255."""
    turned = picture.reshape(-1, 3) @ matrix.T
    low, high = turned.min(0), turned.max(0)
    scale = min(1.0, 255 / (high - low).max())
    low, high = low * scale, high * scale
    return Turn(matrix * scale, np.clip(0, -low, 255 - high))


def coded(program: Program, picture: np.ndarray, turn: Turn | None, quality: int,
          stream: Path) -> tuple[float, float]:
    """(bytes, squared error) of a picture u8 coded so, at effort 1."""
    source = picture.astype(np.float64)
    turned = np.clip(turn(source), 0, 255) if turn else source
    back = program.decoded(np.rint(257 * turned).astype(np.uint16), quality, stream, 1) / 257
    pixels = np.clip(np.rint(turn.back(back) if turn else back), 0, 255)
    size = stream.stat().st_size + (SIDE_INFORMATION if turn else 0)
    return size, float(((pixels - source) ** 2).mean())


def curves(program: Program, picture: Path, qualities: list[int], stream: Path) -> dict[str, Curve]:
    """By candidate; "" is the picture as it is."""
    original = read_picture(picture)
    turns: dict[str, Turn | None] = {"": None}
    turns.update({k: fitted(m, original) for k, m in candidates(original).items()})
    return {name: [coded(program, original, turn, quality, stream) for quality in qualities]
            for name, turn in turns.items()}


def gains(found: dict[str, Curve]) -> dict[str, tuple[list[float], float]]:
    """By candidate: percent of the rate at equal PSNR near each point, and BD-rate; "best" has the
    best at each."""
    plain, result = found[""], {}
    for name, curve in found.items():
        near = [rate_gain(plain, point, k) for k, point in enumerate(curve)]
        result[name] = near, bd_rate(curve, plain)
    result["best"] = (list(np.min([near for near, _ in result.values()], 0)),
                      min(bd for _, bd in result.values()))
    return result
