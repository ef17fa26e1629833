"""Puts a run together: configuration, pictures, starting weights, processes; then trains."""

import dataclasses
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from . import checkpoint, distributed, runtime
from .config import Config, UserError, to_toml
from .data import CropSampler, read_folder
from .grow import start_detail, with_detail, with_steps
from .klt import start_from_klt
from .model import Codec
from .revive import revive
from .train import CHECKPOINT, CONFIG, Phase, Trainer

KLT_CROPS, KLT_CROP = 512, 128
"""Number and side of the crops that the starting transform is computed from."""
REVIVE_CROPS = 96
"""Number of those crops on which a unit that is never on is taken to be dead."""


@dataclass(frozen=True)
class Sources:
    """Where a run reads and writes."""

    photos: list[Path]
    """Folders of photos to train on."""
    valid: list[Path]
    """Folders of photos to validate on; may be empty."""
    folder: Path
    """The run's folder: weights, checkpoint, configuration, logs."""
    init: Path | None = None
    """Weights to start from, which decide the model's shape but for what the configuration adds: rate
    levels, detail latents, context steps; none: the KLT of the photos."""
    resume: bool = False
    """Go on from the checkpoint in `folder` if there is one."""


def starting_codec(config: Config, sources: Sources, sampler: CropSampler) -> Codec:
    """The codec at step 0, on the CPU."""
    if sources.init is not None:
        codec, _ = checkpoint.load_codec(sources.init, config.model.levels)
        if config.model.detail and not codec.config.detail:
            codec = with_detail(codec, config.model.detail, config.model.detail_quality,
                                _first_crops(config, sampler))
        if config.model.steps and config.model.context_steps() != codec.prior_steps:
            codec = with_steps(codec, config.model.steps)
        if config.train.revive:
            torch.manual_seed(config.train.seed)
            _tell(revive(codec, _first_crops(config, sampler)[:REVIVE_CROPS]))
        return codec
    torch.manual_seed(config.train.seed)
    codec = Codec(config.model)
    crops = _first_crops(config, sampler)
    start_from_klt(codec, crops)
    if config.model.detail:
        start_detail(codec, crops)
    return codec


def _tell(revived: dict[str, tuple[int, int]]) -> None:
    """One line on the units that started anew."""
    blocks = [f"{name} {count}/{units}" for name, (count, units) in revived.items() if count]
    if blocks:
        print(f"dead units revived: {', '.join(blocks)}", file=sys.stderr)


def _first_crops(config: Config, sampler: CropSampler) -> Tensor:
    """The crops that starting values are computed from, on the CPU."""
    rng = np.random.default_rng(config.train.seed)
    return sampler.batch(rng, KLT_CROPS, KLT_CROP).cpu()


def _prepare_folder(config: Config, sources: Sources) -> Path | None:
    """Make the run's folder; the checkpoint to resume from, if that is wanted and there is one."""
    held = sources.folder / CHECKPOINT
    if held.exists():
        if not sources.resume:
            raise UserError(f"{held} exists: --resume goes on with it, or choose another --out")
        return held
    return None


def start(config: Config, phase: Phase, sources: Sources, stop_at: int = 0) -> Codec:
    """Run `phase`; the codec to keep. With several processes every one of them calls this."""
    group = distributed.join(config.train.device)
    try:
        device = runtime.set_up(config.train, group.local_rank)
        held = _prepare_folder(config, sources)
        group.barrier()  # nobody writes before all have looked
        photos = read_folder(sources.photos, config.data.max_pixels)
        valid = read_folder(sources.valid) if sources.valid and group.is_main else []
        sampler = CropSampler(photos, config.data, device)
        if held:
            codec, _ = checkpoint.load_codec(held)
        else:
            codec = starting_codec(config, sources, sampler)
        config = dataclasses.replace(config, model=codec.config)
        trainer = Trainer(codec, phase, config, sampler, valid, sources.folder, group, device)
        if held:
            trainer.load_state(checkpoint.load_training(held))
        if group.is_main:
            try:
                sources.folder.mkdir(parents=True, exist_ok=True)
                (sources.folder / CONFIG).write_text(to_toml(config), encoding="utf-8")
            except OSError as error:
                raise UserError(f"{sources.folder}: {error.strerror}") from error
        return trainer.run(stop_at)
    finally:
        group.close()
