"""The sentences with numbers of docs/cascades.md, from the results here."""

from __future__ import annotations

import textwrap

from cascades_rows import (
    AFTER,
    ALL,
    BEFORE,
    CPX,
    FILTERS,
    PLATT,
    PUTIRKA,
    WANG,
    error_rows,
    kbar,
    of_kind,
    pressure_row,
)
from render_learning import Results, Row, number, percent

_WO = ("nearest to orthopyroxene", "accepted as clinopyroxene")
_USTUNISIK = ("Cr2O3 of Ustunisik amphiboles", "Cr2O3 less all other oxides, Ustunisik amphiboles")


def summary(results: Results) -> str:
    """Return the main figures in sentences."""
    found = of_kind(results, "findings")
    rows = sum(int(r["rows"]) for r in found)
    dubious = rows - sum(int(r["rows"]) for r in found if r["finding"] == "agree")
    nearest = [r for r in found if r["phase"] == "Orthopyroxene"]
    opx = sum(int(r["rows"]) for r in nearest if r["finding"] == "relabel")
    possible = sum(int(r["rows"]) for r in nearest if r["finding"] == "agree")
    shifted = int(_evidence(results, _USTUNISIK[0])["rows"])
    before, after = (
        kbar(pressure_row(results, PLATT, WANG, name)["median_kbar"]) for name in (BEFORE, AFTER)
    )
    others = dubious - opx - shifted
    return _wrapped(
        f"Of {rows:,} published analyses {dubious} are not what their label says, or cannot be told to be: "
        f"{opx} of one data set, published as clinopyroxene, that are orthopyroxenes (of {possible} more "
        f"next to them composition cannot tell); {shifted} amphiboles of another, with columns shifted "
        f"against their headers; and {others} others. The orthopyroxenes do not show as absurd pressures. "
        "They look like a second, deeper reservoir: the median pressure of the data set that holds them is "
        f"{before} kbar as published, and {after} kbar of its clinopyroxenes (Wang et al. 2021)."
    )


def differences(results: Results) -> str:
    """Return where the models part."""
    (differ,) = (r for r in of_kind(results, "differ") if r["other"] == "ten_oxides_mlp")
    opx = [r for r in of_kind(results, "counts") if (r["published"], r["phase"]) == (CPX, "Orthopyroxene")]
    shut = {
        model: sum(int(r["rows"]) for r in opx if r["model"] == model and r["verdict"] != "accepted")
        for model in ("ten_oxides_gda", "ten_oxides_mlp", "default")
    }
    return _wrapped(
        f"The two models of ten oxides name different phases for {differ['rows']} rows. They differ in how "
        "sure they are: of what they call orthopyroxene among the published clinopyroxenes the network "
        f"leaves {shut['ten_oxides_mlp']} open, the Gaussians {shut['ten_oxides_gda']}, and the model "
        f"`default`, which knows stoichiometry, {shut['default']}."
    )


def blocks(results: Results) -> str:
    """Return what can be checked of the blocks of dubious rows without any model."""
    opx, cpx = (_evidence(results, f"Wo of Platt, {name}") for name in _WO)
    chromium, gap = (_evidence(results, name) for name in _USTUNISIK)
    flagged, fine = (_evidence(results, f"cations of Cribb, {name}") for name in ("not accepted", "accepted"))
    tetrahedral = _evidence(results, "Si + Al of Cribb, not accepted")
    told = (
        f"**Platt (unpublished), {opx['rows']} rows.** Wo is {_span(opx, 1)} mol% (median "
        f"{number(opx['median'], 1)}), that of the {cpx['rows']} accepted rows {_span(cpx, 1)}. Augite has "
        "more than 20, pigeonite 5 to 20 (Morimoto et al. 1988): these are orthopyroxenes, and a few near "
        "the limit for which the structure decides.",
        f"**Ustunisik et al. (2016), {chromium['rows']} rows.** Cr2O3 is {_span(chromium, 1)} wt%, and "
        f"{_span(gap, 2)} wt% (median {number(gap['median'], 2)}) more than the sum of all other oxides. It "
        "is the total; the oxides stand under wrong headers. Such rows are called bad analyses, and the "
        "phase that they resemble means nothing: the original columns have to be looked up.",
        f"**Cribb (1997), {flagged['rows']} rows.** The sum of cations on 6 O is {_span(flagged, 2)} "
        f"(accepted rows of the same source: median {number(fine['median'], 2)}), and Si + Al only "
        f"{_span(tetrahedral, 2)} where 2 are needed. They are clinopyroxenes in which Si was measured too "
        "low, or with unusually much Fe3+. `mixed with: monticellite` is what the numbers resemble, not "
        "what lies in the rock.",
    )
    return "\n".join(_wrapped(f"- {text}", "  ") for text in told)


