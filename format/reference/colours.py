"""Repeated colours and literals of exact planes: SPEC.md sections 8.7 and 8.8."""
from __future__ import annotations

from .smooth import Plane
from .symbols import LONG, MIDDLE, SHORT, Cells, SymbolReader

_MASK = (1 << 64) - 1
_FACTOR = 0x9E3779B97F4A7C15
_AROUND = [(-1, 0), (0, -1), (1, -1), (-1, -1), (-2, 0), (0, -2), (1, -2), (2, -1), (-2, -1), (-1, -2)]
_AROUND += [(-3, 0), (-2, -2), (2, -2), (3, -1), (-3, -1), (0, -3), (-1, -3), (1, -3)]
_SIZES = (2, 4, 10, 18)


def _half(n: int) -> int:
    return (n + 1) >> 1


def _count_class(n: int) -> int:
    return n if n < 4 else 4 + (n >= 8) + (n >= 24) + (n >= 100)


class Slot:
    """What followed a neighbourhood."""

    def __init__(self, check: int) -> None:
        self.check, self.first, self.second, self.n1, self.n2 = check, 0, 0, 0, 0

    def opinion(self, colour: int) -> int:
        """What it says of a colour."""
        if self.n1 == 0:
            return 0
        rank = 1 if colour == self.first else 2 if self.n2 and colour == self.second else 3
        second = 1 + min(6, _count_class(self.n2)) if self.n2 else 0
        return 64 * rank + 8 * _count_class(self.n1) + second

    def _swap(self) -> None:
        self.first, self.second, self.n1, self.n2 = self.second, self.first, self.n2, self.n1

    def learn(self, colour: int) -> None:
        """Follows a colour that came."""
        if self.n1 == 0:
            self.first, self.n1 = colour, 1
        elif colour == self.first:
            self.n1 = min(self.n1 + 1, 255)
            if self.n2 > 1:
                self.n2 = _half(self.n2)
        elif self.n2 > 0 and colour == self.second:
            self.n2 = min(self.n2 + 1, 255)
            if 2 * self.n2 > self.n1:
                self._swap()
                if self.n2 > 2:
                    self.n2 = _half(self.n2)
            else:
                self.n1 = _half(self.n1) + 1
        else:
            self.n1, self.second, self.n2 = _half(self.n1), colour, 1
            if self.n1 == 1:
                self._swap()


