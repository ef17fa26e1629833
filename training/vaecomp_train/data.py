"""Pictures in memory, and random crops of them."""

import warnings
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

from . import synthetic
from .augment import augment
from .config import DataConfig, UserError

SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff"}
MIN_SIDE = 16
"""Smaller pictures are left out."""


def picture_files(folders: Iterable[str | Path]) -> list[Path]:
    """All picture files under the folders, sorted within each; a file stands for itself."""
    files: list[Path] = []
    for folder in map(Path, folders):
        if not folder.exists():
            raise UserError(f"{folder}: no such folder")
        found = folder.rglob("*") if folder.is_dir() else [folder]
        files += sorted(f for f in found if f.suffix.lower() in SUFFIXES and f.is_file())
    return files


def read_picture(path: Path, max_pixels: int = 0) -> np.ndarray:
    """A picture as RGB [H, W, 3] uint8, scaled down to `max_pixels` if that is not 0."""
    with Image.open(path) as image:
        image = image.convert("RGB")
        if max_pixels and image.width * image.height > max_pixels:
            scale = (max_pixels / (image.width * image.height)) ** 0.5
            size = (max(1, int(image.width * scale)), max(1, int(image.height * scale)))
            image = image.resize(size, Image.Resampling.LANCZOS)
        return np.array(image)


def read_folder(folders: Iterable[str | Path], max_pixels: int = 0) -> list[np.ndarray]:
    """Every picture under the folders, [H, W, 3] uint8; unreadable ones: a warning."""

    def read(path: Path) -> np.ndarray | None:
        try:
            picture = read_picture(path, max_pixels)
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
            warnings.warn(f"{path}: skipped: {error}", stacklevel=1)
            return None
        return picture if min(picture.shape[:2]) >= MIN_SIDE else None

    folders = list(folders)
    with ThreadPoolExecutor() as pool:
        pictures = [p for p in pool.map(read, picture_files(folders)) if p is not None]
    if not pictures:
        raise UserError(f"{', '.join(map(str, folders))}: no pictures found")
    return pictures


def to_tensor(picture: np.ndarray, device: torch.device | str = "cpu") -> Tensor:
    """[H, W, 3] uint8 array -> [3, H, W] uint8 tensor."""
    return torch.from_numpy(np.ascontiguousarray(picture)).permute(2, 0, 1).to(device)


def to_float(pictures: Tensor) -> Tensor:
    """[B, 3, H, W] uint8 -> float in 0..1."""
    return pictures.float() / 255


class CropSampler:
    """Random crops of photos and generated pictures, all held as uint8 on one device.

    What a draw gives depends on the generator passed alone, so that a run can be taken up at any
    step. Photos are chosen in proportion to the square root of their area.
    """

    def __init__(self, photos: list[np.ndarray], config: DataConfig,
                 device: torch.device | str = "cpu"):
        self.config = config
        self.photos = [to_tensor(p, device) for p in photos]
        count = config.synthetic_count if config.synthetic_share > 0 else 0
        self.generated = [to_tensor(synthetic.picture(seed, config.synthetic_size), device)
                          for seed in range(count)]
        weight = np.sqrt([p.shape[0] * p.shape[1] for p in photos])
        self._weight = weight / weight.sum()

    def crop(self, rng: np.random.Generator, size: int) -> Tensor:
        """One crop [3, size, size] uint8; too small pictures are extended by their edge."""
        picture = self.photos[rng.choice(len(self.photos), p=self._weight)]
        if self.generated and rng.random() < self.config.synthetic_share:
            picture = self.generated[rng.integers(len(self.generated))]
        height, width = picture.shape[1:]
        y = int(rng.integers(0, max(0, height - size) + 1))
        x = int(rng.integers(0, max(0, width - size) + 1))
        crop = picture[:, y:y + size, x:x + size]
        missing = size - crop.shape[1], size - crop.shape[2]
        if any(missing):
            edges = (0, missing[1], 0, missing[0])
            crop = F.pad(crop[None].float(), edges, "replicate")[0].to(torch.uint8)
        if rng.random() < self.config.flip:
            crop = crop.flip(2)
        if rng.random() < self.config.transpose:
            crop = crop.transpose(1, 2)
        return augment(crop, rng, self.config)

    def batch(self, rng: np.random.Generator, count: int, size: int) -> Tensor:
        """[count, 3, size, size] float in 0..1."""
        return to_float(torch.stack([self.crop(rng, size) for _ in range(count)]))
