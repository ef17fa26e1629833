"""Generated pictures of what photos lack: text, line art, screens, flat areas, waves and noise.

`picture(seed, size)` depends on its arguments, and on the fonts installed: TrueType fonts are used
where found, Pillow's own bitmap font elsewhere.
"""

import functools
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts")

WORDS = (
    "the quick brown fox jumps over lazy dog latents prior KL 0123456789 Settings File Edit View "
    "Help OK Cancel int main() { return 0; } error: x = y + z"
).split()

Colour = tuple[int, int, int]


@functools.cache
def fonts() -> tuple[str, ...]:
    """Paths of the installed TrueType fonts, sorted."""
    return tuple(sorted(str(f) for folder in FONT_FOLDERS for f in Path(folder).rglob("*.ttf")))


class _Canvas:
    """A picture being drawn, with the random choices that all kinds share."""

    def __init__(self, rng: np.random.Generator, size: int):
        self.rng, self.size = rng, size
        bright = rng.random() < 0.6
        self.background = self.colour(200, 256) if bright else self.colour()
        self.image = Image.new("RGB", (size, size), self.background)

    @property
    def draw(self) -> ImageDraw.ImageDraw:
        return ImageDraw.Draw(self.image)

    def colour(self, low: int = 0, high: int = 256) -> Colour:
        red, green, blue = (int(v) for v in self.rng.integers(low, high, 3))
        return red, green, blue

    def integers(self, low: int, high: int, count: int) -> list[int]:
        return [int(v) for v in self.rng.integers(low, high, count)]

    def font(self, low: int, high: int):
        size, paths = int(self.rng.integers(low, high)), fonts()
        if not paths:
            return ImageFont.load_default()
        return ImageFont.truetype(paths[self.rng.integers(len(paths))], size)

    def words(self, count: int) -> str:
        return " ".join(self.rng.choice(WORDS, count))

    def labels(self, count: int) -> None:
        """Scattered short texts."""
        for _ in range(count):
            x, y = self.integers(-40, self.size, 1)[0], self.integers(0, self.size, 1)[0]
            text = self.words(int(self.rng.integers(2, 9)))
            self.draw.text((x, y), text, fill=self.colour(), font=self.font(8, 28))

    def replace(self, samples: np.ndarray) -> None:
        """Take `samples` [size, size, 3] for the picture, clipped to 0..255."""
        self.image = Image.fromarray(np.clip(samples, 0, 255).astype(np.uint8))


def _text_page(canvas: _Canvas) -> None:
    font = canvas.font(9, 20)
    dark = sum(canvas.background) > 380
    ink = canvas.colour(0, 60) if dark else canvas.colour(200, 256)
    spacing = int(canvas.rng.integers(12, 26))
    for y in range(4, canvas.size, spacing):
        canvas.draw.text((4, y), canvas.words(12), fill=ink, font=font)


def _line_art(canvas: _Canvas) -> None:
    for _ in range(int(canvas.rng.integers(5, 60))):
        ends = canvas.integers(0, canvas.size, 4)
        canvas.draw.line(ends, fill=canvas.colour(), width=int(canvas.rng.integers(1, 5)))
    for _ in range(int(canvas.rng.integers(2, 12))):
        x, y, w = canvas.integers(0, canvas.size, 3)
        box = (x, y, x + w // 3 + 2, y + w // 4 + 2)
        canvas.draw.ellipse(box, outline=canvas.colour(), width=int(canvas.rng.integers(1, 4)))


def _screen(canvas: _Canvas) -> None:
    for _ in range(int(canvas.rng.integers(4, 20))):
        x, y = canvas.integers(0, canvas.size, 2)
        w, h = canvas.integers(8, 160, 2)
        outline = canvas.colour() if canvas.rng.random() < 0.5 else None
        canvas.draw.rectangle((x, y, x + w, y + h), fill=canvas.colour(), outline=outline)
    canvas.labels(int(canvas.rng.integers(4, 16)))


def _flat(canvas: _Canvas) -> None:
    """A gradient between three colours, or one colour, with a label or two."""
    t = np.linspace(0, 1, canvas.size)
    start, down, right = canvas.rng.integers(0, 256, (3, 3)).astype(float)
    if canvas.rng.random() < 0.25:
        down = right = start
    canvas.replace(start + (down - start) * t[:, None, None] + (right - start) * t[None, :, None])
    canvas.labels(int(canvas.rng.integers(0, 3)))


def _waves(canvas: _Canvas) -> None:
    """A sine grating or a zone plate, grey or coloured, with or without noise.

    Half of them have any frequency up to Nyquist's in both directions, which photos never have: a
    transform that did not see them loses them at every rate.
    """
    rng, size = canvas.rng, canvas.size
    y, x = np.mgrid[:size, :size]
    if rng.random() < 0.5:
        frequency, angle = rng.uniform(0.02, 1.5), rng.uniform(0, np.pi)
        across, down = frequency * np.cos(angle), frequency * np.sin(angle)
    else:
        across, down = rng.uniform(-np.pi, np.pi, 2)
    chirp = rng.uniform(0, np.pi / (2 * size)) * (rng.random() < 0.5)
    phase = across * x + down * y + (x**2 + y**2) * chirp
    contrast = rng.uniform(-120, 120, 3) if rng.random() < 0.25 else rng.uniform(20, 127)
    noise = rng.normal(0, rng.uniform(0, 30), (size, size, 3)) * (rng.random() < 0.5)
    canvas.replace(127 + np.sin(phase)[..., None] * contrast + noise + rng.integers(-40, 40, 3))


def _noise(canvas: _Canvas) -> None:
    """Gaussian noise, coloured or grey, over one colour."""
    rng, size = canvas.rng, canvas.size
    noise = rng.normal(0, rng.uniform(4, 60), (size, size, 3 if rng.random() < 0.5 else 1))
    canvas.replace(np.array(canvas.background) + np.broadcast_to(noise, (size, size, 3)))


KINDS = (_text_page, _line_art, _screen, _flat, _waves, _noise)


def picture(seed: int, size: int) -> np.ndarray:
    """A generated picture [size, size, 3] uint8; seeds in a row cycle through the kinds."""
    canvas = _Canvas(np.random.default_rng(seed), size)
    KINDS[seed % len(KINDS)](canvas)
    return np.array(canvas.image)
