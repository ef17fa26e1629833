"""How much memory the program takes for a large picture: the ceilings that the guide promises."""

from __future__ import annotations

import os
import random
import subprocess
import unittest

from support import PROGRAM, CliTest

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


if __name__ == "__main__":
    unittest.main()
