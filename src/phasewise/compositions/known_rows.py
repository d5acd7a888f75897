"""Which analyses a model has learned from, so that none of them is judged by what it has taught.

An analysis is known by a fingerprint, a hash of what was reported of some oxides, to the second decimal. Iron
is not among them, as tables convert it in several ways, and what was not measured counts as 0, as the same
analysis is reported with blanks here and zeros there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from phasewise.compositions.features import INPUTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from phasewise.core.types import FloatArray, IntArray

__all__ = ["ARRAYS", "OXIDES", "KnownRows", "fingerprints"]

OXIDES = ("SiO2", "TiO2", "Al2O3", "MnO", "MgO", "CaO", "Na2O", "K2O", "Cr2O3", "P2O5", "ZrO2")
"""What a fingerprint is made of."""

ARRAYS = ("known.fingerprint", "known.parts")
"""Under these names a bundle holds them."""

_BITS = 32
_MULTIPLIER, _MIX = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9)


def fingerprints(values: FloatArray) -> IntArray:
    """Return the fingerprint of each row; one in 30,000 strangers shares that of a row of 150,000.

    Parameters
    ----------
    values : (n, len(INPUTS)) float64
        wt%; NaN where not measured.

    Returns
    -------
    (n,) int64
        Below 2**32; -1 where none of `OXIDES` is above zero.
    """
    columns = [INPUTS.index(name) for name in OXIDES]
    with np.errstate(invalid="ignore"):
        held = np.nan_to_num(np.clip(values[:, columns], 0.0, 1e6))
    hundredths = np.floor(100.0 * held + 0.5 + 1e-6).astype(np.uint64)
    found = np.zeros(len(values), dtype=np.uint64)
    for column in hundredths.T:
        found = (found ^ column) * _MULTIPLIER
        found ^= found >> np.uint64(29)
    found = (found * _MIX) >> np.uint64(64 - _BITS)
    return np.where(hundredths.any(axis=1), found.astype(np.int64), -1)


@dataclass(frozen=True, eq=False)
class KnownRows:
    """The analyses that a model has learned from, by the parts that its siblings have each not seen.

    Attributes
    ----------
    fingerprint : (m,) int64
        Rising.
    parts : (m,) int64
        One bit for each part that holds the analysis.
    names : tuple of str
        Of the parts, first of the folds.
    n_folds : int
        The sibling of a fold has seen no collection either.
    """

    fingerprint: IntArray
    parts: IntArray
    names: tuple[str, ...]
    n_folds: int

    @classmethod
    def of(cls, values: FloatArray, part: IntArray, names: tuple[str, ...], n_folds: int) -> KnownRows:
        """Return the index of rows (n, len(INPUTS)) in wt% that lie in these parts (n,)."""
        found = fingerprints(values)
        rows = np.flatnonzero((found >= 0) & (part >= 0))
        distinct, place = np.unique(found[rows], return_inverse=True)
        parts = np.zeros(len(distinct), dtype=np.int64)
        np.bitwise_or.at(parts, place.reshape(-1), np.left_shift(1, part[rows].astype(np.int64)))
        return cls(distinct, parts, names, n_folds)

    @classmethod
    def of_arrays(cls, arrays: Mapping[str, FloatArray], names: tuple[str, ...], n_folds: int) -> KnownRows:
        """Return the index that `to_arrays` has stored; ValueError where it is none."""
        found, parts = (arrays[name].astype(np.int64) for name in ARRAYS)
        if found.ndim != 1 or found.shape != parts.shape or (np.diff(found) <= 0).any():
            raise ValueError(f"{found.shape=} and {parts.shape=} are no index of analyses")
        return cls(found, parts, names, n_folds)

    def to_arrays(self) -> dict[str, IntArray]:
        """Return the index under the names of a bundle."""
        kinds = (np.uint32, np.uint8 if len(self.names) <= 8 else np.uint32)
        return {
            name: array.astype(kind)
            for name, array, kind in zip(ARRAYS, (self.fingerprint, self.parts), kinds, strict=True)
        }

    def parts_of(self, values: FloatArray) -> IntArray:
        """Return the parts that hold each row (n, len(INPUTS)), as bits (n,); 0 where it is not known."""
        if not len(self.fingerprint):
            return np.zeros(len(values), dtype=np.int64)
        found = fingerprints(values)
        place = np.searchsorted(self.fingerprint, found).clip(max=len(self.fingerprint) - 1)
        return np.where(self.fingerprint[place] == found, self.parts[place], 0)

    def blind_to(self, parts: int) -> str | None:
        """Return the part whose sibling has learned from none of these, given as bits; None for no such part.

        Examples
        --------
        >>> known = KnownRows(np.array([1]), np.array([1]), ("fold_0", "fold_1", "georoc"), 2)
        >>> known.blind_to(0b010), known.blind_to(0b110), known.blind_to(0b100), known.blind_to(0b011)
        ('fold_1', 'fold_1', 'georoc', None)
        """
        held = [k for k in range(len(self.names)) if parts >> k & 1]
        folds = [k for k in held if k < self.n_folds]
        if len(folds) > 1:
            return None
        if folds or len(held) == 1:
            return self.names[(folds or held)[0]]
        return self.names[0]