class Colours:
    """The colours of a band."""

    def __init__(self, width: int, rows: int, reader: SymbolReader) -> None:
        self.reader = reader
        self.colours, self.literal = Plane(width, 0), Plane(width, 0)
        self.bits = min(max((width * rows).bit_length(), 8), 16)
        self.slots: list[dict[int, Slot]] = [{} for _ in _SIZES]
        self.cells, self.weights, self.literal_weights = Cells(), {}, {}
        self.last: dict[tuple, list[int]] = {}
        self.found: list[Slot] = []

    def set(self, x: int, y: int, colour: int, literal: bool) -> None:
        """The pixel's colour is known."""
        self.colours.set(x, y, colour)
        self.literal.set(x, y, int(literal))

    def flat(self, x: int, y: int, end: int) -> int:
        """The flat length."""
        at = self.colours.at
        c = at(x - 1, y)
        around = [(-2, 0), (-2, -1), (-1, -1), (0, -1), (1, -1), (-1, -2), (0, -2)]
        if any(at(x + dx, y + dy) != c for dx, dy in around):
            return 0
        i = x
        while i < end and at(i + 2, y - 1) == c and at(i + 1, y - 2) == c:
            i += 1
        return i - x

    def run(self, flat: int) -> int:
        """How many of them are equal."""
        if self.reader.cell(self.cells["run", flat.bit_length() - 1], LONG):
            return flat
        bits = (flat - 1).bit_length()
        node = 1
        for _ in range(bits):
            node = 2 * node + self.reader.cell(self.cells["end", bits, node], LONG)
        return min(node - (1 << bits), flat - 1)

    def _slot(self, j: int, total: int) -> Slot:
        total = (total + j) & _MASK
        h = (total ^ total >> 32) * _FACTOR & _MASK
        index, check = h >> 64 - self.bits, h >> 32 & 65535
        slot = self.slots[j].get(index)
        if slot is None or slot.check != check:
            slot = self.slots[j][index] = Slot(check)
        return slot

    def known(self, x: int, y: int, excluded: bool) -> int | None:
        """The candidate that is the colour, if one is."""
        around = [self.colours.at(x + dx, y + dy) for dx, dy in _AROUND]
        w, n, ne, nw, ww = around[:5]
        total, self.found = 0, []
        power, begin = 1, 0
        for j, size in enumerate(_SIZES):
            for colour in around[begin:size]:
                power = power * _FACTOR & _MASK
                total = (total + colour * power) & _MASK
            begin = size
            self.found.append(self._slot(j, total))
        listed = [s.first for s in reversed(self.found) if s.n1 > 0]
        listed += [s.second for s in reversed(self.found) if s.n2 > 0] + [w, n, ne, nw]
        literals = sum(self.literal.at(x + dx, y + dy) for dx, dy in _AROUND[:4])
        place = 16 * literals + (w == n) + 2 * (n == ne) + 4 * (w == nw) + 8 * (w == ww)
        for q, c in enumerate(self._candidates(listed, w if excluded else None)):
            o = [slot.opinion(c) for slot in self.found]
            cells = [self.cells["opinion", j, o[j], q] for j in range(4)]
            cells += [self.cells["equal", self._equal(c, around), q]]
            cells += [self.cells["place", place, o[2] >> 6, o[1] >> 6, q]]
            key = (o[3] > 0) + 2 * (o[2] > 0) + 4 * q
            weights = self.weights.setdefault(key, [19660] * 6)
            if self.reader.mixed(cells, [LONG] * 6, weights):
                return c
        return None

    def near(self, x: int, y: int, excluded: bool) -> int | None:
        """The neighbour that has the colour, if one has."""
        around = [self.colours.at(x + dx, y + dy) for dx, dy in _AROUND[:6]]
        w, n, ne, nw, ww, _ = around
        literals = sum(self.literal.at(x + dx, y + dy) for dx, dy in _AROUND[:4])
        place = 16 * literals + (w == n) + 2 * (n == ne) + 4 * (w == nw) + 8 * (w == ww)
        for q, c in enumerate(self._candidates(around[:4], w if excluded else None)):
            cells = [self.cells["equal", self._equal(c, around), q], self.cells["place", place, q]]
            if self.reader.mixed(cells, [LONG] * 2, self.weights.setdefault(q, [39321] * 2)):
                return c
        return None

    @staticmethod
    def _candidates(listed: list[int], excluded: int | None) -> list[int]:
        """The first four, without repetition."""
        return [c for c in dict.fromkeys(listed) if c != excluded][:4]

    @staticmethod
    def _equal(colour: int, around: list[int]) -> int:
        """Which of the nearest neighbours have the colour."""
        w, n, ne, nw, ww, nn = around[:6]
        return sum((colour == c) << i for i, c in enumerate((w, n, nw, ne, ww, nn)))

    def learn(self, colour: int) -> None:
        """Slots of the last known()."""
        for slot in self.found:
            slot.learn(colour)

    def component(self, p: int, contexts: tuple[int, int, int]) -> int:
        """Eight bits of a literal's component."""
        node = 1
        for _ in range(8):
            cells = [self.cells["usual", p, node]]
            cells += [self.cells["by", p, i, c & 255, node] for i, c in enumerate(contexts)]
            key = (p, 3 * min(2, cells[1].n >> 1) + min(2, cells[2].n >> 1))
            weights = self.literal_weights.setdefault(key, [22937] * 4)
            node = 2 * node + self.reader.mixed(cells, [LONG, SHORT, SHORT, SHORT], weights)
        return node - 256

    def by_first(self, first: int, left: int) -> int | None:
        """The colour that the first component tells, if it does."""
        usual = self.last.get((first & 255,), [0, 0])
        near = self.last.get((first & 255, left & 255), [0, 0])
        if near[1]:
            relation = 0 if usual[1] == 0 else 2 if usual[0] == near[0] else 1
            if self.reader.cell(self.cells["near", min(near[1], 7), relation], MIDDLE):
                return near[0]
        if usual[1] == 0 or (near[1] and usual[0] == near[0]):
            return None
        if self.reader.cell(self.cells["usual first", min(usual[1], 7)], MIDDLE):
            return usual[0]
        return None

    def learn_by_first(self, first: int, left: int, colour: int) -> None:
        """Follows a literal."""
        for key in ((first & 255,), (first & 255, left & 255)):
            entry = self.last.get(key, [0, 0])
            same = entry[1] > 0 and entry[0] == colour
            self.last[key] = [colour, min(entry[1] + 1, 30) if same else 1]
