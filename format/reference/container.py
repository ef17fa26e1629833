"""The container of a `.vaec` stream: SPEC.md sections 1 to 3, read and written."""
from __future__ import annotations

from dataclasses import dataclass

from .fields import Fields, FormatError, crc32c, varint_bytes

MAGIC = bytes([0xD6, 0x56, 0x41, 0x45])
VERSION = 2
LATENTS = 0x01
ALPHA = 0x02
PIXELS = 0x03
PATCHES = 0x04
COLOURS = 0x05
FILTER = 0x06
FIRST_OPTIONAL = 0x80
MAX_SIDE = 1 << 20
MAX_PIXELS = 1 << 28
BAND_ROWS = 32


@dataclass(frozen=True)
class Header:
    """What is known of a picture before its latents."""

    width: int
    height: int
    quality: int
    model_id: int
    grey: bool = False
    """One sample a pixel."""
    deep: bool = False
    """Samples of 16 bits."""
    neutral: bool = False
    """Three equal samples a pixel; not together with `grey`."""
    trellis: bool = False
    """Latents are trellis-coded."""
    of_pixels: bool = False
    """Pixels instead of latents."""
    nearly_exact: bool = False
    """What is exactly coded is near to the picture that was encoded, not equal."""

    def latent_grid(self) -> tuple[int, int]:
        """Rows and columns of the latents."""
        return -(-self.height // 16), -(-self.width // 16)

    def hyper_grid(self) -> tuple[int, int]:
        """Rows and columns of the hyper latents."""
        return -(-self.height // 64), -(-self.width // 64)

    def bands(self) -> int:
        """Number of streams (VC-17)."""
        return -(-self.latent_grid()[0] // BAND_ROWS)


def read_container(data: bytes) -> tuple[Header, list[bytes]]:
    """Header and the bands' rANS streams; FormatError for what a decoder must refuse."""
    header, sections = read_sections(data)
    if header.of_pixels:
        raise FormatError("VC-15", "a picture of pixels has no latents")
    return header, _split_bands(sections[LATENTS], header.bands())


def read_sections(data: bytes) -> tuple[Header, dict[int, bytes]]:
    """Header and the contents of all sections by tag; FormatError for what a decoder must refuse."""
    if data[:4] != MAGIC:
        raise FormatError("VC-02", "not a .vaec stream")
    if data[4:5] != bytes([VERSION]):
        raise FormatError("VC-03", "unknown version")
    if len(data) < 9 or int.from_bytes(data[-4:], "little") != crc32c(data[:-4]):
        raise FormatError("VC-09", "the checksum does not match")
    fields = Fields(data[:-4], "VC-13")
    fields.take(5)
    flags = fields.unsigned(1)
    if flags & ~63:
        raise FormatError("VC-04", f"flags {flags:#x}")
    one_sample, deep, neutral, trellis, of_pixels, nearly_exact = (bool(flags >> bit & 1) for bit in range(6))
    if neutral and not one_sample:
        raise FormatError("VC-41", f"flags {flags:#x}")
    fields.rule = "VC-05"
    width = fields.varint() + 1
    if width > MAX_SIDE:
        raise FormatError("VC-05", f"{width} columns")
    fields.rule = "VC-06"
    height = fields.varint() + 1
    if height > MAX_SIDE or width * height > MAX_PIXELS:
        raise FormatError("VC-06", f"{width} x {height} pixels")
    fields.rule = "VC-07"
    quality = fields.unsigned(1)
    if quality > 100:
        raise FormatError("VC-07", f"quality {quality}")
    grey = one_sample and not neutral
    fields.rule = "VC-08"
    model_id = fields.unsigned(4)
    fields.rule = "VC-13"
    header = Header(width, height, quality, model_id, grey, deep, neutral, trellis, of_pixels, nearly_exact)
    sections: dict[int, bytes] = {}
    while fields.left():
        tag = fields.unsigned(1)
        content = fields.take(fields.varint())
        if tag in sections:
            raise FormatError("VC-14", f"section {tag:#x} occurs twice")
        if tag < FIRST_OPTIONAL and tag not in (LATENTS, ALPHA, PIXELS, PATCHES, COLOURS, FILTER):
            raise FormatError("VC-11", f"unknown critical section {tag:#x}")
        sections[tag] = content
    critical = sections.keys() & {LATENTS, ALPHA, PIXELS, PATCHES, COLOURS, FILTER}
    if critical != {PIXELS} if of_pixels else critical - {ALPHA, PATCHES, COLOURS, FILTER} != {LATENTS}:
        raise FormatError("VC-15", "not the sections of this kind of stream")
    if of_pixels and (model_id, trellis) != (0, False):
        raise FormatError("VC-50", "a picture of pixels has a model or a trellis")
    if of_pixels and not nearly_exact and quality != 100:
        raise FormatError("VC-50", "a lossless stream has a quality")
    if nearly_exact and not of_pixels and PATCHES not in critical:
        raise FormatError("VC-59", "nothing is there to be nearly exact")
    return header, sections


def _split_bands(section: bytes, bands: int) -> list[bytes]:
    """VC-18: the lengths of all streams but the last, then the streams."""
    fields = Fields(section, "VC-18")
    lengths = [fields.varint() for _ in range(bands - 1)]
    streams = [fields.take(length) for length in lengths]
    return [*streams, fields.take(fields.left())]


def write_container(header: Header, streams: list[bytes]) -> bytes:
    """The stream of a picture without optional sections."""
    lengths = b"".join(varint_bytes(len(stream)) for stream in streams[:-1])
    section = lengths + b"".join(streams)
    flags = (
        (header.grey | header.neutral)
        | header.deep << 1
        | header.neutral << 2
        | header.trellis << 3
    )
    body = b"".join(
        [
            MAGIC,
            bytes([VERSION, flags]),
            varint_bytes(header.width - 1),
            varint_bytes(header.height - 1),
            bytes([header.quality]),
            header.model_id.to_bytes(4, "little"),
            bytes([LATENTS]),
            varint_bytes(len(section)),
            section,
        ]
    )
    return body + crc32c(body).to_bytes(4, "little")
