"""How sure the model is across the spinel-ilmenite-magnetite space, and what it calls published analyses.

Solid solutions and planes are simulated from the end members of the mineral files, as a probe reports them
(iron as FeO), and judged by the model that ships. Published rows are judged by a model that has not seen
their source: those of LEPR with the filters of `exam_sets`, those of GEOROC in which nothing was filled in
and that are not in the training table. Entropy, in nats, is that of the probabilities as they are given,
"none of the phases" included; 0.69 is two phases that are equally likely.

Rows of the result, by ``what``:

- binary: where phase and species change (mole fraction of the second end member), which part is not
  accepted, the highest entropy and where, the lowest probability of the group;
- twin: hematite-ilmenite beside the magnetite-ulvöspinel that has the same cations, 1.5 times as much Ti
  a formula unit;
- corner: compositions at the corners of the space that few analyses have;
- name: published names against phases. ``same``: the class of the published name, or any of the group where
  that is FeTiOxide. ``renamed``: the other name of the spinel solid solution. ``restructured``: a spinel
  called rhombohedral (or pseudobrookite), or the reverse. ``other``: anything else. Each counted where
  accepted and where not (``_refused``); of the accepted, for how many the formula is that of the phase
  (``_phase``) or of the published name (``_name``);
- species: which species the formula of a row has, for published names of species;
- dominance: "Spinel" of LEPR, by whether Fe3+ + 2 Ti is above Al + Cr;
- structure: rows whose formula closes both as a spinel and as an ilmenite, by which of the two totals with
  Fe3+ lies in the range of the mineral file;
- example: published reference analyses.

    python benchmarks/spinel_space.py
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import pandas as pd

import phasewise
import spinel_figures
from exam_sets import MORE, TEN, lepr, table, total
from phasewise.chem.minerals import load_minerals
from phasewise.chem.names import canonical_phase
from phasewise.compositions.training.tables import ferric_dominance
from provenance import write_results
from spinel_examples import examples
from spinel_simulated import binaries, corners, judged, twins

SPINELS = {"Spinel", "Magnetite"}
GROUP = {name for name, mineral in load_minerals().items() if mineral.group == "Fe-Ti-Cr oxide"}
OTHER_NAMES = {"GAHNITE", "GEIKIELITE", "ILMENITE-HEMATITE", "PLEONASTE", "TITANO-MAGNETITE"}
OTHER_NAMES |= {"MAGNESIOFERRITE"}
STRUCTURES = ("Magnetite", "Ilmenite")
CLOSES = 2.0
"""Tolerances within which cations sum up: from there on an analysis is flagged."""

OUTCOMES = ("same", "renamed", "restructured", "other")


def published() -> dict[str, pd.DataFrame]:
    """Return rows of LEPR and GEOROC with ``name``, ``truth``, results, and the formula as published."""
    halves = pd.concat([rows for name, rows in lepr() if name in ("dev_lepr", "test_lepr")])
    halves = halves[halves["truth"].isin(["Spinel", "FeTiOxide"])]
    georoc = table("georoc_excerpt")
    names = georoc["mineral_reported"]
    known = georoc["mineral"].isin(["Spinel", "Magnetite", "Ilmenite"]) & georoc["usable_test"]
    other = names.isin(OTHER_NAMES) & (georoc["n_imputed10"] == 0) & (total(georoc) > 20)
    georoc = georoc[(known | other) & ~georoc["dup_in_train"]]
    truth = [canonical_phase(str(name)) for name in georoc["mineral_reported"]]
    return {
        "LEPR": _judge(halves.assign(name=halves["truth"]), "default_without_experiments"),
        "GEOROC": _judge(
            georoc.assign(name=georoc["mineral_reported"].str.lower(), truth=truth), "default_without_georoc"
        ),
    }


def _judge(frame: pd.DataFrame, model: str) -> pd.DataFrame:
    frame = frame.reset_index(drop=True)
    oxides = frame[[c for c in TEN + MORE if c in frame and frame[c].notna().any()]]
    found = judged(oxides, model)
    found["name"], found["truth"] = frame["name"], frame["truth"]
    found["dominance"] = ferric_dominance(frame)
    found["outcome"] = [_outcome(*pair) for pair in zip(frame["truth"], found["phase"], strict=True)]
    for structure in STRUCTURES:
        made = phasewise.formula(oxides, mineral=structure.lower())
        found[f"total_{structure}"], found[f"departure_{structure}"] = made["total_calc"], made["departure"]
        for ion in ("Ti", "Al", "Cr", "Fe3+", "Fe2+", "Mg", "Mn"):
            found[f"{ion}_{structure}"] = made[f"{ion}_apfu"].fillna(0.0).where(made["formula"].notna())
    return found


def _outcome(truth: str | None, phase: str | None) -> str:
    if truth == phase or (truth == "FeTiOxide" and phase in GROUP):
        return "same"
    if {truth, phase} <= SPINELS:
        return "renamed"
    return "restructured" if {truth, phase} <= GROUP else "other"


def named(source: str, rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Return how the rows of each published name are judged."""
    found = []
    for name, same in rows.groupby("name"):
        counts = Counter(zip(same["outcome"], same["verdict"] == "accepted", strict=True))
        row = {"what": "name", "name": name, "kind": source, "rows": len(same)}
        for outcome in OUTCOMES:
            row[outcome] = counts[outcome, True]
            row[f"{outcome}_refused"] = counts[outcome, False]
        for outcome in ("renamed", "restructured"):
            disputed = same[(same["outcome"] == outcome) & (same["verdict"] == "accepted")]
            for side, support in _by_formula(disputed).items():
                row[f"{outcome}_{side}"] = int(support.sum())
        found.append(row | {"entropy": round(float(same["entropy"].median()), 2)})
    return found


