"""Every kind of bad input: one line that names file and cause, the family's code, no output."""

from __future__ import annotations

import os
import unittest

from support import BAD_DATA, IO, LIMIT, UNSUPPORTED, USAGE
from support import CliTest, chunk, pixels, png, with_checksum


class BadStreams(CliTest):
    """Decode and info refuse them alike."""

    def refuse(self, code: int, pattern: str, content: bytes) -> None:
        self.write("bad.vaec", content)
        for command in (("decode", "bad.vaec", "-o", "out.png"), ("info", "bad.vaec")):
            self.fail_with(code, pattern, *command)

    def test_empty(self) -> None:
        self.refuse(BAD_DATA, r"bad\.vaec: ", b"")

    def test_foreign(self) -> None:
        self.refuse(BAD_DATA, r"bad\.vaec: .*VC-02", b"hello, this is no stream at all")
        self.refuse(BAD_DATA, r"bad\.vaec: .*VC-02", png(4, 4, pixels(4, 4, 3), 3))

    def test_every_truncation(self) -> None:
        stream = self.stream()
        for size in range(1, len(stream)):
            self.write("bad.vaec", stream[:size])
            self.fail_with(BAD_DATA, r"bad\.vaec: .*VC-", "info", "bad.vaec")

    def test_a_flipped_bit_in_every_byte(self) -> None:
        stream = self.stream()
        for at in range(len(stream)):
            flipped = bytearray(stream)
            flipped[at] ^= 1 << at % 8
            self.write("bad.vaec", bytes(flipped))
            # Another version is reported as such, everything else is bad data.
            code = UNSUPPORTED if at == 4 else BAD_DATA
            self.fail_with(code, r"bad\.vaec: .*\(.*VC-", "info", "bad.vaec")

    def test_unknown_version(self) -> None:
        stream = self.stream()
        self.refuse(UNSUPPORTED, r"VC-03", with_checksum(stream[:4] + b"\x01" + stream[5:]))

    def test_unknown_flag(self) -> None:
        stream = self.stream()
        self.refuse(UNSUPPORTED, r"VC-04", with_checksum(stream[:5] + b"\x80" + stream[6:]))

    def test_unknown_model(self) -> None:
        stream = self.stream()
        # Width and height take one byte each here: the id's first byte is the tenth.
        other = stream[:9] + bytes([stream[9] ^ 0xFF]) + stream[10:]
        self.write("bad.vaec", with_checksum(other))
        self.fail_with(UNSUPPORTED, r"bad\.vaec: .*VC-08", "decode", "bad.vaec", "-o", "out.png")
        self.assertIn(b"not at hand", self.succeed("info", "bad.vaec"))

    def test_larger_than_the_limit(self) -> None:
        self.write("a.vaec", self.stream(20, 12))
        self.fail_with(
            LIMIT, r"a\.vaec: 20 x 12 pixels .*--max-pixels.*VC-06", "decode", "a.vaec", "-o", "out.png", "--max-pixels", 239
        )
        self.succeed("decode", "a.vaec", "-o", "out.png", "--max-pixels", 240)

    def test_absurd_size_in_a_sound_header(self) -> None:
        stream = self.stream()
        side = b"\xff\xff\x3f"  # varint of 2^20 - 1
        self.write("bad.vaec", with_checksum(stream[:6] + side + side + stream[8:]))
        self.fail_with(LIMIT, r"bad\.vaec: .*VC-06", "decode", "bad.vaec", "-o", "out.png")

    def test_damage_that_the_checksum_covers_up(self) -> None:
        stream = self.stream()
        middle = len(stream) // 2 + 6
        for at in (middle, len(stream) - 5):
            changed = stream[:at] + bytes([stream[at] ^ 0x55]) + stream[at + 1 :]
            self.write("bad.vaec", with_checksum(changed))
            self.fail_with(BAD_DATA, r"bad\.vaec: ", "decode", "bad.vaec", "-o", "out.png")


