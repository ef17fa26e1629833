"""A codec's training pass in native code: what Codec.forward computes with `sample`, in less time.

Latents that a picture does not code have no cost and no gradient, and here no work either: a
context step's block and its last layer run at the positions that it codes, and the detail latents
for the pictures that have them.
"""

import torch
from torch import Tensor

from . import elbo
from .elbo import Terms, kl_bits, quantise
from .engine import Library, NativeStage, code_latents, library_path
from .model import PICTURE_MULTIPLE, Codec, Output, pad_to_multiple, phase_mask
from .symbol_choice import SymbolCoder

_ALL = 15
"""The phase mask of all positions."""


class Engine:
    """Runs a codec's parts, whose weights it reads at each call."""

    def __init__(self, library: Library, codec: Codec):
        self.library = library
        self.unknown: list[str] = []
        """Parts with layers that the library does not know: they stay in PyTorch, and so does
        what is around them."""
        self._stages: dict[tuple[str, int], NativeStage] = {}
        for name in codec.parts():
            try:
                self._make(codec, name, _ALL)
            except ValueError:
                self.unknown.append(name)
        if not self.unknown:
            for step, (_, _, mask, _) in enumerate(codec.prior_steps):
                self._make(codec, f"context.{step}", mask)

    def _make(self, codec: Codec, name: str, mask: int) -> None:
        self._stages[name, mask] = NativeStage(self.library, list(codec.part(name)), mask)

    def stage(self, name: str, mask: int = _ALL) -> NativeStage | None:
        """The part of this name, if the library runs it; `mask` as for NativeStage."""
        return self._stages.get((name, mask))

    def forward(self, codec: Codec, picture: Tensor, level: Tensor,
                coder: SymbolCoder | None = None) -> Output | None:
        """Codec.forward's result for training; none where a part is unknown, or a coder would see
        rows of several lengths."""
        if self.unknown or coder is not None and not self._has_even_rows(codec, picture):
            return None
        return _Pass(self, codec, level, coder).run(picture)


    @staticmethod
    def _has_even_rows(codec: Codec, picture: Tensor) -> bool:
        """Whether in each context step all rows of latents that it codes anything of have as many."""
        masks = (mask for _, _, mask, _ in codec.prior_steps)
        return (all(size % (2 * PICTURE_MULTIPLE) == 0 for size in picture.shape[2:])
                and all(_columns(mask, 2) for mask in masks))


def _columns(mask: int, width: int) -> int:
    """How many of a row's positions `mask` has, the width being even; 0 if that depends on the row."""
    counts = {(bits & 1) + (bits >> 1) for bits in (mask & 3, mask >> 2) if bits}
    return counts.pop() * width // 2 if len(counts) == 1 else 0


