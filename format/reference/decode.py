"""From a `.vaec` stream to pixels, in the order of SPEC.md section 4."""
from __future__ import annotations

from typing import Callable

import numpy as np

from .colour_turn import Turn, read_turn, turned_back
from .container import BAND_ROWS, COLOURS, FILTER, PATCHES, PIXELS, Header
from .container import read_container, read_sections
from .fields import FormatError
from .model import Model
from .networks import check_network, run
from .pixel_filter import Filter, filtered, read_filter
from .patches import lay_patches
from .pixels import pixels_of_section
from .rans import Decoder, Tables

Take = Callable[[int, int, tuple[int, int, int, int]], int]
"""(band, table, place) -> value; place is (step, row, column, channel), step -1 for the hyper
latents."""

_HYPER_STEP = -1


class Dequantiser:
    """Turns the values of one step in one band into latents less their means, Q4 (VC-29, VC-52)."""

    def __init__(self, trellis: bool) -> None:
        self._trellis, self._state = trellis, 0

    def table(self, index: int) -> int:
        """The table that values of a scale index 1 .. 63 are coded with."""
        return index + 64 if self._trellis else index

    def offset(self, value: int) -> int:
        """Takes the values in their order."""
        if not self._trellis:
            return 16 * value
        odd = self._state & 1
        self._state = self._state >> 1 ^ 78 * odd ^ 43 * (value & 1)
        point = 2 * value - 1 if value > 0 else 2 * value
        return 11 * (-point if odd else point)


def _clip16(v: int) -> int:
    return min(max(v, -32768), 32767)


def check_model(model: Model) -> None:
    """Proves all exact networks and that the codec's parts fit together (VM-21, VM-23, VM-26)."""
    shapes = {
        name: check_network(network) for name, network in model.networks.items() if network.exact
    }
    steps = model.tensors["prior.steps"].tolist()
    latents = model.networks["synthesis"].inputs[0][0]
    seen = np.zeros((latents, 4), int)
    for s, (first, end, phases, least_quality) in enumerate(steps):
        if not (1 <= phases <= 15 and least_quality <= 100):
            raise FormatError("VM-23", f"step {s}: phases {phases}, quality {least_quality}")
        seen[first:end] += [phases >> bit & 1 for bit in range(4)]
        if shapes[f"context.{s}"] != (2 * (end - first), 4, 1):
            raise FormatError("VM-26", f"context.{s} gives {shapes[f'context.{s}']}")
    if (seen != 1).any():
        raise FormatError("VM-23", "a channel at a phase is not in exactly one step")
    if shapes["synthesis"] != (3, 6, 16) or shapes["hyper_synthesis"][2] != 4:
        raise FormatError("VM-26", "hyper_synthesis or synthesis has the wrong shape")
    features, fraction, _ = shapes["hyper_synthesis"]
    for s in range(len(steps)):
        if model.networks[f"context.{s}"].inputs != [(features, fraction), (latents, 4)]:
            raise FormatError("VM-26", f"the inputs of context.{s} do not fit")


def tables_of(model: Model) -> Tables:
    """The model's entropy tables."""
    return Tables(model.tensors["entropy.radius"].tolist(), model.tensors["entropy.cdf"].tolist())


