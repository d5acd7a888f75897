"""Writes the results here into README.md and docs: figures.md and the pages of TABLES.

python benchmarks/render.py
"""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import render_audit
import render_audit_figures
import render_cascades
import render_explore
import render_learning
import render_spinel
from render_learning import ORIGIN, Results

HERE = Path(__file__).parent
ROOT = HERE.parent
BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"
SETS = {
    "folds_pooled": "publications of the training table, each by a sibling that has not seen it",
    "test_lepr": "LEPR experiments",
    "test_georoc": "GEOROC",
    "test_cascades": "Cascades clinopyroxene and amphibole",
}
FOREIGN = {
    "foreign_georoc": "GEOROC species other than the 17 minerals",
    "foreign_lepr": "LEPR phases other than the 17 minerals",
    "foreign_mixtures": "30-70 % mixtures of two analyses of the training table",
    "foreign_random": "random compositions",
}


def results(name: str) -> list[dict[str, str]]:
    """Return the rows of a result file."""
    with (HERE / "results" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def percent(value: str) -> str:
    """Return a share in per cent."""
    return f"{100 * float(value):.1f} %"


def _interval(row: dict[str, str]) -> str:
    if not row["mid_low"]:
        return ""
    return f"({100 * float(row['mid_low']):.1f}-{100 * float(row['mid_high']):.1f})"


def summary() -> str:
    """Return the tables of the README."""
    exam = {row["set"]: row for row in results("exam")}
    (fast,) = (r for r in results("speed") if r["what"] == "phasewise classify" and r["table"] == "long")
    lines = [
        "| analyses of sources that the model has not seen | rows | right (95 % interval) | baseline "
        "| macro-F1 | baseline | calibration error | right rows accepted | right among accepted |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for name, title in SETS.items():
        row = exam[name]
        lines.append(
            f"| {title} | {int(row['rows']):,} | {percent(row['mid'])} {_interval(row)} "
            f"| {percent(row['baseline_mid'])} | {float(row['macro_f1']):.3f} "
            f"| {float(row['baseline_macro_f1']):.3f} | {float(row['ece']):.3f} "
            f"| {percent(row['accepted_of_right'])} | {percent(row['right_of_accepted'])} |"
        )
    lines += ["", *beside_others(exam), "", *foreign(exam)]
    lines += [
        "",
        "Another class: the published name stands for another class or for none. Another name: also what the "
        "published name does not spell, CARBONATE accepted as calcite, kyanite as Al2SiO5. mineralML by the "
        "same definitions (`benchmarks/peer.toml`). Right: the published mineral, with ilmenite, magnetite "
        "and spinel counted as one; the folds hold "
        "the table as published, a block of orthopyroxenes under wrong headers included. Intervals are over "
        "publications (GEOROC: publications or samples, LEPR: experiments); the baseline is extra-trees on "
        "the ten oxides. "
        "The stoichiometric limits were checked on all of LEPR and GEOROC, so what is accepted there is not "
        "quite blind ([how](docs/method.md)). "
        f"A CSV of {int(fast['rows']):,} analyses becomes Parquet in {float(fast['wall_ratio']):.1f} times "
        f"what pandas takes to read it ({fast['machine']}), in {int(fast['peak_mb'])} MB. Made by "
        "`benchmarks/exam.py` and `benchmarks/speed.py`; all figures: [docs/figures.md](docs/figures.md).",
    ]
    return "\n".join(lines)


def beside_others(exam: dict[str, dict[str, str]]) -> list[str]:
    """Return the table of the nearest existing package and of extra-trees beside the model."""
    peer = tomllib.loads((HERE / "peer.toml").read_text(encoding="utf-8"))
    trees = {"mid": "baseline_mid", "macro_f1": "baseline_macro_f1"}
    header = ["", "right", "macro-F1", "calibration error", "error AUROC", "right at 95 % coverage"]
    lines = [_line([*header, "wrong above .9"]), "|" + "---|" * 7]
    for name, title in (("test_lepr", "LEPR experiments"), ("test_georoc", "GEOROC")):
        row = exam[name]
        others = {
            "phasewise": row,
            peer["name"]: peer[name],
            "extra-trees": {mine: row[theirs] for mine, theirs in trees.items()},
        }
        lines += [_line([f"{title}: {who}", *_merits(figures)]) for who, figures in others.items()]
    return lines


def _merits(figures: dict[str, str]) -> list[str]:
    shares = [percent(figures[k]) if k in figures else "" for k in ("mid", "at_95_coverage")]
    numbers = [f"{float(figures[k]):.3f}" if k in figures else "" for k in ("macro_f1", "ece", "error_auroc")]
    return [shares[0], *numbers, shares[1], str(figures.get("errors_above_0.9", ""))]


def foreign(exam: dict[str, dict[str, str]]) -> list[str]:
    """Return the table of what is accepted though it is something else."""
    peer = tomllib.loads((HERE / "peer.toml").read_text(encoding="utf-8"))
    header = ["analyses of other species", "rows", "accepted as another class", "accepted under another name"]
    lines = [_line([*header, peer["name"]]), "|" + "---|" * 5]
    for name, title in FOREIGN.items():
        row = exam[name]
        shares = [percent(row[k]) for k in ("accepted_as_other_class", "wrongly_accepted")]
        theirs = peer.get(name, {}).get("wrongly_accepted")
        lines.append(
            _line([title, f"{int(row['rows']):,}", *shares, "" if theirs is None else percent(theirs)])
        )
    return lines


def _line(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


EXAM = {
    "Accuracy beside the baseline": (
        "mid mid_low mid_high baseline_mid macro_f1 baseline_macro_f1 strict coarse Amphibole_right "
        "Clinopyroxene_right"
    ),
    "Calibration": "ece error_auroc at_95_coverage errors_above_0.9",
    "Verdicts and sets": "accepted accepted_of_right right_of_accepted set_covers set_size",
    "Rows rescaled, oxides left out": (
        "same_label_times_0.7 same_label_times_1.1 mid without_Na2O without_Cr2O3_MnO_TiO2 accepted "
        "accepted_without_Na2O accepted_without_Cr2O3_MnO_TiO2"
    ),
    "Other species": (
        "accepted_as_other_class wrongly_accepted probability_above_0.9 called_mixture mixtures_named_right"
    ),
}
OTHERS = {
    "foreign_classes": "Other species by their published names",
    "mixtures": "Mixtures taken apart",
    "masks": "What the pattern of measured oxides gives away",
    "measurement_error": "An error on Na2O, unknown or stated",
    "formula_fits": "Whose stoichiometry analyses keep",
    "formulae": "Time for mineral formulae",
    "species": "Names of species",
    "speed": "Speed and memory",
}


def full_tables() -> str:
    """Return all results as tables."""
    parts = [
        "# Figures of merit",
        "",
        "Written by `python benchmarks/render.py` from `benchmarks/results/`.",
        "",
    ]
    exam = results("exam")
    for title, names in EXAM.items():
        columns = names.split()
        rows = [row for row in exam if row[columns[0]]]
        parts += [f"## {title}", "", _table(rows, ["set", "rows", *columns]), ""]
    parts += [_origin("exam", exam), ""]
    for name, title in OTHERS.items():
        rows = [row for row in results(name) if row.get("kept") != "0.0"]
        parts += [f"## {title}", "", _table(rows, [c for c in rows[0] if c not in ORIGIN]), ""]
        parts += [_origin(name, rows), ""]
    return "\n".join(parts)


def _origin(name: str, rows: list[dict[str, str]]) -> str:
    made = ", ".join(f"{c} {rows[0][c]}" for c in ORIGIN)
    return f"{made}; `benchmarks/{name}.py` says what is meant."


def _table(rows: list[dict[str, str]], columns: list[str]) -> str:
    lines = ["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]
    return "\n".join(lines + ["| " + " | ".join(row[c] for c in columns) + " |" for row in rows])


TABLES: dict[str, dict[str, Callable[[Results], str]]] = {
    "audit": render_audit.TABLES,
    "audit_figures": render_audit_figures.TABLES,
    "cascades": render_cascades.TABLES,
    "explore": render_explore.TABLES,
    "learning": render_learning.TABLES,
    "spinel": render_spinel.TABLES,
}
"""Pages of docs, and what stands between the marks in each."""


def page(name: str, text: str) -> str:
    """Return a page of docs with its tables as the results have them."""
    for mark, table in TABLES[name].items():
        begin, end = f"<!-- table: {mark} -->", f"<!-- end of table: {mark} -->"
        if text.count(begin) != 1 or text.count(end) != 1:
            raise SystemExit(f"docs/{name}.md must hold '{begin}' and '{end}' once each.")
        inner = f"{begin}\n{table(results)}\n{end}"
        text = re.sub(f"{begin}.*?{end}", lambda _, inner=inner: inner, text, flags=re.DOTALL)
    return text


def main() -> None:
    """Write the files."""
    readme = ROOT / "README.md"
    text = readme.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    readme.write_text(f"{before}{BEGIN}\n{summary()}\n{END}{after}", encoding="utf-8")
    (ROOT / "docs" / "figures.md").write_text(full_tables(), encoding="utf-8")
    for name in TABLES:
        write_page(name)


def write_page(name: str) -> None:
    """Write one page of docs alone."""
    path = ROOT / "docs" / f"{name}.md"
    path.write_text(page(name, path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
