"""Picture quality in numpy: PSNR and MS-SSIM of 8-bit RGB pictures."""

from __future__ import annotations

import math

import numpy as np

# Two equal pictures have an infinite PSNR, which no mean survives; they count as this many dB.
PSNR_OF_EQUAL_PICTURES = 100.0

# Wang, Simoncelli, Bovik: "Multiscale structural similarity for image quality assessment", 2003.
_SCALE_WEIGHTS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)
_WINDOW_TAPS = 11
_WINDOW_SIGMA = 1.5
_C1 = (0.01 * 255.0) ** 2
_C2 = (0.03 * 255.0) ** 2

# The fifth scale is 1/16 of the size and must still hold one whole window.
MS_SSIM_SMALLEST_SIDE = (_WINDOW_TAPS - 1) * 2 ** (len(_SCALE_WEIGHTS) - 1) + 1


def psnr(original: np.ndarray, decoded: np.ndarray) -> float:
    """PSNR in dB over all samples of two uint8 arrays [H, W, 3] of the same shape."""
    _require_same_shape(original, decoded)
    difference = original.astype(np.int32) - decoded.astype(np.int32)
    mse = float(np.mean(np.square(difference), dtype=np.float64))
    if mse == 0.0:
        return PSNR_OF_EQUAL_PICTURES
    return 10.0 * math.log10(255.0 * 255.0 / mse)


def ms_ssim(original: np.ndarray, decoded: np.ndarray) -> float | None:
    """Five-scale MS-SSIM, 0..1, of two uint8 arrays [H, W, 3]: the mean over R, G and B.

    Gaussian window of 11 taps, sigma 1.5, only where it fits whole; halving by 2x2 means, an odd
    side padded with a zero in front, as the widely used PyTorch implementation does, so that the
    values compare with published ones. None where a side is under MS_SSIM_SMALLEST_SIDE pixels.
    """
    _require_same_shape(original, decoded)
    if min(original.shape[:2]) < MS_SSIM_SMALLEST_SIDE:
        return None
    channels = [
        _ms_ssim_plane(original[:, :, c].astype(np.float64), decoded[:, :, c].astype(np.float64))
        for c in range(original.shape[2])
    ]
    return float(np.mean(channels))


def ms_ssim_db(value: float) -> float:
    """MS-SSIM on a decibel scale, -10 log10(1 - value), on which curves are near straight."""
    return -10.0 * math.log10(max(1.0 - value, 1e-10))


def _require_same_shape(a: np.ndarray, b: np.ndarray) -> None:
    if a.shape != b.shape or a.ndim != 3:
        raise ValueError(f"pictures differ in shape: {a.shape} and {b.shape}")


def _ms_ssim_plane(x: np.ndarray, y: np.ndarray) -> float:
    """MS-SSIM of one plane: contrast-structure at every scale, luminance at the last only."""
    product = 1.0
    last = len(_SCALE_WEIGHTS) - 1
    for scale, weight in enumerate(_SCALE_WEIGHTS):
        luminance, contrast_structure = _ssim_terms(x, y)
        term = float(np.mean(contrast_structure))
        if scale == last:
            term = float(np.mean(luminance * contrast_structure))
        # A negative mean (anti-correlated pictures) has no real power: it counts as zero.
        product *= max(term, 0.0) ** weight
        if scale != last:
            x, y = _halve(x), _halve(y)
    return product


def _ssim_terms(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Luminance and contrast-structure maps of SSIM at the positions where the window fits."""
    mean_x, mean_y = _blur(x), _blur(y)
    mean_xy = mean_x * mean_y
    mean_squares = mean_x * mean_x + mean_y * mean_y
    # The two variances are only needed as a sum, so one blur serves both.
    variances = _blur(x * x + y * y) - mean_squares
    covariance = _blur(x * y) - mean_xy
    luminance = (2.0 * mean_xy + _C1) / (mean_squares + _C1)
    contrast_structure = (2.0 * covariance + _C2) / (variances + _C2)
    return luminance, contrast_structure


def _window() -> np.ndarray:
    offsets = np.arange(_WINDOW_TAPS) - _WINDOW_TAPS // 2
    taps = np.exp(-(offsets**2) / (2.0 * _WINDOW_SIGMA**2))
    return taps / taps.sum()


_TAPS = _window()


def _blur(plane: np.ndarray) -> np.ndarray:
    """Separable Gaussian without padding: [H, W] -> [H - 10, W - 10]."""
    return _blur_rows(_blur_rows(plane).T).T


def _blur_rows(plane: np.ndarray) -> np.ndarray:
    """The window along the first axis; equal taps are summed before the multiplication."""
    height = plane.shape[0] - _WINDOW_TAPS + 1
    middle = _WINDOW_TAPS // 2
    total = _TAPS[middle] * plane[middle : middle + height]
    pair = np.empty_like(total)
    for tap in range(middle):
        mirrored = _WINDOW_TAPS - 1 - tap
        np.add(plane[tap : tap + height], plane[mirrored : mirrored + height], out=pair)
        pair *= _TAPS[tap]
        total += pair
    return total


def _halve(plane: np.ndarray) -> np.ndarray:
    """Means of 2x2 samples; an odd side gets one zero row or column in front."""
    height, width = plane.shape
    if height % 2 or width % 2:
        plane = np.pad(plane, ((height % 2, 0), (width % 2, 0)))
    return 0.25 * (plane[::2, ::2] + plane[1::2, ::2] + plane[::2, 1::2] + plane[1::2, 1::2])
