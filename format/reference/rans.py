"""rANS with two states and 16-bit frequencies (SPEC.md section 3), both directions."""
from __future__ import annotations

from bisect import bisect_right

from .fields import FormatError

TOTAL_BITS = 16
TOTAL = 1 << TOTAL_BITS
LOWEST = 1 << 23
STATES = 2
BIT = [0, TOTAL // 2, TOTAL]
MAX_ESCAPE_BITS = 15


class Tables:
    """The cumulative tables 1 .. 63, of scale indices, and where there are 128 also 65 .. 127, of the
    same in trellis-coded pictures; each ends with 65536. Tables 0 and 64 are empty."""

    def __init__(self, radius: list[int], cdf: list[int]) -> None:
        self.radius = radius
        self.cumulative: list[list[int]] = []
        at = 0
        for r in radius:
            size = 2 * r + 2 if r else 0
            self.cumulative.append([*cdf[at : at + size], TOTAL] if r else [])
            at += size


class Decoder:
    """Takes values from one band's stream."""

    def __init__(self, stream: bytes, tables: Tables) -> None:
        if len(stream) < 4 * STATES:
            raise FormatError("VC-20", "a stream of fewer bytes than its states have")
        self._stream, self._tables = stream, tables
        self._states = [int.from_bytes(stream[4 * i : 4 * i + 4], "little") for i in range(STATES)]
        if not all(LOWEST <= x < LOWEST << 8 for x in self._states):
            raise FormatError("VC-20", "a state is out of range")
        self._at, self._turn = 4 * STATES, 0

    def _symbol(self, cumulative: list[int]) -> int:
        """One decoding operation (VC-21)."""
        x = self._states[self._turn]
        t = x & (TOTAL - 1)
        s = bisect_right(cumulative, t) - 1
        x = (cumulative[s + 1] - cumulative[s]) * (x >> TOTAL_BITS) + t - cumulative[s]
        while x < LOWEST:
            if self._at == len(self._stream):
                raise FormatError("VC-21", "the stream ends too early")
            x = x << 8 | self._stream[self._at]
            self._at += 1
        self._states[self._turn] = x
        self._turn = (self._turn + 1) % STATES
        return s

    def value(self, table: int) -> int:
        """A value coded with a table (VC-23 .. VC-26)."""
        radius = self._tables.radius[table]
        if radius == 0:
            return 0
        s = self._symbol(self._tables.cumulative[table])
        if s <= 2 * radius:
            return s - radius
        k = 0
        while self._symbol(BIT):
            k += 1
            if k > MAX_ESCAPE_BITS:
                raise FormatError("VC-25", "an escaped value is too long")
        r = 0
        for _ in range(k):
            r = 2 * r + self._symbol(BIT)
        magnitude = radius + 1 + (1 << k) + r - 1
        return -magnitude if self._symbol(BIT) else magnitude

    def finish(self) -> None:
        """VC-22: everything was read and the states are where an encoder starts."""
        if self._at != len(self._stream) or any(x != LOWEST for x in self._states):
            raise FormatError("VC-22", "the stream does not end where its values do")


class Encoder:
    """Collects values in decoding order, then codes them backwards."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._operations: list[tuple[int, int]] = []  # (start, frequency)

    def _symbol(self, cumulative: list[int], s: int) -> None:
        self._operations.append((cumulative[s], cumulative[s + 1] - cumulative[s]))

    def value(self, table: int, value: int) -> None:
        """The inverse of `Decoder.value`; ValueError for what cannot be coded."""
        radius = self._tables.radius[table]
        cumulative = self._tables.cumulative[table]
        if radius == 0:
            if value != 0:
                raise ValueError("index 0 codes nothing but 0")
            return
        if abs(value) <= radius:
            self._symbol(cumulative, value + radius)
            return
        self._symbol(cumulative, 2 * radius + 1)
        rest = abs(value) - radius  # 2^k + r
        k = rest.bit_length() - 1
        if k > MAX_ESCAPE_BITS:
            raise ValueError(f"{value} is beyond what an escape holds")
        bits = [1] * k + [0] + [rest >> i & 1 for i in reversed(range(k))] + [int(value < 0)]
        for bit in bits:
            self._symbol(BIT, bit)

    def finish(self) -> bytes:
        """The stream."""
        states, out = [LOWEST] * STATES, bytearray()
        for turn in reversed(range(len(self._operations))):
            start, frequency = self._operations[turn]
            x = states[turn % STATES]
            while x >= (LOWEST >> TOTAL_BITS << 8) * frequency:
                out.append(x & 255)
                x >>= 8
            states[turn % STATES] = (x // frequency << TOTAL_BITS) + x % frequency + start
        return b"".join(x.to_bytes(4, "little") for x in states) + bytes(reversed(out))
