"""Encoding to a size, a rate, a PSNR or an MS-SSIM; and the efforts."""

from __future__ import annotations

import json
import os
import random
import unittest

from support import LIMIT, OK, USAGE
from support import CliTest, chunk, png

WIDTH, HEIGHT = 200, 168  # MS-SSIM needs 161


def scene(channels: int, depth: int = 8, width: int = WIDTH, height: int = HEIGHT) -> bytes:
    """Samples of a picture with slopes, edges and a grain that is the same every time."""
    grain = random.Random(7)
    samples = bytearray()
    for y in range(height):
        for x in range(width):
            inside = (x - width / 2) ** 2 + (y - height / 2) ** 2 < (height / 3) ** 2
            base = 40 + x // 2 + (70 if inside else 0) + (30 if (x // 9 + y // 7) % 5 == 0 else 0)
            for c in range(channels):
                value = min(255, max(0, base + 9 * c + grain.randrange(-6, 7)))
                samples += bytes((value, grain.randrange(256)) if depth == 16 else (value,))
    return bytes(samples)


class TargetTest(CliTest):
    """Has a picture to encode."""

    def setUp(self) -> None:
        super().setUp()
        self.write("in.png", png(WIDTH, HEIGHT, scene(3), 3))

    def size(self, *arguments: object, source: str = "in.png") -> int:
        """Bytes of the stream that these options give."""
        self.succeed("encode", source, "-o", "out.vaec", *arguments)
        return (self.folder / "out.vaec").stat().st_size

    def compared(self, source: str = "in.png") -> dict[str, float]:
        """What compare says of the source and the last stream."""
        return json.loads(self.succeed("compare", source, "out.vaec", "--json"))

    def assert_just_below(self, size: int, limit: float) -> None:
        self.assertLessEqual(size, limit)
        self.assertGreaterEqual(size, 0.98 * limit)


