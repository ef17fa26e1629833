"""Exact planes: SPEC.md sections 8.2, 8.3 and 8.9, and how the parts play together."""
from __future__ import annotations

import numpy as np

from .colours import Colours
from .fields import Fields, FormatError
from .masks import SIDE
from .smooth import Smooth
from .symbols import LONG, SHORT, Cells, SymbolReader

BLOCK = 64


def decode_planes(
    data: bytes,
    width: int,
    height: int,
    planes: int,
    depth: int,
    covered: np.ndarray | None = None,
) -> np.ndarray:
    """[height][width][planes], u8 or u16. `covered`, [height][width], says of a mask's pixels
    whether it covers them; the others mean nothing."""
    fields = Fields(data, "VC-46")
    kind = fields.unsigned(1)
    if kind > 1:
        raise FormatError("VC-46", f"kind {kind}")
    values = _value_table(fields.take(fields.varint()), depth) if kind else range(1 << depth)
    band_rows = fields.varint() + 1
    if band_rows > height:
        raise FormatError("VC-46", "a band is higher than the picture")
    bands = -(-height // band_rows)
    lengths = [fields.varint() for _ in range(bands - 1)]
    rows: list[list[list[int]]] = []
    for band in range(bands):
        content = fields.take(lengths[band] if band + 1 < bands else fields.left())
        first = band * band_rows
        count = min(band_rows, height - first)
        under = None if covered is None else covered[first : first + count]
        rows += _decode_band(content, width, count, planes, len(values) - 1, under)
    lookup = np.array(values, np.uint16 if depth == 16 else np.uint8)
    return lookup[np.minimum(np.array(rows), len(values) - 1)]


def _value_table(data: bytes, depth: int) -> list[int]:
    reader, cells = SymbolReader(data), Cells()
    values: list[int] = []
    last, step = -1, 1
    for v in range(1 << depth):
        d = v - last
        if reader.cell(cells[d == step, min(d, 15)], LONG):
            values.append(v)
            last, step = v, d
    reader.finish()
    if not values:
        raise FormatError("VC-47", "no values")
    return values


def _decode_band(
    data: bytes, width: int, rows: int, planes: int, most: int, covered: np.ndarray | None
) -> list[list[list[int]]]:
    fields = Fields(data, "VC-49")
    mode = fields.unsigned(1)
    size = 2 if most > 255 else 1
    if mode == 8:
        content = fields.take(fields.left())
        coded = np.ones((rows, width), bool) if covered is None else covered
        if len(content) != size * np.count_nonzero(coded) * planes:
            raise FormatError("VC-49", "plain samples")
        pixels = np.zeros((rows, width, planes), int)
        pixels[coded] = np.frombuffer(content, "<u2" if size == 2 else "u1").reshape(-1, planes)
        return pixels.tolist()
    if mode not in (0, 1, 2, 4, 5, 12, 13, 14):
        raise FormatError("VC-48", f"mode {mode}")
    lengths = [fields.varint() for _ in range(planes - 1)]
    readers = [SymbolReader(fields.take(length)) for length in lengths]
    readers.append(SymbolReader(fields.take(fields.left())))
    band = _Band(width, rows, planes, most, mode, readers)
    decoded = [band.row(y, None if covered is None else covered[y]) for y in range(rows)]
    for reader in readers:
        reader.finish()
    return decoded


class _Band:
    def __init__(self, width: int, rows: int, planes: int, most: int, mode: int, readers: list) -> None:
        self.width, self.planes, self.most = width, planes, most
        self.transform, self.repeats, self.near = mode & 3, bool(mode & 4), bool(mode & 8)
        self.readers, self.wide = readers, most > 255
        self.smooth = [Smooth(width, self.wide) for _ in range(planes)]
        self.colours = Colours(width, rows, readers[0])
        self.blocks = [0] * -(-width // BLOCK)
        self.cells = Cells()

    def row(self, y: int, covered: np.ndarray | None) -> list[list[int]]:
        """The samples of a row."""
        pixels: list[list[int]] = []
        for block, begin in enumerate(range(0, self.width, BLOCK)):
            end = min(begin + BLOCK, self.width)
            if self.repeats and y % BLOCK == 0:
                context = self.blocks[block] + (self.blocks[block - 1] if block else 0)
                self.blocks[block] = self.readers[0].cell(self.cells[context], SHORT)
            if covered is None:
                pixels += self._coded(block, begin, end, y)
                continue
            for x in range(begin, end, SIDE):
                until = min(x + SIDE, end)
                if covered[x]:
                    pixels += self._coded(block, x, until, y)
                else:
                    pixels += [self._passed_over(i, y) for i in range(x, until)]
        return pixels

    def _coded(self, block: int, begin: int, end: int, y: int) -> list[list[int]]:
        """Pixels of a block in a row."""
        if not (self.repeats and self.blocks[block]):
            return [self._smooth_pixel(x, y) for x in range(begin, end)]
        pixels: list[list[int]] = []
        while begin + len(pixels) < end:
            pixels += self._repeating(begin + len(pixels), y, end)
        return pixels

    def _passed_over(self, x: int, y: int) -> list[int]:
        """A pixel that a mask does not cover."""
        known = [model.values.at(x - 1, y) for model in self.smooth]
        for model, value in zip(self.smooth, known):
            model.skip(x, y, value)
        samples = self._samples(known)
        if self.repeats:
            self.colours.set(x, y, self._colour(samples), False)
        return samples

    def _range(self, p: int, first: int) -> tuple[int, int]:
        if self.planes >= 3 and p in (1, 2):
            if self.transform == 1:
                return -first, self.most - first
            if self.transform == 2:
                return -self.most, self.most
        return 0, self.most

    def _predict(self, p: int, x: int, y: int, known: list[int], errors: list[int]) -> None:
        first = errors[0] if p else 0
        added = 0
        if p:
            added = 4 * abs(first) + 8 * abs(errors[1]) if p == 2 else 8 * abs(first)
        least, most = self._range(p, known[0] if p else 0)
        self.smooth[p].predict(x, y, added, first, p == 0, least, most)

    def _smooth_components(self, x: int, y: int) -> list[int]:
        known: list[int] = []
        errors: list[int] = []
        for p, model in enumerate(self.smooth):
            self._predict(p, x, y, known, errors)
            known.append(model.decode(self.readers[p]))
            model.learn(x, y, known[p], p > 0)
            errors.append(known[p] - model.prediction)
        return known

    def _smooth_pixel(self, x: int, y: int) -> list[int]:
        samples = self._samples(self._smooth_components(x, y))
        if self.repeats:
            self.colours.set(x, y, self._colour(samples), True)
        return samples

    def _repeating(self, x: int, y: int, end: int) -> list[list[int]]:
        """The next pixels, at least one."""
        out: list[list[int]] = []
        flat = self.colours.flat(x, y, end)
        if flat:
            colour = self.colours.colours.at(x - 1, y)
            run = self.colours.run(flat)
            for i in range(run):
                out.append(self._take_known(x + i, y, colour))
            if run == flat:
                return out
        x += len(out)
        if self.near:
            near = self.colours.near(x, y, flat > 0)
            out.append(self._smooth_pixel(x, y) if near is None else self._take_known(x, y, near))
            return out
        found = self.colours.known(x, y, flat > 0)
        if found is not None:
            out.append(self._take_known(x, y, found))
            self.colours.learn(found)
            return out
        samples = self._literal(x, y)
        colour = self._colour(samples)
        self.colours.set(x, y, colour, True)
        self.colours.learn(colour)
        return [*out, samples]

    def _take_known(self, x: int, y: int, colour: int) -> list[int]:
        samples = self._lanes(colour)
        for model, value in zip(self.smooth, self._components(samples)):
            model.skip(x, y, value)
        self.colours.set(x, y, colour, False)
        return samples

    def _literal(self, x: int, y: int) -> list[int]:
        if self.wide:
            return self._samples(self._smooth_components(x, y))
        known: list[int] = []
        errors: list[int] = []
        found: list[int] | None = None
        left = self.smooth[0].values.at(x - 1, y)
        for p, model in enumerate(self.smooth):
            self._predict(p, x, y, known, errors)
            if found:
                known.append(found[p])
            else:
                other = model.values.at(x, y - 1)
                if p == 1:
                    other = known[0]
                elif p == 2:
                    other = 7 * known[1] + known[0]
                contexts = (model.values.at(x - 1, y), other, model.prediction)
                low = self.colours.component(p, contexts)
                least, most = self._range(p, known[0] if p else 0)
                known.append(min(least + (low - least) % 256, most))
            if p == 0 and self.planes > 1:
                colour = self.colours.by_first(known[0], left)
                if colour is not None:
                    found = self._components(self._lanes(colour))
                    known[0] = found[0]
            model.learn(x, y, known[p], p > 0)
            errors.append(known[p] - model.prediction)
        samples = self._samples(known)
        if self.planes > 1:
            self.colours.learn_by_first(known[0], left, self._colour(samples))
        return samples

    def _colour(self, samples: list[int]) -> int:
        bits = 16 if self.wide else 8
        return sum(sample << bits * p for p, sample in enumerate(samples))

    def _lanes(self, colour: int) -> list[int]:
        bits = 16 if self.wide else 8
        return [colour >> bits * p & (1 << bits) - 1 for p in range(self.planes)]

    def _components(self, samples: list[int]) -> list[int]:
        if self.planes < 3:
            return samples
        r, g, b, *alpha = samples
        if self.transform == 0:
            return [g, r, b, *alpha]
        if self.transform == 1:
            return [g, r - g, b - g, *alpha]
        co = r - b
        t = b + (co >> 1)
        return [t + (g - t >> 1), g - t, co, *alpha]

    def _samples(self, c: list[int]) -> list[int]:
        if self.planes >= 3:
            if self.transform == 0:
                c = [c[1], c[0], c[2], *c[3:]]
            elif self.transform == 1:
                c = [c[0] + c[1], c[0], c[0] + c[2], *c[3:]]
            else:
                t = c[0] - (c[1] >> 1)
                blue = t - (c[2] >> 1)
                c = [c[2] + blue, c[1] + t, blue, *c[3:]]
        bits = 16 if self.wide else 8
        return [sample & (1 << bits) - 1 for sample in c]
