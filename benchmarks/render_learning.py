"""The tables of docs/learning.md, from the results in this folder; `render.py` puts them in their places."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path

ORIGIN = ("commit", "python", "phasewise", "numpy", "pyarrow", "pandas", "machine")

Row = dict[str, str]
Results = Callable[[str], list[Row]]

NAMES = {
    "gda_shared": "Gaussians, shared covariance",
    "gda_class": "Gaussians, own covariances",
    "gda_marginal": "Gaussians, unmeasured integrated out",
    "mlp": "network",
    "ensemble": "ensemble of 5",
    "bnn_last": "Bayesian, last layer",
    "bnn_all": "Bayesian, all layers",
    "trees": "extra-trees (for comparison)",
    "default": "the model `default`",
}
SETS = {
    "test_lepr": "LEPR, test half",
    "lepr_12k": "LEPR-12k",
    "test_georoc": "GEOROC, test half",
    "test_cascades": "Cascades",
}


def percent(value: str, digits: int = 1) -> str:
    """Return a share in per cent, nothing for nothing."""
    return f"{100 * float(value):.{digits}f}" if value not in ("", "nan") else ""


def number(value: str, digits: int = 3) -> str:
    """Return a number, nothing for nothing."""
    return f"{float(value):.{digits}f}" if value not in ("", "nan") else ""


def table(header: list[str], rows: list[list[str]]) -> str:
    """Return a table in Markdown."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def nested(results: Results) -> str:
    """Return the scores by publication beside those on random folds."""
    header = ["estimator", "accuracy, % (95 % interval)", "precision", "recall", "F1", "F1 by seed"]
    header += ["ECE", "on random folds: accuracy, %", "F1"]
    rows = []
    for r in results("nested"):
        interval = f"({percent(r['accuracy_low'], 2)}-{percent(r['accuracy_high'], 2)})"
        rows.append(
            [
                NAMES[r["estimator"]],
                f"{percent(r['accuracy'], 2)} {interval}",
                *(number(r[k], 4) for k in ("precision", "recall", "f1")),
                f"{number(r['f1_lowest_seed'], 4)}-{number(r['f1_highest_seed'], 4)}",
                number(r["ece_calibrated"], 4),
                percent(r["accuracy_random_folds"], 2),
                number(r["f1_random_folds"], 4),
            ]
        )
    return table(header, rows)


def classes(results: Results) -> str:
    """Return F1 class by class, with the publications behind it."""
    shown = ["gda_class", "mlp", "ensemble", "bnn_all", "trees"]
    found = {(r["class"], r["estimator"]): r for r in results("nested_classes")}
    header = ["class", "rows", "publications", *(NAMES[e] for e in shown), "95 % interval (Bayesian)"]
    rows = []
    for name in sorted({name for name, _ in found}):
        r = found[name, "bnn_all"]
        few = f"none: {r['sources']} publications"
        interval = f"{number(r['f1_low'])}-{number(r['f1_high'])}" if r["f1_low"] not in ("", "nan") else few
        scores = [number(found[name, e]["f1"]) for e in shown]
        rows.append([name, f"{int(r['rows']):,}", r["sources"], *scores, interval])
    return table(header, rows)


def folds(results: Results) -> str:
    """Return what folds find of the classes that some folds lack."""
    shown = ["gda_class", "mlp", "bnn_all", "trees"]
    header = ["class", "fold", "rows", "left to learn from: rows", "publications"]
    header += [f"recall, {NAMES[e]}" for e in shown]
    keys = ("class", "fold", "rows", "rows_left_to_learn_from", "publications_left")
    rows = [[*(r[k] for k in keys), *(number(r[e]) for e in shown)] for r in results("nested_folds")]
    return table(header, rows)


def errors(results: Results) -> str:
    """Return the publications in which most rows of a class are mistaken."""
    rows = [
        [NAMES[r["estimator"]], r["class"], r["called"], r["publication"], f"{r['rows']} of {r['of']}"]
        for r in results("nested_errors")
        if r["estimator"] in ("gda_class", "mlp", "bnn_all", "trees")
    ]
    return table(["estimator", "class", "called", "publication", "rows"], rows)


