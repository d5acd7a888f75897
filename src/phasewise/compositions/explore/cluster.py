"""What a cluster is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["Cluster", "Spread"]


@dataclass(frozen=True)
class Spread:
    """Mean and standard deviation of an oxide among the rows in which it was measured, wt%."""

    mean: float
    sd: float
    n: int


@dataclass(frozen=True)
class Cluster:
    """A cluster of analyses, described.

    Attributes
    ----------
    number : int
        1 for the largest; 0 stands for noise.
    name : str
        A short name for maps and tables: ``Olivine``, ``near monticellite``, ``C7``.
    rows : int
        How many analyses it holds.
    sources : int
        From how many publications; 0 where the table does not say.
    composition : mapping of str to Spread
        Of each oxide that matters in it, wt%.
    total : Spread
        Of the totals, wt%.
    formula : str
        Of its mean composition, on the basis of its mineral, or per 24 oxygens where it has none.
    phases : mapping of str to int
        How many of its rows the classifier takes for which mineral, the most frequent first; rows that it
        does not accept stand under their verdict: ``unknown``, ``mixture``, ``ambiguous``, ``bad_analysis``.
    labels : mapping of str to int
        How many of its rows are published as which mineral, the most frequent first; empty without labels.
    purity : float
        Part of its labelled rows with its most frequent label; NaN without labels.
    place : (float, float)
        Median of its map coordinates.
    neighbour : int
        Number of the cluster that lies nearest in the latent space; 0 for none.
    description : str
        What it is, in words, and what sets it apart from its neighbour: "like olivine (cluster 2), richer in
        CaO and poorer in MgO: monticellite".
    novelty : float
        Lower 95 % bound of the part of its rows that no known mineral explains, 0 to 1.
    nearest_species : str
        The species of the catalogue that its mean composition is nearest to, empty where none is near.
    """

    number: int
    name: str
    rows: int
    sources: int
    composition: Mapping[str, Spread]
    total: Spread
    formula: str
    phases: Mapping[str, int]
    labels: Mapping[str, int]
    purity: float
    place: tuple[float, float]
    neighbour: int
    description: str
    novelty: float
    nearest_species: str
