"""Decompression with the system's libzstd, because Python has no zstd of its own."""
from __future__ import annotations

import ctypes
import ctypes.util

from .fields import FormatError


def decompress(frame: bytes, size: int, rule: str) -> bytes:
    """What a frame of exactly `size` bytes holds; `rule` is the one broken if it does not."""
    lib = ctypes.CDLL(ctypes.util.find_library("zstd") or "libzstd.so.1")
    lib.ZSTD_decompress.restype = ctypes.c_size_t
    lib.ZSTD_decompress.argtypes = [
        ctypes.c_void_p,
        ctypes.c_size_t,
        ctypes.c_char_p,
        ctypes.c_size_t,
    ]
    room = ctypes.create_string_buffer(size + 1)
    if lib.ZSTD_decompress(room, size, frame, len(frame)) != size:
        raise FormatError(rule, f"the frame does not give {size} bytes")
    return room.raw[:size]
