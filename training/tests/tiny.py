"""What the tests share: a small model, small photos, short settings."""

import dataclasses
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from vaecomp_train.config import Config, DataConfig, ModelConfig, TrainConfig
from vaecomp_train.model import Codec

MODEL = ModelConfig(
    encoder_widths=(8, 12, 16), encoder_blocks=(1, 1, 1), decoder_widths=(16, 12, 8),
    decoder_blocks=(1, 1, 1), latents=12, detail=10, hyper=6, prior=8)

DATA = DataConfig(synthetic_share=0.3, synthetic_count=6, synthetic_size=48)

TRAIN = TrainConfig(
    steps=6, batch=2, crop=32, final_crop=48, final_share=0.34, rate=2e-3, warmup=2, device="cpu",
    threads=1, log_every=2, valid_every=0.0)


def config(**train) -> Config:
    """The tests' configuration with some training settings replaced."""
    return Config(model=MODEL, data=DATA, train=dataclasses.replace(TRAIN, **train))


def photo(seed: int, height: int = 80, width: int = 96) -> np.ndarray:
    """A smooth coloured picture with an edge, [height, width, 3] uint8."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:height, :width] / 32
    planes = [np.sin(x * a + y * b + c) for a, b, c in rng.uniform(-2, 2, (3, 3))]
    picture = 128 + 70 * np.stack(planes, 2)
    picture[:, width // 2:] += rng.uniform(-40, 40, 3)
    return np.clip(picture, 0, 255).astype(np.uint8)


def write_photos(folder: Path, count: int = 3) -> Path:
    """A folder of PNG photos."""
    folder.mkdir(parents=True, exist_ok=True)
    for seed in range(count):
        Image.fromarray(photo(seed)).save(folder / f"{seed}.png")
    return folder


def crops() -> torch.Tensor:
    """Six crops [6, 3, 64, 64] in 0..1."""
    return torch.stack([torch.from_numpy(photo(seed, 64, 64)).permute(2, 0, 1) / 255
                        for seed in range(6)])


def moved_codec() -> Codec:
    """A codec a little way from its start: layers that begin as nothing hide what is behind them."""
    torch.manual_seed(1)
    codec = Codec(MODEL).eval()
    with torch.no_grad():
        for p in codec.parameters():
            p.add_(torch.randn_like(p), alpha=0.02)
    return codec
