"""Looking inside: info by part, heatmap, difference; and sample, blend, latents."""

from __future__ import annotations

import ast
import io
import json
import math
import re
import struct
import unittest
import zipfile

from support import BAD_DATA, IO, LIMIT, UNSUPPORTED, USAGE
from support import CliTest, pixels, png, read_pnm, with_checksum

Array = tuple[tuple[int, ...], tuple[float, ...]]


def read_npy(file: bytes) -> Array:
    """Shape and values of a .npy file of float32, by the letter of NumPy's format 1.0."""
    assert file[:8] == b"\x93NUMPY\x01\x00"
    (length,) = struct.unpack_from("<H", file, 8)
    head = ast.literal_eval(file[10 : 10 + length].decode("ascii"))
    assert (10 + length) % 64 == 0 and file[9 + length] == ord("\n")
    assert head["descr"] == "<f4" and head["fortran_order"] is False
    values = struct.unpack(f"<{math.prod(head['shape'])}f", file[10 + length :])
    return head["shape"], values


def read_npz(file: bytes) -> dict[str, Array]:
    """The arrays of a .npz file; the zip module checks their checksums."""
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        return {name.removesuffix(".npy"): read_npy(archive.read(name)) for name in archive.namelist()}


class StudyTest(CliTest):
    def coded(self, width: int = 104, height: int = 80, channels: int = 3, quality: int = 50) -> int:
        """Writes a.png and a.vaec; returns the stream's size in bytes."""
        self.write("a.png", png(width, height, pixels(width, height, channels), channels))
        self.succeed("encode", "a.png", "-o", "a.vaec", "-q", quality, "--learned-only")
        return (self.folder / "a.vaec").stat().st_size

    def ppm(self, name: str) -> tuple[int, int, int, bytes]:
        return read_pnm((self.folder / name).read_bytes())

    def other_model(self) -> bytes:
        """A stream whose header names a model that nobody has; sides under 128 pixels."""
        stream = self.stream()
        return with_checksum(stream[:9] + bytes([stream[9] ^ 0xFF]) + stream[10:])


class InfoByPart(StudyTest):
    def test_parts_add_up(self) -> None:
        for channels, quality in ((1, 20), (3, 50), (4, 90)):
            size = self.coded(40, 1100, channels, quality)
            info = json.loads(self.succeed("info", "a.vaec", "--json"))
            bits = info["bits_by_part"]
            self.assertEqual(bits.pop("total"), 8 * size)
            self.assertAlmostEqual(sum(bits.values()), 8 * size, places=1)
            self.assertGreater(bits["hyper_latents"], 0)
            self.assertGreater(bits["latents"], 0)
            self.assertEqual(bits["alpha"] > 0, channels == 4)
            # Three bands: the states of three streams, 6 to 8 bytes each, and two lengths.
            self.assertGreater(bits["coder"], 8 * 18)
            self.assertLess(bits["coder"], 8 * 30 + 0.002 * bits["latents"])
            self.assertEqual(set(info["checks"].values()), {"good", "valid", "known"})

    def test_text(self) -> None:
        self.coded()
        text = self.succeed("info", "a.vaec").decode()
        for line in (r"\n    hyper +\d+\.\d\n", r"\n    latents +\d+\.\d\n", r"\n    coder +\d+\.\d\n"):
            self.assertRegex(text, line)
        self.assertRegex(text, r"\nchecks +checksum good, structure valid, symbols good\n")

    def test_only_totals_without_symbols(self) -> None:
        self.coded(200, 150)
        for options in (["--headers-only"], ["--max-pixels", 29999]):
            info = json.loads(self.succeed("info", "a.vaec", "--json", *options))
            self.assertIsNone(info["bits_by_part"]["latents"])
            self.assertIsNone(info["bits_by_part"]["hyper_latents"])
            self.assertEqual(info["checks"]["symbols"], "not decoded")
            self.assertTrue(info["model_known"])
        info = json.loads(self.succeed("info", "a.vaec", "--json", "--max-pixels", 30000))
        self.assertEqual(info["checks"]["symbols"], "good")
        info = json.loads(self.succeed("info", "-", "--json", stdin=self.other_model()))
        self.assertEqual((info["checks"]["model"], info["checks"]["symbols"]), ("not at hand", "not decoded"))
        self.assertIsNone(info["bits_by_part"]["coder"])

    def test_damage_under_a_sound_checksum(self) -> None:
        self.coded()
        stream = (self.folder / "a.vaec").read_bytes()
        filtered = json.loads(self.succeed("info", "a.vaec", "--json"))["bytes"]["filter"]
        last = len(stream) - 5 - (filtered + 2 if filtered else 0)  # byte of the latents
        damaged = stream[:last] + bytes([stream[last] ^ 0x55]) + stream[last + 1 :]
        self.write("b.vaec", with_checksum(damaged))
        self.fail_with(BAD_DATA, r"b\.vaec: .*VC-2", "info", "b.vaec")
        self.succeed("info", "b.vaec", "--headers-only")


