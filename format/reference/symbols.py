"""Streams of symbols of exact planes, and what is adaptive in them: SPEC.md sections 8.1 to 8.5."""
from __future__ import annotations

from .fields import FormatError

CHUNK = 1 << 18
LOW = 1 << 31
LONG, MIDDLE, SHORT = 255, 30, 20

_POINTS = [22, 36, 60, 98, 162, 267, 439, 720, 1179, 1921, 3108, 4971, 7812, 11955, 17625, 24743, 32768]
_POINTS += [40793, 47911, 53581, 57724, 60565, 62428, 63615, 64357, 64816, 65097, 65269, 65374, 65438]
_POINTS += [65476, 65500, 65514]


def squash(x: int) -> int:
    """The probability of a logit."""
    k, f = (x + 2048) >> 7, (x + 2048) & 127
    return (_POINTS[k] * (128 - f) + _POINTS[k + 1] * f + 64) >> 7


def _stretch_table() -> list[int]:
    table, x = [], -2047
    for q in range(4096):
        while x < 2047 and squash(x) < 16 * q + 8:
            x += 1
        table.append(x)
    return table


_STRETCH = _stretch_table()


class Cell:
    """An adaptive bit."""

    def __init__(self) -> None:
        self.p, self.n = 1 << 21, 0

    def share(self) -> int:
        """Probability of a 1 in 65536."""
        return self.p >> 6

    def learn(self, bit: int, memory: int) -> None:
        """Follows a bit that was seen."""
        target = (1 << 22) - 1 if bit else 0
        self.p += (target - self.p) * (131072 // (2 * self.n + 3)) >> 16
        self.n += self.n < memory


class Cells(dict):
    """Cells by any key, made when they are first asked for."""

    def __missing__(self, key: object) -> Cell:
        self[key] = Cell()
        return self[key]


class TokenModel:
    """Starts of 16 tokens."""

    def __init__(self, ratio: int) -> None:
        weights = [1 << 16]
        while len(weights) < 16:
            weights.append(weights[-1] * ratio >> 8)
        total = sum(weights)
        self.starts = [i + 32752 * sum(weights[:i]) // total if i else 0 for i in range(16)]
        self.n = 0

    def learn(self, s: int) -> None:
        """Follows a token that was seen."""
        shift = 4 + (self.n > 4) + (self.n > 12) + (self.n > 32) + (self.n > 120)
        for i in range(1, 16):
            self.starts[i] += ((i if i <= s else 32752 + i) - self.starts[i]) >> shift
        self.n = min(self.n + 1, 128)


class SymbolReader:
    """One stream."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at, self.state, self.left = data, 0, LOW, 0

    def _take(self, size: int) -> int:
        if self.at + size > len(self.data):
            raise FormatError("VC-44", "a stream of samples ends early")
        self.at += size
        return int.from_bytes(self.data[self.at - size : self.at], "little")

    def _slot(self) -> int:
        if self.left == 0:
            if self.state != LOW:
                raise FormatError("VC-45", "a chunk's last state")
            self.state, self.left = self._take(8), CHUNK
            if not LOW <= self.state < LOW << 32:
                raise FormatError("VC-44", "a state")
        self.left -= 1
        return self.state & 65535

    def _advance(self, begin: int, end: int, slot: int) -> None:
        self.state = (end - begin) * (self.state >> 16) + slot - begin
        while self.state < LOW:
            self.state = self.state << 32 | self._take(4)

    def bit(self, share: int) -> int:
        """A bit with this probability of a 1."""
        slot = self._slot()
        if slot < share:
            self._advance(0, share, slot)
            return 1
        self._advance(share, 65536, slot)
        return 0

    def raw(self, bits: int) -> int:
        """So many bits."""
        if bits == 0:
            return 0
        slot = self._slot()
        value, width = slot >> 16 - bits, 65536 >> bits
        self._advance(value * width, (value + 1) * width, slot)
        return value

    def token(self, a: TokenModel, b: TokenModel) -> int:
        """A token by two models, which learn it."""
        starts = [x + y for x, y in zip(a.starts, b.starts)] + [65536]
        slot = self._slot()
        s = max(i for i in range(16) if starts[i] <= slot)
        self._advance(starts[s], starts[s + 1], slot)
        a.learn(s)
        b.learn(s)
        return s

    def cell(self, cell: Cell, memory: int) -> int:
        """A bit by its own cell."""
        bit = self.bit(max(1, cell.share()))
        cell.learn(bit, memory)
        return bit

    def mixed(self, cells: list[Cell], memories: list[int], weights: list[int]) -> int:
        """A bit by several cells."""
        logits = [_STRETCH[cell.share() >> 4] for cell in cells]
        x = sum(w * l for w, l in zip(weights, logits)) >> 16
        share = squash(min(max(x, -2047), 2047))
        bit = self.bit(share)
        error = (65535 if bit else 0) - share
        for i, (cell, memory) in enumerate(zip(cells, memories)):
            step = (logits[i] * error + 8192) >> 14
            weights[i] = min(max(weights[i] + step, -(1 << 20)), 1 << 20)
            cell.learn(bit, memory)
        return bit

    def finish(self) -> None:
        """After the last symbol."""
        if self.state != LOW or self.at != len(self.data):
            raise FormatError("VC-45", "a stream of samples does not end where it should")
