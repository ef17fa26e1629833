"""Smooth pixels of exact planes: SPEC.md section 8.6."""
from __future__ import annotations

from .symbols import SymbolReader, TokenModel


def toward_zero(a: int, b: int) -> int:
    """a / b as SPEC.md writes it."""
    return a // b if (a < 0) == (b < 0) else -(-a // b)


def level(v: int, most: int) -> int:
    """Half steps of the binary logarithm."""
    log = (v + 2).bit_length() - 1
    return min(2 * log + ((v + 2) >> (log - 1) & 1) - 2, most)


class Plane:
    """Something that every pixel keeps, with what lies around it."""

    def __init__(self, width: int, empty: object) -> None:
        self.width, self.empty, self.rows = width, empty, []

    def at(self, x: int, y: int):
        """What pixel (x, y) keeps, inside or around."""
        if x < 0:
            return self.at(0, y - 1)
        if y < 0:
            return self.empty
        return self.rows[y][min(x, self.width - 1)]

    def set(self, x: int, y: int, value: object) -> None:
        """Pixels come in raster order."""
        if x == 0:
            self.rows.append([])
        self.rows[y].append(value)


class Smooth:
    """One component of a band."""

    def __init__(self, width: int, wide: bool) -> None:
        self.wide, self.most = wide, 35 if wide else 17
        self.values, self.errors = Plane(width, 0), Plane(width, 0)
        self.off = Plane(width, (0,) * 8)
        self.biases, self.by_class, self.by_place = {}, {}, {}
        self.product = self.square = self.slope = 0

    def _model(self, table: dict, key: tuple[int, int]) -> TokenModel:
        if key not in table:
            ratios = (61, 93, 125, 154, 179, 199, 214, 225, 234)
            table[key] = TokenModel(ratios[key[0] if key[0] <= 8 else 8 - key[0] % 2])
        return table[key]

    def predict(self, x: int, y: int, added: int, first: int, own: bool, least: int, most: int) -> None:
        """Steps 1 to 3."""
        value = lambda dx, dy: self.values.at(x + dx, y + dy)  # noqa: E731
        size = lambda dx, dy: abs(self.errors.at(x + dx, y + dy))  # noqa: E731
        off = lambda dx, dy: self.off.at(x + dx, y + dy)  # noqa: E731
        w, ww, n, nw, ne = value(-1, 0), value(-2, 0), value(0, -1), value(-1, -1), value(1, -1)
        nn, nne = value(0, -2), value(1, -2)
        self.predictions = [8 * n, 8 * w, 8 * (w + n - nw), 8 * (w + ne - n), 8 * (n + ne - nne)]
        self.predictions += [8 * (2 * n - nn), 4 * w + 2 * n + 2 * ne, 8 * (2 * w - ww)]
        near = zip(off(0, -1), off(1, -1), off(-1, -1), off(-1, 0), off(-2, 0))
        sums = [2 * (a + b) + c + 3 * d + e for a, b, c, d, e in near]
        shift = max(5, sum(sums).bit_length() - 10) if self.wide else 5
        weights = [32767 // (min(total >> shift, 255) + 1) for total in sums]
        weighted = sum(a * b for a, b in zip(weights, self.predictions))
        blend = toward_zero(weighted, sum(weights))
        activity = 4 * (size(-1, 0) + size(0, -1)) + 2 * (size(-1, -1) + size(-2, 0))
        activity += 3 * size(1, -1) + size(0, -2) + added
        self.level = level(activity, self.most)
        self.expected = blend + (self.slope * first >> 8)
        pattern = (w > n) + 2 * (n > nw) + 4 * (ne > n) + 8 * (8 * w > blend)
        pattern += 16 * (8 * n > blend) + 32 * (8 * nn > blend)
        self.context = 16 * pattern + min(self.level, 15)
        refined = self.expected + (self.biases.get(self.context, 0) >> 6)
        self.least, self.most_value, self.first = least, most, first
        self.prediction = min(max((refined + 4) >> 3, least), most)
        self.rest = refined - 8 * self.prediction
        self.kind = min(5, abs(self.rest) if own else level(added, 17) // 3)
        turns = abs(w - nw) + abs(n - nw) + abs(n - ne)
        self.place = 8 * min(7, level(8 * size(-1, 0), 17) // 2) + min(7, level(3 * turns, 17) // 2)

    def decode(self, reader: SymbolReader) -> int:
        """Step 4, and the value of step 5."""
        token = reader.token(
            self._model(self.by_class, (self.level, self.kind)),
            self._model(self.by_place, (self.level, self.place)),
        )
        if token == 15:
            bits = 0
            while bits < 18 and reader.raw(1):
                bits += 1
            excess = 1
            for _ in range(bits):
                excess = 2 * excess + reader.raw(1)
            token += excess - 1
        k = max(0, (self.level - 7) >> 1)
        rank = (token << k) + reader.raw(k)
        below, above = self.prediction - self.least, self.most_value - self.prediction
        both = min(below, above)
        if rank > 2 * both:
            size = min(rank - both, max(below, above))
            return self.prediction + (-size if above < below else size)
        size = (rank + 1) >> 1
        return self.prediction + (size if (rank % 2 == 1) == (self.rest >= 0) else -size)

    def learn(self, x: int, y: int, value: int, later: bool) -> None:
        """The rest of step 5."""
        error = value - self.prediction
        self.values.set(x, y, value)
        self.errors.set(x, y, error)
        off = [abs(8 * value - prediction) for prediction in self.predictions]
        self.off.set(x, y, tuple(off if self.wide else [min(o, 4095) for o in off]))
        bias = self.biases.get(self.context, 0)
        self.biases[self.context] = bias + ((64 * (8 * value - self.expected) - bias) >> 7)
        if later:
            self.product += 16 * self.first * error - (self.product >> 4)
            self.square += 16 * self.first**2 - (self.square >> 4)
            slope = toward_zero(2048 * self.product, self.square + 4096)
            self.slope = min(max(slope, -8192), 8192)

    def skip(self, x: int, y: int, value: int) -> None:
        """A pixel that is no literal."""
        self.values.set(x, y, value)
        self.errors.set(x, y, 0)
        self.off.set(x, y, (0,) * 8)
