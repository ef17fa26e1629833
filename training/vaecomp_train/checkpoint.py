"""Weights and checkpoints on disk: written whole or not at all; older kinds are read too.

A *weights file* holds a model ready for use: {"format", "config", "model", "info"}. A *checkpoint*
holds everything that a run needs to go on; it is a weights file too, whose "model" is the running
mean, with the rest of the state under "training". Both are torch.save files of tensors, integers
and text (JSON where there is structure), read without running any code from the file.
"""

import ast
import json
import os
import pickle
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from .config import ModelConfig, UserError, model_from_dict, to_dict
from .model import Codec

FORMAT = "vaecomp-weights-1"

_OLD_NAMES = {
    "enc": "encoder_widths", "enc_blocks": "encoder_blocks",
    "dec": "decoder_widths", "dec_blocks": "decoder_blocks",
}
"""Settings of weights files from before FORMAT, whose config is a Python dict as text."""

_EXTRAPOLATED = ("log_gain.table", "log2_sigma.table", "hyper_log_scale.table")
"""Tables that go on in a straight line where levels are added; the others repeat their last row."""


def _write(path: Path, content: dict[str, Any]) -> None:
    """torch.save through a temporary file, so that a crash leaves the old file whole."""
    temporary = path.with_name(path.name + ".part")
    try:
        torch.save(content, temporary)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def _content(codec: Codec, info: dict[str, Any], half: bool) -> dict[str, Any]:
    kind = torch.float16 if half else torch.float32
    weights = {name: value.detach().to("cpu", kind).contiguous()
               for name, value in codec.state_dict().items()}
    return {"format": FORMAT, "config": json.dumps(to_dict(codec.config)), "model": weights,
            "info": json.dumps(info)}


def save_weights(path: str | Path, codec: Codec, info: dict[str, Any], half: bool = False) -> None:
    """Write a weights file; `info` is plain values about the run. `half`: 16-bit floats."""
    _write(Path(path), _content(codec, info, half))


def save_checkpoint(path: str | Path, mean: Codec, info: dict[str, Any],
                    training: dict[str, Any]) -> None:
    """Write a checkpoint: the running mean `mean` and the run's state, tensors and integers."""
    _write(Path(path), {**_content(mean, info, False), "training": training})


def read(path: str | Path) -> dict[str, Any]:
    """A weights file or checkpoint as a dictionary, tensors on the CPU."""
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
    except OSError as error:
        raise UserError(f"{path}: {error.strerror or error}") from error
    except (RuntimeError, pickle.UnpicklingError, EOFError, KeyError, ValueError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise UserError(f"{path}: not a weights file: {reason}") from error
    if not isinstance(content, dict) or "model" not in content:
        raise UserError(f"{path}: not a weights file: it has no model")
    return content


def info_of(content: dict[str, Any]) -> dict[str, Any]:
    """What a file that `read` gave tells of its making; empty for older kinds."""
    return json.loads(content.get("info", "{}"))


def _config_of(content: dict[str, Any], path: str | Path) -> ModelConfig:
    config = content.get("config", "{}")
    if content.get("format") == FORMAT:
        return model_from_dict(json.loads(config))
    if "format" in content:
        raise UserError(f"{path}: unknown format {content['format']!r}")
    old = ast.literal_eval(config)
    values = {_OLD_NAMES.get(name, name): value for name, value in old.items()}
    values["levels"] = content["model"]["log_gain.table"].shape[0]
    return model_from_dict(values)


def extend_levels(weights: dict[str, Tensor], levels: int) -> dict[str, Tensor]:
    """The weights with level tables that have `levels` rows: more than now, added at the end."""

    def extend(name: str, table: Tensor) -> Tensor:
        added = torch.arange(1, levels - len(table) + 1, dtype=table.dtype)[:, None]
        slope = table[-1] - table[-2] if name in _EXTRAPOLATED else torch.zeros_like(table[-1])
        return torch.cat([table, table[-1] + slope * added])

    return {name: extend(name, value) if name.endswith(".table") else value
            for name, value in weights.items()}


def load_codec(path: str | Path, levels: int = 0) -> tuple[Codec, dict[str, Any]]:
    """The codec of a weights file, checkpoint (its running mean) or `.vaem`, and the file's info.

    `levels`: at least so many rate levels; tables of a model with fewer are extended.
    """
    if Path(path).suffix == ".vaem":
        from .vaem_import import load_codec as import_vaem  # needs the exporter's modules

        imported, info = import_vaem(path)
        config, weights = imported.config, imported.state_dict()
    else:
        content = read(path)
        config, info = _config_of(content, path), info_of(content)
        weights = {name: value.float() for name, value in content["model"].items()}
    if levels > config.levels:
        weights = extend_levels(weights, levels)
        config = ModelConfig(**{**to_dict(config), "levels": levels})
    codec = Codec(config)
    try:
        codec.load_state_dict(weights)
    except RuntimeError as error:
        reason = " ".join(str(error).split())
        raise UserError(f"{path}: weights do not fit the configuration: {reason}") from error
    codec.eval()
    return codec, info


def load_training(path: str | Path) -> dict[str, Any]:
    """A checkpoint's training state."""
    content = read(path)
    if "training" not in content:
        raise UserError(f"{path}: has weights only, no training state to resume")
    return content["training"]