class Sizes(TargetTest):
    def test_never_above_and_within_two_percent(self) -> None:
        for limit in (1000, 1777, 3500, 5001, 8000, 12000):
            with self.subTest(limit=limit):
                self.assert_just_below(self.size("--target-size", limit), limit)

    def test_words_for_sizes(self) -> None:
        for word, limit in (("2k", 2000), ("2K", 2000), ("2kB", 2000), ("2000B", 2000)):
            self.assert_just_below(self.size("--target-size", word), limit)
        self.assert_just_below(self.size("--target-size", "2KiB"), 2048)
        self.assert_just_below(self.size("--target-size", "0.0025M"), 2500)
        self.assert_just_below(self.size("--target-size", "2.5Ki"), 2560)
        for word in ("", "k", "2g", "-2k", "1e3", "0x10", "inf", "2 k", "1.2.3", "0", "9" * 30):
            refused = ("encode", "in.png", "-o", "no.vaec", "--target-size", word)
            self.fail_with(USAGE, "--target-size|is no size", *refused)

    def test_bits_per_pixel(self) -> None:
        for bits in (0.3, 1.25):
            limit = bits * WIDTH * HEIGHT / 8
            self.assert_just_below(self.size("--target-bpp", bits), limit)

    def test_alpha_and_metadata_count(self) -> None:
        rgb, alpha = scene(3), random.Random(3).randbytes(WIDTH * HEIGHT // 64)
        rgba = bytearray()
        for i in range(WIDTH * HEIGHT):
            rgba += rgb[3 * i : 3 * i + 3] + bytes((alpha[i // 64] | 1,))
        exif = chunk(b"eXIf", b"II*\0\x08\0\0\0" + os.urandom(2000))
        self.write("all.png", png(WIDTH, HEIGHT, bytes(rgba), 4, extra=exif))
        self.assert_just_below(self.size("--target-size", "6k", source="all.png"), 6000)
        self.assert_just_below(self.size("--target-size", "6k"), 6000)
        info = json.loads(self.succeed("info", "out.vaec", "--json"))
        plain_quality = info["quality"]
        self.size("--target-size", "6k", source="all.png")
        info = json.loads(self.succeed("info", "out.vaec", "--json"))
        self.assertLess(info["quality"], plain_quality)

    def test_too_small_is_refused_and_says_what_can_be(self) -> None:
        pattern = r"in\.png: cannot be made as small as 100 bytes: the least is \d{3}\b"
        self.fail_with(LIMIT, pattern, "encode", "in.png", "-o", "no.vaec", "--target-size", 100)

    def test_more_room_than_the_best_quality_takes(self) -> None:
        size = self.size("--target-size", "5M")
        self.assertGreater(size, 0.95 * self.size("-q", 100))
        self.size("--target-size", "5M")
        self.assertEqual(json.loads(self.succeed("info", "out.vaec", "--json"))["quality"], 100)

    def test_tiny_pictures(self) -> None:
        for width, height in ((1, 1), (5, 40)):
            samples = scene(3, width=width, height=height)
            self.write("tiny.png", png(width, height, samples, 3))
            self.assertLessEqual(self.size("--target-size", 150, source="tiny.png"), 150)
            self.succeed("decode", "out.vaec", "-o", "back.png")

    def test_threads_change_nothing_and_verify_passes(self) -> None:
        streams = set()
        for options in (("-j", 1), ("-j", 3, "--verify")):
            self.size("--target-size", "3k", *options)
            streams.add((self.folder / "out.vaec").read_bytes())
        self.assertEqual(len(streams), 1)


class Scores(TargetTest):
    def test_psnr(self) -> None:
        for wanted in (28, 31.5, 35):
            with self.subTest(wanted=wanted):
                self.size("--target-psnr", wanted)
                self.assertGreaterEqual(self.compared()["psnr"], wanted)
                self.assertLessEqual(self.compared()["psnr"], wanted + 0.1)

    def test_psnr_of_16_bits_and_of_grey(self) -> None:
        self.write("deep.png", png(WIDTH, HEIGHT, scene(3, 16), 3, depth=16))
        self.write("grey.png", png(WIDTH, HEIGHT, scene(1), 1))
        for source in ("deep.png", "grey.png"):
            self.size("--target-psnr", 32, source=source)
            self.assertAlmostEqual(self.compared(source)["psnr"], 32.05, delta=0.05)

    def test_transparent_pixels_do_not_count(self) -> None:
        rgb = scene(3)
        rgba = bytearray()
        for i in range(WIDTH * HEIGHT):
            hidden = i % WIDTH < 80
            rgba += (os.urandom(3) if hidden else rgb[3 * i : 3 * i + 3]) + bytes((255 * (not hidden),))
        self.write("half.png", png(WIDTH, HEIGHT, bytes(rgba), 4))
        self.size("--target-psnr", 32, source="half.png")
        self.assertAlmostEqual(self.compared("half.png")["psnr"], 32.05, delta=0.05)

    def test_ms_ssim(self) -> None:
        for wanted in (0.95, 0.98):
            self.size("--target-ssim", wanted)
            self.assertGreaterEqual(self.compared()["ms_ssim"], wanted)
            self.assertLessEqual(self.compared()["ms_ssim"], wanted + 0.002)
        self.write("small.png", png(160, 160, scene(3, width=160, height=160), 3))
        self.fail_with(
            USAGE, "161 pixels", "encode", "small.png", "-o", "no.vaec", "--target-ssim", 0.9
        )

    def test_out_of_reach(self) -> None:
        command = ("encode", "in.png", "-o", "no.vaec")
        psnr = r"cannot reach a PSNR of 70 dB: the best is \d\d\.\d{4} dB"
        self.fail_with(LIMIT, psnr, *command, "--target-psnr", 70)
        ssim = r"cannot reach an MS-SSIM of 0\.99999: the best is 0\.99\d{4}$"
        self.fail_with(LIMIT, ssim, *command, "--target-ssim", 0.99999)

    def test_easier_than_the_least_quality(self) -> None:
        self.size("--target-psnr", 5)
        info = json.loads(self.succeed("info", "out.vaec", "--json"))
        self.assertEqual(info["quality"], 0)


class Options(TargetTest):
    def test_one_aim_at_a_time(self) -> None:
        aims = [("--target-size", "2k"), ("--target-bpp", "1"), ("--target-psnr", "30")]
        aims += [("--target-ssim", "0.9"), ("-q", "50")]
        for i, first in enumerate(aims):
            for second in aims[i + 1 :]:
                self.fail_with(USAGE, "excludes", "encode", "in.png", "-o", "no", *first, *second)

    def test_each_file_of_a_batch_has_its_own_quality(self) -> None:
        self.write("flat.png", png(WIDTH, HEIGHT, bytes(3 * WIDTH * HEIGHT), 3))
        result = self.vaecomp(
            *("encode", "in.png", "flat.png", "-o", "out", "--target-psnr", 33),
            *("--report", "r.json", "--learned-only"),
        )
        self.assertEqual((result.returncode, result.stderr), (OK, b""))
        textured, flat = json.loads((self.folder / "r.json").read_text("utf-8"))
        self.assertGreater(textured["quality"], flat["quality"])
        self.assertGreater(textured["bpp"], flat["bpp"])


class Efforts(CliTest):
    """What EncodeOptions promises, through the program."""

    def test_streams_decode_and_more_effort_is_no_worse(self) -> None:
        width, height = 72, 56
        self.write("in.png", png(width, height, scene(3, width=width, height=height), 3))
        costs, rates = {}, {}
        for effort in (1, 5, 6, 9):
            self.succeed("encode", "in.png", "-o", "a.vaec", "-q", 40, "-e", effort, "--learned-only", "--verify")
            self.succeed("decode", "a.vaec", "-o", "back.png")
            report = json.loads(self.succeed("compare", "in.png", "back.png", "--json"))
            info = json.loads(self.succeed("info", "a.vaec", "--json"))
            bits = 8 * (self.folder / "a.vaec").stat().st_size / (width * height)
            squared_error = 255**2 / 10 ** (report["psnr"] / 10)
            costs[effort] = squared_error / info["beta"] + bits
            rates[effort] = bits
        self.assertLessEqual(costs[5], costs[1])
        self.assertLessEqual(costs[6], costs[5])
        self.assertLessEqual(costs[9], costs[6])
        for bits in rates.values():
            self.assertTrue(0.7 * rates[1] < bits < 1.1 * rates[1], rates)

    def test_effort_does_not_buy_quality_with_bytes(self) -> None:
        """Of this picture effort 5 codes values at a heavy weight; refining follows it."""
        width, height = 72, 56
        self.write("in.png", png(width, height, scene(3, width=width, height=height), 3))
        encode = ("encode", "in.png", "-o", "-", "-q", 80, "--learned-only")
        sizes = [len(self.succeed(*encode, "-e", effort)) for effort in (1, 5, 6, 7, 9)]
        self.assertLess(sizes[1], 0.97 * sizes[0])
        for size in sizes[2:]:
            self.assertLess(size, 1.01 * sizes[1], sizes)

    def test_refined_latents_meet_targets(self) -> None:
        width, height = 72, 56
        self.write("in.png", png(width, height, scene(3, width=width, height=height), 3))
        self.succeed("encode", "in.png", "-o", "a.vaec", "-e", 6, "--target-psnr", 32)
        report = json.loads(self.succeed("compare", "in.png", "a.vaec", "--json"))
        self.assertAlmostEqual(report["psnr"], 32.05, delta=0.05)
        self.succeed("encode", "in.png", "-o", "a.vaec", "-e", 6, "--target-size", 1500)
        size = (self.folder / "a.vaec").stat().st_size
        self.assertTrue(0.98 * 1500 <= size <= 1500, size)


if __name__ == "__main__":
    unittest.main()
