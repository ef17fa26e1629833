"""What the program says of values, names and options that are wrong: what, and what to type."""

from __future__ import annotations

import json
import subprocess
import unittest

from support import IO, LIMIT, USAGE, PROGRAM, TIMEOUT
from support import CliTest

ODD = "a\nb\x1b[2J.png"
QUOTED = r"$'a\nb\x1b[2J.png'"


class Values(CliTest):
    def refuse(self, pattern: str, *arguments: str) -> None:
        """A wrong line, refused in a sentence."""
        self.fail_with(USAGE, pattern, *arguments)

    def test_numbers(self) -> None:
        encode = ("encode", "a.png", "-o", "a.vaec")
        quality = r"--quality: a quality is a whole number from 0 to 100, not "
        for value in ("50.5", "101", "-1", "high", "0x10", "1e1", "nan", "99999999999999999999"):
            self.refuse(quality + value, *encode, "-q", value)
        self.refuse(quality + "' 5'", *encode, "-q", " 5")
        self.refuse(r"an effort is a whole number from 1 to 9, not 0", *encode, "-e", "0")
        self.refuse(r"a number of threads is a whole number from 0 to 1024, not -1", *encode, "-j", "-1")
        for value in ("nan", "inf", "-inf", "0.5", "201", "1,5", ""):
            self.refuse(r"--target-psnr: a PSNR is a number from 1 to 200, not ", *encode, "--target-psnr", value)
        for value in ("nan", "inf", "0"):
            self.refuse(r"a number of bits per pixel is a number from 1e-06 to 1000", *encode, "--target-bpp", value)
        self.refuse(r"an MS-SSIM is a number from 0 to 0\.999999, not nan", *encode, "--target-ssim", "nan")
        self.refuse(r"a number of bits is a number from ", "heatmap", "a.vaec", "-o", "m.png", "--white", "nan")
        traverse = ("latents", "a.vaec", "-o", "l-%d.png", "--traverse", "1", "--range")
        self.refuse(r"a range is a number from 0\.0625 to 2047, not nan", *traverse, "nan")
        self.refuse(r"a seed is a whole number from 0 to 18446744073709551615, not -1", "sample", "-o", "s.png", "--seed=-1")
        self.refuse(r"a gain is a whole number", "compare", "a.png", "b.png", "--gain", "0.5")
        self.refuse(r"a JPEG quality is a whole number from 1 to 100", "decode", "a.vaec", "-o", "a.jpg", "--jpeg-quality", "x")

    def test_a_leading_zero_is_no_octal_number(self) -> None:
        self.picture("a.png")
        ten = self.succeed("encode", "a.png", "-o", "-", "-q", "10")
        self.assertEqual(self.succeed("encode", "a.png", "-o", "-", "-q", "010"), ten)

    def test_unset_variables(self) -> None:
        self.picture("a.png")
        for option in ("--model", "--report", "-o"):
            rest = () if option == "-o" else ("-o", "a.vaec")
            long = "--output" if option == "-o" else option
            self.refuse(rf"{long}: needs a file's name, and this one is empty", "encode", "a.png", *rest, option, "")
        self.refuse(r"--background: needs a value", "decode", "a.vaec", "-o", "a.png", "--background", "")
        self.refuse(r"--difference: needs a file's name", "compare", "a.png", "a.png", "--difference", "")
        self.refuse(r"--like: needs a file's name", "sample", "-o", "s.png", "--like", "")
        self.refuse(r"IN: needs a file's name", "encode", "", "-o", "a.vaec")
        self.refuse(r"FILE: needs a file's name", "model", "info", "")
        self.refuse(r"--target-size: ", "encode", "a.png", "-o", "a.vaec", "--target-size", "")
        self.refuse(r"--model= has no value", "encode", "--model=", "a.png", "-o", "a.vaec")

    def test_the_limit_of_pixels_has_a_name(self) -> None:
        self.write("a.vaec", self.stream())
        pattern = r"a\.vaec: 20 x 12 pixels are more than the limit of 10 \(--max-pixels\) \(at byte \d; VC-06\)"
        for line in (
            ("decode", "a.vaec", "-o", "a.png"),
            ("heatmap", "a.vaec", "-o", "a.png"),
            ("latents", "a.vaec", "-o", "a.npz"),
            ("compare", "a.vaec", "a.vaec"),
            ("blend", "a.vaec", "a.vaec", "-o", "b-%d.png"),
        ):
            self.fail_with(LIMIT, pattern, *line, "--max-pixels", 10)


