"""Writes tiny.vaem, a model of a few channels for tests: a small KLT and random weights.

    VAECOMP_PY_MODULES="numpy torch PIL" tools/python tests/models/make_tiny.py [FOLDER]

Beside it go parity/ (vectors of every layer, see vaecomp_train/parity.py) and streams/ (pictures
coded by the reference encoder, with the pixels that they decode to). Same files on every run with
one version of PyTorch. The model makes poor pictures of many bits, but its means, scales and
escapes take the values that a trained model's do.
"""
from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import torch

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1] / "training"), str(HERE.parents[1] / "format")]

from reference.container import Header  # noqa: E402
from reference.decode import decode  # noqa: E402
from reference.encode_symbols import encode_symbols  # noqa: E402
from reference.model import read_model  # noqa: E402
from vaecomp_train import vaem  # noqa: E402
from vaecomp_train.calibrate import synthetic_pictures  # noqa: E402
from vaecomp_train.config import ModelConfig  # noqa: E402
from vaecomp_train.export import export  # noqa: E402
from vaecomp_train.grow import start_detail  # noqa: E402
from vaecomp_train.klt import start_from_klt  # noqa: E402
from vaecomp_train.model import Codec  # noqa: E402
from vaecomp_train.parity import write_parity  # noqa: E402
from vaecomp_train.quantise import Settings  # noqa: E402
from vaecomp_train.twin_codec import TwinCodec  # noqa: E402

CONFIG = ModelConfig(
    encoder_widths=(48, 12, 24),
    encoder_blocks=(0, 1, 1),
    decoder_widths=(24, 12, 48),
    decoder_blocks=(1, 1, 0),
    latents=24,
    detail=20,
    hyper=6,
    prior=12,
    levels=3,
    lambda_ratio=32.0,
)
CARD = {
    "name": "tiny",
    "card": "# Tiny test model\n\nRandom weights over a KLT; for tests only.\n",
    "created": "2026-11-22",
}
BITS = {"analysis": 8, "detail_analysis": 8, "hyper_analysis": 8, "hyper_synthesis": 8, "context": 8, "synthesis": 10}
SETTINGS = Settings(weight_bits=BITS, max_radius=24)  # small tables, many escapes


def smooth_pictures(count: int, size: int, seed: int) -> np.ndarray:
    """f32 [count][3][size][size] in 0 .. 1: sums of waves and edges, a stand-in for photos."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:size, :size] / size
    out = np.full((count, 3, size, size), 0.5)
    for picture in out:
        for _ in range(12):
            fx, fy, phase = rng.normal(0, 4, 2).tolist() + [rng.uniform(0, 6.3)]
            wave = np.sin(2 * np.pi * (fx * x + fy * y) + phase)
            wave = np.sign(wave) if rng.random() < 0.3 else wave
            picture += rng.normal(0, 0.12, (3, 1, 1)) * wave + rng.normal(0, 0.1) * wave
    return np.clip(out + rng.normal(0, 0.01, out.shape), 0, 1).astype(np.float32)


def tiny_codec(seed: int = 1) -> Codec:
    """The codec before export. Weights come from NumPy's generator, whose values do not change."""
    rng = np.random.default_rng(seed)
    codec = Codec(CONFIG)
    with torch.no_grad():
        for name, parameter in sorted(codec.named_parameters()):
            if "table" in name:
                continue
            fan_in = parameter[0].numel() if parameter.dim() > 1 else 1
            spread = 0.02 if parameter.dim() == 1 else 1 / np.sqrt(fan_in)
            if "project" in name:
                spread *= 0.05
            if "depthwise.weight" in name:
                spread = 0.08
            values = rng.normal(0, spread, tuple(parameter.shape))
            if "depthwise.weight" in name:
                values[:, :, parameter.shape[2] // 2, parameter.shape[3] // 2] += 1
            parameter.copy_(torch.from_numpy(values))
        pictures = torch.from_numpy(smooth_pictures(12, 128, seed))
        start_from_klt(codec, pictures)
        start_detail(codec, pictures)
        for step, (first, end, *_) in zip(codec.context, codec.prior_steps):
            step[0].weight[
                :, CONFIG.prior :
            ] *= 0.02  # latents reach a thousand steps: tame what they predict
            step[-1].weight[end - first :] *= 0.2
        codec.log2_sigma.table.add_(1)
        slope = torch.linspace(-0.2, 0.2, CONFIG.prior)
        for condition in (codec.hyper_synthesis[1], codec.synthesis[1]):
            condition.bias.table[2] = 0.1
        for condition in (codec.hyper_synthesis[1], codec.hyper_analysis[1]):
            condition.log_scale.table.copy_(slope * torch.tensor([[-1.0], [0.0], [1.0]]))
        codec.hyper_mean.table.copy_(
            torch.tensor([[-1.3], [0.4], [2.2]]) * torch.linspace(-1, 1, CONFIG.hyper)
        )
        codec.hyper_log_scale.table.copy_(
            torch.linspace(-8, 3, CONFIG.hyper) + torch.tensor([[0.0], [1.0], [2.0]])
        )
    return codec


def test_picture(height: int, width: int, seed: int) -> np.ndarray:
    """u8 [height][width][3], the same on every machine."""
    side = -(-max(height, width) // 64) * 64
    waves = (smooth_pictures(1, side, seed)[0].transpose(1, 2, 0) * 255).astype(np.uint8)
    return np.ascontiguousarray(waves[:height, :width])


def write_streams(path: Path, folder: Path) -> None:
    """Streams and their pixels: one band, three bands, one pixel, grey; PPM or PGM."""
    data = path.read_bytes()
    reference, codec = read_model(data), TwinCodec(vaem.from_bytes(data))
    folder.mkdir(parents=True, exist_ok=True)
    for height, width, quality, grey in (
        (37, 70, 60, False),
        (1040, 17, 10, False),
        (1, 1, 100, False),
        (65, 33, 35, True),
    ):
        picture = test_picture(height, width, quality)
        if grey:
            picture = picture[..., 1:2].repeat(3, 2)
        coded, _ = codec(picture, quality)
        header = Header(width, height, quality, reference.model_id, grey)
        stream, _ = encode_symbols(reference, header, coded.hyper, coded.symbols)
        pixels = decode(stream, reference)
        name = f"{width}x{height}-q{quality}{'-grey' if grey else ''}"
        (folder / f"{name}.vaec").write_bytes(stream)
        head = f"P{5 if grey else 6}\n{width} {height}\n255\n".encode()
        (folder / f"{name}.{'pgm' if grey else 'ppm'}").write_bytes(head + pixels.tobytes())


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE
    folder.mkdir(parents=True, exist_ok=True)
    out = folder / "tiny.vaem"
    pictures = [test_picture(96, 96, seed) for seed in range(6)]
    print(
        out, export(tiny_codec(), out, CARD, pictures + synthetic_pictures(64), SETTINGS), "bytes"
    )
    write_parity(vaem.load(out), folder / "parity", test_picture(64, 64, 9), 40)
    write_streams(out, folder / "streams")


if __name__ == "__main__":
    main()
