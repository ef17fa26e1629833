#!/usr/bin/env python3
"""Draws the pictures of docs/what-a-vae-can-do.md with the commands that the page shows.

    tools/python tools/study_pictures.py build/release/vaecomp

Again after every change of the default model. All start from tools/sample_picture.py.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

import sample_picture

IMAGES = Path(__file__).resolve().parents[1] / "docs" / "images"
TILE = (240, 180)  # pixels
GAP = 4
JPEG_QUALITY = 80
QUALITY = 40  # of the streams


def night(day: Image.Image) -> Image.Image:
    """The landscape mirrored, dim and blue."""
    red, green, blue = day.transpose(Image.Transpose.FLIP_LEFT_RIGHT).split()
    dimmed = [plane.point(lambda v, f=f: round(v * f)) for plane, f in
              ((red, 0.5), (green, 0.55), (blue, 0.9))]
    return Image.merge("RGB", dimmed)


def strip(folder: Path, name: str, tiles: list[str]) -> None:
    """Writes tiles side by side as docs/images/study_NAME.jpg."""
    width = len(tiles) * (TILE[0] + GAP) - GAP
    out = Image.new("RGB", (width, TILE[1]), "white")
    for i, tile in enumerate(tiles):
        picture = Image.open(folder / tile).convert("RGB").resize(TILE, Image.Resampling.LANCZOS)
        out.paste(picture, (i * (TILE[0] + GAP), 0))
    out.save(IMAGES / f"study_{name}.jpg", quality=JPEG_QUALITY, optimize=True)


def main(program: str) -> None:
    """Runs the page's commands in a temporary folder."""
    program = str(Path(program).resolve())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)

        def vaecomp(*arguments: object) -> None:
            subprocess.run([program, *map(str, arguments)], cwd=folder, check=True)

        (folder / "lake.png").write_bytes(sample_picture.png(sample_picture.draw()))
        night(Image.open(folder / "lake.png")).save(folder / "night.png")

        vaecomp("encode", "lake.png", "-q", QUALITY, "-o", "lake.vaec")
        vaecomp("decode", "lake.vaec", "-o", "back.png")
        vaecomp("heatmap", "lake.vaec", "-o", "map.png")
        vaecomp("heatmap", "lake.vaec", "-o", "over.png", "--overlay")
        vaecomp("compare", "lake.png", "lake.vaec", "--difference", "difference.png", "--gain", 8)
        strip(folder, "heatmap", ["back.png", "map.png", "over.png", "difference.png"])

        vaecomp("sample", "--seed", 1, "--size", "512x384", "-q", QUALITY, "-o", "dream.png")
        for keep in (0, 1, 2):
            vaecomp("sample", "--like", "lake.vaec", "--keep", keep, "-o", f"keep{keep}.png")
        strip(folder, "sample", ["dream.png", "keep0.png", "keep1.png", "keep2.png"])

        for channel, reach in ((0, 40), (1, 40)):
            vaecomp("latents", "lake.vaec", "--traverse", channel, "--range", reach, "--steps", 2,
                    "-o", f"channel{channel}-%d.png")
        strip(folder, "traverse", [f"channel{c}-{i}.png" for c in (0, 1) for i in (0, 1)])

        vaecomp("blend", "lake.png", "night.png", "-q", QUALITY, "--steps", 4, "-o", "blend-%d.png")
        strip(folder, "blend", [f"blend-{i}.png" for i in range(4)])


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: tools/study_pictures.py VAECOMP")
    main(sys.argv[1])
