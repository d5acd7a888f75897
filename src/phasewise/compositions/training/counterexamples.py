"""Analyses that are no single mineral: what the class "none of these" is taught with.

Each maker returns rows and soft targets over the phases and, last, "none of these". A small part of
the target of a mixture goes to its two minerals by their proportion, so that among the phases the
model also learns what a refused analysis is made of.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from phasewise.chem.catalogue import load_catalogue
from phasewise.chem.minerals import load_minerals
from phasewise.chem.oxides import OXIDES
from phasewise.chem.stoichiometry import StoichiometricTests
from phasewise.compositions.features import INPUTS
from phasewise.compositions.training.simulate import formula_inputs, simulate
from phasewise.core.types import TEN_OXIDES

if TYPE_CHECKING:
    from phasewise.chem.catalogue import Species
    from phasewise.core.types import BoolArray, FloatArray

__all__ = ["JOINED", "Rows", "disturbed", "mixtures", "none_target", "other_species", "scrambled"]

JOINED = (
    frozenset({"Clinopyroxene", "Orthopyroxene"}),
    frozenset({"Plagioclase", "KFeldspar"}),
    frozenset({"Magnetite", "Spinel"}),
    frozenset({"Magnetite", "Ilmenite"}),
    frozenset({"Ilmenite", "Spinel"}),
    frozenset({"Biotite", "Muscovite"}),
    frozenset({"Clinopyroxene", "Amphibole"}),
)
"""Pairs whose mixtures look like solid solutions or intergrowths of one of them."""

TO_CONSTITUENTS = 0.05
TO_DISTURBED_PHASE = 0.4
_EXCHANGES = (
    ("MgO", "FeOt", 0.35),
    ("FeOt", "MgO", 0.35),
    ("FeOt", "MnO", 0.10),
    ("Na2O", "K2O", 0.15),
    ("K2O", "Na2O", 0.15),
    ("CaO", "SrO", 0.05),
)


@dataclass(frozen=True, eq=False)
class Rows:
    """Rows in wt% (n, len(INPUTS)) and their soft targets (n, phases + 1)."""

    values: FloatArray
    targets: FloatArray

    def take(self, rows: BoolArray) -> Rows:
        """Return the chosen rows."""
        return Rows(self.values[rows], self.targets[rows])

    @staticmethod
    def join(parts: list[Rows]) -> Rows:
        """Return several sets of rows as one."""
        return Rows(np.concatenate([p.values for p in parts]), np.concatenate([p.targets for p in parts]))


def none_target(n: int, n_phases: int) -> FloatArray:
    """Return targets that say "none of these"."""
    targets = np.zeros((n, n_phases + 1))
    targets[:, -1] = 1.0
    return targets


def mixtures(
    values: FloatArray,
    phase: np.ndarray,
    phases: tuple[str, ...],
    n: int,
    rng: np.random.Generator,
    between: tuple[float, float] = (0.08, 0.92),
) -> Rows:
    """Return mixtures of two analyses of different minerals, glass left out.

    Parameters
    ----------
    values : (m, len(INPUTS)) float64
        Analyses in wt%, NaN where not measured.
    phase : (m,) int
        Index of each analysis in `phases`.
    phases : tuple of str
        Names of the phases.
    n : int
        Number of mixtures.
    rng : numpy.random.Generator
        Source of chance.
    between : (float, float)
        Mass fraction of the first of the two.

    Returns
    -------
    Rows
        None where no two of the minerals make a mixture that is none of them.
    """
    minerals = [k for k in np.unique(phase) if phases[k] != "Glass"]
    pairs = [(a, b) for a in minerals for b in minerals if a < b and {phases[a], phases[b]} not in JOINED]
    if not pairs:
        return Rows(np.empty((0, len(INPUTS))), none_target(0, len(phases)))
    members = {k: np.flatnonzero(phase == k) for k in minerals}
    chosen = np.array(pairs)[rng.integers(0, len(pairs), n)]
    first, second = (
        np.array([members[k][int(u * len(members[k]))] for k, u in zip(side, rng.random(n), strict=True)])
        for side in chosen.T
    )
    share = rng.uniform(*between, n)
    filled = np.nan_to_num(values)
    targets = none_target(n, len(phases)) * (1 - TO_CONSTITUENTS)
    rows = np.arange(n)
    targets[rows, chosen[:, 0]] += TO_CONSTITUENTS * share
    targets[rows, chosen[:, 1]] += TO_CONSTITUENTS * (1 - share)
    return Rows(share[:, None] * filled[first] + (1 - share)[:, None] * filled[second], targets)


def scrambled(
    values: FloatArray, n_phases: int, tests: StoichiometricTests, n: int, rng: np.random.Generator
) -> Rows:
    """Return random, shuffled and column-shifted compositions that fit no mineral by accident.

    At most n rows; a shuffled K-feldspar that makes a good albite, say, is left out.
    """
    ten = len(TEN_OXIDES)
    quarter = n // 4
    filled = np.nan_to_num(values)
    random = np.zeros((2 * quarter, len(INPUTS)))
    random[:quarter, :ten] = rng.dirichlet(np.full(ten, 0.3), quarter) * 99
    random[quarter:, :ten] = rng.dirichlet(np.full(ten, 1.0), quarter) * 99
    shuffled = filled[rng.integers(0, len(filled), quarter)]
    shuffled[:, :ten] = rng.permuted(shuffled[:, :ten], axis=1)
    shifted = filled[rng.integers(0, len(filled), quarter)]
    turn = (np.arange(ten)[None] + rng.integers(1, ten, quarter)[:, None]) % ten
    shifted[:, :ten] = np.take_along_axis(shifted[:, :ten], turn, axis=1)
    rows = np.concatenate([random, shuffled, shifted])
    rows = rows[~_fits_a_mineral(tests, rows)]
    return Rows(rows, none_target(len(rows), n_phases))


def other_species(
    phases: tuple[str, ...], tests: StoichiometricTests, n_each: int, rng: np.random.Generator
) -> Rows:
    """Return compositions of the species of the catalogue that are no phases.

    Species of the same composition as a phase are left out, as are rows that fit one.

    Parameters
    ----------
    phases : tuple of str
        Names of the phases.
    tests : StoichiometricTests
        Limits of the phases, compiled for ``INPUTS[:-1]``.
    n_each : int
        Number of rows of each species, before those that fit a phase are left out.
    rng : numpy.random.Generator
        Source of chance.
    """
    others = [s for s in load_catalogue() if not {s.mineral, s.like} & set(phases)]
    rows = np.concatenate([_of_species(species, n_each, rng) for species in others])
    rows = rows[~_fits_a_mineral(tests, rows)]
    return Rows(rows, none_target(len(rows), len(phases)))


def _of_species(species: Species, n: int, rng: np.random.Generator) -> FloatArray:
    """Return solid solutions within the limits of its mineral file, if the inputs suffice to judge them."""
    if species.mineral:
        mineral = load_minerals()[species.mineral]
        with suppress(ValueError):
            return simulate(mineral, StoichiometricTests.of([mineral], INPUTS[:-1]), n, rng)
    return _with_traces(_with_exchanges(_random_blends(species, n, rng), rng), rng)


def _random_blends(species: Species, n: int, rng: np.random.Generator) -> FloatArray:
    ends = np.stack([formula_inputs(f) for f in species.formulae])
    ends = ends / ends.sum(axis=1, keepdims=True) * 100.0
    concentration = rng.choice([0.15, 0.5, 1.0, 3.0], (n, 1))
    weight = rng.standard_gamma(np.broadcast_to(concentration, (n, len(ends)))) + 1e-9
    return np.asarray(weight / weight.sum(axis=1, keepdims=True) @ ends)


def _with_exchanges(rows: FloatArray, rng: np.random.Generator) -> FloatArray:
    for giver, taker, most in _EXCHANGES:
        part = rng.uniform(0, most, len(rows)) * (rng.random(len(rows)) < 0.5)
        grams = rows[:, INPUTS.index(giver)] * part
        rows[:, INPUTS.index(giver)] -= grams
        moles = grams * OXIDES[giver].cations_per_gram
        rows[:, INPUTS.index(taker)] += moles / OXIDES[taker].cations_per_gram
    return rows


def _with_traces(rows: FloatArray, rng: np.random.Generator) -> FloatArray:
    trace = rng.exponential(0.25, rows.shape) * (rng.random(rows.shape) < 0.4)
    trace[:, len(TEN_OXIDES) :] *= rng.random((len(rows), 1)) < 0.3
    return rows + trace


def disturbed(
    values: FloatArray,
    phase: np.ndarray,
    n_phases: int,
    tests: StoichiometricTests,
    n: int,
    rng: np.random.Generator,
    used: BoolArray | None = None,
) -> Rows:
    """Return analyses with one main oxide 15-60 % too low or 18-90 % too high, as bad analyses have.

    Their target is shared between the phase and "none of these"; rows that still keep the limits of
    their mineral are left out, and so are those in which only an input is wrong that is not `used`.
    """
    chosen = rng.integers(0, len(values), n)
    rows = np.nan_to_num(values[chosen])
    main = rows / rows.sum(axis=1, keepdims=True) > 0.03
    column = np.argmax(main * rng.random(main.shape), axis=1)
    factor = np.where(rng.random(n) < 0.5, rng.uniform(0.4, 0.85, n), rng.uniform(1.18, 1.9, n))
    rows[np.arange(n), column] *= factor
    kept = ~tests.passes(rows[:, :-1], phase[chosen])
    if used is not None:
        kept &= used[column]
    rows, own = rows[kept], phase[chosen][kept]
    targets = none_target(len(rows), n_phases) * (1 - TO_DISTURBED_PHASE)
    targets[np.arange(len(rows)), own] += TO_DISTURBED_PHASE
    return Rows(rows, targets)


def _fits_a_mineral(tests: StoichiometricTests, rows: FloatArray) -> BoolArray:
    minerals = [k for k, name in enumerate(tests.names) if name != "Glass"]
    return np.asarray(tests.fits(rows[:, :-1])[:, minerals].any(axis=1))
