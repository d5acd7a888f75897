"""Writes docs/minerals.md from the mineral files.

python benchmarks/render_minerals.py
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from phasewise.chem.end_members import names_of
from phasewise.chem.expressions import Terms
from phasewise.chem.mineral import Basis, Mineral, Reference
from phasewise.chem.minerals import load_minerals

PAGE = Path(__file__).parents[1] / "docs" / "minerals.md"
MOST_TERMS = 4
HEAD = """# Minerals

Written by `python benchmarks/render_minerals.py` from `chem/minerals/*.toml`. [Formulae](formulae.md) says
how they are calculated, [the README of the mineral files](../src/phasewise/chem/minerals/README.md) how to
add or correct one.

- **basis**: oxygens are half the positive charges of the cations that count, without H; where a sum of
  cations is the basis, the oxygens stand behind it in brackets. The ideal sum of cations follows; where there
  is none, vacancies leave it open.
- **iron**: what `--fe3 auto` does where FeO and Fe2O3 were not measured apart.
- **anions**: OH, F, Cl and the O that takes their place, per formula unit.
- **end members**: by scheme, in mol%; "unassigned" is the part of the cations that no member explains.
- **compared**: published formulae that are calculated anew, to the last digit, whenever the tests run.
"""
IRON = {
    "ferrous": "all Fe2+",
    "ferric": "all Fe3+",
    "charge balance": "charge balance",
    "amphibole": "amphibole (Locock's choice)",
    "not divided": "not divided (as Fe2+)",
}
COLUMNS = ("mineral", "symbol", "basis", "iron", "anions", "sites", "end members", "compared")


def page() -> str:
    """Return the page."""
    minerals = [mineral for mineral in load_minerals().values() if mineral.sites]
    compared = sum(len(mineral.references) for mineral in minerals)
    lacking = [mineral.title for mineral in minerals if not mineral.references]
    lines = [HEAD, f"{len(minerals)} minerals and groups, {compared} published formulae.", ""]
    lines += [_row(COLUMNS), _row(["---"] * len(COLUMNS)), *map(_mineral, minerals), ""]
    lines += ["## Minerals without a published formula to compare with", ""]
    lines += [
        "Their formulae rest on procedures that are compared in the others, and on the ideal formulae of "
        f"their end members: {', '.join(lacking) or 'none'}.",
        "",
        "## Published formulae that are calculated anew",
        "",
        "Printed and calculated values differ by no more than one and a half units of the last printed "
        "digit, unless stated otherwise. Some are compositions of ideal formulae, as is said there.",
    ]
    for mineral in minerals:
        if mineral.references:
            title = mineral.title[:1].upper() + mineral.title[1:]
            lines += ["", f"**{title}**", "", *map(_reference, mineral.references)]
    return "\n".join(lines) + "\n"


def _mineral(mineral: Mineral) -> str:
    schemes = [f"{scheme.name}: {', '.join(names_of(scheme))}" for scheme in mineral.schemes]
    cells = [
        mineral.name,
        mineral.symbol,
        _basis(mineral.basis),
        IRON[mineral.basis.iron],
        _anions(mineral.basis),
        ", ".join(f"{site.name} {site.capacity:g}" for site in mineral.sites),
        "; ".join(schemes),
        str(len(mineral.references) or ""),
    ]
    return _row(cells)


def _basis(basis: Basis) -> str:
    oxygens = f"{basis.oxygens:g} O"
    parts = [f"{_sum(basis.count)} = {basis.count_to:g} ({oxygens})" if basis.count else oxygens]
    if basis.cations:
        parts.append(f"{basis.cations:g} cations")
    if basis.without:
        parts.append(f"without {' and '.join(basis.without)}")
    return ", ".join(parts)


def _anions(basis: Basis) -> str:
    if not basis.anions:
        return ""
    oxo = f", O = {_sum(basis.oxo)}" if basis.oxo else ""
    if basis.oxo_from == float("inf"):
        oxo += " only with `--oxo always`"
    elif basis.oxo_from:
        oxo += f" where that is {basis.oxo_from:g} or more"
    return f"{basis.anions:g}{oxo}"


def _sum(terms: Terms) -> str:
    names = [
        f"{'-' if factor < 0 else '+'} {'' if abs(factor) == 1 else f'{abs(factor):g} '}{name}"
        for name, factor in terms
    ]
    if len(names) > MOST_TERMS:
        names = [*names[: MOST_TERMS - 1], "+ ..."]
    text = " ".join(names).removeprefix("+ ")
    return "cations" if text == "sum" else text


def _reference(reference: Reference) -> str:
    values = len(reference.apfu) + len(reference.members)
    text = f"- {reference.name}: {reference.source}; {values} values"
    if reference.digits_off != 1:
        text += f", within {reference.digits_off + 0.5:g} units of the last digit"
    return text + (f" ({reference.note.rstrip('.')})." if reference.note else ".")


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(f"Written: {PAGE}")
