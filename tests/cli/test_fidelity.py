"""What a picture is besides its colours: alpha, depth, grey, metadata, and the kinds of files."""

from __future__ import annotations

import json
import math
import struct
import unittest
import zlib

from support import USAGE, CliTest, chunk, pixels, png

PROFILE = bytes(range(256)) * 12
XMP = b"<x:xmpmeta/>"
GAMMA = struct.pack(">I", 45455)


def exif(orientation: int) -> bytes:
    """A TIFF block with nothing but the orientation."""
    return b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01" + struct.pack(">HHI", orientation, 0, 0)


def metadata_chunks() -> bytes:
    """All kinds of metadata that a PNG can have."""
    return (
        chunk(b"gAMA", GAMMA)
        + chunk(b"iCCP", b"some name\0\0" + zlib.compress(PROFILE))
        + chunk(b"eXIf", exif(1))
        + chunk(b"tEXt", b"Author\0caf\xe9")
        + chunk(b"zTXt", b"Description\0\0" + zlib.compress(b"long " * 99))
        + chunk(b"iTXt", b"Title\0\0\0de\0\xc3\x9c\0" + "\u4e2d".encode())
        + chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP)
    )


def chunks_of(file: bytes) -> list[tuple[bytes, bytes]]:
    """Types and contents of a PNG's chunks."""
    found, at = [], 8
    while at < len(file):
        size, kind = struct.unpack_from(">I4s", file, at)
        found.append((kind, file[at + 8 : at + 8 + size]))
        at += size + 12
    return found


def pam(width: int, height: int, channels: int, samples: bytes, maxval: int = 255) -> bytes:
    """A PAM file; 2 and 4 channels mean alpha."""
    kind = {1: "GRAYSCALE", 2: "GRAYSCALE_ALPHA", 3: "RGB", 4: "RGB_ALPHA"}[channels]
    head = f"P7\nWIDTH {width}\nHEIGHT {height}\nDEPTH {channels}\nMAXVAL {maxval}\nTUPLTYPE {kind}\nENDHDR\n"
    return head.encode() + samples


def deep(samples: bytes) -> bytes:
    """16-bit samples, big-endian, whose low bytes differ from the high ones."""
    return b"".join(struct.pack(">H", s * 256 + (s * 7 + i) % 256) for i, s in enumerate(samples))


