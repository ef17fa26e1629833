"""Rate and distortion of the float networks on whole pictures, as the format pads and crops them.

The rate is the KL at rounded latents, or the price of the symbols that a coder chooses: what an
ideal entropy coder would spend, without headers.
"""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from .data import to_float, to_tensor
from .model import Codec
from .symbol_choice import SymbolCoder

Row = dict[str, float]


@torch.no_grad()
def measure(codec: Codec, picture: np.ndarray, quality: float,
            coder: SymbolCoder | None = None) -> Row:
    """One picture [H, W, 3] uint8 at a quality 0..100: bits per pixel, PSNR of 8-bit samples."""
    device = next(codec.parameters()).device
    x = to_float(to_tensor(picture, device)[None])
    level = torch.tensor([codec.level_of(quality)], dtype=torch.float32, device=device)
    restored, terms = codec(x, level, sample=False, coder=coder)
    samples = (restored.clamp(0, 1) * 255).round()
    error = (samples - x * 255).square().mean().item()
    kl_y, kl_z = terms.kl_y.item(), terms.kl_z.item()
    psnr = 10 * math.log10(255**2 / error) if error else math.inf
    return {"bpp": kl_y + kl_z, "psnr": psnr, "kl_y": kl_y, "kl_z": kl_z}


def rate_distortion(codec: Codec, pictures: Sequence[np.ndarray],
                    qualities: Sequence[float], coder: SymbolCoder | None = None) -> list[Row]:
    """Means over the pictures, one row a quality: quality, bpp, psnr, kl_y, kl_z.

    Leaves the codec in the mode (training or not) that it was in.
    """
    training = codec.training
    codec.eval()
    try:
        rows = []
        for quality in qualities:
            each = [measure(codec, picture, quality, coder) for picture in pictures]
            means = {key: float(np.mean([row[key] for row in each])) for key in each[0]}
            rows.append({"quality": float(quality), **means})
        return rows
    finally:
        codec.train(training)


def table(rows: Sequence[dict[str, Any]]) -> str:
    """The rows as text, those of one "folder" (where rows have it) under its name."""
    lines, folder = ["quality      bpp     psnr     kl_y     kl_z"], None
    for row in rows:
        if row.get("folder") != folder:
            folder = row["folder"]
            lines.append(folder)
        lines.append(f"{row['quality']:7g} {row['bpp']:8.4f} {row['psnr']:8.3f} "
                     f"{row['kl_y']:8.4f} {row['kl_z']:8.4f}")
    return "\n".join(lines)