class _Pass:
    """One batch through all parts. `y` and `detail` are [B, H, W, C]."""

    def __init__(self, engine: Engine, codec: Codec, level: Tensor, coder: SymbolCoder | None):
        self._engine, self._codec, self._level, self._coder = engine, codec, level, coder
        gain = codec.log_gain(level)
        self._gain, self._inverse = gain.exp(), (codec.log_inverse(level) - gain).exp()
        self._log2_sigma = codec.log2_sigma(level)[:, :, 0, 0]
        self._detailed = codec.has_detail(level).flatten().nonzero()[:, 0]  # those with detail
        self._kl_y = torch.zeros_like(level)

    def _part(self, name: str, x: Tensor, level: Tensor | None = None, mask: int = _ALL) -> Tensor:
        """A part of tensors [B, H, W, C]."""
        stage = self._engine.stage(name, mask)
        made = stage(x.permute(0, 3, 1, 2), self._level if level is None else level)
        return made.permute(0, 2, 3, 1)

    def run(self, picture: Tensor) -> Output:
        codec, level = self._codec, self._level
        height, width = picture.shape[2:]
        base_channels = codec.config.latents
        x = (pad_to_multiple(picture, PICTURE_MULTIPLE) * 2 - 1).permute(0, 2, 3, 1)
        base = self._part("analysis", x)
        y = base * self._row(self._gain[:, :base_channels])
        mean_z = codec.hyper_mean(level)
        z = codec.hyper_analyse(y.permute(0, 3, 1, 2), level)
        symbols, posterior = quantise(z - mean_z, self._coder is None)
        kl_z = kl_bits(posterior, codec.hyper_sigma(level)).sum((1, 2, 3))
        features = codec.hyper_synthesise(symbols + mean_z, level).permute(0, 2, 3, 1)
        features = features[:, :y.shape[1], :y.shape[2]]
        y, detail = self._code(y.contiguous().clone(), features, x, base)
        restored = self._synthesise(y, detail).permute(0, 3, 1, 2)[:, :, :height, :width]
        distortion = (restored - picture).square().mean((1, 2, 3)) * 255**2
        pixels = height * width
        return Output(restored, Terms(distortion, self._kl_y / pixels, kl_z / pixels))

    @staticmethod
    def _row(vectors: Tensor) -> Tensor:
        """[B, C, 1, 1] -> [B, 1, 1, C]."""
        return vectors.permute(0, 2, 3, 1)

    def _code(self, y: Tensor, features: Tensor, x: Tensor, base: Tensor) -> tuple[Tensor, Tensor | None]:
        """The decoded latents, in place of y, and those of detail for the pictures that have them."""
        codec, detail = self._codec, None
        base_channels = codec.config.latents
        known = torch.zeros_like(y[0])  # 1 where y holds decoded latents
        for step, (first, end, mask, _) in enumerate(codec.prior_steps):
            seen = features if step == 0 else torch.cat([features, y * known], 3)
            if first < base_channels:
                y = self._step(step, seen, y, (first, end), None)
                known = known.clone()  # the product before needs the old one on its way back
                known[:, :, first:end] += phase_mask(mask, *y.shape[1:3], y.device)[:, :, None]
            elif len(self._detailed):
                if detail is None:
                    detail = self._detail_latents(x, base)
                channels = first - base_channels, end - base_channels
                detail = self._step(step, seen[self._detailed], detail, channels, self._detailed)
        return y, detail

    def _detail_latents(self, x: Tensor, base: Tensor) -> Tensor:
        """The detail latents of the pictures that have them."""
        rows, level = self._detailed, self._level[self._detailed]
        made = (self._part("detail.from_picture", x[rows], level)
                + self._part("detail.from_latents", base[rows], level))
        return made * self._row(self._gain[rows, self._codec.config.latents:])

    def _step(self, step: int, seen: Tensor, latents: Tensor, channels: tuple[int, int],
              rows: Tensor | None) -> Tensor:
        """The latents with `channels` of them decoded. `rows`: the pictures that these are; none: all."""
        first, end, mask, _ = self._codec.prior_steps[step]
        level, offsets = self._level, self._log2_sigma[:, first:end]
        if rows is not None:
            level, offsets = level[rows], offsets[rows]
        prior = self._part(f"context.{step}", seen, level, mask).flatten(1, 2)
        if self._coder is not None:
            latents, bits = self._choose(latents, channels, mask, prior, offsets)
        else:
            noise = elbo.noise_like(prior[:, :, :end - first].detach())
            latents, bits = code_latents(self._engine.library, latents, channels, mask, prior, offsets, noise)
        self._kl_y = self._kl_y + bits if rows is None else self._kl_y.index_add(0, rows, bits)
        return latents

    def _choose(self, latents: Tensor, channels: tuple[int, int], mask: int, prior: Tensor,
                offsets: Tensor) -> tuple[Tensor, Tensor]:
        """The latents with those that a step codes as the coder chooses them, and their bits [B]."""
        first, end = channels
        height, width = latents.shape[1:3]
        here = phase_mask(mask, height, width, latents.device).flatten().nonzero()[:, 0]

        def picture(x: Tensor) -> Tensor:
            """[B, count, C] -> [B, C, rows, columns]"""
            return x.permute(0, 2, 1).unflatten(2, (-1, _columns(mask, width)))

        flat = latents.flatten(1, 2)
        mean, log2_sigma = (picture(part) for part in prior.float().chunk(2, 2))
        own = picture(flat[:, here, first:end])
        symbols, bits = self._coder.code(own - mean, log2_sigma + offsets[:, :, None, None],
                                         torch.ones_like(own[:1, :1]))
        decoded = (symbols + mean).flatten(2).permute(0, 2, 1)
        made = flat.clone()
        made[:, here, first:end] = decoded
        return made.view_as(latents), bits.sum((1, 2, 3))

    def _synthesise(self, y: Tensor, detail: Tensor | None) -> Tensor:
        """The picture from decoded latents, 0..1."""
        base_channels, rows = self._codec.config.latents, self._detailed
        x = self._part("synthesis.coarse", y * self._row(self._inverse[:, :base_channels]))
        if detail is not None:
            detail = detail * self._row(self._inverse[rows, base_channels:])
            x = x.index_add(0, rows, self._part("detail.synthesis", detail, self._level[rows]))
        return self._part("synthesis.fine", x) * 0.5 + 0.5


def load_engine(codec: Codec, threads: int) -> tuple[Engine | None, str]:
    """The engine for a codec on the CPU, and one line on what computes."""
    path = library_path()
    if path is None:
        return None, "networks in PyTorch: the training library is not built (README.md)"
    try:
        library = Library(path)
    except OSError as error:
        return None, f"networks in PyTorch: {error}"
    library.set_threads(threads)
    library.keep_memory()
    engine = Engine(library, codec)
    rest = f", in PyTorch: {', '.join(engine.unknown)}" if engine.unknown else ""
    return engine, f"networks in {path.name}{rest}"