def _by_formula(rows: pd.DataFrame) -> dict[str, pd.Series]:
    """Return for which rows the formula is that of the phase, and for which that of the published name.

    Spinel against magnetite: the dominant charge. Spinel against rhombohedral structure: the one in which the
    cations sum up, and where they do in both, the one whose total with Fe3+ is in its range.
    """
    ferric = rows["dominance"] > 0
    spinel = (rows["phase"] == "Spinel") & (rows["truth"] == "Magnetite")
    magnetite = (rows["phase"] == "Magnetite") & (rows["truth"] == "Spinel")
    to_spinel = rows["truth"].eq("Ilmenite") & rows["phase"].isin(SPINELS)
    to_ilmenite = rows["truth"].isin(SPINELS) & rows["phase"].eq("Ilmenite")
    is_spinel, is_ilmenite = _structures(rows)
    phase = (spinel & ~ferric) | (magnetite & ferric) | (to_spinel & is_spinel) | (to_ilmenite & is_ilmenite)
    name = (spinel & ferric) | (magnetite & ~ferric) | (to_spinel & is_ilmenite) | (to_ilmenite & is_spinel)
    return {"phase": phase, "name": name}


def _structures(rows: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Return which rows only the spinel formula explains, and which only the ilmenite formula."""
    closes = {name: rows[f"departure_{name}"] <= CLOSES for name in STRUCTURES}
    both = closes["Magnetite"] & closes["Ilmenite"]
    fits = {name: closes[name] & (~both | _total_fits(rows, name)) for name in STRUCTURES}
    return fits["Magnetite"] & ~fits["Ilmenite"], fits["Ilmenite"] & ~fits["Magnetite"]


def _total_fits(rows: pd.DataFrame, name: str) -> pd.Series:
    low, high = load_minerals()[name].total.with_ferric
    return rows[f"total_{name}"].between(low, high)


def species(source: str, rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the species of the rows of each published name."""
    found = []
    for name, same in rows.groupby("name"):
        counts = Counter(same["species"].fillna("none"))
        for place, (given, n) in enumerate(counts.most_common(), 1):
            row = {"what": "species", "name": name, "kind": source, "rows": len(same)}
            found.append(row | {"species": given, "place": place, "same": n})
    return found


def dominance(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Return what becomes of "Spinel" of LEPR, by its dominant trivalent charge."""
    spinel = rows[rows["name"] == "Spinel"]
    ferric = spinel["dominance"] > 0
    return [
        named("LEPR", same)[0] | _phases(same) | {"what": "dominance", "kind": kind}
        for kind, same in (("Al + Cr", spinel[~ferric]), ("Fe3+ + 2 Ti", spinel[ferric]))
    ]


def structures(source: str, rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Return what the total says of the structure, where the formula closes in both."""
    closes = (rows["departure_Magnetite"] <= CLOSES) & (rows["departure_Ilmenite"] <= CLOSES)
    rows = rows[closes]
    fits = {name: _total_fits(rows, name) for name in STRUCTURES}
    found = []
    for truth, same in rows.groupby("truth"):
        for kind, here in (
            ("spinel", fits["Magnetite"] & ~fits["Ilmenite"]),
            ("ilmenite", fits["Ilmenite"] & ~fits["Magnetite"]),
            ("both or none", fits["Ilmenite"] == fits["Magnetite"]),
        ):
            row = {"what": "structure", "source": source, "name": truth, "kind": kind}
            found.append(row | _phases(same[here[same.index]]))
    return found


def _phases(rows: pd.DataFrame) -> dict[str, int]:
    """Return how many rows are called what, accepted or not."""
    accepted = rows["verdict"] == "accepted"
    found = {"rows": len(rows)}
    for phase in ("Magnetite", "Spinel", "Ilmenite"):
        found[phase] = int(((rows["phase"] == phase) & accepted).sum())
        found[f"{phase}_refused"] = int(((rows["phase"] == phase) & ~accepted).sum())
    return found


def main() -> None:
    """Write the results and draw the figures."""
    rows = binaries() + twins() + corners()
    found = published()
    for source, frame in found.items():
        rows += named(source, frame)
        rows += species(source, frame)
        rows += structures(source, frame)
    rows += dominance(found["LEPR"])
    rows += examples(judged)
    print(write_results("spinel_space", rows))
    spinel_figures.draw(judged, found)


if __name__ == "__main__":
    main()