class Heatmap(StudyTest):
    def legend(self, *options: object) -> dict[str, float]:
        text = self.succeed("heatmap", "a.vaec", "-o", "map.ppm", *options).decode()
        found = re.fullmatch(
            r"bits +([\d.]+) of the file's (\d+)\n"
            r"per pixel +min ([\d.]+), mean ([\d.]+), max ([\d.]+)\n"
            r"colours +black 0, white ([\d.]+) bits per pixel\n",
            text,
        )
        assert found, text
        return dict(zip(("bits", "file", "min", "mean", "max", "white"), map(float, found.groups())))

    def test_total_is_what_was_coded(self) -> None:
        size = self.coded(192, 160)
        legend = self.legend()
        bits = json.loads(self.succeed("info", "a.vaec", "--json"))["bits_by_part"]
        self.assertAlmostEqual(legend["bits"], bits["latents"] + bits["hyper_latents"], delta=0.1)
        self.assertEqual(legend["file"], 8 * size)
        self.assertAlmostEqual(legend["mean"], legend["bits"] / (192 * 160), places=4)
        self.assertLess(legend["min"], legend["mean"])
        self.assertLess(legend["mean"], legend["max"])
        self.assertEqual(legend["white"], legend["max"])

    def test_bits_go_where_the_detail_is(self) -> None:
        noise = bytes((x * x * 7919 + y * y * 104729 >> 5) & 255 for y in range(128) for x in range(128))
        half = b"".join(noise[128 * y : 128 * y + 128] + bytes([90]) * 128 for y in range(128))
        self.write("half.png", png(256, 128, half, 1))
        self.succeed("encode", "half.png", "-o", "a.vaec", "--learned-only")
        for options in ([], ["--blocky"]):
            self.legend(*options)
            width, height, channels, samples = self.ppm("map.ppm")
            self.assertEqual((width, height, channels), (256, 128, 3))
            sums = [0, 0]
            for y in range(height):
                row = samples[768 * y : 768 * y + 768]
                sums[0] += sum(row[:288])
                sums[1] += sum(row[480:])
            self.assertGreater(sums[0], 3 * sums[1])

    def test_blocks_and_border(self) -> None:
        self.coded(70, 37)
        self.legend("--blocky")
        width, height, _, samples = self.ppm("map.ppm")
        self.assertEqual((width, height), (70, 37))
        colours = {samples[i : i + 3] for i in range(0, len(samples), 3)}
        self.assertLessEqual(len(colours), 15)
        self.assertEqual(samples[: 3 * 16], samples[:3] * 16)

    def test_white_and_overlay(self) -> None:
        self.coded()
        self.assertEqual(self.legend("--white", 1000)["white"], 1000)
        dark = self.ppm("map.ppm")[3]
        self.assertLess(max(dark), 20)
        self.legend("--white", 1000, "--overlay")
        self.assertGreater(max(self.ppm("map.ppm")[3]), 60)

    def test_pipe_has_no_legend(self) -> None:
        self.coded()
        self.assertTrue(self.succeed("heatmap", "a.vaec", "-o", "-").startswith(b"\x89PNG"))

    def test_bad_input(self) -> None:
        self.coded()
        stream = (self.folder / "a.vaec").read_bytes()
        self.write("cut.vaec", stream[:-7])
        self.fail_with(BAD_DATA, r"cut\.vaec: .*VC-09", "heatmap", "cut.vaec", "-o", "m.png")
        self.write("other.vaec", self.other_model())
        self.fail_with(UNSUPPORTED, r"other\.vaec: .*VC-08", "heatmap", "other.vaec", "-o", "m.png")
        self.fail_with(BAD_DATA, r"a\.png: .*VC-02", "heatmap", "a.png", "-o", "m.png")
        self.fail_with(LIMIT, r"a\.vaec: .*VC-06", "heatmap", "a.vaec", "-o", "m.png", "--max-pixels", 9)
        self.write("s.png", stream)
        self.fail_with(USAGE, r"same file", "heatmap", "s.png", "-o", "s.png")


