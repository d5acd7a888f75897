"""What the formula of its phase says of an analysis: its species, ratios, total, and what contradicts it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from phasewise.chem.minerals import load_minerals
from phasewise.chem.species import Species, species_of
from phasewise.compositions.formula.departures import calculate_by_file, departures_of
from phasewise.compositions.formula.input import FormulaInput
from phasewise.compositions.formula.text import formula_texts
from phasewise.core.arrow import placed
from phasewise.core.types import RATIOS

if TYPE_CHECKING:
    from phasewise.chem.formulae import Formulae
    from phasewise.core.types import Analyses, BoolArray, FloatArray, IntArray, TextArray

__all__ = ["Chemistry", "chemistry_of"]


@dataclass(frozen=True, eq=False)
class Chemistry:
    """What formulae say of a block of analyses.

    Attributes
    ----------
    departure : (n,) float64
        How far the analysis strays from the stoichiometry of its phase, in tolerances of good analyses.
    rival : (n,) int
        Index of the phase whose stoichiometry the analysis keeps instead, -1 for none.
    sentence : (n,) object
        What does not fit, where the departure is more than good analyses show; else empty.
    ferric_oxygen : (n,) float64
        wt% that Fe3+ adds to the total with iron as FeO.
    ratios : (n, len(RATIOS)) float64
        NaN where the phase does not have it.
    species : (n,) int
        Index in `species_names`; -1 where there is no formula to name.
    species_names : tuple of Species
        Those that occur, each once.
    formula : (n,) pyarrow.Array
        In one line, null where there is none.
    """

    departure: FloatArray
    rival: IntArray
    sentence: TextArray
    ferric_oxygen: FloatArray
    ratios: FloatArray
    species: IntArray
    species_names: tuple[Species, ...]
    formula: pa.Array


def chemistry_of(
    analyses: Analyses, phase: IntArray, phases: tuple[str, ...], complete: BoolArray
) -> Chemistry:
    """Return what the formulae of their phases say of analyses.

    Parameters
    ----------
    analyses : Analyses
    phase : (n,) int
        Index of the phase of each row, -1 for none.
    phases : tuple of str
        Class names; of those without sites (glass) only the species is told.
    complete : (n,) bool
        Rows that lack nothing and keep the limits of their phase: of these the departure is asked.
    """
    n, given = len(analyses), FormulaInput.of(analyses)
    found = Chemistry(
        departure=np.full(n, np.nan),
        rival=np.full(n, -1),
        sentence=np.full(n, "", dtype=object),
        ferric_oxygen=np.zeros(n),
        ratios=np.full((n, len(RATIOS)), np.nan),
        species=np.full(n, -1),
        species_names=(),
        formula=pa.nulls(n, pa.string()),
    )
    written, species = [], dict[Species, int]()
    for code in np.unique(phase[phase >= 0]).tolist():
        rows = np.flatnonzero(phase == code)
        part, name = given.take(rows), phases[code]
        formulae = calculate_by_file(name, part)
        _name(found, rows, formulae, species)
        if load_minerals()[name].sites:
            formula = _of_one_phase(found, rows, formulae, phases, part, complete[rows])
            written.append((rows, formula))
    return replace(found, species_names=tuple(species), formula=placed(written, n))


def _name(found: Chemistry, rows: IntArray, formulae: Formulae, species: dict[Species, int]) -> None:
    """Fill in the species of the rows of one phase."""
    names = species_of(formulae)
    places = np.array([*(species.setdefault(one, len(species)) for one in names.species), -1])
    found.species[rows] = places[names.code]


def _of_one_phase(
    found: Chemistry,
    rows: IntArray,
    formulae: Formulae,
    phases: tuple[str, ...],
    given: FormulaInput,
    complete: BoolArray,
) -> pa.Array:
    """Fill in the rows of one phase, and return their formulae in one line.

    Departures are asked of Fe3+ by the scheme of the mineral, for which tolerances hold, not of stated Fe3+.
    """
    if "FeOt" in given.columns:
        iron = given.values[:, given.columns.index("FeOt")]
        divided = formulae.oxides["FeO"] + formulae.oxides["Fe2O3"]
        found.ferric_oxygen[rows] = np.nan_to_num(divided - iron)
    for k, ratio in enumerate(RATIOS):
        values = formulae.ratio(ratio)
        if values is not None:
            found.ratios[rows, k] = values
    written = formula_texts(formulae)
    by_scheme = given.without_ferric()
    if by_scheme is not given:
        formulae = calculate_by_file(formulae.mineral.name, by_scheme)
    departures = departures_of(formulae, by_scheme, phases, complete)
    found.departure[rows] = np.where(complete, departures.size, np.nan)
    found.sentence[rows] = departures.sentence
    found.rival[rows] = departures.rival
    return written
