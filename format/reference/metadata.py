"""The metadata sections: SPEC.md section 1.2."""
from __future__ import annotations

from .container import read_sections
from .fields import Fields, FormatError
from .zstd import decompress

MAX_SIZE = 1 << 26  # of all sections together
MAX_TEXTS, MAX_CHUNKS = 1 << 16, 256
BLOBS = {0x81: "icc", 0x82: "exif", 0x83: "xmp", 0x86: "iptc"}
TEXT, DISPLAY = 0x84, 0x85


def read_metadata(data: bytes) -> dict[str, object]:
    """What a stream has of: icc, exif, xmp, iptc (bytes), text (tuples of four strings), display
    (tuples of type and content)."""
    found: dict[str, object] = {}
    sections = {tag: s for tag, s in read_sections(data)[1].items() if tag in BLOBS or tag in (TEXT, DISPLAY)}
    if (total := sum(Fields(s, "VC-37").varint() for s in sections.values())) > MAX_SIZE:
        raise FormatError("VC-37", f"metadata of {total} bytes")
    for tag, section in sections.items():
        if tag in BLOBS:
            found[BLOBS[tag]] = _content(section)
        elif tag == TEXT:
            found["text"] = _texts(Fields(_content(section), "VC-38"))
        elif tag == DISPLAY:
            found["display"] = _chunks(Fields(_content(section), "VC-39"))
    return found


def _content(section: bytes) -> bytes:
    fields = Fields(section, "VC-37")
    size = fields.varint()
    return decompress(fields.take(fields.left()), size, "VC-37")


def _texts(fields: Fields) -> list[tuple[str, ...]]:
    texts = []
    while fields.left():
        if len(texts) == MAX_TEXTS:
            raise FormatError("VC-38", "too many texts")
        try:
            texts.append(tuple(fields.take(fields.varint()).decode("utf-8") for _ in range(4)))
        except UnicodeDecodeError:
            raise FormatError("VC-38", "not UTF-8") from None
        if any("\0" in string for string in texts[-1]):
            raise FormatError("VC-38", "a NUL in a text")
    return texts


def _chunks(fields: Fields) -> list[tuple[str, bytes]]:
    chunks = []
    while fields.left():
        if len(chunks) == MAX_CHUNKS:
            raise FormatError("VC-39", "too many chunks")
        kind = fields.take(4)
        if not (kind.isalpha() and kind.isascii()):
            raise FormatError("VC-39", f"a chunk of type {kind!r}")
        chunks.append((kind.decode(), fields.take(fields.varint())))
    return chunks
