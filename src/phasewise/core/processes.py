"""Work in processes of its own, for what the interpreter would let only one thread do at a time."""

from __future__ import annotations

import os
import signal
import traceback
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from multiprocessing import get_context, resource_tracker
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, TypeVar

from phasewise.core.errors import PhasewiseError
from phasewise.core.threads import side_by_side

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

__all__ = ["as_workers_need_it", "in_processes", "usable_cpus"]

ItemT = TypeVar("ItemT")
ResultT = TypeVar("ResultT")

_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def in_processes(
    start: Callable[..., Callable[[ItemT], ResultT]],
    given: tuple[Any, ...],
    items: Iterable[ItemT],
    workers: int,
) -> Generator[tuple[ItemT, ResultT], None, None]:
    """Yield each item with what worker processes make of it, in their order.

    The processes end with the iterator, whatever ends it.

    Parameters
    ----------
    start : callable
        Called once in each worker; returns the function of an item. Like the items and the results, it
        travels by pickle.
    given : tuple
        Arguments of `start`.
    items : iterable
        No more of them are asked for than one a worker and one to spare.
    workers : int
        Number of processes.

    Raises
    ------
    PhasewiseError
        If a worker is ended from outside. What is raised in a worker is raised here.
    """
    crew = _Crew(start, given, workers)
    try:
        yield from side_by_side(crew.work, items, workers=workers, stop=crew.kill)
    finally:
        crew.dismiss()


def usable_cpus() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextmanager
def as_workers_need_it() -> Iterator[None]:
    """Let processes that start here compute on one thread and leave interrupts to this process."""
    before = {name: os.environ.get(name) for name in _THREADS}
    os.environ.update(dict.fromkeys(_THREADS, "1"))
    blocks = hasattr(signal, "pthread_sigmask")
    if blocks:
        resource_tracker.ensure_running()  # would lift the block where the first process starts
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT}) if blocks else None
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
        if mask is not None:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)


class _Crew:
    """Worker processes, each at the other end of a pipe that nobody else holds.

    So the end of either side is seen by the other one, even in the middle of a message. A pool of
    `concurrent.futures` shares one pipe, and waits for ever for the rest of what a killed worker was sending.
    """

    def __init__(self, start: Callable[..., Any], given: tuple[Any, ...], workers: int) -> None:
        # Spawned, not forked: a fork of a process with threads may hang.
        context = get_context("spawn")
        self._processes = []
        self._idle: SimpleQueue[Connection[Any, Any]] = SimpleQueue()
        try:
            for _ in range(workers):
                ours, theirs = context.Pipe()
                process = context.Process(target=_serve, args=(theirs, start, given), daemon=True)
                with theirs, as_workers_need_it():
                    process.start()
                    self._processes.append(process)
                self._idle.put(ours)
        except BaseException:
            self.kill()
            raise

    def work(self, item: Any) -> Any:
        """Return what an idle worker makes of an item."""
        connection = self._idle.get()
        try:
            connection.send(item)
            result, error = connection.recv()
        except (EOFError, OSError) as lost:
            raise PhasewiseError(
                "A worker process was ended from outside, perhaps for want of memory. Run again with fewer "
                "workers."
            ) from lost
        finally:
            self._idle.put(connection)
        if error is not None:
            raise error
        return result

    def kill(self) -> None:
        """End the workers at once."""
        for process in self._processes:
            process.kill()

    def dismiss(self) -> None:
        """Let the workers go home, and wait for it; none may be at work."""
        while not self._idle.empty():
            self._idle.get().close()
        for process in self._processes:
            process.join()


def _serve(connection: Connection[Any, Any], start: Callable[..., Callable[[Any], Any]], given: Any) -> None:
    """Answer until the other side closes the pipe, or ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    function = cache(lambda: start(*given))
    with suppress(EOFError, ConnectionError):
        while True:
            # No name is given to items and answers: they would stay in memory beside the next ones.
            connection.send(_answer(function, connection.recv()))


def _answer(function: Callable[[], Callable[[Any], Any]], item: Any) -> tuple[Any, Exception | None]:
    try:
        return function()(item), None
    except Exception as error:
        error.add_note(f"In a worker process:\n{traceback.format_exc()}")
        return None, error
