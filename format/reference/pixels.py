"""The pixels section of a lossless picture: SPEC.md section 1.3."""
from __future__ import annotations

import numpy as np

from .container import Header
from .fields import FormatError
from .planes import decode_planes


def pixels_of_section(header: Header, section: bytes) -> tuple[np.ndarray, np.ndarray | None]:
    """Colours [height][width][3], or [height][width] of a grey picture, and alpha."""
    if not section or section[0] > 1:
        raise FormatError("VC-51", "the pixels section is of an unknown kind")
    colours = 1 if header.grey or header.neutral else 3
    depth = 16 if header.deep else 8
    planes = decode_planes(section[1:], header.width, header.height, colours + section[0], depth)
    alpha = planes[..., -1] if section[0] else None
    if header.grey:
        return planes[..., 0], alpha
    return np.repeat(planes[..., :1], 3, 2) if header.neutral else planes[..., :3], alpha
