from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phasewise.compositions.explore.cluster import Cluster
from phasewise.compositions.explore.describe import describe_clusters
from phasewise.compositions.explore.novelty import rank_novel
from phasewise.compositions.explore.rows import ExploredRows
from phasewise.core.types import COLUMNS

from .explored import Heap, explored, ideal, of_values, reference, shuffled

OLIVINE = ideal("Mg1.8Fe0.2SiO4")
MONTICELLITE = ideal("CaMg0.8Fe0.2SiO4")
BRITHOLITE = ideal("Ca2Ce3Si3O12(OH)")
PAPERS = ("Smith 2001", "Jones 2002", "Miller 2003")


def mixed(part: float) -> dict[str, float]:
    """Return olivine with a part of augite, both published."""
    ends = reference("San Carlos"), reference("Kakanui augite")
    return {
        name: (1 - part) * ends[0].get(name, 0.0) + part * ends[1].get(name, 0.0)
        for name in {**ends[0], **ends[1]}
    }


@pytest.fixture(scope="module")
def many() -> ExploredRows:
    """Return minerals, an uncovered one, mixtures, bad analyses and noise."""
    return explored(
        [
            Heap(OLIVINE, 120, 0, "OLIVINE", PAPERS),
            Heap(MONTICELLITE, 90, 1, "OLIVINE", PAPERS[:1]),
            Heap(BRITHOLITE, 60, 2, "BRITHOLITE", PAPERS[:2]),
            Heap(reference("Lake County"), 50, 3, "PLAGIOCLASE", PAPERS),
            Heap(reference("Albite"), 45, 4, "PLAGIOCLASE", PAPERS),
            Heap({name: 0.6 * wt for name, wt in OLIVINE.items()}, 40, 5),
            Heap(mixed(0.45), 30, 6),
            Heap(ideal("ZrSiO4"), 20, 7, "ZIRCON", PAPERS[1:]),
            Heap(ideal("CaAl12O19"), 15, 8),
            Heap(ideal("Al2O3"), 7, -1, "CORUNDUM"),
            Heap(OLIVINE, 2, -1),
        ],
        columns=COLUMNS[: COLUMNS.index("Rb2O")],
    )


@pytest.fixture(scope="module")
def clusters(many: ExploredRows) -> tuple[Cluster, ...]:
    return describe_clusters(many)


def of(clusters: tuple[Cluster, ...], number: int) -> Cluster:
    return next(cluster for cluster in clusters if cluster.number == number)


def test_clusters_come_by_size_and_noise_last(clusters: tuple[Cluster, ...]) -> None:
    assert [cluster.number for cluster in clusters] == [1, 2, 3, 4, 5, 6, 7, 8, 9, 0]
    assert [cluster.rows for cluster in clusters] == [120, 90, 60, 50, 45, 40, 30, 20, 15, 9]


def test_names(clusters: tuple[Cluster, ...]) -> None:
    assert [cluster.name for cluster in clusters] == [
        "Olivine",
        "Monticellite",
        "near britholite",
        "Plagioclase, richer in CaO",
        "Plagioclase, richer in Na2O",
        "Bad analyses: low totals",
        "Mixture of Olivine and Clinopyroxene",
        "Zircon",
        "near hibonite",
        "Noise",
    ]


def test_monticellite_is_told_from_olivine_by_what_sets_it_apart() -> None:
    rows = explored([Heap(OLIVINE, 200, 0, "OLIVINE"), Heap(MONTICELLITE, 100, 1, "MONTICELLITE")])
    olivine, monticellite = describe_clusters(rows)
    wt = {
        (name, which): f"{cluster.composition[name].mean:.1f}"
        for which, cluster in (("o", olivine), ("m", monticellite))
        for name in ("CaO", "MgO")
        if name in cluster.composition
    }
    assert monticellite.name == "Monticellite"
    assert monticellite.neighbour == 1
    assert monticellite.description == (
        f"Like cluster 1 (olivine), richer in CaO ({wt['CaO', 'm']} against {wt['CaO', 'o']} wt%) and "
        f"poorer in MgO ({wt['MgO', 'm']} against {wt['MgO', 'o']} wt%): monticellite."
    )
    assert olivine.description == (
        f"Like cluster 2 (monticellite), poorer in CaO ({wt['CaO', 'o']} against {wt['CaO', 'm']} wt%) and "
        f"richer in MgO ({wt['MgO', 'o']} against {wt['MgO', 'm']} wt%): olivine."
    )


