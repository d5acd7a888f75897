"""Writes the figures of merit into README.md and docs/figures.md, from the results in this folder.

python benchmarks/render.py
"""

from __future__ import annotations

import csv
from pathlib import Path

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
    "foreign_georoc": "GEOROC species outside the classes",
    "foreign_lepr": "LEPR phases outside the classes",
    "foreign_mixtures": "30-70 % mixtures of two minerals",
    "foreign_random": "random compositions",
}


def results(name: str) -> list[dict[str, str]]:
    """Return the rows of a result file."""
    with (HERE / "results" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def percent(value: str) -> str:
    """Return a share in per cent."""
    return f"{100 * float(value):.1f} %"


def summary() -> str:
    """Return the tables of the README."""
    exam = {row["set"]: row for row in results("exam")}
    speed = {row["what"]: row for row in results("speed")}
    lines = [
        "| analyses of sources that the model has not seen | rows | right | macro-F1 | calibration error"
        " | right rows accepted | right among accepted |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, title in SETS.items():
        row = exam[name]
        lines.append(
            f"| {title} | {int(row['rows']):,} | {percent(row['mid'])} | {float(row['macro_f1']):.3f} "
            f"| {float(row['ece']):.3f} | {percent(row['accepted_of_right'])} "
            f"| {percent(row['right_of_accepted'])} |"
        )
    lines += ["", "| analyses that are none of the phases | rows | wrongly accepted |", "|---|---|---|"]
    lines += [
        f"| {title} | {int(exam[name]['rows']):,} | {percent(exam[name]['wrongly_accepted'])} |"
        for name, title in FOREIGN.items()
    ]
    fast = next(row for what, row in speed.items() if what.startswith("phasewise classify"))
    lines += [
        "",
        "Right: the published mineral, with ilmenite, magnetite and spinel counted as one; the folds hold "
        "the table as published, a block of orthopyroxenes under wrong headers included. "
        f"A CSV of {int(fast['rows']):,} analyses becomes Parquet in {float(fast['wall_ratio']):.1f} times "
        f"what pandas takes to read it ({fast['machine']}), in {int(fast['peak_mb'])} MB. Made by "
        "`benchmarks/exam.py` and `benchmarks/speed.py`; all figures: [docs/figures.md](docs/figures.md).",
    ]
    return "\n".join(lines)


def full_tables() -> str:
    """Return all results as tables."""
    parts = [
        "# Figures of merit",
        "",
        "Written by `python benchmarks/render.py` from `benchmarks/results/`.",
        "",
    ]
    for name, title in {
        "exam": "The exam of compositions",
        "mixtures": "Mixtures taken apart",
        "masks": "What the pattern of measured oxides gives away",
        "speed": "Speed and memory",
    }.items():
        rows = results(name)
        proof = ("commit", "python", "phasewise", "numpy", "pyarrow", "pandas", "machine")
        columns = [c for c in rows[0] if c not in proof]
        parts += [f"## {title}", "", _table(rows, columns), ""]
        parts += [
            f"{', '.join(f'{c} {rows[0][c]}' for c in proof)}; `benchmarks/{name}.py` says what is meant.",
            "",
        ]
    return "\n".join(parts)


def _table(rows: list[dict[str, str]], columns: list[str]) -> str:
    if len(columns) > 8:
        named = [{"figure": c} | {row[columns[0]]: row[c] for row in rows} for c in columns[1:]]
        return _table(named, list(named[0]))
    lines = ["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]
    return "\n".join(lines + ["| " + " | ".join(row[c] for c in columns) + " |" for row in rows])


def main() -> None:
    """Write both files."""
    readme = ROOT / "README.md"
    text = readme.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    readme.write_text(f"{before}{BEGIN}\n{summary()}\n{END}{after}", encoding="utf-8")
    (ROOT / "docs" / "figures.md").write_text(full_tables(), encoding="utf-8")


if __name__ == "__main__":
    main()
