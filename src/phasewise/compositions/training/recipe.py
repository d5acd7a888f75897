"""Recipes: everything that decides what a trained model is, in one TOML file."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, fields, replace
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from phasewise.chem.minerals import load_minerals
from phasewise.chem.names import canonical_phase
from phasewise.compositions.features import INPUTS
from phasewise.compositions.left_out import untellable
from phasewise.compositions.training.tables import COLLECTIONS
from phasewise.core.errors import ModelError

if TYPE_CHECKING:
    from phasewise.core.types import BoolArray

__all__ = ["Recipe", "check_tellable", "read_recipe", "with_classes", "with_new_classes", "with_oxides"]

LEAST_OXIDES = 3
"""Ratios of fewer tell nothing."""

OF_NEW_CLASS = 1500
"""Blends of the rows of a new class without end members, at most."""

_OXIDES = INPUTS[:-3]
_IRON = ("FeO", "FeO*", "FeOt", "Fe2O3", "Fe2O3t", "Fe2O3*")
_INPUT_NAMES = {name.casefold(): name for name in INPUTS} | dict.fromkeys(map(str.casefold, _IRON), "FeOt")


@dataclass(frozen=True)
class Recipe:
    """How a model of compositions is made; see the comments of ``recipes/default.toml``.

    Attributes
    ----------
    oxides : tuple of str
        The inputs that the model may use, in the order of `INPUTS`; all where the file names none.
    each_other : int
        Published analyses of each other class, at most, that teach what is none of the phases.
    collections : tuple of str
        Collections beside the publications, from `COLLECTIONS`.
    """

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
    risk: float
    accept_probability: float
    coverage: float
    seed: int
    simulated_of: dict[str, int] = field(default_factory=dict)
    oxides: tuple[str, ...] = INPUTS
    each_other: int = 1000
    collections: tuple[str, ...] = ()

    @property
    def used(self) -> BoolArray:
        """Which of `INPUTS` the model may use."""
        return np.isin(INPUTS, self.oxides)

    @property
    def left_out(self) -> tuple[str, ...]:
        """The inputs that the model does without."""
        return tuple(name for name in INPUTS if name not in self.oxides)

    def entries(self) -> dict[str, Any]:
        """Return what a file of this recipe says; additions to the first form only where they are used."""
        entries = {k: list(v) if isinstance(v, tuple) else v for k, v in asdict(self).items()}
        for name in ("oxides", "each_other", "collections"):
            default = type(self).__dataclass_fields__[name].default
            if getattr(self, name) == default:
                del entries[name]
        return entries


FOR_VERDICTS = {"risk", "accept_probability", "coverage"}
"""Entries that the weights do not depend on."""

_OPTIONAL = {"simulated_of", "oxides", "each_other", "collections"}


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
    odd = sorted((set(entries) ^ known) - (_OPTIONAL - set(entries)))
    if odd:
        raise ModelError(f"Recipe '{recipe}': entries missing or unknown: {', '.join(odd)}.")
    oxides = entries.pop("oxides", None)
    entries = {k: tuple(v) if isinstance(v, list) else v for k, v in entries.items()}
    made = Recipe(**entries)
    unknown = [name for name in made.collections if name not in COLLECTIONS]
    if unknown:
        raise ModelError(
            f"Recipe '{recipe}': no collection {_quoted(unknown)}. Choose from {', '.join(COLLECTIONS)}."
        )
    return made if oxides is None else with_oxides(made, oxides)


def with_classes(recipe: Recipe, names: Iterable[str]) -> Recipe:
    """Return the recipe for some of its phases, in its own order.

    Parameters
    ----------
    recipe : Recipe
        Of more phases.
    names : iterable of str
        Class names, or names that databases and programs give them (``Cpx``, ``OLIVINE``).

    Raises
    ------
    ModelError
        If a name stands for none of its phases, or fewer than two phases remain.
    """
    found = {name: canonical_phase(name) for name in names}
    unknown = [name for name, phase in found.items() if phase not in recipe.phases]
    if unknown:
        raise ModelError(
            f"Recipe '{recipe.name}' has no class {_quoted(unknown)}. Choose from {', '.join(recipe.phases)}."
        )
    phases = tuple(phase for phase in recipe.phases if phase in found.values())
    if len(phases) < 2:
        raise ModelError(
            f"A model tells phases apart, so it needs two classes at least, not {len(phases)}. "
            f"Choose from {', '.join(recipe.phases)}."
        )
    return replace(recipe, phases=phases)


def with_new_classes(recipe: Recipe, names: Iterable[str]) -> Recipe:
    """Return the recipe with classes added behind its own.

    Where a class has no end members to simulate it from, blends of its rows let it weigh as much as others.

    Parameters
    ----------
    recipe : Recipe
    names : iterable of str
        Class names of minerals.

    Raises
    ------
    ModelError
        If one of them is a class of the recipe already.
    """
    names = tuple(names)
    known = [name for name in names if name in recipe.phases]
    if known:
        raise ModelError(
            f"{', '.join(known)}: a class of recipe '{recipe.name}' already, which rows with a name of it "
            "join by themselves. Leave it out of --new-classes."
        )
    blended = {
        name: min(OF_NEW_CLASS, recipe.simulated) for name in names if not load_minerals()[name].end_members
    }
    return replace(recipe, phases=(*recipe.phases, *names), simulated_of=recipe.simulated_of | blended)


def with_oxides(recipe: Recipe, names: Iterable[str]) -> Recipe:
    """Return the recipe for a model that uses some of the inputs only.

    Parameters
    ----------
    recipe : Recipe
        Its phases must be told by what remains.
    names : iterable of str
        Columns of `INPUTS`; iron by any of its oxides.

    Raises
    ------
    ModelError
        If a name is unknown, fewer than three oxides remain, or a phase cannot be told without the others.
    """
    found = {name: _INPUT_NAMES.get(name.strip().casefold()) for name in names}
    unknown = [name for name, oxide in found.items() if oxide is None]
    if unknown:
        raise ModelError(f"{_quoted(unknown)}: no input of a model. Choose from {', '.join(INPUTS)}.")
    oxides = tuple(name for name in INPUTS if name in found.values())
    if len(set(oxides) & set(_OXIDES)) < LEAST_OXIDES:
        raise ModelError(
            f"A model needs {LEAST_OXIDES} oxides at least, not {len(set(oxides) & set(_OXIDES))}. "
            f"Choose from {', '.join(_OXIDES)}."
        )
    return replace(recipe, oxides=oxides)


def check_tellable(recipe: Recipe) -> None:
    """Raise where a phase cannot be told by the oxides of the recipe.

    Raises
    ------
    ModelError
        With the phases, what each needs, and the classes that remain without them.
    """
    unknown = [name for name in recipe.phases if name not in load_minerals()]
    if unknown:
        raise ModelError(
            f"Recipe '{recipe.name}': there is no mineral file of {_quoted(unknown)}. "
            f"Known are {', '.join(load_minerals())}."
        )
    lost = untellable(recipe.phases, recipe.oxides)
    if not lost:
        return
    needs = "; ".join(f"{name} needs {' or '.join(keys)}" for name, keys in lost.items())
    others = [name for name in recipe.phases if name not in lost]
    remedy = f", or drop the phases: --classes {','.join(others)}" if len(others) > 1 else ""
    raise ModelError(
        f"Without {', '.join(recipe.left_out)} not all phases can be told: {needs}. Keep them{remedy}."
    )


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)
