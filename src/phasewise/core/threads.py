"""Blocks of rows side by side, and one thread for the linear algebra of each."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from typing import Any, TypeVar

__all__ = ["one_blas_thread", "side_by_side"]

ItemT = TypeVar("ItemT")
ResultT = TypeVar("ResultT")

MOST_WORKERS = 4


def side_by_side(
    function: Callable[[ItemT], ResultT],
    items: Iterable[ItemT],
    *,
    workers: int | None = None,
    stop: Callable[[], object] | None = None,
) -> Generator[tuple[ItemT, ResultT], None, None]:
    """Yield each item with what the function makes of it, in their order.

    Several threads work on the next items while one is consumed; no more items are asked for than that.

    Parameters
    ----------
    function : callable
    items : iterable
    workers : int, optional
        Number of threads; by default one for each core, up to `MOST_WORKERS`.
    stop : callable, optional
        Called where the work ends before its time, to hasten the end of what is being done.

    Examples
    --------
    >>> [result for _, result in side_by_side(len, ["a", "bc"])]
    [1, 2]
    """
    workers = workers or max(1, min(MOST_WORKERS, os.cpu_count() or 1))
    waiting: deque[tuple[ItemT, Future[ResultT]]] = deque()
    with ThreadPoolExecutor(workers) as pool:
        try:
            for item in items:
                waiting.append((item, pool.submit(function, item)))
                if len(waiting) > workers:
                    done, future = waiting.popleft()
                    yield done, future.result()
            while waiting:
                done, future = waiting.popleft()
                yield done, future.result()
        except BaseException:
            if stop is not None:
                stop()
            raise
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def one_blas_thread() -> AbstractContextManager[Any]:
    """Return a context in which matrix products run on the thread that asks for them.

    The matrices here are narrow: several threads would spend most of their time waiting for one another, and
    those of the caller are put back when the context ends.
    """
    from threadpoolctl import threadpool_limits

    return threadpool_limits(1, user_api="blas")  # type: ignore[no-any-return]
