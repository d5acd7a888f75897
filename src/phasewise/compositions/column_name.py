"""What the name of one column says: which oxide or element, in which unit, of which phase."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from phasewise.chem.oxides import HALOGENS, OXIDES
from phasewise.core.types import COLUMNS

__all__ = ["OTHER_OXIDES", "SUFFIXES", "ColumnName", "is_total", "looks_like_oxide", "parse_column_name"]

Kind = Literal["oxide", "element", "halogen"]
Unit = Literal["wt%", "ppm", "ppb", "at%", "mol%", "apfu"]

SUFFIXES = (
    *("Liq", "Cpx", "Opx", "Ol", "Plag", "Kspar", "Amp", "Sp", "Gt"),
    *("Grt", "Spl", "Bt", "Ms", "Kfs", "Fsp", "Pl", "Ilm", "Mag", "Ap", "Zrn", "Rt", "Tur", "Qz"),
    *("Glass", "Melt"),
)
"""Phase suffixes of column names: those of Thermobar, then common symbols and names."""


OTHER_OXIDES = {"CeO2": ("Ce", 1, 2), "V2O5": ("V", 2, 5), "MnO2": ("Mn", 1, 2), "SO2": ("S", 1, 2)}
"""Oxides of another valence than the column that holds their element: element, its atoms, oxygens."""


@dataclass(frozen=True)
class ColumnName:
    """One column name taken apart.

    Attributes
    ----------
    analyte : str
        Oxide, halogen or element; iron as ``FeOt``, ``Fe2O3t`` (totals), ``FeO``, ``Fe2O3`` or ``Fe``.
    kind : {"oxide", "element", "halogen"}
        What the analyte is.
    unit : str
        ``wt%`` where the name gives none.
    bare : bool
        True where the name is the analyte alone, without unit.
    sigma, relative : bool
        Whether the column is an uncertainty, and whether it is in % of the value.
    level : float or None
        How many sigma, where the name says so.
    suffix : str
        Phase suffix such as ``Cpx``, or nothing.
    """

    analyte: str
    kind: Kind
    unit: Unit = "wt%"
    bare: bool = False
    sigma: bool = False
    relative: bool = False
    level: float | None = None
    suffix: str = ""


_NOT_CONVERTED = {"C", "H"}
_OXIDE_NAMES = {
    name.casefold(): name for name in (*OXIDES, *OTHER_OXIDES) if name not in HALOGENS and name != "FeOt"
}
_ELEMENTS = {
    OXIDES[name].element.casefold(): OXIDES[name].element
    for name in COLUMNS
    if OXIDES[name].element not in _NOT_CONVERTED
}
_SUFFIX_OF = {suffix.casefold(): suffix for suffix in SUFFIXES}

_TOTAL_WORDS = {"t", "tot", "total", "*"}
_WEIGHT_WORDS = {"wt", "wtpct", "mass", "weight", "oxide", "oxides"}
_PLAIN_WORDS = {"value", "val", "conc", "concentration", "in", "mean", "average", "avg", "measured"}
_PERCENT_WORDS = {"%", "pct", "percent", "perc"}
_SIGMA_WORDS = {
    **dict.fromkeys(("sigma", "σ", "err", "error", "errors", "stdev", "stddev", "std", "sd", "se"), None),
    **dict.fromkeys(("unc", "uncertainty", "±", "rsd"), None),
    **{f"{level}{word}": float(level) for level in (1, 2, 3) for word in ("sigma", "s", "sd", "se", "σ")},
}
_UNIT_WORDS: dict[str, Unit] = {
    **dict.fromkeys(("ppm", "ppmw"), "ppm"),
    "ppb": "ppb",
    **dict.fromkeys(("at", "atomic", "atom"), "at%"),
    **dict.fromkeys(("mol", "mole", "moles", "molar"), "mol%"),
    **dict.fromkeys(("apfu", "pfu", "cations", "cation", "cat"), "apfu"),
}
_KNOWN_WORDS = {
    *_TOTAL_WORDS,
    *_WEIGHT_WORDS,
    *_PLAIN_WORDS,
    *_PERCENT_WORDS,
    *_SIGMA_WORDS,
    *_UNIT_WORDS,
    *_SUFFIX_OF,
}

_NOT_A_VALUE = re.compile(r"units?|method|standard|cdl|detection|lod\b|dl\b|\+|-$|/|#")
_TOKEN = re.compile(r"[^\W_]+|[^\w\s\-./()\[\]{},:;|]")
_ANALYTE = re.compile("(" + "|".join(sorted(_OXIDE_NAMES, key=len, reverse=True)) + ")(.*)")
_IRON_AS = re.compile(r"\b(?:total|all|tot)?\s*(?:fe|iron)\s*(?:total|tot|t)?\s*as\s*(feo|fe2o3)\b")
_WATER_SIGN = re.compile(r"h2o\s*[+\-]")
_MASS_RATIO = re.compile(r"\b(?:[uμ]g/g|mg/kg)(?![a-z])")
_LEVEL_APART = re.compile(r"\b([123])\s+(?=(?:sigma|σ|sd|se|s)\b)")


def is_total(name: str) -> bool:
    """Return whether a column holds the total of the analysis.

    Examples
    --------
    >>> is_total("TOTAL"), is_total("Sum (wt%)"), is_total("Total iron")
    (True, True, False)
    """
    words = _TOKEN.findall(unicodedata.normalize("NFKC", name).casefold())
    about = _WEIGHT_WORDS | _PERCENT_WORDS | set(_SUFFIX_OF) | {"ox"}
    return any(w in {"total", "totals", "sum"} for w in words) and all(
        w in {"total", "totals", "sum"} or w in about for w in words
    )


def looks_like_oxide(name: str) -> bool:
    """Return whether a name that is not understood could nevertheless be meant as an oxide.

    Examples
    --------
    >>> looks_like_oxide("SiO2 corrected"), looks_like_oxide("SiO2 method"), looks_like_oxide("Sample")
    (True, False, False)
    """
    text = unicodedata.normalize("NFKC", name).casefold()
    begins = any(_ANALYTE.match(token) for token in _TOKEN.findall(text))
    return begins and not _NOT_A_VALUE.search(text)


@lru_cache(maxsize=4096)
def parse_column_name(name: str) -> ColumnName | None:
    """Return what a column name says, or None if it names no concentration.

    Parameters
    ----------
    name : str
        As in the file; case, subscripts, brackets and units in any usual spelling.

    Returns
    -------
    ColumnName or None

    Examples
    --------
    >>> parse_column_name("FEOT(WT%)").analyte
    'FeOt'
    >>> parse_column_name("SiO2_Cpx_Err").suffix
    'Cpx'
    >>> parse_column_name("AR40(CCMSTP/G)") is None
    True
    """
    text = unicodedata.normalize("NFKC", name).replace("Σ", " total ").replace("∑", " total ").casefold()
    if _WATER_SIGN.match(text.strip()):
        return None
    text = _MASS_RATIO.sub("ppm", text)
    text = _LEVEL_APART.sub(r"\1", _IRON_AS.sub(r"\1 total", text))
    words: list[str] = []
    analytes: list[tuple[str, Kind]] = []
    for token in _TOKEN.findall(text):
        found = None if token in _KNOWN_WORDS else _split_analyte(token)
        if found is None:
            words.append(token)
        else:
            analyte, kind, tail = found
            analytes.append((analyte, kind))
            words.extend(tail)
    if len(analytes) != 1 or not _KNOWN_WORDS.issuperset(words):
        return None
    return _assemble(*analytes[0], words)


def _split_analyte(token: str) -> tuple[str, Kind, list[str]] | None:
    """Return (analyte, kind, trailing words) of one token such as ``feot`` or ``sio2error``."""
    if token in _ELEMENTS:
        symbol = _ELEMENTS[token]
        return symbol, "halogen" if symbol in HALOGENS else "element", []
    if token in {"fet", "fetot", "fetotal", "tfe"}:
        return "Fe", "element", ["t"]
    if token in {"tfeo", "tfe2o3"}:
        return _OXIDE_NAMES[token[1:]], "oxide", ["t"]
    match = _ANALYTE.fullmatch(token)
    if match is None or (match[2] and match[2] not in _KNOWN_WORDS):
        return None
    return _OXIDE_NAMES[match[1]], "oxide", [match[2]] if match[2] else []


def _assemble(analyte: str, kind: Kind, words: list[str]) -> ColumnName | None:
    said = set(words)
    is_iron = analyte in {"FeO", "Fe2O3", "Fe"}
    if said & _TOTAL_WORDS:
        if not is_iron:
            return None
        analyte = {"FeO": "FeOt", "Fe2O3": "Fe2O3t", "Fe": "Fe"}[analyte]
    if kind == "element" and said & {"oxide", "oxides"}:
        return None
    suffixes = [_SUFFIX_OF[w] for w in words if w in _SUFFIX_OF]
    if len(suffixes) > 1:
        return None
    sigma = [w for w in words if w in _SIGMA_WORDS]
    percent = bool(said & _PERCENT_WORDS)
    levels = [level for w in sigma if (level := _SIGMA_WORDS[w]) is not None]
    return ColumnName(
        analyte=analyte,
        kind=kind,
        unit=_unit(said, bool(sigma)),
        bare=not said & (_WEIGHT_WORDS | _PERCENT_WORDS | set(_UNIT_WORDS)),
        sigma=bool(sigma),
        relative="rsd" in said or (bool(sigma) and percent and not said & _WEIGHT_WORDS),
        level=levels[0] if levels else None,
        suffix=suffixes[0] if suffixes else "",
    )


def _unit(said: set[str], sigma: bool) -> Unit:
    units = {_UNIT_WORDS[word] for word in said & set(_UNIT_WORDS)}
    if units == {"apfu"} and said & _WEIGHT_WORDS:
        return "wt%"
    if len(units) == 1:
        return units.pop()
    return "wt%"
