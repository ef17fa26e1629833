"""The pictures to measure: loading as 8-bit RGB, cropping, and the files codecs are given."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from PIL import Image, UnidentifiedImageError

_SUFFIXES = {".png", ".ppm", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".bmp"}


class PictureError(ValueError):
    """A picture that cannot be used; the text names the file and the reason."""


@dataclass(frozen=True)
class Picture:
    """An 8-bit RGB picture: samples uint8 [H, W, 3], and what was done to get there."""

    name: str
    samples: np.ndarray
    note: str = ""

    @property
    def height(self) -> int:
        """Rows in pixels."""
        return int(self.samples.shape[0])

    @property
    def width(self) -> int:
        """Columns in pixels."""
        return int(self.samples.shape[1])

    def sha256(self) -> str:
        """Hash of size and samples: the same for every lossless file of this picture."""
        return samples_sha256(self.samples)

    def png(self) -> bytes:
        """The picture as a PNG file, lightly compressed: how it travels to another process."""
        return png_bytes(self.samples, compress_level=1)


def samples_sha256(samples: np.ndarray) -> str:
    """Hash of an array of samples with its shape; 16-bit samples count as big-endian."""
    digest = hashlib.sha256(f"{samples.shape} {samples.dtype.itemsize * 8}\n".encode())
    big_endian = samples.astype(samples.dtype.newbyteorder(">"), copy=False)
    digest.update(np.ascontiguousarray(big_endian).tobytes())
    return digest.hexdigest()


def png_bytes(samples: np.ndarray, compress_level: int) -> bytes:
    """A PNG file of uint8 samples [H, W, 3]; level 0 stores, so that reading it costs nothing."""
    buffer = io.BytesIO()
    Image.fromarray(samples).save(buffer, "PNG", compress_level=compress_level)
    return buffer.getvalue()


def ppm_bytes(samples: np.ndarray) -> bytes:
    """A binary PPM file of uint8 samples [H, W, 3]."""
    height, width, _ = samples.shape
    return f"P6\n{width} {height}\n255\n".encode() + np.ascontiguousarray(samples).tobytes()


def read_rgb(source: Path | io.BytesIO) -> tuple[np.ndarray, str]:
    """Samples uint8 [H, W, 3] of a picture file and a note on what had to be left out.

    Codecs are compared on 8-bit RGB: transparency is dropped, deeper samples keep their high byte.
    """
    with Image.open(source) as image:
        notes = []
        if image.mode in ("I", "I;16", "I;16B"):
            notes.append("16 bit cut to 8")
            grey = (np.asarray(image).astype(np.int64) >> 8).astype(np.uint8)
            return np.repeat(grey[:, :, None], 3, axis=2), ", ".join(notes)
        if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
            notes.append("alpha dropped")
            image = image.convert("RGBA")
        elif image.mode == "L":
            notes.append("grey as RGB")
        return np.asarray(image.convert("RGB")).copy(), ", ".join(notes)


def load(path: Path, name: str | None = None) -> Picture:
    """Reads one picture file; PictureError where it is none."""
    try:
        samples, note = read_rgb(path)
    except (OSError, UnidentifiedImageError, ValueError) as error:
        raise PictureError(f"{path}: cannot be read as a picture ({error})") from error
    return Picture(name or path.stem, samples, note)


def find(sources: list[str]) -> list[tuple[str, Path]]:
    """(name, path) of the picture files meant by folders and file names, sorted within a folder.

    Names are stems; equal ones get their folder, or their number, to tell them apart.
    """
    paths: list[Path] = []
    for source in sources:
        path = Path(source)
        if path.is_dir():
            inside = sorted(p for p in path.iterdir() if p.suffix.lower() in _SUFFIXES)
            if not inside:
                raise PictureError(f"{path}: no pictures in this folder")
            paths.extend(inside)
        elif path.is_file():
            paths.append(path)
        else:
            raise PictureError(f"{path}: no such file or folder")
    paths = list(dict.fromkeys(path.resolve() for path in paths))
    stems = [path.stem for path in paths]
    named: dict[str, Path] = {}
    for path in paths:
        name = path.stem if stems.count(path.stem) == 1 else f"{path.parent.name}-{path.stem}"
        if name in named:
            name = f"{name}-{len(named)}"
        named[name] = path
    return list(named.items())


def centre_crop(picture: Picture, side: int) -> Picture:
    """The middle `side` x `side` pixels (less where the picture is smaller)."""
    height, width = min(side, picture.height), min(side, picture.width)
    top, left = (picture.height - height) // 2, (picture.width - width) // 2
    if (height, width) == (picture.height, picture.width):
        return picture
    return crop(picture, top, left, height, width)


def crop(picture: Picture, top: int, left: int, height: int, width: int) -> Picture:
    """A part of a picture under the same name, noted as such."""
    part = picture.samples[top : top + height, left : left + width].copy()
    note = ", ".join(filter(None, [picture.note, f"crop {width}x{height}+{left}+{top}"]))
    return replace(picture, samples=part, note=note)