def test_composition_recovers_what_was_simulated(clusters: tuple[Cluster, ...]) -> None:
    monticellite = of(clusters, 2)
    for name, wt in MONTICELLITE.items():
        spread = monticellite.composition[name]
        assert spread.mean == pytest.approx(wt, abs=4 * np.hypot(0.01 * wt, 0.02) / np.sqrt(90))
        assert spread.sd == pytest.approx(np.hypot(0.01 * wt, 0.02), rel=0.3)
        assert spread.n == 90
    assert set(monticellite.composition) == set(MONTICELLITE)
    assert monticellite.total.mean == pytest.approx(100, abs=0.5)


def test_formula_is_that_of_the_mineral(clusters: tuple[Cluster, ...]) -> None:
    assert of(clusters, 2).formula in ("(Mg0.80Fe2+0.20)Ca1.00Si1.00O4", "Ca1.00(Mg0.80Fe2+0.20)Si1.00O4")
    # Two thirds of Ca2Ce3Si3O12(OH) have 8.33 O without H2O: 24 O hold 3.84 Ca, 5.76 Ce and 5.76 Si.
    assert of(clusters, 3).formula == "Ca3.84Ce5.76Si5.76O24"
    assert of(clusters, 0).formula == ""


def test_a_label_that_composition_contradicts_is_named(clusters: tuple[Cluster, ...]) -> None:
    assert "Published as OLIVINE in all rows, but monticellite by composition." in of(clusters, 2).description
    assert "Published" not in of(clusters, 1).description
    assert of(clusters, 2).labels == {"OLIVINE": 90}
    assert of(clusters, 2).purity == 1


def test_shares_of_labels() -> None:
    heaps = [
        Heap(MONTICELLITE, 93, 0, "OLIVINE"),
        Heap(MONTICELLITE, 7, 0, "MONTICELLITE"),
        Heap(OLIVINE, 50, 1),
    ]
    first, second = describe_clusters(explored(heaps))
    assert "Published as OLIVINE in 93 % of rows, but monticellite by composition." in first.description
    assert first.purity == 0.93
    assert np.isnan(second.purity)


def test_blank_labels_are_not_counted() -> None:
    first = describe_clusters(explored([Heap(MONTICELLITE, 4, 0, "OLIVINE"), Heap(MONTICELLITE, 6, 0)]))[0]
    assert first.labels == {"OLIVINE": 4}
    assert first.purity == 1
    assert "Published as OLIVINE in all labelled rows, but monticellite" in first.description


def test_publications_are_named_where_most_rows_share_one(clusters: tuple[Cluster, ...]) -> None:
    assert of(clusters, 2).description.endswith("All 90 rows come from one publication: Smith 2001.")
    assert "publication" not in of(clusters, 1).description
    assert [of(clusters, k).sources for k in (1, 2, 3, 6)] == [3, 1, 2, 0]


def test_one_publication_of_one_is_not_worth_a_word() -> None:
    rows = explored(
        [Heap(OLIVINE, 9, 0, None, ("Smith 2001",)), Heap(MONTICELLITE, 9, 1, None, ("Smith 2001",))]
    )
    assert all("publication" not in cluster.description for cluster in describe_clusters(rows))


def test_a_mineral_without_a_near_one_says_so(clusters: tuple[Cluster, ...]) -> None:
    zircon = of(clusters, 8)
    assert zircon.description.startswith("Zircon. No other cluster is like it: the nearest, cluster ")
    assert " poorer in ZrO2 (0.0 against 67." in zircon.description


def test_the_only_cluster_needs_no_comparison() -> None:
    (only,) = describe_clusters(explored([Heap(OLIVINE, 30, 0)]))
    assert (only.neighbour, only.description) == (0, "Olivine.")


def test_minerals_are_not_measured_by_bad_analyses(clusters: tuple[Cluster, ...]) -> None:
    assert of(clusters, 1).neighbour == 6
    assert "cluster 6" not in of(clusters, 1).description
    bad = of(clusters, 6)
    assert bad.description.startswith(f"Bad analyses: low totals (mean {bad.total.mean:.1f} wt%).")


@pytest.mark.parametrize(
    ("formula", "species"), [("BaTiSi3O9", "benitoite"), ("CaAl2Si4O12(H2O)4", "laumontite")]
)
def test_a_total_that_only_an_uncovered_species_explains_is_novel(formula: str, species: str) -> None:
    (only,) = describe_clusters(explored([Heap(ideal(formula), 12, 0)], columns=COLUMNS[:34]))
    assert dict(only.phases) == {"unknown": 12}
    assert only.nearest_species == species
    assert list(rank_novel((only,))) == [only]


