"""Titles, notes and typography of tables of mineral formulae for print."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING

import numpy as np

from phasewise.chem.end_members import names_of
from phasewise.chem.mineral_formula import Quantity
from phasewise.chem.oxides import OXIDES
from phasewise.report.print_table import Run

if TYPE_CHECKING:
    from collections.abc import Collection

    from phasewise.chem.mineral import Mineral
    from phasewise.chem.mineral_formula import FormulaOptions
    from phasewise.compositions.formula.printed_analyses import MineralAnalyses

__all__ = ["notes_on", "title_of", "typeset"]

LINE = 120
"""Characters of a line of notes."""

_OXIDES = "|".join(sorted((name for name in OXIDES if name not in ("F", "Cl")), key=len, reverse=True))
_CHEMISTRY = re.compile(
    r"(?<![\w/.:-])(?P<formula>(?!\S*\dx)[A-Z(][\w(),+\u25a1-]*(?:O|OH\))\d[\w(),+-]*)(?![\w/:])"
    rf"|(?<=[A-Za-z])(?P<charge>\d\+(?!\d*x))|\b(?P<oxide>{_OXIDES})\b"
)
_PIECES = re.compile(r"(?<=[A-Za-z])(?P<above>\d\+)|(?<=[\w)+])(?P<below>[\d.]+(?:-\d)?|(?<=FeO)t$)")
_DROOP = "Droop 1987, doi:10.1180/minmag.1987.051.361.10"
_SCHUMACHER = "Schumacher 1997, Canadian Mineralogist 35, 238-246"
_LOCOCK = "Locock 2014, doi:10.1016/j.cageo.2013.09.011"


def typeset(text: str) -> tuple[Run, ...]:
    """Return a text with the digits of oxides below the line and charges above it.

    Examples
    --------
    >>> [(run.text, run.position) for run in typeset("Fe2O3")][:2]
    [('Fe', 'baseline'), ('2', 'subscript')]
    >>> typeset("Fe3+")[-1]
    Run(text='3+', position='superscript')
    """
    runs: list[Run] = []
    end = 0
    for word in _CHEMISTRY.finditer(text):
        for match in _PIECES.finditer(text, word.start(), word.end()):
            runs.append(Run(text[end : match.start()]))
            runs.append(Run(match[0], "superscript" if match["above"] else "subscript"))
            end = match.end()
    runs.append(Run(text[end:]))
    return tuple(run for run in runs if run.text) or (Run(""),)


def title_of(mineral: Mineral, options: FormulaOptions) -> str:
    """Return the line above the table of a mineral.

    Examples
    --------
    >>> from phasewise.chem.mineral_formula import FormulaOptions
    >>> from phasewise.chem.minerals import load_minerals
    >>> title_of(load_minerals()["Olivine"], FormulaOptions())
    'Olivine: analyses in wt% and formulae on 4 O'
    """
    title = mineral.title[:1].upper() + mineral.title[1:]
    return f"{title}: analyses in wt% and formulae on {_basis(mineral, options)}"


def notes_on(
    analyses: MineralAnalyses, options: FormulaOptions, labels: Collection[str], *, grouped: bool
) -> list[str]:
    """Return the lines below the table of a mineral.

    Parameters
    ----------
    analyses : MineralAnalyses
    options : FormulaOptions
        How the formulae were calculated.
    labels : collection of str
        Of the rows of the table.
    grouped : bool
        Whether the table has means.
    """
    mineral = analyses.mineral
    notes = [
        "FeOt: all iron as FeO. n.a.: not analysed; b.d.l.: below detection limit; both count as 0 in "
        "formulae. \N{EN DASH}: no value. Total: iron as divided, without H2O, less O = F, Cl.",
        f"Formulae ({mineral.formula}) on {_basis(mineral, options)}{_besides(mineral)}. "
        f"{_iron(analyses, options)} {_water(mineral, options)}",
        *_means(grouped=grouped),
        *_errors(analyses),
        *_schemes(analyses),
        *_indices(mineral, labels),
        "Abridged standard atomic weights of CIAAW 2021.",
    ]
    return [line for note in notes for line in textwrap.wrap(note, LINE, break_on_hyphens=False)]


def _basis(mineral: Mineral, options: FormulaOptions) -> str:
    basis = mineral.basis
    if options.oxygens is not None:
        return f"{options.oxygens:g} O"
    if options.cations is not None:
        return f"{options.cations:g} cations"
    if basis.count:
        return f"{' + '.join(ion for ion, _ in basis.count)} = {basis.count_to:g}"
    return f"{basis.oxygens:g} O"


def _besides(mineral: Mineral) -> str:
    without = mineral.basis.without
    left_out = f", {' and '.join(without)} not counted" if without else ""
    return f"{left_out} (OH, F and Cl count half)" if mineral.basis.anions else left_out


def _iron(analyses: MineralAnalyses, options: FormulaOptions) -> str:
    basis, fe3 = analyses.mineral.basis, options.fe3
    if "FeOt" not in analyses.oxides:
        return ""
    if not isinstance(fe3, str):
        return f"Fe3+/\N{GREEK CAPITAL LETTER SIGMA}Fe was set to {fe3:g}."
    if fe3 == "measured":
        return "Fe3+ as measured."
    scheme = basis.iron if fe3 == "auto" else fe3
    balanced = f"{basis.cations:g} cations, {basis.oxygens:g} O; {_DROOP}"
    limits = f"limits of the amphibole formula ({_SCHUMACHER})"
    text = {
        "ferrous": "all iron as Fe2+",
        "ferric": "all iron as Fe3+",
        "not divided": "all iron as Fe2+, since stoichiometry does not tell Fe3+ here",
        "charge balance": f"Fe3+ by charge balance ({balanced})",
        "minimum": f"Fe3+ is the lower of the {limits}",
        "maximum": f"Fe3+ is the upper of the {limits}",
        "mean": f"Fe3+ is the mean of the {limits}",
    }.get(scheme, f"Fe3+ by the normalisations that fit the amphibole formula best ({_LOCOCK})")
    if fe3 == "auto" and analyses.ferric:
        return f"Fe3+ as measured where FeO and Fe2O3 were analysed apart, else {text}."
    return f"{text[0].upper()}{text[1:]}."


def _water(mineral: Mineral, options: FormulaOptions) -> str:
    if not mineral.basis.anions:
        return ""
    return {
        "stoichiometry": f"OH fills what F, Cl and O leave of {mineral.basis.anions:g} anions.",
        "measured": "OH from the H2O of the analysis, and where there is none by stoichiometry.",
        "difference": "OH from H2O as the difference of the total from 100 wt%.",
        "none": "OH was not calculated.",
    }[options.water]


def _means(*, grouped: bool) -> list[str]:
    if not grouped:
        return []
    return [
        "Means and standard deviations (s.d., n \N{MINUS SIGN} 1) are of the analyses shown, b.d.l. as 0. "
        "Where fewer than n analyses have a value, their number stands in brackets behind the mean."
    ]


def _errors(analyses: MineralAnalyses) -> list[str]:
    if analyses.wt_sigma is None:
        return []
    return ["1\N{GREEK SMALL LETTER SIGMA}: analytical error as stated, carried through to first order."]


def _schemes(analyses: MineralAnalyses) -> list[str]:
    found = []
    for scheme in analyses.mineral.schemes:
        places = [analyses.quantities.index(Quantity("end member", name)) for name in names_of(scheme)]
        if not np.isnan(analyses.values[:, places]).all():
            found.append(f"{scheme.name}: {scheme.source.rstrip('.')}.")
    return found


def _indices(mineral: Mineral, labels: Collection[str]) -> list[str]:
    written = [f"{name} = {expression.text}" for name, expression in mineral.indices if name in labels]
    if "Departure" in labels:
        written.append(
            "Departure: largest distance from the sums that good analyses keep, in their tolerances (2 s.d.)"
        )
    return [f"{'; '.join(written)}."] if written else []
