"""Which rows of the results the page docs/cascades.md is made of."""

from __future__ import annotations

from render_learning import Results, Row, number

CPX, ALL = "Clinopyroxene", "all"
PUTIRKA, WANG = "Putirka 2008, eqs 32a and 32d", "Wang et al. 2021, eq. 1"
FILTERS = {
    "as published": "as published",
    "cation sum": "cations on 6 O 3.95 to 4.05",
    "cation sum and Ca": "that, and Ca / (Ca + Mg + Fe) 0.2 to 0.5",
    "accepted as clinopyroxene": "accepted as clinopyroxene by phasewise",
    "not accepted": "not accepted as clinopyroxene",
}
PLATT = "Platt_unpublished"
BEFORE, AFTER = "as published", "accepted as clinopyroxene"


def of_kind(results: Results, what: str, name: str = "cascades") -> list[Row]:
    """Return the rows of one kind of a result file."""
    return [row for row in results(name) if row["what"] == what]


def pressure_row(results: Results, where: str, barometer: str, kept: str) -> Row:
    """Return the pressures of the Cascades by publication, barometer and filter."""
    asked = {"publication": where, "barometer": barometer, "filter": kept}
    found = of_kind(results, "cascades", "clinopyroxene_pressure")
    (row,) = (row for row in found if asked.items() <= row.items())
    return row


def error_rows(results: Results, mineral: str, highest: str, barometer: str = "") -> list[Row]:
    """Return the errors on experiments by mineral, highest pressure and barometer; of both without one."""
    asked = {"given": mineral, "highest_kbar": highest} | ({"barometer": barometer} if barometer else {})
    found = of_kind(results, "experiments", "clinopyroxene_pressure")
    return [row for row in found if asked.items() <= row.items()]


def kbar(value: str) -> str:
    """Return a pressure with one digit."""
    return number(value, 1)
