"""Exact patches in lossy pictures: what they are said to be, and how to do without."""

from __future__ import annotations

import json
import unittest

from support import CliTest, pixels, png, read_pnm

WIDTH, HEIGHT, PHOTO = 256, 160, 96  # a photograph in the first 96 columns, a page beside it


def page() -> bytes:
    """Samples of a photograph beside letters on paper."""
    photo = pixels(WIDTH, HEIGHT, 3)
    samples = bytearray(photo)
    for y in range(HEIGHT):
        for x in range(PHOTO, WIDTH):
            ink = x * 5 // 2 % 9 < 3 and y % 12 < 8 and (x // 7 + y // 12) % 3
            at = 3 * (y * WIDTH + x)
            samples[at : at + 3] = (10, 20, 90) if ink else (255, 255, 250)
    return bytes(samples)


class Patches(CliTest):
    def setUp(self) -> None:
        super().setUp()
        self.samples = page()
        self.write("page.png", png(WIDTH, HEIGHT, self.samples, 3))

    def info(self, *options: object) -> dict:
        self.succeed("encode", "page.png", "-o", "a.vaec", "--overwrite", *options)
        return json.loads(self.succeed("info", "a.vaec", "--json"))

    def test_the_page_comes_back_exactly(self) -> None:
        facts = self.info("--verify")
        self.assertFalse(facts["lossless"])
        self.assertGreaterEqual(facts["nearly_exact_share"], (WIDTH - PHOTO) / WIDTH)
        self.assertEqual(facts["exact_share"], 0)
        self.assertGreater(facts["bytes"]["patches"], 0)
        self.assertEqual(sum(facts["bytes"].values()), 2 * facts["bytes"]["total"])
        self.succeed("decode", "a.vaec", "-o", "back.ppm")
        _, _, _, back = read_pnm((self.folder / "back.ppm").read_bytes())
        for y in range(HEIGHT):
            # Beside the photograph colours may be those of its rim.
            begin, end = 3 * (y * WIDTH + PHOTO + 16), 3 * (y + 1) * WIDTH
            self.assertEqual(back[begin:end], self.samples[begin:end])
        self.assertNotEqual(back, self.samples)

    def test_info_says_so(self) -> None:
        share = 100 * self.info()["nearly_exact_share"]
        text = self.succeed("info", "a.vaec").decode()
        self.assertRegex(text, rf"\n  patches +\d+ \({share:.1f} % of the picture are nearly exact\)\n")

    def test_without(self) -> None:
        with_patches = self.info()["bytes"]["total"]
        facts = self.info("--learned-only")
        self.assertEqual((facts["exact_share"], facts["bytes"]["patches"]), (0, 0))
        self.assertGreater(facts["bytes"]["total"], with_patches)
        self.fail_with(5, "excludes", "encode", "page.png", "-o", "b.vaec", "--learned-only", "--lossless")

    def test_size_and_likeness_rise_with_quality(self) -> None:
        sizes, scores = [], []
        for quality in range(0, 101, 20):
            sizes.append(self.info("-q", quality, "-e", 1)["bytes"]["total"])
            scores.append(json.loads(self.succeed("compare", "page.png", "a.vaec", "--json"))["psnr"])
        self.assertEqual(sizes, sorted(sizes))
        self.assertEqual(scores, sorted(scores))

    def test_a_target_counts_them(self) -> None:
        facts = self.info("--target-size", "5k", "--verify")
        self.assertGreater(facts["bytes"]["patches"], 0)
        self.assertLessEqual(facts["bytes"]["total"], 5000)

    def test_a_page_alone_is_lossless_in_reports_too(self) -> None:
        rows = [self.samples[3 * (y * WIDTH + PHOTO) : 3 * (y + 1) * WIDTH] for y in range(HEIGHT)]
        self.write("page.png", png(WIDTH - PHOTO, HEIGHT, b"".join(rows), 3))
        facts = self.info("--report", "r.json")
        self.assertTrue(facts["lossless"])
        (row,) = json.loads((self.folder / "r.json").read_text("utf-8"))
        self.assertIsNone(row["quality"])
        self.assertIn(b"pictures are equal", self.succeed("compare", "page.png", "a.vaec"))


if __name__ == "__main__":
    unittest.main()
