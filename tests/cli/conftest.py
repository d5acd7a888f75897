"""The command line, run in the process of the tests."""

from __future__ import annotations

import signal
from collections.abc import Callable
from typing import NamedTuple

import pytest

from phasewise.cli import main


class Run(NamedTuple):
    """How a command ended, and what it printed."""

    code: int
    out: str
    err: str


Runner = Callable[..., Run]


@pytest.fixture
def phasewise(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Runner:
    """Run the command in this process."""
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    monkeypatch.setenv("COLUMNS", "100")

    def run(*arguments: object) -> Run:
        with pytest.raises(SystemExit) as left:
            main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Run(int(left.value.code or 0), captured.out, captured.err)

    return run
