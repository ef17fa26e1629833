"""What a picture's stream holds, by the program: encoded, its latents exported, its samples decoded."""

import dataclasses
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .. import vaem
from ..data import read_picture
from ..tables import INDICES
from .prices import table_masses

STEP = 11
"""Distance of neighbouring points of trellis-coded latents, Q4 (VC-52)."""


@dataclass
class Capture:
    """A picture at a quality, as both sides of the codec know it."""

    name: str
    quality: int
    size: int
    """Bytes of the stream."""
    original: np.ndarray
    """u8 [H][W][3]."""
    samples: np.ndarray
    """Decoded, Q6, i16 [H][W][3], clipped to 0 .. 255."""
    values: np.ndarray
    """What is coded, i16 [h][w][M]; 0 where nothing is."""
    indices: np.ndarray
    """Scale indices, u8 [h][w][M]; 0 where nothing is coded."""
    residuals: np.ndarray
    """Decoded latents less their means, Q4, i16 [h][w][M]."""
    hyper: np.ndarray
    """Values of the hyper latents, i16 [hyper h][hyper w][Z]."""

    def squared_error(self, samples: np.ndarray | None = None) -> float:
        """Mean over the picture's 8-bit samples, of the decoded picture or of other samples Q6."""
        samples = self.samples if samples is None else samples
        pixels = np.clip((samples.astype(np.int32) + 32) >> 6, 0, 255)
        return float(((pixels - self.original) ** 2.0).mean())


@dataclass
class Program:
    """The program, and the model that it runs with."""

    path: Path
    model: vaem.Model
    model_path: Path

    def __post_init__(self) -> None:
        sigmas = [deviation(masses) for masses in table_masses(self.model)[:INDICES]]
        self._sigmas = np.array(sigmas, np.float32)

    def run(self, *arguments: object) -> None:
        """A command; fails if it fails."""
        command = [self.path, *arguments, "--quiet", "--model", self.model_path, "--threads", 1]
        subprocess.run([str(word) for word in command], check=True)

    def decoded(self, picture: np.ndarray, quality: int, stream: Path, effort: int) -> np.ndarray:
        """Samples u16 [H][W][3] encoded into `stream`, and decoded."""
        source, result = stream.with_suffix(".ppm"), stream.with_suffix(".back.ppm")
        write_ppm(picture, source)
        self.run("encode", source, "-o", stream, "-q", quality, "-e", effort, "--overwrite")
        self.run("decode", stream, "-o", result, "--overwrite")
        return read_ppm(result)

    def capture(self, picture: Path, quality: int, effort: int = 5) -> Capture:
        """A picture encoded and opened. It is encoded as one of 16 bits, which changes a flag of the
        stream alone, and its decoded samples come back at the precision of the networks."""
        original = read_picture(picture)
        with tempfile.TemporaryDirectory() as folder:
            stream, arrays = Path(folder) / "a.vaec", Path(folder) / "a.npz"
            deep = self.decoded(original.astype(np.uint16) * 257, quality, stream, effort)
            self.run("latents", stream, "-o", arrays)
            size = stream.stat().st_size
            with np.load(arrays) as held:
                latents, means, sigmas, hyper = (
                    held[name].transpose(1, 2, 0)
                    for name in ("latents", "means", "sigmas", "hyper_latents"))
        samples = np.rint(deep * (64 / 257)).astype(np.int16)
        indices = nearest(self._sigmas, sigmas)
        residuals = np.rint(16 * (latents - means)).astype(np.int64)
        residuals[indices == 0] = 0
        values = values_of(residuals)
        tensors = self.model.tensors
        hyper_values = (np.rint(16 * hyper) - tensors["prior.hyper_mean"][quality]) / 16
        return Capture(
            picture.stem, quality, size, original, samples,
            values.astype(np.int16), indices.astype(np.uint8), residuals.astype(np.int16),
            np.rint(hyper_values).astype(np.int16))


def write_ppm(picture: np.ndarray, path: Path) -> None:
    """u16 [H][W][3] to a file."""
    head = f"P6\n{picture.shape[1]} {picture.shape[0]}\n65535\n".encode()
    path.write_bytes(head + picture.astype(">u2").tobytes())


def read_ppm(path: Path) -> np.ndarray:
    """What the program writes of 16 bits: u16 [H][W][3]."""
    kind, size, largest, samples = path.read_bytes().split(b"\n", 3)
    if (kind, largest) != (b"P6", b"65535"):
        raise ValueError(f"{path}: not a PPM file of 16 bits")
    width, height = (int(word) for word in size.split())
    return np.frombuffer(samples, ">u2").reshape(height, width, 3).astype(np.uint16)


def deviation(masses: np.ndarray) -> float:
    """Standard deviation of the values of a table, its escape left out, as the program exports it."""
    if len(masses) == 0:
        return 0.0
    values = np.arange(len(masses) - 1) - (len(masses) - 2) // 2
    share = masses[:-1]
    return float(np.sqrt((share * values**2).sum() - (share * values).sum() ** 2))


def nearest(levels: np.ndarray, numbers: np.ndarray) -> np.ndarray:
    """The place of each number in `levels`, which rise."""
    between = (levels[1:] + levels[:-1]) / 2
    return np.searchsorted(between, numbers)


def values_of(residuals: np.ndarray) -> np.ndarray:
    """The values that trellis-coded residuals (Q4) stand for. The state need not be known: the point
    11 r belongs to the mirrored superset if r > 0 is even or r < 0 is odd."""
    r, rest = np.divmod(residuals, STEP)
    if rest.any():
        raise ValueError("a residual that no value stands for: not trellis-coded, or clipped")
    odd, size = r % 2 == 1, np.abs(r)
    return np.where(odd, (size + 1) // 2, -(size // 2))


def save(captured: Capture, path: Path) -> None:
    """To an npz file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez(path, **dataclasses.asdict(captured))


def load(path: Path) -> Capture:
    """What `save` wrote."""
    with np.load(path) as held:
        found = {name: held[name] for name in held.files}
    return Capture(**{k: v.item() if v.ndim == 0 else v for k, v in found.items()})


def captures(program: Program, pictures: Iterable[Path], qualities: Iterable[int],
             kept: Path) -> Iterator[Capture]:
    """Pictures at qualities, picture by picture; taken from the folder `kept`, or made and left
    there."""
    qualities = list(qualities)
    for picture in pictures:
        for quality in qualities:
            name = f"{picture.parent.name}-{picture.stem}-q{quality}"
            path = kept / f"{program.model.model_id:08x}" / f"{name}.npz"
            if not path.exists():
                save(program.capture(picture, quality), path)
            captured = load(path)
            captured.name = f"{picture.parent.name}/{picture.stem}"
            yield captured


def open_program(path: Path, model_path: Path) -> Program:
    """The program with a model file."""
    return Program(path, vaem.from_bytes(model_path.read_bytes()), model_path)


