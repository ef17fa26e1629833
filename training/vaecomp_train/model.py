"""The codec's networks: a two-level convolutional VAE with quantised latents, for all rates.

    picture --analysis--> y --hyper analysis--> z          the encoder: posterior's centres
    z --hyper synthesis--> features --context steps--> (mean, sigma) of each latent: the prior
    decoded latents --synthesis--> picture                 the decoder: likelihood's centre

A model may have detail latents, further channels of y that only fine qualities code: the transform
then loses nothing, while coarse qualities, which have no bits for them, have no work with them.

Everything that decides a probability or a pixel uses only layers that have an exact integer twin.
"""

import math
from typing import TYPE_CHECKING, NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .config import ModelConfig
from .elbo import Terms, bounded_sigma, kl_bits, quantise
from .layers import Block, Condition, Conv1x1, Down, LevelTable, Stage, Up
from .symbol_choice import SymbolCoder

if TYPE_CHECKING:
    from .native_pass import Engine

PICTURE_MULTIPLE = 16
"""Pictures are padded to a multiple of this: the pixels of one latent, each way."""
HYPER_MULTIPLE = 4
"""Latents are padded to a multiple of this before hyper analysis: those of one hyper latent."""


class Output(NamedTuple):
    """What one pass gives: the picture [B, 3, H, W] in 0..1 (not clamped) and the ELBO's terms."""

    restored: Tensor
    terms: Terms


def pad_to_multiple(x: Tensor, multiple: int) -> Tensor:
    """Edge replication at right and bottom up to a multiple of `multiple`."""
    down, right = -x.shape[2] % multiple, -x.shape[3] % multiple
    return F.pad(x, (0, right, 0, down), "replicate") if down or right else x


