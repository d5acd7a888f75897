"""Recipes of models that place analyses: what their autoencoders see, restore and overlook."""

from __future__ import annotations

import tomllib
from dataclasses import asdict, dataclass, fields
from importlib import resources
from pathlib import Path
from typing import Any

from phasewise.compositions.explore.structure import RESTORED, SIGHTS
from phasewise.compositions.training.tables import COLLECTIONS
from phasewise.core.errors import ModelError

__all__ = ["ExplorerRecipe", "ViewRecipe", "is_explorer", "read_explorer"]

KIND = "explorer"


@dataclass(frozen=True)
class ViewRecipe:
    """One autoencoder.

    Attributes
    ----------
    sight, target : str
        What it looks at and what it restores, keys of `SIGHTS` and `RESTORED`.
    hidden : tuple of int
        Hidden layers of the encoder; the decoder has them in reverse.
    latent : int
        Latent coordinates.
    isometric : bool
        Whether distances between latent coordinates are those of the target; see `AutoencoderRecipe`.
    epochs : int
        Passes over the rows.
    noise : bool
        Whether inputs get analytical noise and lose oxides.
    exchange : float
        Part of the rows in which ions are exchanged, for each kind of exchange.
    """

    sight: str
    target: str
    hidden: tuple[int, ...]
    latent: int
    isometric: bool
    epochs: int
    noise: bool
    exchange: float


@dataclass(frozen=True)
class ExplorerRecipe:
    """How a model is made; see the comments of ``recipes/explorer.toml``.

    Attributes
    ----------
    collections : tuple of str
        Collections beside the publications, from `COLLECTIONS`.
    most_of_source : int
        Rows of one source, at most.
    simulated : int
        Solid solutions of each mineral file.
    views : dict
        ``map`` with two latent coordinates, and ``clusters``; without the latter the map serves for both.
    """

    name: str
    description: str
    collections: tuple[str, ...]
    most_of_source: int
    simulated: int
    seed: int
    views: dict[str, ViewRecipe]

    def entries(self) -> dict[str, Any]:
        """Return what a file of this recipe says."""
        entries: dict[str, Any] = _listed(asdict(self))
        return entries


def is_explorer(recipe: str | Path) -> bool:
    """Return whether a recipe, by name or path, is one of a model that places analyses."""
    try:
        return _source(recipe).get("kind") == KIND
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError):
        return False


def read_explorer(recipe: str | Path) -> ExplorerRecipe:
    """Return a recipe by its name among those of phasewise, or from a TOML file.

    Raises
    ------
    ModelError
        If it lacks an entry, holds one too many, or asks for what there is not.
    """
    entries = _source(recipe)
    entries.pop("kind", None)
    views = {name: _view(recipe, name, entry) for name, entry in entries.pop("views", {}).items()}
    if "map" not in views or not set(views) <= {"map", "clusters"} or views["map"].latent != 2:
        raise ModelError(
            f"Recipe '{recipe}' needs [views.map] with latent = 2, and may have [views.clusters] beside it."
        )
    odd = set(entries) ^ ({f.name for f in fields(ExplorerRecipe)} - {"views"})
    if odd:
        raise ModelError(f"Recipe '{recipe}': entries missing or unknown: {', '.join(sorted(odd))}.")
    made = ExplorerRecipe(**_with_tuples(entries | {"views": views}))
    unknown = [name for name in made.collections if name not in COLLECTIONS]
    if unknown:
        raise ModelError(
            f"Recipe '{recipe}': no collection {', '.join(unknown)}. Choose from {', '.join(COLLECTIONS)}."
        )
    return made


def _source(recipe: str | Path) -> dict[str, Any]:
    path = Path(recipe)
    shipped = resources.files("phasewise.compositions.training") / "recipes" / f"{recipe}.toml"
    source = path if path.suffix == ".toml" else shipped
    return tomllib.loads(source.read_text(encoding="utf-8"))


def _view(recipe: str | Path, name: str, entry: dict[str, Any]) -> ViewRecipe:
    odd = set(entry) ^ {f.name for f in fields(ViewRecipe)}
    if odd:
        raise ModelError(
            f"Recipe '{recipe}', views.{name}: entries missing or unknown: {', '.join(sorted(odd))}."
        )
    view = ViewRecipe(**_with_tuples(entry))
    if view.sight not in SIGHTS or view.target not in RESTORED:
        raise ModelError(
            f"Recipe '{recipe}', views.{name}: sight is one of {', '.join(SIGHTS)}, target one of "
            f"{', '.join(RESTORED)}."
        )
    if view.exchange and view.sight != "cations":
        raise ModelError(f"Recipe '{recipe}', views.{name}: ions are exchanged among cations alone.")
    return view


def _with_tuples(entries: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in entries.items()}


def _listed(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _listed(v) for k, v in value.items()}
    return list(value) if isinstance(value, tuple) else value