class BadPictures(CliTest):
    def refuse(self, code: int, pattern: str, content: bytes, *options: object) -> None:
        self.write("bad.png", content)
        self.fail_with(code, pattern, "encode", "bad.png", "-o", "out.vaec", *options)

    def test_empty_and_foreign(self) -> None:
        self.refuse(BAD_DATA, r"bad\.png: the file is empty", b"")
        self.refuse(BAD_DATA, r"bad\.png: not a picture", b"some words" * 1000)
        self.refuse(UNSUPPORTED, r"bad\.png: a GIF file, which is not read: convert", b"GIF89a" + bytes(100))
        self.refuse(UNSUPPORTED, r"bad\.png: already a vaec stream: .*vaecomp decode", self.stream())

    def test_truncated(self) -> None:
        file = png(20, 12, pixels(20, 12, 3), 3)
        for size in (8, 20, 40, len(file) - 30):
            self.refuse(BAD_DATA, rf"bad\.png: the file ends early.* \(at byte {size}\)", file[:size])

    def test_broken_chunks(self) -> None:
        file = bytearray(png(20, 12, pixels(20, 12, 3), 3))
        file[50] ^= 1
        self.refuse(BAD_DATA, r"bad\.png: broken PNG: .*\(at byte \d+\)", bytes(file))
        samples = pixels(4, 4, 3)
        unknown = png(4, 4, samples, 3, extra=chunk(b"ABCD", b"critical and unknown"))
        self.refuse(UNSUPPORTED, r"bad\.png: the critical chunk ABCD is not known", unknown)
        short = png(20, 12, pixels(20, 6, 3), 3)
        self.refuse(BAD_DATA, r"bad\.png: broken PNG: ", short)

    def test_oversized(self) -> None:
        def lying(width: int, height: int) -> bytes:
            file = png(width, height, b"", 3)
            return file[: file.index(b"IDAT") - 4] + chunk(b"IDAT", b"x") + chunk(b"IEND", b"")

        self.refuse(LIMIT, r"100000 x 100000 pixels .*--max-pixels.*\(at byte 16\)", lying(10**5, 10**5))
        self.refuse(LIMIT, r"4294967295 x 1 pixels: at most 1048576 a side", lying(2**32 - 1, 1))
        self.refuse(BAD_DATA, r"no pixels", lying(0, 7))
        small = png(10, 10, pixels(10, 10, 3), 3)
        self.refuse(LIMIT, r"more than the limit of 99 ", small, "--max-pixels", 99)

    def test_not_supported(self) -> None:
        pam = b"P7\nWIDTH 1\nHEIGHT 1\nDEPTH 4\nMAXVAL 255\nTUPLTYPE CMYK\nENDHDR\nabcd"
        self.refuse(UNSUPPORTED, r"bad\.png: PAM of tuple type CMYK", pam)

    def test_bad_ppm(self) -> None:
        self.refuse(BAD_DATA, r"ends inside the samples: 3 of 6 bytes;.* \(at byte 14\)", b"P6\n2 1\n255\nabc")
        self.refuse(BAD_DATA, r"no width \(at byte 3\)", b"P6\nx")


class BadJpegs(CliTest):
    """Under a PNG's name, because the name does not matter."""

    def setUp(self) -> None:
        super().setUp()
        self.write("a.vaec", self.stream(24, 20))
        self.succeed("decode", "a.vaec", "-o", "a.jpg")
        self.jpeg = (self.folder / "a.jpg").read_bytes()

    def refuse(self, code: int, pattern: str, content: bytes) -> None:
        self.write("bad.png", content)
        self.fail_with(code, pattern, "encode", "bad.png", "-o", "out.vaec")

    def test_truncated(self) -> None:
        for size in (3, 20, 200, len(self.jpeg) - 3):
            self.refuse(BAD_DATA, rf"bad\.png: the file ends early.* \(at byte {size}\)", self.jpeg[:size])

    def test_no_jpeg_behind_the_first_bytes(self) -> None:
        self.refuse(BAD_DATA, r"bad\.png: ", b"\xff\xd8\xff" + b"some words" * 1000)

    def test_damaged_tables(self) -> None:
        at = self.jpeg.index(b"\xff\xc4") + 5
        self.refuse(BAD_DATA, r"bad\.png: broken JPEG: ", self.jpeg[:at] + b"\xff" * 8 + self.jpeg[at + 8 :])

    def test_absurd_size(self) -> None:
        at = self.jpeg.index(b"\xff\xc0") + 5
        self.refuse(
            LIMIT, r"65500 x 65500 pixels .*--max-pixels", self.jpeg[:at] + b"\xff\xdc" * 2 + self.jpeg[at + 4 :]
        )

    def test_cmyk(self) -> None:
        frame = b"\xff\xc0\0\x14\x08\0\x08\0\x08\x04" + bytes.fromhex("011100021100031100041100")
        scan = b"\xff\xda\0\x0e\x04" + bytes.fromhex("0100020003000400003f00")
        self.refuse(UNSUPPORTED, r"bad\.png: a CMYK JPEG.*convert", b"\xff\xd8" + frame + scan + b"\xff\xd9")


