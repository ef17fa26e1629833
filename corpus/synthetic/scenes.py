"""The synthetic pictures: what each one exercises, and how it is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable

import numpy as np

from . import exact
from .canvas import Canvas

_WIDTH, _HEIGHT = 320, 240
_LINES = (
    "The prior is what the decoder believes before it has read a bit.",
    "KL(q, p) in bits is the rate: 0123456789 + (3.14 / 2) = 1.57",
    "Quick jumping zebras vex, and lazy dwarf foxes hum: OK!",
)


@dataclass(frozen=True)
class Scene:
    """A picture by name; `rate_distortion` says whether RD measurements use it."""

    name: str
    exercises: str
    draw: Callable[[], np.ndarray]
    rate_distortion: bool = True


def _grid(width: int = _WIDTH, height: int = _HEIGHT) -> tuple[np.ndarray, np.ndarray]:
    """Pixel coordinates x, y as doubles [H, W]."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    return x, y


def _rounded(samples: np.ndarray) -> np.ndarray:
    return np.floor(np.clip(samples, 0.0, 255.0) + 0.5).astype(np.uint8)


def _gradients() -> np.ndarray:
    x, y = _grid()
    u, v = x / (_WIDTH - 1), y / (_HEIGHT - 1)
    picture = np.stack([40 + 170 * u, 60 + 120 * v, 190 - 130 * u * v], axis=2)
    # A very shallow slope, where banding shows first, and a radial one around it.
    shallow = (y >= 160) & (x < 160)
    picture[shallow] = (118 + 12 * u + 6 * v)[shallow][:, None]
    dx, dy = x - 240, y - 190
    glow = exact.smooth_step(1.0 - np.sqrt(dx * dx + dy * dy) / 90)
    warm = np.array([255.0, 214.0, 120.0])
    return _rounded(picture * (1 - glow[:, :, None]) + glow[:, :, None] * warm)


def _zone_plate() -> np.ndarray:
    x, y = _grid()
    dx, dy = x - _WIDTH / 2, y - _HEIGHT / 2
    # Half a turn per pixel, the highest frequency there is, is reached at the left and right edge.
    wave = exact.sine((dx * dx + dy * dy) / (2.0 * _WIDTH))
    return np.repeat(_rounded(127.5 + 110 * wave)[:, :, None], 3, axis=2)


def _text() -> np.ndarray:
    canvas = Canvas(_WIDTH, _HEIGHT, (252, 251, 246))
    canvas.rectangle(0, 150, _WIDTH, 90, (24, 28, 36))
    y = 4
    for height in (6, 7, 8, 10, 13, 18):
        canvas.text(4, y, _LINES[int(height) % 3], height, (22, 22, 26))
        y += int(height * 1.55) + 7
    for height, colour in ((7, (120, 220, 160)), (9, (240, 160, 90)), (12, (235, 235, 240))):
        canvas.text(6, 156 + 3 * (height - 7) * 3, _LINES[height % 3], height, colour)
    canvas.text(232, 208, "Aa9", 24, (90, 160, 250))
    return canvas.rounded()


def _line_art() -> np.ndarray:
    canvas = Canvas(_WIDTH, _HEIGHT, (255, 255, 255))
    for step in range(24):
        canvas.line((8, 8 + 4.5 * step), (150, 8 + 0.6 * step * step / 3), 1.0, (0, 0, 0))
    for ring in range(12):
        canvas.circle((232, 68), 5.0 + 5.0 * ring, 0.7 + 0.12 * ring, (20, 20, 80))
    for step in range(30):
        canvas.line((8 + 5 * step, 232), (38 + 5 * step, 142), 0.8, (0, 0, 0))
        canvas.line((8 + 5 * step, 142), (38 + 5 * step, 232), 0.8, (150, 30, 30))
    for step in range(18):
        angle = step / 18.0
        tip = (
            254 + 52 * float(exact.sine(np.float64(angle + 0.25))),
            188 + 46 * float(exact.sine(np.float64(angle))),
        )
        canvas.line((254, 188), tip, 2.0, (0, 90, 60))
    return canvas.rounded()


