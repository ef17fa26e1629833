"""Runs jobs: what the cache has is taken from it, the rest goes to a local pool or a cluster."""

from __future__ import annotations

import signal
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from typing import Callable, Iterable, Iterator, Protocol

from .cache import Cache
from .measure import Job, Outcome, run_job

# A job and the function that gives its picture as a PNG file (read only when the job is sent).
Task = tuple[Job, Callable[[], bytes]]


class Scheduler(Protocol):
    """Runs tasks in any order and yields each with its outcome as soon as it is there."""

    def run(self, tasks: Iterable[Task]) -> Iterator[tuple[Job, Outcome]]:
        """Yields one outcome for every task."""


class LocalScheduler:
    """A pool of processes on this machine."""

    def __init__(self, jobs: int) -> None:
        self._jobs = max(1, jobs)

    def run(self, tasks: Iterable[Task]) -> Iterator[tuple[Job, Outcome]]:
        """Keeps two tasks per process in the pool, so that few pictures are in memory at a time."""
        waiting = iter(tasks)
        running = {}
        pool = ProcessPoolExecutor(self._jobs, initializer=_leave_interrupts_to_parent)
        try:
            while True:
                while len(running) < 2 * self._jobs:
                    task = next(waiting, None)
                    if task is None:
                        break
                    running[pool.submit(run_job, task[0], task[1]())] = task[0]
                if not running:
                    break
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    yield running.pop(future), future.result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def run_all(
    tasks: list[Task],
    scheduler: Scheduler,
    cache: Cache,
    on_done: Callable[[Job, Outcome, bool], None] = lambda job, outcome, cached: None,
) -> list[Outcome]:
    """The outcomes of all tasks in their order; `on_done` is told of each (and if it was cached).

    Every outcome is in the cache before the next one is waited for: nothing is lost when the run
    is interrupted.
    """
    outcomes: dict[str, Outcome] = {}
    missing: list[Task] = []
    sent: set[str] = set()
    for task in tasks:
        key = task[0].key()
        found = cache.load(task[0])
        if found is not None:
            outcomes[key] = found
            on_done(task[0], found, True)
        elif key not in sent:
            sent.add(key)
            missing.append(task)
    for job, outcome in scheduler.run(missing):
        cache.store(job, outcome)
        outcomes[job.key()] = outcome
        on_done(job, outcome, False)
    return [_for(job, outcomes[job.key()]) for job, _ in tasks]


def _for(job: Job, outcome: Outcome) -> Outcome:
    """The outcome under this job's picture name: two names may stand for equal pictures."""
    return Outcome({**outcome.row, "picture": job.picture}, outcome.stream)


def _leave_interrupts_to_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
