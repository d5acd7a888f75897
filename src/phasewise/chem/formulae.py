"""The formulae of some analyses of one mineral, and what follows from them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from phasewise.chem.end_members import names_of, proportions, ratio_terms
from phasewise.chem.formula import parse_formula
from phasewise.chem.formula_units import evaluate
from phasewise.chem.ions import element_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from phasewise.chem.expressions import Expression, Terms
    from phasewise.chem.formula_units import FormulaUnits
    from phasewise.chem.mineral import EndMemberScheme, Mineral
    from phasewise.chem.schemes.amphibole import AmphiboleIron
    from phasewise.core.types import BoolArray, FloatArray

__all__ = ["Formulae"]


@dataclass(frozen=True, eq=False)
class Formulae:
    """The formulae of n analyses of one mineral.

    Attributes
    ----------
    mineral : Mineral
    units : FormulaUnits
        On the basis of the mineral file; NaN where there is no formula.
    iron : mapping of str to (n,) float64
        ``Fe3+/Fe``, of amphiboles also its limits; NaN where there is no iron.
    oxides : mapping of str to (n,) float64
        wt% that follow: ``FeO``, ``Fe2O3``, ``total``; of minerals with an anion site ``H2O``, ``O=F,Cl`` and
        ``total with H2O``.
    unmeasured : mapping of str to (n,) bool
        Elements that were not measured in some analyses, and in which.
    ferric_measured : (n,) bool
        Where Fe3+ / Fe was measured, and taken.
    iron_scheme : str
        How other iron was divided, see `phasewise.chem.iron.iron_scheme`.
    water_measured : (n,) bool
        Where H2O was measured, and taken.
    anions_filled : (n,) bool
        Where OH fills what F, Cl and O leave of the anion site, or was left open.
    limits : AmphiboleIron or None
        Of the Fe3+ of amphiboles.
    """

    mineral: Mineral
    units: FormulaUnits
    iron: Mapping[str, FloatArray]
    oxides: Mapping[str, FloatArray]
    unmeasured: Mapping[str, BoolArray]
    ferric_measured: BoolArray
    iron_scheme: str
    water_measured: BoolArray
    anions_filled: BoolArray
    limits: AmphiboleIron | None = None

    def measured(self, *names: str) -> BoolArray:
        """Return where the element of at least one of some ions was measured (n,).

        Parameters
        ----------
        *names : str
            Ions, elements, or ions of a site (``M.Al``); anything else counts as measured.
        """
        missing = [self.unmeasured.get(element_of(name.rpartition(".")[2])) for name in names]
        known = [column for column in missing if column is not None]
        if not known or len(known) < len(missing):
            return np.ones(len(self.units), dtype=bool)
        return np.asarray(~np.logical_and.reduce(known))

    def ion(self, name: str) -> FloatArray:
        """Return an ion per formula unit (n,), NaN where it was not measured."""
        return self._known(self.units[name], ((name, 1.0),))

    def site(self, site: str, ion: str) -> FloatArray:
        """Return what an ion holds of a site (n,), NaN where it was not measured."""
        return self._known(self.units.site(site, ion), ((ion, 1.0),))

    def index(self, expression: Expression) -> FloatArray:
        """Return an index (n,), NaN where its numerator or an essential element of it was not measured."""
        values = evaluate(expression, self.units)
        return self._known(values, expression.above, (*expression.above, *expression.over))

    def proportions(self, scheme: EndMemberScheme) -> FloatArray:
        """Return the proportions of end members (n, k).

        NaN where the member, or an essential element of any, was not measured: a ratio needs one of the ions
        that it sums, a formula all of its elements.
        """
        if scheme.name not in self._proportions:
            self._proportions[scheme.name] = self._proportions_of(scheme)
        return self._proportions[scheme.name]

    @cached_property
    def _proportions(self) -> dict[str, FloatArray]:
        return {}

    def _proportions_of(self, scheme: EndMemberScheme) -> FloatArray:
        found = proportions(scheme, self.units)
        members = self._members(scheme)
        every = tuple(term for terms in members for term in terms)
        for k, terms in enumerate(members):
            needed = [(term,) for term in terms] if scheme.method != "ratio" else [terms]
            for part in needed:
                found[:, k] = self._known(found[:, k], part, every)
        return found

    def _members(self, scheme: EndMemberScheme) -> list[Terms]:
        """Return what each member of a scheme is made of, as far as the mineral file says it."""
        if scheme.method == "ratio":
            return ratio_terms(scheme, self.units)
        formulae = {member.symbol or member.name: member.formula for member in self.mineral.end_members}
        formulae |= {name: text for name, text in scheme.members if text}
        made = [parse_formula(formulae[name]) if name in formulae else {} for name, _ in scheme.members]
        return [tuple((ion, n) for ion, n in atoms.items() if ion not in ("O", "H")) for atoms in made]

    def ratio(self, name: str) -> FloatArray | None:
        """Return an index or the proportion of an end member (n,), None where the mineral has none such."""
        for index, expression in self.mineral.indices:
            if index == name:
                return self.index(expression)
        for scheme in self.mineral.schemes:
            if name in names_of(scheme):
                return self.proportions(scheme)[:, names_of(scheme).index(name)]
        return None

    def _known(self, values: FloatArray, terms: Terms, every: Terms = ()) -> FloatArray:
        """Return the values with NaN where none of the terms, or an essential one of every, was measured."""
        missing = np.zeros(len(self.units), dtype=bool)
        elements = {element_of(name.rpartition(".")[2]) for name, _ in terms}
        if elements and elements <= set(self.unmeasured):
            missing |= np.logical_and.reduce([self.unmeasured[element] for element in elements])
        for name, _ in every:
            element = element_of(name.rpartition(".")[2])
            if element in self.mineral.essential and element in self.unmeasured:
                missing |= self.unmeasured[element]
        return np.where(missing, np.nan, values) if missing.any() else values

    @cached_property
    def departures(self) -> tuple[FloatArray, FloatArray]:
        """What the file expects of good analyses: the values found (n, k), and how far off they are.

        For each entry of ``[stoichiometry]`` its value, and the difference from the expected one in
        tolerances; k is 0 where the file expects nothing.
        """
        found = np.zeros((len(self.units), len(self.mineral.stoichiometry)))
        departures = np.zeros_like(found)
        for k, entry in enumerate(self.mineral.stoichiometry):
            found[:, k] = evaluate(entry.expression, self.units)
            departures[:, k] = (found[:, k] - entry.expected) / entry.tolerance
        return found, departures

    def departure(self) -> FloatArray:
        """Return the largest departure of each analysis in tolerances (n,), NaN where nothing is expected."""
        if not self.mineral.stoichiometry:
            return np.full(len(self.units), np.nan)
        return np.asarray(np.abs(self.departures[1]).max(axis=1))
