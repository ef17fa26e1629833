"""Terminals, closed pipes and interrupts."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import time
import unittest

from support import INTERRUPTED, PROGRAM, TERMINATED, TIMEOUT, USAGE
from support import CliTest, pixels, png


class Terminal(CliTest):
    def test_no_binary_data_to_a_terminal(self) -> None:
        master, slave = pty.openpty()
        self.addCleanup(os.close, master)
        picture = self.write("in.png", png(8, 8, pixels(8, 8, 3), 3))
        result = subprocess.run(
            [PROGRAM, "encode", picture, "-o", "-"],
            stdout=slave,
            stderr=subprocess.PIPE,
            timeout=TIMEOUT,
            check=False,
        )
        os.close(slave)
        self.assertEqual(result.returncode, USAGE)
        self.assertIn(b"refusing to write binary data to a terminal", result.stderr)

    def test_closed_pipe(self) -> None:
        reader, writer = os.pipe()
        os.close(reader)
        picture = self.write("in.png", png(8, 8, pixels(8, 8, 3), 3))
        binary = subprocess.run(
            [PROGRAM, "encode", picture, "-o", "-"],
            stdout=writer,
            stderr=subprocess.PIPE,
            timeout=TIMEOUT,
            check=False,
        )
        self.assertEqual(binary.returncode, 1)
        self.assertIn(b"standard output: cannot be written", binary.stderr)
        text = subprocess.run(
            [PROGRAM, "--help"], stdout=writer, stderr=subprocess.PIPE, timeout=TIMEOUT, check=False
        )
        os.close(writer)
        self.assertEqual((text.returncode, text.stderr), (0, b""))

    def test_interrupt_while_waiting_for_input(self) -> None:
        for number, code in ((signal.SIGINT, INTERRUPTED), (signal.SIGTERM, TERMINATED)):
            process = subprocess.Popen(
                [PROGRAM, "encode", "-", "-o", "o.vaec"],
                stdin=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=self.folder,
            )
            assert process.stdin is not None
            # The head of a PNG, so that the program goes on reading.
            process.stdin.write(png(8, 8, pixels(8, 8, 3), 3)[:40])
            process.stdin.flush()
            time.sleep(0.5)
            process.send_signal(number)
            error = process.communicate(timeout=TIMEOUT)[1]
            self.assertEqual((process.returncode, error), (code, b"vaecomp: interrupted\n"))
            self.assertEqual(self.listing(), {})


if __name__ == "__main__":
    unittest.main()
