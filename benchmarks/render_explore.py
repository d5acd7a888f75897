"""Tables of docs/explore.md, from the results here; `render.py` puts them in their places."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Callable

from render_learning import Results, Row, number, percent, table

T_OF_FOUR = 2.7764451051977987
"""Quantile of Student's distribution with four degrees of freedom for 95 %: five folds."""

METHODS = {
    "hdbscan": "",
    "optics": "OPTICS",
    "k-means": "k-means, told that there are 17",
    "plain hdbscan": "plain HDBSCAN",
}
SETS = {"dev_lepr": "LEPR", "dev_georoc": "GEOROC"}
REASONS = {
    "kept": "possible",
    "empty": "nothing measured",
    "repeat": "repeat",
    "label conflict": "under two labels",
    "total": "total",
    "stoichiometry": "stoichiometry",
    "shifted block": "stoichiometry, whole block of a publication",
}


def interval(rows: list[Row], name: str) -> tuple[float, float, float, float]:
    """Return mean, 95 % interval of it, and the worst fold.

    Of each fold the mean over seeds is taken; the interval is Student's for the mean of five folds, cut off
    at 1.
    """
    folds = list(by_fold(rows, name).values())
    mean = statistics.fmean(folds)
    half = T_OF_FOUR * statistics.stdev(folds) / len(folds) ** 0.5
    return mean, mean - half, min(1.0, mean + half), min(folds)


def by_fold(rows: list[Row], name: str) -> dict[str, float]:
    """Return the mean over seeds in each fold."""
    found: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        found[row["set"]].append(float(row[name]))
    return {fold: statistics.fmean(values) for fold, values in found.items()}


def clusters(what: str) -> Callable[[Results], str]:
    """Return the table of clusters on publications never seen, by the part of the results."""

    def drawn(results: Results) -> str:
        rows = [r for r in results("explore") if r["what"] == what]
        header = ["coordinates, method", "adjusted Rand index (95 %)", "worst fold", "as published", "AMI"]
        lines = []
        for space, method in _pairs(rows):
            own = [r for r in rows if (r["space"], r["method"]) == (space, method)]
            possible = [r for r in own if r["labels"] == "possible"]
            mean, low, high, worst = interval(possible, "ari")
            published = interval([r for r in own if r["labels"] == "as published"], "ari")[0]
            counts = [int(r["clusters"]) for r in possible]
            lines.append(
                [
                    _title(space, method),
                    f"{mean:.3f} ({low:.3f}-{high:.3f})",
                    f"{worst:.3f}",
                    f"{published:.3f}",
                    f"{interval(possible, 'ami')[0]:.3f}",
                    percent(str(interval(possible, "coverage")[0])),
                    f"{min(counts)}-{max(counts)}" if min(counts) < max(counts) else str(counts[0]),
                ]
            )
        return table([*header, "coverage, %", "clusters"], [*lines, *_not_run(results)])

    return drawn


def _not_run(results: Results) -> list[list[str]]:
    return [[r["space"], "not run", *[""] * 5] for r in results("explore") if r["what"] == "not run"]


def _pairs(rows: list[Row]) -> list[tuple[str, str]]:
    return list(dict.fromkeys((r["space"], r["method"]) for r in rows))


def _title(space: str, method: str) -> str:
    return f"{space}; {METHODS[method]}" if METHODS[method] else space


def transfer(results: Results) -> str:
    """Return the table of other collections, assigned to clusters of all publications."""
    rows = [r for r in results("explore") if r["what"] == "transfer"]
    header = ["coordinates, method"]
    for title in SETS.values():
        header += [f"{title}: adjusted Rand index", "lowest seed", "as published", "coverage, %"]
    lines = []
    for space, method in _pairs(rows):
        line = [_title(space, method)]
        for name in SETS:
            own = [r for r in rows if (r["space"], r["method"], r["set"]) == (space, method, name)]
            possible = [r for r in own if r["labels"] == "possible"]
            published = [r for r in own if r["labels"] == "as published"]
            line += [_mean(possible, "ari"), f"{min(float(r['ari']) for r in possible):.3f}"]
            line += [_mean(published, "ari"), percent(_mean(possible, "coverage", 5))]
        lines.append(line)
    return table(header, lines)


def _mean(rows: list[Row], name: str, digits: int = 3) -> str:
    return f"{statistics.fmean(float(r[name]) for r in rows):.{digits}f}"


def seeds(results: Results) -> str:
    """Return how many seeds there are."""
    number = len({r["seed"] for r in results("explore") if r["seed"]})
    return f"{number} seed{'s' if number != 1 else ''}."


def rows_judged(results: Results) -> str:
    """Return how many rows can be what their label says."""
    rows = [r for r in results("explore") if r["what"] == "rows"]
    titles = {"publications": "publications", **SETS}
    count = {(r["set"], r["labels"]): int(r["rows"]) for r in rows}
    reasons = [name for name in REASONS if any(r["labels"] == name for r in rows)]
    lines = [[REASONS[k], *(f"{count.get((name, k), 0):,}" for name in titles)] for k in reasons]
    return table(["rows", *titles.values()], lines)


