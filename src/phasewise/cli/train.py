"""``phasewise train``."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from phasewise.cli.evaluate import INSTALLED_AS, fits_bar
from phasewise.cli.reading import print_notices, reading_options

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from phasewise.compositions.training.own_data import OwnData
    from phasewise.compositions.training.recipe import Recipe

__all__ = ["train"]


OF_OWN_ROWS = ("label_column", "source_column", "only_own", "new_classes", "mineral")
"""Options that say how --add is to be understood."""


def _names(_: click.Context, __: click.Parameter, value: str | None) -> tuple[str, ...] | None:
    return None if value is None else tuple(name.strip() for name in value.split(",") if name.strip())


@click.command(short_help="Train a model.")
@click.argument("recipe", default="default")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of the model; default runs/RECIPE, or runs/RECIPE_retrained with an option that changes it.",
)
@click.option("--classes", callback=_names, metavar="NAME,...", help="The classes it knows; default all.")
@click.option(
    "--oxides", callback=_names, metavar="NAME,...", help="The oxides that it uses, e.g. all but Na2O."
)
@click.option(
    "--add",
    "--data",
    "own_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Your own labelled analyses, which join the published ones.",
)
@click.option("--label-column", metavar="COLUMN", help="Column of your file with the name of the mineral.")
@click.option(
    "--source-column",
    metavar="COLUMN",
    help="Column of your file that says which rows belong together: publication, sample or session.",
)
@click.option("--only-own", is_flag=True, help="Learn from your file alone, without the published tables.")
@click.option(
    "--new-classes",
    callback=_names,
    metavar="NAME,...",
    help="Labels of your file that the recipe has no class of, and that are to become classes.",
)
@click.option(
    "--mineral",
    type=click.Path(path_type=Path, dir_okay=False),
    multiple=True,
    metavar="FILE.toml",
    help="A mineral file of a new class, else limits are derived from your rows; may be given several times.",
)
@click.option(
    "--workers", type=click.IntRange(min=1), help="Models that train side by side; default one for each core."
)
@click.option("--force", is_flag=True, help="Overwrite a model of another recipe or other data.")
@reading_options
def train(
    recipe: str,
    out: Path | None,
    classes: tuple[str, ...] | None,
    oxides: tuple[str, ...] | None,
    own_file: Path | None,
    workers: int | None,
    force: bool,
    **options: Any,
) -> None:
    """Train the model that RECIPE describes, and store its weights and its card.

    `phasewise classify --model FOLDER` then uses it. A training that was interrupted goes on with the same
    command. Needs the extra `train` (PyTorch, SciPy) and, but for --only-own, the data in the folder that
    PHASEWISE_DATA names.
    """
    from phasewise.core.errors import PhasewiseError

    if own_file is None and any(options[name] for name in OF_OWN_ROWS):
        names = ", ".join(f"--{name.replace('_', '-')}" for name in OF_OWN_ROWS)
        raise click.UsageError(f"{names} say how the rows of --add are to be understood, so they need --add.")
    try:
        from phasewise.compositions.training.evaluation_recipe import is_evaluation
        from phasewise.compositions.training.explorer_recipe import is_explorer
        from phasewise.compositions.training.recipe import read_recipe, with_oxides

        changed = classes is not None or oxides is not None or own_file is not None
        if is_evaluation(recipe):
            if changed:
                raise click.UsageError(
                    f"--classes, --oxides and --add go with recipes such as 'default'; '{recipe}' compares "
                    "estimators. Copy its file, change what it says, and give its path."
                )
            _train_estimators(recipe, out or Path("runs") / Path(recipe).stem)
            return
        if is_explorer(recipe):
            if changed:
                raise click.UsageError(
                    f"--classes, --oxides and --add go with recipes such as 'default'; '{recipe}' places "
                    "analyses without their labels. Copy its file, change what it says, and give its path."
                )
            _train_explorer(recipe, out or Path("runs") / Path(recipe).stem, force=force)
            return
        made = read_recipe(recipe)
        folder = out or Path("runs") / (Path(recipe).stem + ("_retrained" if changed else ""))
        own = None if own_file is None else _own(own_file, options)
        made = _with_chosen(made, classes, own)
        if oxides is not None:
            made = with_oxides(made, oxides)
        if changed:
            made = replace(made, name=folder.resolve().name, description=_description(made, own))
        _train(made, folder, own, workers or os.cpu_count() or 1, force=force)
    except ModuleNotFoundError as error:
        name = INSTALLED_AS.get((error.name or "").partition(".")[0])
        if name is None:
            raise
        raise PhasewiseError(
            f"Training needs {name}. Install it with: pip install 'phasewise[train]'"
        ) from error
    click.echo(f"Written: {folder}")


def _train_explorer(recipe: str, out: Path, *, force: bool) -> None:
    from phasewise.compositions.explore.save import check_folder
    from phasewise.compositions.training.explorer_recipe import read_explorer
    from phasewise.compositions.training.train_explorer import train_explorer

    check_folder(out, force=force)
    with _epochs_bar() as progress:
        train_explorer(read_explorer(recipe), out, _tell, progress)
    click.echo(f"Written: {out}")


def _train_estimators(recipe: str, out: Path) -> None:
    from phasewise.compositions.training.evaluation_recipe import read_evaluation
    from phasewise.compositions.training.train_estimators import train_estimators

    with fits_bar() as options:
        written = train_estimators(read_evaluation(recipe), out, **options)
    for folder in written:
        click.echo(f"Written: {folder}")


def _with_chosen(recipe: Recipe, classes: tuple[str, ...] | None, own: OwnData | None) -> Recipe:
    """Return the recipe with new classes of own rows, and of those of its own only what was named."""
    from phasewise.compositions.training.recipe import with_classes, with_new_classes

    new = () if own is None else own.new_classes
    recipe = with_new_classes(recipe, new)
    return recipe if classes is None else with_classes(recipe, (*classes, *new))


def _description(recipe: Recipe, own: OwnData | None) -> str:
    parts = [f"{len(recipe.phases)} classes: {', '.join(recipe.phases)}"]
    if recipe.left_out:
        parts.append(f"by {', '.join(recipe.oxides)} alone")
    if own is not None:
        parts.append(f"with own data from {own.file}")
    return f"{', '.join(parts)}; after the recipe {recipe.name}"


def _own(file: Path, options: dict[str, Any]) -> OwnData:
    from phasewise.compositions.training.own_data import read_own

    reading = {name: options[name] for name in ("sheet", "iron", "sigma_level", "unit")}
    own = read_own(
        file,
        options["label_column"],
        options["source_column"],
        alone=options["only_own"],
        new_classes=options["new_classes"] or (),
        mineral_files=options["mineral"],
        **reading,
    )
    print_notices(own.notices)
    return own


def _train(recipe: Recipe, folder: Path, own: OwnData | None, workers: int, *, force: bool) -> None:
    from phasewise.compositions.training.train import train as train_model

    with _epochs_bar() as progress:
        train_model(recipe, folder, _tell, own=own, force=force, progress=progress, workers=workers)


def _tell(line: str) -> None:
    from tqdm import tqdm

    tqdm.write(line, file=sys.stderr)


@contextmanager
def _epochs_bar() -> Iterator[Callable[[int, int], None]]:
    """Show on a terminal how many of how many epochs are done."""
    from tqdm import tqdm

    quiet = sys.stderr is None or not sys.stderr.isatty()
    with tqdm(unit=" epochs", smoothing=0.05, delay=1, disable=quiet) as bar:

        def progress(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield progress
