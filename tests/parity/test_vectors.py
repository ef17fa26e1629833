"""The reference decoder on format/vectors/stream: it names the rule that the C++ library names.

    /usr/bin/python3 -m pytest tests/parity
"""
from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]
VECTORS = sorted((ROOT / "format" / "vectors" / "stream").glob("*.hex"))
sys.path.insert(0, str(ROOT / "format"))

from reference.alpha import decode_alpha  # noqa: E402
from reference.colour_turn import read_turn  # noqa: E402
from reference.pixel_filter import read_filter  # noqa: E402
from reference.container import COLOURS, FILTER, PATCHES, read_sections  # noqa: E402
from reference.fields import FormatError, crc32c  # noqa: E402
from reference.metadata import read_metadata  # noqa: E402
from reference.patches import lay_patches  # noqa: E402


def vector_of(path: Path) -> tuple[str, bytes]:
    """What a vector expects, and its bytes (format/vectors/README.md)."""
    data = bytearray()
    lines = path.read_text("utf-8").split("\n")
    for word in (word for line in lines for word in line.split("#")[0].split()):
        data += crc32c(bytes(data)).to_bytes(4, "little") if word == "CRC" else bytes.fromhex(word)
    return lines[0].removeprefix("# expect: "), bytes(data)


def patched(data: bytes) -> np.ndarray | None:
    """A stream's patches over black; None if there are none."""
    header, sections = read_sections(data)
    if PATCHES not in sections:
        return None
    shape = (header.height, header.width, 3)[: 2 if header.grey else 3]
    return lay_patches(header, sections[PATCHES], np.zeros(shape, np.uint16))


@pytest.mark.parametrize("path", VECTORS, ids=lambda path: path.stem)
def test_the_same_rule(path):
    """All that needs no model."""
    expected, data = vector_of(path)
    try:
        decode_alpha(data)
        header, sections = read_sections(data)
        if COLOURS in sections:
            read_turn(header, sections[COLOURS])
        if FILTER in sections:
            read_filter(sections[FILTER])
        patched(data)
        read_metadata(data)
        found = "ok"
    except FormatError as error:
        found = error.rule
    assert found in expected.split()


def test_smooth_pixels_under_a_mask():
    """Section 8.9: the last column is foretold by what the blocks before it leave behind."""
    pixels = patched(vector_of(ROOT / "format" / "vectors" / "stream" / "ok_patches_smooth.hex")[1])
    assert pixels[:, 0].tolist() == [[60, 71, 81], [69, 79, 89]]
    assert pixels[:, 15].tolist() == [[120, 131, 141], [129, 140, 150]]
    assert not pixels[:, 16:32].any()
    assert pixels[:, 32].tolist() == [[188, 198, 209], [197, 207, 217]]
