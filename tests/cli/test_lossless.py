"""encode --lossless: every sample, and what does not go together with it."""

from __future__ import annotations

import json
import unittest

from support import CliTest, chunk, pixels, png, read_pnm


class Lossless(CliTest):
    def test_samples_come_back(self) -> None:
        for width, height in ((1, 1), (70, 1), (33, 35), (130, 67)):
            for channels in (1, 3):
                with self.subTest(width=width, height=height, channels=channels):
                    samples = pixels(width, height, channels)
                    self.write("in.png", png(width, height, samples, channels))
                    self.succeed("encode", "--lossless", "--verify", "in.png", "-o", "a.vaec")
                    self.succeed("decode", "a.vaec", "-o", "back.pnm")
                    back = read_pnm((self.folder / "back.pnm").read_bytes())
                    self.assertEqual(back, (width, height, channels, samples))

    def test_info(self) -> None:
        self.write("in.png", png(40, 30, pixels(40, 30, 3), 3, extra=chunk(b"tEXt", b"Title\0here")))
        self.succeed("encode", "--lossless", "in.png", "-o", "a.vaec")
        text = self.succeed("info", "a.vaec").decode()
        self.assertIn("quality     lossless\n", text)
        self.assertIn("  pixels    ", text)
        self.assertNotIn("latents", text)
        facts = json.loads(self.succeed("info", "--json", "a.vaec"))
        self.assertTrue(facts["lossless"])
        self.assertIsNone(facts["quality"])
        self.assertIsNone(facts["model"])
        self.assertEqual(facts["metadata"]["texts"], 1)
        self.assertEqual(sum(facts["bytes"].values()), 2 * facts["bytes"]["total"])

    def test_compare_finds_no_difference(self) -> None:
        self.write("in.png", png(40, 30, pixels(40, 30, 3), 3))
        self.succeed("encode", "--lossless", "in.png", "-o", "a.vaec")
        self.assertIn(b"pictures are equal", self.succeed("compare", "in.png", "a.vaec"))

    def test_what_does_not_go_together(self) -> None:
        self.write("in.png", png(8, 8, pixels(8, 8, 3), 3))
        for other in (("-q", "50"), ("-e", "3"), ("--target-size", "1k"), ("--target-psnr", "40")):
            with self.subTest(other=other):
                self.run_code(5, "encode", "--lossless", *other, "in.png", "-o", "a.vaec")
        self.assertFalse((self.folder / "a.vaec").exists())

    def test_what_looks_into_latents_says_that_there_are_none(self) -> None:
        self.write("in.png", png(8, 8, pixels(8, 8, 3), 3))
        self.succeed("encode", "--lossless", "in.png", "-o", "a.vaec")
        self.fail_with(5, "no latents", "heatmap", "a.vaec", "-o", "heat.png")

    def test_what_lossless_serves_no_worse(self) -> None:
        """Whatever the quality, such streams are lossless."""
        ramp = b"".join(bytes([x, 0, 255 - x, 0, y, 0]) for y in range(256) for x in range(256))
        for name, picture in (("tiny.png", png(7, 1, pixels(7, 1, 3), 3)), ("ramp.png", png(256, 256, ramp, 3, 16))):
            with self.subTest(name=name):
                self.write(name, picture)
                self.succeed("encode", "-q", "97", name, "-o", "a.vaec")
                self.assertTrue(json.loads(self.succeed("info", "--json", "a.vaec"))["lossless"])
                self.assertIn(b"pictures are equal", self.succeed("compare", name, "a.vaec"))
                self.assertLessEqual((self.folder / "a.vaec").stat().st_size, len(picture))

    def test_batches(self) -> None:
        for name in ("a", "b"):
            self.picture(f"in/{name}.png", 20, 10)
        self.succeed("encode", "--lossless", "-r", "in", "-o", "out", "--report", "report.json")
        self.assertEqual(self.tree(), ["in/a.png", "in/b.png", "out/a.vaec", "out/b.vaec", "report.json"])


if __name__ == "__main__":
    unittest.main()
