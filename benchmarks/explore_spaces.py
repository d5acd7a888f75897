"""The coordinates in which clusters are looked for: the explorer's, and those that it has to beat.

All are fitted to the same rows of publications, spread over them as those of the explorer. Where an oxide was
not measured, raw coordinates hold 0. What is fitted:

- ``explorer``: the view ``clusters`` of the recipe ``explorer``, publications and simulated solid solutions.
- ``explorer, nothing simulated``: the same, publications alone.
- ``structural sums``: what that view has to restore, worked out from the analysis without a network.
- ``cations``: cations on 24 oxygens.
- ``oxides``: the ten oxides in wt%.
- ``oxides, standardised``: of mean 0 and standard deviation 1.
- ``PCA of oxides``, ``PCA of cations``: eight principal components, of standardised columns.
- ``plain autoencoder``: recipe ``explorer_ten_oxides``, two coordinates.
- ``UMAP, 2-D`` and ``8-D``: of standardised oxides, 30 neighbours and no least distance, as its documentation
  advises for clusters; fitted to as many rows as clusters are. Runs where `umap` can be imported
  (``pip install 'phasewise[umap]'``).
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator

import numpy as np
from sklearn.decomposition import PCA
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from phasewise.compositions.explore.explorer import View
from phasewise.compositions.explore.structure import RESTORED, cations, oxides
from phasewise.compositions.features import closed_cations
from phasewise.compositions.training.explorer_recipe import read_explorer
from phasewise.compositions.training.tables import Table
from phasewise.compositions.training.train_explorer import spread_over_sources, train_view, with_simulated
from phasewise.core.types import FloatArray, IntArray
from phasewise.learn.density import MOST_FITTED, spread

__all__ = [
    "ABLATIONS",
    "EXPLORER",
    "RAW",
    "STANDARDISED",
    "Space",
    "clusters_view",
    "codes",
    "learned_from",
    "map_view",
    "of_finite",
    "plain_view",
    "spaces",
    "umap_of",
]

Space = Callable[[FloatArray], FloatArray]
"""From analyses (n, len(INPUTS)) in wt% to coordinates (n, k), NaN for a row without a place."""

EXPLORER, RAW, STANDARDISED = "explorer", "oxides", "oxides, standardised"
ABLATIONS = ("explorer, nothing simulated", "structural sums", "cations")
"""They say what the parts of the explorer are worth; they are no methods that anyone uses."""

COMPONENTS = 8
UMAP = {"n_neighbors": 30, "min_dist": 0.0}


def codes(table: Table) -> IntArray:
    """Return the source of each row as a number."""
    _, code = np.unique(table.source.astype(str), return_inverse=True)
    return np.asarray(code)


def learned_from(table: Table, seed: int, *, simulated: bool = True) -> FloatArray:
    """Return the rows that the explorer learns from: those of a table, spread, and simulated ones."""
    recipe = read_explorer("explorer")
    values = spread_over_sources(table, recipe.most_of_source, np.random.default_rng(seed)).values
    return with_simulated(values, recipe) if simulated else values


def clusters_view(values: FloatArray, seed: int) -> View:
    return train_view(read_explorer("explorer").views["clusters"], values, seed)


def map_view(values: FloatArray, seed: int) -> View:
    return train_view(read_explorer("explorer").views["map"], values, seed)


def plain_view(table: Table, seed: int) -> View:
    """Return the autoencoder from ten oxides to two coordinates, trained on all distinct rows of a table."""
    recipe = read_explorer("explorer_ten_oxides")
    values = spread_over_sources(table, recipe.most_of_source, np.random.default_rng(seed)).values
    return train_view(recipe.views["map"], values, seed)


def spaces(table: Table, seed: int) -> Iterator[tuple[str, Space]]:
    """Yield the coordinates fitted to a table, by name."""
    published = learned_from(table, seed, simulated=False)
    yield EXPLORER, clusters_view(learned_from(table, seed), seed).positions
    yield ABLATIONS[0], clusters_view(published, seed).positions
    yield ABLATIONS[1], RESTORED["structure"]
    yield ABLATIONS[2], cations
    yield RAW, oxides
    yield STANDARDISED, of_finite(make_pipeline(StandardScaler()).fit(oxides(published)), oxides)
    for name, seen in (("oxides", oxides), ("cations", closed_cations)):
        fitted = make_pipeline(StandardScaler(), PCA(COMPONENTS, random_state=seed)).fit(seen(published))
        yield f"PCA of {name}", of_finite(fitted, seen)
    yield "plain autoencoder", plain_view(table, seed).positions
    if importlib.util.find_spec("umap") is not None:
        for size in (2, COMPONENTS):
            yield f"UMAP, {size}-D", umap_of(table, size, seed)


def of_finite(fitted: Pipeline, seen: Space) -> Space:
    """Return what a fitted transformer makes of what it sees, NaN for rows in which that is not finite."""

    def placed(values: FloatArray) -> FloatArray:
        x = seen(values)
        there = np.isfinite(x).all(axis=1)
        some = np.asarray(fitted.transform(x[there]), dtype=np.float64)
        out = np.full((len(x), some.shape[1]), np.nan)
        out[there] = some
        return out

    return placed


def umap_of(table: Table, size: int, seed: int) -> Space:
    """Return UMAP coordinates of standardised oxides, fitted to rows spread over the sources."""
    import umap

    rows = spread(codes(table), MOST_FITTED["hdbscan"], np.random.default_rng(seed))
    reduced = umap.UMAP(n_components=size, random_state=seed, **UMAP)
    return of_finite(make_pipeline(StandardScaler(), reduced).fit(oxides(table.values[rows])), oxides)
