"""tools/cluster/encode_on_dask.py on loopback: a killed worker, failing pictures, interrupts, resuming.

Most of it runs a toy program that is slow and keeps a diary, so that it is known how often each
picture was encoded; one test runs the real program.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "tools" / "cluster" / "encode_on_dask.py"
sys.path.insert(0, str(SCRIPT.parent))

from vaecomp_cluster import files, manifest, work  # noqa: E402

TIMEOUT = 60
OK, FAILED, USAGE, INTERRUPTED = 0, 1, 5, 130
TOY_PROGRAM = """#!/bin/sh
# The toy: notes the picture, takes its time, copies it behind a head; refuses those that say BROKEN.
picture=$(cat)
echo "$picture" >> '{diary}'
sleep 0.15
while [ "$picture" = 'picture 9' ] && [ -e '{hold}' ]; do sleep 0.05; done
case $picture in *BROKEN*) echo 'vaecomp: standard input: not a picture' >&2; exit 2 ;; esac
echo "stream of $picture with $*"
"""


@pytest.fixture
def cluster(tmp_path):
    """A scheduler and two workers of one thread each on loopback: (address, worker processes,
    scheduler process)."""
    if importlib.util.find_spec("distributed") is None:
        pytest.skip("no module 'distributed' (python3-distributed)")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{probe.getsockname()[1]}"
    # Without PYTHONPATH and elsewhere: workers know the project only by what is sent to them.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    logs = tmp_path / "logs"
    logs.mkdir()
    processes: list[subprocess.Popen[bytes]] = []

    def start(module: str, *arguments: str) -> None:
        with (logs / f"{module}-{len(processes)}").open("wb") as log:
            command = [sys.executable, "-m", f"distributed.cli.{module}", *arguments]
            command += ["--no-dashboard", "--host", "127.0.0.1"]
            processes.append(
                subprocess.Popen(command, stdout=log, stderr=log, env=environment, cwd=logs)
            )

    try:
        start("dask_scheduler", "--port", address.rsplit(":", 1)[1])
        for _ in range(2):
            start("dask_worker", address, "--no-nanny", "--nthreads", "1",
                  "--local-directory", str(logs))  # fmt: skip
        yield address, processes[1:], processes[0]
    finally:
        for process in processes:
            process.kill()
            process.wait()


class Bench:
    """Folders, the toy program and its diary."""

    def __init__(self, folder: Path, address: str) -> None:
        self.folder, self.address = folder, address
        self.pictures, self.out = folder / "photos", folder / "streams"
        self.diary = folder / "diary"
        self.toy = folder / "toy"
        self.hold = folder / "hold"  # while it exists, picture 9 is not done
        self.toy.write_text(TOY_PROGRAM.format(diary=self.diary, hold=self.hold))
        self.toy.chmod(0o755)
        for number in range(10):
            self.add(f"{'sub/' * (number % 2)}p{number}.png", f"picture {number}")

    def add(self, name: str, text: str) -> None:
        """Creates or replaces a picture."""
        path = self.pictures / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n")

    def command(self, *options: str) -> list[str]:
        """The command line of a run."""
        return [sys.executable, str(SCRIPT), str(self.pictures), str(self.out), "--recursive",
                "--scheduler", self.address, "--vaecomp", str(self.toy), *options]  # fmt: skip

    def start(self, *options: str) -> subprocess.Popen[str]:
        """A run that the test goes along with."""
        return subprocess.Popen(
            self.command(*options), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def run(self, *options: str) -> tuple[int, str, str, list[str]]:
        """A run to its end: code, stdout, stderr, and the pictures that were encoded for it."""
        before = len(self.encoded())
        done = subprocess.run(
            self.command(*options), capture_output=True, text=True, timeout=TIMEOUT, check=False
        )
        return done.returncode, done.stdout, done.stderr, sorted(self.encoded()[before:])

    def encoded(self) -> list[str]:
        """What the toy was given so far; nothing, where the worker died before it could give."""
        lines = self.diary.read_text().splitlines() if self.diary.exists() else []
        return [line for line in lines if line]

    def wait_for_streams(self, count: int) -> None:
        """Returns when so many streams are there."""
        deadline = time.monotonic() + TIMEOUT
        while len(list(self.out.rglob("*.vaec"))) < count:
            assert time.monotonic() < deadline, "no progress"
            time.sleep(0.02)

    def wait_for_quiet(self) -> None:
        """Returns when no worker has begun a picture for half a second."""
        seen = -1
        while seen != len(self.encoded()):
            seen = len(self.encoded())
            time.sleep(0.5)

    def check_streams(self, options: str = "", broken: tuple[str, ...] = ()) -> None:
        """Every stream is whole and in its place, the manifest says so, and nothing else is there."""
        lines = (self.out / manifest.NAME).read_text().splitlines()
        entries = {entry["picture"]: entry for entry in map(json.loads, lines)}
        pictures = {p.relative_to(self.pictures).as_posix(): p for p in self.pictures.rglob("*.*")}
        assert set(entries) == set(pictures)
        expected = {manifest.NAME}
        for name, path in pictures.items():
            entry, picture = entries[name], path.read_text()
            assert entry["picture_sha256"] == hashlib.sha256(picture.encode()).hexdigest()
            assert entry["status"] == ("failed" if name in broken else "done")
            if name in broken:
                continue
            stream = (self.out / entry["output"]).read_bytes()
            arguments = f"encode - -o - -j 1{options}"
            assert stream == f"stream of {picture.strip()} with {arguments}\n".encode()
            assert entry["output_sha256"] == hashlib.sha256(stream).hexdigest()
            expected.add(entry["output"])
        found = {p.relative_to(self.out).as_posix() for p in self.out.rglob("*") if p.is_file()}
        assert found == expected


def test_a_killed_worker_costs_its_pictures_only(tmp_path, cluster):
    address, workers, _ = cluster
    bench = Bench(tmp_path, address)
    bench.add("bad.png", "BROKEN")
    run = bench.start()
    bench.wait_for_streams(4)
    workers[0].send_signal(signal.SIGKILL)
    output, errors = run.communicate(timeout=TIMEOUT)
    assert run.returncode == FAILED, errors
    assert errors == "encode_on_dask: bad.png: not a picture\n"
    assert "10 encoded, 0 already done, 1 failed; " in output.splitlines()[-1]
    bench.check_streams(broken=("bad.png",))
    # Twice: at most what the dead worker had in work, waiting and done but not yet fetched.
    assert set(bench.encoded()) == {f"picture {n}" for n in range(10)} | {"BROKEN"}
    assert len(bench.encoded()) <= 11 + 3

    # The one worker that is left does what failed, and nothing else.
    code, output, _, encoded = bench.run()
    assert (code, encoded) == (FAILED, ["BROKEN"])
    assert "0 encoded, 10 already done, 1 failed" in output
    bench.add("bad.png", "mended")
    assert bench.run()[::3] == (OK, ["mended"])
    bench.check_streams()


def test_an_interrupted_run_is_resumed(tmp_path, cluster):
    address, _, _ = cluster
    bench = Bench(tmp_path, address)
    bench.hold.touch()  # or a fast cluster might be done before the interrupt comes
    run = bench.start()
    bench.wait_for_streams(4)
    run.send_signal(signal.SIGINT)
    output, errors = run.communicate(timeout=TIMEOUT)
    bench.hold.unlink()
    assert run.returncode == INTERRUPTED, errors
    assert errors == "encode_on_dask: interrupted; the same command again goes on\n"
    streams = {p: p.read_bytes() for p in bench.out.rglob("*.vaec")}
    assert 4 <= len(streams) < 10 and f"{10 - len(streams)} left" in output
    # A run that died in the middle of a line.
    with (bench.out / manifest.NAME).open("a") as file:
        file.write('{"picture": "p9.png", "pict')

    bench.wait_for_quiet()  # what the workers were at when the run was interrupted
    code, output, errors, encoded = bench.run()
    assert (code, errors, len(encoded)) == (OK, "", 10 - len(streams))
    assert f"{len(streams)} already done" in output
    assert {p: p.read_bytes() for p in streams} == streams
    bench.check_streams()

    # Nothing to do; a changed picture, a damaged and a missing stream; other options.
    assert bench.run()[::3] == (OK, [])
    bench.add("p2.png", "new picture 2")
    (bench.out / "p4.vaec").write_bytes(b"damaged")
    (bench.out / "sub" / "p3.vaec").unlink()
    assert bench.run()[::3] == (OK, ["new picture 2", "picture 3", "picture 4"])
    bench.check_streams()
    assert len(bench.run("-q", "80", "--", "--strip", "all")[3]) == 10
    bench.check_streams(" -q 80 --strip all")


@pytest.mark.skipif("VAECOMP" not in os.environ, reason="VAECOMP does not name the program")
def test_the_real_program_is_sent_along(tmp_path, cluster):
    address, _, _ = cluster
    bench = Bench(tmp_path, address)
    program = os.environ["VAECOMP"]
    picture = b"P6\n40 30\n255\n" + bytes(range(256)) * 14 + bytes(16)
    for path in bench.pictures.rglob("*.png"):
        path.unlink()
    (bench.pictures / "a.ppm").write_bytes(picture)
    (bench.pictures / "cut.ppm").write_bytes(picture[:-1])
    code, _, errors, _ = bench.run("--vaecomp", program, "--send-program", "-q", "30")
    assert code == FAILED and errors.startswith("encode_on_dask: cut.ppm: ") and errors.count("\n") == 1
    stream = (bench.out / "a.vaec").read_bytes()
    local = subprocess.run(
        [program, "encode", "-", "-o", "-", "-q", "30"], input=picture, capture_output=True, check=True
    )
    assert stream == local.stdout


def test_no_cluster_and_no_worker_are_told(tmp_path, cluster):
    address, workers, _ = cluster
    bench = Bench(tmp_path, address)
    for worker in workers:
        worker.kill()
    code, output, errors, _ = bench.run("--patience", "1")
    assert code == FAILED and "10 left" in output
    assert errors.startswith("encode_on_dask: no worker for 1 s; ")


@pytest.mark.parametrize(
    ("wrong", "said"),
    (
        (["-q", "101"], "-q is from 0 to 100"),
        (["-e", "0"], "-e is from 1 to 9"),
        (["--patience", "0"], "cannot be negative"),
        (["--no-such"], "--no-such"),
    ),
)
def test_usage_errors(tmp_path, wrong, said, capsys):
    pytest.importorskip("distributed", reason="no module 'distributed' (python3-distributed)")
    import encode_on_dask

    line = [str(tmp_path), str(tmp_path / "out"), "--scheduler", "tcp://host:8786"]
    args = encode_on_dask.parse([*line, "-r", "--", "--target-size", "5k"])
    assert (args.recursive, args.more) == (True, ["--target-size", "5k"])
    with pytest.raises(SystemExit) as end:
        encode_on_dask.parse([*line, *wrong])
    assert end.value.code == USAGE
    error = capsys.readouterr().err
    assert error.startswith("encode_on_dask: ") and said in error and error.count("\n") == 1


def test_a_scheduler_that_dies_is_told(tmp_path, cluster):
    address, _, scheduler = cluster
    bench = Bench(tmp_path, address)
    run = bench.start()
    bench.wait_for_streams(2)
    scheduler.kill()
    output, errors = run.communicate(timeout=TIMEOUT)
    assert run.returncode == FAILED
    assert errors.startswith("encode_on_dask: the scheduler "), errors
    assert errors.endswith("run the same command again to go on\n") and errors.count("\n") == 1
    assert " left; " in output


def test_a_worker_without_the_program_is_trouble_a_refused_picture_is_not(tmp_path):
    with pytest.raises(work.WorkerTrouble, match="No such file"):
        work.encode_picture(b"", work.Encoding(str(tmp_path / "none"), (), 5), None)
    bench = Bench(tmp_path, "")
    result = work.encode_picture(b"BROKEN", work.Encoding(str(bench.toy), (), 5), None)
    assert (result.error, result.stream) == ("not a picture", b"")
    result = work.encode_picture(b"slow", work.Encoding(str(bench.toy), (), 0.01), None)
    assert result.error == "not done after 0.01 s"


def test_names_of_streams():
    assert files.output_names(["a.png", "b.c.jpg"]) == {"a.png": "a.vaec", "b.c.jpg": "b.c.vaec"}
    with pytest.raises(files.NameClash, match="x/a.jpg and x/a.png would both become x/a.vaec"):
        files.output_names(["x/a.jpg", "a.png", "x/a.png"])


def test_a_clash_of_names_is_refused_before_anything_is_written(tmp_path):
    pytest.importorskip("distributed", reason="no module 'distributed' (python3-distributed)")
    bench = Bench(tmp_path, "tcp://127.0.0.1:1")
    bench.add("p0.jpg", "twin")
    code, _, errors, _ = bench.run()
    assert code == USAGE and not bench.out.exists()
    assert errors == "encode_on_dask: p0.jpg and p0.png would both become p0.vaec\n"


def test_a_file_is_whole_or_not_there(tmp_path, monkeypatch):
    path = tmp_path / "new" / "file"
    files.write_whole(path, b"old")
    monkeypatch.setattr(os, "fsync", lambda handle: (_ for _ in ()).throw(OSError(28, "full")))
    with pytest.raises(OSError, match="full"):
        files.write_whole(path, b"new")
    assert path.read_bytes() == b"old" and os.listdir(path.parent) == ["file"]


def test_a_foreign_manifest_is_refused(tmp_path):
    (tmp_path / manifest.NAME).write_text('{"something": 1}\n')
    with pytest.raises(manifest.ManifestError, match="line 1 is no entry"):
        manifest.Manifest(tmp_path)
