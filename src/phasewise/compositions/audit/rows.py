"""What an audit looks at: analyses, what they are published as, where they come from, and what is found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pyarrow as pa

    from phasewise.compositions.row_groups import Groups
    from phasewise.core.types import Analyses, BoolArray, FloatArray, IntArray, TextArray

__all__ = ["NOBODY", "AuditRows", "Judged"]

NOBODY = "none"
"""Judge of the rows that all models have learned from."""


@dataclass(frozen=True, eq=False)
class Judged:
    """What models that had not learned from the rows say of them, see `phasewise.core.types.Prediction`.

    Attributes
    ----------
    phases : tuple of str
        Class names.
    among : (n, k) float64
        Probability of each phase, if the row is one of them.
    belonging : (n,) float64
        Probability that it is one of them; NaN where there is nothing to judge.
    phase, second : (n,) int
        Indices in `phases`, -1 for none.
    verdict : (n,) int
        Index in `VERDICTS`.
    flags : (n,) int
        Bits in the order of `FLAGS`.
    departure : (n,) float64
        How far the row strays from the stoichiometry of `phase`, in tolerances of good analyses.
    total : (n,) float64
        Corrected total in wt%.
    expected : (n, 2) float64
        Range of the total of `phase`.
    part, part_error : (n,) float64
        Mass fraction of the second phase of a mixture, and its standard deviation; NaN elsewhere.
    reason : (n,) object
        A sentence each.
    columns : dict of str to pyarrow array
        The results as `phasewise.classify` gives them.
    judge : Groups
        The model by which each row was judged.
    """

    phases: tuple[str, ...]
    among: FloatArray
    belonging: FloatArray
    phase: IntArray
    second: IntArray
    verdict: IntArray
    flags: IntArray
    departure: FloatArray
    total: FloatArray
    expected: FloatArray
    part: FloatArray
    part_error: FloatArray
    reason: TextArray
    columns: dict[str, pa.Array]
    judge: Groups

    @property
    def unjudged(self) -> BoolArray:
        """Rows that all models have learned from, so that none may judge them (n,)."""
        names = np.array([name == NOBODY for name in self.judge.names] + [False])
        return np.asarray(names[self.judge.code])


@dataclass(frozen=True, eq=False)
class AuditRows:
    """The rows of a table on their way through an audit.

    Attributes
    ----------
    analyses : Analyses
        In wt%, NaN where not measured.
    values : (n, len(INPUTS)) float64
        The same in the order of `phasewise.compositions.features.INPUTS`.
    label : Groups
        What each row is published as, as it stands there.
    published : (n,) int
        Index of the published phase in ``judged.phases``; -1 where the label names none of them, or several.
    source, sample : Groups
        Publication, and sample, experiment or grain.
    judged : Judged
    same_series : (n,) bool
        Whether label and phase are of one solid solution, in which only the name differs.
    order : tuple of str
        The oxides as they stand in the table.
    """

    analyses: Analyses
    values: FloatArray
    label: Groups
    published: IntArray
    source: Groups
    sample: Groups
    judged: Judged
    same_series: BoolArray
    order: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.values)