class Difference(StudyTest):
    def test_known_differences(self) -> None:
        self.write("a.png", png(2, 2, bytes([100, 100, 100] * 4), 3))
        self.write("b.png", png(2, 2, bytes([100, 103, 90] * 4), 3))
        text = self.succeed("compare", "a.png", "b.png", "--difference", "d.ppm", "--gain", 5)
        self.assertIn(b"PSNR", text)
        self.assertEqual(self.ppm("d.ppm"), (2, 2, 3, bytes([128, 143, 78] * 4)))
        self.succeed("compare", "b.png", "a.png", "--difference", "d.ppm", "--gain", 100)
        self.assertEqual(self.ppm("d.ppm")[3], bytes([128, 0, 255] * 4))

    def test_16_bits_count_in_257ths(self) -> None:
        self.write("a.png", png(1, 1, struct.pack(">H", 257 * 50), 1, 16))
        self.write("b.png", png(1, 1, struct.pack(">H", 257 * 50 + 128), 1, 16))
        self.succeed("compare", "a.png", "b.png", "--difference", "d.pgm", "--gain", 20)
        self.assertEqual(self.ppm("d.pgm")[3], bytes([128 + 10]))

    def test_refusals(self) -> None:
        self.write("a.png", png(2, 2, bytes(12), 3))
        self.fail_with(USAGE, "report", "compare", "a.png", "a.png", "--difference", "-")
        self.fail_with(USAGE, r"\.webp", "compare", "a.png", "a.png", "--difference", "d.webp")
        self.fail_with(USAGE, r"a\.png", "compare", "a.png", "a.png", "--difference", "a.png")
        self.fail_with(USAGE, "--gain", "compare", "a.png", "a.png", "--difference", "d.png", "--gain", 0)


