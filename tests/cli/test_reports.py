"""info, compare, model info, help and version."""

from __future__ import annotations

import json
import math
import unittest

from support import USAGE, CliTest, pixels, png


class Info(CliTest):
    def test_json(self) -> None:
        for channels in (1, 3):
            stream = self.stream(40, 30, channels)
            self.write("a.vaec", stream)
            info = json.loads(self.succeed("info", "a.vaec", "--json"))
            self.assertEqual((info["width"], info["height"]), (40, 30))
            self.assertEqual(info["grey"], channels == 1)
            self.assertEqual((info["version"], info["quality"], info["file"]), (2, 50, "a.vaec"))
            self.assertTrue(info["model_known"])
            self.assertGreater(info["beta"], 0)
            parts = info["bytes"]
            self.assertEqual(parts["total"], len(stream))
            self.assertEqual(sum(parts.values()), 2 * parts["total"])
            self.assertLessEqual(parts["overhead"], 32)
            self.assertAlmostEqual(info["bits_per_pixel"], 8 * len(stream) / 1200, places=6)

    def test_text_says_the_same(self) -> None:
        stream = self.stream(40, 30)
        text = self.succeed("info", "-", stdin=stream).decode()
        for line in (r"file +standard input\n", r"size +40 x 30 RGB\n", r"quality +50 \(beta "):
            self.assertRegex(text, line)
        self.assertRegex(text, rf"bytes +{len(stream)} \({8 * len(stream) / 1200:.4f} bits per pixel\)")

    def test_another_model_still_informs(self) -> None:
        ids = {json.loads(self.succeed("info", "-", "--json", stdin=self.stream()))["model"]}
        ids.add(json.loads(self.succeed("model", "info", "--json"))["id"])
        self.assertEqual(len(ids), 1)


class Compare(CliTest):
    def test_known_psnr(self) -> None:
        self.write("a.png", png(10, 10, bytes([100] * 300), 3))
        self.write("b.png", png(10, 10, bytes([110] * 300), 3))
        result = json.loads(self.succeed("compare", "a.png", "b.png", "--json"))
        self.assertAlmostEqual(result["psnr"], 20 * math.log10(25.5), places=6)
        self.assertIsNone(result["ms_ssim"])
        self.assertFalse(result["identical"])
        self.assertEqual(result["a"]["bytes"], (self.folder / "a.png").stat().st_size)
        text = self.succeed("compare", "a.png", "b.png").decode()
        self.assertIn("PSNR     28.1308 dB\n", text)
        self.assertIn("MS-SSIM  not defined for sides under 161 pixels\n", text)

    def test_equal_pictures(self) -> None:
        self.write("a.png", png(170, 161, pixels(170, 161, 3), 3))
        result = json.loads(self.succeed("compare", "a.png", "a.png", "--json"))
        self.assertTrue(result["identical"])
        self.assertIsNone(result["psnr"])
        self.assertAlmostEqual(result["ms_ssim"], 1)

    def test_stream_against_its_decoded_picture(self) -> None:
        self.write("a.png", png(180, 170, pixels(180, 170, 3), 3))
        self.succeed("encode", "a.png", "-o", "a.vaec")
        self.succeed("decode", "a.vaec", "-o", "back.png")
        with_stream = json.loads(self.succeed("compare", "a.png", "a.vaec", "--json"))
        with_picture = json.loads(self.succeed("compare", "a.png", "back.png", "--json"))
        self.assertEqual(with_stream["psnr"], with_picture["psnr"])
        self.assertEqual(with_stream["ms_ssim"], with_picture["ms_ssim"])
        self.assertGreater(with_stream["ms_ssim"], 0.8)
        self.assertLess(with_stream["ms_ssim"], 1)

    def test_grey_against_rgb(self) -> None:
        grey = pixels(12, 9, 1)
        self.write("g.png", png(12, 9, grey, 1))
        self.write("c.png", png(12, 9, bytes(s for s in grey for _ in range(3)), 3))
        self.assertIn(b"pictures are equal", self.succeed("compare", "g.png", "c.png"))


class ModelInfo(CliTest):
    def test_built_in_model(self) -> None:
        info = json.loads(self.succeed("model", "info", "--json"))
        names = [network["name"] for network in info["networks"]]
        for name in ("analysis", "hyper_analysis", "hyper_synthesis", "context.0", "synthesis"):
            self.assertIn(name, names)
        for network in info["networks"]:
            self.assertGreater(network["layers"], 0)
            exact = not network["name"].endswith("analysis")
            self.assertEqual(network["arithmetic"], "exact" if exact else "float")
        total = sum(network["kmac_per_pixel"] for network in info["networks"])
        self.assertGreater(total, info["decode_kmac_per_pixel"])
        self.assertGreater(info["decode_kmac_per_pixel"], 0)
        self.assertIn("prior.steps", [tensor["name"] for tensor in info["tensors"]])
        text = self.succeed("model", "info").decode()
        self.assertIn(info["id"], text)
        self.assertIn("synthesis", text)


class Help(CliTest):
    def test_help(self) -> None:
        text = self.succeed("--help").decode()
        for part in ("encode", "decode", "info", "compare", "model", "Examples:", "Exit codes:", "130"):
            self.assertIn(part, text)
        commands = [["encode"], ["decode"], ["info"], ["compare"], ["model", "info"]]
        commands += [["heatmap"], ["sample"], ["blend"], ["latents"]]
        for command in commands:
            text = self.succeed(*command, "--help").decode()
            self.assertIn("Examples:", text)
            self.assertIn("vaecomp " + " ".join(command), text)

    def test_version(self) -> None:
        text = self.succeed("--version").decode()
        number = r"\d+(\.\d+)+"
        libraries = ("libpng", r"libjpeg(-turbo)?", "zlib", "Little CMS", "Expat", "zstd", "CLI11")
        self.assertRegex(
            text,
            rf"\Avaecomp \d+\.\d+\.\d+\nmodel +[0-9a-f]{{8}} \(.+\)\n"
            r"kernels +(generic|sse2|avx2|avx512|avx512-bf16|neon)\nlibraries +"
            + ", ".join(rf"{name} {number}" for name in libraries)
            + r"\n\Z",
        )
        self.assertIn(json.loads(self.succeed("model", "info", "--json"))["id"], text)

    def test_usage_errors_name_the_help_that_explains(self) -> None:
        self.fail_with(USAGE, r"\(see vaecomp --help\)$")
        self.fail_with(USAGE, r"\(see vaecomp encode --help\)$", "encode")
        self.fail_with(USAGE, r"\(see vaecomp decode --help\)$", "decode", "a", "-o", "b.png", "-x")
        self.fail_with(USAGE, r"\(see vaecomp model info --help\)$", "model", "info", "--no-such")


if __name__ == "__main__":
    unittest.main()
