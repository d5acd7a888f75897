"""Recipes: everything that decides what a trained model is, in one TOML file."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, fields
from importlib import resources
from pathlib import Path
from typing import Any

from phasewise.core.errors import ModelError

__all__ = ["Recipe", "read_recipe"]


@dataclass(frozen=True)
class Recipe:
    """How a model of compositions is made; see the comments of ``recipes/default.toml``."""

    name: str
    description: str
    phases: tuple[str, ...]
    hidden: tuple[int, ...]
    networks: int
    epochs: int
    most_rows: int
    simulated: int
    blended: int
    mixtures: int
    unmixing: int
    scrambled: int
    each_species: int
    disturbed: int
    most_false_accepted: float
    least_accepted: float
    accept_probability: float
    coverage: float
    seed: int
    simulated_of: dict[str, int] = field(default_factory=dict)


def read_recipe(recipe: str | Path) -> Recipe:
    """Return a recipe by its name among those of phasewise, or from a TOML file.

    Raises
    ------
    ModelError
        If there is no such recipe, or it lacks an entry or holds one too many.
    """
    shipped = resources.files("phasewise.compositions.training") / "recipes"
    path = Path(recipe)
    source = path if path.suffix == ".toml" else shipped / f"{recipe}.toml"
    if not source.is_file():
        names = ", ".join(
            sorted(f.name.removesuffix(".toml") for f in shipped.iterdir() if f.name.endswith(".toml"))
        )
        raise ModelError(f"There is no recipe '{recipe}'. Give one of {names}, or the path of a TOML file.")
    try:
        entries: dict[str, Any] = tomllib.loads(source.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ModelError(f"Recipe '{recipe}' is not valid TOML: {error}.") from error
    known = {f.name for f in fields(Recipe)}
    odd = sorted((set(entries) ^ known) - {"simulated_of"})
    if odd:
        raise ModelError(f"Recipe '{recipe}': entries missing or unknown: {', '.join(odd)}.")
    entries = {k: tuple(v) if isinstance(v, list) else v for k, v in entries.items()}
    return Recipe(**entries)