class Sample(StudyTest):
    def test_seed_decides(self) -> None:
        def sample(seed: int, *options: object) -> bytes:
            arguments = ("--seed", seed, "--size", "70x530", "-q", 30, "-o", "-", *options)
            return self.succeed("sample", *arguments)

        first = sample(7)
        self.assertEqual(sample(7, "-j", 1), first)
        self.assertEqual(sample(7, "-j", 5), first)
        self.assertNotEqual(sample(8), first)

    def test_size_and_grey(self) -> None:
        self.succeed("sample", "--size", "33x17", "-o", "s.ppm")
        self.assertEqual(self.ppm("s.ppm")[:3], (33, 17, 3))
        self.succeed("sample", "--size", "33x17", "--grey", "-o", "s.pgm")
        self.assertEqual(self.ppm("s.pgm")[:3], (33, 17, 1))

    def test_like_a_picture(self) -> None:
        self.coded(100, 80)
        self.succeed("decode", "a.vaec", "-o", "a.ppm")
        plain = self.ppm("a.ppm")[3]

        def distance(*options: object) -> int:
            self.succeed("sample", "--like", "a.vaec", "-o", "s.ppm", *options)
            width, height, _, samples = self.ppm("s.ppm")
            self.assertEqual((width, height), (100, 80))
            return sum((p - q) ** 2 for p, q in zip(plain, samples))

        self.assertGreater(distance(), distance("--keep", 2))
        self.assertGreater(distance("--keep", 2), 0)
        self.assertEqual(distance("--keep", 99), 0)
        drawn = self.succeed("sample", "--like", "a.vaec", "-o", "-")
        self.assertEqual(self.succeed("sample", "--like", "a.png", "-o", "-"), drawn)
        self.assertNotEqual(self.succeed("sample", "--like", "a.vaec", "--seed", 2, "-o", "-"), drawn)

    def test_like_refusals(self) -> None:
        self.coded(20, 20)
        command = ("sample", "--like", "a.vaec", "-o", "s.png")
        self.fail_with(USAGE, r"a\.vaec: is of quality 50, not 40", *command, "-q", 40)
        self.fail_with(USAGE, "--size", *command, "--size", "20x20")
        self.fail_with(USAGE, "--like", "sample", "--keep", 1, "-o", "s.png")
        self.fail_with(LIMIT, "VC-06", *command, "--max-pixels", 399)
        self.fail_with(IO, "none", "sample", "--like", "none.png", "-o", "s.png")

    def test_refusals(self) -> None:
        for size in ("x", "0x5", "5x0", "-5x5", "5", "5x", "5x5x5", "5X5", "99999999999x5"):
            self.fail_with(USAGE, "WIDTHxHEIGHT", "sample", f"--size={size}", "-o", "s.png")
        self.fail_with(LIMIT, "limit", "sample", "--size", "1048576x1048576", "-o", "s.png")
        self.fail_with(LIMIT, "limit", "sample", "--size", "1048577x1", "-o", "s.png")
        self.fail_with(LIMIT, "limit", "sample", "--size", "30x30", "--max-pixels", 899, "-o", "s.png")
        self.fail_with(USAGE, "quality", "sample", "-q", 101, "-o", "s.png")
        self.fail_with(IO, "no folder", "sample", "-o", "nowhere/s.png")


class Blend(StudyTest):
    def pair(self) -> None:
        self.coded(90, 70)
        self.write("b.png", png(90, 70, pixels(90, 70, 3)[::-1], 3))
        self.succeed("encode", "b.png", "-o", "b.vaec")
        for name in ("a", "b"):
            self.succeed("decode", f"{name}.vaec", "-o", f"{name}.ppm")

    def test_ends_are_the_decoded_pictures(self) -> None:
        self.pair()
        for sides in (("a.png", "b.png"), ("a.vaec", "b.vaec"), ("a.png", "b.vaec")):
            self.succeed("blend", *sides, "--steps", 3, "-o", "f%02d.ppm")
            self.assertEqual(self.ppm("f00.ppm"), self.ppm("a.ppm"))
            self.assertEqual(self.ppm("f02.ppm"), self.ppm("b.ppm"))
            self.assertFalse((self.folder / "f03.ppm").exists())
            middle = self.ppm("f01.ppm")[3]
            for end in ("a.ppm", "b.ppm"):
                self.assertNotEqual(middle, self.ppm(end)[3])

    def test_the_way_is_gradual(self) -> None:
        self.pair()
        self.succeed("blend", "a.png", "b.png", "--steps", 5, "-o", "f%d.ppm")
        start = self.ppm("a.ppm")[3]
        gaps = [
            sum((p - q) ** 2 for p, q in zip(start, self.ppm(f"f{i}.ppm")[3])) for i in range(5)
        ]
        self.assertEqual(gaps[0], 0)
        self.assertEqual(gaps, sorted(set(gaps)))

    def test_quality_of_a_stream_rules(self) -> None:
        self.coded(64, 64, quality=80)
        self.succeed("decode", "a.vaec", "-o", "a.ppm")
        self.succeed("blend", "a.png", "a.vaec", "--steps", 2, "-o", "f%d.ppm")
        self.assertEqual(self.ppm("f0.ppm"), self.ppm("a.ppm"))
        command = ("blend", "a.png", "a.vaec", "-o", "g%d.ppm")
        self.fail_with(USAGE, r"a\.vaec: is of quality 80, not 30", *command, "-q", 30)
        self.write("b.vaec", self.succeed("encode", "a.png", "-o", "-", "-q", 30))
        self.fail_with(USAGE, r"b\.vaec: is of quality 30, not 80", "blend", "a.vaec", "b.vaec", "-o", "g%d.ppm")

    def test_grey_with_grey_is_grey(self) -> None:
        self.coded(40, 40, 1)
        self.succeed("blend", "a.png", "a.png", "--steps", 2, "-o", "f%d.pgm")
        self.assertEqual(self.ppm("f0.pgm")[2], 1)
        self.write("c.png", png(40, 40, pixels(40, 40, 3), 3))
        self.succeed("blend", "a.png", "c.png", "--steps", 2, "-o", "f%d.ppm")

    def test_refusals(self) -> None:
        self.coded(40, 40)
        self.write("b.png", png(40, 41, pixels(40, 41, 3), 3))
        frames = ("-o", "f%d.png")
        self.fail_with(USAGE, r"b\.png: is 40 x 41 .* a\.png is 40 x 40", "blend", "a.png", "b.png", *frames)
        for name in ("f.png", "f%s.png", "f%d%d.png", "f%", "f%0d.png", "f%n%d.png"):
            self.fail_with(USAGE, "%02d", "blend", "a.png", "a.png", "-o", name)
        self.fail_with(USAGE, "steps", "blend", "a.png", "a.png", "--steps", 1, *frames)
        self.fail_with(USAGE, "cannot be both", "blend", "-", "-", *frames)
        self.fail_with(IO, r"none\.png", "blend", "a.png", "none.png", *frames)
        self.write("1.png", (self.folder / "a.png").read_bytes())
        self.fail_with(USAGE, r"1\.png: input and output", "blend", "a.png", "1.png", "-o", "%d.png")
        self.write("other.vaec", self.other_model())
        self.fail_with(UNSUPPORTED, "VC-08", "blend", "other.vaec", "other.vaec", *frames)


