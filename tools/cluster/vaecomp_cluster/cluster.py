"""The Dask side: a few pictures per worker under way, results as they come.

Pictures, streams and this package travel through the cluster's own connections: workers share no
file with this machine. The pictures of a worker that dies run again elsewhere.
"""

from __future__ import annotations

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
_LOOK_EVERY_S = 5.0  # at whether the cluster is still there


class ClusterError(RuntimeError):
    """The cluster cannot be used; the text says why and what to do."""


class DaskCluster:
    """Encodes on the workers of the scheduler at ADDRESS, for instance tcp://host:8786."""

    def __init__(self, address: str, patience_s: float, connect_timeout_s: float = 20.0) -> None:
        """`patience_s`: how long to wait for a worker while there is none."""
        # Pictures are larger than what Dask thinks belongs into a task. They are there on purpose: so
        # the scheduler can give them to another worker.
        warnings.filterwarnings("ignore", message="Large object of size")
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
            while tasks_left and len(under_way) < _PER_THREAD * max(1, self._thread_count()):
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
        self._client.close(timeout=5)

    def _thread_count(self) -> int:
        return sum(self._client.nthreads().values())

    def _next(self, done: queue.Queue[distributed.Future]) -> distributed.Future:
        """The next future that is done."""
        last_seen = time.monotonic()
        while True:
            try:
                return done.get(timeout=min(_LOOK_EVERY_S, self._patience_s))
            except queue.Empty:
                pass
            if self._client.status != "running":
                raise ClusterError("the scheduler is gone; run the same command again to go on")
            if self._thread_count() > 0:
                last_seen = time.monotonic()
            elif time.monotonic() - last_seen >= self._patience_s:
                raise ClusterError(
                    f"no worker for {self._patience_s:g} s; start some (dask-worker ADDRESS) and run "
                    "the same command again to go on"
                )

    def _result(self, future: distributed.Future) -> Encoded:
        """The result of a task; one that kills every worker it meets is a failure."""
        if future.status == "finished":
            return future.result()
        if future.status == "cancelled":
            raise ClusterError("the scheduler dropped the work; run the same command again to go on")
        return Encoded(b"", f"the cluster gave it up: {future.exception()}", 0.0, "")

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
