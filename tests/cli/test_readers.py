"""Damaged files, files of several pictures and uncommon kinds: what is taken, and with which words."""

from __future__ import annotations

import struct
import unittest

from support import BAD_DATA, OK, UNSUPPORTED, CliTest, chunk, pixels, png, read_pnm


class ReaderTest(CliTest):
    """Files are given to `encode` under a name that says nothing."""

    def take(self, content: bytes, *patterns: str, options: tuple[str, ...] = ()) -> bytes:
        """Encodes a file, with one line on stderr for each pattern; returns the stream."""
        self.write("in", content)
        result = self.vaecomp("encode", "in", "-o", "-", "-e", "1", *options)
        self.assertEqual(result.returncode, OK, result.stderr)
        lines = result.stderr.decode().splitlines()
        # Of pictures this small a stream is often the larger file, which is said, too.
        lines = [line for line in lines if "the stream is larger than the file" not in line]
        self.assertEqual(len(lines), len(patterns), lines)
        for line, pattern in zip(lines, patterns):
            self.assertRegex(line, r"\Avaecomp: in: " + pattern)
        return result.stdout

    def refuse(self, code: int, pattern: str, content: bytes, *options: str) -> None:
        self.write("in", content)
        self.fail_with(code, r"\Avaecomp: in: " + pattern, "encode", "in", "-o", "out.vaec", *options)

    def jpeg(self) -> bytes:
        """A small JPEG, as the program writes it."""
        self.write("a.vaec", self.stream(48, 40))
        self.succeed("decode", "a.vaec", "-o", "a.jpg", "--jpeg-quality", "90")
        return (self.folder / "a.jpg").read_bytes()


def with_segments(jpeg: bytes, *segments: tuple[int, bytes]) -> bytes:
    """The file with APPn segments right behind its SOI."""
    made = b"".join(
        struct.pack(">BBH", 0xFF, 0xE0 + number, len(content) + 2) + content
        for number, content in segments
    )
    return jpeg[:2] + made + jpeg[2:]


