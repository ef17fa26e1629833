"""Trellis-coded quantisation (SPEC.md, VC-52): the search for values, and the masses that they have.

Values stand for points that are closer than a step, of which every other is at hand, depending on
the values before. At equal bits that saves most of what uniform quantisation loses against the
rate-distortion bound: 6 to 8 % of the bits of Gaussian latents.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from .elbo import ESCAPE_NATS
from .symbol_choice import BIT_WORTH, SymbolCoder
from .tables import INDICES, sigma_of, upper_tail

STEP = 11 / 16
"""Distance of neighbouring points of both supersets together, in quantisation steps."""
LARGEST = 24
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


class TrellisCoder(SymbolCoder):
    """Chooses symbols as an encoder does, each row of latents in a step as one path; what it gives
    are quantised residuals, not values. Counts the values."""

    def __init__(self, masses: Sequence[np.ndarray], worth: float = BIT_WORTH) -> None:
        """`masses`: of the values of each scale index."""
        super().__init__()
        self._value_bits = np.stack([search_bits(each) for each in masses])
        self._worth = worth
        self.counts = np.zeros((INDICES, 2 * FITTED + 2), np.int64)
        """[scale index]: of the values -FITTED .. FITTED, and of all others together."""

    def code(self, residual: Tensor, log2_sigma: Tensor, coded: Tensor) -> tuple[Tensor, Tensor]:
        batch, channels, height, width = residual.shape
        index = self._index(log2_sigma.detach()).round().long() * coded.expand_as(residual).long()

        def sequences(x: Tensor) -> np.ndarray:
            return x.permute(3, 1, 0, 2).reshape(width * channels, batch * height).numpy()

        def picture(x: np.ndarray) -> Tensor:
            folded = torch.from_numpy(x).reshape(width, channels, batch, height)
            return folded.permute(2, 1, 3, 0).to(residual)

        indices = sequences(index)
        values = best_path(sequences(residual.detach()).astype(np.float64), indices,
                           self._value_bits, self._worth)
        kind = np.where(np.abs(values) <= FITTED, values + FITTED, 2 * FITTED + 1)
        np.add.at(self.counts, (indices[indices > 0], kind[indices > 0]), 1)
        price = self._value_bits[indices, np.clip(values, -LARGEST, LARGEST) + LARGEST]
        price *= indices > 0
        symbols = picture(points_of(values, indices))
        return residual + (symbols - residual).detach(), picture(price)
