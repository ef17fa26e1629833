"""Second moments of decoded pictures and what they should be: all that least squares of filters need.

Kept by class of pixels, so that filters with fewer taps, fewer classes or in other colour spaces are
solved from the same numbers.
"""

from dataclasses import dataclass

import numpy as np

from .capture import Capture

RADIUS = 3
OFFSETS = [(dy, dx) for dy in range(RADIUS + 1) for dx in range(-RADIUS, RADIUS + 1)
           if abs(dy) + abs(dx) <= RADIUS and (dy > 0 or dx > 0)]
"""Half of a diamond; the other half mirrors it."""
PAIRS = len(OFFSETS)
FEATURES = 3 * PAIRS + 4
"""Of R, then G, then B: neighbours' sum less twice the sample itself, by offset; then the three
samples less 128, then 1."""
LEVELS, DIRECTIONS = 8, 3
CLASSES = LEVELS * DIRECTIONS


@dataclass
class Moments:
    """By class of pixels, f64; errors are the original less the decoded samples, in steps of 8 bits."""

    count: np.ndarray
    """[CLASSES]."""
    inner: np.ndarray
    """[CLASSES][FEATURES][FEATURES]: sums of products of features."""
    cross: np.ndarray
    """[CLASSES][FEATURES][3]: with the errors."""
    energy: np.ndarray
    """[CLASSES][3]: of the errors."""

    def __add__(self, other: "Moments") -> "Moments":
        return Moments(self.count + other.count, self.inner + other.inner,
                       self.cross + other.cross, self.energy + other.energy)

    def level(self) -> "Moments":
        """Of the same picture as if it had errors of 1 in all, so that pictures in a sum count
        alike."""
        share = 1 / self.energy.sum()
        return Moments(*(share * x for x in (self.count, self.inner, self.cross, self.energy)))

    def merged(self, group: np.ndarray) -> "Moments":
        """With classes put together: `group` [CLASSES] says where each goes."""
        sums = np.zeros((group.max() + 1, len(group)))
        sums[group, np.arange(len(group))] = 1
        return Moments(*(np.tensordot(sums, x, 1)
                         for x in (self.count, self.inner, self.cross, self.energy)))


def shifted(x: np.ndarray, dy: int, dx: int) -> np.ndarray:
    """Each place has the value dy rows below and dx columns right of it, edges repeated."""
    r = max(abs(dy), abs(dx))
    height, width = x.shape[:2]
    padded = np.pad(x, ((r, r), (r, r)) + ((0, 0),) * (x.ndim - 2), mode="edge")
    return padded[r + dy : r + dy + height, r + dx : r + dx + width]


def classes(samples: np.ndarray) -> np.ndarray:
    """u8 [H][W]: 3 level + direction, from second differences of (R + 2 G + B) / 4 over 5 x 5 pixels.
    Level: log2 of their mean size, horizontal and vertical together, in steps of 8 bits; direction
    1: horizontal ones are twice the vertical ones, 2: the other way round."""
    light = (samples @ np.array([1, 2, 1], np.int32)).astype(np.float32) / 256
    both = []
    for dy, dx in ((0, 1), (1, 0)):
        curve = np.abs(2 * light - shifted(light, dy, dx) - shifted(light, -dy, -dx))
        for axis in ((1, 0), (0, 1)):
            curve = sum(shifted(curve, k * axis[0], k * axis[1]) for k in range(-2, 3)) / 5
        both.append(curve)
    across, down = both
    level = np.clip(np.floor(np.log2(across + down + 1e-3)) + 1, 0, LEVELS - 1)
    direction = np.where(across > 2 * down, 1, np.where(down > 2 * across, 2, 0))
    return (DIRECTIONS * level + direction).astype(np.uint8)


def features(samples: np.ndarray) -> np.ndarray:
    """f32 [H W][FEATURES] of samples Q6, in steps of 8 bits."""
    x = samples.astype(np.float32) / 64
    pairs = [shifted(x, dy, dx) + shifted(x, -dy, -dx) - 2 * x for dy, dx in OFFSETS]
    by_channel = np.stack(pairs, 3).reshape(*x.shape[:2], 3 * PAIRS)
    ones = np.ones((*x.shape[:2], 1), np.float32)
    return np.concatenate([by_channel, x - 128, ones], 2).reshape(-1, FEATURES)


def moments(captured: Capture) -> Moments:
    """Of one picture."""
    x, group = features(captured.samples), classes(captured.samples).ravel()
    error = (captured.original - captured.samples / np.float32(64)).reshape(-1, 3)
    error = error.astype(np.float32)
    result = Moments(np.bincount(group, minlength=CLASSES).astype(float),
                     np.zeros((CLASSES, FEATURES, FEATURES)), np.zeros((CLASSES, FEATURES, 3)),
                     np.zeros((CLASSES, 3)))
    for k in range(CLASSES):
        here = group == k
        own, wrong = x[here], error[here]
        result.inner[k] = own.T @ own
        result.cross[k] = own.T @ wrong
        result.energy[k] = (wrong.astype(float) ** 2).sum(0)
    return result
