"""Two processes on the loopback interface, over gloo, against one process."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import torch

import tiny
from vaecomp_train import checkpoint, run
from vaecomp_train.config import to_toml
from vaecomp_train.train import TRAIN

TRAINING = Path(__file__).resolve().parent.parent


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def start(arguments, rank, port):
    environment = {**os.environ, "RANK": str(rank), "WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1",
                   "MASTER_PORT": str(port), "OMP_NUM_THREADS": "1"}
    return subprocess.Popen([sys.executable, "-m", "vaecomp_train", *arguments], cwd=TRAINING,
                            env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                            text=True)


def test_two_processes_equal_one_with_the_joint_batch(photos, tmp_path):
    config = tiny.config(shards=2, steps=5)
    settings = tmp_path / "tiny.toml"
    settings.write_text(to_toml(config))
    port = free_port()
    processes = [start(["train", "--config", str(settings), "--photos", str(photos),
                        "--out", str(tmp_path / "both")], rank, port) for rank in range(2)]
    try:
        for process in processes:
            output, _ = process.communicate(timeout=150)
            assert process.returncode == 0, output
    finally:
        for process in processes:
            process.kill()
    both = checkpoint.load_training(tmp_path / "both" / "checkpoint.pt")

    run.start(config, TRAIN, run.Sources([photos], [], tmp_path / "one"))
    one = checkpoint.load_training(tmp_path / "one" / "checkpoint.pt")
    assert both["step"] == one["step"] == 5
    for name, value in one["codec"].items():
        assert torch.allclose(both["codec"][name], value, atol=2e-4), name
    assert torch.allclose(both["typical"], one["typical"], rtol=1e-3)
    fresh = run.start(tiny.config(shards=2, steps=5, rate=0.0), TRAIN,
                      run.Sources([photos], [], tmp_path / "still")).state_dict()
    moved = max((fresh[n] - v).abs().max().item() for n, v in one["codec"].items())
    assert moved > 2e-3  # the agreement above is not that of weights at rest
