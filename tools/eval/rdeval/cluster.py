"""The same jobs on a Dask cluster: pictures and this package travel to the workers by themselves.

Each worker needs the codec programs and python3 with numpy, PIL and distributed; it shares no
file with this machine. Workers should run with one thread each where times matter.
"""

from __future__ import annotations

import tempfile
import zipfile
from pathlib import Path
from typing import Iterable, Iterator

from .measure import Job, Outcome, empty_row, run_job
from .schedule import Task


class ClusterError(RuntimeError):
    """The cluster cannot be used; the text says why."""


class DaskScheduler:
    """Runs tasks on the workers of the scheduler at ADDRESS, for instance tcp://host:8786."""

    def __init__(self, address: str, connect_timeout_s: float = 20.0) -> None:
        try:
            import distributed
        except ImportError as error:
            raise ClusterError(
                "no module 'distributed' (apt install python3-distributed)"
            ) from error
        self._distributed = distributed
        try:
            self._client = distributed.Client(
                address, timeout=connect_timeout_s, set_as_default=False
            )
        except (OSError, ValueError) as error:
            raise ClusterError(f"no Dask scheduler answers at {address} ({error})") from error
        self._send_package()

    def run(self, tasks: Iterable[Task]) -> Iterator[tuple[Job, Outcome]]:
        """Keeps a few tasks per worker under way; those of a worker that dies run elsewhere."""
        waiting = iter(tasks)
        jobs: dict[str, Job] = {}
        finished = self._distributed.as_completed(loop=self._client.loop)

        def send_one() -> bool:
            task = next(waiting, None)
            if task is None:
                return False
            job, picture_png = task
            # Not pure: an equal job of an earlier run may have failed on a machine since repaired.
            future = self._client.submit(run_job, job, picture_png(), pure=False, retries=2)
            jobs[future.key] = job
            finished.add(future)
            return True

        for _ in range(4 * max(1, self._thread_count())):
            if not send_one():
                break
        while jobs:
            future = next(finished)
            job = jobs.pop(future.key)
            yield job, self._outcome(job, future)
            send_one()

    def close(self) -> None:
        """Leaves the cluster, which stays up."""
        self._client.close()

    def _thread_count(self) -> int:
        return sum(self._client.nthreads().values())

    def _outcome(self, job: Job, future) -> Outcome:  # future: distributed.Future
        """The result of a task; one that kills every worker it meets becomes a failed row."""
        if future.status == "finished":
            return future.result()
        row = empty_row(job)
        row["error"] = f"the cluster gave the job up ({future.status}): {future.exception()!r}"
        return Outcome(row, None)

    def _send_package(self) -> None:
        """Makes this package importable on every worker, those that join later included."""
        package = Path(__file__).resolve().parent
        folder = Path(tempfile.mkdtemp(prefix="rd_eval."))
        archive = folder / f"{package.name}.zip"
        with zipfile.ZipFile(archive, "w") as bundle:
            for source in sorted(package.glob("*.py")):
                bundle.write(source, f"{package.name}/{source.name}")
        plugin = self._distributed.diagnostics.plugin.UploadFile(str(archive))
        self._client.register_worker_plugin(plugin, name="rd_eval")
        archive.unlink()
        folder.rmdir()
