"""Settings: dataclasses that mirror a TOML file's sections, read, checked, overridden, written.

A configuration file has the sections [model], [data], [train] and [finetune]; what it leaves out
keeps the defaults below; a key that is not listed below is an error.
"""

import dataclasses
import tomllib
import typing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


class UserError(Exception):
    """A mistake in the input, told in one line without a traceback."""


@dataclass(frozen=True)
class ModelConfig:
    """Shape of the networks. Widths are channels, depths are blocks."""

    encoder_widths: tuple[int, ...] = (64, 160, 256)
    """Channels of analysis at 1/4, 1/8, 1/16 of the resolution."""
    encoder_blocks: tuple[int, ...] = (1, 4, 3)
    decoder_widths: tuple[int, ...] = (256, 160, 48)
    """Channels of synthesis at 1/16, 1/8, 1/4."""
    decoder_blocks: tuple[int, ...] = (2, 3, 2)
    latents: int = 256
    """Channels of y that all qualities have."""
    detail: int = 0
    """Channels of y that fine qualities add: with them the transform keeps all of the picture."""
    detail_quality: int = 50
    """The least quality that has the detail latents."""
    hyper: int = 96
    """Channels of z, Z."""
    prior: int = 160
    """Channels of the features and inside hyper networks and context steps."""
    context_blocks: int = 1
    """Blocks in each context step."""
    steps: tuple[tuple[int, ...], ...] = ()
    """Context steps (first channel, end channel, phase mask, least quality); empty: halves x
    checkerboard, then the detail latents."""
    expansion: int = 2
    """A block's inner channels over its outer."""
    kernel: int = 5
    """Side of the depthwise convolutions, odd."""
    levels: int = 11
    """Rate levels with vectors of their own; level = quality / 100 * (levels - 1)."""
    lambda_min: float = 0.0009
    """Weight of 255^2 * MSE against bits per pixel at level 0; beta = 1 / lambda."""
    lambda_ratio: float = 2.0
    """Lambda of a level over that of the level below."""

    def __post_init__(self) -> None:
        for name in ("encoder_widths", "encoder_blocks", "decoder_widths", "decoder_blocks"):
            if len(getattr(self, name)) != 3:
                raise UserError(f"model.{name}: three numbers are needed")
        if self.kernel % 2 == 0 or not 1 <= self.kernel <= 15:
            raise UserError("model.kernel: odd, 1 .. 15")
        if self.levels < 2:
            raise UserError("model.levels: at least 2")
        count = [[0] * 4 for _ in range(self.all_latents)]
        for first, end, mask, quality in self.context_steps():
            if not (0 <= first < end <= self.all_latents and 1 <= mask <= 15
                    and quality == (self.detail_quality if first >= self.latents else 0)):
                raise UserError(f"model.steps: ({first}, {end}, {mask}, {quality}) is out of range")
            for channel in range(first, end):
                for phase in range(4):
                    count[channel][phase] += mask >> phase & 1
        if any(n != 1 for channel in count for n in channel):
            raise UserError("model.steps: every channel at every phase belongs to exactly one step")

    @property
    def all_latents(self) -> int:
        """Channels of y, M: those of all qualities, then the detail latents."""
        return self.latents + self.detail

    def context_steps(self) -> list[tuple[int, int, int, int]]:
        """The steps, with the default filled in: (A even), (B odd), (A odd), (B even), detail."""
        if self.steps:
            return [tuple(step) for step in self.steps]
        half, even, odd, every = self.latents // 2, 0b1001, 0b0110, 0b1111
        steps = [(0, half, even, 0), (half, self.latents, odd, 0),
                 (0, half, odd, 0), (half, self.latents, even, 0)]
        if self.detail:
            steps.append((self.latents, self.all_latents, every, self.detail_quality))
        return steps


@dataclass(frozen=True)
class DataConfig:
    """What the networks see."""

    synthetic_share: float = 0.07
    """Share of generated pictures: text, line art, screens, flat areas, noise."""
    synthetic_count: int = 240
    synthetic_size: int = 320
    """Side of the generated pictures in pixels."""
    flip: float = 0.5
    """Probability of a left-right flip."""
    transpose: float = 0.25
    """Probability of swapping rows and columns."""
    light_share: float = 0.0
    """Share of crops under other light and colour (augment.py)."""
    noise_share: float = 0.0
    """Share of crops with sensor-like noise."""
    jpeg_share: float = 0.0
    """Share of crops that have been through JPEG."""
    max_pixels: int = 0
    """Larger photos are scaled down to this many pixels when read; 0: never."""

    def __post_init__(self) -> None:
        for name in ("light_share", "noise_share", "jpeg_share"):
            if not 0 <= getattr(self, name) <= 1:
                raise UserError(f"data.{name}: 0 .. 1")