class Lines(CliTest):
    """Of a wrong line the fault is told that the others come from."""

    def test_a_misspelt_option_is_named_before_what_is_missing(self) -> None:
        self.fail_with(USAGE, r"unknown option --outptu ", "encode", "a.png", "--outptu", "x.vaec")
        self.fail_with(USAGE, r"unknown option --outptu=x\.vaec \(see", "encode", "a.png", "--outptu=x.vaec")
        self.fail_with(USAGE, r"unknown option -x ", "encode", "a.png", "-x", "x.vaec")
        self.fail_with(USAGE, r"unknown option --map ", "compare", "a.png", "b.png", "--map", "m.png")
        self.fail_with(USAGE, r"unknown option --version ", "encode", "--version")

    def test_options_follow_the_command(self) -> None:
        pattern = r"options follow the command: write vaecomp encode \.\.\. --quiet "
        self.fail_with(USAGE, pattern, "--quiet", "encode", "a.png", "-o", "a.vaec")

    def test_values_and_names_that_are_missing_or_too_many(self) -> None:
        self.fail_with(USAGE, r"--quality needs a value ", "encode", "a.png", "-o", "a.vaec", "-q")
        self.fail_with(USAGE, r"--output needs a value ", "encode", "a.png", "-o")
        self.fail_with(USAGE, r"c\.png is one name too many ", "compare", "a.png", "b.png", "c.png")

    def test_names_of_formats_and_kinds(self) -> None:
        stream = self.stream()
        for name in ("jpeg", "JPG"):
            self.assertEqual(self.succeed("decode", "-", "-o", "-", "--format", name, stdin=stream)[:2], b"\xff\xd8")
        self.fail_with(USAGE, r"a kind to extract is exif, icc, .* or text, not gps", "info", "a.vaec", "--extract", "gps")
        self.fail_with(USAGE, r"auto, plain or none, not dots", "encode", "a", "-o", "b", "--progress", "dots")

    def test_standard_input_is_read_once(self) -> None:
        pattern = r"standard input can be only one of picture, --exif, "
        self.fail_with(USAGE, pattern, "encode", "-", "-o", "a.vaec", "--xmp", "-", stdin=b"<x/>")
        self.picture("a.png")
        self.fail_with(USAGE, pattern, "encode", "a.png", "-o", "a.vaec", "--xmp", "-", "--icc", "-", stdin=b"<x/>")

    def test_folders(self) -> None:
        (self.folder / "in").mkdir()
        self.fail_with(IO, r"in: is a directory: add --recursive ", "encode", "in", "-o", "out.vaec")
        self.fail_with(IO, r"nothing to do: no file has an extension that is taken \(\.png ", "encode", "-r", "in", "-o", "out")