def phase_mask(mask: int, height: int, width: int, device: torch.device) -> Tensor:
    """[height, width]: 1 at row y, column x where bit 2 (y mod 2) + (x mod 2) of `mask` is set."""
    bits = torch.tensor([mask >> i & 1 for i in range(4)], dtype=torch.float32, device=device)
    tile = bits.view(2, 2).repeat((height + 1) // 2, (width + 1) // 2)
    return tile[:height, :width]


class DetailAnalysis(nn.Module):
    """The detail latents' posterior: linear in the picture's 16x16 blocks and the latents before.

    The two convolutions, whose results are added, find what synthesis cannot know from the other
    latents.
    """

    def __init__(self, config: ModelConfig):
        super().__init__()
        self.from_picture = Conv1x1(3 * PICTURE_MULTIPLE**2, config.detail)
        self.from_latents = Conv1x1(config.latents, config.detail, gain=0.0)


class Codec(nn.Module):
    """All networks. `config` decides widths, depths and context steps; see ModelConfig."""

    engine: "Engine | None" = None
    """Runs parts in native code while training."""

    def __init__(self, config: ModelConfig):
        super().__init__()
        self.config = config
        self.prior_steps: list[tuple[int, int, int, int]] = config.context_steps()
        """(first channel, end channel, phase mask, least quality) of each, as in MODEL.md."""
        levels, latents, hyper, prior = config.levels, config.latents, config.hyper, config.prior

        def blocks(channels: int, count: int) -> list[Block]:
            return [Block(channels, config.expansion, config.kernel) for _ in range(count)]

        def condition(channels: int) -> Condition:
            return Condition(levels, channels)

        a, b, c = config.encoder_widths
        depth = config.encoder_blocks
        self.analysis = Stage(
            nn.PixelUnshuffle(4), Conv1x1(48, a), *blocks(a, depth[0]),
            Down(a, b), condition(b), *blocks(b, depth[1]),
            Down(b, c), condition(c), *blocks(c, depth[2]), Conv1x1(c, latents))
        a, b, c = config.decoder_widths
        depth = config.decoder_blocks
        self.synthesis = Stage(
            Conv1x1(latents, a), condition(a), *blocks(a, depth[0]),
            Up(a, b), condition(b), *blocks(b, depth[1]),
            Up(b, c), *blocks(c, depth[2]), Conv1x1(c, 48), nn.PixelShuffle(4))
        if config.detail:
            self.detail_analysis = DetailAnalysis(config)
            # No bias: without detail latents the result is zero, and the layer need not run.
            self.detail_synthesis = Conv1x1(config.detail, c * 16, gain=0.0, bias=False)
        self.hyper_analysis = Stage(
            Conv1x1(latents, prior), condition(prior), *blocks(prior, 1),
            Down(prior, prior), *blocks(prior, 1), Down(prior, hyper))
        self.hyper_synthesis = Stage(
            Conv1x1(hyper, prior), condition(prior), *blocks(prior, 1),
            Up(prior, prior), *blocks(prior, 1), Up(prior, prior), condition(prior))
        self.context = nn.ModuleList(
            Stage(Conv1x1(prior if i == 0 else prior + latents, prior),
                  *blocks(prior, config.context_blocks), Conv1x1(prior, 2 * (end - first), 0.0))
            for i, (first, end, _, _) in enumerate(self.prior_steps))
        self.log_gain = LevelTable(levels, config.all_latents)
        self.log_inverse = LevelTable(levels, config.all_latents)
        self.log2_sigma = LevelTable(levels, config.all_latents)
        self.hyper_mean = LevelTable(levels, hyper)
        self.hyper_log_scale = LevelTable(levels, hyper)
        with torch.no_grad():
            # A step of 1 / gain per level: the gain follows sqrt(lambda).
            slope = 0.5 * math.log(config.lambda_ratio)
            rows = torch.arange(levels, dtype=torch.float32)
            self.log_gain.table += math.log(1.53) + slope * rows[:, None]

    def networks(self) -> dict[str, nn.Sequential]:
        """The networks by the names that the model file uses, their layers in order."""
        steps = {f"context.{i}": stage for i, stage in enumerate(self.context)}
        return {"analysis": self.analysis, "hyper_analysis": self.hyper_analysis,
                "hyper_synthesis": self.hyper_synthesis, **steps, "synthesis": self.synthesis}

    def parts(self) -> list[str]:
        """Names of what runs in one go: networks, synthesis in two around the detail's join."""
        names = [name for name in self.networks() if name != "synthesis"]
        detail = ["detail.from_picture", "detail.from_latents", "detail.synthesis"]
        return [*names, "synthesis.coarse", "synthesis.fine", *(detail if self.config.detail else ())]

    def part(self, name: str) -> Stage:
        """The layers of one of `parts`."""
        if name == "synthesis.coarse":
            return self.synthesis[:self.quarter_layer()]
        if name == "synthesis.fine":
            return self.synthesis[self.quarter_layer():]
        if name == "detail.from_picture":
            return Stage(nn.PixelUnshuffle(PICTURE_MULTIPLE), self.detail_analysis.from_picture)
        if name == "detail.from_latents":
            return Stage(self.detail_analysis.from_latents)
        if name == "detail.synthesis":
            return Stage(self.detail_synthesis, nn.PixelShuffle(4))
        return self.networks()[name]

    def _run(self, name: str, x: Tensor, level: Tensor) -> Tensor:
        """What the part makes of x."""
        stage = self.engine.stage(name) if self.engine and self.training else None
        return (stage or self.part(name))(x, level)

    def decoder_networks(self) -> dict[str, nn.Module]:
        """The networks that a decoder runs, in integers."""
        float_only = ("analysis", "hyper_analysis")
        decoder = {name: net for name, net in self.networks().items() if name not in float_only}
        if self.config.detail:
            decoder["synthesis.detail"] = self.detail_synthesis
        return decoder

    def level_of(self, quality: float) -> float:
        """The rate level of a quality 0..100."""
        return quality * (self.config.levels - 1) / 100

    def lambda_of(self, level: Tensor) -> Tensor:
        """Weight of 255^2 * MSE against bits per pixel; beta, the KL's weight, is its inverse."""
        return self.config.lambda_min * self.config.lambda_ratio ** level

    def hyper_sigma(self, level: Tensor) -> Tensor:
        """Sigma of the hyper latents' factorised prior, [B, Z, 1, 1]."""
        return F.softplus(self.hyper_log_scale(level)) + 0.05

    def quality_vectors(self, level: Tensor) -> dict[str, Tensor]:
        """Everything that depends on the rate level, each [B, C] (`lambda`: [B, 1]).

        `gain` multiplies the analysis network's result, `inverse_gain` the decoded latents before
        synthesis; `log2_sigma` is added to the second half of a context step's result (channels
        first..end of the step); `hyper_mean` and `hyper_sigma` are the prior of z; each Condition
        gives "<network>.<position>.scale" and ".bias".
        """
        flat = {
            "gain": self.log_gain(level).exp(),
            "inverse_gain": (self.log_inverse(level) - self.log_gain(level)).exp(),
            "log2_sigma": self.log2_sigma(level),
            "hyper_mean": self.hyper_mean(level),
            "hyper_sigma": self.hyper_sigma(level),
        }
        vectors = {name: value[:, :, 0, 0] for name, value in flat.items()}
        vectors["lambda"] = self.lambda_of(level)[:, None]
        for name, network in self.networks().items():
            for i, layer in enumerate(network):
                if isinstance(layer, Condition):
                    scale, bias = layer.vectors(level)
                    vectors[f"{name}.{i}.scale"], vectors[f"{name}.{i}.bias"] = scale, bias
        return vectors

    def has_step(self, step: int, level: Tensor) -> Tensor:
        """Bool [B, 1, 1, 1]: whether the pictures at these levels code the context step."""
        return (level >= self.level_of(self.prior_steps[step][3]) - 1e-4)[:, None, None, None]

    def analyse(self, picture: Tensor, level: Tensor) -> Tensor:
        """Picture [B, 3, H, W] in 0..1 -> y [B, M, ceil(H/16), ceil(W/16)] in steps.

        Detail latents are given at all levels, also where `has_step` says that they are not coded.
        """
        x = pad_to_multiple(picture, PICTURE_MULTIPLE) * 2 - 1
        y = self._run("analysis", x, level)
        if self.config.detail:
            y = torch.cat([y, self.detail_analyse(x, y, level)], 1)
        return y.float() * self.log_gain(level).exp()

    def detail_analyse(self, picture: Tensor, latents: Tensor, level: Tensor) -> Tensor:
        """Padded picture in -1..1 and latents before their gain -> detail latents before theirs."""
        return (self._run("detail.from_picture", picture, level)
                + self._run("detail.from_latents", latents, level))

    def hyper_analyse(self, y: Tensor, level: Tensor) -> Tensor:
        """y -> z [B, Z, ceil(h/4), ceil(w/4)] in quantisation steps; detail latents have no say."""
        y = pad_to_multiple(y[:, :self.config.latents], HYPER_MULTIPLE)
        return self._run("hyper_analysis", torch.asinh(y), level).float()

    def hyper_synthesise(self, z: Tensor, level: Tensor) -> Tensor:
        """Decoded z -> features four times as high and wide; the caller crops them to y's size."""
        return self._run("hyper_synthesis", z, level)

    def context_step(self, step: int, features: Tensor, decoded: Tensor,
                     level: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and log2 sigma (not bounded) of the step's channels, at every position.

        `features` [B, prior, h, w]; `decoded` [B, M, h, w] holds the latents of the steps before
        and 0 elsewhere. Step 0 does not look at `decoded`, and none looks at detail latents.
        """
        first, end, _, _ = self.prior_steps[step]
        seen = decoded[:, :self.config.latents]
        x = features if step == 0 else torch.cat([features, seen], 1)
        mean, log2_sigma = self._run(f"context.{step}", x, level).float().chunk(2, 1)
        return mean, log2_sigma + self.log2_sigma(level)[:, first:end]

    def has_detail(self, level: Tensor) -> Tensor:
        """Bool [B, 1, 1, 1]: whether the pictures at these levels have detail latents."""
        return self.has_step(len(self.prior_steps) - 1, level)

    def quarter_layer(self) -> int:
        """Number of the synthesis layer before which the detail joins, at 1/4 of the resolution."""
        return max(i for i, layer in enumerate(self.synthesis) if isinstance(layer, Up)) + 1

    def synthesise(self, decoded: Tensor, level: Tensor) -> Tensor:
        """Decoded latents -> picture [B, 3, 16 h, 16 w] in 0..1, not clamped."""
        restored = decoded * (self.log_inverse(level) - self.log_gain(level)).exp()
        x, detail = restored.split([self.config.latents, self.config.detail], 1)
        x = self._run("synthesis.coarse", x, level)
        # In training the levels are mixed, and to ask would stop a GPU.
        if self.config.detail and (self.training or bool(self.has_detail(level).any())):
            x = x + self._run("detail.synthesis", detail, level)
        return self._run("synthesis.fine", x, level).float() * 0.5 + 0.5

    def code_latents(self, picture: Tensor, level: Tensor, sample: bool,
                     coder: SymbolCoder | None = None) -> tuple[Tensor, Tensor, Tensor]:
        """The picture's decoded latents [B, M, h, w], and the KL in bits [B] of y and of z.

        `coder`, if given, chooses the symbols of y and prices them, in place of rounding and KL.
        """
        y = self.analyse(picture, level)
        mean_z = self.hyper_mean(level)
        symbols, posterior = quantise(self.hyper_analyse(y, level) - mean_z, sample)
        kl_z = kl_bits(posterior, self.hyper_sigma(level)).sum((1, 2, 3))
        height, width = y.shape[2:]
        features = self.hyper_synthesise(symbols + mean_z, level)[:, :, :height, :width]

        decoded = torch.zeros_like(y)
        kl_y = torch.zeros_like(kl_z)
        for step, (first, end, mask_bits, _) in enumerate(self.prior_steps):
            coded = self.has_step(step, level)
            if not self.training and not bool(coded.any()):
                continue
            mean, log2_sigma = self.context_step(step, features, decoded, level)
            mask = phase_mask(mask_bits, height, width, y.device) * coded
            residual = y[:, first:end] - mean
            if coder is None:
                symbols, posterior = quantise(residual, sample)
                bits = kl_bits(posterior, bounded_sigma(log2_sigma))
            else:
                symbols, bits = coder.code(residual, log2_sigma, mask)
            kl_y = kl_y + (bits * mask).sum((1, 2, 3))
            value = (symbols + mean) * mask
            decoded = decoded + F.pad(value, (0, 0, 0, 0, first, y.shape[1] - end))
        return decoded, kl_y, kl_z

    def forward(self, picture: Tensor, level: Tensor, sample: bool,
                coder: SymbolCoder | None = None) -> Output:
        """Code and decode `picture` [B, 3, H, W] in 0..1 of any size at `level` [B].

        `sample`: price the latents by posterior samples (training), not by rounded values (work).
        `coder`: see `code_latents`.
        """
        if self.engine and self.training and sample == (coder is None):
            made = self.engine.forward(self, picture, level, coder)
            if made is not None:
                return made
        height, width = picture.shape[2:]
        decoded, kl_y, kl_z = self.code_latents(picture, level, sample, coder)
        restored = self.synthesise(decoded, level)[:, :, :height, :width]
        distortion = (restored - picture).square().mean((1, 2, 3)) * 255**2
        pixels = height * width
        return Output(restored, Terms(distortion, kl_y / pixels, kl_z / pixels))


def macs_per_pixel(codec: Codec, size: int = 256) -> dict[str, float]:
    """Multiply-accumulates per pixel of each part, counted on one picture of `size` x `size`."""
    counts: dict[str, float] = {}

    def counter(part: str):
        def count(conv: nn.Conv2d, _, out: Tensor) -> None:
            work = conv.weight[0].numel() * out[0].numel() / size**2
            counts[part] = counts.get(part, 0) + work
        return count

    hooks = [module.register_forward_hook(counter(name.split(".")[0]))
             for name, module in codec.named_modules() if isinstance(module, nn.Conv2d)]
    device = next(codec.parameters()).device
    try:
        with torch.no_grad():
            codec(torch.zeros(1, 3, size, size, device=device),
                  torch.zeros(1, device=device), sample=False)
    finally:
        for hook in hooks:
            hook.remove()
    return counts