@dataclass(frozen=True)
class TrainConfig:
    """How training runs. Its length is `steps`, or `minutes` where steps is 0."""

    seed: int = 0
    steps: int = 0
    minutes: float = 60.0
    batch: int = 8
    """Crops in one shard of a step."""
    shards: int = 0
    """Shards of a step, spread evenly over the processes; 0: one each. Gradients are averaged."""
    crop: int = 128
    """Side of the crops in pixels."""
    final_crop: int = 256
    final_share: float = 0.25
    """Last part of the run, with the larger crops; the batch shrinks to as many pixels."""
    optimiser: str = "adam"
    """adam, or muon: Muon for the matrices of 1x1 convolutions and Adam for the rest."""
    revive: bool = False
    """A run that starts from given weights gives dead units another start (revive.py)."""
    rate: float = 1e-3
    """Peak learning rate."""
    warmup: int = 200
    """Steps over which the rate rises from zero."""
    decay_share: float = 0.5
    """Last part of the run, in which the rate falls linearly to zero."""
    clip: float = 1.0
    """Largest norm of the gradient."""
    ema: float = 0.999
    """Decay of the running mean of the weights, which is what is kept."""
    device: str = "auto"
    """auto, cpu, cuda, cuda:1, ..."""
    threads: int = 0
    """CPU threads; 0: the library's choice."""
    engine: bool = True
    """On a CPU the networks in the native library where that is built (engine.py); not where `bf16`
    takes bfloat16's own products."""
    channels_last: bool = True
    tf32: bool = True
    bf16: bool = False
    """On a GPU the networks in bfloat16, on a CPU that multiplies it the blocks' 1x1 convolutions;
    the KL terms stay in single precision."""
    deterministic: bool = False
    """Ask for deterministic kernels on a GPU too, slower; CPU runs always are."""
    compile: bool = False
    """torch.compile where it works, eager otherwise."""
    log_every: int = 100
    """Steps between lines of the log."""
    valid_every: float = 20.0
    """Minutes between validations, each of which also saves; 0: only at the end."""
    valid_pictures: int = 6
    """Pictures in a validation during the run; at the end all are taken."""


@dataclass(frozen=True)
class FinetuneConfig:
    """What the phases after training do."""

    bits_hyper_synthesis: int = 8
    bits_context: int = 8
    bits_synthesis: int = 12
    """Bits of the fake-quantised weights in phase `qat`; 0: not quantised."""


@dataclass(frozen=True)
class Config:
    """A whole configuration file."""

    model: ModelConfig = field(default_factory=ModelConfig)
    data: DataConfig = field(default_factory=DataConfig)
    train: TrainConfig = field(default_factory=TrainConfig)
    finetune: FinetuneConfig = field(default_factory=FinetuneConfig)


def _convert(name: str, value: Any, wanted: Any) -> Any:
    """`value` as the type `wanted`, or a UserError that names the key."""
    if typing.get_origin(wanted) is tuple:
        if not isinstance(value, (list, tuple)):
            raise UserError(f"{name}: a list is needed, not {value!r}")
        return tuple(_convert(name, item, typing.get_args(wanted)[0]) for item in value)
    if wanted is float and type(value) is int:
        return float(value)
    if type(value) is not wanted:
        raise UserError(f"{name}: {wanted.__name__} is needed, not {value!r}")
    return value


def _section(kind: type, values: Any, prefix: str) -> Any:
    """An instance of dataclass `kind` from a table; nested dataclasses are sections."""
    if not isinstance(values, dict):
        raise UserError(f"{prefix}: a section is needed")
    known = {f.name: f for f in dataclasses.fields(kind)}
    out = {}
    for key, value in values.items():
        name = f"{prefix}.{key}" if prefix else key
        if key not in known:
            raise UserError(f"{name}: unknown setting")
        wanted = known[key].type
        nested = dataclasses.is_dataclass(wanted)
        out[key] = _section(wanted, value, name) if nested else _convert(name, value, wanted)
    return kind(**out)


def from_dict(values: dict[str, Any]) -> Config:
    """A configuration from nested dictionaries, as TOML gives them and checkpoints keep them."""
    return _section(Config, values, "")


def model_from_dict(values: dict[str, Any]) -> ModelConfig:
    """The model's part alone."""
    return _section(ModelConfig, values, "model")


def load(path: str | Path | None, overrides: typing.Sequence[str] = ()) -> Config:
    """Read a TOML file (None: all defaults) and apply overrides like "train.batch=4"."""
    values: dict[str, Any] = {}
    if path is not None:
        try:
            values = tomllib.loads(Path(path).read_text(encoding="utf-8"))
        except OSError as error:
            raise UserError(f"{path}: {error.strerror}") from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise UserError(f"{path}: {error}") from error
    for override in overrides:
        key, equals, text = override.partition("=")
        section, dot, name = key.strip().partition(".")
        if not equals or not dot:
            raise UserError(f"{override}: an override is section.name=value")
        try:
            value = tomllib.loads(f"value = {text}")["value"]
        except tomllib.TOMLDecodeError:
            value = text.strip()  # a bare word is a string
        values.setdefault(section, {})[name] = value
    return from_dict(values)


def to_dict(config: Any) -> dict[str, Any]:
    """Nested dictionaries of plain values; from_dict's inverse."""
    return dataclasses.asdict(config)


def to_toml(config: Config) -> str:
    """The configuration as a TOML file that `load` reads back."""

    def text(value: Any) -> str:
        if isinstance(value, bool):
            return str(value).lower()
        if isinstance(value, str):
            return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
        if isinstance(value, (list, tuple)):
            return "[" + ", ".join(text(item) for item in value) + "]"
        return repr(value)

    lines = []
    for section, values in to_dict(config).items():
        lines.append(f"[{section}]")
        lines += [f"{key} = {text(value)}" for key, value in values.items()]
        lines.append("")
    return "\n".join(lines)
