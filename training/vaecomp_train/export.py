"""The exporter: a trained codec to a `.vaem` file."""
from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from . import vaem
from .calibrate import measure_ranges, photo_crops, synthetic_pictures
from .export_lower import lower, tabulate
from .quantise import Settings, quantise_exact, quantise_float
from .symbol_counts import fitted_masses, fitted_trellis_masses
from .tables import INDICES, entropy_tables, scale_index

LATENT_FRACTION = 4
SAMPLE_FRACTION = 6


def fitted_tables(
    codec: nn.Module, pictures: list[np.ndarray], max_radius: int
) -> dict[str, np.ndarray]:
    """The entropy coder's tables that fit `pictures`, for scalar and for trellis-coded latents."""
    masses, trellis_masses = fitted_masses(codec, pictures), fitted_trellis_masses(codec, pictures)
    radius, cdf = entropy_tables(max_radius, masses, trellis_masses)
    return {"entropy.radius": radius, "entropy.cdf": cdf}


def _prior_tensors(
    codec: nn.Module, pictures: list[np.ndarray], max_radius: int
) -> dict[str, np.ndarray]:
    """The tensors of MODEL.md section 5 that belong to no layer; the tables fit `pictures`."""
    mean = np.rint(tabulate(codec.hyper_mean) * 2**LATENT_FRACTION)
    sigma = F.softplus(torch.from_numpy(tabulate(codec.hyper_log_scale))).numpy() + 0.05
    index = np.clip(np.rint(scale_index(np.log2(sigma))), 0, INDICES - 1)
    level = np.arange(vaem.QUALITIES) / (vaem.QUALITIES - 1) * (codec.config.levels - 1)
    return {
        "prior.steps": np.array(codec.prior_steps, np.uint16),
        "prior.hyper_mean": np.clip(mean, -32768, 32767).astype(np.int16),
        "prior.hyper_scale_index": index.astype(np.uint8),
        **fitted_tables(codec, pictures, max_radius),
        "quality.lambda": (codec.config.lambda_min * codec.config.lambda_ratio**level).astype(
            np.float32
        ),
    }


def build_model(
    codec: nn.Module,
    pictures: list[np.ndarray],
    card: dict[str, str],
    settings: Settings = Settings(),
) -> vaem.Model:
    """The model of a codec, calibrated on `pictures` (u8 [h][w][3])."""
    codec = codec.cpu().eval()
    floats = lower(codec)
    ranges = measure_ranges(codec, floats, pictures)
    model = vaem.Model(
        card=dict(card), tensors=_prior_tensors(codec, pictures, settings.max_radius)
    )
    features = (0, 0)
    for name, network in floats.items():
        if name in ("analysis", "detail_analysis", "hyper_analysis"):
            model.networks[name] = quantise_float(network, settings)
            continue
        channels = [c for c, _ in network.inputs]
        if name.startswith("context"):
            inputs = [features, (channels[1], LATENT_FRACTION)]
            fraction: int | None = LATENT_FRACTION
        else:
            inputs = [(channels[0], LATENT_FRACTION)]
            fraction = SAMPLE_FRACTION if name == "synthesis" else None
        made = quantise_exact(network, ranges[name], inputs, fraction, settings)
        model.networks[name] = made
        if name == "hyper_synthesis":
            result = next(
                layer for layer in reversed(made.layers) if layer.op in ("conv1x1", "affine", "add")
            )
            features = (floats["context.0"].inputs[0][0], result.fraction)
    return model


def calibration_pictures(
    folders: Sequence[str | Path], count: int = 24, size: int = 256
) -> list[np.ndarray]:
    """What the default model is calibrated on: crops of training photos, and pictures at the
    edges."""
    return [*photo_crops(folders, count, size), *synthetic_pictures(size // 2)]


def export(
    codec: nn.Module,
    out_path: str | Path,
    card: dict[str, str],
    pictures: list[np.ndarray],
    settings: Settings = Settings(),
) -> int:
    """Calibrates on `pictures` as they are (see `calibration_pictures`), writes the file and
    returns its size in bytes."""
    torch.set_flush_denormal(True)
    return vaem.save(build_model(codec, pictures, card, settings), out_path)