def test_mixtures_name_their_minerals(clusters: tuple[Cluster, ...]) -> None:
    assert "mixtures of olivine and clinopyroxene" in of(clusters, 7).description
    assert "cluster 1 (olivine)" in of(clusters, 7).description


def test_what_no_class_covers_ranks_first(clusters: tuple[Cluster, ...]) -> None:
    first, second = rank_novel(clusters)
    assert [first.nearest_species, second.nearest_species] == ["britholite", "hibonite"]
    assert first.novelty > second.novelty > 0.5
    assert "no mineral that phasewise covers; nearest to britholite (catalogue)" in first.description.lower()


def test_noise_is_described(clusters: tuple[Cluster, ...]) -> None:
    noise = clusters[-1]
    assert noise.number == noise.neighbour == 0 or noise.neighbour > 0
    assert noise.description.startswith(
        "9 rows lie apart from all clusters: 7 are corundum and 2 are olivine."
    )


def test_rows_without_a_place_are_noise() -> None:
    values = np.array([[40.8, 9.6, 49.4]] * 5 + [[np.nan] * 3])
    rows = of_values(values, ("SiO2", "FeOt", "MgO"), np.array([0] * 5 + [-1]))
    noise = describe_clusters(rows)[-1]
    assert noise.description == (
        "One row lies apart from all clusters: it is a bad analysis. It holds no oxide above zero and "
        "cannot be placed."
    )
    assert noise.total.n == 0
    assert np.isnan(noise.place).all()


def test_noise_alone() -> None:
    (noise,) = describe_clusters(explored([Heap(OLIVINE, 3, -1), Heap(MONTICELLITE, 1, -1)]))
    assert (noise.number, noise.name, noise.neighbour) == (0, "Noise", 0)
    assert noise.description == "4 rows lie apart from all clusters: 3 are olivine and 1 is monticellite."


def test_a_cluster_of_one_row() -> None:
    rows = explored([Heap(OLIVINE, 20, 0, "OLIVINE"), Heap(MONTICELLITE, 1, 1, "QUARTZ", PAPERS)])
    one = describe_clusters(rows)[1]
    assert one.rows == 1
    assert all(spread.n == 1 and np.isnan(spread.sd) for spread in one.composition.values())
    assert one.description.endswith("Published as QUARTZ in its only row, but monticellite by composition.")


def test_an_oxide_that_nobody_measured() -> None:
    columns = ("SiO2", "FeOt", "MgO", "CaO", "NiO")
    wt = np.array([[40.8, 9.6, 49.4, np.nan, np.nan], [36.5, 8.7, 19.6, 34.1, np.nan]])
    rows = of_values(np.repeat(wt, 8, axis=0), columns, np.repeat([0, 1], 8))
    first, second = describe_clusters(rows)
    assert "NiO" not in {**first.composition, **second.composition}
    assert "CaO" not in first.composition
    assert "CaO" not in second.description
    assert second.composition["CaO"].n == 8


def test_no_labels_no_sources() -> None:
    (only,) = describe_clusters(explored([Heap(OLIVINE, 5, 0)]))
    assert (dict(only.labels), only.sources) == ({}, 0)
    assert np.isnan(only.purity)


def test_an_empty_table() -> None:
    assert describe_clusters(explored([])) == ()


def test_rows_that_differ_in_kind_are_counted() -> None:
    rows = explored(
        [Heap(OLIVINE, 9, 0), Heap(BRITHOLITE, 1, 0), Heap(MONTICELLITE, 12, 1)], columns=COLUMNS[:34]
    )
    mixed_cluster = describe_clusters(rows)[1]
    assert dict(mixed_cluster.phases) == {"Olivine": 9, "unknown": 1}
    assert "Of 10 rows, 9 are olivine and 1 is no mineral that phasewise covers." in mixed_cluster.description


@settings(max_examples=10)
@given(st.integers(0, 2**32 - 1))
def test_the_order_of_rows_does_not_matter(
    many: ExploredRows, clusters: tuple[Cluster, ...], seed: int
) -> None:
    order = np.random.default_rng(seed).permutation(len(many))
    assert repr(describe_clusters(shuffled(many, order))) == repr(clusters)


def test_names_are_unique_for_clusters_of_equal_rows(many: ExploredRows) -> None:
    cut = replace(many.assigned, cluster=np.arange(len(many)) % 7)
    names = [cluster.name for cluster in describe_clusters(replace(many, assigned=cut))]
    assert len(set(names)) == len(names) == 7


def test_what_is_described_stays_as_it_was(many: ExploredRows) -> None:
    before = many.analyses.values.copy()
    describe_clusters(many)
    np.testing.assert_array_equal(many.analyses.values, before)
