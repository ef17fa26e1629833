"""Runs the commands of a page of the documentation and compares what they print with the page.

A block that opens with ```console holds commands, each after "$ ", and under each what it prints
on both outputs. The blocks run in order in one folder; every command must succeed.

What depends on the machine is compared by its form: times and speeds, the kernels, the versions of
libraries. Other numbers may be off by 3 %, those from 5 on also by a half, because encoders on
different machines may choose differently at the borderline between two values. Texts must be equal
but for the number of blanks: columns shift with a number's digits.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

TOLERANCE, SLACK, SLACK_FROM = 0.03, 0.5, 5
TIMEOUT = 300  # seconds for a command; a sanitizer build on a busy machine is slow
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.M | re.S)
MASKS = (
    (re.compile(r"\b\d+(\.\d+)? (s|ms|MP/s|GMAC/s)\b"), "TIME"),
    (re.compile(r"\b\d+ % of peak\b"), "SHARE"),
    (re.compile(r"\b\d+(\.\d+)? MB +\d+(\.\d+)? B/px"), "MEMORY"),
    (re.compile(r"\b\d+:\d\d(:\d\d)?\b"), "TIME"),
    (re.compile(r"^kernels +\S+$", re.M), "kernels ANY"),
    (re.compile(r"^(vaecomp|libraries) .*\d$", re.M), r"\1 VERSIONS"),
)
NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?![\w.]*[a-zA-Z_])")


@dataclass(frozen=True)
class Step:
    """A command and what the page says that it prints."""

    line: int  # of the command in the page, from 1
    command: str
    printed: str


def steps(page: str) -> Iterator[Step]:
    """The commands of a page in order."""
    for block in BLOCK.finditer(page):
        first = page.count("\n", 0, block.start()) + 2
        lines = block[1].split("\n")[:-1]
        starts = [i for i, line in enumerate(lines) if line.startswith("$ ")]
        if not starts or starts[0] != 0:
            raise ValueError(f"line {first}: a console block begins with a command")
        for start, end in zip(starts, [*starts[1:], len(lines)]):
            output = "".join(line + "\n" for line in lines[start + 1 : end])
            yield Step(first + start, lines[start][2:], output)


class Shell:
    """Runs commands in a folder with `program` on the PATH."""

    def __init__(self, program: Path, folder: Path) -> None:
        self._folder = folder
        self._environment = {
            **os.environ,
            "PATH": f"{program.resolve().parent}:{os.environ['PATH']}",
            "LC_ALL": "C.UTF-8",
            "PYTHONDONTWRITEBYTECODE": "1",
        }

    def run(self, command: str) -> tuple[int, str]:
        """Exit code and both outputs, mixed as they came."""
        done = subprocess.run(
            ["bash", "-o", "pipefail", "-c", command],
            cwd=self._folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=TIMEOUT,
            check=False,
        )
        return done.returncode, done.stdout.decode()


def _masked(text: str) -> str:
    for pattern, form in MASKS:
        text = pattern.sub(form, text)
    return text


def _close(page: str, printed: str) -> bool:
    """Whether a number is near enough to the page's."""
    a, b = float(page), float(printed)
    slack = SLACK if min(a, b) >= SLACK_FROM else 0
    return abs(a - b) <= TOLERANCE * max(a, b) + slack


def _same_line(page: str, printed: str) -> bool:
    """Whether two masked lines are the same but for small differences of numbers."""
    frame = [" ".join(NUMBER.sub("#", line).split()) for line in (page, printed)]
    if frame[0] != frame[1]:
        return False
    return all(map(_close, NUMBER.findall(page), NUMBER.findall(printed)))


def same(page: str, printed: str) -> bool:
    """Whether a command printed what the page says."""
    wanted, got = _masked(page).split("\n"), _masked(printed).split("\n")
    return len(wanted) == len(got) and all(map(_same_line, wanted, got))


def renewed(page: str, shell: Shell) -> str:
    """The page with what its commands print now, where that differs from what it says.

    Raises RuntimeError if a command fails.
    """
    lines = page.split("\n")
    results = [(step, *shell.run(step.command)) for step in steps(page)]
    for step, code, printed in reversed(results):
        if code != 0:
            raise RuntimeError(f"line {step.line}: exit code {code}: {step.command}\n{printed}")
        if not same(step.printed, printed):
            lines[step.line : step.line + step.printed.count("\n")] = printed.split("\n")[:-1]
    return "\n".join(lines)