class Latents(StudyTest):
    def test_arrays(self) -> None:
        self.coded(200, 150, quality=40)
        self.succeed("latents", "a.vaec", "-o", "x.npz")
        arrays = read_npz(self.listing()["x.npz"])
        shape, latents = arrays["latents"]
        channels = shape[0]
        self.assertEqual(shape[1:], (10, 13))
        means, sigmas = arrays["means"][1], arrays["sigmas"][1]
        self.assertEqual(arrays["means"][0], shape)
        self.assertEqual(arrays["sigmas"][0], shape)
        # Whole multiples of 11 sixteenths of a step from the mean (VC-52), none where nothing is coded.
        self.assertTrue(all((16 * (y - m) / 11).is_integer() for y, m in zip(latents, means)))
        self.assertTrue(all(y == m for y, m, s in zip(latents, means, sigmas) if s == 0))
        self.assertIn(0, sigmas)
        self.assertGreater(max(sigmas), 1)
        bits = json.loads(self.succeed("info", "a.vaec", "--json"))["bits_by_part"]
        self.assertEqual(arrays["bits"][0], (10, 13))
        self.assertAlmostEqual(sum(arrays["bits"][1]) / bits["latents"], 1, places=5)
        self.assertEqual(arrays["channel_bits"][0], (channels,))
        self.assertAlmostEqual(sum(arrays["channel_bits"][1]) / bits["latents"], 1, places=5)
        self.assertEqual(arrays["hyper_bits"][0], (3, 4))
        self.assertEqual(arrays["hyper_latents"][0][1:], (3, 4))
        self.assertAlmostEqual(sum(arrays["hyper_bits"][1]) / bits["hyper_latents"], 1, places=5)
        self.assertEqual(arrays["picture"][1], (200, 150, 40))

    def test_npy_and_pictures(self) -> None:
        self.coded(50, 40)
        self.succeed("latents", "a.vaec", "-o", "x.npy")
        self.succeed("latents", "a.png", "-o", "y.npy", "-q", 50)
        files = self.listing()
        self.assertEqual(files["x.npy"], files["y.npy"])
        self.succeed("latents", "a.png", "-o", "x.npz")
        self.assertEqual(read_npy(files["x.npy"]), read_npz(self.listing()["x.npz"])["latents"])

    def test_traverse(self) -> None:
        self.coded(80, 80)
        self.succeed("decode", "a.vaec", "-o", "a.ppm")
        plain = self.ppm("a.ppm")[3]

        def changed(*options: object) -> list[int]:
            """Pixels that differ from the decoded picture in each of three pictures."""
            self.succeed("latents", "a.vaec", "--traverse", 0, "--steps", 3, "-o", "t%d.ppm", *options)
            return [sum(p != q for p, q in zip(plain, self.ppm(f"t{i}.ppm")[3])) for i in range(3)]

        everywhere, centre = changed(), changed("--centre")
        self.assertEqual((everywhere[1], centre[1]), (0, 0))
        for side in (0, 2):
            self.assertGreater(centre[side], 0)
            self.assertGreater(everywhere[side], centre[side])

    def test_refusals(self) -> None:
        self.coded(30, 20)
        to_pictures = ("latents", "a.vaec", "-o", "t%d.png")
        self.fail_with(USAGE, "the model has channels 0 to", *to_pictures, "--traverse", 60000)
        self.fail_with(USAGE, "traverse", *to_pictures, "--steps", 3)
        self.fail_with(USAGE, "range", *to_pictures, "--traverse", 0, "--range", 0)
        self.fail_with(USAGE, "%02d", "latents", "a.vaec", "--traverse", 0, "-o", "t.png")
        self.fail_with(LIMIT, "VC-06", "latents", "a.vaec", "--max-pixels", 599, "-o", "x.npz")
        self.write("cut.vaec", (self.folder / "a.vaec").read_bytes()[:-1])
        self.fail_with(BAD_DATA, r"cut\.vaec", "latents", "cut.vaec", "-o", "x.npz")
        self.write("other.vaec", self.other_model())
        self.fail_with(UNSUPPORTED, "VC-08", "latents", "other.vaec", "-o", "x.npz")


