"""Bytes below the model file: CRC-32C, zstd frames and a bounds-checked little-endian cursor."""
from __future__ import annotations

import ctypes
import ctypes.util
import struct

import numpy as np

from .config import UserError


class VaemError(UserError):
    """A model file that breaks a rule of MODEL.md, or a model that cannot be written as one."""


def _crc_table() -> list[int]:
    """The byte table of the reflected Castagnoli polynomial 0x1EDC6F41."""
    table = []
    for byte in range(256):
        for _ in range(8):
            byte = (byte >> 1) ^ (0x82F63B78 if byte & 1 else 0)
        table.append(byte)
    return table


_TABLE = _crc_table()


def _sliced_tables() -> np.ndarray:
    """[1024][256] u32: what a byte contributes at a distance of 1023 .. 0 bytes from the end of a
    kilobyte."""
    table = np.array(_TABLE, np.uint32)
    rows = [table]
    for _ in range(1023):
        last = rows[-1]
        rows.append(table[last & 0xFF] ^ (last >> np.uint32(8)))
    return np.stack(rows[::-1])


_SLICES = _sliced_tables()
_COLUMNS = np.arange(1024)


def crc32c(data: bytes) -> int:
    """CRC-32C (Castagnoli et al., 1993) as SPEC.md section 1 defines it; 0xE3069283 of
    b"123456789".

    Whole kilobytes are taken at once by table slicing, because models have megabytes.
    """
    crc = 0xFFFFFFFF
    whole = len(data) // 1024 * 1024
    for start in range(0, whole, 1024):
        block = np.frombuffer(data, np.uint8, 1024, start).copy()
        block[:4] ^= np.frombuffer(struct.pack("<I", crc), np.uint8)
        crc = int(np.bitwise_xor.reduce(_SLICES[_COLUMNS, block]))
    for byte in data[whole:]:
        crc = _TABLE[(crc ^ byte) & 0xFF] ^ (crc >> 8)
    return crc ^ 0xFFFFFFFF


def _load_zstd() -> ctypes.CDLL:
    """The system's libzstd; Debian installs it as libzstd1."""
    name = ctypes.util.find_library("zstd") or "libzstd.so.1"
    lib = ctypes.CDLL(name)
    size, pointer = ctypes.c_size_t, ctypes.c_char_p
    lib.ZSTD_compressBound.argtypes, lib.ZSTD_compressBound.restype = [size], size
    lib.ZSTD_compress.argtypes = [ctypes.c_void_p, size, pointer, size, ctypes.c_int]
    lib.ZSTD_compress.restype = size
    lib.ZSTD_decompress.argtypes = [ctypes.c_void_p, size, pointer, size]
    lib.ZSTD_decompress.restype = size
    lib.ZSTD_isError.argtypes, lib.ZSTD_isError.restype = [size], ctypes.c_uint
    return lib


_ZSTD = _load_zstd()


def compress(data: bytes, level: int = 19) -> bytes:
    """One zstd frame (RFC 8878) that holds `data`."""
    room = _ZSTD.ZSTD_compressBound(len(data))
    out = ctypes.create_string_buffer(room)
    size = _ZSTD.ZSTD_compress(out, room, data, len(data), level)
    if _ZSTD.ZSTD_isError(size):
        raise VaemError("zstd could not compress the payload")
    return out.raw[:size]


def decompress(frame: bytes, size: int) -> bytes:
    """The `size` bytes that one zstd frame holds; VaemError if it gives another number."""
    out = ctypes.create_string_buffer(max(1, size))
    got = _ZSTD.ZSTD_decompress(out, size, frame, len(frame))
    if _ZSTD.ZSTD_isError(got) or got != size:
        raise VaemError("VM-05: the zstd frame does not give the stated number of bytes")
    return out.raw[:size]


class Cursor:
    """Reads little-endian fields from front to back; a read past the end raises VaemError."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    @property
    def left(self) -> int:
        """Bytes not read yet."""
        return len(self._data) - self._at

    def take(self, size: int) -> bytes:
        """The next `size` bytes."""
        if size > self.left:
            raise VaemError(f"the model ends at byte {len(self._data)}, inside a field")
        self._at += size
        return self._data[self._at - size : self._at]

    def fields(self, layout: str) -> tuple:
        """Fields of a `struct` layout without its byte-order mark."""
        return struct.unpack("<" + layout, self.take(struct.calcsize("<" + layout)))

    def number(self, kind: str) -> int:
        """One integer of the `struct` kind B, H or I."""
        return self.fields(kind)[0]

    def text(self, size_kind: str) -> str:
        """UTF-8 text behind its length: kind "B" is MODEL.md's string, "I" a card's text."""
        return self.take(self.number(size_kind)).decode("utf-8")


def text_bytes(text: str, size_kind: str) -> bytes:
    """The inverse of `Cursor.text`."""
    raw = text.encode("utf-8")
    if size_kind == "B" and len(raw) > 255:
        raise VaemError(f"a name of {len(raw)} bytes: {text[:40]}...")
    return struct.pack("<" + size_kind, len(raw)) + raw
