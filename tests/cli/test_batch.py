"""Many files in one run: names, what exists, failures, reports, progress, interrupts."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import re
import signal
import subprocess
import time
import unittest

from support import BAD_DATA, INTERRUPTED, IO, OK, PROGRAM, TERMINATED, TIMEOUT, USAGE
from support import CliTest, noise

COLUMNS = "input output status error pixels input_bytes output_bytes bpp quality seconds"
COLUMNS = [*COLUMNS.split(), "skipped", "warnings"]


class Names(CliTest):
    def test_several_files_into_a_folder_and_back(self) -> None:
        for name in ("a.png", "b.tar.png", "c"):
            self.picture(name)
        self.succeed("encode", "a.png", "b.tar.png", "c", "-o", "out/deep")
        streams = ["out/deep/a.vaec", "out/deep/b.tar.vaec", "out/deep/c.vaec"]
        self.assertEqual(self.tree(), ["a.png", "b.tar.png", "c", *streams])
        alone = self.succeed("encode", "a.png", "-o", "-")
        self.assertEqual((self.folder / streams[0]).read_bytes(), alone)
        self.succeed("decode", *streams, "-o", "back", "--format", "ppm")
        names = sorted(p.name for p in (self.folder / "back").iterdir())
        self.assertEqual(names, ["a.ppm", "b.tar.ppm", "c.ppm"])
        self.assertTrue((self.folder / "back/a.ppm").read_bytes().startswith(b"P6"))
        self.succeed("decode", streams[0], "-o", "back")
        self.assertTrue((self.folder / "back/a.png").read_bytes().startswith(b"\x89PNG"))

    def test_one_file_into_a_folder(self) -> None:
        self.picture("a.png")
        self.succeed("encode", "a.png", "-o", "new/")
        (self.folder / "there").mkdir()
        self.succeed("encode", "a.png", "-o", "there")
        self.assertEqual(self.tree(), ["a.png", "new/a.vaec", "there/a.vaec"])

    def test_folders_keep_their_tree_and_other_files_are_counted(self) -> None:
        self.picture("in/a.png")
        self.picture("in/x/y/b.PNG")
        self.write("in/notes.txt", b"no picture")
        self.write("in/x/old.vaec", b"not taken")
        self.picture("single.png")
        error = self.run_code(
            OK, "encode", "-r", "in", "single.png", "-o", "out", "--progress", "plain"
        )
        self.assertIn("3 encoded, 2 other files left alone", error)
        outputs = [name for name in self.tree() if name.startswith("out/")]
        self.assertEqual(outputs, ["out/a.vaec", "out/single.vaec", "out/x/y/b.vaec"])
        self.succeed("decode", "-r", "out", "-o", "out")  # beside their streams
        self.assertIn("out/x/y/b.png", self.tree())

    def test_files_left_alone_are_told_in_a_log_too(self) -> None:
        self.picture("in/a.png")
        self.write("in/b.webp", b"no picture that is read")
        error = self.run_code(OK, "encode", "-r", "in", "-o", "out")
        self.assertIn("1 encoded, 1 other file left alone", error)

    def test_a_folder_without_pictures_is_a_failure(self) -> None:
        (self.folder / "empty").mkdir()
        self.fail_with(IO, "empty: nothing to do", "encode", "-r", "empty", "-o", "out")
        (self.folder / "webp").mkdir()
        self.write("webp/b.webp", b"no picture that is read")
        reason = "webp: nothing to do: .*, 1 other file left alone"
        self.fail_with(IO, reason, "encode", "-r", "webp", "-o", "out")
        self.assertFalse((self.folder / "out").exists())

    def test_of_twins_only_the_second_fails(self) -> None:
        for name in ("in/a.png", "in/a.jpg", "in/b.png", "other/a.png"):
            self.picture(name)
        error = self.run_code(USAGE, "encode", "-r", "in", "-o", "out")
        twin = "in/a.png: would become out/a.vaec, as in/a.jpg does: add --keep-extension, or take another folder for it, in a run of its own"
        self.assertEqual(error.splitlines()[0], f"vaecomp: {twin}")
        self.assertRegex(error, r"\n.*2 encoded, 1 failed")
        self.assertEqual([n for n in self.tree() if "out" in n], ["out/a.vaec", "out/b.vaec"])

        error = self.run_code(USAGE, "encode", "in/a.png", "other/a.png", "-o", "two")
        self.assertIn("other/a.png: would become two/a.vaec, as in/a.png does: take another folder for it", error)
        error = self.run_code(USAGE, "encode", "in/a.png", "in/../in/a.png", "-o", "once")
        self.assertIn("in/../in/a.png: is given twice: name it once", error)

    def test_twins_keep_their_extensions(self) -> None:
        for name in ("in/a.png", "in/a.jpg", "in/c.JPEG"):
            self.picture(name)
        self.succeed("encode", "-r", "in", "-o", "out", "--keep-extension")
        streams = ["a.jpg.vaec", "a.png.vaec", "c.JPEG.vaec"]
        self.assertEqual(sorted(p.name for p in (self.folder / "out").iterdir()), streams)
        # A name says what the file is, and none is lost.
        for options, names in (
            ((), ["a.jpg.png", "a.png", "c.JPEG.png"]),
            (("--format", "jpg"), ["a.jpg", "a.png.jpg", "c.JPEG"]),
            (("--format", "ppm"), ["a.jpg.ppm", "a.png.ppm", "c.JPEG.ppm"]),
        ):
            back = self.folder / "-".join(("back", *options))
            self.succeed("decode", "-r", "out", "-o", back, *options)
            self.assertEqual(sorted(p.name for p in back.iterdir()), names)

    def test_hidden_files_are_left_alone(self) -> None:
        self.picture("in/a.png")
        for name in ("._a.png", ".DS_Store", "Thumbs.db", "desktop.ini", ".nomedia", ".gitignore"):
            self.write(f"in/{name}", b"no picture")
        for name in (".git/b.png", "__MACOSX/c.png", "@eaDir/d.png"):
            self.picture(f"in/{name}")
        self.succeed("encode", "-r", "in", "-o", "out")  # not a word of them
        self.assertEqual([n for n in self.tree() if n.startswith("out")], ["out/a.vaec"])
        # Of a hidden picture there is.
        self.picture("in/.hidden.png")
        error = self.run_code(OK, "encode", "-r", "in", "-o", "again")
        self.assertIn("1 encoded, 1 other file left alone; ", error)
        # What is named is taken.
        self.succeed("encode", "in/.hidden.png", "-o", "named/")
        self.succeed("encode", "-r", "in/.git", "-o", "named")
        self.assertEqual([n for n in self.tree() if "named" in n], ["named/.hidden.vaec", "named/b.vaec"])

    def test_an_output_that_is_an_input_is_refused(self) -> None:
        self.picture("a.png")
        (self.folder / "a.png").rename(self.folder / "a.vaec")
        self.picture("b.png")
        for inputs in (("a.vaec", "b.png"), ("b.png", "./a.vaec")):
            self.fail_with(
                USAGE, "would replace the input", "encode", *inputs, "-o", ".", "--overwrite"
            )


class Existing(CliTest):
    def test_refused_replaced_or_skipped(self) -> None:
        for name in ("a.png", "b.png"):
            self.picture(name)
        (self.folder / "out").mkdir()
        old = self.write("out/a.vaec", b"old")
        error = self.run_code(IO, "encode", "a.png", "b.png", "-o", "out")
        self.assertIn("vaecomp: out/a.vaec: already exists: use --overwrite", error)
        self.assertIn("1 encoded, 1 failed", error)
        self.assertEqual(old.read_bytes(), b"old")

        error = self.run_code(OK, "encode", "a.png", "b.png", "-o", "out", "--skip-existing")
        self.assertIn("0 encoded, 2 skipped", error)
        self.assertEqual(old.read_bytes(), b"old")
        self.succeed("encode", "a.png", "b.png", "-o", "out", "--overwrite")
        self.assertEqual(old.read_bytes(), self.succeed("encode", "a.png", "-o", "-"))

    def test_no_overwrite_in_a_folder_is_the_default(self) -> None:
        self.picture("a.png")
        self.succeed("encode", "a.png", "-o", "out/")
        error = self.run_code(IO, "encode", "a.png", "-o", "out/", "--no-overwrite")
        self.assertIn("out/a.vaec: already exists: add --skip-existing, or use --overwrite instead", error)


class Failures(CliTest):
    def test_one_does_not_stop_the_rest_and_the_first_decides_the_code(self) -> None:
        self.write("1.png", b"no picture")
        for name in ("2.png", "4.png", "5.png"):
            self.picture(name)
        inputs = ("1.png", "2.png", "3.png", "4.png", "5.png")
        for threads in (1, 2, 7):
            out = f"out{threads}"
            error = self.run_code(BAD_DATA, "encode", *inputs, "-o", out, "-j", threads)
            self.assertRegex(error, r"(?m)^vaecomp: 1\.png: not a picture: [^\n]+$")
            self.assertRegex(error, r"(?m)^vaecomp: 3\.png: cannot be opened: [^\n]+$")
            self.assertRegex(error, r"vaecomp: 3 encoded, 2 failed; [^\n]+\n\Z")
            self.assertEqual(error.count("\n"), 3)
            names = sorted(p.name for p in (self.folder / out).iterdir())
            self.assertEqual(names, ["2.vaec", "4.vaec", "5.vaec"])
        swapped = ("3.png", "2.png", "1.png")
        self.run_code(IO, "encode", *swapped, "-o", "swapped")

    def test_a_bad_model_is_one_line(self) -> None:
        self.picture("a.png")
        self.picture("b.png")
        self.fail_with(
            IO, r"no\.vaem", "encode", "a.png", "b.png", "-o", "out", "--model", "no.vaem"
        )
        self.assertFalse((self.folder / "out").exists())

    def test_a_folder_that_cannot_be(self) -> None:
        self.picture("a.png")
        self.write("file", b"")
        error = self.run_code(IO, "encode", "a.png", "-o", "file/out/", "--progress", "none")
        self.assertRegex(error, r"\Avaecomp: file/out: cannot be created: [^\n]+\n\Z")


class Reports(CliTest):
    def test_csv_and_json_say_the_same(self) -> None:
        self.picture('odd ", name.png', 30, 20)
        self.write("bad.png", b"no picture")
        self.picture("old.png")
        (self.folder / "out").mkdir()
        self.write("out/old.vaec", b"")
        arguments = ("encode", 'odd ", name.png', "bad.png", "old.png", "-o", "out", "-q", "70")
        arguments += ("--skip-existing", "--progress", "none", "--report")
        self.run_code(BAD_DATA, *arguments, "r.csv")
        (self.folder / 'out/odd ", name.vaec').unlink()
        self.run_code(BAD_DATA, *arguments, "r.json")

        text = (self.folder / "r.csv").read_bytes().decode()
        rows = list(csv.DictReader(io.StringIO(text, newline="")))
        objects = json.loads((self.folder / "r.json").read_text("utf-8"))
        self.assertEqual(list(rows[0]), COLUMNS)
        for row, content in zip(rows, objects, strict=True):
            self.assertEqual(list(content), COLUMNS)
            for name in ("input", "output", "status", "pixels", "input_bytes", "output_bytes", "skipped"):
                self.assertEqual(row[name], "" if content[name] is None else str(content[name]))
        self.assertEqual([row["status"] for row in rows], ["done", "failed", "skipped"])
        self.assertEqual([row["skipped"] for row in rows], ["", "", "exists"])
        self.assertIn("not a picture", rows[1]["error"])
        done = objects[0]
        size = (self.folder / done["output"]).stat().st_size
        self.assertEqual((done["pixels"], done["quality"]), (600, 70))
        self.assertEqual((done["error"], done["output_bytes"]), (None, size))
        self.assertAlmostEqual(done["bpp"], 8 * size / 600, places=5)
        self.assertAlmostEqual(float(rows[0]["bpp"]), 8 * size / 600, places=4)
        self.assertGreater(done["seconds"], 0)

    def test_warnings_are_in_it_although_they_are_not_shown(self) -> None:
        self.write("noise.png", noise())
        quality = ("-q", 100, "--learned-only", "--quiet")
        self.succeed("encode", "noise.png", "-o", "out/", *quality, "--report", "r.json")
        (row,) = json.loads((self.folder / "r.json").read_text("utf-8"))
        (warning,) = row["warnings"]
        self.assertRegex(warning, r"\Athe stream is larger than the file \(\d+ -> \d+ bytes\)")
        self.succeed("encode", "noise.png", "-o", "o.vaec", *quality, "--report", "r.csv")
        text = (self.folder / "r.csv").read_bytes().decode()
        (line,) = csv.DictReader(io.StringIO(text, newline=""))
        self.assertEqual(line["warnings"], warning)

    def test_of_a_single_file(self) -> None:
        stream = self.write("a.vaec", self.stream(20, 12))
        self.succeed("decode", "a.vaec", "-o", "a.ppm", "--report", "r.json")
        (row,) = json.loads((self.folder / "r.json").read_text("utf-8"))
        self.assertEqual((row["status"], row["quality"]), ("done", 50))
        self.assertAlmostEqual(row["bpp"], 8 * stream.stat().st_size / 240, places=5)


class Progress(CliTest):
    def on_terminal(self, *arguments: str) -> str:
        """What the program writes to a terminal that is its stderr."""
        master, slave = pty.openpty()
        process = subprocess.Popen([PROGRAM, *arguments], stderr=slave, cwd=self.folder)
        os.close(slave)
        text = b""
        try:
            while part := os.read(master, 4096):
                text += part
        except OSError:  # the other end is closed
            pass
        os.close(master)
        self.assertEqual(process.wait(TIMEOUT), OK)
        return text.decode()

    def test_moving_line_on_a_terminal_only(self) -> None:
        for i in range(4):
            self.picture(f"{i}.png", 48, 48)
        inputs = [f"{i}.png" for i in range(4)]
        # Refining takes long enough for the line to move.
        text = self.on_terminal("encode", "-e", "9", *inputs, "-o", "out")
        self.assertRegex(text, r"\r\x1b\[K\d/4 files.*, \d+:\d\d left")
        self.assertRegex(text, r"\r\x1b\[Kvaecomp: 4 encoded; .* -> .* \(-\d.* %\) in \d+:\d\d\r\n")
        again = ("encode", *inputs, "-o", "out", "--overwrite")
        self.assertEqual(self.on_terminal(*again, "--progress", "none"), "")
        self.succeed(*again)  # silent where stderr is no terminal

    def test_plain_is_a_line_a_file(self) -> None:
        self.picture("a.png")
        self.picture("b.png")
        error = self.run_code(OK, "encode", "a.png", "b.png", "-o", "out", "--progress", "plain")
        lines = error.splitlines()
        self.assertEqual(len(lines), 3)
        self.assertEqual({line.split(" ")[0] for line in lines[:2]}, {"1/2", "2/2"})
        self.assertRegex(lines[2], r"\Avaecomp: 2 encoded; ")


class Interrupts(CliTest):
    def test_finished_files_are_whole_and_no_other_is_there(self) -> None:
        count = 60
        for i in range(count):
            self.picture(f"in/{i}.png", 128, 96)
        whole = self.succeed("encode", "in/0.png", "-o", "-")
        for number, code in ((signal.SIGINT, INTERRUPTED), (signal.SIGTERM, TERMINATED)):
            for files_before_the_signal in (1, 3, 9):
                out = self.folder / f"out{number}_{files_before_the_signal}"
                process = subprocess.Popen(
                    [PROGRAM, "encode", "-r", "in", "-o", str(out), "-j", "3"],
                    stderr=subprocess.PIPE,
                    cwd=self.folder,
                )
                deadline = time.monotonic() + TIMEOUT
                while time.monotonic() < deadline:
                    if out.is_dir() and len(list(out.glob("*.vaec"))) >= files_before_the_signal:
                        break
                    time.sleep(0.002)
                process.send_signal(number)
                error = process.communicate(timeout=TIMEOUT)[1]
                self.assertEqual((process.returncode, error), (code, b"vaecomp: interrupted\n"))
                names = [path.name for path in out.iterdir()]
                self.assertTrue(files_before_the_signal <= len(names) < count, names)
                for path in out.iterdir():
                    self.assertTrue(re.fullmatch(r"\d+\.vaec", path.name), path.name)
                    self.assertEqual(path.read_bytes(), whole)


if __name__ == "__main__":
    unittest.main()