class BadModels(CliTest):
    def refuse(self, code: int, pattern: str, content: bytes) -> None:
        self.write("bad.vaem", content)
        self.write("in.png", png(4, 4, pixels(4, 4, 3), 3))
        self.fail_with(code, pattern, "encode", "in.png", "-o", "o.vaec", "--model", "bad.vaem")
        self.fail_with(code, pattern, "model", "info", "bad.vaem")

    def test_bad_model_files(self) -> None:
        self.refuse(BAD_DATA, r"bad\.vaem: ", b"")
        self.refuse(BAD_DATA, r"bad\.vaem: .*VM-01", b"not a model" * 10)
        self.refuse(BAD_DATA, r"bad\.vaem: ", b"VAEM\x02\x00")
        self.refuse(UNSUPPORTED, r"bad\.vaem: .*VM-02", b"VAEM\x01" + bytes(40))
        self.refuse(BAD_DATA, r"bad\.vaem: .*VM-06", b"VAEM\x02" + bytes(40))

    def test_missing_model_file(self) -> None:
        self.write("in.png", png(4, 4, pixels(4, 4, 3), 3))
        self.fail_with(IO, r"no\.vaem: ", "encode", "in.png", "-o", "o.vaec", "--model", "no.vaem")


class BadFiles(CliTest):
    def setUp(self) -> None:
        super().setUp()
        self.write("in.png", png(8, 8, pixels(8, 8, 3), 3))

    def test_missing_input(self) -> None:
        self.fail_with(IO, r"no\.png: cannot be opened: No such", "encode", "no.png", "-o", "o.vaec")
        self.fail_with(IO, r"no\.vaec: cannot be opened", "decode", "no.vaec", "-o", "o.png")
        self.fail_with(IO, r"no\.vaec: cannot be opened", "info", "no.vaec")
        self.fail_with(IO, r"no\.png: cannot be opened", "compare", "in.png", "no.png")

    def test_a_folder_for_a_file(self) -> None:
        (self.folder / "d").mkdir()
        self.fail_with(IO, r"d: is a directory", "encode", "d", "-o", "o.vaec")
        self.fail_with(IO, r"d: is a directory: add --rec", "encode", "in.png", "d", "-o", "e")
        self.fail_with(IO, r"d: is a directory", "decode", "d", "-o", "o.png")

    def test_output_that_cannot_be_written(self) -> None:
        self.fail_with(IO, r"no/o\.vaec: cannot be created", "encode", "in.png", "-o", "no/o.vaec")
        self.fail_with(IO, r"in\.png/o: cannot be created", "encode", "in.png", "-o", "in.png/o")

    @unittest.skipUnless(os.path.exists("/dev/full"), "needs /dev/full")
    def test_full_disk(self) -> None:
        self.fail_with(
            IO, r"/dev/full: cannot be written: No space", "encode", "in.png", "-o", "/dev/full"
        )

    @unittest.skipIf(os.geteuid() == 0, "root may write everywhere")
    def test_permissions(self) -> None:
        old = self.write("o.vaec", b"old")
        old.chmod(0o444)
        self.fail_with(IO, r"o\.vaec: cannot be written: .*--overwrite", "encode", "in.png", "-o", "o.vaec")
        self.succeed("encode", "in.png", "-o", "o.vaec", "--overwrite")
        (self.folder / "d").mkdir(mode=0o555)
        self.fail_with(IO, r"d/o\.vaec: cannot be created", "encode", "in.png", "-o", "d/o.vaec")

    def test_input_as_output(self) -> None:
        (self.folder / "link.png").symlink_to("in.png")
        for output in ("in.png", "./in.png", "link.png"):
            self.fail_with(USAGE, r"input and output are the same file", "encode", "in.png", "-o", output)

    def test_failure_leaves_an_older_output_alone(self) -> None:
        old = self.stream()
        self.write("o.vaec", old)
        self.write("bad.png", b"nonsense")
        self.fail_with(BAD_DATA, r"bad\.png: not a picture", "encode", "bad.png", "-o", "o.vaec")
        self.assertEqual((self.folder / "o.vaec").read_bytes(), old)

    def test_a_name_with_a_line_end_stays_one_line(self) -> None:
        self.fail_with(IO, r"vaecomp: \$'no\\nsuch': ", "encode", "no\nsuch", "-o", "o.vaec")


