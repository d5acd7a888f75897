"""Tables and sentences of docs/cascades.md, from the results here; `render.py` puts them in their places."""

from __future__ import annotations

from collections import Counter, defaultdict

from cascades_rows import ALL, CPX, FILTERS, PLATT, PUTIRKA, WANG, error_rows, kbar, of_kind
from cascades_sentences import absurd, blocks, differences, pigeonites, refused, summary
from render_learning import Results, Row, number, percent, table

MODELS = {
    "ten_oxides_gda": "Gaussian discriminant analysis (`ten_oxides_gda`)",
    "ten_oxides_mlp": "network (`ten_oxides_mlp`)",
    "default": "the model `default`",
}
FINDINGS = {
    "agree": "agree with the label",
    "relabel": "accepted as another phase",
    "bad_analysis": "bad analysis",
    "mixed": "mixture",
    "ambiguous": "open",
}
IN_WORDS = {
    "total high": "the total is far above that of any mineral",
    "total low": "the total is far too low: a hole, an edge, or much that was not measured",
    "two phases fit": "both {published} and {other} fit: water, which the probe does not see, decides",
    "composition cannot tell": "pigeonite and orthopyroxene overlap at this Ca: structure decides",
    "mixed with": "between {published} and {other}",
    "label of another mineral": "composition and formula of {phase}, as of most rows of this publication",
    "total under an oxide": "the total stands under Cr2O3, and other columns under wrong headers",
    "unlike known analyses": "nearest to {phase}, but unlike the analyses of it that are known",
}
"""Reason codes, up to the colon, in words."""


def agreement(results: Results) -> str:
    """Return how often each model prefers the published phase."""
    header = ["model", "published as", "rows", "same phase, % (95 %, rows)", "(95 %, publications)"]
    header += ["pyroxenes as one, %", "of the surest 95 %", "accepted", "of them, same phase"]
    rows = []
    for r in of_kind(results, "agreement"):
        over = _interval(r["same_publications_low"], r["same_publications_high"])
        cells = [MODELS[r["model"]], r["published"].lower(), f"{int(r['rows']):,}"]
        cells += [f"{percent(r['same'])} {_interval(r['same_low'], r['same_high'])}", over]
        cells += [percent(r["coarse"]), percent(r["coarse_at_95"])]
        rows.append([*cells, f"{int(r['accepted']):,}", f"{int(r['accepted_same']):,}"])
    return table(header, rows)


def phases(results: Results) -> str:
    """Return what the models call the rows of each label; those that they do not accept in brackets."""
    held: dict[tuple[str, str], dict[str, Counter[bool]]] = defaultdict(lambda: defaultdict(Counter))
    for r in of_kind(results, "counts"):
        held[r["published"], r["phase"]][r["model"]][r["verdict"] == "accepted"] += int(r["rows"])
    totals = {key: sum(sum(c.values()) for c in models.values()) for key, models in held.items()}
    rows = []
    for published, phase in sorted(held, key=lambda key: (key[0], -totals[key], key[1])):
        cells = [published.lower(), "K-feldspar" if phase == "KFeldspar" else phase.lower()]
        rows.append([*cells, *(_accepted(held[published, phase][model]) for model in MODELS)])
    return table(["published as", "called", *MODELS.values()], rows)


def publications(results: Results) -> str:
    """Return what is found of the rows of each publication."""
    held: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for r in of_kind(results, "findings"):
        held[r["publication"], r["published"]][r["finding"]] += int(r["rows"])
    rows = []
    for (source, label), found in sorted(held.items()):
        cells = [str(found[finding] or "") for finding in FINDINGS]
        rows.append([source.replace("_", " "), label.lower(), f"{found.total():,}", *cells])
    return table(["publication", "published as", "rows", *FINDINGS.values()], rows)


def reasons(results: Results) -> str:
    """Return the dubious rows by reason, in words."""
    held: Counter[tuple[str, str, str, str]] = Counter()
    for r in of_kind(results, "findings"):
        if r["finding"] != "agree":
            held[r["publication"], r["published"], FINDINGS[r["finding"]], _words(r)] += int(r["rows"])
    rows = [
        [source.replace("_", " "), label.lower(), finding, words, str(n)]
        for (source, label, finding, words), n in sorted(held.items(), key=lambda item: -item[1])
    ]
    return table(["publication", "published as", "finding", "reason", "rows"], rows)


