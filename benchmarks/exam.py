"""How often the default model is right on sources that it has not seen, and what it refuses.

Levels: strict = the 17 minerals and glass; mid = ilmenite, magnetite and spinel as one; coarse = also both
pyroxenes and both feldspars as one. Macro-F1 at mid, over true classes with at least 20 rows. Every set is
scored by a model that has not seen its source: the folds by the siblings without them, LEPR by the one
without experiments, GEOROC by the one without GEOROC; the Cascades compilation, which is in no training, by
the model itself. Mixtures and random compositions are made anew and judged by the model itself, too; it
has learnt from the pure analyses that the mixtures are made of. Intervals are over resampled sources. The
baseline is scikit-learn's extra-trees on the ten oxides in wt%, trained on the clean published rows of the
17 minerals and glass.

Foreign rows are those of other species than the 17. ``wrongly_accepted`` counts accepted rows under another
name than the published one; ``accepted_as_other_class`` those whose published name stands for another
class, or for none, of the model: CARBONATE accepted as calcite and ferropericlase accepted as periclase
count in the first only. `foreign_classes.csv` holds the outcome by published name.

    python benchmarks/exam.py RUN      RUN = folder of `phasewise train default --out RUN`
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.ensemble import ExtraTreesClassifier

import phasewise
from exam_sets import FAMILIES, OXIDES, PHASES, SAME, TEN, exam_sets
from phasewise.chem.minerals import load_minerals
from phasewise.chem.names import canonical_phase
from phasewise.compositions.training.assemble import stoichiometric_tests
from phasewise.compositions.training.clean import clean
from phasewise.compositions.training.tables import Table, glasses, training_minerals
from phasewise.learn.scores import accuracy_at_coverage, error_auroc, reliability, source_interval
from provenance import write_results

SCALES = (0.7, 1.1)
LEFT_OUT = {"without_Na2O": ["Na2O"], "without_Cr2O3_MnO_TiO2": ["Cr2O3", "MnO", "TiO2"]}


def levels(names: pd.Series) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Return names at the levels strict, mid and coarse."""
    strict = names.replace(SAME)
    mid = strict.replace(OXIDES)
    return strict, mid, mid.replace(FAMILIES)


def classified(frame: pd.DataFrame, model: Path) -> pd.DataFrame:
    """Return a set with its results."""
    return phasewise.classify(frame, model=model)


def macro_f1(predicted: np.ndarray, truth: np.ndarray) -> float:
    """Return the mean F1 over true classes with at least 20 rows."""
    names, counts = np.unique(truth.astype(str), return_counts=True)
    scores = []
    for name in names[counts >= 20]:
        called, true = predicted == name, truth == name
        scores.append(2 * (called & true).sum() / max(1, called.sum() + true.sum()))
    return float(np.mean(scores))


def known_scores(result: pd.DataFrame) -> dict[str, float]:
    """Return the scores on rows of covered phases."""
    pairs = list(zip(levels(result["phase"]), levels(result["truth"]), strict=True))
    right = (pairs[1][0] == pairs[1][1]).to_numpy()
    p = result["probability"].fillna(0).to_numpy()
    accepted = result["verdict"].eq("accepted").to_numpy()
    sets = result["prediction_set"].fillna("").str.split("|")
    covered = [t in s for t, s in zip(levels(result["truth"])[0], sets, strict=True)]
    return {
        **interval(right, result["source"]),
        "strict": (pairs[0][0] == pairs[0][1]).mean(),
        "mid": right.mean(),
        "coarse": (pairs[2][0] == pairs[2][1]).mean(),
        "macro_f1": macro_f1(pairs[1][0].to_numpy(), pairs[1][1].to_numpy()),
        **{f"{name}_right": recall(right, pairs[1][1], name) for name in ("Amphibole", "Clinopyroxene")},
        "ece": reliability(p, right).error,
        "error_auroc": error_auroc(p, right),
        "at_95_coverage": accuracy_at_coverage(p, right, 0.95),
        "errors_above_0.9": int(((p > 0.9) & ~right).sum()),
        "accepted": accepted.mean(),
        "accepted_of_right": accepted[right].mean(),
        "right_of_accepted": right[accepted].mean(),
        "set_covers": float(np.mean(covered)),
        "set_size": sets.str.len().mean(),
    }


