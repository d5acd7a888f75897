"""What an error on Na2O does to clinopyroxene and amphibole, with its size unknown to phasewise and stated.

Published analyses are taken as true and measured anew: Na2O gets a normal error of 10 to 40 % of its value
(one standard deviation), twenty times a row. The default model judges them once as they are and once with
that standard deviation beside them; probabilities are those of `phasewise.classify`. Compared are the label
with that of the undisturbed row, and accuracy and probability with the published mineral.

    python benchmarks/measurement_error.py
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from tqdm import tqdm

from exam import shipped_judge_of
from exam_sets import TEN, exam_sets
from phasewise.compositions.judge import predict
from phasewise.compositions.load import load_model
from phasewise.core.types import VERDICTS, Analyses, FloatArray, Prediction
from phasewise.learn.scores import score
from provenance import write_results

SETS = ("test_cascades", "dev_lepr")
MINERALS = ("Clinopyroxene", "Amphibole")
LEVELS = (0.1, 0.2, 0.3, 0.4)
DRAWS = 20
SODA = TEN.index("Na2O")


def judged(name: str, values: FloatArray, sigma: FloatArray | None = None) -> Prediction:
    """Return what the default model says of the ten oxides, by the sibling that has not seen the set."""
    return predict(
        Analyses(values, tuple(TEN), np.zeros(values.shape, dtype=bool), sigma),
        load_model(shipped_judge_of(name)),
    )


def scores(found: Prediction, before: Prediction, frame: pd.DataFrame) -> dict[str, float]:
    """Return how right and how sure the results are, and how many labels differ from those before."""
    truth = np.array([found.phases.index(name) for name in frame["truth"]])
    right, accepted = found.phase == truth, found.verdict == VERDICTS.index("accepted")
    p = np.nan_to_num(found.probabilities)
    scored = score(p, truth, frame["source"].to_numpy())
    return {
        "labels_changed": float((found.phase != before.phase).mean()),
        "accuracy": float(right.mean()),
        **{f"{name}_right": float(right[frame["truth"] == name].mean()) for name in MINERALS},
        "mean_probability": float(p.max(axis=1).mean()),
        "ece": scored.ece,
        "nll": scored.nll,
        "brier": scored.brier,
        "accepted": float(accepted.mean()),
        "wrong_and_accepted": float((accepted & ~right).mean()),
    }


def main() -> None:
    """Disturb, judge and score the sets, and write the figures."""
    sets = {name: frame for name, frame in exam_sets() if name in SETS}
    rows: list[dict[str, Any]] = []
    for name, frame in sets.items():
        frame = frame[frame["truth"].isin(MINERALS) & frame["Na2O"].notna()].reset_index(drop=True)
        published = frame[TEN].to_numpy(dtype=float)
        origin = {"set": name, "rows": len(frame)}
        before = judged(name, published.copy())
        rows.append({**origin, "na2o_error": 0.0, "sigma": "", "draws": 1, **scores(before, before, frame)})
        rng = np.random.default_rng(0)
        many = pd.concat([frame] * DRAWS, ignore_index=True)
        true = np.tile(published, (DRAWS, 1))
        before = judged(name, true.copy())
        for level in tqdm(LEVELS, desc=name):
            sigma = np.full(true.shape, np.nan)
            sigma[:, SODA] = level * true[:, SODA]
            measured = true.copy()
            measured[:, SODA] += sigma[:, SODA] * rng.standard_normal(len(true))
            for told, given in {"unknown": None, "stated": sigma}.items():
                found = scores(judged(name, measured.copy(), given), before, many)
                rows.append({**origin, "na2o_error": level, "sigma": told, "draws": DRAWS, **found})
    results = [{k: round(v, 4) if isinstance(v, float) else v for k, v in row.items()} for row in rows]
    print(pd.DataFrame(results).to_string())
    print(f"Written: {write_results('measurement_error', results)}")


if __name__ == "__main__":
    main()