def maps(results: Results) -> str:
    """Return trustworthiness and continuity of maps, and the worst fold."""
    rows = [r for r in results("explore_map") if r["what"] == "map"]
    lines = []
    for space in dict.fromkeys(r["space"] for r in rows):
        own = [r for r in rows if r["space"] == space]
        line = [space]
        for name in ("trustworthiness", "continuity"):
            line += [_mean(own, name), f"{min(float(r[name]) for r in own):.3f}"]
        lines.append(line)
    return table(["map", "trustworthiness", "worst fold", "continuity", "worst fold"], lines)


def restored(view: str) -> Callable[[Results], str]:
    """Return the errors of what a view restores, means over folds."""

    def drawn(results: Results) -> str:
        found = results("explore_map")
        rows = [r for r in found if r["what"] == "restored" and r["space"] == view]
        lines = []
        for column in dict.fromkeys(r["column"] for r in rows):
            own = [r for r in rows if r["column"] == column]
            lines.append([column, *(_mean(own, name) for name in ("rmse", "rmse_pca", "sd"))])
        return table(["", "autoencoder", "as many principal components", "standard deviation"], lines)

    return drawn


def stability(results: Results) -> str:
    """Return how places and clusters hold."""
    rows = results("explore_map")
    largest = max(float(r["difference"]) for r in rows if r["what"] == "places")
    lines = [
        [
            "coordinates of a row in other tables, orders, and sizes of tables",
            f"differ by {largest:.0e} at most",
        ]
    ]
    for r in rows:
        if r["what"] == "clusters":
            index = f"adjusted Rand index {number(r['ari'])}"
            lowest = f"lowest of {r['pairs']} pairs {number(r['ari_lowest'])}"
            counts = f"{r['clusters_least']} to {r['clusters_most']} clusters"
            lines.append([f"clusters by {r['space']}", f"{index}, {lowest}; {counts}"])
    return table(["what", "how stable"], lines)


def novelty(results: Results) -> str:
    """Return precision and recall of what is told to be new."""
    header = ["clusters of", "rows", "clusters", "noise, %", "novel", "rows of the ten most novel"]
    header += ["no class, %", "and no group or variety, %", "species surfaced", "of those not taught"]
    lines = []
    for r in _novel(results, "overall"):
        line = [r["in"], f"{int(r['rows']):,}", r["clusters"], percent(r["noise"]), r["novel"], r["top_rows"]]
        line += [percent(r["precision"]), percent(r["precision_strict"])]
        line += [f"{r['surfaced']} of {r['species']}", f"{r['untaught_surfaced']} of {r['untaught']}"]
        lines.append(line)
    return table(header, lines)


def novel_species(results: Results) -> str:
    """Return where the rows of species outside the classes are."""
    header = [
        "published as",
        "kind",
        "taught",
        "clusters of",
        "rows",
        "unknown, %",
        "noise, %",
        "main cluster",
    ]
    header += ["of its rows, %", "of the cluster, %", "rank", "in clusters of new minerals, %"]
    shares = ("in_cluster", "of_cluster")
    lines = []
    for r in _novel(results, "species"):
        line = [
            r["name"].lower(),
            r["kind"],
            r["taught"],
            r["in"],
            r["rows"],
            percent(r["verdict_unknown"], 0),
        ]
        line += [percent(r["noise"], 0), r["cluster"], *(percent(r[k]) for k in shares)]
        lines.append([*line, r["rank"], percent(r["in_truly_novel"], 0)])
    return table(header, sorted(lines, key=lambda line: (line[1] != "species", line[0], line[3])))


def novel_clusters(results: Results) -> str:
    """Return the most novel clusters."""
    names = ("in", "rank", "name", "rows", "sources", "novelty", "published")
    header = ["clusters of", "rank", "called", "rows", "publications or samples", "novelty", "published as"]
    return table(header, [[r[name] for name in names] for r in _novel(results, "novel")])


def _novel(results: Results, what: str) -> list[Row]:
    return [r for r in results("explore_novelty") if r["what"] == what]


def speed(results: Results) -> str:
    """Return time and memory."""
    parts = ("read", "places", "assign", "draw", "find")
    names = ("what", "wall_s", "cpu_s", "wall_ratio", "peak_mb", *(f"{part}_s" for part in parts))
    header = ["rows", "what", "wall, s", "CPU, s", "times the read", "memory, MB"]
    header += [f"{part}, CPU s" for part in parts]
    rows = results("explore_scale")
    return table(header, [[f"{int(r['rows']):,}", *(r[name] for name in names)] for r in rows])


TABLES = {
    "rows judged": rows_judged,
    "clusters assigned": clusters("assigned"),
    "clusters in place": clusters("in place"),
    "transfer": transfer,
    "seeds": seeds,
    "maps": maps,
    "restored map": restored("map"),
    "restored structure": restored("clusters"),
    "restored oxides": restored("plain autoencoder"),
    "stability": stability,
    "novelty": novelty,
    "novel species": novel_species,
    "novel clusters": novel_clusters,
    "speed": speed,
}
