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

BY_VERDICT = {
    "bad_analysis": "bad_analysis",
    "mixture": "mixed",
    "ambiguous": "ambiguous",
    "unknown": "ambiguous",
}


def published() -> pd.DataFrame:
    """Return the compilation as published: oxides in wt%, ``mineral``, ``reference``, ``row_id``."""
    frame = pd.read_parquet(dataset_path("cascades_published_labels")).reset_index(drop=True)
    return frame.assign(reference=frame["reference"].fillna("not stated"))


def opinions(frame: pd.DataFrame, models: Sequence[str] = tuple(MODELS)) -> dict[str, pd.DataFrame]:
    """Return what each model says of each row, without being told the label."""
    blind = frame.drop(columns=["mineral"])
    return {model: phasewise.classify(blind, model=model) for model in models}


def findings(frame: pd.DataFrame, judged: pd.DataFrame) -> pd.DataFrame:
    """Return what is found of each row: ``finding``, ``suggested_phase`` and ``reason_code``.

    Parameters
    ----------
    frame : pandas.DataFrame
        Rows with their label in ``mineral``.
    judged : pandas.DataFrame
        The same rows as `JUDGE` classifies them.

    Returns
    -------
    pandas.DataFrame
        ``finding`` is ``agree`` (accepted under its label), ``relabel`` (accepted as another phase),
        ``bad_analysis``, ``mixed`` or ``ambiguous``. ``suggested_phase`` is the most probable phase, which
        may be the label.
    """
    kinds = judged["verdict"].map(BY_VERDICT)
    same = judged["phase"] == frame["mineral"]
    found = kinds.where(kinds.notna(), same.map({True: "agree", False: "relabel"}))
    return pd.DataFrame(
        {"finding": found, "suggested_phase": judged["phase"], "reason_code": judged["reason_code"]}
    )