class BadArguments(CliTest):
    def test_usage(self) -> None:
        self.write("in.png", png(8, 8, pixels(8, 8, 3), 3))
        for pattern, arguments in (
            (r"a command is missing: encode, decode, ", ()),
            (r"a command is missing: info \(see vaecomp model --help\)", ("model",)),
            (r"frobnicate", ("frobnicate",)),
            (r"--output is required: add -o OUT", ("encode", "in.png")),
            (r"IN is required: name a file", ("encode", "-o", "o.vaec")),
            (r"--quality", ("encode", "in.png", "-o", "o.vaec", "-q", "101")),
            (r"--quality", ("encode", "in.png", "-o", "o.vaec", "-q", "-1")),
            (r"--quality", ("encode", "in.png", "-o", "o.vaec", "-q", "high")),
            (r"--threads", ("encode", "in.png", "-o", "o.vaec", "-j", "-1")),
            (r"--max-pixels", ("encode", "in.png", "-o", "o.vaec", "--max-pixels", "0")),
            (r"unknown option --no-such", ("encode", "in.png", "-o", "o.vaec", "--no-such")),
            (r"several files", ("encode", "in.png", "more.png", "-o", "o.vaec")),
            (r"several files", ("encode", "in.png", "more.png", "-o", "-")),
            (r"several files cannot become one", ("encode", "in.png", "more.png", "-o", "photo.jpg")),
            (r"several files need a folder", ("encode", "in.png", "more.png", "-o", "in.png")),
            (r"standard input has no name", ("encode", "-", "-o", "folder/")),
            (r"\.csv or \.json", ("encode", "in.png", "-o", "o.vaec", "--report", "r.txt")),
            (
                r"excludes --\S+: leave one of them out",
                ("encode", "in.png", "-o", "o.vaec", "--overwrite", "--skip-existing"),
            ),
            (
                r"--format: a format is png, ppm, pgm, pnm, pam or jpg, not tga",
                ("decode", "a.vaec", "-o", "o.png", "--format", "tga"),
            ),
            (r"\.webp is not written", ("decode", "a.vaec", "-o", "o.webp")),
            (r"--jpeg-quality", ("decode", "a.vaec", "-o", "o.jpg", "--jpeg-quality", "0")),
            (r"--strip", ("encode", "in.png", "-o", "o.vaec", "--strip", "place")),
            (r"cannot be both", ("compare", "-", "-")),
        ):
            with self.subTest(arguments):
                self.fail_with(USAGE, pattern, *arguments)

    def test_pictures_that_do_not_compare(self) -> None:
        self.write("a.png", png(8, 8, pixels(8, 8, 3), 3))
        self.write("b.png", png(8, 9, pixels(8, 9, 3), 3))
        self.fail_with(USAGE, r"b\.png: is 8 x 9 RGB, but a\.png is 8 x 8 RGB", "compare", "a.png", "b.png")

    def test_rgb_is_no_pgm(self) -> None:
        self.write("a.vaec", self.stream())
        self.fail_with(USAGE, r"o\.pgm: .*cannot be a PGM", "decode", "a.vaec", "-o", "o.pgm")


if __name__ == "__main__":
    unittest.main()