def transfer(results: Results) -> str:
    """Return the scores on sources that no estimator has seen."""
    header = ["set", "estimator", "strict", "mid", "coarse", "macro-F1", "ECE", "Brier", "NLL"]
    header += ["error AUROC", "at 95 %", "at 90 %", "errors above .9"]
    keys = ["strict", "mid", "coarse", "macro_f1", "ece", "brier", "nll", "error_auroc"]
    keys += ["at_95_coverage", "at_90_coverage"]
    found = {(r["set"], r["model"]): r for r in results("transfer")}
    rows = []
    for name, title in SETS.items():
        for model, words in NAMES.items():
            r = found[name, model]
            wrong = f"{float(r['errors_above_0.9']):.0f}"
            rows.append([f"{title} ({int(r['rows']):,})", words, *(number(r[k]) for k in keys), wrong])
        rows += _of_peer(name, rows[-1][0], keys)
    return table(header, rows)


def _of_peer(name: str, title: str, keys: list[str]) -> list[list[str]]:
    """Return the row of the nearest existing package, as far as it was measured."""
    peer = tomllib.loads((Path(__file__).parent / "peer.toml").read_text(encoding="utf-8"))
    if name not in peer:
        return []
    found = {k: str(v) for k, v in peer[name].items()}
    return [
        [title, peer["name"], *(number(found.get(k, "")) for k in keys), found.get("errors_above_0.9", "")]
    ]


def calibration(results: Results) -> str:
    """Return what calibration does for publications that it has not seen."""
    header = ["estimator", "calibration", "ECE", "NLL", "NLL, each publication alike"]
    keys = ("ece", "nll", "nll_by_publication")
    rows = [
        [NAMES[r["estimator"]], r["calibration"], *(number(r[k], 4) for k in keys)]
        for r in results("calibration")
        if r["estimator"] in ("gda_class", "mlp", "bnn_all", "trees")
    ]
    return table(header, rows)


def sets(results: Results) -> str:
    """Return the coverage of conformal sets by class."""
    found = {(r["class"], r["estimator"]): r for r in results("conformal")}
    shown = ["gda_class", "mlp", "bnn_all"]
    header = ["class", "publications"]
    header += [f"{NAMES[e]}: {what}" for e in shown for what in ("coverage, %", "mean size")]
    names = ["all", *sorted({name for name, _ in found} - {"all"})]
    rows = []
    for name in names:
        parts = [found[name, e] for e in shown]
        cells = [c for p in parts for c in (percent(p["coverage"], 2), number(p["mean_size"]))]
        rows.append([name, parts[0]["publications"], *cells])
    return table(header, rows)


def cutoffs(results: Results) -> str:
    """Return what cut-offs of the uncertainty leave on test halves."""
    header = ["set", "estimator", "chosen on", "cut-off, nats", "accepted, %", "wrong among them, %"]
    rows = []
    for r in results("transfer"):
        if r["model"] in ("bnn_all", "bnn_last", "ensemble") and r["set"] in ("test_lepr", "test_georoc"):
            for where, words in (("folds", "publications"), ("dev", "the other half of the source")):
                cutoff = r[f"cutoff_{where}"]
                none = "none for a seed" if cutoff == "-inf" else number(cutoff, 2)
                cells = [none, percent(r[f"accepted_{where}"])]
                cells.append(percent(r[f"wrong_{where}"], 2))
                rows.append([SETS[r["set"]], NAMES[r["model"]], words, *cells])
    return table(header, rows)


def speed(results: Results) -> str:
    """Return speed of the closed form and its agreement with Monte Carlo."""
    found = results("bayesian_speed")
    columns = [c for c in found[0] if c not in ORIGIN]
    return table(columns, [[r[c] for c in columns] for r in found])


def mixed(results: Results) -> str:
    """Return what mixed rows in training do."""
    header = ["set", "estimator", "part of the rows mixed", "mid", "macro-F1", "ECE", "NLL", "error AUROC"]
    keys = ("mid", "macro_f1", "ece", "nll", "error_auroc")
    rows = [
        [
            r["set"],
            NAMES[r["model"]],
            r["mixup"],
            *(number(r[k]) for k in keys),
            f"{float(r['errors_above_0.9']):.0f}",
        ]
        for r in results("mixup")
    ]
    return table([*header, "errors above .9"], rows)


def missing(results: Results) -> str:
    """Return accuracy with oxides left out."""
    found = results("missing_oxides")
    models = [c for c in found[0] if c not in ("set", "oxides", "judged", *ORIGIN)]
    rows = [[r["set"], r["oxides"], *(number(r[m]) for m in models)] for r in found]
    return table(["set", "oxides", *models], rows)


TABLES: dict[str, Callable[[Results], str]] = {
    "nested": nested,
    "classes": classes,
    "folds": folds,
    "errors": errors,
    "transfer": transfer,
    "calibration": calibration,
    "sets": sets,
    "cutoffs": cutoffs,
    "speed": speed,
    "mixed": mixed,
    "missing": missing,
}
