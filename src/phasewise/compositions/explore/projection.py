"""Other maps than the model's: they depend on the table, so that a row has another place in every table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from phasewise.core.errors import PhasewiseError

if TYPE_CHECKING:
    from phasewise.core.types import FloatArray

__all__ = ["MAPS", "MapKind", "project"]

MapKind = Literal["autoencoder", "pca", "umap"]

MAPS: dict[MapKind, str] = {
    "autoencoder": "the model's autoencoder",
    "pca": "the first two principal components of the latent coordinates in this table",
    "umap": "UMAP of the latent coordinates in this table",
}

MOST_FITTED = 20_000
"""Rows that UMAP learns from, at most; all others are placed among them."""


def project(kind: MapKind, latent: FloatArray, seed: int) -> FloatArray:
    """Return a map (n, 2) of latent coordinates (n, k); NaN stays NaN.

    Raises
    ------
    PhasewiseError
        If umap-learn is wanted and absent.
    """
    out = np.full((len(latent), 2), np.nan)
    there = np.flatnonzero(np.isfinite(latent).all(axis=1))
    if kind == "pca":
        out[there] = _principal(latent[there])
    elif len(there):
        few = np.sort(np.random.default_rng(seed).permutation(there)[:MOST_FITTED])
        out[there] = _umap(latent[few], latent[there], seed)
    return out


def _principal(latent: FloatArray) -> FloatArray:
    centred = latent - (latent.mean(axis=0) if len(latent) else 0.0)
    _, axes = np.linalg.eigh(centred.T @ centred)
    axes = axes[:, :-3:-1]
    # The sign of a principal axis is arbitrary: its largest part points up.
    axes = axes * np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(2)])
    return np.asarray(centred @ axes)


def _umap(fitted: FloatArray, latent: FloatArray, seed: int) -> FloatArray:
    try:
        from umap import UMAP
    except ImportError as error:
        raise PhasewiseError(
            "This map needs umap-learn. Install it with: pip install 'phasewise[umap]'"
        ) from error
    return np.asarray(UMAP(random_state=seed, n_jobs=1).fit(fitted).transform(latent), dtype=np.float64)
