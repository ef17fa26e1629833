"""Writes a valid `.vaec` stream from symbol decisions; finding them is an encoder's own affair."""
from __future__ import annotations

import numpy as np

from .container import Header, write_container
from .decode import tables_of, walk_latents
from .model import Model
from .rans import Encoder


def encode_symbols(
    model: Model, header: Header, hyper: np.ndarray, symbols: np.ndarray
) -> tuple[bytes, np.ndarray]:
    """The stream, and the latents Q4 that a decoder will have.

    `hyper` [ceil(H/64)][ceil(W/64)][Z] and `symbols` [ceil(H/16)][ceil(W/16)][M] are integers;
    where the scale index turns out to be 0 the symbol must be 0, or ValueError.
    """
    tables = tables_of(model)
    encoders = [Encoder(tables) for _ in range(header.bands())]
    hyper_values, values = hyper.tolist(), symbols.tolist()

    def take(band: int, index: int, place: tuple[int, int, int, int]) -> int:
        step, row, column, channel = place
        value = (hyper_values if step < 0 else values)[row][column][channel]
        encoders[band].value(index, value)
        return value

    decoded = walk_latents(model, header, take)
    return write_container(header, [encoder.finish() for encoder in encoders]), decoded