def recall(right: np.ndarray, truth: pd.Series, name: str) -> float:
    """Return the share of the rows of a mineral that are right, NaN where there are none."""
    rows = (truth == name).to_numpy()
    return float(right[rows].mean()) if rows.any() else float("nan")


def interval(right: np.ndarray, source: pd.Series) -> dict[str, float]:
    """Return the 95 % interval of the share of right rows at level mid."""
    found = source_interval(right, source.to_numpy())
    return {} if found is None else {"mid_low": found[0], "mid_high": found[1]}


def judge_of(run: Path, name: str) -> Path:
    """Return the model that has not seen the source of a set."""
    if name.startswith("fold"):
        return run / "siblings" / name
    for source, sibling in (("lepr", "experiments"), ("georoc", "georoc")):
        if source in name:
            return run / "siblings" / sibling
    return run


def shipped_judge_of(name: str) -> str:
    """Return the model of the zoo that has not seen the source of a set; none has of the folds."""
    path = judge_of(Path(), name)
    return "default" if path == Path() else f"default_without_{path.name}"


class Baseline:
    """Extra-trees on ten oxides in wt%, one for each fold that is left out (-1: none)."""

    def __init__(self) -> None:
        tests = stoichiometric_tests(PHASES)
        parts = [clean(table, load_minerals(), tests).kept for table in (training_minerals(), glasses())]
        self.table = Table.join(parts)
        self.trees: dict[int, ExtraTreesClassifier] = {}
        self.predicted: dict[int, np.ndarray] = {}

    def scores(self, frame: pd.DataFrame, fold: int) -> dict[str, float]:
        """Return the scores on a set by trees that have not seen the fold."""
        if fold not in self.trees:
            seen = self.table.take(np.flatnonzero(self.table.fold != fold))
            trees = ExtraTreesClassifier(200, min_samples_leaf=2, n_jobs=2, random_state=0)
            x = np.nan_to_num(seen.values[:, : len(TEN)])
            self.trees[fold] = trees.fit(x, seen.label.astype(str))
        self.predicted[fold] = self.trees[fold].predict(frame.reindex(columns=TEN).fillna(0).to_numpy())
        return agreement(self.predicted[fold], frame["truth"])


def agreement(called: np.ndarray, truth: pd.Series) -> dict[str, float]:
    """Return the baseline's share of right rows and macro-F1 at level mid."""
    a, b = (levels(pd.Series(np.asarray(names, dtype=object)))[1] for names in (called, truth))
    f1 = macro_f1(a.to_numpy(), b.to_numpy())
    return {"baseline_mid": float((a == b).mean()), "baseline_macro_f1": f1}


def foreign_scores(result: pd.DataFrame) -> dict[str, float]:
    """Return the scores on rows of other species than the 17 minerals."""
    accepted = result["verdict"].eq("accepted")
    name = published_name(result["truth"])
    wrong = result["phase"].astype(str) != name.str.partition(" ")[0].str.capitalize()
    other = ~same_mineral(name, result["phase"])
    mixed = result[result["verdict"].eq("mixture") & result["truth"].str.contains(" + ", regex=False)]
    pairs = [
        {a, b} == set(t.split(" + ")) for a, b, t in mixed[["phase", "second_phase", "truth"]].to_numpy()
    ]
    return {
        "wrongly_accepted": (accepted & wrong).mean(),
        "accepted_as_other_class": (accepted & other).mean(),
        "probability_above_0.9": ((result["probability"] > 0.9) & wrong).mean(),
        "called_mixture": result["verdict"].eq("mixture").mean(),
        **({"mixtures_named_right": float(np.mean(pairs))} if pairs else {}),
    }


