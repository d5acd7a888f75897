"""Whether minerals that no model knows surface as clusters of their own in a real collection.

Rows: the GEOROC excerpt without rows in which the compiler filled in oxides and without repeats of the
training table. The explorer is trained by its recipe without GEOROC; the classifier is
`default_without_georoc`. Clusters are found in the rows themselves, described, and ranked by novelty as
`phasewise explore` does.

Twice: among all rows, and among those alone that the classifier calls ``unknown``, as a second look. Shares
are of the rows that were looked at.

``species``: published names of at least 20 rows that are no class of the classifier. Some say little: a
group that holds classes (carbonate, feldspathoid), an alteration product or a variety of a class
(`exam_sets.VARIETIES`); they are listed as ``kind`` group or variety and count for nothing below. Others were
in its training: as published rows of experiments, as a species of the catalogue from whose formula
counter-examples were computed, or as neither; ``taught`` says which.

``overall``: a species has surfaced where more than half of its rows lie in clusters that are ranked as
novel and of which more than half of the rows are no class by their label. Where all rows are unknown every
cluster is novel by definition, so that the second condition is what counts there. Precision: of the rows of
the ten most novel clusters, the part that are no class by their label, and the part whose label is also no
group or variety.

python benchmarks/explore_novelty.py
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from exam_sets import VARIETIES
from explore_spaces import codes
from phasewise.chem.catalogue import load_catalogue
from phasewise.compositions.explore.cluster import Cluster
from phasewise.compositions.explore.clustering import find_in
from phasewise.compositions.explore.describe import describe_clusters
from phasewise.compositions.explore.explorer import Explorer
from phasewise.compositions.explore.judged import refused as refused_rows
from phasewise.compositions.explore.novelty import rank_novel
from phasewise.compositions.explore.rows import ExploredRows
from phasewise.compositions.features import INPUTS
from phasewise.compositions.judge import predict
from phasewise.compositions.load import load_model
from phasewise.compositions.output import result_columns
from phasewise.compositions.row_groups import Groups
from phasewise.compositions.training.explorer_recipe import read_explorer
from phasewise.compositions.training.tables import Table, experiments, georoc
from phasewise.compositions.training.train_explorer import explorer_rows, train_view, with_simulated
from phasewise.core.arrow import texts
from phasewise.core.types import Analyses
from provenance import write_results

LEAST_ROWS = 20
TOP = 10
CLASSIFIER = "default_without_georoc"
GROUPS = {"CARBONATE", "FELDSPATHOID"}
SEED = 0


def explorer_without_georoc() -> Explorer:
    """Return the explorer of its recipe, trained on everything but GEOROC."""
    recipe = read_explorer("explorer")
    recipe = replace(recipe, collections=tuple(name for name in recipe.collections if name != "georoc"))
    values = with_simulated(Table.join(explorer_rows(recipe)).values, recipe)
    views = {name: train_view(view, values, recipe.seed) for name, view in recipe.views.items()}
    return Explorer("explorer_without_georoc", views["map"], views["clusters"], {})


def judged_by(table: Table) -> tuple[Analyses, Mapping[str, Any]]:
    """Return the analyses of a table and what the classifier says of them."""
    model, values = load_model(CLASSIFIER), table.values[:, :-1]
    analyses = Analyses(values, INPUTS[:-1], np.zeros(values.shape, dtype=bool))
    return analyses, result_columns(predict(analyses, model), sets=model.conformal)


def explored(table: Table, explorer: Explorer) -> ExploredRows:
    """Return a table with its places, clusters, and what the classifier says."""
    analyses, judged = judged_by(table)
    places = explorer.places(table.values)
    _, assigned = find_in(
        explorer,
        places.latent,
        codes(table),
        refused_rows(judged),
        method="hdbscan",
        seed=SEED,
        progress=lambda done, total: None,
    )
    label, source = (Groups.of(texts([str(v) for v in of]), len(table)) for of in (table.label, table.source))
    return ExploredRows(analyses, table.values, places, assigned, judged, label, source)


def kind_of(label: str) -> str:
    return "group" if label in GROUPS else "variety" if label in VARIETIES else "species"


def taught(label: str) -> str:
    """Return as what the training of the classifier contained a species."""
    if label.upper() in {str(name).upper() for name in experiments().label}:
        return "published in experiments"
    named = {s.name.upper() for s in load_catalogue()}
    return "counter-examples from its formula" if label.upper() in named else "no"


def truly_novel(rows: ExploredRows, label: np.ndarray, novel: list[int]) -> list[int]:
    """Return those of the clusters of which most rows are no class by their label."""
    outside = ~np.isin(label, load_model(CLASSIFIER).phases)
    return [number for number in novel if outside[rows.assigned.cluster + 1 == number].mean() > 0.5]


def species(rows: ExploredRows, outside: list[str], novel: list[int]) -> Iterator[dict[str, Any]]:
    """Yield where the rows of each species are."""
    label = np.array([rows.label.name(k) for k in range(len(rows))])
    truly = truly_novel(rows, label, novel)
    verdict = np.array(rows.judged["verdict"].to_pylist())
    for name in outside:
        cluster = rows.assigned.cluster[label == name] + 1
        main, most = next(iter(Counter(cluster[cluster > 0].tolist()).most_common(1)), (0, 0))
        yield {
            "what": "species",
            "name": name,
            "kind": kind_of(name),
            "taught": taught(name),
            "rows": len(cluster),
            "verdict_unknown": round(float((verdict[label == name] == "unknown").mean()), 4),
            "noise": round(float((cluster == 0).mean()), 4),
            "cluster": main,
            "in_cluster": round(most / len(cluster), 4),
            "of_cluster": round(most / max(1, int((rows.assigned.cluster + 1 == main).sum())), 4),
            "rank": novel.index(main) + 1 if main in novel else "",
            "in_novel": round(float(np.isin(cluster, novel).mean()), 4),
            "in_truly_novel": round(float(np.isin(cluster, truly).mean()), 4),
        }


def overall(
    rows: ExploredRows, found: list[dict[str, Any]], clusters: tuple[Cluster, ...], novel: list[int]
) -> dict[str, Any]:
    """Return precision and recall."""
    top = np.isin(rows.assigned.cluster + 1, novel[:TOP])
    label = np.array([rows.label.name(k) for k in np.flatnonzero(top)])
    known = np.isin(label, load_model(CLASSIFIER).phases)
    vague = np.array([kind_of(str(name)) != "species" for name in label], dtype=bool)
    wanted = [row for row in found if row["kind"] == "species"]
    untaught = [row for row in wanted if row["taught"] == "no"]
    surfaced = [row for row in wanted if row["in_truly_novel"] > 0.5]
    return {
        "what": "overall",
        "rows": len(rows),
        "clusters": sum(c.number > 0 for c in clusters),
        "noise": round(float((rows.assigned.cluster < 0).mean()), 4),
        "novel": len(novel),
        "top_rows": len(label),
        "precision": round(float((~known).mean()), 4),
        "precision_strict": round(float((~known & ~vague).mean()), 4),
        "species": len(wanted),
        "surfaced": len(surfaced),
        "untaught": len(untaught),
        "untaught_surfaced": sum(row["in_truly_novel"] > 0.5 for row in untaught),
    }


def novel_clusters(ranked: tuple[Cluster, ...]) -> Iterator[dict[str, Any]]:
    """Yield the most novel clusters with what they are called and published as."""
    for rank, cluster in enumerate(ranked[:TOP], start=1):
        published = ", ".join(f"{name} {n}" for name, n in list(cluster.labels.items())[:3])
        yield {
            "what": "novel",
            "rank": rank,
            "cluster": cluster.number,
            "name": cluster.name,
            "rows": cluster.rows,
            "sources": cluster.sources,
            "novelty": round(cluster.novelty, 4),
            "published": published,
        }


def exploration(table: Table, explorer: Explorer, outside: list[str]) -> Iterator[dict[str, Any]]:
    """Yield all figures of some rows."""
    rows = explored(table, explorer)
    clusters = describe_clusters(rows)
    ranked = rank_novel(clusters)
    novel = [cluster.number for cluster in ranked]
    held = set(map(str, table.label))
    found = list(species(rows, [name for name in outside if name in held], novel))
    yield overall(rows, found, clusters, novel)
    yield from found
    yield from novel_clusters(ranked)


def refused(table: Table) -> Table:
    """Return the rows that the classifier calls unknown."""
    _, judged = judged_by(table)
    return table.take(np.flatnonzero(np.array(judged["verdict"].to_pylist()) == "unknown"))


def main() -> None:
    """Explore, count and write."""
    table, explorer = georoc(), explorer_without_georoc()
    classes = load_model(CLASSIFIER).phases
    counts = Counter(map(str, table.label))
    outside = [name for name, n in counts.most_common() if n >= LEAST_ROWS and name not in classes]
    results = []
    for name, rows in {"all rows": table, "unknown rows": refused(table)}.items():
        for row in exploration(rows, explorer, outside):
            results.append({"in": name, **row})
            print(*results[-1].values(), flush=True)
    print(f"Written: {write_results('explore_novelty', results)}")


if __name__ == "__main__":
    main()
