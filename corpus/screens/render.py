#!/usr/bin/env python3
"""Renders the screen set anew:  tools/python corpus/screens/render.py [--only NAME].

The pictures are kept in the repository, because they depend on the browser and the fonts. They are
made of the pages in pages/ by Chromium and DejaVu's fonts; some are then worked on here: a scan, a
fax, text drawn for the stripes of a display, text that was a JPEG once.
"""

from __future__ import annotations

import argparse
import io
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter

_HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(_HERE.parent))

from generate import MANIFEST, samples_sha256  # noqa: E402


def as_it_is(picture: Image.Image) -> Image.Image:
    return picture.convert("RGB")


def with_alpha(picture: Image.Image) -> Image.Image:
    return picture.convert("RGBA")


def scan(picture: Image.Image) -> Image.Image:
    """A page on a scanner: turned a little, paper's tone and grain, the lens's blur."""
    turned = picture.convert("L").rotate(0.7, Image.Resampling.BICUBIC, fillcolor=255)
    soft = np.asarray(turned.filter(ImageFilter.GaussianBlur(0.7)), dtype=np.float64)
    noise = np.random.default_rng(7)
    height, width = soft.shape
    paper = 244 - 10 * np.linspace(0, 1, width)[None, :] + noise.normal(0, 2.2, (height, width))
    page = 38 + (paper - 38) * soft / 255
    tint = page[:, :, None] * np.array([1.0, 0.985, 0.955])
    return Image.fromarray(np.clip(np.rint(tint), 0, 255).astype(np.uint8))


def fax(picture: Image.Image) -> Image.Image:
    """Black and white, one bit a pixel, with a few stray dots."""
    grey = np.asarray(picture.convert("L")) > 140
    stray = np.random.default_rng(8).random(grey.shape) < 0.0004
    return Image.fromarray(grey ^ stray)


