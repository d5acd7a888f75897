"""The formula of a mineral from its analysis: iron, normalisation, anions, sites, end members, indices."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from phasewise.chem.end_members import names_of
from phasewise.chem.formula_units import FormulaUnits
from phasewise.chem.formulae import Formulae
from phasewise.chem.ions import ANIONS, IONS, IONS_OF_ELEMENT, element_of, split_iron
from phasewise.chem.iron import amphibole_iron, ferric_fraction, ferric_was_measured, iron_scheme
from phasewise.chem.mineral import Mineral
from phasewise.chem.normalisation import normalise, oxygens_of
from phasewise.chem.oxides import CATIONS, FE2O3_TO_FEO, OXIDES, moles, oxygen_of_halogens
from phasewise.chem.sites import fill_sites
from phasewise.core.types import BoolArray, FloatArray

__all__ = ["OXO_OPTIONS", "WATER_OPTIONS", "FormulaOptions", "MineralFormula", "Quantity"]

WATER_OPTIONS = ("stoichiometry", "measured", "difference", "none")
OXO_OPTIONS = ("auto", "always", "never")
_FE = CATIONS.index("Fe")
_OH = IONS.index("OH")
_WATER_PER_OH = OXIDES["H2O"].molar_mass / 2
_LIMITS = ("minimum", "maximum", "mean")
_ANIONS = [IONS.index(ion) for ion in ANIONS]


@dataclass(frozen=True)
class FormulaOptions:
    """How formulae are calculated where the file of the mineral leaves a choice.

    Attributes
    ----------
    fe3 : str or float
        See `phasewise.chem.iron.ferric_fraction`.
    water : str
        Where OH comes from: ``stoichiometry`` fills the anion site with it; ``measured`` takes H2O of the
        analysis (by stoichiometry where there is none); ``difference`` takes 100 wt% less the total (by
        stoichiometry where B and the like, which do not count, were not measured);
        ``none`` leaves it open.
    oxo : str
        O in the place of OH, where the mineral file relates it to cations (2 Ti in amphibole and biotite):
        ``auto`` assumes it where the file says so (kaersutite), ``always`` or ``never``.
    oxygens, cations : float or None
        Another basis than that of the mineral file: oxygens as in `Basis.oxygens`, or a sum of cations.
    """

    fe3: str | float = "auto"
    water: str = "stoichiometry"
    oxo: str = "auto"
    oxygens: float | None = None
    cations: float | None = None


class Quantity(NamedTuple):
    """One number of a formula.

    Attributes
    ----------
    kind : str
        ``oxide`` (wt%), ``iron``, ``apfu``, ``site``, ``end member`` (mol%), ``index`` or ``check``.
    name : str
        Unique within a mineral.
    """

    kind: str
    name: str


class MineralFormula:
    """The formulae of one mineral for tables with certain columns.

    Parameters
    ----------
    mineral : Mineral
        See `phasewise.chem.minerals.load_minerals`.
    columns : tuple of str
        Columns of the tables, from `COLUMNS`.
    options : FormulaOptions

    Attributes
    ----------
    quantities : tuple of Quantity
        The columns of `evaluate` and `values_of`, in the order in which petrologists print them.

    Examples
    --------
    >>> import numpy as np
    >>> from phasewise.chem.minerals import load_minerals
    >>> formula = MineralFormula(load_minerals()["Olivine"], ("SiO2", "FeOt", "MgO"), FormulaOptions())
    >>> values = formula.evaluate(np.array([[40.81, 9.55, 49.42]]))
    >>> round(float(values[0, formula.quantities.index(Quantity("apfu", "Mg"))]), 3)
    1.805
    """

    def __init__(self, mineral: Mineral, columns: tuple[str, ...], options: FormulaOptions) -> None:
        self.mineral, self.columns, self.options = _with_oxo(mineral, options.oxo), columns, options
        places = {OXIDES[name].element: k for k, name in enumerate(columns)}
        held = [ion for ion in IONS if element_of(ion) in places]
        self._absent = tuple(element for element in IONS_OF_ELEMENT if element not in (*places, "H"))
        self._places = {element: k for element, k in places.items() if element != "H"}
        self._ions = [ion for ion in held if ion != "OH"] + (["OH"] if mineral.basis.anions else [])
        self._sites = [
            (site.name, ion)
            for site in mineral.sites
            for ion in (*(i for i in site.ions if i in self._ions or i == "O"), "sum")
        ]
        self.quantities = tuple(self._quantities())

    def _quantities(self) -> list[Quantity]:
        mineral = self.mineral
        anions = ["H2O", "O=F,Cl", "total", "total with H2O"] if mineral.basis.anions else ["total"]
        return [
            *(Quantity("oxide", name) for name in ("FeO", "Fe2O3", *anions)),
            *(Quantity("iron", name) for name in self._iron_names()),
            *(Quantity("apfu", ion) for ion in (*self._ions, "sum")),
            *(Quantity("site", f"{site}.{ion}") for site, ion in self._sites),
            *(Quantity("end member", name) for scheme in mineral.schemes for name in names_of(scheme)),
            *(Quantity("index", name) for name, _ in mineral.indices),
            *([Quantity("check", "departure")] if mineral.stoichiometry else []),
        ]

    def _iron_names(self) -> tuple[str, ...]:
        divides = self.mineral.basis.iron == "amphibole"
        return ("Fe3+/Fe", *(f"Fe3+/Fe {limit}" for limit in _LIMITS if divides))

    def evaluate(self, values: FloatArray, measured: FloatArray | None = None) -> FloatArray:
        """Return all quantities of each analysis.

        Parameters
        ----------
        values : (n, p) float64
            wt%; NaN (not measured) counts as 0.
        measured : (n,) float64, optional
            Fe3+ / total Fe as measured, NaN where it was not.

        Returns
        -------
        (n, len(quantities)) float64
            NaN where there is no formula, and of ions, ratios and indices that were not measured.
        """
        return self.values_of(self.calculate(values, measured))

    def values_of(self, formulae: Formulae) -> FloatArray:
        """Return all quantities (n, len(quantities)) of formulae that `calculate` returned."""
        units = formulae.units
        shown = self._shown(units)
        found = [*formulae.oxides.values(), *formulae.iron.values()]
        found += [shown * formulae.ion(ion) for ion in self._ions] + [shown * units.sum]
        found += [shown * formulae.site(site, ion) for site, ion in self._sites]
        columns = [np.stack(found, axis=1)]
        columns += [formulae.proportions(scheme) for scheme in self.mineral.schemes]
        columns += [formulae.index(expression)[:, None] for _, expression in self.mineral.indices]
        if self.mineral.stoichiometry:
            columns.append(formulae.departure()[:, None])
        return np.hstack(columns)

    def _shown(self, units: FormulaUnits) -> FloatArray | float:
        """Return the factor from the basis of the file to the one that was asked for."""
        options = self.options
        basis = self.mineral.basis
        with np.errstate(divide="ignore", invalid="ignore"):
            if options.oxygens is not None:
                return options.oxygens / (oxygens_of(units, basis) if basis.count else basis.oxygens)
            return 1.0 if options.cations is None else options.cations / units.sum

    def calculate(self, values: FloatArray, measured: FloatArray | None = None) -> Formulae:
        """Return the formulae of analyses, on the basis of the mineral file.

        Parameters
        ----------
        values, measured
            As for `evaluate`.
        """
        basis, filled = self.mineral.basis, _filled(values)
        cations = moles(filled, self.columns)
        known = np.full(len(values), np.nan) if measured is None else measured
        limits = amphibole_iron(cations, self.mineral) if basis.iron == "amphibole" else None
        ferric = ferric_fraction(cations, self.mineral, self.options.fe3, known, limits)
        oxides = self._dry(filled, ferric)
        ions = split_iron(cations, ferric)
        water = self._stated_water(values, oxides["total"])
        ions[:, _OH] = water / _WATER_PER_OH
        apfu, factor = normalise(ions, basis)
        if self.options.water == "none" and basis.anions:
            apfu[:, _OH] = np.nan
        room = basis.anions - apfu[:, _ANIONS].sum(axis=1)
        sites = fill_sites(apfu, self.mineral.sites, np.maximum(room, 0.0))
        with np.errstate(divide="ignore", invalid="ignore"):
            implied_water = apfu[:, _OH] / factor * _WATER_PER_OH
        if basis.anions:
            dry = oxides.pop("total")
            halogens = oxides.pop("O=F,Cl")
            whole = dry + np.nan_to_num(implied_water)
            oxides |= {"H2O": implied_water, "O=F,Cl": halogens, "total": dry, "total with H2O": whole}
        else:
            del oxides["O=F,Cl"]
        nothing = np.where(np.isnan(factor), np.nan, 0.0)
        iron = {"Fe3+/Fe": ferric}
        if limits is not None:
            iron |= {f"Fe3+/Fe {limit}": getattr(limits, limit) for limit in _LIMITS}
        iron_free = np.where(cations[:, _FE] > 0, nothing, np.nan)
        return Formulae(
            self.mineral,
            FormulaUnits(apfu, sites, basis.without),
            {name: fraction + iron_free for name, fraction in iron.items()},
            {name: oxide + nothing for name, oxide in oxides.items()},
            self._unmeasured(values),
            ferric_was_measured(self.mineral, self.options.fe3, known),
            iron_scheme(self.mineral, self.options.fe3),
            ~np.isnan(water) & (self.options.water == "measured"),
            np.isnan(water),
            limits,
        )

    def _unmeasured(self, values: FloatArray) -> dict[str, BoolArray]:
        """Return the elements that were not measured in some analyses, and in which."""
        found = dict.fromkeys(self._absent, np.ones(len(values), dtype=bool))
        for element, k in self._places.items():
            blank = np.isnan(values[:, k])
            if blank.any():
                found[element] = blank
        return found

    def _dry(self, filled: FloatArray, ferric: FloatArray) -> dict[str, FloatArray]:
        """Return FeO, Fe2O3, O = F, Cl, and the total without water, in wt%."""
        columns = self.columns
        iron = filled[:, columns.index("FeOt")] if "FeOt" in columns else np.zeros(len(filled))
        ferrous, ferric_oxide = iron * (1 - ferric), iron * ferric / FE2O3_TO_FEO
        oxygen = np.zeros(len(filled))
        for halogen, factor in oxygen_of_halogens().items():
            if halogen in columns:
                oxygen = oxygen + factor * filled[:, columns.index(halogen)]
        counted = [k for k, name in enumerate(columns) if name not in ("FeOt", "H2O")]
        dry = filled[:, counted].sum(axis=1) + ferrous + ferric_oxide - oxygen
        return {"FeO": ferrous, "Fe2O3": ferric_oxide, "O=F,Cl": oxygen, "total": dry}

    def _stated_water(self, values: FloatArray, dry: FloatArray) -> FloatArray:
        """Return H2O in wt% where it is not to be found by stoichiometry, else NaN."""
        nothing = np.full(len(values), np.nan)
        if self.options.water == "difference":
            unmeasured = self._unmeasured(values)
            light = [unmeasured.get(element, nothing > 0) for element in self.mineral.basis.without]
            known = ~np.logical_or.reduce(light) if light else np.ones(len(values), dtype=bool)
            return np.where(known, np.maximum(100.0 - dry, 0.0), np.nan)
        if self.options.water == "measured" and "H2O" in self.columns:
            return values[:, self.columns.index("H2O")]
        return nothing


def _with_oxo(mineral: Mineral, oxo: str) -> Mineral:
    """Return the mineral with O in the place of OH always, never or as its file says."""
    if oxo == "auto":
        return mineral
    basis = replace(mineral.basis, oxo_from=0.0) if oxo == "always" else replace(mineral.basis, oxo=())
    return replace(mineral, basis=basis)


def _filled(values: FloatArray) -> FloatArray:
    """Return the values with 0 for what was not measured, and rows of 0 for those with an infinite value."""
    infinite = np.isinf(values).any(axis=1, keepdims=True)
    return np.where(infinite | np.isnan(values), 0.0, values)
