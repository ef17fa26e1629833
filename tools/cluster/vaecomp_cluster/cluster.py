"""The Dask side: a few pictures per worker under way, results as they come.

Pictures, streams and this package travel through the cluster's own connections: workers share no
file with this machine. The pictures of a worker that dies run again elsewhere.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import tempfile
import time
import warnings
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import distributed

from .files import sha256
from .work import Encoded, Encoding, encode_picture

# A picture's name and the function that reads it, called only when it is sent.
Task = tuple[str, Callable[[], bytes]]

_PER_THREAD = 2  # pictures at a worker's thread: one in work, one waiting
_RETRIES = 2  # after WorkerTrouble
_LOOK_EVERY_S = 2.0  # at whether the cluster is still there


class ClusterError(RuntimeError):
    """The cluster cannot be used; the text says why and what to do."""


def _thread_count(client: distributed.Client) -> int:
    """Threads of all workers. Raises ClusterError if there is no scheduler to be asked."""
    try:
        if client.status == "running":
            return sum(client.nthreads().values())
    except OSError:
        pass
    raise ClusterError("the scheduler is gone; run the same command again to go on")


class _Watch:
    """Looks at whether the cluster is still there, while something is waited for."""

    def __init__(self, client: distributed.Client, patience_s: float) -> None:
        self._client, self._patience_s = client, patience_s
        self._last_seen = time.monotonic()
        self.pause_s = min(_LOOK_EVERY_S, patience_s)  # between two looks

    def check(self) -> None:
        """Raises ClusterError if there is no scheduler, or has been no worker for too long."""
        if _thread_count(self._client) > 0:
            self._last_seen = time.monotonic()
        elif time.monotonic() - self._last_seen >= self._patience_s:
            raise ClusterError(
                f"no worker for {self._patience_s:g} s; start some (dask-worker ADDRESS) and run the "
                "same command again to go on"
            )


class DaskCluster:
    """Encodes on the workers of the scheduler at ADDRESS, for instance tcp://host:8786."""

    def __init__(self, address: str, patience_s: float, connect_timeout_s: float = 20.0) -> None:
        """`patience_s`: how long to wait for a worker while there is none."""
        # Pictures are larger than what Dask thinks belongs into a task. They are there on purpose: so
        # the scheduler can give them to another worker.
        warnings.filterwarnings("ignore", message="Large object of size")
        # What matters of the cluster's troubles comes out as a ClusterError: a line, no traceback.
        for name in list(logging.root.manager.loggerDict):
            if name.split(".")[0] in ("distributed", "tornado", "asyncio"):
                logging.getLogger(name).setLevel(logging.CRITICAL)
        self._patience_s = patience_s
        try:
            self._client = distributed.Client(
                address, timeout=connect_timeout_s, set_as_default=False
            )
        except (OSError, ValueError) as error:
            raise ClusterError(
                f"no Dask scheduler answers at {address} ({error}); start one with dask-scheduler"
            ) from error
        self._send_package()

    def encode(
        self, tasks: Iterator[Task], encoding: Encoding, program_file: bytes | None
    ) -> Iterator[tuple[str, Encoded]]:
        """Yields each picture's name and result in the order in which they are done.

        Raises ClusterError when the cluster is gone; OSError of a picture that cannot be read is its
        result. `program_file` is sent to every worker once.
        """
        program = None
        if program_file is not None:
            # A task rather than scattered data: it is computed again where its holders died.
            program = self._client.submit(
                bytes, program_file, key=f"vaecomp-{sha256(program_file)[:32]}"
            )
        done: queue.Queue[distributed.Future] = queue.Queue()
        under_way: dict[str, tuple[str, distributed.Future]] = {}
        tasks_left = True
        while True:
            while tasks_left and len(under_way) < _PER_THREAD * max(1, _thread_count(self._client)):
                task = next(tasks, None)
                if task is None:
                    tasks_left = False
                    break
                name, read = task
                try:
                    picture = read()
                except OSError as error:
                    yield name, Encoded(b"", error.strerror or str(error), 0.0, "")
                    continue
                # Not pure: an equal picture of an earlier run may have failed on a machine since
                # repaired.
                future = self._client.submit(
                    encode_picture, picture, encoding, program, pure=False, retries=_RETRIES
                )
                under_way[future.key] = (name, future)
                future.add_done_callback(done.put)
            if not under_way:
                return
            future = self._next(done)
            name, _ = under_way.pop(future.key)
            yield name, self._result(future)

    def close(self) -> None:
        """Leaves the cluster, which stays up; what is under way there is dropped."""
        # A scheduler that is gone cannot be taken leave of.
        with contextlib.suppress(OSError, distributed.TimeoutError):
            self._client.close(timeout=5)

    def _next(self, done: queue.Queue[distributed.Future]) -> distributed.Future:
        """The next future that is done."""
        watch = _Watch(self._client, self._patience_s)
        while True:
            try:
                return done.get(timeout=watch.pause_s)
            except queue.Empty:
                watch.check()

    def _result(self, future: distributed.Future) -> Encoded:
        """The result of a task; one that kills every worker it meets is a failure."""
        watch = _Watch(self._client, self._patience_s)
        while True:
            if future.status == "cancelled":
                raise ClusterError(
                    "the scheduler dropped the work; run the same command again to go on"
                )
            try:
                # If its holder has died meanwhile, this waits until the task has run elsewhere.
                return future.result(timeout=watch.pause_s)
            except distributed.TimeoutError:
                watch.check()
            except Exception as error:  # noqa: BLE001: whatever a worker may have raised
                if future.status != "error":
                    # Not the task's error but the connection's.
                    time.sleep(0.2)
                    watch.check()
                    continue
                return Encoded(b"", f"the cluster gave it up: {error}", 0.0, "")

    def _send_package(self) -> None:
        """Makes this package importable on every worker, those that join later included."""
        package = Path(__file__).resolve().parent
        with tempfile.TemporaryDirectory(prefix="vaecomp.") as folder:
            archive = Path(folder) / f"{package.name}.zip"
            with zipfile.ZipFile(archive, "w") as bundle:
                for source in sorted(package.glob("*.py")):
                    bundle.write(source, f"{package.name}/{source.name}")
            plugin = distributed.diagnostics.plugin.UploadFile(str(archive))
            self._client.register_worker_plugin(plugin, name=package.name)