class Kinds(CliTest):
    def back(self, name: str, source: bytes) -> bytes:
        """The file `name` decoded from the stream of `source`."""
        self.write("in", source)
        self.succeed("encode", "-e", 1, "-q", 90, "in", "-o", "a.vaec")
        self.succeed("decode", "a.vaec", "-o", name)
        return (self.folder / name).read_bytes()

    def test_matrix(self) -> None:
        """Each combination of channels and depth through PNG and PAM: the same picture, alpha exact."""
        width, height = 19, 14
        for channels in (1, 2, 3, 4):
            for depth in (8, 16):
                with self.subTest(channels=channels, depth=depth):
                    samples = pixels(width, height, channels)
                    samples = deep(samples) if depth == 16 else samples
                    head = f"DEPTH {channels}\nMAXVAL {2**depth - 1}\n".encode()
                    from_png = self.back("b.pam", png(width, height, samples, channels, depth))
                    from_pam = self.back("b.pam", pam(width, height, channels, samples, 2**depth - 1))
                    self.assertEqual(from_png, from_pam)
                    self.assertIn(head, from_png)
                    raw = from_png[from_png.index(b"ENDHDR\n") + 7 :]
                    self.assertEqual(len(raw), len(samples))
                    if channels % 2 == 0:
                        step, size = channels * depth // 8, depth // 8
                        for at in range(step - size, len(raw), step):
                            self.assertEqual(raw[at : at + size], samples[at : at + size])
                    as_png = self.back("b.png", png(width, height, samples, channels, depth))
                    colour = {1: 0, 2: 4, 3: 2, 4: 6}[channels]
                    self.assertEqual(as_png[24:26], bytes([depth, colour]))
                    self.assertIn(b"pictures are equal", self.succeed("compare", "b.png", "b.pam"))
                    report = json.loads(self.succeed("compare", "in", "b.png", "--json"))
                    self.assertGreater(report["psnr"] or 100, 28)  # none: they are equal
                    self.assertEqual(report["b"]["bits"], depth)
                    self.assertEqual(report["a"]["alpha"], channels % 2 == 0)

    def test_names_do_not_matter(self) -> None:
        source = png(9, 9, pixels(9, 9, 3), 3)
        self.write("photo.jpg", source)
        self.write("photo.png", source)
        self.assertEqual(
            self.succeed("encode", "photo.jpg", "-o", "-"), self.succeed("encode", "photo.png", "-o", "-")
        )

    def test_jpeg_in_and_out(self) -> None:
        for channels in (1, 3):
            self.back("a.jpg", png(40, 30, pixels(40, 30, channels), channels))
            jpeg = (self.folder / "a.jpg").read_bytes()
            self.assertTrue(jpeg.startswith(b"\xff\xd8\xff"))
            self.back("b.jpg", jpeg)
            report = json.loads(self.succeed("compare", "a.jpg", "b.jpg", "--json"))
            self.assertGreater(report["psnr"], 28)
            self.assertEqual(report["b"]["grey"], channels == 1)

    def test_jpeg_quality(self) -> None:
        self.write("a.vaec", self.stream(60, 50))
        sizes = [
            len(self.succeed("decode", "a.vaec", "-o", "-", "--format", "jpg", "--jpeg-quality", q))
            for q in (5, 50, 100)
        ]
        self.assertEqual(sizes, sorted(set(sizes)))

    def test_alpha_has_no_place_in_ppm_and_jpeg(self) -> None:
        self.back("b.png", png(5, 5, pixels(5, 5, 4), 4))
        for name in ("b.ppm", "b.jpg"):
            self.fail_with(USAGE, rf"{name}: a picture with transparency", "decode", "a.vaec", "-o", name)

    def test_info_names_depth_and_alpha(self) -> None:
        self.back("b.png", png(6, 5, deep(pixels(6, 5, 4)), 4, 16))
        self.assertIn(b"6 x 5 RGB, 16 bits, alpha\n", self.succeed("info", "a.vaec"))
        info = json.loads(self.succeed("info", "a.vaec", "--json"))
        self.assertEqual((info["bits"], info["alpha"]), (16, True))
        self.assertGreater(info["bytes"]["alpha"], 0)

    def test_fewer_levels_of_alpha(self) -> None:
        rows = bytearray(pixels(64, 48, 4))
        rows[3::4] = bytes(min(255, i * 7919 % 64 + i % 64 * 4) for i in range(64 * 48))
        self.write("in.png", png(64, 48, bytes(rows), 4))
        sizes = []
        for quality in (100, 60, 0):
            self.succeed("encode", "in.png", "-o", "a.vaec", "--overwrite", "--verify", "--alpha-quality", quality)
            sizes.append(json.loads(self.succeed("info", "a.vaec", "--json"))["bytes"]["alpha"])
        self.assertEqual(sizes, sorted(set(sizes), reverse=True))
        self.fail_with(USAGE, "excludes", "encode", "in.png", "-o", "b.vaec", "--lossless", "--alpha-quality", 50)

    def test_colour_under_transparency_costs_nothing(self) -> None:
        noise = bytes(i * i * 7919 >> 4 & 255 for i in range(32 * 32 * 3))
        clear = b"".join(noise[i : i + 3] + b"\0" for i in range(0, len(noise), 3))
        black = bytes(32 * 32 * 4)
        streams = [
            self.succeed("encode", "-", "-o", "-", stdin=png(32, 32, rgba, 4)) for rgba in (clear, black)
        ]
        self.assertEqual(streams[0], streams[1])

    def test_16_bits_are_finer_than_8(self) -> None:
        """A shallow ramp: 8 bits have 4 levels, the codec's output has more."""
        ramp = [30000 + 12 * x + 3 * y for y in range(64) for x in range(64)]
        samples = struct.pack(f">{64 * 64}H", *ramp)
        file = self.back("b.pam", png(64, 64, samples, 1, 16))
        raw = file[file.index(b"ENDHDR\n") + 7 :]
        back = struct.unpack(f">{64 * 64}H", raw)
        self.assertGreater(len(set(back)), 30)
        error = sum((a - b) ** 2 for a, b in zip(ramp, back)) / len(ramp)
        eight_bits = sum((a - round(a / 257) * 257) ** 2 for a in ramp) / len(ramp)
        self.assertLess(10 * math.log10(error / eight_bits), 12)


