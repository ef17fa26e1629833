"""Running many jobs: cache, resuming, and equal results from a pool and from a Dask cluster."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time

import conftest
import pytest
from rdeval import measure
from rdeval.cache import Cache
from rdeval.schedule import LocalScheduler, run_all


class InProcess:
    """A scheduler for tests: counts jobs and can stop after some, as an interrupt would."""

    def __init__(self, stop_after=None):
        self.count, self._stop_after = 0, stop_after

    def run(self, tasks):
        for job, picture_png in tasks:
            if self.count == self._stop_after:
                raise KeyboardInterrupt
            self.count += 1
            yield job, measure.run_job(job, picture_png())


def _tasks(codec, picture, qualities):
    installed = conftest.located(codec)
    sha256 = picture.sha256()
    return [(measure.job_for(installed, picture, sha256, q), picture.png) for q in qualities]


def _comparable(rows):
    """The rows without what depends on the machine's speed."""
    return [{k: v for k, v in row.items() if k not in measure.TIMING_KEYS} for row in rows]


def test_an_interrupted_run_resumes(tmp_path, photo_like):
    tasks = _tasks(conftest.toy_codec("jpeg"), photo_like, (20, 40, 60, 80))
    cache = Cache(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        run_all(tasks, InProcess(stop_after=2), cache)
    second = InProcess()
    told = []
    outcomes = run_all(tasks, second, cache, lambda job, outcome, cached: told.append(cached))
    assert second.count == 2 and told == [True, True, False, False]
    assert [outcome.row["quality"] for outcome in outcomes] == [20, 40, 60, 80]
    third = InProcess()
    again = run_all(tasks, third, cache)
    assert third.count == 0
    assert [o.row for o in again] == [o.row for o in outcomes]
    assert all(o.stream for o in again)


def test_damaged_entries_and_failures_are_run_again(tmp_path, photo_like):
    tasks = _tasks(conftest.toy_codec("jpeg"), photo_like, (20,))
    cache = Cache(tmp_path)
    run_all(tasks, InProcess(), cache)
    entry = next(tmp_path.glob("*/*.json"))
    entry.write_text("{ cut")
    scheduler = InProcess()
    run_all(tasks, scheduler, cache)
    assert scheduler.count == 1
    broken = _tasks(
        conftest.with_encode(conftest.toy_codec("jpeg"), "false {input}"), photo_like, (20,)
    )
    scheduler = InProcess()
    for _ in range(2):
        assert run_all(broken, scheduler, cache)[0].row["error"]
    assert scheduler.count == 2


def test_equal_pictures_are_measured_once(tmp_path, photo_like):
    twin = conftest.Picture("twin", photo_like.samples)
    codec = conftest.toy_codec("jpeg")
    tasks = _tasks(codec, photo_like, (30,)) + _tasks(codec, twin, (30,))
    scheduler = InProcess()
    outcomes = run_all(tasks, scheduler, Cache(tmp_path))
    assert scheduler.count == 1
    assert [o.row["picture"] for o in outcomes] == ["landscape", "twin"]


def test_a_local_pool_equals_one_process(tmp_path, photo_like):
    tasks = _tasks(conftest.toy_codec("webp"), photo_like, (10, 50, 90))
    alone = run_all(tasks, InProcess(), Cache(tmp_path / "a"))
    pool = run_all(tasks, LocalScheduler(2), Cache(tmp_path / "b"))
    assert _comparable(o.row for o in pool) == _comparable(o.row for o in alone)
    assert [o.stream for o in pool] == [o.stream for o in alone]


@pytest.fixture
def dask_cluster(tmp_path):
    """A scheduler and two workers of one thread each on loopback; (address, worker processes)."""
    pytest.importorskip("distributed", reason="no module 'distributed' (python3-distributed)")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    environment = {
        **os.environ,
        "DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "10s",
        "DASK_TEMPORARY_DIRECTORY": str(tmp_path),
    }
    environment.pop("PYTHONPATH", None)
    common = ["--no-dashboard", "--host", "127.0.0.1"]

    def start(module, *arguments):
        with (tmp_path / f"{module}-{len(processes)}.log").open("wb") as log:
            command = [sys.executable, "-m", f"distributed.cli.{module}", *arguments]
            processes.append(
                subprocess.Popen(command, stdout=log, stderr=log, env=environment, cwd=tmp_path)
            )

    processes: list[subprocess.Popen] = []
    try:
        start("dask_scheduler", *common, "--port", str(port))
        for _ in range(2):
            start("dask_worker", address, *common, "--no-nanny", "--nthreads", "1",
                  "--local-directory", str(tmp_path))  # fmt: skip
        yield address, processes[1:]
    finally:
        for process in processes:
            process.kill()
            process.wait()


def test_a_cluster_with_a_dying_worker_equals_the_local_run(tmp_path, photo_like, dask_cluster):
    from rdeval.cluster import DaskScheduler

    address, workers = dask_cluster
    tasks = _tasks(conftest.copy_codec(tmp_path / "copy.sh"), photo_like, range(6))
    tasks += _tasks(conftest.toy_codec("jpeg"), photo_like, range(10, 90, 20))
    local = run_all(tasks, LocalScheduler(2), Cache(tmp_path / "local"))

    scheduler = DaskScheduler(address)
    try:
        client = scheduler._client
        client.wait_for_workers(2, timeout=30)
        finished = []

        def on_done(job, outcome, cached):
            finished.append(outcome.row["error"])
            if len(finished) == 3:
                workers[0].send_signal(signal.SIGKILL)

        remote = run_all(tasks, scheduler, Cache(tmp_path / "remote"), on_done)
        deadline = time.monotonic() + 10
        while len(client.nthreads()) > 1 and time.monotonic() < deadline:
            time.sleep(0.05)
        assert len(client.nthreads()) == 1, "the killed worker should be gone"
    finally:
        scheduler.close()
    assert finished == [""] * len(tasks)
    assert _comparable(o.row for o in remote) == _comparable(o.row for o in local)
    assert [o.stream for o in remote] == [o.stream for o in local]


def test_no_cluster_is_told():
    pytest.importorskip("distributed", reason="no module 'distributed' (python3-distributed)")
    from rdeval.cluster import ClusterError, DaskScheduler

    with pytest.raises(ClusterError, match="no Dask scheduler answers"):
        DaskScheduler("tcp://127.0.0.1:1", connect_timeout_s=0.5)
