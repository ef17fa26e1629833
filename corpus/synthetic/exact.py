"""Arithmetic that gives the same bits everywhere: hashed noise, a polynomial sine, fractal noise.

Library sines and random generators differ between versions and processors in the last bit, which
is enough to change a rounded sample. Only + - * / sqrt and floor of IEEE doubles, and integers,
are used here and by everything that draws.
"""

from __future__ import annotations

import numpy as np


def hash_noise(x: np.ndarray, y: np.ndarray, seed: int) -> np.ndarray:
    """Independent values in [0, 1) for integer coordinates: the splitmix64 finaliser.

    Steele, Lea, Flood: "Fast splittable pseudorandom number generators", OOPSLA 2014.
    """
    with np.errstate(over="ignore"):
        state = x.astype(np.int64).astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        state = state + y.astype(np.int64).astype(np.uint64) * np.uint64(0xC2B2AE3D27D4EB4F)
        state = state + np.uint64(seed) * np.uint64(0x165667B19E3779F9)
        state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        state = state ^ (state >> np.uint64(31))
    return (state >> np.uint64(11)).astype(np.float64) / float(1 << 53)


def sine(turns: np.ndarray) -> np.ndarray:
    """sin(2 pi turns) within 0.002, from two parabolas."""
    t = turns - np.floor(turns + 0.5)
    parabola = 8.0 * t - 16.0 * t * np.abs(t)
    return 0.225 * (parabola * np.abs(parabola) - parabola) + parabola


def smooth_step(t: np.ndarray) -> np.ndarray:
    """0 below 0, 1 above 1, and 3t^2 - 2t^3 between."""
    t = np.clip(t, 0.0, 1.0)
    return t * t * (3.0 - 2.0 * t)


def value_noise(x: np.ndarray, y: np.ndarray, seed: int) -> np.ndarray:
    """Smooth noise in [0, 1] at real coordinates: hashed values at integers, blended."""
    x0, y0 = np.floor(x), np.floor(y)
    blend_x, blend_y = smooth_step(x - x0), smooth_step(y - y0)
    top = hash_noise(x0, y0, seed) * (1.0 - blend_x) + hash_noise(x0 + 1, y0, seed) * blend_x
    low = (
        hash_noise(x0, y0 + 1, seed) * (1.0 - blend_x) + hash_noise(x0 + 1, y0 + 1, seed) * blend_x
    )
    return top * (1.0 - blend_y) + low * blend_y


def fractal_noise(x: np.ndarray, y: np.ndarray, seed: int, octaves: int) -> np.ndarray:
    """Octaves of value noise, each of twice the frequency and half the weight; in [0, 1]."""
    total = np.zeros(np.broadcast(x, y).shape)
    weight, norm = 1.0, 0.0
    for octave in range(octaves):
        total = total + weight * value_noise(x, y, seed + octave)
        norm += weight
        x, y, weight = 2.0 * x, 2.0 * y, 0.5 * weight
    return total / norm