class MetadataKept(CliTest):
    def setUp(self) -> None:
        super().setUp()
        self.write("in.png", png(10, 8, pixels(10, 8, 3), 3, extra=metadata_chunks()))

    def kept(self, *options: str) -> dict[bytes, list[bytes]]:
        """Chunks of the picture after a round trip, by type."""
        self.succeed("encode", "in.png", "-o", "a.vaec", *options)
        self.succeed("decode", "a.vaec", "-o", "b.png")
        found: dict[bytes, list[bytes]] = {}
        for kind, content in chunks_of((self.folder / "b.png").read_bytes()):
            found.setdefault(kind, []).append(content)
        return found

    def test_byte_for_byte(self) -> None:
        found = self.kept()
        self.assertEqual(found[b"gAMA"], [GAMMA])
        self.assertEqual(found[b"eXIf"], [exif(1)])
        name, profile = found[b"iCCP"][0].split(b"\0", 1)
        self.assertEqual(zlib.decompress(profile[1:]), PROFILE)
        self.assertEqual(found[b"tEXt"], [b"Author\0caf\xe9", b"Description\0" + b"long " * 99])
        self.assertIn(b"Title\0\0\0de\0\xc3\x9c\0" + "\u4e2d".encode(), found[b"iTXt"])
        self.assertIn(b"XML:com.adobe.xmp\0\0\0\0\0" + XMP, found[b"iTXt"])

    def test_twice_is_once(self) -> None:
        self.kept()
        first = chunks_of((self.folder / "b.png").read_bytes())
        (self.folder / "b.png").rename(self.folder / "in.png")
        self.kept()
        second = chunks_of((self.folder / "b.png").read_bytes())
        self.assertEqual([c for c in first if c[0] != b"IDAT"], [c for c in second if c[0] != b"IDAT"])

    def test_strip(self) -> None:
        everything = {b"gAMA", b"iCCP", b"eXIf", b"tEXt", b"iTXt"}
        for kinds, gone in (
            ("all", everything),
            ("exif", {b"eXIf"}),
            ("icc", {b"iCCP", b"gAMA"}),
            ("text,xmp", {b"tEXt", b"iTXt"}),
        ):
            with self.subTest(kinds):
                self.assertEqual(everything - set(self.kept("--strip", kinds)), gone)
        self.assertIn(b"XML:com.adobe.xmp", self.kept("--strip", "text")[b"iTXt"][0])
        plain = png(10, 8, pixels(10, 8, 3), 3)
        self.assertEqual(
            self.succeed("encode", "in.png", "-o", "-", "--strip", "all"),
            self.succeed("encode", "-", "-o", "-", stdin=plain),
        )

    def test_through_jpeg(self) -> None:
        self.kept()
        self.succeed("decode", "a.vaec", "-o", "b.jpg")
        self.succeed("encode", "b.jpg", "-o", "a.vaec")
        self.succeed("decode", "a.vaec", "-o", "c.png")
        found = dict(chunks_of((self.folder / "c.png").read_bytes()))
        self.assertEqual(found[b"eXIf"], exif(1))
        self.assertEqual(zlib.decompress(found[b"iCCP"].split(b"\0", 1)[1][1:]), PROFILE)
        self.assertEqual(found[b"iTXt"], b"XML:com.adobe.xmp\0\0\0\0\0" + XMP)


