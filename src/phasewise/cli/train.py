"""``phasewise train``."""

from __future__ import annotations

from pathlib import Path

import click

__all__ = ["train"]


@click.command(short_help="Train a model.")
@click.argument("recipe")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of the model; default runs/RECIPE.",
)
def train(recipe: str, out: Path | None) -> None:
    """Train the model that RECIPE describes, and store its weights and its card.

    Needs the extra `train` (PyTorch, SciPy), and the data in the folder that PHASEWISE_DATA names.
    """
    from phasewise.core.errors import PhasewiseError

    try:
        from phasewise.compositions.training.recipe import read_recipe
        from phasewise.compositions.training.train import train as train_model
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] not in {"torch", "scipy", "tomli_w"}:
            raise
        raise PhasewiseError(
            f"Training needs {error.name}. Install it with: pip install 'phasewise[train]'"
        ) from error
    folder = out or Path("runs") / Path(recipe).stem
    train_model(read_recipe(recipe), folder, lambda line: click.echo(line, err=True))
    click.echo(f"Written: {folder}")
