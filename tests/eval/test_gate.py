"""The regression gate of corpus/rd_baseline.json on the program that was just built."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def test_rate_distortion_is_no_worse_than_the_baseline(tmp_path: Path) -> None:
    """Synthetic pictures and crops of them at three qualities: within 0.3 % BD-rate."""
    program = os.environ.get("VAECOMP")
    if not program:
        pytest.skip("set VAECOMP to the program to be tested")
    command = [sys.executable, str(ROOT / "tools/eval/rd_eval.py"), "--check"]
    command += [str(ROOT / "corpus/rd_baseline.json"), "--vaecomp", program, "--out", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
