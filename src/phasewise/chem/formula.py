"""Chemical formulae: text to atoms, charge and oxides."""

from __future__ import annotations

import re

from phasewise.chem.elements import ATOMIC_WEIGHTS
from phasewise.chem.oxides import OXIDES, oxide_of
from phasewise.core.types import COLUMNS

__all__ = ["check_neutral", "molar_mass", "net_charge", "oxides_wt", "parse_formula"]

_UNBALANCED_GROUPS = ("sulphide",)
"""Groups whose formulae are not balanced: charges are those of oxides."""

_NUMBER = r"\d+(?:\.\d+)?|\.\d+"
_TOKEN = re.compile(
    rf"(?P<element>[A-Z][a-z]?)(?:(?P<charge>[1-6])\+)?(?P<amount>{_NUMBER})?"
    rf"|(?P<open>[(\[])|[)\]](?P<times>{_NUMBER})?"
)


def parse_formula(formula: str) -> dict[str, float]:
    """Return the atoms of a formula.

    Parameters
    ----------
    formula : str
        Symbols with amounts (decimals allowed), brackets nested at will, a charge as in ``Fe3+``:
        ``Ca2Mg5Si8O22(OH)2``, ``Fe3+2O3``, ``Na0.5K0.5AlSi3O8``.

    Returns
    -------
    dict of str to float
        Element, with its charge where it was written (``"Fe3+"``), to amount, in order of appearance.

    Raises
    ------
    ValueError
        If the text is no formula, its brackets do not match or an element is unknown.

    Examples
    --------
    >>> parse_formula("Ca2Mg5Si8O22(OH)2")
    {'Ca': 2.0, 'Mg': 5.0, 'Si': 8.0, 'O': 24.0, 'H': 2.0}
    """
    text = formula.strip()
    stack: list[dict[str, float]] = [{}]
    position = 0
    while position < len(text):
        token = _TOKEN.match(text, position)
        if token is None:
            raise ValueError(f"{formula!r} is no formula: cannot read {text[position:]!r}")
        position = token.end()
        if token["element"]:
            _add(stack[-1], _ion(token["element"], token["charge"], formula), float(token["amount"] or 1))
        elif token["open"]:
            stack.append({})
        else:
            if len(stack) == 1:
                raise ValueError(f"{formula!r} closes a bracket that it never opened")
            for ion, amount in stack.pop().items():
                _add(stack[-1], ion, amount * float(token["times"] or 1))
    if len(stack) != 1 or not text:
        raise ValueError(f"{formula!r} is empty or leaves a bracket open")
    return stack[0]


def _ion(element: str, charge: str | None, formula: str) -> str:
    if element not in ATOMIC_WEIGHTS:
        raise ValueError(f"{formula!r} holds the unknown element {element!r}")
    return f"{element}{charge}+" if charge else element


def _add(atoms: dict[str, float], ion: str, amount: float) -> None:
    atoms[ion] = atoms.get(ion, 0.0) + amount


def _element(ion: str) -> str:
    return ion.rstrip("+0123456789")


def molar_mass(formula: str) -> float:
    """Return the mass of one mole of formula units in g/mol.

    Examples
    --------
    >>> round(molar_mass("Mg2SiO4"), 2)
    140.69
    """
    return sum(amount * ATOMIC_WEIGHTS[_element(ion)] for ion, amount in parse_formula(formula).items())


def net_charge(formula: str) -> float:
    """Return the sum of charges: O -2, F and Cl -1, cations as written or as in their oxide (Fe, Mn 2+).

    Examples
    --------
    >>> net_charge("NaFe3+Si2O6")
    0.0
    """
    return sum(amount * _charge(ion) for ion, amount in parse_formula(formula).items())


def check_neutral(formula: str, group: str = "") -> None:
    """Raise where a formula holds nothing, or its charges do not cancel though the group is a balanced one.

    Raises
    ------
    ValueError, KeyError
        If it does not, or is no formula.
    """
    charge = net_charge(formula)
    off = abs(charge) > 1e-6 and group not in _UNBALANCED_GROUPS
    if off or not parse_formula(formula):
        raise ValueError(f"{formula} has a charge of {charge:+g}; correct it.")


def _charge(ion: str) -> float:
    if ion.endswith("+"):
        return float(ion[-2])
    return -2.0 if ion == "O" else OXIDES[oxide_of(ion)].valence


def oxides_wt(formula: str) -> dict[str, float]:
    """Return the analysis that a mineral of this formula gives, in grams per 100 g of mineral.

    All iron is FeOt, so the sum is below 100 where the formula holds Fe3+, and above 100 by the
    oxygen that F and Cl replace.

    Parameters
    ----------
    formula : str
        See `parse_formula`.

    Returns
    -------
    dict of str to float
        Columns of `COLUMNS` that are present, in that order, to wt%.

    Raises
    ------
    KeyError
        If the formula holds an element that no column holds.

    Examples
    --------
    >>> {name: round(wt, 2) for name, wt in oxides_wt("Mg2SiO4").items()}
    {'SiO2': 42.71, 'MgO': 57.29}
    """
    mass = molar_mass(formula)
    found: dict[str, float] = {}
    for ion, amount in parse_formula(formula).items():
        if ion != "O":
            oxide = OXIDES[oxide_of(_element(ion))]
            _add(found, oxide.name, 100 * amount / oxide.cations_per_gram / mass)
    return {name: found[name] for name in COLUMNS if name in found}