def published_name(truth: pd.Series) -> pd.Series:
    """Return the names of species as they were published."""
    return truth.astype(str).str.removeprefix("other:")


def same_mineral(names: pd.Series, phase: pd.Series) -> pd.Series:
    """Return whether published names stand for the phase, or for a group of minerals that holds it."""
    minerals = load_minerals()
    groups = phase.map(lambda p: minerals[p].group if p in minerals else "")
    of_group = names.str.lower() == groups
    return (names.map(class_of) == phase) | of_group


def class_of(name: str) -> str | None:
    """Return the class that a published name stands for: TITANITE (SPHENE) is titanite."""
    return canonical_phase(name) or canonical_phase(name.partition(" ")[0])


def by_published_name(name: str, result: pd.DataFrame) -> list[dict[str, Any]]:
    """Return what became of the rows of each published name."""
    names = published_name(result["truth"])
    same = same_mineral(names, result["phase"])
    accepted = result["verdict"].eq("accepted")
    return [
        {
            "set": name,
            "published": published,
            "class": class_of(published) or "",
            "rows": len(rows),
            "named_so": same[rows].mean(),
            "accepted": accepted[rows].mean(),
            "accepted_as_other_class": (accepted & ~same)[rows].mean(),
        }
        for published, rows in result.groupby(names).groups.items()
    ]


def changed_scores(frame: pd.DataFrame, result: pd.DataFrame, model: Path) -> dict[str, float]:
    """Return how labels hold when rows are rescaled, and accuracy when oxides are left out."""
    oxides = [c for c in frame if c not in ("truth", "source")]
    scores = {}
    for scale in SCALES:
        scaled = classified(frame.assign(**{c: frame[c] * scale for c in oxides}), model)
        scores[f"same_label_times_{scale}"] = (scaled["phase"] == result["phase"]).mean()
    for name, left_out in LEFT_OUT.items():
        less = classified(frame.drop(columns=[c for c in left_out if c in frame]), model)
        right = levels(less["phase"])[1] == levels(less["truth"])[1]
        scores[name] = right.mean()
        scores[f"accepted_{name}"] = less["verdict"].eq("accepted").mean()
    return scores


def main() -> None:
    """Score all sets and write the figures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("run", type=Path)
    run = parser.parse_args().run
    rows: list[dict[str, Any]] = []
    baseline = Baseline()
    pooled: list[pd.DataFrame] = []
    species: list[dict[str, Any]] = []
    for name, frame in exam_sets():
        model = judge_of(run, name)
        result = classified(frame, model)
        if name.startswith("foreign"):
            scores = foreign_scores(result)
            species += by_published_name(name, result) if name.endswith(("georoc", "lepr")) else []
        else:
            fold = int(name[-1]) if name.startswith("fold") else -1
            scores = known_scores(result) | baseline.scores(frame, fold)
            scores |= changed_scores(frame, result, model)
        if name.startswith("fold"):
            pooled.append(result)
        rows.append({"set": name, "rows": len(frame), **scores})
    everything = pd.concat(pooled)
    called = np.concatenate([baseline.predicted[k] for k in range(5)])
    pooled_scores = known_scores(everything) | agreement(called, everything["truth"])
    rows.append({"set": "folds_pooled", "rows": len(everything), **pooled_scores})
    names = list(dict.fromkeys(key for row in rows for key in row))
    full = [{k: _rounded(row.get(k, "")) for k in names} for row in rows]
    print(pd.DataFrame(full).set_index("set").T.to_string())
    print(f"Written: {write_results('exam', full)}")
    species = [{k: _rounded(v) for k, v in row.items()} for row in species]
    print(f"Written: {write_results('foreign_classes', species)}")


def _rounded(value: Any) -> Any:
    return round(float(value), 4) if isinstance(value, float | np.floating) else value


if __name__ == "__main__":
    main()
