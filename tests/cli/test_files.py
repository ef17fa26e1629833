"""Outputs as files: what they replace, their permissions, times and names, what limits do."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import unittest
from pathlib import Path

from support import IO, LIMIT, OK, PROGRAM, TIMEOUT, USAGE
from support import CliTest, noise, pixels, png

PICTURE_NAMES = "png jpg JPEG ppm pgm pnm pam webp gif heic avif jxl tif tiff bmp".split()


def mode(path: Path) -> int:
    """All permission bits."""
    return path.stat().st_mode & 0o7777


class Replacing(CliTest):
    """A named output is replaced if it is what it should be."""

    def setUp(self) -> None:
        super().setUp()
        self.picture("a.png")
        self.old = self.stream()
        self.write("a.vaec", self.old)

    def test_no_stream_under_a_pictures_name(self) -> None:
        for extension in PICTURE_NAMES:
            name = f"new.{extension}"
            pattern = rf"{name}: a stream would have a picture's name: write -o new\.vaec, or add --overwrite"
            self.fail_with(USAGE, pattern, "encode", "a.png", "-o", name)
        keep = self.write("keep.jpg", b"\xff\xd8\xff")
        self.fail_with(USAGE, r"keep\.jpg: ", "encode", "a.png", "-o", "keep.jpg")
        self.succeed("encode", "a.png", "-o", "keep.jpg", "--overwrite")
        self.assertEqual(keep.read_bytes()[:4], b"\xd6VAE")

    def test_encode_replaces_streams_only(self) -> None:
        self.write("empty", b"")
        for name in ("a.vaec", "empty"):
            self.succeed("encode", "a.png", "-o", name)
            self.assertEqual((self.folder / name).read_bytes()[:4], b"\xd6VAE")
        self.write("notes.txt", b"my notes")
        self.write("picture", (self.folder / "a.png").read_bytes())
        self.fail_with(IO, r"notes\.txt: exists and is no vaec stream: .*--overwrite", "encode", "a.png", "-o", "notes.txt")
        self.fail_with(IO, r"picture: exists and is a PNG file", "encode", "a.png", "-o", "picture")
        self.write("avif", b"\0\0\0\x1cftypavif\0\0\0\0mif1avifmiaf")
        self.fail_with(IO, r"avif: exists and is an AVIF file", "encode", "a.png", "-o", "avif")
        self.succeed("encode", "a.png", "-o", "notes.txt", "--overwrite")

    def test_decode_replaces_pictures_only(self) -> None:
        self.write("notes.txt", b"my notes")
        (self.folder / "b.vaec").write_bytes(self.old)
        (self.folder / "stream").write_bytes(self.old)
        self.write("empty.png", b"")
        for name in ("a.png", "empty.png"):
            self.succeed("decode", "a.vaec", "-o", name)
        self.fail_with(IO, r"stream: exists and is a vaec file, and no picture", "decode", "a.vaec", "-o", "stream")
        self.fail_with(IO, r"notes\.txt: exists and is no picture", "decode", "a.vaec", "-o", "notes.txt")
        self.fail_with(USAGE, r"b\.vaec: ", "decode", "a.vaec", "-o", "b.vaec")
        self.succeed("decode", "a.vaec", "-o", "stream", "--overwrite")

    def test_pictures_about_pictures_replace_pictures_only(self) -> None:
        self.write("notes.txt", b"my notes")
        pattern = r"notes\.txt: exists and is no picture: choose another name, or remove it first"
        about = (
            ("heatmap", "a.vaec", "-o", "notes.txt"),
            ("sample", "--size", "16x16", "-o", "notes.txt"),
            ("compare", "a.vaec", "a.vaec", "--difference", "notes.txt"),
        )
        for command in about:
            self.fail_with(IO, pattern, *command)
            self.succeed(*command[:-1], "new.png")
            self.succeed(*command[:-1], "new.png")
        self.write("f-1.png", b"my notes")
        self.fail_with(IO, r"f-1\.png: exists and is no picture", "blend", "a.png", "a.png", "-o", "f-%d.png")
        self.fail_with(IO, r"f-1\.png: exists", "latents", "a.vaec", "--traverse", "0", "-o", "f-%d.png")

    def test_data_replace_no_picture_and_no_stream(self) -> None:
        xmp = self.write("x", b"<x:xmpmeta/>")
        self.succeed("encode", "a.png", "-o", "b.vaec", "--xmp", "x")
        self.write("picture", (self.folder / "a.png").read_bytes())
        for command in (("latents", "b.vaec"), ("info", "b.vaec", "--extract", "xmp")):
            for name in ("a.png", "new.jpg", "a.vaec", "new.vaem"):
                self.fail_with(USAGE, rf"{name}: is the name of a picture, stream or model", *command, "-o", name)
            self.fail_with(IO, r"picture: exists and is a PNG file: ", *command, "-o", "picture")
        self.succeed("info", "b.vaec", "--extract", "xmp", "-o", "x")
        self.assertEqual(xmp.read_bytes(), b"<x:xmpmeta/>")

    def test_nothing_with_no_overwrite(self) -> None:
        for command, output in ((("encode", "a.png"), "a.vaec"), (("decode", "a.vaec"), "a.png")):
            self.fail_with(IO, rf"{output}: already exists: .*--no-overwrite", *command, "-o", output, "--no-overwrite")
            self.succeed(*command, "-o", "new-" + output, "--no-overwrite")
        self.fail_with(USAGE, "excludes", "encode", "a.png", "-o", "a.vaec", "--no-overwrite", "--overwrite")
        self.succeed("encode", "a.png", "-o", "/dev/null", "--no-overwrite")

    def test_skipped_if_it_exists(self) -> None:
        self.succeed("encode", "a.png", "-o", "a.vaec", "--skip-existing", "-q", "3")
        self.assertEqual((self.folder / "a.vaec").read_bytes(), self.old)

    def test_formats_and_names_agree(self) -> None:
        for form, name in (("jpg", "x.png"), ("png", "x.JPG"), ("ppm", "x.pgm"), ("png", "x.webp"), ("png", "x.vaec")):
            extension = name[2:].lower()
            pattern = rf"{name}: a {form} \(--format\) would have the name of a {extension}: .*\.{form}"
            self.fail_with(USAGE, pattern, "decode", "a.vaec", "--format", form, "-o", name)
        for form, name in (("jpg", "x.jpeg"), ("pnm", "x.ppm"), ("pam", "x.pnm"), ("jpg", "x.back"), ("png", "x")):
            self.succeed("decode", "a.vaec", "--format", form, "-o", name)


class Permissions(CliTest):
    """Those of the input, within the mask."""

    def in_mask(self, mask: int, *arguments: object) -> None:
        """Runs the program with this umask."""
        result = subprocess.run(
            [PROGRAM, *map(str, arguments)],
            cwd=self.folder,
            capture_output=True,
            timeout=TIMEOUT,
            preexec_fn=lambda: os.umask(mask),
            check=False,
        )
        self.assertEqual((result.returncode, result.stderr), (OK, b""))

    def test_outputs_are_no_more_open_than_inputs(self) -> None:
        for given, mask, expected in (
            (0o600, 0o022, 0o600),
            (0o644, 0o022, 0o644),
            (0o666, 0o027, 0o640),
            (0o4755, 0o022, 0o644),
            (0o640, 0o002, 0o640),
        ):
            self.picture("a.png").chmod(given)
            self.in_mask(mask, "encode", "a.png", "-o", "a.vaec")
            self.assertEqual(mode(self.folder / "a.vaec"), expected)
            self.in_mask(mask, "encode", "a.png", "-o", "out/", "--overwrite")
            self.assertEqual(mode(self.folder / "out/a.vaec"), expected)
            self.in_mask(mask, "decode", "a.vaec", "-o", "back.png")
            self.assertEqual(mode(self.folder / "back.png"), expected)
            for name in ("a.png", "a.vaec", "out/a.vaec", "back.png"):
                (self.folder / name).unlink()

    def test_what_shows_the_input_is_no_more_open(self) -> None:
        self.picture("a.png", 32, 32).chmod(0o600)
        self.picture("b.png", 32, 32).chmod(0o644)
        self.write("a.vaec", self.stream(32, 32)).chmod(0o640)
        for line, name, expected in (
            (("compare", "b.png", "a.png", "--difference", "d.png"), "d.png", 0o600),
            (("heatmap", "a.vaec", "-o", "m.png"), "m.png", 0o640),
            (("latents", "a.png", "-o", "l.npz"), "l.npz", 0o600),
            (("blend", "a.vaec", "b.png", "-o", "b-%d.png"), "b-1.png", 0o640),
            (("sample", "--like", "a.png", "-o", "s.png"), "s.png", 0o600),
            (("sample", "--size", "32x32", "-o", "t.png"), "t.png", 0o644),
        ):
            self.in_mask(0o022, *line)
            self.assertEqual(mode(self.folder / name), expected, line)

    def test_an_older_output_keeps_its_own_but_for_setuid(self) -> None:
        self.picture("a.png").chmod(0o600)
        self.write("a.vaec", self.stream()).chmod(0o6664)
        self.in_mask(0o022, "encode", "a.png", "-o", "a.vaec")
        self.assertEqual(mode(self.folder / "a.vaec"), 0o664)

    def test_of_a_pipe_those_of_the_mask(self) -> None:
        self.picture("a.png").chmod(0o600)
        result = subprocess.run(
            ["sh", "-c", 'umask 027; cat a.png | "$0" encode - -o a.vaec', PROGRAM],
            cwd=self.folder, timeout=TIMEOUT, check=False,
        )  # fmt: skip
        self.assertEqual(result.returncode, OK)
        self.assertEqual(mode(self.folder / "a.vaec"), 0o640)

    def test_times_are_kept_on_demand(self) -> None:
        picture = self.picture("a.png")
        then = (1_000_000_000_000_000_000, 1_100_000_000_123_456_789)
        os.utime(picture, ns=then)
        self.succeed("encode", "a.png", "-o", "now.vaec")
        self.assertGreater((self.folder / "now.vaec").stat().st_mtime_ns, then[1])
        os.utime(picture, ns=then)
        self.succeed("encode", "a.png", "-o", "a.vaec", "--preserve")
        os.utime(picture, ns=then)
        self.succeed("encode", "a.png", "-o", "out/", "--preserve")
        self.succeed("decode", "a.vaec", "-o", "back.png", "--preserve")
        for name in ("a.vaec", "out/a.vaec", "back.png"):
            facts = (self.folder / name).stat()
            self.assertEqual(facts.st_mtime_ns, then[1], name)
        self.assertEqual((self.folder / "out/a.vaec").stat().st_atime_ns, then[0])


class Places(CliTest):
    """Names at their limits, links, folders that may not be written."""

    def test_long_names(self) -> None:
        self.picture("a.png")
        for length in (242, 250, 255):
            name = "x" * (length - 5) + ".vaec"
            self.succeed("encode", "a.png", "-o", name)
            self.assertTrue((self.folder / name).is_file())
        self.fail_with(IO, "cannot be written: File name too long", "encode", "a.png", "-o", "x" * 256)

    def test_a_link_to_nothing_yet(self) -> None:
        self.picture("a.png")
        (self.folder / "deep").mkdir()
        (self.folder / "link.vaec").symlink_to("deep/a.vaec")
        self.succeed("encode", "a.png", "-o", "link.vaec")
        self.assertTrue((self.folder / "link.vaec").is_symlink())
        self.assertTrue((self.folder / "deep/a.vaec").is_file())
        (self.folder / "lost.vaec").symlink_to("nowhere/a.vaec")
        self.fail_with(IO, r"lost\.vaec: cannot be created: no folder ", "encode", "a.png", "-o", "lost.vaec")

    @unittest.skipIf(os.geteuid() == 0, "root may write everywhere")
    def test_a_folder_that_may_not_be_written_is_noticed_first(self) -> None:
        (self.folder / "d").mkdir()
        (self.folder / "d/o.vaec").write_bytes(self.stream())
        (self.folder / "d").chmod(0o555)
        self.addCleanup((self.folder / "d").chmod, 0o755)
        # The missing input would be told otherwise.
        self.fail_with(IO, r"d/o\.vaec: cannot be created in folder d", "encode", "no.png", "-o", "d/o.vaec")

    def test_a_limit_on_file_sizes_is_an_error(self) -> None:
        self.write("a.png", png(64, 64, pixels(64, 64, 3), 3))

        def limit() -> None:
            signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
            resource.setrlimit(resource.RLIMIT_FSIZE, (20, 20))

        result = self.run_after(limit, "encode", "a.png", "-o", "a.vaec")
        self.assertEqual(
            (result.returncode, result.stderr), (IO, b"vaecomp: a.vaec: cannot be written: File too large\n")
        )
        self.assertEqual(list(self.listing()), ["a.png"])


class Larger(CliTest):
    """Streams that are larger than their pictures' files."""

    def setUp(self) -> None:
        super().setUp()
        self.write("noise.png", noise())
        self.sizes = rf"\({len(noise())} -> \d+ bytes\)"
        self.costly = ("-q", "100", "--learned-only")

    def test_a_warning_that_says_what_to_do(self) -> None:
        error = self.run_code(OK, "encode", "noise.png", "-o", "o.vaec", *self.costly)
        pattern = rf"\Avaecomp: noise\.png: warning: the stream is larger than the file {self.sizes}: "
        self.assertRegex(error, pattern + r"choose a lower quality, keep the original, or add --skip-larger\n\Z")
        self.assertTrue((self.folder / "o.vaec").exists())
        (self.folder / "o.vaec").unlink()
        self.fail_with(LIMIT, "is larger than", "encode", "noise.png", "-o", "o.vaec", *self.costly, "--strict")

    def test_left_out_on_demand(self) -> None:
        for output in ("o.vaec", "-"):
            error = self.run_code(OK, "encode", "noise.png", "-o", output, *self.costly, "--skip-larger")
            self.assertRegex(error, rf"\Avaecomp: noise\.png: skipped: larger {self.sizes}\n\Z")
        self.assertEqual(list(self.listing()), ["noise.png"])
        self.succeed("encode", "noise.png", "-o", "o.vaec", *self.costly, "--skip-larger", "--quiet")

    def test_in_a_folder(self) -> None:
        self.picture("a.png", 64, 64)
        arguments = ("encode", "noise.png", "a.png", "-o", "out", *self.costly, "--skip-larger")
        error = self.run_code(OK, *arguments, "--progress", "plain", "--report", "r.csv")
        self.assertRegex(error, rf"(?m)^\d/2 out/noise\.vaec: skipped: larger {self.sizes}$")
        self.assertIn("1 encoded, 1 skipped (1 larger than the input); ", error)
        self.assertFalse((self.folder / "out/noise.vaec").exists())
        self.assertRegex((self.folder / "r.csv").read_text(), rf"skipped,.*,larger {self.sizes},")


if __name__ == "__main__":
    unittest.main()
