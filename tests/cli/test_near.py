"""Nearly exact pictures: smaller than without loss, and never said to be exact."""

from __future__ import annotations

import json
import unittest

from support import CliTest, png

WIDTH, HEIGHT = 256, 160


def soft_page() -> bytes:
    """Samples of soft coloured strokes on white paper."""
    state, samples = 1, bytearray()
    for y in range(HEIGHT):
        for x in range(WIDTH):
            state = (state * 1664525 + 1013904223) % 2**32
            phase = (3 * x + y + y // 13 * 7) % 24
            ink = 255 if phase < 8 else max(0, 255 - 40 * (phase - 8) - (state >> 24) % 12)
            if y % 13 > 9:
                ink = 0
            samples += bytes((255 - 235 * ink // 255, 255 - 215 * ink // 255, 255 - 155 * ink // 255))
    return bytes(samples)


def noise() -> bytes:
    """Samples of which each has any value."""
    state, samples = 1, bytearray()
    for _ in range(3 * WIDTH * HEIGHT):
        state = (state * 1664525 + 1013904223) % 2**32
        samples.append(state >> 24)
    return bytes(samples)


class Near(CliTest):
    def facts(self, samples: bytes, *options: object) -> dict:
        self.write("in.png", png(WIDTH, HEIGHT, samples, 3))
        self.succeed("encode", "in.png", "-o", "a.vaec", "--overwrite", *options)
        return json.loads(self.succeed("info", "a.vaec", "--json"))

    def psnr(self) -> float:
        return json.loads(self.succeed("compare", "in.png", "a.vaec", "--json"))["psnr"]

    def test_a_page_of_soft_letters(self) -> None:
        exact = self.facts(soft_page(), "--lossless")
        self.assertEqual((exact["exact_share"], exact["nearly_exact_share"]), (1, 0))
        near = self.facts(soft_page(), "-q", 60, "-e", 1, "--verify")
        self.assertLess(near["bytes"]["total"], 0.8 * exact["bytes"]["total"])
        self.assertGreater(self.psnr(), 38)
        self.assertEqual((near["lossless"], near["exact_share"], near["quality"]), (False, 0, 60))
        self.assertEqual(near["nearly_exact_share"], 1)
        text = self.succeed("info", "a.vaec").decode()
        self.assertRegex(text, r"\nquality +60, nearly exact\nmodel +none is needed\n")
        self.assertNotIn("lossless", text)

    def test_noise(self) -> None:
        for quality in (50, 70, 90):
            near = self.facts(noise(), "-q", quality, "-e", 1, "--verify")
            self.assertEqual(near["nearly_exact_share"], 1)
            scored = self.psnr()
            learned = self.facts(noise(), "-q", 100, "-e", 1, "--learned-only")
            if near["bytes"]["total"] > learned["bytes"]["total"]:
                continue
            self.assertGreater(scored + 0.5, self.psnr())

    def test_learned_only_has_none(self) -> None:
        facts = self.facts(soft_page(), "-q", 60, "-e", 1, "--learned-only")
        self.assertEqual((facts["exact_share"], facts["nearly_exact_share"]), (0, 0))


if __name__ == "__main__":
    unittest.main()
