"""The tables that travel from reading to reporting."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = [
    "COLUMNS",
    "FLAGS",
    "RATIOS",
    "TEN_OXIDES",
    "VERDICTS",
    "Analyses",
    "BoolArray",
    "FloatArray",
    "IntArray",
    "Prediction",
    "SingleArray",
    "TextArray",
]

FloatArray = npt.NDArray[np.float64]
SingleArray = npt.NDArray[np.float32]
BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.integer]
TextArray = npt.NDArray[np.object_]

TEN_OXIDES = ("SiO2", "TiO2", "Al2O3", "FeOt", "MnO", "MgO", "CaO", "Na2O", "K2O", "Cr2O3")
"""The oxides of the classic igneous EPMA routine, total iron as FeO."""

COLUMNS = (
    *TEN_OXIDES,
    *("P2O5", "NiO", "ZrO2", "ZnO", "V2O3", "BaO", "SrO", "CoO", "HfO2", "Nb2O5", "Ta2O5", "ThO2", "UO2"),
    *("Y2O3", "La2O3", "Ce2O3", "Rb2O", "Cs2O", "Li2O", "BeO", "B2O3", "PbO", "CuO", "SnO2", "WO3"),
    *("SO3", "CO2", "H2O", "F", "Cl"),
)
"""What an analysis may hold, in the order of `Analyses.columns` (all in wt%)."""

VERDICTS = ("accepted", "ambiguous", "mixture", "unknown", "bad_analysis")
"""What is decided on the identity of an analysis."""

FLAGS = (
    "total_low",
    "total_high",
    "cation_sum",
    "out_of_range",
    "stoichiometry",
    "negative",
    "missing_key_oxide",
    "not_finite",
    "nothing_measured",
)
"""What is noted on the quality of an analysis, in the order of their bits in `Prediction.flags`."""


RATIOS = ("Mg#", "Cr#", "Fo", "An", "XMg")
"""Ratios of cations in the default results: percent, but XMg a fraction."""


def _read_only(array: npt.NDArray[np.generic]) -> None:
    array.flags.writeable = False


@dataclass(frozen=True, eq=False)
class Analyses:
    """Chemical analyses, one a row.

    Attributes
    ----------
    values : (n, p) float64
        Concentrations in wt%. NaN means not measured; 0 means measured and absent or below
        detection. Small negative values are counting noise and are kept.
    columns : tuple of str
        Names of the p columns, in the order of `COLUMNS`; total iron is ``FeOt`` (as FeO).
    below_detection : (n, p) bool
        True where the source says "below detection"; the value there is 0.
    sigma : (n, p) float64 or None
        One standard deviation in wt%, NaN where it is not given.
    ferric : (n,) float64 or None
        Measured Fe2O3 in wt%, where FeO and Fe2O3 were reported apart (it is contained in FeOt).
    """

    values: FloatArray
    columns: tuple[str, ...]
    below_detection: BoolArray
    sigma: FloatArray | None = None
    ferric: FloatArray | None = None
    meta: object = field(default=None, repr=False)
    """The user's own table, untouched (a pyarrow Table)."""
    notices: tuple[str, ...] = ()
    """Sentences about what was assumed while reading."""

    def __post_init__(self) -> None:
        if self.values.ndim != 2 or self.values.shape[1] != len(self.columns):
            raise ValueError(f"{self.values.shape=} does not fit {len(self.columns)=}")
        if self.below_detection.shape != self.values.shape:
            raise ValueError(f"{self.below_detection.shape=} != {self.values.shape=}")
        for array in (self.values, self.below_detection, self.sigma, self.ferric):
            if array is not None:
                _read_only(array)

    def __len__(self) -> int:
        return len(self.values)

    def take(self, rows: IntArray) -> Analyses:
        """Return some of the rows, without the user's own table."""
        return Analyses(
            self.values[rows],
            self.columns,
            self.below_detection[rows],
            None if self.sigma is None else self.sigma[rows],
            None if self.ferric is None else self.ferric[rows],
        )

    def __getitem__(self, column: str) -> FloatArray:
        """Return one column in wt%, all NaN where the table does not have it."""
        if column in self.columns:
            return self.values[:, self.columns.index(column)]
        return np.full(len(self), np.nan)


@dataclass(frozen=True, eq=False)
class Prediction:
    """What is said of each analysis.

    Attributes
    ----------
    phases : tuple of str
        Class names, in the order of `probabilities`.
    probabilities : (n, k) float64
        Calibrated probability that the analysis is this phase; what is missing from 1 is the chance that
        it is none of them. NaN where there is nothing to judge.
    group_probability : (n,) float64
        Probability that it is of the group of `phase`: that of all pyroxenes for a clinopyroxene.
    mixture_part, mixture_part_error : (n,) float64
        Mass fraction of the second phase of a mixture and its standard deviation, NaN in all other rows; the
        latter also where the model does not tell.
    belonging : (n,) float64
        Probability that the analysis is one of the phases at all.
    phase, second : (n,) int
        Index of the most and second most probable phase; of a mixture, of the mineral that makes more of
        it and of the other. -1 where there is nothing to judge.
    verdict : (n,) int
        Index in `VERDICTS`.
    flags : (n,) int
        Bits in the order of `FLAGS`.
    total, total_corrected : (n,) float64
        wt%, without H2O, CO2 and light elements; iron as FeO, and corrected: iron divided by the formula of
        the phase, less O = F, Cl.
    total_expected : (n, 2) float64
        Lowest and highest total that a good analysis of the phase has, NaN where there is no phase.
    reason : (n,) object
        One sentence each.
    reason_code : (n,) int
        Index in `reason_codes`: the kind of reason, in a few words that can be counted.
    reason_codes : tuple of str
        Their names.
    departure : (n,) float64
        How far the analysis strays from the stoichiometry of its phase, in tolerances of good analyses.
    ratios : (n, len(RATIOS)) float64
        Of the accepted and ambiguous that lack no key oxide; NaN where the phase does not have it.
    formula : (n,) pyarrow.Array
        Of the same rows, in one line; else null.
    species : (n,) int
        Of the same rows, index in `species_names`; -1 where composition gives no species.
    species_names, species_symbols : tuple of str
        Names of species, of glasses those of rocks; and their symbols, empty where there is none.
    aleatoric, epistemic : (n,) float64 or None
        Uncertainty in nats from classes that overlap, and from what the model has not learnt; NaN where the
        model does not tell them apart, None where it was not asked.
    """

    phases: tuple[str, ...]
    probabilities: FloatArray
    group_probability: FloatArray
    mixture_part: FloatArray
    mixture_part_error: FloatArray
    belonging: FloatArray
    phase: IntArray
    second: IntArray
    verdict: IntArray
    flags: IntArray
    total: FloatArray
    total_corrected: FloatArray
    total_expected: FloatArray
    reason: TextArray
    reason_code: IntArray
    reason_codes: tuple[str, ...]
    departure: FloatArray
    ratios: FloatArray
    formula: pa.Array
    species: IntArray
    species_names: tuple[str, ...]
    species_symbols: tuple[str, ...]
    aleatoric: FloatArray | None = None
    epistemic: FloatArray | None = None

    def __len__(self) -> int:
        return len(self.phase)
