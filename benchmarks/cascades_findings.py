"""What three models say of the Cascades clinopyroxenes and amphiboles, and what is found of each row."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

import phasewise
from phasewise.core.data import dataset_path

__all__ = ["JUDGE", "MODELS", "findings", "opinions", "published"]

MODELS = {
    "ten_oxides_gda": "Gaussian discriminant analysis",
    "ten_oxides_mlp": "network",
    "default": "default",
}
JUDGE = "default"
"""The model that findings rest on; the Cascades are in the training of none."""


def published() -> pd.DataFrame:
    """Return the compilation as published: oxides in wt%, ``mineral``, ``reference``, ``row_id``."""
    frame = pd.read_parquet(dataset_path("cascades_published_labels")).reset_index(drop=True)
    return frame.assign(reference=frame["reference"].fillna("not stated"))


def opinions(frame: pd.DataFrame, models: Sequence[str] = tuple(MODELS)) -> dict[str, pd.DataFrame]:
    """Return what each model says of each row, without being told the label."""
    blind = frame.drop(columns=["mineral"])
    return {model: phasewise.classify(blind, model=model) for model in models}


def findings(frame: pd.DataFrame) -> pd.DataFrame:
    """Return what the audit finds of each row: ``finding``, ``suggested_phase`` and ``reason_code``.

    Parameters
    ----------
    frame : pandas.DataFrame
        Rows with their label in ``mineral`` and their publication in ``reference``.

    Returns
    -------
    pandas.DataFrame
        ``suggested_phase`` is the most probable phase, which may be the label. ``reason_code`` is that of the
        model, or the kind of the first block whose error the row shares.
    """
    found = phasewise.audit(frame, label="mineral", source="reference", sample="sample", model=JUDGE)
    rows, kinds = found.rows, dict(zip(found.blocks["block"], found.blocks["kind"], strict=True))
    first = rows["blocks"].fillna("").str.partition("|")[0].map(kinds)
    flagged = first.notna() & (rows["finding"] != "agree")
    return pd.DataFrame(
        {
            "finding": rows["finding"],
            "suggested_phase": rows["suggested_phase"].fillna(rows["phase"]),
            "reason_code": rows["reason_code"].where(~flagged, first),
        }
    )
