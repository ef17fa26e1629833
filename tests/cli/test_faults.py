"""Faults of the machine: a full disk, a closed pipe, no memory, an end in the middle. Nothing half-written
stays, and an older output is as it was."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import time
import unittest

from support import IO, LIMIT, OK, PROGRAM, TIMEOUT, USAGE
from support import CliTest, pixels, png

MIB = 1 << 20


class Faults(CliTest):
    def setUp(self) -> None:
        super().setUp()
        self.picture("a.png", 320, 240)
        self.old = self.stream()
        self.write("a.vaec", self.old)

    def check_untouched(self) -> None:
        self.assertEqual((self.folder / "a.vaec").read_bytes(), self.old)
        self.assertEqual(self.tree(), ["a.png", "a.vaec"])

    def test_a_full_disk(self) -> None:
        def limit() -> None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))

        for options in ((), ("--sync",)):
            result = self.run_after(limit, "encode", "a.png", "-o", "a.vaec", *options)
            self.assertEqual(result.returncode, IO, result.stderr)
            self.assertIn(b"a.vaec: cannot be written: File too large", result.stderr)
            self.check_untouched()

    def test_a_closed_pipe(self) -> None:
        for command in (("encode", "a.png"), ("decode", "a.vaec", "--format", "ppm")):
            reader, writer = os.pipe()
            os.close(reader)
            result = subprocess.run(
                [PROGRAM, *command, "-o", "-"], cwd=self.folder, stdout=writer, stderr=subprocess.PIPE,
                timeout=TIMEOUT, check=False,
            )  # fmt: skip
            os.close(writer)
            self.assertEqual(result.returncode, IO, result.stderr)
            self.assertRegex(result.stderr, rb"\Avaecomp: standard output: cannot be written: Broken pipe\n\Z")
        self.check_untouched()

    @unittest.skipUnless(os.path.exists("/proc/self/mem"), "needs /proc")
    def test_an_input_that_cannot_be_read(self) -> None:
        self.fail_with(IO, r"/proc/self/mem: cannot be read: ", "encode", "/proc/self/mem", "-o", "a.vaec")
        self.fail_with(IO, r"/proc/self/mem: cannot be read: ", "decode", "/proc/self/mem", "-o", "b.png")
        self.check_untouched()

    def test_too_little_memory(self) -> None:
        """Whatever the amount: done, or an error that says so."""
        codes = set()
        for threads in (1, 8):
            for size in (*range(20, 200, 36), 2000):

                def limit(size: int = size) -> None:
                    resource.setrlimit(resource.RLIMIT_AS, (size * MIB, size * MIB))

                result = self.run_after(limit, "encode", "a.png", "-o", "new.vaec", "-e", 1, "-j", threads)
                codes.add(result.returncode)
                if b"error while loading shared libraries" in result.stderr:  # not ours to say
                    continue
                self.assertIn(result.returncode, (OK, LIMIT), f"{threads} threads, {size} MiB: {result.stderr!r}")
                if result.returncode == LIMIT:
                    self.assertRegex(result.stderr, rb"\Avaecomp: [^\n]*memory[^\n]*\n\Z")
                else:
                    (self.folder / "new.vaec").unlink()
                self.check_untouched()
        self.assertLessEqual({OK, LIMIT}, codes)

    def test_killed(self) -> None:
        """What is left of it has a name of its own, and the next run does not mind."""
        self.write("big.png", png(1500, 1000, pixels(1500, 100, 3) * 10, 3))
        self.succeed("encode", "big.png", "-o", "big.vaec", "-e", 1, "--learned-only")
        self.write("back.ppm", b"P5 1 1 255\nx")
        child = subprocess.Popen([PROGRAM, "decode", "big.vaec", "-o", "back.ppm", "-j", "1"], cwd=self.folder)
        started = time.monotonic()
        while not any(name.startswith(".back.ppm.") for name in self.tree()):
            self.assertLess(time.monotonic() - started, TIMEOUT)
            self.assertIsNone(child.poll(), "too fast to be killed")
            time.sleep(0.002)
        child.send_signal(signal.SIGKILL)
        child.wait(TIMEOUT)
        self.assertEqual((self.folder / "back.ppm").read_bytes(), b"P5 1 1 255\nx")
        self.succeed("decode", "big.vaec", "-o", "back.ppm")
        self.assertGreater((self.folder / "back.ppm").stat().st_size, 4_000_000)
        self.assertEqual(sum(name.startswith(".") for name in self.tree()), 1)

    def test_on_the_disk_on_demand(self) -> None:
        self.succeed("encode", "a.png", "-o", "b.vaec", "--sync")
        self.succeed("encode", "a.png", "-o", "c.vaec")
        self.assertEqual((self.folder / "b.vaec").read_bytes(), (self.folder / "c.vaec").read_bytes())
        self.succeed("decode", "b.vaec", "-o", "out/", "--sync")
        self.succeed("decode", "b.vaec", "-o", "/dev/null", "--format", "ppm", "--sync")

    def test_numbers_that_are_none(self) -> None:
        for line in (
            ("encode", "a.png", "-o", "b.vaec", "--target-bpp", "nan"),
            ("encode", "a.png", "-o", "b.vaec", "--target-psnr", "inf"),
            ("heatmap", "a.vaec", "-o", "m.png", "--white", "nan"),
            ("latents", "a.vaec", "-o", "m.npz", "--range", "nan"),
        ):
            self.fail_with(USAGE, r", not (nan|inf)", *line)

    def test_empty_values(self) -> None:
        for line in (
            ("encode", "a.png", "-o", "b.vaec", "--model", ""),
            ("encode", "a.png", "-o", "b.vaec", "--report", ""),
            ("decode", "a.vaec", "-o", "b.png", "--background", ""),
        ):
            self.fail_with(USAGE, r"and this one is empty", *line)


if __name__ == "__main__":
    unittest.main()