class Orientation(CliTest):
    """A picture that its EXIF wants turned is upright in everything that is made of it."""

    def setUp(self) -> None:
        super().setUp()
        width, height = 28, 17
        rgb = pixels(width, height, 3)
        rows = [[rgb[3 * (y * width + x) :][:3] for x in range(width)] for y in range(height)]
        turned = [[rows[height - 1 - x][y] for x in range(height)] for y in range(width)]
        self.write("stored.png", png(width, height, rgb, 3, extra=chunk(b"eXIf", exif(6))))
        self.write("shown.png", png(height, width, b"".join(p for row in turned for p in row), 3))

    def exif_of(self, name: str) -> bytes:
        return dict(chunks_of((self.folder / name).read_bytes())).get(b"eXIf", b"")

    def test_in_the_stream(self) -> None:
        expected = self.succeed("encode", "shown.png", "-o", "-")
        for kinds in ("all", "exif"):
            self.assertEqual(self.succeed("encode", "stored.png", "-o", "-", "--strip", kinds), expected)
        self.succeed("encode", "stored.png", "-o", "a.vaec")
        self.write("b.vaec", expected)
        for name in ("x.png", "x.ppm", "x.pam", "x.jpg"):
            self.succeed("decode", "a.vaec", "-o", name)
            self.succeed("decode", "b.vaec", "-o", "plain.pam")
            if name != "x.jpg":
                self.assertIn(b"pictures are equal", self.succeed("compare", name, "plain.pam"))
            self.assertIn(b": 17 x 28 RGB", self.succeed("compare", name, name))
        self.succeed("decode", "a.vaec", "-o", "x.png")
        self.assertEqual(self.exif_of("x.png"), exif(1))

    def test_raw_pixels_on_demand(self) -> None:
        self.succeed("encode", "--no-auto-orient", "stored.png", "-o", "raw.vaec")
        self.assertIn(b"28 x 17 RGB", self.succeed("info", "raw.vaec"))
        self.succeed("decode", "--no-auto-orient", "raw.vaec", "-o", "raw.png")
        self.assertEqual(self.exif_of("raw.png"), exif(6))
        self.succeed("decode", "raw.vaec", "-o", "x.png")
        self.assertEqual(self.exif_of("x.png"), exif(1))
        self.succeed("decode", "raw.vaec", "-o", "x.ppm")
        self.assertIn(b"pictures are equal", self.succeed("compare", "x.png", "x.ppm"))
        self.assertIn(b"pictures are equal", self.succeed("compare", "x.png", "raw.png"))
        self.assertIn(b"shown.png: 17 x 28", self.succeed("compare", "shown.png", "raw.vaec"))
        for name in ("raw.vaec", "stored.png"):
            result = self.vaecomp("compare", "--no-auto-orient", "shown.png", name)
            self.assertIn(b"is 28 x 17 RGB", result.stderr)

    def test_pictures_about_a_stream(self) -> None:
        self.succeed("encode", "--no-auto-orient", "--learned-only", "stored.png", "-o", "raw.vaec")
        self.succeed("heatmap", "raw.vaec", "-o", "map.png", "--overlay")
        self.succeed("compare", "shown.png", "raw.vaec", "--difference", "diff.png")
        self.succeed("latents", "raw.vaec", "--traverse", 0, "--steps", 2, "-o", "step-%d.png")
        for name in ("map.png", "diff.png", "step-0.png"):
            self.assertIn(b": 17 x 28 RGB", self.succeed("compare", name, name))

    def test_compare(self) -> None:
        self.assertIn(b"pictures are equal", self.succeed("compare", "stored.png", "shown.png"))


if __name__ == "__main__":
    unittest.main()
