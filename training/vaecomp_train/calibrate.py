"""Ranges of every layer's result over pictures: fraction bits and clips are chosen from them."""
from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor, nn

from .config import UserError
from .export_lower import tabulate
from .twin import Observer, Runner, unshuffle
from .vaem import Network

QUALITIES = (0, 20, 40, 60, 80, 100)
SUFFIXES = (".png", ".jpg", ".jpeg", ".webp")

Ranges = dict[str, list[tuple[float, float]]]
"""Of each network's name: (least, greatest) value of each layer's result."""


def synthetic_pictures(size: int, seed: int = 7) -> list[np.ndarray]:
    """u8 [size][size][3] pictures at the edges of what there is: black, white, checks, noise.

    Photos alone would leave no head room for a white page or for text, and the clips would show.
    """
    rng = np.random.default_rng(seed)
    corners = [
        np.full((size, size, 3), [255 * (i >> c & 1) for c in range(3)], np.uint8) for i in range(8)
    ]
    y, x = np.mgrid[:size, :size]
    boards = [
        (((x // k + y // k) % 2) * 255).astype(np.uint8)[..., None].repeat(3, 2)
        for k in (1, 3, 16, 29)
    ]
    noise = [
        rng.integers(0, 256, (size, size, 3), dtype=np.uint8),
        (rng.integers(0, 2, (size, size, 3)) * 255).astype(np.uint8),
    ]
    ramp = np.stack([x, y, (x + y) // 2], 2) * 255 // (size - 1)
    return [*corners, *boards, *noise, ramp.astype(np.uint8)]


def photo_crops(
    folders: Sequence[str | Path], count: int, size: int, seed: int = 7
) -> list[np.ndarray]:
    """`count` crops u8 [size][size][3] from photos spread evenly over the folders' sorted files."""
    files = sorted(
        str(path)
        for folder in folders
        for path in Path(folder).rglob("*")
        if path.suffix.lower() in SUFFIXES
    )
    if not files:
        raise UserError(f"no photos in {', '.join(str(folder) for folder in folders)}")
    rng, crops = np.random.default_rng(seed), []
    spread = np.linspace(0, len(files) - 1, min(2 * count, len(files))).astype(int)
    for k in rng.permutation(spread):
        picture = np.asarray(Image.open(files[k]).convert("RGB"))
        rows, columns = picture.shape[:2]
        if min(rows, columns) >= size and len(crops) < count:
            top, left = rng.integers(0, rows - size + 1), rng.integers(0, columns - size + 1)
            crops.append(picture[top : top + size, left : left + size])
    if not crops:
        raise UserError(f"no photo is {size} x {size} pixels or larger, so none can calibrate")
    return crops


def pad_edge(x: Tensor, multiple: int) -> Tensor:
    """[h][w][C] grown to multiples of `multiple` by repeating the last row and column."""
    down, right = -x.shape[0] % multiple, -x.shape[1] % multiple
    if not (down or right):
        return x
    planes = x.permute(2, 0, 1)[None].float()
    return F.pad(planes, (0, right, 0, down), "replicate")[0].permute(1, 2, 0)


def phase_mask(height: int, width: int, phases: int) -> Tensor:
    """Bool [h][w][1]: where bit 2 (y mod 2) + (x mod 2) of `phases` is set (VC-29)."""
    y, x = torch.arange(height)[:, None], torch.arange(width)[None, :]
    return ((phases >> (2 * (y % 2) + x % 2)) & 1).bool()[..., None]


class FloatCodec:
    """The codec as lowered float networks: rounds latents, nothing else."""

    def __init__(self, codec: nn.Module, networks: dict[str, Network]) -> None:
        self._runners = {name: Runner(network) for name, network in networks.items()}
        self._hyper_mean = torch.from_numpy(tabulate(codec.hyper_mean)).float()
        self._steps = codec.prior_steps

    def __call__(self, picture: np.ndarray, quality: int, ranges: Ranges | None = None) -> Tensor:
        """Codes u8 [h][w][3] and returns the reconstruction f32 [h][w][3] in 8-bit samples, not
        clipped; widens `ranges` by what it sees."""

        def run(name: str, *inputs: Tensor) -> Tensor:
            observe = None if ranges is None else _widener(ranges, name)
            return self._runners[name](list(inputs), quality, observe)

        height, width = picture.shape[:2]
        x = pad_edge(torch.from_numpy(np.array(picture)).float() / 127.5 - 1, 16)
        y = run("analysis", x)
        z = run("hyper_analysis", pad_edge(y, 4))
        if "detail_analysis" in self._runners:
            y = torch.cat([y, run("detail_analysis", y, unshuffle(x, 16))], 2)
        mean = self._hyper_mean[quality]
        features = run("hyper_synthesis", (z - mean).round() + mean)[: y.shape[0], : y.shape[1]]
        decoded = torch.zeros_like(y)
        for step, (first, end, phases, least_quality) in enumerate(self._steps):
            if quality < least_quality:
                continue
            m = run(f"context.{step}", features, decoded)[..., : end - first]
            here = phase_mask(*y.shape[:2], phases)
            value = (y[..., first:end] - m).round() + m
            decoded[..., first:end] = torch.where(here, value, decoded[..., first:end])
        return run("synthesis", decoded)[:height, :width]


def _widener(ranges: Ranges, name: str) -> Observer:
    known = ranges.setdefault(name, [])

    def observe(i: int, x: Tensor) -> None:
        least, greatest = float(x.min()), float(x.max())
        if i == len(known):
            known.append((least, greatest))
        else:
            known[i] = (min(known[i][0], least), max(known[i][1], greatest))

    return observe


@torch.no_grad()
def measure_ranges(
    codec: nn.Module, networks: dict[str, Network], pictures: list[np.ndarray]
) -> Ranges:
    """Runs every picture at every calibration quality."""
    run, ranges = FloatCodec(codec, networks), {}
    for picture in pictures:
        for quality in QUALITIES:
            run(picture, quality, ranges)
    return ranges
