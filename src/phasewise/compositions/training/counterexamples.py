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
from phasewise.chem.formula import oxides_wt
from phasewise.chem.minerals import load_minerals
from phasewise.chem.names import canonical_phase
from phasewise.chem.oxides import NOT_BY_PROBE, OXIDES
from phasewise.chem.stoichiometry import StoichiometricTests
from phasewise.compositions.features import INPUTS
from phasewise.compositions.training.simulate import formula_inputs, simulate
from phasewise.core.types import TEN_OXIDES

if TYPE_CHECKING:
    from phasewise.chem.catalogue import Species
    from phasewise.core.types import BoolArray, FloatArray

__all__ = [
    "JOINED",
    "Rows",
    "disturbed",
    "fits_a_mineral",
    "mixtures",
    "none_target",
    "other_species",
    "scrambled",
]

JOINED = (
    frozenset({"Clinopyroxene", "Amphibole"}),
    frozenset({"Biotite", "Chlorite"}),
    frozenset({"Chlorite", "Serpentine"}),
    frozenset({"Serpentine", "Talc"}),
    frozenset({"Leucite", "KFeldspar"}),
    frozenset({"Apatite", "Merrillite"}),
    frozenset({"Aluminosilicate", "Mullite"}),
    frozenset({"Scapolite", "Plagioclase"}),
    frozenset({"Nepheline", "Sodalite"}),
    frozenset({"Nepheline", "Hauyne"}),
)
"""Beside minerals of one group, pairs whose mixtures look like solid solutions or intergrowths."""

TO_CONSTITUENTS = 0.05
LEAST_TO_DISTURBED, MOST_TO_DISTURBED = 0.3, 0.9
MUCH_WATER = 7.0
"""wt% of H2O, CO2 and light elements in a species that its total gives away."""

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
    weight: FloatArray | None = None,
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
    weight : (len(phases),) float64, optional
        How common each mineral is; by default all pairs are equally likely.

    Returns
    -------
    Rows
        None where no two of the minerals make a mixture that is none of them.
    """
    minerals = [k for k in np.unique(phase) if phases[k] != "Glass"]
    pairs = [(a, b) for a in minerals for b in minerals if a < b and not _joined(phases[a], phases[b])]
    if not pairs:
        return Rows(np.empty((0, len(INPUTS))), none_target(0, len(phases)))
    members = {k: np.flatnonzero(phase == k) for k in minerals}
    likely = np.ones(len(pairs)) if weight is None else np.array([weight[a] * weight[b] for a, b in pairs])
    chosen = np.array(pairs)[rng.choice(len(pairs), n, p=likely / likely.sum())]
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


def _joined(first: str, second: str) -> bool:
    minerals = load_minerals()
    return minerals[first].group == minerals[second].group or {first, second} in JOINED


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
    rows = rows[~fits_a_mineral(tests, rows)]
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
        Number of rows of each species, before those that fit a phase are left out; a quarter of it of a
        species with much water or CO2, whose total tells it from the phases.
    rng : numpy.random.Generator
        Source of chance.
    """
    others = [s for s in load_catalogue() if not {s.mineral, s.like, canonical_phase(s.name)} & set(phases)]
    rows = np.concatenate([_of_species(s, n_each // 4 if _watery(s) else n_each, rng) for s in others])
    rows = rows[~fits_a_mineral(tests, rows)]
    return Rows(rows, none_target(len(rows), len(phases)))


def _watery(species: Species) -> bool:
    share = oxides_wt(species.formulae[0])
    return sum(wt for name, wt in share.items() if name in NOT_BY_PROBE) > MUCH_WATER


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
    """Return analyses with one main oxide 5-60 % too low or 5-90 % too high, as poor and bad analyses have.

    Their target is shared between the phase and "none of these", by how much is wrong; rows that still keep
    the limits of their mineral are left out, and so are those in which only an input is wrong that is not
    `used`.
    """
    chosen = rng.integers(0, len(values), n)
    rows = np.nan_to_num(values[chosen])
    main = rows / rows.sum(axis=1, keepdims=True) > 0.03
    column = np.argmax(main * rng.random(main.shape), axis=1)
    factor = np.where(rng.random(n) < 0.5, rng.uniform(0.4, 0.95, n), rng.uniform(1.05, 1.9, n))
    rows[np.arange(n), column] *= factor
    kept = ~tests.passes(rows[:, :-1], phase[chosen])
    if used is not None:
        kept &= used[column]
    rows, own = rows[kept], phase[chosen][kept]
    to_phase = np.clip(1 - 2 * np.abs(np.log(factor[kept])), LEAST_TO_DISTURBED, MOST_TO_DISTURBED)
    targets = none_target(len(rows), n_phases) * (1 - to_phase[:, None])
    targets[np.arange(len(rows)), own] += to_phase
    return Rows(rows, targets)


def fits_a_mineral(tests: StoichiometricTests, rows: FloatArray) -> BoolArray:
    """Return which rows keep the limits of any of the minerals; glass keeps hardly any."""
    minerals = [k for k, name in enumerate(tests.names) if name != "Glass"]
    return np.asarray(tests.fits(rows[:, :-1])[:, minerals].any(axis=1))
