"""The pixels section of a lossless picture: SPEC.md section 1.3."""
from __future__ import annotations

import numpy as np

from .container import Header
from .fields import FormatError
from .planes import decode_planes


def colour_planes(header: Header) -> int:
    """How many exact planes the colours take."""
    return 1 if header.grey or header.neutral else 3


def colours_of(header: Header, planes: np.ndarray) -> np.ndarray:
    """From planes [height][width][1 ..] to colours [height][width][3], or [height][width] of a grey
    picture."""
    if header.grey:
        return planes[..., 0]
    return np.repeat(planes[..., :1], 3, 2) if header.neutral else planes[..., :3]


def pixels_of_section(header: Header, section: bytes) -> tuple[np.ndarray, np.ndarray | None]:
    """Colours [height][width][3], or [height][width] of a grey picture, and alpha."""
    if not section or section[0] > 1:
        raise FormatError("VC-51", "the pixels section is of an unknown kind")
    count = colour_planes(header) + section[0]
    depth = 16 if header.deep else 8
    planes = decode_planes(section[1:], header.width, header.height, count, depth)
    return colours_of(header, planes), planes[..., -1] if section[0] else None