def walk_latents(model: Model, header: Header, take: Take) -> np.ndarray:
    """Steps 1 to 3: decoded latents Q4, i64 [h][w][M]. `take` is asked for every value in the
    stream's order."""
    quality = header.quality
    features = _features(model, header, take)
    rows, columns = header.latent_grid()
    decoded = np.zeros((rows, columns, model.networks["synthesis"].inputs[0][0]), np.int64)
    for s, (first, end, phases, least_quality) in enumerate(model.tensors["prior.steps"].tolist()):
        if quality < least_quality:
            continue
        out = run(model.networks[f"context.{s}"], [features, decoded], quality)
        means, scales = out[..., : end - first], out[..., end - first :]
        indices = np.clip(scales + 8 >> 4, 0, 63)
        dequantisers = [Dequantiser(header.trellis) for _ in range(header.bands())]
        for y in range(rows):
            for x in range(columns):
                if not phases >> 2 * (y % 2) + x % 2 & 1:
                    continue
                band = y // BAND_ROWS
                for c, i in enumerate(indices[y, x].tolist(), first):
                    offset = 0
                    if i > 0:
                        value = take(band, dequantisers[band].table(i), (s, y, x, c))
                        offset = dequantisers[band].offset(value)
                    decoded[y, x, c] = _clip16(int(means[y, x, c - first]) + offset)
    return decoded


def _features(model: Model, header: Header, take: Take) -> np.ndarray:
    """Steps 1 and 2: hyper latents, and what the hyper synthesis makes of them."""
    means = model.tensors["prior.hyper_mean"][header.quality].tolist()
    indices = model.tensors["prior.hyper_scale_index"][header.quality].tolist()
    rows, columns = header.hyper_grid()
    z = np.zeros((rows, columns, len(means)), np.int64)
    for y in range(rows):
        for x in range(columns):
            z[y, x] = [
                _clip16(16 * take(0, i, (_HYPER_STEP, y, x, c)) + m)
                for c, (m, i) in enumerate(zip(means, indices))
            ]
    latent_rows, latent_columns = header.latent_grid()
    return run(model.networks["hyper_synthesis"], [z], header.quality)[
        :latent_rows, :latent_columns
    ]


def pixels_of(
    model: Model,
    header: Header,
    decoded: np.ndarray,
    own_filter: Filter | None = None,
    turn: Turn | None = None,
) -> np.ndarray:
    """Steps 4 and 5: u8 or u16 [H][W][3], or [H][W] of a grey picture."""
    samples = run(model.networks["synthesis"], [decoded], header.quality)[
        : header.height, : header.width
    ]
    if own_filter:
        samples = filtered(own_filter, samples)
    if turn:
        samples = turned_back(turn, samples)
    if header.grey or header.neutral:
        samples = samples[..., 0] + 2 * samples[..., 1] + samples[..., 2] + 2 >> 2
    if header.neutral:
        samples = np.stack([samples] * 3, 2)
    if header.deep:
        return np.clip(257 * samples + 32 >> 6, 0, 65535).astype(np.uint16)
    return np.clip(samples + 32 >> 6, 0, 255).astype(np.uint8)


def decode_latents(stream: bytes, model: Model) -> tuple[Header, np.ndarray]:
    """Header and decoded latents Q4 of a stream."""
    header, bands = read_container(stream)
    if header.model_id != model.model_id:
        raise FormatError(
            "VC-08", f"needs model {header.model_id:08x}, this is {model.model_id:08x}"
        )
    tables = tables_of(model)
    if header.trellis and len(tables.radius) != 128:
        raise FormatError("VC-52", "trellis-coded, and the model has no tables for it")
    decoders = [Decoder(band, tables) for band in bands]
    decoded = walk_latents(model, header, lambda band, table, place: decoders[band].value(table))
    for decoder in decoders:
        decoder.finish()
    return header, decoded


def decode(stream: bytes, model: Model) -> np.ndarray:
    """Colours of a stream (alpha.decode_alpha has the rest); FormatError names the rule that it
    breaks."""
    header, sections = read_sections(stream)
    if header.of_pixels:
        return pixels_of_section(header, sections[PIXELS])[0]
    header, decoded = decode_latents(stream, model)
    turn = read_turn(header, sections[COLOURS]) if COLOURS in sections else None
    own_filter = read_filter(sections[FILTER]) if FILTER in sections else None
    pixels = pixels_of(model, header, decoded, own_filter, turn)
    return lay_patches(header, sections[PATCHES], pixels) if PATCHES in sections else pixels