class Background(StudyTest):
    def test_flattened(self) -> None:
        # Left half opaque, right half clear: there the background shows and nothing else.
        row = b"".join(bytes([40, 90, 200, 255 if x < 32 else 0]) for x in range(64))
        self.write("a.png", png(64, 48, row * 48, 4))
        self.succeed("encode", "a.png", "-o", "a.vaec", "-q", 90)
        self.fail_with(USAGE, "--background #RRGGBB", "decode", "a.vaec", "-o", "b.ppm")
        self.succeed("decode", "a.vaec", "-o", "b.ppm", "--background", "#ff8001")
        _, _, channels, samples = self.ppm("b.ppm")
        self.assertEqual(channels, 3)
        for y in range(48):
            self.assertEqual(samples[192 * y + 96 : 192 * y + 192], bytes([255, 128, 1]) * 32)
            for x in range(24):
                for got, want in zip(samples[192 * y + 3 * x :], (40, 90, 200)):
                    self.assertLess(abs(got - want), 30)
        self.succeed("decode", "a.vaec", "-o", "b.jpg", "--background", "ffffff")
        self.assertTrue(self.listing()["b.jpg"].startswith(b"\xff\xd8"))

    def test_grey_stays_grey_on_grey(self) -> None:
        self.write("a.png", png(8, 8, bytes([100, 0] * 64), 2))
        self.succeed("encode", "a.png", "-o", "a.vaec")
        self.succeed("decode", "a.vaec", "-o", "b.pgm", "--background", "#404040")
        self.assertEqual(self.ppm("b.pgm"), (8, 8, 1, bytes([64] * 64)))
        self.succeed("decode", "a.vaec", "-o", "b.ppm", "--background", "#404142")
        self.assertEqual(self.ppm("b.ppm")[3], bytes([0x40, 0x41, 0x42] * 64))

    def test_bad_colours(self) -> None:
        self.write("a.vaec", self.stream())
        for colour in ("white", "#fff", "#12345g", "#1234567", "##12345", "#+12345", "#"):
            self.fail_with(USAGE, "#RRGGBB", "decode", "a.vaec", "-o", "b.png", "--background", colour)


if __name__ == "__main__":
    unittest.main()
