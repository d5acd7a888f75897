"""The command and its subcommands."""

from __future__ import annotations

import click

from phasewise.cli.audit import audit
from phasewise.cli.classify import classify
from phasewise.cli.data import data
from phasewise.cli.evaluate import evaluate
from phasewise.cli.explore import explore
from phasewise.cli.formula import formula
from phasewise.cli.headers import headers
from phasewise.cli.models import models
from phasewise.cli.plot import plot
from phasewise.cli.session import session
from phasewise.cli.train import train

__all__ = ["app"]


def _show_version(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        import phasewise

        click.echo(f"phasewise {phasewise.__version__}")
        context.exit()


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_version,
    help="Show the version and exit.",
)
def app() -> None:
    """Which phase is this analysis, how sure are we, and why."""


for command in (classify, audit, explore, formula, plot, session, headers, models, train, evaluate, data):
    app.add_command(command)
