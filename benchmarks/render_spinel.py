"""The tables of docs/spinel.md, from results/spinel_space.csv; `render.py` puts them in their places."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from phasewise.chem.formula import oxides_wt, parse_formula
from render_learning import Results, Row, percent, table
from spinel_mixtures import formulae

MEMBERS = {
    "Spl": "spinel",
    "Hc": "hercynite",
    "Mchr": "magnesiochromite",
    "Chr": "chromite",
    "Mfr": "magnesioferrite",
    "Mag": "magnetite",
    "Qnd": "qandilite",
    "Uspl": "ulvöspinel",
    "Ilm": "ilmenite",
    "Gk": "geikielite",
    "Pph": "pyrophanite",
    "Hem": "hematite",
}
SHOWN = ("TiO2", "Al2O3", "Cr2O3", "FeOt", "MnO", "MgO")
LEAST_ROWS = 10
MOST_SPECIES, LEAST_SHARE = 4, 0.01


def _of(results: Results, what: str) -> Iterator[Row]:
    return (row for row in results("spinel_space") if row["what"] == what)


def _one(results: Results, what: str, **held: str) -> Row:
    (row,) = (r for r in _of(results, what) if all(r[k] == v for k, v in held.items()))
    return row


def _share(part: int, whole: int) -> str:
    return f"{part:,} of {whole:,} ({percent(str(part / whole))} %)"


def members(_: Results) -> str:
    """Return the end members with what a probe reports of them."""
    rows = []
    for symbol, name in MEMBERS.items():
        text = formulae()[symbol]
        wt = oxides_wt(text)
        cells = [f"{wt[oxide]:.2f}" if oxide in wt else "" for oxide in SHOWN]
        oxygens = f"{parse_formula(text)['O']:.0f}"
        cations = sum(n for ion, n in parse_formula(text).items() if ion != "O")
        formula = text.replace("Fe3+", "Fe³⁺")
        rows.append(
            [name, symbol, formula, f"{cations:.0f} on {oxygens} O", *cells, f"{sum(wt.values()):.2f}"]
        )
    return table(["end member", "symbol", "formula", "cations", *SHOWN, "total"], rows)


def binaries(results: Results) -> str:
    """Return what becomes of each binary."""
    header = ["join", "", "phase", "species", "not accepted", "part", "highest entropy", "lowest group p"]
    rows = [
        [
            r["name"],
            r["kind"],
            r["phase"],
            r["species"].replace("none", "(none)"),
            r["not_accepted"] or "nowhere",
            f"{percent(r['not_accepted_part'], 0)} %",
            f"{float(r['entropy']):.2f} at {float(r['entropy_at']):.2f}",
            f"{float(r['least_group']):.2f}",
        ]
        for r in _of(results, "binary")
    ]
    return table(header, rows)


def twins(results: Results) -> str:
    """Return hematite-ilmenite beside magnetite-ulvöspinel of the same cations."""
    header = ["hematite-ilmenite", "total", "phasewise", "magnetite-ulvöspinel", "total", "phasewise"]
    rows = []
    for r in _of(results, "twin"):
        cells = [_verdict(r, name) for name in ("Ilmenite", "Magnetite")]
        totals = [f"{float(r[f'total_{name}']):.2f}" for name in ("Ilmenite", "Magnetite")]
        rows.append([r["name"], totals[0], cells[0], r["kind"], totals[1], cells[1]])
    return table(header, rows)


def _verdict(row: Row, name: str) -> str:
    flags = f", {row[f'flags_{name}']}" if row[f"flags_{name}"] else ""
    sure = f"{float(row[f'probability_{name}']):.2f}"
    return f"{row[f'phase_{name}']} {sure}, {row[f'verdict_{name}']}{flags}"


def corners(results: Results) -> str:
    """Return what is said of corners of the space."""
    header = ["mol%", "total", "phasewise", "verdict", "reason", "flags"]
    rows = [
        [
            r["name"],
            f"{float(r['total']):.2f}",
            f"{r['phase']} {float(r['probability']):.2f}",
            r["verdict"],
            r["reason_code"],
            r["flags"].replace("|", ", "),
        ]
        for r in _of(results, "corner")
    ]
    return table(header, rows)


def names(results: Results) -> str:
    """Return how published names compare with phases."""
    header = ["published as", "rows", "same class", "other name of the solid solution", "other structure"]
    header += ["another phase", "formula agrees with phasewise"]
    rows = []
    for r in _of(results, "name"):
        if int(r["rows"]) >= LEAST_ROWS:
            counts = [_counts(r, key) for key in ("same", "renamed", "restructured", "other")]
            disputed = sum(int(r[key]) for key in ("renamed", "restructured"))
            agrees = sum(int(r[f"{key}_phase"]) for key in ("renamed", "restructured"))
            against = sum(int(r[f"{key}_name"]) for key in ("renamed", "restructured"))
            judged = f"{agrees} of {disputed}, against {against}" if disputed else ""
            rows.append([f"{r['kind']}: {r['name']}", f"{int(r['rows']):,}", *counts, judged])
    return table(header, rows)


def _counts(row: Row, key: str) -> str:
    sure, not_sure = int(row[key]), int(row[f"{key}_refused"])
    return f"{sure:,} + {not_sure:,}" if sure or not_sure else ""


def lepr(results: Results) -> str:
    """Return what LEPR's spinel is, in sentences."""
    ferric = _one(results, "dominance", kind="Fe3+ + 2 Ti")
    other = _one(results, "dominance", kind="Al + Cr")
    rows, whole = int(ferric["rows"]), int(ferric["rows"]) + int(other["rows"])
    naming = sum(int(ferric[k]) for k in ("same", "same_refused", "renamed", "renamed_refused"))
    structure = int(ferric["restructured"]) + int(ferric["restructured_refused"])
    magnetite = int(ferric["Magnetite"]) + int(ferric["Magnetite_refused"])
    return (
        f"Of the analyses that LEPR calls Spinel, {_share(rows, whole)} have more Fe3+ + 2 Ti than Al + Cr. "
        f"A model that has not seen them calls {magnetite} of these magnetite, {ferric['Magnetite']} "
        f"accepted, and {ferric['Spinel_refused']} spinel, {ferric['Spinel']} accepted. "
        f"For {naming} of the {rows} the question is a name within one solid solution; {structure} have the "
        f"other structure, {ferric['restructured']} of them accepted. Of the {other['rows']} with more "
        f"Al + Cr, {other['Spinel']} are accepted as spinel and {other['Magnetite']} as magnetite."
    )


