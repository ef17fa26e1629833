"""The user guide: its commands print what it says, its links lead somewhere, its program compiles."""

from __future__ import annotations

import re
import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "docs"))

import guide_runner  # noqa: E402
from support import PROGRAM, CliTest  # noqa: E402

GUIDE = ROOT / "docs" / "guide.md"


class Guide(CliTest):
    maxDiff = None

    def test_every_command_prints_what_the_guide_says(self) -> None:
        (self.folder / "vaecomp").symlink_to(ROOT)
        shell = guide_runner.Shell(Path(PROGRAM), self.folder)
        all_steps = list(guide_runner.steps(GUIDE.read_text("utf-8")))
        self.assertGreater(len(all_steps), 20)
        for step in all_steps:
            with self.subTest(line=step.line, command=step.command):
                code, printed = shell.run(step.command)
                self.assertEqual(code, 0, printed)
                if not guide_runner.same(step.printed, printed):
                    # A new model or text: tests/docs/renew writes the guide anew.
                    self.assertEqual(step.printed, printed)

    def test_links_lead_somewhere(self) -> None:
        for page in (GUIDE, ROOT / "README.md"):
            links = re.findall(r"\]\(([^)#:]+)\)", page.read_text("utf-8"))
            self.assertTrue(links)
            for link in links:
                self.assertTrue((page.parent / link).exists(), f"{page.name}: {link}")

    def test_its_program_is_the_one_that_is_built(self) -> None:
        program = re.search(r"```cpp\n(.*?)```", GUIDE.read_text("utf-8"), re.S)
        assert program
        self.assertEqual(program[1], (ROOT / "tests/install/example.cpp").read_text("ascii"))

    def test_every_command_is_in_the_guide(self) -> None:
        help_text = self.succeed("--help").decode()
        listed = re.search(r"^Subcommands:\n((?: +\S.*\n)+)", help_text, re.M)
        assert listed
        for name in re.findall(r"^  ([a-z][\w-]*)", listed[1], re.M):
            self.assertRegex(GUIDE.read_text("utf-8"), rf"\$ vaecomp {name}\b")


class Comparison(unittest.TestCase):
    """The comparison itself lets pass what it should and nothing else."""

    def test_equal_but_for_the_machine(self) -> None:
        for page, printed in (
            ("", ""),
            ("PSNR     38.39 dB\n", "PSNR     38.51 dB\n"),
            ("bytes       9077 (0.36 bits)\n", "bytes       9101 (0.3604 bits)\n"),
            ("done in 0.3 s\n", "done in 12.7 s\n"),
            ("2 done in 0:00\n", "2 done in 1:02:30\n"),
            ("coder   7.2\n", "coder   7.6\n"),
            ("kernels    avx2\n", "kernels    neon\n"),
            ("9.1 GMAC/s  41 % of peak   5.7 MB    12.1 B/px\n", "19.0 GMAC/s 7 % of peak 15 MB 9.5 B/px\n"),
        ):
            self.assertTrue(guide_runner.same(page, printed), page)

    def test_different(self) -> None:
        for page, printed in (
            ("", "a\n"),
            ("PSNR     38.39 dB\n", "PSNR     36.39 dB\n"),
            ("MS-SSIM  0.98\n", "MS-SSIM  0.94\n"),
            ("PSNR     38.39 dB\n", "MS-SSIM  38.39 dB\n"),
            ("model       a10e5da5 (x)\n", "model       a10e5da6 (x)\n"),
            ("size        512 x 384\n", "size        512 x 512\n"),
            ("a\nb\n", "a\n"),
        ):
            self.assertFalse(guide_runner.same(page, printed), page)

    def test_steps_of_a_page(self) -> None:
        page = "# Page\n\n```console\n$ one\n1\n$ two\n```\n\n```sh\nnot run\n```\n"
        found = [(s.line, s.command, s.printed) for s in guide_runner.steps(page)]
        self.assertEqual(found, [(4, "one", "1\n"), (6, "two", "")])
        with self.assertRaises(ValueError):
            list(guide_runner.steps("```console\nno command\n```\n"))

    def test_renewing(self) -> None:
        class Fake(guide_runner.Shell):
            def __init__(self) -> None:
                pass

            def run(self, command: str) -> tuple[int, str]:
                return (1 if command == "fails" else 0), {"a": "x\ny\n", "b": "size 101\n"}.get(command, "")

        page = "```console\n$ a\nold\n$ b\nsize 100\n```\ntext\n"
        expected = "```console\n$ a\nx\ny\n$ b\nsize 100\n```\ntext\n"
        self.assertEqual(guide_runner.renewed(page, Fake()), expected)
        with self.assertRaises(RuntimeError):
            guide_runner.renewed("```console\n$ fails\n```\n", Fake())


if __name__ == "__main__":
    unittest.main()
