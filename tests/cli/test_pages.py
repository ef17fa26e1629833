"""Manual pages and completions against --help: nothing is missing, and tools that read them agree."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import unittest
from pathlib import Path

from support import TIMEOUT, CliTest

PAGES = os.environ.get("VAECOMP_PAGES", "")


def run(*command: object, text: str = "") -> subprocess.CompletedProcess[str]:
    """Runs a program of this machine."""
    return subprocess.run(
        [*map(str, command)], input=text, capture_output=True, text=True, timeout=TIMEOUT, check=False
    )


class Pages(CliTest):
    def setUp(self) -> None:
        super().setUp()
        if not PAGES:
            self.fail("the environment's VAECOMP_PAGES must name the generator")
        result = run(PAGES, self.folder / "pages")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.man = self.folder / "pages/man/man1"
        shells = self.folder / "pages/shells"
        self.bash = shells / "bash-completion/completions/vaecomp"
        self.zsh = shells / "zsh/site-functions/_vaecomp"
        self.fish = shells / "fish/vendor_completions.d/vaecomp.fish"

    def commands(self, *path: str) -> dict[tuple[str, ...], str]:
        """Every command, the program itself first, with its --help."""
        text = self.succeed(*path, "--help").decode()
        found = {path: text}
        listed = re.search(r"^Subcommands:\n((?: +\S.*\n)+)", text, re.M)
        for name in re.findall(r"^  ([a-z][\w-]*)", listed[1] if listed else "", re.M):
            found |= self.commands(*path, name)
        return found

    @staticmethod
    def options(help_text: str) -> list[str]:
        """The names of all options in a --help."""
        lines = re.findall(r"^  (-[\w,-]+)", help_text, re.M)
        return [name for line in lines for name in line.split(",")]

    def test_every_command_and_option_is_everywhere(self) -> None:
        commands = self.commands()
        self.assertGreater(len(commands), 6)
        pages = {"-".join(("vaecomp", *path)) + ".1" for path in commands}
        self.assertEqual({p.name for p in self.man.iterdir()}, pages)
        bash, zsh, fish = (p.read_text("ascii") for p in (self.bash, self.zsh, self.fish))
        for path, help_text in commands.items():
            names = self.options(help_text)
            self.assertIn("--help", names)
            page = (self.man / ("-".join(("vaecomp", *path)) + ".1")).read_text("ascii")
            in_bash = re.search(rf"^    '{' '.join(path)}'\)\n      options='(.*)'", bash, re.M)
            in_zsh = re.search(rf"^{'_'.join(('_vaecomp', *path))}\(\) {{\n(.*?)^}}", zsh, re.M | re.S)
            in_fish = re.findall(rf"^complete -c vaecomp -n '__vaecomp_at \\'{' '.join(path)}\\'' .*", fish, re.M)
            assert in_bash and in_zsh and in_fish, path
            self.assertEqual(in_bash[1].split(), names, path)
            for name in names:
                with self.subTest(path=path, option=name):
                    self.assertIn(r"\fB" + name.replace("-", r"\-") + r"\fR", page)
                    self.assertRegex(in_zsh[1], rf"[{{,)*']{name}[+=,}}']")
                    flag = f" -l {name[2:]} " if name.startswith("--") else f" -s {name[1:]} "
                    self.assertTrue(any(flag in line for line in in_fish), name)

    def test_every_command_has_examples(self) -> None:
        for path, help_text in self.commands().items():
            with self.subTest(path=path):
                self.assertRegex(help_text, rf"(?m)^Examples:\n(.*\n)*?  .*vaecomp {' '.join(path)}")
                page = (self.man / ("-".join(("vaecomp", *path)) + ".1")).read_text("ascii")
                self.assertIn(".SH EXAMPLES\n", page)
                self.assertIn(".SH EXIT STATUS\n", page)

    def test_manual_pages_format_without_a_warning(self) -> None:
        checkers = {
            "man": ["man", "--warnings", "-E", "UTF-8", "-l"],
            "groff": ["groff", "-man", "-Tutf8", "-ww"],
            "mandoc": ["mandoc", "-T", "lint", "-W", "warning"],
        }
        installed = {name: line for name, line in checkers.items() if shutil.which(name)}
        if not installed:
            self.skipTest("neither man, groff nor mandoc is installed")
        for name, line in installed.items():
            for page in self.man.iterdir():
                result = run(*line, page)
                self.assertEqual((result.returncode, result.stderr), (0, ""), f"{name} {page.name}")
        if "groff" in installed:
            shown = re.sub("\x1b\\[[0-9;]*m|.\x08", "", run(*checkers["groff"], self.man / "vaecomp-encode.1").stdout)
            self.assertRegex(shown, r"-q, --quality Q\n +0 \(smallest\) \.\. 100 \(best\)\.  Default: 50\.")

    def complete_in_bash(self, *words: str) -> list[str]:
        """What bash offers for the last word; FILES stands for names of files."""
        script = (
            'compopt() { COMPREPLY+=(FILES); }\nsource "$1"\nshift\n'
            'COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))\n_vaecomp\nprintf "%s\\n" "${COMPREPLY[@]}"\n'
        )
        result = run("bash", "-c", script, "bash", self.bash, "vaecomp", *words)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        return result.stdout.split()

    @unittest.skipUnless(shutil.which("bash"), "bash is not installed")
    def test_bash_completes(self) -> None:
        self.assertEqual(run("bash", "-n", self.bash).stderr, "")
        self.assertEqual(self.complete_in_bash("enc"), ["encode"])
        self.assertEqual(self.complete_in_bash("model", ""), ["info"])
        self.assertEqual(self.complete_in_bash("encode", "--qua"), ["--quality"])
        self.assertEqual(self.complete_in_bash("encode", "-q", "7", "--veri"), ["--verify"])
        self.assertEqual(self.complete_in_bash("decode", "--format", "pn"), ["png", "pnm"])
        self.assertEqual(self.complete_in_bash("decode", "--format", "=", "j"), ["jpg"])
        self.assertEqual(self.complete_in_bash("encode", "-q", ""), [])
        for line in (["encode", ""], ["encode", "-o", ""], ["info", "a"], ["decode", "--model", ""]):
            self.assertEqual(self.complete_in_bash(*line), ["FILES"], line)

    @unittest.skipUnless(shutil.which("zsh"), "zsh is not installed")
    def test_zsh_reads_its_completion(self) -> None:
        result = run("zsh", "-n", self.zsh)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        script = 'autoload -U compinit; compinit -D; source "$1"; print -r -- ${_comps[vaecomp]} ${+functions[_vaecomp_encode]}'
        result = run("zsh", "-f", "-c", script, "zsh", self.zsh)
        self.assertEqual((result.stdout.strip(), result.stderr), ("_vaecomp 1", ""))

    @unittest.skipUnless(shutil.which("fish"), "fish is not installed")
    def test_fish_completes(self) -> None:
        def offered(line: str) -> list[str]:
            script = 'source $argv[1]; complete -C $argv[2]'
            result = subprocess.run(
                ["fish", "--no-config", "-c", script, self.fish, line],
                capture_output=True, text=True, timeout=TIMEOUT, check=False, cwd=self.folder,
                env={**os.environ, "HOME": str(self.folder)},
            )  # fmt: skip
            self.assertEqual(result.stderr, "")
            return [entry.split("\t")[0] for entry in result.stdout.splitlines()]

        self.assertEqual(offered("vaecomp enc"), ["encode"])
        self.assertEqual(offered("vaecomp model "), ["info"])
        self.assertEqual(offered("vaecomp encode --qua"), ["--quality"])
        self.assertEqual(set(offered("vaecomp decode --format p")), {"png", "ppm", "pgm", "pnm", "pam"})
        self.write("photo.png", b"")
        self.assertIn("photo.png", offered("vaecomp encode pho"))
        self.assertEqual(offered("vaecomp model pho"), [])

    def test_equal_every_time(self) -> None:
        run(PAGES, self.folder / "again")
        for path in sorted(Path(self.folder, "pages").rglob("*")):
            twin = self.folder / "again" / path.relative_to(self.folder / "pages")
            self.assertTrue(twin.exists())
            if path.is_file():
                self.assertEqual(path.read_bytes(), twin.read_bytes())

    def test_nowhere_to_write(self) -> None:
        self.write("taken", b"")
        result = run(PAGES, self.folder / "taken")
        self.assertEqual(result.returncode, 1)
        self.assertIn("vaecomp_pages: ", result.stderr)


if __name__ == "__main__":
    unittest.main()
