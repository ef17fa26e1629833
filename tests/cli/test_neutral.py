"""Neutral pictures, RGB without a colour: coded as grey, back as RGB with three equal samples."""

from __future__ import annotations

import json
import struct
import unittest

from support import CliTest, pixels, png, read_pnm

WIDTH, HEIGHT = 61, 44


def neutral(greys: bytes, depth: int = 8, alpha: bytes = b"") -> bytes:
    """Each grey as red, green and blue, in 16 bits finer than in 8; with alpha if there is any."""
    out = bytearray()
    for i, grey in enumerate(greys):
        sample = bytes([grey]) if depth == 8 else struct.pack(">H", grey * 256 + (7 * grey + i) % 256)
        out += 3 * sample
        if alpha:
            out += alpha[i : i + 1] * (depth // 8)
    return bytes(out)


class Neutral(CliTest):
    def setUp(self) -> None:
        super().setUp()
        self.greys = pixels(WIDTH, HEIGHT, 1)

    def encoded(self, source: bytes, *options: object) -> dict[str, object]:
        """What info says of a.vaec, the stream of a file."""
        self.write("in", source)
        self.succeed("encode", "in", "-o", "a.vaec", "--verify", *options)
        return json.loads(self.succeed("info", "a.vaec", "--json"))

    def decoded(self, depth: int, channels: int) -> list[tuple[bytes, ...]]:
        """The samples of each pixel of a.vaec, decoded to PAM, which must have so many channels."""
        file = self.succeed("decode", "a.vaec", "-o", "-", "--format", "pam")
        head, raw = file.split(b"ENDHDR\n", 1)
        self.assertIn(f"DEPTH {channels}\nMAXVAL {2**depth - 1}\n".encode(), head)
        size = depth // 8
        samples = [raw[at : at + size] for at in range(0, len(raw), size)]
        return [tuple(samples[at : at + channels]) for at in range(0, len(samples), channels)]

    def test_stays_neutral_at_every_quality_and_depth(self) -> None:
        alpha = bytes((5 * i) % 256 for i in range(WIDTH * HEIGHT))
        for depth in (8, 16):
            for plane in (b"", alpha):
                for quality in (0, 20, 50, 80, 100):
                    with self.subTest(depth=depth, alpha=bool(plane), quality=quality):
                        channels = 4 if plane else 3
                        samples = neutral(self.greys, depth, plane)
                        source = png(WIDTH, HEIGHT, samples, channels, depth)
                        info = self.encoded(source, "-q", quality, "-e", 2)
                        kind = (info["grey"], info["neutral"], info["bits"], info["alpha"])
                        self.assertEqual(kind, (False, True, depth, bool(plane)))
                        for red, green, blue, *_ in self.decoded(depth, channels):
                            self.assertEqual(red, green)
                            self.assertEqual(green, blue)

    def test_costs_what_the_grey_picture_costs(self) -> None:
        info = self.encoded(png(WIDTH, HEIGHT, self.greys, 1))
        self.assertEqual((info["grey"], info["neutral"]), (True, False))
        grey = read_pnm(self.succeed("decode", "a.vaec", "-o", "-", "--format", "pgm"))[3]
        size = info["bytes"]["total"]
        info = self.encoded(png(WIDTH, HEIGHT, neutral(self.greys), 3))
        self.assertEqual(info["bytes"]["total"], size)
        rgb = read_pnm(self.succeed("decode", "a.vaec", "-o", "-", "--format", "ppm"))[3]
        self.assertEqual(rgb, neutral(grey))

    def test_info_says_so(self) -> None:
        self.encoded(png(WIDTH, HEIGHT, neutral(self.greys), 3))
        self.assertRegex(self.succeed("info", "a.vaec").decode(), r"size +61 x 44 RGB, neutral\n")
        self.encoded(png(WIDTH, HEIGHT, neutral(self.greys, 16, b"x" * WIDTH * HEIGHT), 4, 16))
        text = self.succeed("info", "a.vaec").decode()
        self.assertRegex(text, r"size +61 x 44 RGB, neutral, 16 bits, alpha\n")

    def test_one_visible_colour_is_enough_and_hidden_ones_do_not_count(self) -> None:
        samples = bytearray(neutral(self.greys, alpha=b"\xff" * WIDTH * HEIGHT))
        at = 4 * (WIDTH * HEIGHT - 1)
        samples[at] ^= 1
        self.assertFalse(self.encoded(png(WIDTH, HEIGHT, bytes(samples), 4))["neutral"])
        samples[at + 3] = 0
        self.assertTrue(self.encoded(png(WIDTH, HEIGHT, bytes(samples), 4))["neutral"])

    def test_targets_and_refining(self) -> None:
        source = png(WIDTH, HEIGHT, neutral(self.greys), 3)
        for options in (("--target-psnr", 36), ("--target-size", 900), ("-e", 6, "-q", 30)):
            with self.subTest(options):
                self.assertTrue(self.encoded(source, *options)["neutral"])
                self.assertTrue(all(len(set(pixel)) == 1 for pixel in self.decoded(8, 3)))
                psnr = json.loads(self.succeed("compare", "in", "a.vaec", "--json"))["psnr"]
                if options[0] == "--target-psnr":
                    self.assertAlmostEqual(psnr, 36.05, delta=0.05)

    def test_study_commands_keep_it(self) -> None:
        self.encoded(png(WIDTH, HEIGHT, neutral(self.greys), 3))
        self.write("grey.png", png(WIDTH, HEIGHT, self.greys, 1))
        self.succeed("decode", "a.vaec", "-o", "back.ppm")
        self.succeed("sample", "--like", "a.vaec", "-o", "s.ppm")
        self.succeed("blend", "grey.png", "a.vaec", "--steps", 3, "-o", "f%d.ppm")
        self.succeed("latents", "a.vaec", "--traverse", 1, "--steps", 2, "-o", "t%d.ppm")
        for name in ("s.ppm", "f0.ppm", "f1.ppm", "f2.ppm", "t0.ppm", "t1.ppm"):
            with self.subTest(name):
                width, height, channels, rgb = read_pnm((self.folder / name).read_bytes())
                self.assertEqual((width, height, channels), (WIDTH, HEIGHT, 3))
                self.assertEqual(rgb, bytes(s for s in rgb[::3] for _ in range(3)))
        # What a frame is does not depend on the other end: PNGs of neutral frames are RGB.
        self.succeed("blend", "a.vaec", "grey.png", "--steps", 2, "-o", "f%d.png")
        for i in range(2):
            self.assertEqual((self.folder / f"f{i}.png").read_bytes()[24:26], b"\x08\x02")
        self.assertEqual((self.folder / "f2.ppm").read_bytes(), (self.folder / "back.ppm").read_bytes())
        self.succeed("heatmap", "a.vaec", "-o", "h.png", "--overlay")


if __name__ == "__main__":
    unittest.main()