def display_stripes(picture: Image.Image) -> Image.Image:
    """Three times as wide a picture, a third of a pixel for each of red, green and blue."""
    wide = np.asarray(picture.convert("RGB"), dtype=np.float64)
    wide = wide[: wide.shape[0] // 3 * 3].reshape(-1, 3, wide.shape[1], 3).mean(axis=1)
    weights = np.array([1, 2, 3, 2, 1]) / 9
    padded = np.pad(wide, ((0, 0), (2, 2), (0, 0)), mode="edge")
    soft = sum(w * padded[:, i : i + wide.shape[1]] for i, w in enumerate(weights))
    columns = wide.shape[1] // 3
    stripes = [soft[:, c : 3 * columns : 3, c] for c in range(3)]
    return Image.fromarray(np.rint(np.stack(stripes, axis=2)).astype(np.uint8))


def was_jpeg(picture: Image.Image) -> Image.Image:
    """What many screenshots are by the time somebody keeps them."""
    stored = io.BytesIO()
    picture.convert("RGB").save(stored, "JPEG", quality=70)
    return Image.open(io.BytesIO(stored.getvalue())).convert("RGB")


@dataclass(frozen=True)
class Screen:
    """One picture of the set."""

    name: str
    page: str
    exercises: str
    size: tuple[int, int]  # of the window, in CSS pixels
    ratio: float = 1.0  # device pixels for one of them
    finish: Callable[[Image.Image], Image.Image] = as_it_is


SCREENS = (
    Screen("article", "article.html", "a page of serif text in two columns", (820, 760)),
    Screen("article-150", "article.html", "the same at 150 %", (640, 520), 1.5),
    Screen(
        "article-stripes", "article.html",
        "text drawn for the stripes of a display (colour fringes)",
        (600, 420), 3.0, display_stripes,
    ),
    Screen(
        "article-scan", "article.html",
        "a page on a scanner: turned, paper tone, grain",
        (500, 440), 1.25, scan,
    ),
    Screen("article-fax", "article.html", "black and white, one bit a pixel", (820, 900), 1.5, fax),
    Screen(
        "article-was-jpeg", "article.html",
        "text that was a JPEG once",
        (600, 440), 1.0, was_jpeg,
    ),
    Screen("chat", "chat.html", "a telephone: bubbles, a photograph, 150 %", (360, 640), 1.5),
    Screen("charts", "charts.html", "lines, bars, a scatter plot, a pie", (900, 640)),
    Screen("comic", "comic.html", "thick outlines, flat colours, screens of dots", (860, 620)),
    Screen(
        "dashboard", "dashboard.html",
        "dark mode, thin lines over transparent fills, 125 %",
        (960, 640), 1.25,
    ),
    Screen("diagram", "diagram.html", "boxes and arrows", (900, 620)),
    Screen("dialog", "dialog.html", "windows with shadows, buttons, sliders", (800, 600)),
    Screen("editor-dark", "editor.html?theme=dark", "coloured code on dark ground", (1280, 800)),
    Screen(
        "editor-light-125", "editor.html?theme=light",
        "coloured code on white at 125 %",
        (960, 640), 1.25,
    ),
    Screen("heat-map", "heat_map.html", "a smooth field in few colours, with axes", (640, 480)),
    Screen("icons", "icons.html", "gradients, alpha with soft edges", (640, 480), 1.0, with_alpha),
    Screen("map", "map.html", "streets, houses, labels with halos", (760, 560)),
    Screen("pixel-art", "pixel_art.html", "sixteen colours, enlarged four times", (704, 512)),
    Screen("slide", "slide.html", "text and a photograph on a gradient", (900, 480)),
    Screen("spreadsheet", "spreadsheet.html", "a grid of numbers", (1100, 740)),
    Screen("terminal", "terminal.html", "coloured fixed-width text", (840, 640)),
    Screen("timetable", "timetable.html", "a table in small serif type", (940, 660)),
    Screen("web-page", "web_page.html", "text around a photograph", (900, 560)),
)


def photograph(screen: Screen, folder: Path) -> Image.Image:
    """The page as the browser shows it."""
    target = folder / "page.png"
    address = (_HERE / "pages").as_uri() + "/" + screen.page
    subprocess.run(
        ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
         "--default-background-color=00000000", "--virtual-time-budget=4000",
         f"--user-data-dir={folder / 'profile'}",
         f"--force-device-scale-factor={screen.ratio}",
         f"--window-size={screen.size[0]},{screen.size[1]}",
         f"--screenshot={target}", address],
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    with Image.open(target) as picture:
        return picture.copy()


def entry(screen: Screen) -> dict[str, object]:
    """The manifest's line on a picture that is there."""
    with Image.open(_HERE / f"{screen.name}.png") as picture:
        samples = np.asarray(picture.convert("L") if picture.mode == "1" else picture)
    return {
        "file": f"{screen.name}.png",
        "width": samples.shape[1],
        "height": samples.shape[0],
        "channels": 1 if samples.ndim == 2 else samples.shape[2],
        "samples_sha256": samples_sha256(samples),
        "licence": "drawn by this project, under its licence; type in DejaVu's fonts",
        "exercises": screen.exercises,
    }


def write_manifest() -> None:
    """Replaces the list of screens and leaves the rest of the manifest alone."""
    manifest = json.loads(MANIFEST.read_text(encoding="utf-8"))
    manifest["screens"] = [entry(screen) for screen in SCREENS]
    MANIFEST.write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")


def main() -> int:
    """Command line; 0 when all is rendered."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", metavar="NAME", help="one picture instead of all")
    only = parser.parse_args().only
    with tempfile.TemporaryDirectory() as folder:
        for screen in SCREENS:
            if only in (None, screen.name):
                picture = screen.finish(photograph(screen, Path(folder)))
                picture.save(_HERE / f"{screen.name}.png", optimize=True)
    write_manifest()
    return 0


if __name__ == "__main__":
    sys.exit(main())
