"""The alpha section: SPEC.md section 1.1."""
from __future__ import annotations

import numpy as np

from .container import ALPHA, PIXELS, read_sections
from .pixels import pixels_of_section
from .planes import decode_planes


def decode_alpha(data: bytes) -> np.ndarray | None:
    """The alpha plane [height][width] of a stream, u8 or u16; None if it has none."""
    header, sections = read_sections(data)
    if PIXELS in sections:
        return pixels_of_section(header, sections[PIXELS])[1]
    if ALPHA not in sections:
        return None
    depth = 16 if header.deep else 8
    return decode_planes(sections[ALPHA], header.width, header.height, 1, depth)[..., 0]
