"""Layer-by-layer vectors: what every layer of a model computes, for tests of other engines.

A folder gets three files. `parity.i16` and `parity.f32` are raw little-endian numbers, tensor after
tensor, [row][column][channel]. `manifest.txt` says which is which, one line each, words apart by a
space:

    network NAME exact|float QUALITY        a run of a network begins
    input K ROWS COLUMNS CHANNELS OFFSET    what it is fed
    layer I OP ROWS COLUMNS CHANNELS OFFSET what its layer I leaves as the current tensor

OFFSET counts numbers from the start of `parity.i16` for exact networks, of `parity.f32` for float
ones. Exact numbers must be met to the bit. Float ones are this machine's single precision; only the
last layer's is given.
"""
from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from .twin import Runner, unshuffle
from .twin_codec import TwinCodec
from .vaem import Model, Network

SILENT = ("push", "input", "concat")
"""Ops that compute nothing: their results are not written."""


class _Writer:
    """Collects tensors and manifest lines."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._parts: dict[str, list[np.ndarray]] = {"<i2": [], "<f4": []}

    def tensor(self, words: str, x: Tensor, dtype: str) -> None:
        """One line and its numbers."""
        parts = self._parts[dtype]
        offset = sum(part.size for part in parts)
        parts.append(x.detach().cpu().numpy().astype(dtype))
        self.lines.append(f"{words} {' '.join(str(side) for side in x.shape)} {offset}")

    def save(self, folder: Path) -> None:
        """Writes the three files."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "manifest.txt").write_text("\n".join(self.lines) + "\n", encoding="ascii")
        for dtype, name in (("<i2", "parity.i16"), ("<f4", "parity.f32")):
            (folder / name).write_bytes(b"".join(part.tobytes() for part in self._parts[dtype]))


def _record(writer: _Writer, network: Network, inputs: list[Tensor], quality: int) -> Tensor:
    dtype = "<i2" if network.exact else "<f4"
    last = len(network.layers) - 1
    writer.lines.append(f"network {network.name} {'exact' if network.exact else 'float'} {quality}")
    for k, x in enumerate(inputs):
        writer.tensor(f"input {k}", x, dtype)

    def observe(i: int, x: Tensor) -> None:
        op = network.layers[i].op
        if i == last or (network.exact and op not in SILENT):
            writer.tensor(f"layer {i} {op}", x, dtype)

    return Runner(network)(inputs, quality, observe)


def _extreme_input(rng: np.random.Generator, rows: int, columns: int, channels: int) -> Tensor:
    """Numbers over the whole i16, its ends among them: every clip is reached."""
    x = rng.integers(-32768, 32768, (rows, columns, channels))
    ends = rng.random(x.shape)
    x = np.where(ends < 0.1, -32768, np.where(ends > 0.9, 32767, x))
    return torch.from_numpy(x.astype(np.int32))


@torch.no_grad()
def write_parity(model: Model, folder: str | Path, picture: np.ndarray, quality: int) -> None:
    """Writes the vectors: all networks on what `picture` (u8 [H][W][3], sides multiples of 64)
    gives them, the large ones on a part of it, then the exact ones at quality 100 on numbers at the
    ends of their range.
    """
    writer, networks = _Writer(), model.networks
    codec = TwinCodec(model)
    x = torch.from_numpy(np.array(picture)).float() / 127.5 - 1
    _record(writer, networks["analysis"], [x[:32, :16]], quality)
    y = codec.run("analysis", quality, x)
    z = _record(writer, networks["hyper_analysis"], [y], quality)
    if "detail_analysis" in networks:
        detail = _record(writer, networks["detail_analysis"], [y, unshuffle(x, 16)], quality)
        y = torch.cat([y, detail], 2)
    coded = codec.code(y, z, quality)
    mean = torch.from_numpy(model.tensors["prior.hyper_mean"][quality].astype(np.int32))
    decoded_z = (16 * torch.from_numpy(coded.hyper) + mean).clamp(-32768, 32767)
    features = _record(writer, networks["hyper_synthesis"], [decoded_z], quality)
    steps = [name for name in networks if name.startswith("context.")]
    for name in steps:
        _record(writer, networks[name], [features, coded.decoded], quality)
    _record(writer, networks["synthesis"], [coded.decoded[:1, :3]], quality)
    rng = np.random.default_rng(3)
    for name in ("hyper_synthesis", *steps, "synthesis"):
        inputs = [_extreme_input(rng, 1, 1, channels) for channels, _ in networks[name].inputs]
        _record(writer, networks[name], inputs, 100)
    writer.save(Path(folder))
