"""Cost before trust: what small files cost that promise much. Time and memory grow with the bytes that
are there (SECURITY.md)."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import unittest
import zlib

import bombs
from bombs import MIB, SIDE
from support import BAD_DATA, LIMIT, OK, PROGRAM, TIMEOUT, CliTest, chunk, png

# A file may cost so much, and for each of its bytes so much more. Memory is a quarter more than what is
# promised, and times are three times that: other work slows processors down.
MEMORY, MEMORY_PER_BYTE = 80 * MIB, 2
SECONDS, SECONDS_PER_MIB = 3 * 0.5, 3 * 2.0

# Runs a program and tells its exit code, seconds and bytes. A process of its own, because what counts as
# a child's memory begins with what its parent holds.
METER = """
import os, sys
child = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, 2, 1)])
_, status, usage = os.wait4(child, 0)
print(os.waitstatus_to_exitcode(status), usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)
"""

NO_PIXELS = zlib.compress(b"")
COMPRESSED_64 = zlib.compress(bytes(64 * MIB), 9)


def texts(count: int) -> bytes:
    return bombs.png(1, 1, bombs.PIXEL, chunk(b"tEXt", b"k\0") * count)


class Cost(CliTest):
    def cost(self, code: int, *line: object, size: int, says: str = "") -> None:
        """Runs the program, which must end with this code, with words that match, and stay within
        what a file of `size` bytes may cost."""
        result = subprocess.run(
            [sys.executable, "-IS", "-c", METER, PROGRAM, *map(str, line)],
            cwd=self.folder, stdin=subprocess.DEVNULL, capture_output=True, timeout=TIMEOUT, check=True,
        )  # fmt: skip
        found, seconds, memory = map(float, result.stdout.split())
        said = result.stderr.decode(errors="replace")
        self.assertEqual(found, code, f"{line}: {said}")
        if says:
            self.assertRegex(said, says)
        self.assertLess(seconds, SECONDS + SECONDS_PER_MIB * size / MIB, f"{line}: seconds")
        self.assertLess(memory, MEMORY + MEMORY_PER_BYTE * size, f"{line}: bytes")

    def decode(self, code: int, file: bytes, says: str = "") -> None:
        self.write("bomb.vaec", file)
        self.cost(code, "decode", "bomb.vaec", "-o", "out.png", size=len(file), says=says)
        self.cost(code, "info", "bomb.vaec", size=len(file), says=says)

    def encode(self, code: int, file: bytes, says: str = "", *options: str) -> None:
        self.write("bomb", file)
        self.cost(code, "encode", "-e", 1, "bomb", "-o", "out.vaec", *options, size=len(file), says=says)


class Streams(Cost):
    def test_metadata_that_unpacks_large(self) -> None:
        """VC-37: the sum counts, not each section alone."""
        too_much = r"metadata of \d+ bytes, at most 16777216 are allowed \(--max-metadata\).*VC-37"
        for tag in (0x81, 0x82, 0x83, 0x84, 0x85, 0x86):
            self.decode(LIMIT, bombs.one_pixel(bombs.metadata(tag, 64 * MIB)), too_much)
        some = [bombs.metadata(tag, 15 * MIB) for tag in (0x81, 0x82, 0x83, 0x86)]
        self.decode(LIMIT, bombs.one_pixel(*some), too_much)
        many = [bombs.metadata(tag, 64 * MIB) for tag in (0x81, 0x82, 0x83, 0x86)]
        self.decode(LIMIT, bombs.one_pixel(*many), too_much)

    def test_very_many_texts(self) -> None:
        """VC-38: each would take much more than its four bytes."""
        self.decode(BAD_DATA, bombs.one_pixel(bombs.metadata(0x84, 15 * MIB)), r"more than 65536 texts.*VC-38")
        self.decode(BAD_DATA, bombs.one_pixel(bombs.metadata(0x85, 70 * 257, 0x41)), r"more than 256 chunks.*VC-39")
        self.decode(OK, bombs.one_pixel(bombs.metadata(0x84, 4 * 65536)))

    def test_what_is_allowed(self) -> None:
        self.write("big.vaec", bombs.one_pixel(bombs.metadata(0x83, 17 * MIB, 32)))
        self.run_code(LIMIT, "decode", "big.vaec", "-o", "out.png")
        self.succeed("decode", "big.vaec", "-o", "out.png", "--max-metadata", 17 * MIB)
        self.succeed("info", "big.vaec", "--extract", "xmp", "-o", "xmp", "--max-metadata", 17 * MIB)
        self.assertEqual((self.folder / "xmp").stat().st_size, 17 * MIB)

    def test_a_picture_of_which_nothing_is_there(self) -> None:
        shown = self.vaecomp("model", "info", "--json").stdout.decode()
        model = int(re.search(r'"id": "([0-9a-f]{8})"', shown)[1], 16)
        for hyper in (b"", b"\x55\xaa\x0f" * 7, b"\x12\x34\x56" * 7000):
            self.decode(BAD_DATA, bombs.latents(model, hyper), r"VC-2[125]")

    def test_exact_planes_of_which_nothing_is_there(self) -> None:
        for rows, lengths in ((SIDE, b""), (64, bytes(255))):
            for samples in (b"", b"\x08abc", b"\x00" * 40, b"\x5a" * 300):
                planes = b"\0" + bombs.varint(rows - 1) + lengths + samples
                lossless = bombs.stream(16, SIDE, SIDE, 100, 0, bombs.section(3, b"\0" + planes))
                self.write("bomb.vaec", lossless)
                line = ("decode", "bomb.vaec", "-o", "out.png")
                self.cost(BAD_DATA, *line, size=len(lossless), says=r"VC-4[3-9]|VC-01")


class Models(Cost):
    def test_a_payload_that_unpacks_large(self) -> None:
        for size in (2 * MIB, 256 * MIB):
            file = bombs.model_of_zeros(size)
            self.write("bomb.vaem", file)
            self.cost(LIMIT, "model", "info", "bomb.vaem", size=len(file), says=r"a payload of \d+ bytes")
        file = bombs.model_of_zeros(MIB)
        self.write("bomb.vaem", file)
        self.cost(BAD_DATA, "model", "info", "bomb.vaem", size=len(file), says="VM-07")


class Pngs(Cost):
    def test_chunks_that_claim_much(self) -> None:
        for kind in (b"tEXt", b"sPLT", b"IDAT", b"eXIf", b"iCCP"):
            file = bombs.png(1, 1, b"")[:33] + (2**31 - 1).to_bytes(4, "big") + kind
            self.encode(BAD_DATA, file, "ends early")

    def test_many_pixels(self) -> None:
        for interlaced in (False, True):
            self.encode(BAD_DATA, bombs.png(SIDE, SIDE, NO_PIXELS, interlaced=interlaced), "end early")
            # Enough bytes for all, were they as dense as can be.
            file = bombs.png(SIDE, SIDE, zlib.compress(bytes(10000)) + bytes(800_000), interlaced=interlaced)
            self.encode(BAD_DATA, file, "pixel data|image data")

    def test_metadata_that_unpacks_large(self) -> None:
        too_much = r"more than 16777216 bytes of metadata \(--max-metadata\)"
        for kind, head in ((b"zTXt", b"k\0\0"), (b"iCCP", b"k\0\0"), (b"iTXt", b"k\0\1\0\0\0")):
            once = chunk(kind, head + COMPRESSED_64)
            for extra in (once, once * 100):
                file = bombs.png(1, 1, bombs.PIXEL, extra)
                self.encode(LIMIT, file, too_much)
                self.encode(OK, file, too_much + ".*: the rest is left out", "--tolerant")

    def test_one_rule_for_all_kinds(self) -> None:
        """Kept or refused, and never dropped without a word."""
        big = bytes(range(32, 127)) * (17 * MIB // 95)
        for kind, content in (
            (b"tEXt", b"k\0" + big),
            (b"zTXt", b"k\0\0" + zlib.compress(big)),
            (b"iTXt", b"k\0\0\0\0\0" + big),
            (b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + big),
            (b"iCCP", b"k\0\0" + zlib.compress(big)),
            (b"eXIf", big),
        ):
            self.write("big.png", bombs.png(1, 1, bombs.PIXEL, chunk(kind, content)))
            self.fail_with(LIMIT, r"big\.png: more than 16777216 bytes", "encode", "big.png", "-o", "o.vaec")
            options = ("--max-metadata", 20 * MIB)
            self.run_code(OK, "encode", "big.png", "-o", "o.vaec", *options)
            shown = self.succeed("info", "o.vaec", *options).decode()
            self.assertRegex(shown, r"(?m)^contents .*(ICC|EXIF|XMP|1 text)")
            (self.folder / "o.vaec").unlink()

    def test_texts_are_kept_or_refused(self) -> None:
        self.encode(OK, texts(1100))
        self.assertIn(b"1100 texts", self.succeed("info", "out.vaec"))
        self.encode(OK, texts(65536))
        self.encode(LIMIT, texts(65537), "more than 65536 texts")
        self.encode(OK, texts(100_000), "more than 65536 texts: the rest is left out", "--tolerant")


class Jpegs(Cost):
    def test_many_pixels(self) -> None:
        for kind, last in ((0xC0, 63), (0xC2, 0)):
            file = bombs.frame(kind, SIDE) + bombs.scan((1, 2, 3), 0, last) + b"\0\xff\xd9"
            self.encode(BAD_DATA, file, "scan is damaged")

    def test_arithmetic_coding_which_needs_no_bits(self) -> None:
        for kind, last in ((0xC9, 63), (0xCA, 0)):
            file = bombs.frame(kind, SIDE) + bombs.scan((1, 2, 3), 0, last) + b"\0\xff\xd9"
            self.encode(LIMIT, file, r"scans over 16384 x 16384 pixels in a file of \d+ bytes")

    def test_many_scans(self) -> None:
        self.encode(LIMIT, bombs.progressive(400, 4096), "scans over 4096 x 4096 pixels")
        self.encode(LIMIT, bombs.progressive(501, 1024), "scans")

    def test_very_many_comments(self) -> None:
        file = bombs.frame(0xC0, 8, bombs.segment(0xFE, b"") * 65537) + bombs.scan((1, 2, 3), 0, 63) + b"\x03\xff\xd9"
        self.encode(LIMIT, file, "more than 65536 texts")


class Bitmaps(Cost):
    def test_many_pixels(self) -> None:
        words = b"P7\nWIDTH 16384\nHEIGHT 16384\nDEPTH 4\nMAXVAL 255\nTUPLTYPE RGB_ALPHA\nENDHDR\nabcd"
        heads = [b"P%d\n16384 16384\n255\n1 0 1 0" % kind for kind in (2, 3, 5, 6)]
        for file in (words, b"PF\n16384 16384\n-1\nabcdabcdabcd", b"P1\n16384 16384\n1", b"P4\n16384 16384\n1", *heads):
            self.encode(BAD_DATA, file, "ends inside the samples")


class Pipes(Cost):
    """What follows a picture may have no end."""

    def endless(self, file: bytes, name: str, behind: str) -> None:
        self.write(name, file)
        line = f'(cat {name}; exec cat {behind}) | "$0" encode - -o {name}.vaec'
        shell = subprocess.Popen(["sh", "-c", line, PROGRAM], cwd=self.folder, stderr=subprocess.PIPE)
        _, words = shell.communicate(timeout=TIMEOUT)
        self.assertEqual(shell.returncode, OK, words)
        self.assertTrue((self.folder / f"{name}.vaec").exists())

    @unittest.skipUnless(os.path.exists("/dev/zero"), "needs /dev/zero")
    def test_endless_input(self) -> None:
        self.write("a.png", png(8, 8, bytes(range(192)), 3))
        self.succeed("encode", "a.png", "-o", "a.vaec")
        self.succeed("decode", "a.vaec", "-o", "a.jpg")
        self.succeed("decode", "a.vaec", "-o", "a.ppm")
        for extension in ("png", "jpg", "ppm"):
            file = (self.folder / f"a.{extension}").read_bytes()
            for behind in ("/dev/zero", "/dev/urandom"):
                self.endless(file, f"b.{extension}", behind)


if __name__ == "__main__":
    unittest.main()
