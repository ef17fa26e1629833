"""Files that promise much and hold little, made by hand."""

from __future__ import annotations

import struct
import zlib

from support import chunk, with_checksum

MIB = 1 << 20
SIDE = 16384  # 2^28 pixels, as many as are allowed by default


def varint(value: int) -> bytes:
    """SPEC.md, VC-01."""
    digits = []
    while True:
        digits.append(value & 127 | (128 if value > 127 else 0))
        value >>= 7
        if not value:
            return bytes(digits)


def zstd_frame(size: int, byte: int = 0) -> bytes:
    """A frame (RFC 8878) of blocks that repeat one byte: 4 bytes for 128 KiB."""
    frame = b"\x28\xb5\x2f\xfd\xa0" + struct.pack("<I", size)
    while True:
        block = min(size, 1 << 17)
        size -= block
        frame += struct.pack("<I", block << 3 | 2 | (size == 0))[:3] + bytes([byte])
        if not size:
            return frame


def section(tag: int, payload: bytes) -> bytes:
    return bytes([tag]) + varint(len(payload)) + payload


def metadata(tag: int, size: int, byte: int = 0) -> bytes:
    """A section whose content is one byte again and again."""
    return section(tag, varint(size) + zstd_frame(size, byte))


def stream(flags: int, width: int, height: int, quality: int, model: int, *sections: bytes) -> bytes:
    head = b"\xd6VAE\x02" + bytes([flags]) + varint(width - 1) + varint(height - 1) + bytes([quality])
    return with_checksum(head + struct.pack("<I", model) + b"".join(sections) + bytes(4))


def one_pixel(*sections: bytes) -> bytes:
    """A lossless stream of one pixel."""
    return stream(16, 1, 1, 100, 0, section(3, b"\0\0\0\x08abc"), *sections)


def latents(model: int, hyper: bytes) -> bytes:
    """A lossy picture of SIDE x SIDE, of which the first band has some bytes and the others none."""
    states = struct.pack("<II", 1 << 23, 1 << 23)
    lengths = varint(8 + len(hyper)) + varint(8) * 30
    return stream(0, SIDE, SIDE, 50, model, section(1, lengths + states + hyper + states * 31))


def png(width: int, height: int, data: bytes, extra: bytes = b"", interlaced: bool = False) -> bytes:
    """An RGB PNG; `data` is all that its IDAT chunk holds."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, interlaced)
    signature = b"\x89PNG\r\n\x1a\n"
    return signature + chunk(b"IHDR", head) + extra + chunk(b"IDAT", data) + chunk(b"IEND", b"")


PIXEL = zlib.compress(b"\0abc")


def segment(marker: int, content: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(content) + 2) + content


# One code for a DC coefficient without bits, and one for AC: an end of 2^14 blocks and more.
TABLES = (
    segment(0xDB, b"\0" + b"\1" * 64)
    + segment(0xC4, b"\0" + bytes([1] + [0] * 15) + b"\0")
    + segment(0xC4, b"\x10" + bytes([1] + [0] * 15) + b"\xe0")
)


def frame(kind: int, side: int, extra: bytes = b"") -> bytes:
    """A JPEG of three components up to its first scan; `kind` is the marker's second byte."""
    components = b"".join(bytes([i, 0x11, 0]) for i in (1, 2, 3))
    return b"\xff\xd8" + extra + TABLES + segment(kind, struct.pack(">BHHB", 8, side, side, 3) + components)


def scan(components: tuple[int, ...], first: int, last: int) -> bytes:
    selectors = b"".join(bytes([i, 0]) for i in components)
    return segment(0xDA, bytes([len(components)]) + selectors + bytes([first, last, 0]))


def progressive(scans: int, side: int) -> bytes:
    """A sound progressive JPEG, all grey, with this many scans after the first, each of which takes a
    few bits for 2^15 blocks. `side` is a multiple of 8, at least 1024."""
    blocks = (side // 8) ** 2
    runs = -(-blocks // ((1 << 15) - 1))
    bits = ""
    for i in range(runs):
        run = blocks * (i + 1) // runs - blocks * i // runs
        bits += "0" + format(run - (1 << 14), "014b")
    bits += "1" * (-len(bits) % 8)
    codes = int(bits, 2).to_bytes(len(bits) // 8, "big").replace(b"\xff", b"\xff\0")
    file = frame(0xC2, side) + scan((1, 2, 3), 0, 0) + bytes((3 * blocks + 7) // 8)
    for i in range(scans):
        file += scan((1 + i // 63 % 3,), 1 + i % 63, 1 + i % 63) + codes
    return file + b"\xff\xd9"


def model_of_zeros(size: int) -> bytes:
    """A model file whose payload is so many zeros: its tables of contents are all empty."""
    crc = zeros_crc32c(size)
    return with_checksum(b"VAEM\x02" + struct.pack("<II", size, crc) + zstd_frame(size) + bytes(4))


def zeros_crc32c(size: int) -> int:
    """CRC-32C of so many zeros, by squaring what one zero does to the register."""

    def times(matrix: list[int], vector: int) -> int:
        result = 0
        for column in matrix:
            if vector & 1:
                result ^= column
            vector >>= 1
        return result

    def after_a_zero(register: int) -> int:
        for _ in range(8):
            register = register >> 1 ^ (0x82F63B78 if register & 1 else 0)
        return register

    matrix, register = [after_a_zero(1 << bit) for bit in range(32)], 0xFFFFFFFF
    while size:
        if size & 1:
            register = times(matrix, register)
        matrix = [times(matrix, column) for column in matrix]
        size >>= 1
    return register ^ 0xFFFFFFFF
