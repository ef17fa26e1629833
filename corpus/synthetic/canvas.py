"""A small antialiased canvas: rectangles, lines, circles, and text in a stroke font of our own."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

Colour = tuple[float, float, float]

# Glyphs as polylines on a grid 4 wide: pairs of digits x y, capitals from y 0 to 6, small letters
# from 2, descenders to 8. A stroke of two equal points is a dot.
_GLYPHS = {
    "A": "062046 1434", "B": "0600 003041423303 3344453606", "C": "4130100105163645",
    "D": "0600 002042442606", "E": "40000646 0333", "F": "400006 0333",
    "G": "41301001051636454323", "H": "0006 4046 0343", "I": "2026 1030 1636", "J": "4045361605",
    "K": "0006 4003 0346", "L": "000646", "M": "0600234046", "N": "06004640",
    "O": "103041453616050110", "P": "06003041423303", "Q": "103041453616050110 3446",
    "R": "06003041423303 2346", "S": "413010010213334445361605", "T": "0040 2026",
    "U": "000516364540", "V": "002640", "W": "0016233640", "X": "0046 4006", "Y": "002340 2326",
    "Z": "00400646", "0": "103041453616050110 0541", "1": "112026 1636", "2": "01103041420646",
    "3": "011030414233 1333 334445361605", "4": "36300444", "5": "400002324345361605",
    "6": "413010010516364544331304", "7": "004016", "8": "103041423313020110 1304051636454433",
    "9": "051636454130100102133342", "a": "12324346 441405163645", "b": "0006 0312324345361605",
    "c": "4332120305163645", "d": "4046 4332120305163645", "e": "04444332120305163645",
    "f": "41302126 0242", "g": "4332120305163645 42473818", "h": "0006 0312324346",
    "i": "2226 2020", "j": "32372818 3030", "k": "0006 4205 2446", "l": "2026",
    "m": "0206 03122326 23324346", "n": "0206 0312324346", "o": "123243453616050312",
    "p": "0208 0312324345361605", "q": "4248 4332120305163645", "r": "0206 031232",
    "s": "43321203143445361605", "t": "20253646 0242", "u": "0205163645 4246", "v": "022642",
    "w": "0216243642", "x": "0246 4206", "y": "0226 4218", "z": "02420646", ".": "2626",
    ",": "2617", ":": "2323 2626", "-": "1333", "=": "0242 0444", "(": "30121436",
    ")": "10323416", "/": "4006", "+": "2125 0343", "!": "2024 2626", "_": "0747",
}  # fmt: skip


class Canvas:
    """RGB samples as doubles in 0..255, [H, W, 3]; shapes are clipped at the edges."""

    def __init__(self, width: int, height: int, background: Colour) -> None:
        self.samples = np.empty((height, width, 3))
        self.samples[:] = background

    def rectangle(self, x: int, y: int, width: int, height: int, colour: Colour) -> None:
        """Fills whole pixels."""
        self.samples[max(y, 0) : max(y + height, 0), max(x, 0) : max(x + width, 0)] = colour

    def line(self, start: tuple[float, float], end: tuple[float, float], thickness: float,
             colour: Colour) -> None:  # fmt: skip
        """A line with round ends between two points in pixel coordinates."""
        reach = thickness / 2.0 + 1.0
        window = self._window(
            min(start[0], end[0]) - reach, min(start[1], end[1]) - reach,
            max(start[0], end[0]) + reach, max(start[1], end[1]) + reach,
        )  # fmt: skip
        if window is not None:
            part, x, y = window
            self._blend(part, _coverage(_distance_to_segment(x, y, start, end), thickness), colour)

    def circle(self, centre: tuple[float, float], radius: float, thickness: float | None,
               colour: Colour) -> None:  # fmt: skip
        """A ring of that thickness, or a disc where it is None."""
        reach = radius + (thickness or 0.0) + 1.0
        window = self._window(
            centre[0] - reach, centre[1] - reach, centre[0] + reach, centre[1] + reach
        )
        if window is None:
            return
        part, x, y = window
        dx, dy = x - centre[0], y - centre[1]
        distance = np.sqrt(dx * dx + dy * dy)
        if thickness is None:
            self._blend(part, np.clip(radius + 0.5 - distance, 0.0, 1.0), colour)
        else:
            self._blend(part, _coverage(np.abs(distance - radius), thickness), colour)

    def text(self, x: int, y: int, text: str, height: float, colour: Colour) -> int:
        """Writes one line whose capitals are `height` pixels tall; the x behind it."""
        advance = max(int(height * 5.6 / 6.0 + 0.5), 4)
        for letter in text:
            if letter != " ":
                self._glyph(x, y, letter, height, colour)
            x += advance
        return x

    def rounded(self) -> np.ndarray:
        """The samples as uint8 [H, W, 3]."""
        return np.floor(np.clip(self.samples, 0.0, 255.0) + 0.5).astype(np.uint8)

    def _glyph(self, x: int, y: int, letter: str, height: float, colour: Colour) -> None:
        mask = _glyph_mask(letter, height)
        rows = min(mask.shape[0], self.samples.shape[0] - y)
        columns = min(mask.shape[1], self.samples.shape[1] - x)
        if rows > 0 and columns > 0:
            part = self.samples[y : y + rows, x : x + columns]
            self._blend(part, mask[:rows, :columns], colour)

    def _window(
        self, left: float, top: float, right: float, bottom: float
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray] | None:
        """The part of the canvas a shape can touch, with its pixel coordinates."""
        height, width, _ = self.samples.shape
        x0, y0 = max(int(np.floor(left)), 0), max(int(np.floor(top)), 0)
        x1, y1 = min(int(np.floor(right)) + 2, width), min(int(np.floor(bottom)) + 2, height)
        if x0 >= x1 or y0 >= y1:
            return None
        y, x = np.mgrid[y0:y1, x0:x1].astype(np.float64)
        return self.samples[y0:y1, x0:x1], x, y

    @staticmethod
    def _blend(part: np.ndarray, coverage: np.ndarray, colour: Colour) -> None:
        alpha = coverage[:, :, None]
        part[:] = part * (1.0 - alpha) + alpha * np.array(colour)


@lru_cache(maxsize=1024)
def _glyph_mask(letter: str, height: float) -> np.ndarray:
    """Coverage [rows, columns] of a glyph in a box with one pixel of margin."""
    unit = height / 6.0
    rows, columns = int(8.0 * unit) + 4, int(4.0 * unit) + 4
    y, x = np.mgrid[0:rows, 0:columns].astype(np.float64)
    mask = np.zeros((rows, columns))
    for stroke in _GLYPHS[letter].split():
        points = [
            (1.0 + unit * int(stroke[i]), 1.0 + unit * int(stroke[i + 1]))
            for i in range(0, len(stroke), 2)
        ]
        for start, end in zip(points, points[1:]):
            distance = _distance_to_segment(x, y, start, end)
            mask = np.maximum(mask, _coverage(distance, max(1.0, 0.14 * height)))
    return mask


def _coverage(distance: np.ndarray, thickness: float) -> np.ndarray:
    """How much of a pixel a line covers whose middle is `distance` away: a ramp one pixel wide."""
    return np.clip(thickness / 2.0 + 0.5 - distance, 0.0, 1.0)


def _distance_to_segment(
    x: np.ndarray, y: np.ndarray, start: tuple[float, float], end: tuple[float, float]
) -> np.ndarray:
    dx, dy = end[0] - start[0], end[1] - start[1]
    length_squared = dx * dx + dy * dy
    if length_squared == 0.0:
        along = np.zeros_like(x)
    else:
        along = np.clip(((x - start[0]) * dx + (y - start[1]) * dy) / length_squared, 0.0, 1.0)
    away_x, away_y = x - (start[0] + along * dx), y - (start[1] + along * dy)
    return np.sqrt(away_x * away_x + away_y * away_y)