def _screen() -> np.ndarray:
    canvas = Canvas(_WIDTH, _HEIGHT, (58, 110, 165))
    for left, top, width, height in ((12, 14, 210, 150), (120, 76, 188, 140)):
        canvas.rectangle(left + 3, top + 3, width, height, (32, 62, 96))
        canvas.rectangle(left, top, width, height, (240, 240, 240))
        canvas.rectangle(left, top, width, 15, (0, 84, 166))
        canvas.text(left + 5, top + 3, "Settings", 7, (255, 255, 255))
        canvas.rectangle(left + width - 13, top + 3, 10, 9, (214, 60, 50))
        canvas.rectangle(left + 6, top + 32, width - 12, height - 56, (255, 255, 255))
        for column, word in enumerate(("File", "Edit", "View", "Help")):
            canvas.text(left + 8 + 42 * column, top + 19, word, 7, (30, 30, 30))
        for row in range((height - 66) // 13):
            canvas.text(
                left + 24, top + 36 + 13 * row, _LINES[row % 3][: width // 8 - 4], 7, (0, 0, 0)
            )
            canvas.rectangle(left + 10, top + 37 + 13 * row, 8, 8, (80 + 40 * (row % 4), 150, 90))
        canvas.rectangle(left + width - 60, top + height - 19, 50, 14, (225, 225, 225))
        canvas.text(left + width - 44, top + height - 17, "OK", 7, (0, 0, 0))
    x, y = _grid(24, 24)
    # A dithered icon: the checkerboard that subsampled chroma cannot hold.
    checker = ((x + y) % 2)[:, :, None]
    canvas.samples[204:228, 16:40] = checker * np.array([255, 60, 0]) + (1 - checker) * np.array(
        [0, 60, 255]
    )
    return canvas.rounded()


def _noise() -> np.ndarray:
    x, y = _grid()
    # Sums of four uniform values are near enough to Gaussian; 3 channels, alike on the left half.
    channels = []
    for channel in range(3):
        own = np.where(x < _WIDTH / 2, 0, channel)
        values = [exact.hash_noise(x, y + 1000 * k, 7) for k in range(4)]
        if channel:
            other = [exact.hash_noise(x, y + 1000 * k, 7 + channel) for k in range(4)]
            values = [np.where(own == 0, a, b) for a, b in zip(values, other)]
        spread = (values[0] + values[1]) + (values[2] + values[3]) - 2.0
        amplitude = 4.0 + 76.0 * y / (_HEIGHT - 1)
        channels.append(128.0 + spread * amplitude)
    return _rounded(np.stack(channels, axis=2))


def _fractal() -> np.ndarray:
    x, y = _grid()
    real, imaginary = -0.7463 + (x - 160) / 9000, 0.1102 + (y - 120) / 9000
    zr, zi = np.zeros_like(real), np.zeros_like(real)
    count = np.zeros_like(real)
    for _ in range(160):
        inside = zr * zr + zi * zi < 16.0
        # Escaped points stay where they are, so that nothing overflows.
        new_real = zr * zr - zi * zi + real
        new_imaginary = 2.0 * zr * zi + imaginary
        zr, zi = np.where(inside, new_real, zr), np.where(inside, new_imaginary, zi)
        count = count + inside
    phase = count / 48.0
    shade = np.where(count >= 160, 0.0, 1.0)
    colours = [127.5 + 120 * exact.sine(phase + offset) for offset in (0.0, 0.27, 0.58)]
    return _rounded(np.stack(colours, axis=2) * shade[:, :, None])


def _landscape_doubles(width: int, height: int) -> np.ndarray:
    x, y = _grid(width, height)
    u, v = x / width, y / height
    clouds = exact.smooth_step(exact.fractal_noise(5 * u, 9 * v, 31, 6) * 2.4 - 0.9)[:, :, None]
    sky = np.stack([95 + 110 * v, 150 + 70 * v, 225 - 10 * v], axis=2)
    picture = sky * (1 - clouds) + clouds * np.array([246.0, 244.0, 240.0])
    for layer in range(4):
        depth = layer / 3.0
        ridge = (
            0.38
            + 0.13 * layer
            + 0.22
            * (
                exact.fractal_noise(u * (2 + 2 * layer), np.full_like(u, 0.5), 90 + 10 * layer, 7)
                - 0.5
            )
        )
        texture = exact.fractal_noise(60 * u * (1 + layer), 60 * v * (1 + layer), 50 + layer, 5)
        tone = 0.55 + (0.5 + 0.4 * depth) * (texture - 0.3)
        colour = np.array([150.0, 165.0, 190.0]) * (1 - depth) + depth * np.array(
            [70.0, 112.0, 38.0]
        )
        edge = exact.smooth_step((v - ridge) * height + 0.5)[:, :, None]
        picture = picture * (1 - edge) + edge * (colour * tone[:, :, None] * 1.3)
    return picture


def _ramp_16_bit() -> np.ndarray:
    x, y = _grid(256, 192)
    position = (y * 256 + x) / (256 * 192 - 1)
    ramps = [position, 1.0 - position, x / 255]
    return np.floor(65535.0 * np.stack(ramps, axis=2) + 0.5).astype(np.uint16)


def _alpha() -> np.ndarray:
    x, y = _grid(256, 192)
    dx, dy = x - 128, y - 96
    soft = exact.smooth_step((90.0 - np.sqrt(dx * dx + dy * dy)) / 40.0)
    canvas = Canvas(256, 192, (220, 90, 40))
    canvas.text(56, 84, "alpha", 26, (255, 255, 255))
    # Colour under full transparency is not zero: it must not leak, nor need it be kept.
    return np.concatenate([canvas.rounded(), _rounded(255.0 * soft)[:, :, None]], axis=2)


SCENES: tuple[Scene, ...] = (
    Scene("gradients", "smooth and very shallow slopes: banding", _gradients),
    Scene("zone-plate", "every spatial frequency up to Nyquist, all directions", _zone_plate),
    Scene("text", "text of capital heights 6 to 26 pixels, dark and light", _text),
    Scene("line-art", "thin antialiased lines and circles on white", _line_art),
    Scene("screen", "windows, flat areas, hard edges, one-pixel dither", _screen),
    Scene("noise", "grey and coloured noise of rising strength", _noise),
    Scene("fractal", "detail at all scales in saturated colours", _fractal),
    Scene(
        "landscape",
        "photo-like sky, ridges and texture",
        lambda: _rounded(_landscape_doubles(_WIDTH, _HEIGHT)),
    ),
    Scene("ramp-16-bit", "16 bits per sample", _ramp_16_bit, rate_distortion=False),
    Scene("alpha", "soft transparency over a flat colour and text", _alpha, rate_distortion=False),
    Scene(
        "grey",
        "one channel, odd width and height",
        lambda: _rounded(_landscape_doubles(131, 97)[:, :, 1]),
        rate_distortion=False,
    ),
    Scene(
        "one-pixel",
        "the smallest picture",
        lambda: np.array([[[200, 30, 90]]], dtype=np.uint8),
        rate_distortion=False,
    ),
)