def georoc(results: Results) -> str:
    """Return how many accepted rows of GEOROC disagree, and what their formulae say, in sentences."""
    rows = [r for r in _of(results, "name") if r["kind"] == "GEOROC"]

    def count(*keys: str) -> int:
        return sum(int(r[key]) for r in rows for key in keys)

    accepted = count("same", "renamed", "restructured", "other")
    structure, phase, name = (count(f"restructured{end}") for end in ("", "_phase", "_name"))
    return (
        f"Of {accepted:,} accepted rows of GEOROC, {count('renamed')} have the other name of the spinel "
        f"solid solution, and in {count('renamed_phase')} of these the dominant charge is that of the new "
        f"name. "
        f"{structure} have the other structure: the formula speaks for it in {phase}, for the published name "
        f"in {name}, and leaves it open in {structure - phase - name}. {count('other')} are another phase."
    )


def species(results: Results) -> str:
    """Return the species of published names."""
    found: dict[tuple[str, str, str], list[str]] = {}
    for r in _of(results, "species"):
        common = int(r["place"]) <= MOST_SPECIES and int(r["same"]) >= LEAST_SHARE * int(r["rows"])
        if int(r["rows"]) >= LEAST_ROWS and common:
            name = r["species"].replace("none", "(none)")
            given = found.setdefault((r["kind"], r["name"], r["rows"]), [])
            given.append(f"{name} {percent(str(int(r['same']) / int(r['rows'])), 0)} %")
    rows = [[f"{kind}: {name}", f"{int(n):,}", ", ".join(given)] for (kind, name, n), given in found.items()]
    return table(["published as", "rows", "species of the formula"], rows)


def structures(results: Results) -> str:
    """Return what totals say of the structure where cations leave it open."""
    header = ["class of the published name", "total in range of", "rows", "called magnetite", "called spinel"]
    rows = [
        [
            f"{r['source']}: {r['name']}",
            r["kind"],
            r["rows"],
            *(_counts(r, phase) for phase in ("Magnetite", "Spinel", "Ilmenite")),
        ]
        for r in _of(results, "structure")
        if int(r["rows"])
    ]
    return table([*header, "called ilmenite"], rows)


def examples(results: Results) -> str:
    """Return the reference analyses."""
    header = ["analysis", "phasewise", "formula", "total", "with Fe3+ as spinel", "as ilmenite"]
    rows = []
    for r in _of(results, "example"):
        second = f", {r['second'].lower()} {float(r['second_probability']):.2f}"
        shown = second if float(r["second_probability"]) >= 0.01 else ""
        found = f"{r['species']}, {r['verdict']} ({r['phase'].lower()} {float(r['probability']):.2f}{shown})"
        rows.append(
            [r["name"], found, r["formula"], r["total"], _total(r, "Magnetite"), _total(r, "Ilmenite")]
        )
    return table(header, rows)


def _total(row: Row, name: str) -> str:
    if row[f"departure_{name}"] in ("", "nan"):
        return "no formula"
    off = float(row[f"departure_{name}"])
    return row[f"total_{name}"] if off <= 2 else f"{row[f'total_{name}']}; cations do not fit"


TABLES: dict[str, Callable[[Results], str]] = {
    "members": members,
    "binaries": binaries,
    "twins": twins,
    "corners": corners,
    "lepr": lepr,
    "georoc": georoc,
    "names": names,
    "species": species,
    "structures": structures,
    "examples": examples,
}
