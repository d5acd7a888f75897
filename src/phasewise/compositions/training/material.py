"""What a training starts from: clean rows with classes, sources and folds, published or a user's own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from phasewise.chem.minerals import load_minerals
from phasewise.compositions.features import INPUTS
from phasewise.compositions.headers import listed
from phasewise.compositions.known_rows import KnownRows
from phasewise.compositions.left_out import most_left_out
from phasewise.compositions.training.assemble import stoichiometric_tests
from phasewise.compositions.training.clean import Cleaning, clean
from phasewise.compositions.training.counterexamples import fits_a_mineral
from phasewise.compositions.training.folds import balanced_folds
from phasewise.compositions.training.lookalikes import enough_seen
from phasewise.compositions.training.own_classes import Overlap, check_enough, overlaps
from phasewise.compositions.training.simulate import simulate
from phasewise.compositions.training.tables import COLLECTIONS, Table, glasses, training_minerals
from phasewise.core.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from phasewise.chem.stoichiometry import StoichiometricTests
    from phasewise.compositions.training.own_data import OwnData
    from phasewise.compositions.training.recipe import Recipe
    from phasewise.core.types import FloatArray

__all__ = ["Material", "gather"]

N_FOLDS = 5
"""Folds of the published tables, and of own data with at least so many sources."""

LEAST_MEASURED = 20
_MOST, _MOST_SIMULATED = 0.99, 0.95
"""Quantiles of what a phase holds of a left-out oxide, where published and where simulated."""


@dataclass(frozen=True, eq=False)
class Material:
    """Rows for training and scoring.

    Attributes
    ----------
    table : Table
        Clean rows of the phases.
    others : Table
        Clean rows of other minerals, which teach what is none of the phases.
    published : Table
        Rows of the phases as they came, errors included.
    cleaning : tuple of Cleaning
        Of each table.
    parts : tuple of str
        Names of the parts that are held out in turn; ``fold`` of the tables is an index in it. First the
        folds of publications, then the collections of the recipe.
    n_folds : int
        How many of the parts are folds.
    own : OwnData or None
        The user's rows among them.
    left_out : mapping of str to mapping of str to float
        The most, in wt%, that each phase holds of each oxide that the model does without.
    overlaps : tuple of Overlap
        Which classes the new ones among the phases resemble.
    known : KnownRows
        All rows as they came, cleaned away or not.
    """

    table: Table
    others: Table
    published: Table
    cleaning: tuple[Cleaning, ...]
    parts: tuple[str, ...]
    n_folds: int
    own: OwnData | None
    left_out: dict[str, dict[str, float]]
    known: KnownRows
    overlaps: tuple[Overlap, ...] = ()

    def by_label(self) -> dict[str, dict[str, int]]:
        """Return for each label how many rows were kept or left out for which reason."""
        found: dict[str, dict[str, int]] = {}
        for cleaning in self.cleaning:
            for label, counts in cleaning.by_label().items():
                sums = found.setdefault(label, {})
                for reason, n in counts.items():
                    sums[reason] = sums.get(reason, 0) + n
        return found


def gather(recipe: Recipe, own: OwnData | None, tell: Callable[[str], object]) -> Material:
    """Return the rows that a model learns from.

    Parameters
    ----------
    recipe : Recipe
        Its phases and oxides.
    own : OwnData, optional
        A user's rows, which join the published ones or stand alone.
    tell : callable
        Told in words how many rows there are, and why others are not among them.

    Raises
    ------
    DataUnavailableError
        If the published tables are needed and not on this machine.
    ModelError
        If a phase has no rows, or own rows come from too few sources.
    """
    alone = own is not None and own.alone
    collections = () if alone else recipe.collections
    gathered = [] if alone else [training_minerals(), glasses()]
    gathered += [_as_part(COLLECTIONS[name](), N_FOLDS + k) for k, name in enumerate(collections)]
    tables, strangers = _with_files(gathered)
    every = tables if own is None else [*tables, own.table]
    labels = {str(label) for table in every for label in table.label}
    tests = stoichiometric_tests((*recipe.phases, *sorted(labels - set(recipe.phases))))
    left_out = _left_out(every, recipe, tests)
    most = None if recipe.used.all() else _as_matrix(left_out, tests.names)
    cleaning = [clean(table, load_minerals(), tests, most) for table in tables]
    n_folds = N_FOLDS
    if own is not None:
        cleaned, n_folds = _clean_own(own, tables, tests, most, recipe)
        cleaning.append(cleaned)
        _tell_own(own, cleaned, recipe, tell)
    kept, judged = (Table.join([getattr(c, name) for c in cleaning]) for name in ("kept", "judged"))
    table, published = _of(kept, recipe), _of(judged, recipe)
    others = Table.join([_of(kept, recipe, others=True), _of(_unfit(strangers, tests), recipe, others=True)])
    absent = table.lacks(recipe.phases)
    if absent and not alone and all(load_minerals()[name].end_members for name in absent):
        tell(f"known from simulated analyses alone: {', '.join(absent)}")
    elif absent:
        rest = ",".join(name for name in recipe.phases if name not in absent)
        raise ModelError(
            f"No row fit for training has the label {', '.join(absent)}. Leave out what has none, --classes "
            f"{rest}, or give rows of it."
        )
    tell(f"{len(table)} of {sum(len(c.table) for c in cleaning)} rows are of the phases and fit for training")
    if len(others):
        names = sorted(set(map(str, others.label)))
        tell(f"{len(others)} rows of other minerals teach what is none of the phases: {listed(names, 12)}")
    _tell_lonely(table, tell)
    alike = _check_new(own, table, n_folds, tests, recipe)
    for overlap in alike:
        tell(f"warning: {overlap}")
    parts = (*(f"fold_{k}" for k in range(n_folds)), *collections)
    came = Table.join([*gathered, *(c.table for c in cleaning[len(tables) :])])
    known = KnownRows.of(came.values, came.fold, parts, n_folds)
    return Material(table, others, published, tuple(cleaning), parts, n_folds, own, left_out, known, alike)


def _check_new(
    own: OwnData | None, table: Table, n_folds: int, tests: StoichiometricTests, recipe: Recipe
) -> tuple[Overlap, ...]:
    """Return which classes the new ones resemble; raise where they have too few rows in the folds."""
    if own is None or not own.new_classes:
        return ()
    check_enough(own.new_classes, table.take(np.flatnonzero(table.fold < n_folds)))
    return tuple(overlaps(own.new_classes, table, tests, recipe.used))


def _as_part(table: Table, part: int) -> Table:
    return replace(table, fold=np.full(len(table), part))


def _with_files(tables: list[Table]) -> tuple[list[Table], Table]:
    """Return the rows whose mineral has a file, and all others as one table."""
    known = [np.isin(t.label.astype(str), list(load_minerals())) for t in tables]
    of_files = [t.take(np.flatnonzero(rows)) for t, rows in zip(tables, known, strict=True)]
    rest = [t.take(np.flatnonzero(~rows)) for t, rows in zip(tables, known, strict=True)]
    return of_files, Table.join(rest) if rest else Table.empty()


def _unfit(table: Table, tests: StoichiometricTests) -> Table:
    """Return the rows that keep the limits of no mineral, each composition once."""
    distinct = table.distinct()
    return distinct.take(np.flatnonzero(~fits_a_mineral(tests, distinct.values)))


def _of(table: Table, recipe: Recipe, *, others: bool = False) -> Table:
    """Return the rows of the phases, or those of all other minerals, of which the model sees anything."""
    wanted = np.isin(table.label.astype(str), recipe.phases) != others
    wanted &= enough_seen(table.values, recipe.used)
    return table.take(np.flatnonzero(wanted))


def _clean_own(
    own: OwnData,
    tables: Sequence[Table],
    tests: StoichiometricTests,
    most: FloatArray | None,
    recipe: Recipe,
) -> tuple[Cleaning, int]:
    """Return what became of own rows, with folds, and the number of folds.

    Rows that stand in the published tables as well are repeats: else the same analysis could both teach
    and be scored.
    """
    everything = clean(Table.join([*tables, own.table]), load_minerals(), tests, most)
    reason = everything.reason[len(everything.reason) - len(own.table) :]
    kept = _of(own.table.take(np.flatnonzero(reason == 0)), recipe)
    sources = len(set(kept.source))
    n_folds = min(N_FOLDS, sources) if own.alone else N_FOLDS
    if n_folds < 2:
        raise ModelError(
            f"{own.file}: the rows that are fit for training come from {sources} source in column "
            f"'{own.source_column}' ({len(kept)} of {len(own.table)} rows are left). "
            "Two are needed at least, one to teach and one to score: name another column with "
            "--source-column, or drop --only-own."
        )
    folds = balanced_folds(kept.source, kept.label, n_folds)
    rest = ~np.isin(own.table.source.astype(str), list(folds))
    folds |= balanced_folds(own.table.source[rest], own.table.label[rest], n_folds)
    fold = np.array([folds[str(source)] for source in own.table.source], dtype=int)
    t = own.table
    return Cleaning(Table(t.values, t.label, t.source, fold, t.total_reported), reason), n_folds


def _tell_own(own: OwnData, cleaned: Cleaning, recipe: Recipe, tell: Callable[[str], object]) -> None:
    for line in own.told():
        tell(line)
    for label, counts in sorted(cleaned.by_label().items()):
        kind = "" if label in recipe.phases else " (none of the phases)"
        kind += " (new class)" if label in own.new_classes else ""
        others = ", ".join(f"{reason} {n}" for reason, n in counts.items() if reason != "kept")
        tell(f"  {label}{kind}: {counts['kept']} kept" + (f"; left out: {others}" if others else ""))
    strange = sorted(set(map(str, own.table.label)) - set(recipe.phases))
    if strange:
        names = listed(strange, 12)
        tell(f"  rows of {names} teach what is none of the phases; --new-classes makes classes of them")


def _tell_lonely(table: Table, tell: Callable[[str], object]) -> None:
    """Say of which phases the figures rest on simulated rows, as no second source can teach them."""
    lonely = [
        name for name in sorted(set(map(str, table.label))) if len(set(table.source[table.label == name])) < 2
    ]
    if lonely:
        tell(
            f"note: {', '.join(lonely)}: one source only, so the figures are those of models that have "
            "seen no published analysis of it"
        )


def _left_out(
    tables: Sequence[Table], recipe: Recipe, tests: StoichiometricTests
) -> dict[str, dict[str, float]]:
    """Return the most that each phase holds of each oxide that the model does without.

    Of tables as they are, as cleaning depends on it: a quantile, where enough rows measured the oxide, else
    of simulated rows.
    """
    if recipe.used.all():
        return {}
    found: dict[str, dict[str, float]] = {}
    for phase in recipe.phases:
        values = np.concatenate([t.values[t.label == phase] for t in tables])
        mineral, simulated = load_minerals()[phase], np.empty((0, len(INPUTS)))
        if mineral.end_members:
            simulated = simulate(mineral, tests, 500, np.random.default_rng(recipe.seed))
        most = {}
        for oxide in recipe.left_out:
            column = values[:, INPUTS.index(oxide)]
            column = column[np.isfinite(column)]
            rows, part = (column, _MOST)
            if len(column) < LEAST_MEASURED:
                rows, part = simulated[:, INPUTS.index(oxide)], _MOST_SIMULATED
            most[oxide] = round(float(np.quantile(rows, part)), 2) if len(rows) else 0.0
        found[phase] = {oxide: mass for oxide, mass in most.items() if mass > 0.0}
    return {phase: most for phase, most in found.items() if most}


def _as_matrix(left_out: dict[str, Any], names: tuple[str, ...]) -> FloatArray:
    return most_left_out({"inputs": {"left_out": left_out}}, names)
