"""vaecomp signature prints what the repository has, whatever the environment says of kernels."""

from __future__ import annotations

import os
import subprocess
import unittest
from pathlib import Path

from support import BAD_DATA, PROGRAM, TIMEOUT, USAGE, CliTest

ROOT = Path(__file__).resolve().parents[2]


def expected() -> dict[str, str]:
    """The signature of each model file, by its path."""
    lines = (ROOT / "tests/golden/signature.txt").read_text("ascii").splitlines()
    return dict(line.split() for line in lines if not line.startswith("#"))


class Signature(CliTest):
    def test_it_is_the_repositorys(self) -> None:
        known = expected()
        self.assertEqual(self.succeed("signature").decode(), known["codec/default_model/default.vaem"] + "\n")
        for model, signature in known.items():
            self.assertEqual(self.succeed("signature", "--model", ROOT / model).decode(), signature + "\n")

    def test_the_environments_kernels_do_not_matter(self) -> None:
        tiny = ("tests/models/tiny.vaem", expected()["tests/models/tiny.vaem"])
        result = subprocess.run(
            [PROGRAM, "signature", "--model", ROOT / tiny[0]],
            env=os.environ | {"VAECOMP_KERNELS": "generic"}, capture_output=True, timeout=TIMEOUT, check=True, text=True,
        )  # fmt: skip
        self.assertEqual(result.stdout, tiny[1] + "\n")

    def test_what_is_no_model(self) -> None:
        self.write("a.vaem", b"VAEM")
        self.fail_with(BAD_DATA, "a.vaem: ", "signature", "--model", "a.vaem")
        self.fail_with(USAGE, "a.vaem is one name too many", "signature", "a.vaem")


if __name__ == "__main__":
    unittest.main()
