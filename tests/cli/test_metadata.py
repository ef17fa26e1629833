"""What becomes of colour facts, density, IPTC and other metadata: kept, told, stripped, attached, extracted."""

from __future__ import annotations

import json
import re
import shutil
import struct
import subprocess
import unittest
import zlib

from support import BAD_DATA, IO, UNSUPPORTED, USAGE, CliTest, chunk, pixels, png

LINEAR = chunk(b"gAMA", struct.pack(">I", 100000))
PQ = chunk(b"cICP", bytes([9, 16, 0, 1]))
DPI_300 = chunk(b"pHYs", struct.pack(">IIB", 11811, 11811, 1))
TIFF = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x01\0\0\0\0\0\0"
XMP = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'/>"
CITY = b"\x1c\x02\x5a\0\x04Rome"


def fixed(*numbers: float) -> bytes:
    """Numbers as ICC has them."""
    return b"".join(struct.pack(">i", round(number * 65536)) for number in numbers)


def icc(name: str, gamma: float, space: bytes = b"RGB ") -> bytes:
    """A small profile with sRGB's primaries and a gamma, or sRGB's own curve for 0."""
    text = name.encode("utf-16-be")
    curve = b"para\0\0\0\0\0\0\0\0" + fixed(gamma)
    if gamma == 0:
        curve = b"para\0\0\0\0\0\x03\0\0" + fixed(2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
    tags = {
        b"desc": b"mluc\0\0\0\0" + struct.pack(">II4sII", 1, 12, b"enUS", len(text), 28) + text,
        b"wtpt": b"XYZ \0\0\0\0" + fixed(0.9642, 1, 0.8249),
    }
    if space == b"GRAY":
        tags[b"kTRC"] = curve
    else:
        for kind, colorant in (
            (b"r", (0.43607, 0.22249, 0.01392)),
            (b"g", (0.38515, 0.71687, 0.09708)),
            (b"b", (0.14307, 0.06061, 0.71410)),
        ):
            tags[kind + b"XYZ"] = b"XYZ \0\0\0\0" + fixed(*colorant)
            tags[kind + b"TRC"] = curve
    directory, content = struct.pack(">I", len(tags)), b""
    for kind, tag in tags.items():
        directory += struct.pack(">4sII", kind, 132 + 12 * len(tags) + len(content), len(tag))
        content += tag + bytes(-len(tag) % 4)
    head = b"\0\0\0\0\x04\x20\0\0mntr" + space + b"XYZ \x07\xd0\0\1\0\1\0\0\0\0\0\0acsp"
    head = head.ljust(64, b"\0") + fixed(0.9642, 1, 0.8249)
    return struct.pack(">I", 128 + len(directory + content)) + head.ljust(124, b"\0") + directory + content


def chunks_of(file: bytes) -> dict[bytes, bytes]:
    """Contents of a PNG's chunks, by type."""
    found, at = {}, 8
    while at < len(file):
        size, kind = struct.unpack_from(">I4s", file, at)
        found[kind] = file[at + 8 : at + 8 + size]
        at += size + 12
    return found


class MetadataTest(CliTest):
    """A test with a picture that becomes a stream."""

    def encode(self, extra: bytes, channels: int = 3, *options: object) -> None:
        """Writes in.png, with chunks before its samples, and a.vaec."""
        self.write("in.png", png(10, 8, pixels(10, 8, channels), channels, extra=extra))
        self.succeed("encode", "-e", 1, "in.png", "-o", "a.vaec", *options)

    def said(self, *arguments: object) -> str:
        """What a command that succeeds says on stderr."""
        result = self.vaecomp(*arguments)
        self.assertEqual(result.returncode, 0, result.stderr)
        return result.stderr.decode()

    def tool(self, *command: object) -> str:
        """Runs a foreign program and returns what it prints; skips the test where it is missing."""
        if not shutil.which(str(command[0])):
            self.skipTest(f"needs {command[0]}")
        done = subprocess.run(
            list(map(str, command)), cwd=self.folder, capture_output=True, check=False, timeout=60
        )
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout.decode("utf-8", "replace")


class Colours(MetadataTest):
    def test_a_jpeg_gets_a_profile_of_what_png_says_without_one(self) -> None:
        for channels in (1, 3):
            for extra in (LINEAR, chunk(b"cICP", bytes([12, 13 if channels == 3 else 4, 0, 1]))):
                self.encode(extra, channels)
                self.succeed("decode", "a.vaec", "-o", "b.jpg")
                first = (self.folder / "b.jpg").read_bytes()
                self.assertIn(b"ICC_PROFILE\0", first)
                self.assertIn(b"GRAYXYZ " if channels == 1 else b"RGB XYZ ", first)
                self.succeed("decode", "a.vaec", "-o", "b.jpg")
                self.assertEqual((self.folder / "b.jpg").read_bytes(), first)

    def test_srgb_needs_no_word(self) -> None:
        for extra in (
            chunk(b"sRGB", b"\0"),
            chunk(b"gAMA", struct.pack(">I", 45455)),
            chunk(b"cICP", bytes([1, 13, 0, 1])),
        ):
            self.encode(extra)
            for name in ("b.jpg", "b.ppm", "b.pam"):
                self.assertEqual(self.said("decode", "a.vaec", "-o", name, "-v"), "")
            self.assertNotIn(b"ICC_PROFILE", (self.folder / "b.jpg").read_bytes())

    def test_hdr_does_not_go_without_a_warning(self) -> None:
        for transfer, name in ((16, "PQ"), (18, "HLG")):
            self.encode(chunk(b"cICP", bytes([9, transfer, 0, 1])))
            for output in ("b.jpg", "b.ppm", "b.pam"):
                words = self.said("decode", "a.vaec", "-o", output)
                self.assertRegex(words, rf"\Avaecomp: {output}: warning: [^\n]*{name} [^\n]*\n\Z")
                self.assertEqual(self.said("decode", "a.vaec", "-o", output, "--quiet"), "")
                (self.folder / output).unlink()
                self.fail_with(UNSUPPORTED, name, "decode", "a.vaec", "-o", output, "--strict")
            self.assertEqual(self.said("decode", "a.vaec", "-o", "b.png"), "")

    def test_a_ppm_warns_of_profiles_that_are_not_srgb(self) -> None:
        for gamma, channels in ((0, 3), (1.8, 3), (0, 1), (1.8, 1)):
            profile = icc("A profile", gamma, b"RGB " if channels == 3 else b"GRAY")
            self.encode(chunk(b"iCCP", b"x\0\0" + zlib.compress(profile)), channels)
            words = self.said("decode", "a.vaec", "-o", "b.ppm")
            warning = "no place for the colour space, A profile (ICC profile)"
            self.assertEqual(warning in words, gamma != 0, words)

    def test_a_png_has_no_srgb_beside_a_profile(self) -> None:
        profile = chunk(b"iCCP", b"x\0\0" + zlib.compress(icc("A profile", 1.8)))
        self.encode(profile + LINEAR + chunk(b"sRGB", b"\0"))
        words = self.said("decode", "a.vaec", "-o", "b.png", "-v")
        self.assertEqual(words, "vaecomp: b.png: note: left out: sRGB\n")
        found = chunks_of((self.folder / "b.png").read_bytes())
        self.assertIn(b"iCCP", found)
        self.assertIn(b"gAMA", found)
        self.assertNotIn(b"sRGB", found)

    def test_pictures_about_streams_warn_too(self) -> None:
        self.encode(PQ, 3, "--learned-only")
        words = self.said("latents", "a.vaec", "--traverse", 0, "--steps", 2, "-o", "s-%d.ppm")
        self.assertIn("s-1.ppm: warning", words)


class Kept(MetadataTest):
    def test_density_in_jpeg(self) -> None:
        for content, expected in (
            ((11811, 11811, 1), (1, 300, 300)),
            ((11800, 5900, 1), (2, 118, 59)),
            ((3, 2, 0), (0, 3, 2)),
        ):
            self.encode(chunk(b"pHYs", struct.pack(">IIB", *content)))
            self.succeed("decode", "a.vaec", "-o", "b.jpg")
            jpeg = (self.folder / "b.jpg").read_bytes()
            self.assertEqual(struct.unpack_from(">BHH", jpeg, 13), expected)

    def test_a_note_names_what_an_output_cannot_hold(self) -> None:
        self.encode(
            DPI_300 + chunk(b"eXIf", TIFF) + chunk(b"tEXt", b"Author\0A. Body") + chunk(b"tEXt", b"Comment\0c")
        )
        self.assertEqual(self.said("decode", "a.vaec", "-o", "b.png", "-v"), "")
        for name, kinds in (("b.jpg", "texts but comments"), ("b.ppm", "EXIF, texts, density")):
            self.assertEqual(self.said("decode", "a.vaec", "-o", name), "")
            self.assertEqual(
                self.said("decode", "a.vaec", "-o", name, "-v"),
                f"vaecomp: {name}: note: left out: {kinds}\n",
            )

    def test_png_is_sound(self) -> None:
        profile = chunk(b"iCCP", b"x\0\0" + zlib.compress(icc("A profile", 1.8)))
        self.write("iptc", CITY)
        self.write("xmp", XMP)
        self.encode(
            profile + LINEAR + DPI_300 + chunk(b"eXIf", TIFF) + chunk(b"tEXt", b"Author\0A. Body"),
            3,
            *("--iptc", "iptc", "--xmp", "xmp"),
        )
        self.succeed("decode", "a.vaec", "-o", "b.png")
        self.assertIn("OK:", self.tool("pngcheck", "b.png"))

    def test_png_levels(self) -> None:
        self.write("a.vaec", self.stream(120, 90))
        sizes = []
        for level in range(10):
            self.succeed("decode", "a.vaec", "-o", f"{level}.png", "--png-level", level)
            sizes.append((self.folder / f"{level}.png").stat().st_size)
            self.assertIn(b"pictures are equal", self.succeed("compare", "0.png", f"{level}.png"))
        self.assertGreater(sizes[0], 120 * 90 * 3)
        self.assertLess(sizes[9], sizes[0])
        self.succeed("decode", "a.vaec", "-o", "b.png")
        self.assertLess((self.folder / "b.png").stat().st_size, 1.1 * sizes[6])
        self.fail_with(USAGE, "png-level", "decode", "a.vaec", "-o", "x.png", "--png-level", 10)


class Strip(MetadataTest):
    def exiftool(self, *arguments: object) -> str:
        return self.tool("exiftool", "-q", "-q", *arguments)

    def tagged_jpeg(self) -> None:
        """in.jpg with a place, a name and other tags in each kind of metadata."""
        self.encode(b"")
        self.succeed("decode", "a.vaec", "-o", "in.jpg")
        self.exiftool(
            *("-overwrite_original", "-GPSLatitude=41.9", "-GPSLatitudeRef=N", "-GPSAltitude=20"),
            *("-EXIF:Artist=A. Body", "-EXIF:Make=GoodCam", "-EXIF:FNumber=2.8"),
            *("-XMP-exif:GPSLongitude=12.5", "-XMP-photoshop:City=Rome", "-XMP-photoshop:Headline=Kept"),
            *("-XMP-iptcExt:LocationShownCity=Rome", "-XMP-iptcCore:Location=Forum"),
            *("-IPTC:City=Rome", "-IPTC:By-line=A. Body", "-IPTC:Headline=Kept"),
            "in.jpg",
        )

    def tags(self, kinds: str, output: str) -> str:
        """What exiftool finds in the decoded picture."""
        self.succeed("encode", "-e", 1, "in.jpg", "-o", "b.vaec", "--strip", kinds)
        self.succeed("decode", "b.vaec", "-o", output)
        return self.exiftool("-a", "-G1", "-s", output)

    def test_gps_takes_places_and_nothing_else(self) -> None:
        self.tagged_jpeg()
        for output in ("b.jpg", "b.png"):
            self.assertRegex(self.tags("text", output), "(?s)GPSLatitude.*Rome")
            tags = self.tags("gps", output)
            self.assertNotRegex(tags, "GPS|City|Rome|Forum|Location")
            for kept in ("A. Body", "GoodCam", "FNumber", "Kept"):
                self.assertIn(kept, tags)
            file = (self.folder / output).read_bytes()
            self.assertNotIn(b"Rome", file)

    def test_private_leaves_no_name_and_no_place(self) -> None:
        self.tagged_jpeg()
        for output in ("b.jpg", "b.png"):
            tags = self.tags("private", output)
            self.assertNotRegex(tags, "GPS|City|Rome|Artist|A. Body|GoodCam|Kept")

    def test_private_keeps_colours_and_density(self) -> None:
        profile = chunk(b"iCCP", b"x\0\0" + zlib.compress(icc("A profile", 1.8)))
        extra = profile + DPI_300 + chunk(b"eXIf", TIFF) + chunk(b"tEXt", b"Author\0A. Body")
        self.encode(extra, 3, "--strip", "private")
        self.succeed("decode", "a.vaec", "-o", "b.png")
        found = set(chunks_of((self.folder / "b.png").read_bytes()))
        self.assertEqual(found, {b"IHDR", b"iCCP", b"pHYs", b"IDAT", b"IEND"})
        self.succeed("encode", "in.png", "-o", "a.vaec", "--strip", "private", "--strip", "density")
        self.succeed("decode", "a.vaec", "-o", "b.png")
        self.assertNotIn(b"pHYs", chunks_of((self.folder / "b.png").read_bytes()))

    def test_xmp_that_cannot_be_edited_goes_whole(self) -> None:
        self.encode(chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0<x:xmpmeta>"))
        words = self.said("encode", "in.png", "-o", "b.vaec", "--strip", "gps", "-v")
        self.assertRegex(words, "note: the XMP is left out whole")
        self.assertNotIn(b"contents", self.succeed("info", "b.vaec"))

    def test_wrong_kinds_get_a_sentence(self) -> None:
        self.encode(b"")
        for kinds in ("exfi", "exif,,icc", "exif,", "exif icc"):
            command = ("encode", "in.png", "-o", "b.vaec", "--strip", kinds)
            self.fail_with(USAGE, "--strip: .*all, exif, icc", *command)

    def test_an_orientation_that_pixels_need_is_missed(self) -> None:
        self.encode(chunk(b"eXIf", TIFF[:19] + b"\x06" + TIFF[20:]))
        words = self.said("encode", "in.png", "-o", "b.vaec", "--strip", "exif", "--no-auto-orient")
        self.assertRegex(words, r"\Avaecomp: in.png: warning: [^\n]*on its side[^\n]*\n\Z")
        self.assertEqual(self.said("encode", "in.png", "-o", "b.vaec", "--strip", "exif"), "")


class AttachAndExtract(MetadataTest):
    def setUp(self) -> None:
        super().setUp()
        self.files = {"icc": icc("Attached", 1.8), "exif": TIFF, "xmp": XMP}
        for kind, content in self.files.items():
            self.write(kind, content)

    def options(self) -> list[str]:
        return [word for kind in self.files for word in ("--" + kind, kind)]

    def test_there_and_back(self) -> None:
        own = chunk(b"iCCP", b"x\0\0" + zlib.compress(icc("Own", 0))) + chunk(b"sRGB", b"\0") + LINEAR
        self.encode(own + chunk(b"eXIf", TIFF + b"own") + DPI_300, 3, *self.options(), "--strip", "all")
        for kind, content in self.files.items():
            self.assertEqual(self.succeed("info", "a.vaec", "--extract", kind), content)
            self.succeed("info", "a.vaec", "--extract", kind, "-o", "out")
            self.assertEqual((self.folder / "out").read_bytes(), content)
        self.encode(own, 3, "--icc", "icc")
        self.assertEqual(json.loads(self.succeed("info", "a.vaec", "--json"))["metadata"]["display"], [])

    def test_iptc_there_and_back(self) -> None:
        resource = b"8BIM\x04\x04\0\0" + struct.pack(">I", len(CITY)) + CITY + bytes(len(CITY) % 2)
        for content in (CITY, resource, b"Photoshop 3.0\0" + resource):
            self.write("iptc", content)
            self.encode(b"", 3, "--iptc", "iptc")
            self.assertEqual(self.succeed("info", "a.vaec", "--extract", "iptc"), resource)
        for output in ("b.jpg", "b.png"):
            self.succeed("decode", "a.vaec", "-o", output)
            self.assertEqual(self.tool("exiftool", "-s3", "-IPTC:City", output), "Rome\n")

    def test_exif_may_have_its_head_and_says_that_the_picture_is_upright(self) -> None:
        self.write("exif", b"Exif\0\0" + TIFF[:19] + b"\x06" + TIFF[20:])
        self.encode(b"", 3, "--exif", "exif")
        self.assertEqual(self.succeed("info", "a.vaec", "--extract", "exif"), TIFF)
        self.encode(b"", 3, "--exif", "exif", "--no-auto-orient")
        self.assertEqual(self.succeed("info", "a.vaec", "--extract", "exif")[19], 6)

    def test_text_comes_as_lines(self) -> None:
        self.encode(chunk(b"tEXt", b"Author\0caf\xe9") + chunk(b"iTXt", b"Title\0\0\0de\0\0\xc3\x9cber"))
        lines = "Author: caf\u00e9\nTitle [de]: \u00dcber\n".encode()
        self.assertEqual(self.succeed("info", "a.vaec", "--extract", "text"), lines)

    def test_info_names_kinds_and_sizes(self) -> None:
        self.encode(DPI_300 + chunk(b"tEXt", b"Author\0x"), 3, *self.options())
        size = len(self.files["icc"])
        line = f"ICC {size} bytes, EXIF {len(TIFF)} bytes, XMP {len(XMP)} bytes, 1 text, pHYs"
        self.assertRegex(self.succeed("info", "a.vaec").decode(), rf"(?m)^contents +{re.escape(line)}$")
        metadata = json.loads(self.succeed("info", "a.vaec", "--json"))["metadata"]
        self.assertEqual(
            metadata,
            {"icc": size, "exif": len(TIFF), "xmp": len(XMP), "iptc": 0, "texts": 1, "display": ["pHYs"]},
        )

    def test_extracting_needs_no_model_and_no_symbols(self) -> None:
        self.encode(b"", 3, "--exif", "exif")
        self.assertEqual(self.succeed("info", "a.vaec", "--extract", "exif", "--model", "nowhere"), TIFF)

    def test_what_is_not_there_cannot_be_extracted(self) -> None:
        self.encode(b"")
        for kind in ("exif", "icc", "xmp", "iptc", "text"):
            self.fail_with(IO, f"a.vaec: has no {kind}", "info", "a.vaec", "--extract", kind, "-o", "out")
        self.fail_with(USAGE, "extract", "info", "a.vaec", "--extract", "gps")
        self.fail_with(USAGE, "extract", "info", "a.vaec", "-o", "out")

    def test_files_that_are_not_what_they_should_be(self) -> None:
        self.encode(b"")
        good = icc("Good", 1.8)
        for kind, content, pattern in (
            ("icc", b"acsp", "is no ICC profile"),
            ("icc", good + b"x", "is no ICC profile"),
            ("icc", good[:-4], "is no ICC profile"),
            ("exif", b"Exif", "is no EXIF"),
            ("exif", b"II+\0", "is no EXIF"),
            ("xmp", b"\xff\xfe<", "is no XMP: it is not UTF-8"),
            ("xmp", b"words", "is no XMP"),
            ("iptc", b"8BIM", "is no IPTC"),
            ("iptc", b"", "is no IPTC"),
        ):
            self.write("bad", content)
            with self.subTest(kind=kind, content=content):
                command = ("encode", "in.png", "-o", "b.vaec", f"--{kind}", "bad")
                self.fail_with(BAD_DATA, f"bad: {pattern}", *command)
        command = ("encode", "in.png", "-o", "b.vaec", "--icc", "bad")
        (self.folder / "bad").unlink()
        self.fail_with(IO, "bad: cannot be opened", *command)
        self.write("bad", icc("Press", 1.8, b"CMYK"))
        self.fail_with(UNSUPPORTED, "neither for RGB", *command)
        self.write("bad", icc("Grey", 1.8, b"GRAY"))
        self.fail_with(USAGE, "in.png: the picture is RGB", *command)


if __name__ == "__main__":
    unittest.main()
