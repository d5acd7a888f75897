"""The command ``phasewise``: it parses, calls the library and prints."""

from __future__ import annotations

import errno
import os
import signal
import sys
import warnings
from io import TextIOWrapper
from types import FrameType
from typing import NoReturn

__all__ = ["main"]

USER_ERROR = 2
INTERRUPTED = 130


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run the command and leave with its exit code.

    0 is success, 2 an error that the user can mend (one line on stderr), 130 an interrupt.
    """
    # Work is spread over blocks of rows; more threads within a block only get in one another's way.
    for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(variable, "1")
    signal.signal(signal.SIGINT, _interrupted)
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), _terminated)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    sys.exit(_run(arguments))


def _run(arguments: list[str] | None) -> int:
    import click

    from phasewise.cli.app import app
    from phasewise.core.errors import PhasewiseError

    warnings.showwarning = _show_warning
    try:
        app.main(arguments, prog_name="phasewise", standalone_mode=False)
    except PhasewiseError as error:
        click.echo(f"phasewise: error: {' '.join(str(error).split())}", err=True)
        return USER_ERROR
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return USER_ERROR
    except click.UsageError as error:
        asked = error.ctx.command_path if error.ctx else "phasewise"
        click.echo(f"phasewise: error: {error.format_message()} See '{asked} --help'.", err=True)
        return USER_ERROR
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EIO, errno.EBADF):
            raise
        sys.stdout = None  # what is left in its buffer cannot be written either
        click.echo(f"phasewise: error: The output cannot be written: {error.strerror}.", err=True)
        return USER_ERROR
    except (click.Abort, KeyboardInterrupt, _Interrupt):
        click.echo("phasewise: interrupted", err=True)
        return INTERRUPTED
    return 0


def _show_warning(message: Warning | str, category: type[Warning], *_: object, **__: object) -> None:
    from phasewise.core.errors import PhasewiseWarning

    kind = "note" if issubclass(category, PhasewiseWarning) else f"warning: {category.__name__}"
    sys.stderr.write(f"phasewise: {kind}: {message}\n")


class _Interrupt(BaseException):
    """The user wants to stop.

    Python marks the process as killed by the signal if a KeyboardInterrupt passes through ``exec``, which
    dataclasses use while modules are imported; this exception leaves with our own exit code.
    """


def _interrupted(_: int, __: FrameType | None) -> NoReturn:
    raise _Interrupt


def _terminated(number: int, _: FrameType | None) -> NoReturn:
    """Leave in an orderly way, so that unfinished files are removed."""
    raise SystemExit(128 + number)
