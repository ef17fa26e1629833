"""How much memory the program takes for a large picture: the ceilings that the guide promises."""

from __future__ import annotations

import os
import random
import subprocess
import unittest

from support import PROGRAM, CliTest, with_checksum

WIDTH, HEIGHT = 4000, 2560
PIXELS = WIDTH * HEIGHT
# Bytes beside those that every pixel takes: program, model, and the rows that networks work on, which
# grow with the width alone.
ROOM = 90 << 20


def large_picture() -> bytes:
    """A PPM with edges, slopes and noise, which take many symbols."""
    generator = random.Random(3)
    block = bytearray()
    for y in range(64):
        noise = generator.randbytes(3 * WIDTH)
        for i, value in enumerate(noise):
            x = i // 3
            block.append((x // 5 + 2 * y + 40 * (x // 90 % 3) + value % 24) & 255)
    return b"P6\n%d %d\n255\n" % (WIDTH, HEIGHT) + bytes(block) * (HEIGHT // 64)


# A patches section for it, whose mask has the first block alone, 16 x 16 pixels, plain and black.
MASK = bytes.fromhex("de5dbf000d0e0300")
PLANES = b"\0" + bytes([(HEIGHT - 1) & 127 | 128, (HEIGHT - 1) >> 7]) + b"\x08" + bytes(3 * 256)
PATCHES = bytes([len(MASK)]) + MASK + PLANES
SECTION = b"\x04" + bytes([len(PATCHES) & 127 | 128, len(PATCHES) >> 7]) + PATCHES


class Memory(CliTest):
    def peak(self, *arguments: object) -> int:
        """Bytes that the program has held at its peak, in main memory."""
        child = subprocess.Popen([PROGRAM, *map(str, arguments)], cwd=self.folder)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        self.assertEqual(child.returncode, 0, arguments)
        return usage.ru_maxrss * 1024

    def test_coding_a_large_picture(self) -> None:
        self.write("large.ppm", large_picture())
        with self.subTest("encode"):
            peak = self.peak("encode", "large.ppm", "-o", "large.vaec", "-e", 1, "-j", 2)
            self.assertLess(peak, 14 * PIXELS + ROOM)
        with self.subTest("decode"):
            peak = self.peak("decode", "large.vaec", "-o", "back.ppm", "-j", 2)
            self.assertLess(peak, 8 * PIXELS + ROOM)
        self.assertEqual((self.folder / "back.ppm").stat().st_size, 3 * PIXELS + 17)
        with self.subTest("decode, with a patch"):
            stream = (self.folder / "large.vaec").read_bytes()
            self.write("patched.vaec", with_checksum(stream[:-4] + SECTION + stream[-4:]))
            peak = self.peak("decode", "patched.vaec", "-o", "patched.ppm", "-j", 2)
            self.assertLess(peak, 12 * PIXELS + ROOM)
            row = (self.folder / "patched.ppm").read_bytes()[17 : 17 + 3 * WIDTH]
            self.assertEqual(row[:48], bytes(48))
            self.assertEqual(row[48:], (self.folder / "back.ppm").read_bytes()[17 + 48 : 17 + 3 * WIDTH])


if __name__ == "__main__":
    unittest.main()