class Names(CliTest):
    def test_names_that_begin_with_a_dash(self) -> None:
        hint = r"to name a file that begins with a dash write \./-x\.png or put -- before it"
        for line in (("encode", "-x.png", "-o", "o.vaec"), ("encode", "-x.png", "b.png", "-o", "out/")):
            self.fail_with(USAGE, r"unknown option -x\.png; " + hint, *line)
        # An option with its value behind, but there is such a file.
        self.picture("-q.png")
        hint = r"write \./-q\.png or put -- before it"
        self.fail_with(USAGE, r"--quality: .*, not \.png; .*" + hint, "encode", "-q.png", "-o", "o.vaec")
        self.succeed("encode", "./-q.png", "-o", "o.vaec")
        self.succeed("encode", "-o", "p.vaec", "--", "-q.png")
        # No name at all.
        result = self.vaecomp("encode", "a.png", "-o", "o.vaec", "--no-such")
        self.assertNotIn(b"dash", result.stderr)

    def test_line_ends_and_control_characters(self) -> None:
        """One line a message, wherever the name stands."""
        self.picture(f"in/{ODD}")
        self.picture("in/other\n.png", 8, 8)
        self.write("in/bad\n.png", b"no picture")
        error = self.run_code(2, "encode", "-r", "in", "-o", "out", "--progress", "plain")
        self.assertEqual(error.count("\n"), 4, error)
        self.assertIn(r"vaecomp: $'in/bad\n.png': not a picture", error)
        self.assertIn(r" $'out/a\nb\x1b[2J.vaec': ", error)
        self.assertNotIn("\x1b", error)
        error = self.run_code(IO, "encode", f"in/{ODD}", "-o", "out/")
        self.assertEqual(error.splitlines()[0], r"vaecomp: $'out/a\nb\x1b[2J.vaec': already exists: use --overwrite or --skip-existing")
        error = self.run_code(USAGE, "encode", f"in/{ODD}", f"in/./{ODD}", "in/other\n.png", "-o", "two")
        self.assertEqual(error.count("\n"), 2, error)

        stream = next((self.folder / "out").glob("a*"))
        name = rf"$'out/a\nb\x1b[2J.vaec'"
        text = self.succeed("info", f"out/{stream.name}").decode()
        self.assertEqual(text.splitlines()[0], f"file        {name}")
        facts = json.loads(self.succeed("info", f"out/{stream.name}", "--json"))
        self.assertEqual(facts["file"], f"out/{stream.name}")
        text = self.succeed("compare", f"in/{ODD}", f"out/{stream.name}").decode()
        self.assertTrue(text.splitlines()[1].startswith(name + ": 24 x 16"))
        error = self.run_code(USAGE, "compare", f"in/{ODD}", "in/other\n.png")
        self.assertEqual(
            error, "vaecomp: $'in/other\\n.png': is 8 x 8 RGB, but $'in/" + QUOTED[2:] + " is 24 x 16 RGB\n"
        )
        for words in (("encode", "x\ny"), ("encode", "a", "-o", "no\n/such"), ("x\ny",), ("encode", "--\n")):
            error = self.vaecomp(*words).stderr
            self.assertEqual(error.count(b"\n"), 1, error)

    def test_bytes_that_are_no_utf8(self) -> None:
        result = subprocess.run(
            [PROGRAM, "encode", b"gr\xfcn.png", "-o", "o.vaec"],
            capture_output=True, cwd=self.folder, timeout=TIMEOUT, check=False,
        )  # fmt: skip
        self.assertEqual(result.stderr, b"vaecomp: $'gr\\xfcn.png': cannot be opened: No such file or directory\n")


class Quiet(CliTest):
    def test_no_summary_no_legend(self) -> None:
        self.picture("in/a.png")
        self.write("in/b.txt", b"")
        self.succeed("encode", "-r", "in", "-o", "out", "--quiet", "--progress", "plain", "--learned-only")
        self.assertEqual(self.succeed("heatmap", "out/a.vaec", "-o", "m.png", "--quiet"), b"")
        for line in (
            ("blend", "in/a.png", "in/a.png", "-o", "b-%d.png"),
            ("latents", "in/a.png", "-o", "l.npz"),
            ("sample", "-o", "s.png", "--size", "32x32"),
            ("compare", "in/a.png", "m.png"),
            ("decode", "out/a.vaec", "-o", "a.png"),
        ):
            for option in ("--quiet", "-v"):
                self.succeed(*line, option)


if __name__ == "__main__":
    unittest.main()
