"""Puts the package on the path, and keeps PyTorch to one thread: the tests share a small machine."""

import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE)]


@pytest.fixture(autouse=True)
def one_thread():
    import torch

    torch.set_num_threads(1)


@pytest.fixture
def photos(tmp_path):
    """A folder of three small photos."""
    from tiny import write_photos

    return write_photos(tmp_path / "photos")