class Damage(ReaderTest):
    def test_a_text_with_a_wrong_checksum(self) -> None:
        text = bytearray(chunk(b"tEXt", b"Comment\0text"))
        text[-1] ^= 1
        file = png(20, 12, pixels(20, 12, 3), 3, extra=bytes(text))
        warning = r"warning: a damaged tEXt chunk is left out: its CRC is wrong \(at byte 33\)"
        self.take(file, warning)
        self.take(file, options=("--quiet",))
        self.refuse(BAD_DATA, r"a damaged tEXt .*\(--strict\)", file, "--strict")

    def test_a_png_without_its_end(self) -> None:
        file = png(20, 12, pixels(20, 12, 3), 3)
        self.take(file[:-12], r"warning: the file ends early, after the pixel data \(at byte \d+\)")
        self.take(file + bytes(500))
        self.take(file + b"more", options=())
        self.take(file + b"more", r"note: left out: 4 bytes after the picture", options=("-v",))

    def test_half_a_png(self) -> None:
        file = png(64, 64, pixels(64, 64, 3), 3)
        half = file[: len(file) * 3 // 4]
        self.refuse(BAD_DATA, r"the file ends early; --tolerant takes what is there \(at byte \d+\)", half)
        stream = self.take(
            half,
            r"warning: the file ends early: rows \d+ to 63 are grey \(at byte \d+\)",
            options=("--tolerant", "-q", "90"),
        )
        *_, samples = read_pnm(self.succeed("decode", "-", "-o", "-", "--format", "ppm", stdin=stream))
        self.assertTrue(all(abs(sample - 128) < 12 for sample in samples[-300:]))

    def test_a_jpeg_without_its_end(self) -> None:
        self.take(
            self.jpeg()[:-2],
            r"warning: the file ends without its end marker \(EOI\) \(at byte \d+\)",
        )

    def test_a_jpeg_with_a_damaged_middle(self) -> None:
        file = bytearray(self.jpeg())
        middle = (file.index(b"\xff\xda") + len(file)) // 2
        file[middle : middle + 40] = bytes((37 * i * i + 11) % 255 for i in range(40))
        self.refuse(BAD_DATA, r"broken JPEG: the scan is damaged: .*--tolerant", bytes(file))
        self.take(bytes(file), r"warning: broken JPEG: the scan is damaged: ", options=("--tolerant",))

    def test_samples_missing_in_a_ppm(self) -> None:
        file = b"P6 2 2 255\n" + bytes(9)
        self.refuse(BAD_DATA, r"the file ends inside the samples: 9 of 12 bytes;", file)
        self.take(
            file,
            r"warning: the file ends inside the samples: 9 of 12 bytes: it is grey from row 1 on",
            options=("--tolerant",),
        )
        self.take(b"P5 1 1 255\nxyz", r"warning: 2 bytes after the samples are left out \(at byte 12\)")


class Frames(ReaderTest):
    def frames(self, content: bytes, pattern: str) -> bytes:
        stream = self.take(content, "warning: " + pattern)
        self.take(content, options=("--first-frame",))
        self.refuse(UNSUPPORTED, pattern + r" \(--strict\)", content, "--strict")
        return stream

    def test_an_animated_png(self) -> None:
        frame = chunk(b"fcTL", bytes(26))
        samples = pixels(20, 12, 3)
        extra = chunk(b"acTL", struct.pack(">II", 2, 0)) + frame
        file = png(20, 12, samples, 3, extra=extra)
        file = file[:-12] + frame + chunk(b"fdAT", bytes(30)) + file[-12:]
        self.frames(file, r"an animation of 2 frames: only the first is kept")

    def test_a_multi_picture_jpeg(self) -> None:
        entry = struct.pack("<HHII", 0xB001, 4, 1, 2)
        index = b"MPF\0II*\0" + struct.pack("<IH", 8, 1) + entry + bytes(4)
        jpeg = self.jpeg()
        self.frames(
            with_segments(jpeg, (2, index)) + jpeg,
            r"a file of 2 pictures \(MPO\): only the first is kept",
        )

    def test_a_motion_photo(self) -> None:
        packet = (
            b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF><rdf:Description '
            b'xmlns:GCamera="http://ns.google.com/photos/1.0/camera/" a="b"%s/></rdf:RDF></x:xmpmeta>'
        )
        marked = packet % b' GCamera:MotionPhoto="1" GCamera:MicroVideoOffset="24"'
        file = with_segments(self.jpeg(), (1, b"http://ns.adobe.com/xap/1.0/\0" + marked))
        stream = self.frames(
            file + b"\0\0\0\x18ftypmp42" + bytes(12),
            r"a motion photo: the picture is kept, not the video in the 24 bytes after it",
        )
        back = self.succeed("decode", "-", "-o", "-", "--format", "png", stdin=stream)
        self.assertIn(packet % b"", back)

    def test_netpbm_pictures_behind_each_other(self) -> None:
        one = b"P6 2 1 255\nabcdef"
        self.frames(one * 3, r"a file of 3 pictures: only the first is kept")


class Kinds(ReaderTest):
    def test_plain_and_bitmap_netpbm(self) -> None:
        samples = pixels(20, 12, 3)
        binary = self.take(b"P6\n20 12\n255\n" + samples)
        text = "P3\n# by hand\n20 12\n255\n" + "\n".join(map(str, samples))
        self.assertEqual(self.take(text.encode()), binary)
        bits = [(x * y) % 3 == 0 for y in range(12) for x in range(20)]
        grey = self.take(b"P5\n20 12\n255\n" + bytes(0 if bit else 255 for bit in bits))
        self.assertEqual(self.take(b"P1\n20 12\n" + b"".join(b"%d" % bit for bit in bits)), grey)
        packed = b"".join(
            int("".join(str(int(bit)) for bit in bits[20 * y : 20 * y + 20]) + "0000", 2).to_bytes(3, "big")
            for y in range(12)
        )
        self.assertEqual(self.take(b"P4\n20 12\n" + packed), grey)

    def test_pfm(self) -> None:
        values = [x / 16 for x in range(16)]
        rows = [values, values[::-1]]
        deep = b"P5\n16 2\n65535\n" + b"".join(
            struct.pack(">H", int(value * 65535 + 0.5)) for row in rows for value in row
        )
        for order, scale in (("<", b"-1.0"), (">", b"1.0")):
            floats = b"".join(struct.pack(order + "16f", *row) for row in reversed(rows))
            self.assertEqual(self.take(b"Pf\n16 2\n" + scale + b"\n" + floats), self.take(deep))
        over = struct.pack("<2f", 0.5, 1.25)
        self.take(b"Pf\n2 1\n-1\n" + over, r"warning: values beyond 0 to 1 were clipped \(at byte 14\)")

    def test_kinds_that_are_not_read_are_named(self) -> None:
        for head, kind, program in (
            (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "a HEIC", "heif-convert"),
            (b"\0\0\0\x1cftypmif1\0\0\0\0mif1avifmiaf", "an AVIF", "avifdec"),
            (b"RIFF\x20\0\0\0WEBPVP8 ", "a WebP", "dwebp"),
            (b"GIF89a", "a GIF", "magick"),
            (b"\xff\x0a", "a JPEG XL", "djxl"),
            (b"\xff\x4f\xff\x51", "a JPEG 2000", "opj_decompress"),
            (b"II*\0\x08\0\0\0", "a TIFF", "tifftopnm or magick"),
            (b"\x0a\x05\x01\x08", "a PCX", "pcxtoppm or magick"),
            (b"\x01\xda\x01\x01\0\x03", "an SGI", "sgitopnm or magick"),
            (b"SIMPLE  =", "a FITS", "fitstopnm or magick"),
            (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "an SVG", "rsvg-convert"),
        ):
            self.refuse(
                UNSUPPORTED,
                rf"{kind} file, which is not read: convert it first, for example with {program}",
                head + bytes(100),
            )
        self.refuse(UNSUPPORTED, r"already a vaec stream: .*vaecomp decode", self.stream())
        self.refuse(BAD_DATA, r"not a picture: only PNG, JPEG, ", b"Pictures are not words.")


class Facts(ReaderTest):
    def test_the_density_of_a_jpeg(self) -> None:
        jpeg = self.jpeg()
        at = jpeg.index(b"JFIF\0") + 7
        dense = jpeg[:at] + struct.pack(">BHH", 1, 300, 300) + jpeg[at + 5 :]
        back = self.succeed("decode", "-", "-o", "-", "--format", "png", stdin=self.take(dense))
        self.assertIn(chunk(b"pHYs", struct.pack(">IIB", 11811, 11811, 1)), back)

    def test_what_is_left_out_is_named(self) -> None:
        jpeg = with_segments(self.jpeg(), (12, b"Ducky\0..."), (5, b"\0"))
        self.take(jpeg, r"note: left out: APP12 Ducky, APP5 \(at byte 2\)", options=("-v",))
        self.take(jpeg)
        extra = chunk(b"hIST", b"\0\1") + chunk(b"prVt", b"private")
        file = png(4, 4, pixels(4, 4, 3), 3, extra=extra)
        self.take(file, r"note: left out: hIST, prVt \(at byte 33\)", options=("-v",))

    def test_a_profile_in_a_text(self) -> None:
        block = b"II*\0\x08\0\0\0\0\0\0\0\0\0"
        text = b"Raw profile type exif\0\nexif\n      %d\n%s\n" % (len(block), block.hex().encode())
        file = png(4, 4, pixels(4, 4, 3), 3, extra=chunk(b"tEXt", text))
        back = self.succeed("decode", "-", "-o", "-", "--format", "png", stdin=self.take(file))
        self.assertIn(chunk(b"eXIf", block), back)
        self.assertNotIn(b"Raw profile", back)

    def test_more_texts_than_libpng_keeps(self) -> None:
        texts = b"".join(chunk(b"tEXt", b"n\0%d" % i) for i in range(1100))
        file = png(4, 4, pixels(4, 4, 3), 3, extra=texts)
        back = self.succeed("decode", "-", "-o", "-", "--format", "png", stdin=self.take(file))
        self.assertEqual(back.count(b"tEXtn\0"), 1100)


if __name__ == "__main__":
    unittest.main()
