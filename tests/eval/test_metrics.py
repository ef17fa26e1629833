"""PSNR and MS-SSIM against hand-computed cases, a direct computation, and published values."""

from __future__ import annotations

import io
import math
import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from rdeval import bd_rate, curves, metrics, pictures


def test_psnr_of_a_known_error():
    original = np.full((8, 8, 3), 100, np.uint8)
    decoded = original.copy()
    decoded[0, 0, 0] = 112
    mse = 144 / 192
    assert metrics.psnr(original, decoded) == pytest.approx(
        10 * math.log10(255**2 / mse), abs=1e-12
    )


def test_psnr_does_not_wrap_around():
    black, white = np.zeros((4, 4, 3), np.uint8), np.full((4, 4, 3), 255, np.uint8)
    assert metrics.psnr(black, white) == pytest.approx(0.0, abs=1e-12)
    assert metrics.psnr(white, black) == pytest.approx(0.0, abs=1e-12)


def test_equal_pictures():
    picture = np.random.default_rng(1).integers(0, 256, (180, 190, 3), dtype=np.uint8)
    assert metrics.psnr(picture, picture) == metrics.PSNR_OF_EQUAL_PICTURES
    assert metrics.ms_ssim(picture, picture) == pytest.approx(1.0, abs=1e-12)


def test_ms_ssim_needs_room_for_five_scales():
    small = np.zeros((160, 400, 3), np.uint8)
    assert metrics.ms_ssim(small, small) is None
    enough = np.zeros((161, 400, 3), np.uint8)
    assert metrics.ms_ssim(enough, enough) == pytest.approx(1.0)


def test_shapes_must_agree():
    with pytest.raises(ValueError, match="differ in shape"):
        metrics.psnr(np.zeros((4, 4, 3), np.uint8), np.zeros((4, 5, 3), np.uint8))


def _direct_ms_ssim(x: np.ndarray, y: np.ndarray) -> float:
    """The definition of Wang et al. written down plainly: a full 2-D window at every position."""
    offsets = np.arange(11) - 5.0
    window = np.exp(-(offsets[:, None] ** 2 + offsets[None, :] ** 2) / (2 * 1.5**2))
    window /= window.sum()
    weights = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333]
    result = 1.0
    for scale, weight in enumerate(weights):
        patches = [np.lib.stride_tricks.sliding_window_view(z, (11, 11)) for z in (x, y)]
        mean_x, mean_y = ((patch * window).sum(axis=(2, 3)) for patch in patches)
        centred = [p - m[:, :, None, None] for p, m in zip(patches, (mean_x, mean_y))]
        var_x, var_y = ((c * c * window).sum(axis=(2, 3)) for c in centred)
        covariance = (centred[0] * centred[1] * window).sum(axis=(2, 3))
        c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
        structure = (2 * covariance + c2) / (var_x + var_y + c2)
        luminance = (2 * mean_x * mean_y + c1) / (mean_x**2 + mean_y**2 + c1)
        last = scale == len(weights) - 1
        result *= np.mean(structure * luminance if last else structure) ** weight
        if last:
            break
        x, y = (z.reshape(z.shape[0] // 2, 2, z.shape[1] // 2, 2).mean(axis=(1, 3)) for z in (x, y))
    return float(result)


def test_ms_ssim_equals_the_definition(photo_like):
    # Sides of a multiple of 16, so that halving needs no padding.
    original = photo_like.samples[:176, :192]
    noise = np.random.default_rng(2).normal(0, 12, original.shape)
    decoded = np.clip(original + noise, 0, 255).astype(np.uint8)
    expected = np.mean(
        [
            _direct_ms_ssim(original[:, :, c].astype(float), decoded[:, :, c].astype(float))
            for c in range(3)
        ]
    )
    assert metrics.ms_ssim(original, decoded) == pytest.approx(expected, abs=1e-10)


def _kodak() -> list[np.ndarray]:
    folder = os.environ.get("VAECOMP_KODAK", "")
    files = sorted(Path(folder).glob("*.png")) if folder else []
    if len(files) != 24:
        pytest.skip("set VAECOMP_KODAK to the folder of the 24 Kodak pictures (corpus/fetch kodak)")
    return [pictures.load(path).samples for path in files]


def _published_at(name: str, bpp: float) -> tuple[float, float]:
    """PSNR and MS-SSIM of a published curve at a rate."""
    curve = curves.read_anchor(curves.ANCHOR_FOLDER / f"{name}.json")
    similarity_db = bd_rate.quality_at(curve.ms_ssim(), bpp)
    return bd_rate.quality_at(curve.psnr(), bpp), 1.0 - 10.0 ** (-similarity_db / 10.0)


def test_webp_on_kodak_has_the_published_values():
    rows = []
    for samples in _kodak():
        buffer = io.BytesIO()
        Image.fromarray(samples).save(buffer, "WEBP", quality=20)
        decoded = np.asarray(Image.open(buffer).convert("RGB"))
        bpp = 8 * len(buffer.getvalue()) / (samples.shape[0] * samples.shape[1])
        rows.append((bpp, metrics.psnr(samples, decoded), metrics.ms_ssim(samples, decoded)))
    bpp, psnr, ms_ssim = np.mean(rows, axis=0)
    published_psnr, published_ms_ssim = _published_at("webp", bpp)
    assert psnr == pytest.approx(published_psnr, abs=2e-3)
    assert ms_ssim == pytest.approx(published_ms_ssim, abs=1e-4)


def test_jpeg_on_kodak_has_the_published_values():
    if shutil.which("djpeg") is None:
        pytest.skip("no program 'djpeg' (install: libjpeg-turbo-progs)")
    rows = []
    for samples in _kodak():
        buffer = io.BytesIO()
        Image.fromarray(samples).save(buffer, "JPEG", quality=15)
        # The published curve comes from a decoder that repeats chroma samples instead of
        # smoothing them, which costs 0.12 dB and 0.004 of MS-SSIM here.
        ppm = subprocess.run(
            ["djpeg", "-pnm", "-nosmooth"], input=buffer.getvalue(), capture_output=True, check=True
        ).stdout
        decoded = np.asarray(Image.open(io.BytesIO(ppm)))
        bpp = 8 * len(buffer.getvalue()) / (samples.shape[0] * samples.shape[1])
        rows.append((bpp, metrics.psnr(samples, decoded), metrics.ms_ssim(samples, decoded)))
    bpp, psnr, ms_ssim = np.mean(rows, axis=0)
    published_psnr, published_ms_ssim = _published_at("jpeg", bpp)
    assert psnr == pytest.approx(published_psnr, abs=0.03)
    assert ms_ssim == pytest.approx(published_ms_ssim, abs=5e-4)