def pressures(results: Results) -> str:
    """Return the pressures of the Cascades before and after."""
    header = ["barometer", "rows", "of", "median (16th to 84th percentile), kbar", "below 0", "above 30 kbar"]
    header += ["no pressure", "of these three, %"]
    names = FILTERS | {"nearest to orthopyroxene": "nearest to orthopyroxene"}
    parts = []
    for where, title in ((ALL, "All publications"), (PLATT, "Platt (unpublished)")):
        rows = []
        for r in of_kind(results, "cascades", "clinopyroxene_pressure"):
            if r["publication"] == where and r["filter"] != "not accepted":
                cells = [r["barometer"], names[r["filter"]], r["rows"], _percentiles(r), r["negative"]]
                rows.append([*cells, r["above_30_kbar"], r["no_pressure"], percent(r["absurd_share"])])
        parts.append(f"{title}:\n\n" + table([header[0], "rows kept", *header[2:]], rows))
    return "\n\n".join(parts)


def experiments(results: Results) -> str:
    """Return bias and error on experiments of clinopyroxene, by filter."""
    header = ["barometer", "rows kept", "of", "bias, kbar", "RMSE, kbar", "less than as published by"]
    parts = []
    for highest, title in (("", "All pressures"), ("12.0", "Up to 12 kbar")):
        rows = []
        for r in error_rows(results, CPX, highest):
            gain = _estimate(r, "rmse_less") if r["rmse_less"] else ""
            kept = f"{FILTERS[r['filter']]}: {r['rows']}"
            rows.append([r["barometer"], kept, r["of"], _estimate(r, "bias"), _estimate(r, "rmse"), gain])
        parts.append(f"{title}:\n\n" + table(header, rows))
    return "\n\n".join(parts)


def given(results: Results) -> str:
    """Return what orthopyroxenes and amphiboles do to a barometer, and what filters let pass."""
    header = ["given as clinopyroxene", "rows", "bias, Putirka, kbar", "bias, Wang, kbar"]
    passes = [name for name in FILTERS if name not in ("as published", "not accepted")]
    rows = []
    for mineral in (CPX, "Orthopyroxene", "Amphibole"):
        of = {r["filter"]: r for r in error_rows(results, mineral, "", PUTIRKA)}
        wang = {r["filter"]: r for r in error_rows(results, mineral, "", WANG)}
        total = of["as published"]["rows"]
        biases = [_estimate(told["as published"], "bias") for told in (of, wang)]
        kept = [_part(of[name]["rows"] if name in of else "0", total) for name in passes]
        rows.append([mineral.lower(), total, *biases, *kept])
    return table([*header, *(f"kept: {FILTERS[name]}" for name in passes)], rows)


TABLES = {
    "summary": summary,
    "agreement": agreement,
    "phases": phases,
    "differences": differences,
    "publications": publications,
    "reasons": reasons,
    "blocks": blocks,
    "pressures": pressures,
    "experiments": experiments,
    "given": given,
    "refused": refused,
    "absurd": absurd,
    "pigeonites": pigeonites,
}


def _words(row: Row) -> str:
    if row["finding"] == "relabel":
        return f"composition and formula of {row['phase'].lower()}"
    code, _, other = row["reason_code"].partition(": ")
    named = {"published": row["published"].lower(), "phase": row["phase"].lower(), "other": other}
    if other == named["published"]:
        named["other"] = named["phase"]
    return IN_WORDS[code].format(**named)


def _accepted(counts: Counter[bool]) -> str:
    refused = f" ({counts[False]})" if counts[False] else ""
    return f"{counts[True] or ''}{refused}".strip()


def _interval(low: str, high: str) -> str:
    return f"({percent(low)}-{percent(high)})" if low else ""


def _estimate(row: Row, name: str) -> str:
    return f"{number(row[name], 2)} ({number(row[f'{name}_low'], 2)} to {number(row[f'{name}_high'], 2)})"


def _percentiles(row: Row) -> str:
    return f"{kbar(row['median_kbar'])} ({kbar(row['p16_kbar'])} to {kbar(row['p84_kbar'])})"


def _part(part: str, whole: str) -> str:
    return f"{part} ({100 * int(part) / int(whole):.0f} %)"
