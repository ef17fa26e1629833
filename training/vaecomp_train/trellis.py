"""Trellis-coded quantisation (SPEC.md, VC-52): the search for values, and the masses that they have.

Values stand for points that are closer than a step, of which every other is at hand, depending on
the values before. At equal bits that saves most of what uniform quantisation loses against the
rate-distortion bound: 6 to 8 % of the bits of Gaussian latents.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from .elbo import ESCAPE_NATS
from .tables import SHAPE, sigma_of, upper_tail

STEP = 11 / 16
"""Distance of neighbouring points of both supersets together, in quantisation steps."""
LARGEST = 255
"""Values beyond count as this one, of their sign, in the search's prices."""
FITTED = 4
"""Magnitudes up to this take their masses from counts."""
PRIOR_COUNT = 300.0

_BLOCK = 512
"""Latents between two times that all paths are made cheaper by the cheapest one."""


@dataclass(frozen=True)
class Code:
    """A convolutional code of rate 1/2, as Ungerboeck has them in systematic form."""

    states: int
    feedback: int
    """What an odd state adds to the next one."""
    entry: int
    """What an odd value adds to it."""

    def next_state(self, state: np.ndarray | int, value: np.ndarray | int) -> np.ndarray | int:
        """The state after a value."""
        return state >> 1 ^ (state & 1) * self.feedback ^ (value & 1) * self.entry

    def predecessors(self) -> np.ndarray:
        """[states][2]: the state before, by the value's lowest bit."""
        before = np.zeros((self.states, 2), np.int64)
        for state in range(self.states):
            for branch in (0, 1):
                before[self.next_state(state, branch), branch] = state
        return before


CODE = Code(128, 78, 43)


def point(value: np.ndarray) -> np.ndarray:
    """What a value stands for in the superset that is not mirrored, in units of STEP."""
    return np.where(value > 0, 2 * value - 1, 2 * value)


def best_path(residual: np.ndarray, index: np.ndarray, bits: np.ndarray, worth: float,
              code: Code = CODE) -> np.ndarray:
    """The values i64 [L][N] of N sequences of L latents that cost least: squared error in steps^2
    plus `worth` for each bit.

    `residual` f64 [L][N], less means, in steps; `index`: scale indices, 0 where nothing is coded;
    `bits` [64][2 LARGEST + 1]: of the values -LARGEST .. LARGEST.
    """
    length, count = residual.shape
    predecessors = code.predecessors()
    paths = np.full((code.states, count), 1e9)
    paths[0] = 0
    taken = np.zeros((length, code.states, count), bool)
    values = np.zeros((length, 2, 2, count), np.int32)
    odd = predecessors[:, 0] & 1
    costs = np.empty((2, 2, count))
    for t in range(length):
        for mirrored in (0, 1):
            r = -residual[t] if mirrored else residual[t]
            sign = np.where(r > 0, 1, -1)
            inner = np.floor(np.where(r > 0, r + STEP, -r) / (2 * STEP)).astype(np.int64)
            costs[mirrored] = np.inf
            for outward in (-1, 0, 1, 2):
                value = (inner + outward) * sign
                price = bits[index[t], np.clip(value, -LARGEST, LARGEST) + LARGEST]
                cost = (r - point(value) * STEP) ** 2 + worth * price
                for branch in (0, 1):
                    better = (value & 1 == branch) & (cost < costs[mirrored, branch])
                    costs[mirrored, branch][better] = cost[better]
                    values[t, mirrored, branch][better] = value[better]
        first = paths[predecessors[:, 0]] + costs[odd, 0]
        second = paths[predecessors[:, 1]] + costs[odd, 1]
        coded = index[t] > 0
        taken[t] = second < first
        paths = np.where(coded, np.minimum(first, second), paths)
        if t % _BLOCK == 0:
            paths -= paths.min(0)
    state, chosen, each = paths.argmin(0), np.zeros((length, count), np.int64), np.arange(count)
    for t in reversed(range(length)):
        branch = taken[t, state, each].astype(np.int64)
        before = predecessors[state, branch]
        coded = index[t] > 0
        chosen[t] = np.where(coded, values[t, before & 1, branch, each], 0)
        state = np.where(coded, before, state)
    return chosen


def points_of(values: np.ndarray, index: np.ndarray, code: Code = CODE) -> np.ndarray:
    """The quantised residuals f64 [L][N], in steps, of sequences of values."""
    state, out = np.zeros(values.shape[1], np.int64), np.zeros(values.shape)
    for t, value in enumerate(values):
        out[t] = point(value) * STEP * np.where(state & 1, -1, 1)
        state = np.where(index[t] > 0, code.next_state(state, value), state)
    return out


class Search(Protocol):
    """Chooses the values of many rows of latents, each of which is a path of its own."""

    def choose(self, residuals: np.ndarray, indices: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Values i32 and their points f32, in steps, for residuals f32 in steps at scale indices
        u8, 0 where nothing is coded; all [rows][length]."""


class PlainSearch(Search):
    """The search by numpy, for want of the training library: a hundred times slower."""

    def __init__(self, masses: Sequence[np.ndarray], worth: float) -> None:
        """`masses`: of each scale index's values; `worth`: of a bit, in squared steps."""
        self._bits, self._worth = np.stack([search_bits(each) for each in masses]), worth

    def choose(self, residuals: np.ndarray, indices: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        values = best_path(residuals.T.astype(np.float64), indices.T, self._bits, self._worth)
        points = points_of(values, indices.T)
        return values.T.astype(np.int32), np.ascontiguousarray(points.T, np.float32)


def cell_masses(index: int) -> np.ndarray:
    """The mass nearest to each point of a superset, values -n .. n, with a thin, long tail: a
    stand-in for what the search makes of it."""
    sigma = sigma_of(index)
    last = max(8, math.ceil(6 * sigma / STEP))
    values = np.arange(-last, last + 1)
    points = point(values) * STEP
    borders = (points[1:] + points[:-1]) / 2
    beyond = np.array([upper_tail(sigma, abs(x)) for x in borders])
    below = np.concatenate([[0], np.where(borders > 0, 1 - beyond, beyond), [1]])
    mass = np.diff(below) + math.exp(-ESCAPE_NATS) / (1.0 + np.abs(values)) ** 2
    return mass / mass.sum()


def fitted(truth: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """The masses `truth` with those of the values -FITTED .. FITTED as in `counts` of these and
    all others [2 FITTED + 2]; the others keep their proportions. Few counts change little."""
    middle, total = len(truth) // 2, counts.sum() + PRIOR_COUNT
    near = slice(middle - FITTED, middle + FITTED + 1)
    mass = truth.copy()
    mass[near] = (counts[:-1] + PRIOR_COUNT * truth[near]) / total
    rest = 1 - truth[near].sum()
    far = np.ones(len(truth), bool)
    far[near] = False
    mass[far] *= (1 - mass[near].sum()) / rest
    return mass


def search_bits(masses: np.ndarray) -> np.ndarray:
    """[2 LARGEST + 1]: what values cost, of their masses; those beyond the end as much as the
    last."""
    last = len(masses) // 2
    return -np.log2(masses[np.clip(np.arange(-LARGEST, LARGEST + 1), -last, last) + last])


def random_residuals(index: int, shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    """Residuals in steps as tables.py supposes them at a scale index: of a generalised Gaussian."""
    scale = sigma_of(index) * math.sqrt(math.gamma(1 / SHAPE) / math.gamma(3 / SHAPE))
    size = scale * rng.gamma(1 / SHAPE, size=shape) ** (1 / SHAPE)
    return size * rng.choice([-1.0, 1.0], shape)