def refused(results: Results) -> str:
    """Return what the clean-up costs, at low and at high pressure."""
    counts = []
    for highest in ("", "12.0"):
        of = {r["filter"]: r for r in error_rows(results, CPX, highest, WANG)}
        counts.append((int(of["as published"]["rows"]), int(of["not accepted"]["rows"])))
    (rows, lost), (low_rows, low_lost) = counts
    high_rows, high_lost = rows - low_rows, lost - low_lost
    return _wrapped(
        f"What it costs: {low_lost} of {low_rows} experimental clinopyroxenes up to 12 kbar are not accepted "
        f"({100 * low_lost / low_rows:.0f} %), and {high_lost} of {high_rows} above it "
        f"({100 * high_lost / high_rows:.0f} %). The model without experiments has met few clinopyroxenes of "
        "such pressures. Its refusals there are no sign of a bad analysis."
    )


def absurd(results: Results) -> str:
    """Return how little absurd pressures say of labels."""
    shares = []
    for barometer in (PUTIRKA, WANG):
        of = [pressure_row(results, ALL, barometer, name)["absurd_share"] for name in (BEFORE, AFTER)]
        shares.append(f"{percent(of[0])} % of the rows as published and {percent(of[1])} % of the accepted")
    published, summed, calcic, accepted = (
        pressure_row(results, PLATT, WANG, name) for name in list(FILTERS)[:4]
    )
    none = [pressure_row(results, ALL, WANG, name)["no_pressure"] for name in list(FILTERS)[:4]]
    return _wrapped(
        "Absurd pressures do not give wrong labels away. Pressures that are negative or missing make "
        f"{shares[0]} with Putirka, {shares[1]} with Wang: most are of clinopyroxenes poor in Al, while the "
        "pressures of orthopyroxenes look sound. The sum of cations, the usual filter, keeps "
        f"{summed['rows']} of the {published['rows']} rows of the data set with the orthopyroxenes, as it is "
        f"4 of both minerals. A limit on Ca leaves {calcic['rows']}, the classification {accepted['rows']}; "
        f"the classification also says what the others are. On the other hand {none[3]} of the accepted rows "
        f"have no pressure, of those that the sum of cations keeps {none[1]}: to know the mineral does not "
        "make an analysis good enough for a barometer. It is best to use both."
    )


def pigeonites(results: Results) -> str:
    """Return what the orthopyroxenes are that pass as clinopyroxene."""
    found = {r["filter"]: r["rows"] for r in of_kind(results, "species", "clinopyroxene_pressure")}
    names = ", ".join(f"{n} {name}" for name, n in found.items())
    return _wrapped(
        f"The orthopyroxenes that are accepted as clinopyroxene hold too much Ca. By composition: {names}."
    )


def _wrapped(text: str, indent: str = "") -> str:
    return textwrap.fill(text, 119, subsequent_indent=indent, break_on_hyphens=False, break_long_words=False)


def _evidence(results: Results, name: str) -> Row:
    (row,) = (row for row in of_kind(results, "evidence") if row["name"] == name)
    return row


def _span(row: Row, digits: int) -> str:
    return f"{number(row['lowest'], digits)} to {number(row['highest'], digits)}"
