from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from multiprocessing import active_children
from pathlib import Path

import pytest

from phasewise.core.errors import HeaderError, PhasewiseError
from phasewise.core.processes import in_processes, usable_cpus


def start(factor: int) -> Callable[[int], int]:
    """Refuse 13, lose the worker over 7, and take long over what is negative."""

    def work(item: int) -> int:
        if item == 13:
            raise HeaderError("13 is refused.")
        if item == 7:
            os.kill(os.getpid(), signal.SIGTERM)
        if item < 0:
            time.sleep(60)
        return factor * item

    return work


def results(items: list[int], workers: int = 2) -> list[tuple[int, int]]:
    return list(in_processes(start, (10,), items, workers))


def test_results_come_in_order_and_the_workers_go() -> None:
    assert results(list(range(1, 6))) == [(k, 10 * k) for k in range(1, 6)]
    assert results([]) == []
    assert not active_children()


def test_no_more_is_asked_for_than_one_a_worker_and_one_to_spare() -> None:
    asked: list[int] = []

    def items() -> Iterator[int]:
        for k in (1, 2, 3, 4, 5, 6):
            asked.append(k)
            yield k

    answers = in_processes(start, (1,), items(), 2)
    assert next(answers) == (1, 1)
    assert asked == [1, 2, 3]
    answers.close()


def test_what_is_raised_in_a_worker_is_raised_here() -> None:
    with pytest.raises(HeaderError) as refused:
        results([1, 13, 2, 3, 4])
    assert str(refused.value) == "13 is refused."
    with pytest.raises(TypeError, match="positional") as told:
        list(in_processes(start, (), [1], 1))
    assert "In a worker process" in told.value.__notes__[0]
    assert not active_children()


def test_a_worker_that_is_killed_gives_an_error() -> None:
    with pytest.raises(PhasewiseError, match="ended from outside"):
        results([1, 2, 7, 3, 4, 5, 6])
    assert not active_children()


def test_work_that_is_given_up_ends_at_once() -> None:
    answers = in_processes(start, (1,), [1, -1, -1, -1], 2)
    assert next(answers) == (1, 1)
    started = time.monotonic()
    answers.close()
    assert time.monotonic() - started < 10
    assert not active_children()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals of this kind")
def test_workers_outlive_neither_interrupts_nor_the_end_of_their_parent(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "import os, sys, time\n"
        "from phasewise.core.processes import in_processes\n"
        "def start():\n"
        "    os.write(1, f'{os.getpid()}\\n'.encode())\n"
        "    return lambda item: time.sleep(item)\n"
        "if __name__ == '__main__':\n"
        "    list(in_processes(start, (), [0.5] * 1000, 2))\n"
    )
    for number in (signal.SIGINT, signal.SIGKILL):
        run = subprocess.Popen(
            [sys.executable, script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
        )
        assert run.stdout is not None
        for _ in range(2):
            assert int(run.stdout.readline()) != run.pid
        if number == signal.SIGINT:
            os.killpg(run.pid, number)  # as a terminal does
        else:
            run.kill()
        _, errors = run.communicate(timeout=30)  # until the workers let go of these pipes, too
        assert errors.count(b"Traceback") <= 1


def test_there_is_a_processor() -> None:
    assert 1 <= usable_cpus() <= (os.cpu_count() or 1)
