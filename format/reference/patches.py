"""The patches section of a lossy picture: SPEC.md section 1.4."""
from __future__ import annotations

import numpy as np

from .container import Header
from .fields import Fields
from .masks import covered_pixels, decode_mask
from .pixels import colour_planes, colours_of
from .planes import decode_planes


def lay_patches(header: Header, section: bytes, pixels: np.ndarray) -> np.ndarray:
    """Colours, [height][width][3] or [height][width] of a grey picture, with the patches over
    them."""
    fields = Fields(section, "VC-53")
    width, height = header.width, header.height
    mask = decode_mask(fields.take(fields.varint()), width, height)
    covered = covered_pixels(mask, width, height)
    planes = decode_planes(
        fields.take(fields.left()),
        width,
        height,
        colour_planes(header),
        16 if header.deep else 8,
        covered,
    )
    out = pixels.copy()
    out[covered] = colours_of(header, planes)[covered]
    return out
