"""Models that place analyses: one autoencoder for maps, one for clusters."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from phasewise.compositions.explore.rows import Places
from phasewise.compositions.explore.structure import RESTORED, SIGHTS
from phasewise.compositions.features import INPUTS
from phasewise.core.errors import ModelError
from phasewise.core.threads import side_by_side
from phasewise.infer.autoencoder import Autoencoder
from phasewise.infer.bundle import Bundle, load_bundle, models_of_the_zoo
from phasewise.infer.clusters import DensityClusters

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from phasewise.core.types import FloatArray

__all__ = ["TASK", "Explorer", "KnownClusters", "View", "load_explorer", "to_arrays"]

TASK = "places of compositions"

CHUNK_ROWS = 8192


@dataclass(frozen=True, eq=False)
class View:
    """An autoencoder with what it looks at and what it restores.

    Attributes
    ----------
    network : Autoencoder
    sight : str
        What it looks at, a key of `SIGHTS`.
    target : str
        What it restores, a key of `RESTORED`.
    isometric : bool
        Whether distances between latent coordinates are those of the target.
    """

    network: Autoencoder
    sight: str
    target: str
    isometric: bool

    def latent(self, values: FloatArray) -> FloatArray:
        """Return the latent coordinates (n, k) of analyses (n, len(INPUTS)) in wt%."""
        return self.network.encode(SIGHTS[self.sight](values))

    def unexplained(self, values: FloatArray, latent: FloatArray) -> FloatArray:
        """Return how far (n,) what is restored from latent coordinates lies from the target."""
        off = self.network.decode(latent) - RESTORED[self.target](values)
        return np.asarray(np.sqrt(np.einsum("nq,nq->n", off, off)))

    def positions(self, values: FloatArray) -> FloatArray:
        """Return the coordinates in which clusters are found.

        Returns
        -------
        (n, k) or (n, k + 1) float64
            The latent coordinates; of an isometric view also, at a right angle to them and in the same unit,
            how much of the analysis they leave unexplained: what is like nothing that the network has learned
            lies apart from everything.
        """
        latent = self.latent(values)
        if not self.isometric:
            return latent
        return np.concatenate([latent, self.unexplained(values, latent)[:, None]], axis=1)


@dataclass(frozen=True, eq=False)
class KnownClusters:
    """Clusters that were found before, with the names that they got then.

    Attributes
    ----------
    density : DensityClusters
        In the latent space of the model.
    names : tuple of str
        One a cluster.
    settings : mapping of str to str
        How they were found, in words.
    """

    density: DensityClusters
    names: tuple[str, ...]
    settings: Mapping[str, str]


@dataclass(frozen=True, eq=False)
class Explorer:
    """Places analyses, each at the same place whatever the others are.

    Attributes
    ----------
    name : str
        The name in its card.
    map : View
        With two latent coordinates, to be drawn.
    clusters : View
        In whose latent space clusters are found.
    card : mapping
        The content of ``card.toml``.
    known : KnownClusters or None
        Clusters that come with it; None before any were found.
    """

    name: str
    map: View
    clusters: View
    card: Mapping[str, Any]
    known: KnownClusters | None = None

    def places(self, values: FloatArray) -> Places:
        """Return the places of analyses (n, len(INPUTS)) in wt%, NaN where not measured."""
        pieces = (values[k : k + CHUNK_ROWS] for k in range(0, len(values) or 1, CHUNK_ROWS))
        parts = [part for _, part in side_by_side(self._places, pieces)]
        return Places(np.concatenate([p.map for p in parts]), np.concatenate([p.latent for p in parts]))

    def _places(self, values: FloatArray) -> Places:
        return Places(self.map.latent(values), self.clusters.positions(values))


def to_arrays(explorer: Explorer) -> dict[str, FloatArray]:
    """Return the weights, and the clusters if there are any, under the names that `load_explorer` reads."""
    networks = {
        explorer.card["views"][part]["network"]: getattr(explorer, part) for part in ("map", "clusters")
    }
    arrays: dict[str, FloatArray] = {}
    for name, view in networks.items():
        arrays |= view.network.to_arrays(name)
    return arrays | (explorer.known.density.to_arrays() if explorer.known else {})


def load_explorer(name: str | Path = "explorer") -> Explorer:
    """Return a model of the zoo by its name, or one in a folder by its path.

    Raises
    ------
    ModelError
        If there is no such model, or it is damaged or made for something else.
    """
    return _shipped(name) if name in models_of_the_zoo() else _from_bundle(load_bundle(name))


@cache
def _shipped(name: str | Path) -> Explorer:
    return _from_bundle(load_bundle(name))


def _from_bundle(bundle: Bundle) -> Explorer:
    card = bundle.card
    if card["task"] != TASK:
        raise ModelError(
            f"Model '{card['name']}' is for another task: {card['task']!r}, not {TASK!r}. To explore, take "
            "'explorer', or a folder that phasewise train explorer has written."
        )
    if tuple(card["inputs"]["columns"]) != INPUTS:
        raise ModelError(
            f"Model '{card['name']}' was trained on other inputs than this phasewise makes. Train it again."
        )
    try:
        drawn, clustered = (_view(bundle, part) for part in ("map", "clusters"))
        known = _known(bundle, clustered)
    except (KeyError, ValueError) as error:
        raise ModelError(f"Model '{card['name']}' is damaged: {error}. Train it again.") from error
    return Explorer(card["name"], drawn, clustered, card, known)


def _view(bundle: Bundle, part: str) -> View:
    entry = bundle.card["views"][part]
    network = Autoencoder.from_arrays(bundle.arrays, entry["network"])
    if network.size != entry["latent"] or entry["sight"] not in SIGHTS or entry["target"] not in RESTORED:
        raise ValueError(f"its card does not describe the view {part!r}")
    return View(network, entry["sight"], entry["target"], bool(entry["isometric"]))


def _known(bundle: Bundle, view: View) -> KnownClusters | None:
    entry = bundle.card.get("clusters")
    if entry is None:
        return None
    density, names = DensityClusters.from_arrays(bundle.arrays), tuple(map(str, entry["names"]))
    if density.count != len(names) or density.points.shape[1] != view.network.size + view.isometric:
        raise ValueError("its card does not describe its clusters")
    return KnownClusters(density, names, {str(k): str(v) for k, v in entry["settings"].items()})
