"""The whole codec from a model file, as the C++ program runs it."""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from .calibrate import pad_edge, phase_mask
from .tables import Prices
from .twin import Runner, unshuffle
from .vaem import Model


@dataclass
class Coded:
    """Symbol decisions of a picture and what they decode to."""

    quality: int
    hyper: np.ndarray
    """Hyper symbols, i32 [ceil(h/64)][ceil(w/64)][Z]."""
    symbols: np.ndarray
    """Latent symbols, i32 [ceil(h/16)][ceil(w/16)][M]; each is coded in the one step that its place
    belongs to."""
    decoded: Tensor
    """Decoded latents Q4, i32 on the symbols' grid."""
    bits: float
    """Their size by the model's integer tables, without container and coder's ends."""


class TwinCodec:
    """Encodes to symbols and decodes to pixels; equals decoders that follow SPEC.md section 4 to
    the bit."""

    def __init__(self, model: Model, device: str | torch.device = "cpu") -> None:
        self.model = model
        self._device = torch.device(device)
        self._runners = {name: Runner(network, device) for name, network in model.networks.items()}
        tensors = model.tensors
        self._steps = [tuple(int(v) for v in row) for row in tensors["prior.steps"]]
        self._prices = Prices(tensors["entropy.radius"], tensors["entropy.cdf"])

    def run(self, name: str, quality: int, *inputs: Tensor) -> Tensor:
        """One network of the model."""
        return self._runners[name](list(inputs), quality)

    def analyse(self, picture: np.ndarray, quality: int) -> tuple[Tensor, Tensor]:
        """Latents y and hyper latents z, f32, in steps, of a picture u8 [H][W][3] (SPEC.md section
        5)."""
        x = torch.from_numpy(np.array(picture)).to(self._device).float() / 127.5 - 1
        x = pad_edge(x, 16)
        y = self.run("analysis", quality, x)
        z = self.run("hyper_analysis", quality, pad_edge(y, 4))
        if "detail_analysis" in self._runners:
            y = torch.cat([y, self.run("detail_analysis", quality, y, unshuffle(x, 16))], 2)
        return y, z

    def code(self, y: Tensor, z: Tensor, quality: int) -> Coded:
        """Rounds latents to symbols along the exact prior, as an encoder does."""
        mean = self._rows("prior.hyper_mean", quality)
        index = self._rows("prior.hyper_scale_index", quality)
        hyper = ((z - mean / 16).round() * (index > 0)).int()
        bits = self._bits(hyper, index.expand_as(hyper))
        decoded_z = (16 * hyper + mean).clamp(-32768, 32767)
        features = self.run("hyper_synthesis", quality, decoded_z)[: y.shape[0], : y.shape[1]]
        decoded = torch.zeros(y.shape, dtype=torch.int32, device=self._device)
        symbols = torch.zeros_like(decoded)
        for step, (first, end, phases, least_quality) in enumerate(self._steps):
            if quality < least_quality:
                continue
            mean, scale = self.run(f"context.{step}", quality, features, decoded).chunk(2, 2)
            here = phase_mask(*y.shape[:2], phases).to(self._device)
            index = ((scale + 8) >> 4).clamp(0, 63) * here
            v = ((y[..., first:end] - mean / 16).round() * (index > 0)).int()
            symbols[..., first:end] += v
            value = (16 * v + mean).clamp(-32768, 32767)
            decoded[..., first:end] = torch.where(here, value, decoded[..., first:end])
            bits += self._bits(v, index)
        return Coded(quality, hyper.cpu().numpy(), symbols.cpu().numpy(), decoded, bits)

    def synthesise(self, decoded: Tensor, quality: int, height: int, width: int) -> np.ndarray:
        """Pixels u8 [height][width][3] of decoded latents."""
        samples = self.run("synthesis", quality, decoded)[:height, :width]
        return ((samples + 32) >> 6).clamp(0, 255).to(torch.uint8).cpu().numpy()

    @torch.no_grad()
    def __call__(self, picture: np.ndarray, quality: int) -> tuple[Coded, np.ndarray]:
        """Encodes and decodes a picture u8 [H][W][3]."""
        coded = self.code(*self.analyse(picture, quality), quality)
        return coded, self.synthesise(coded.decoded, quality, *picture.shape[:2])

    def _rows(self, name: str, quality: int) -> Tensor:
        return torch.from_numpy(self.model.tensors[name][quality].astype(np.int32)).to(self._device)

    def _bits(self, values: Tensor, indices: Tensor) -> float:
        return self._prices.bits(
            values.cpu().numpy().astype(np.int64), indices.cpu().numpy().astype(np.int64)
        )
