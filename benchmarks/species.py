"""How long names of species take, and how often they are those under which GEOROC filed an analysis.

Time: 100,000 rows drawn from the published analyses of the training table in their proportions, in CPU
seconds of one process, formulae apart; and each class with 100,000 rows of its own.

Agreement: rows of the GEOROC excerpt filed under the name of a species that the scheme of its class knows
(AUGITE, FAYALITE, GROSSULAR; not CLINOPYROXENE), in which nothing was filled in. Published names follow older
rules, or none, so that this is no accuracy: the most frequent other name stands beside.

    python benchmarks/species.py [--rows 100000]
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from typing import Any

import numpy as np
import pandas as pd

from formulae import OXIDES_READ, mixed_rows
from phasewise.chem.formulae import Formulae
from phasewise.chem.mineral_formula import FormulaOptions, MineralFormula
from phasewise.chem.minerals import load_minerals
from phasewise.chem.names import canonical_phase
from phasewise.chem.species import SCHEMES, species_of
from phasewise.core.data import dataset_path
from phasewise.core.types import FloatArray
from provenance import write_results

LEAST_ROWS = 10
ALL = "all, as published"


def formulae_of(name: str, values: FloatArray) -> Formulae:
    return MineralFormula(load_minerals()[name], OXIDES_READ, FormulaOptions()).calculate(values)


def cpu_of(formulae: list[Formulae]) -> float:
    """Return CPU seconds for the names of some formulae, the faster of two runs."""
    times = []
    for _ in range(2):
        start = time.process_time()
        for several in formulae:
            species_of(several)
        times.append(time.process_time() - start)
    return min(times)


def timed(rows: int) -> list[dict[str, Any]]:
    """Return the time of each class, and of all in their proportions."""
    held = mixed_rows(rows)
    found = [
        {"what": "time", "name": ALL, "rows": rows, "cpu_s": cpu_of([formulae_of(*x) for x in held.items()])}
    ]
    for name in sorted(held):
        if name in SCHEMES:
            repeated = np.resize(np.arange(len(held[name])), rows)
            cpu = cpu_of([formulae_of(name, held[name][repeated])])
            found.append({"what": "time", "name": name, "rows": rows, "cpu_s": cpu})
    return [row | {"cpu_s": round(float(row["cpu_s"]), 3)} for row in found]


def filed() -> list[dict[str, Any]]:
    """Return how often the species is the published one, by published name."""
    frame = pd.read_parquet(dataset_path("georoc_excerpt"))
    frame = frame[frame["n_imputed10"] == 0]
    values = frame.reindex(columns=list(OXIDES_READ)).to_numpy(float)
    published = frame["mineral_reported"].astype(str).str.casefold().to_numpy()
    found = []
    for name in sorted(set(published)):
        phase = canonical_phase(name.upper())
        rows = np.flatnonzero(published == name)
        if phase not in SCHEMES or len(rows) < LEAST_ROWS:
            continue
        named = species_of(formulae_of(phase, values[rows]))
        names = [named.species[code].name.casefold() if code >= 0 else "" for code in named.code.tolist()]
        if name in names:
            found.append(_agreement(name, phase, names))
    return found


def _agreement(published: str, phase: str, names: list[str]) -> dict[str, Any]:
    other = Counter(name for name in names if name != published).most_common(1)
    return {
        "what": "agreement",
        "name": published,
        "class": phase,
        "rows": len(names),
        "same": round(names.count(published) / len(names), 3),
        "next": f"{other[0][0] or 'none'} ({other[0][1]})" if other else "",
    }


def main() -> None:
    """Compute the figures and write them."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, default=100_000)
    results = [*timed(parser.parse_args().rows), *filed()]
    for row in results:
        print(row)
    print(f"Written: {write_results('species', results)}")


if __name__ == "__main__":
    main()
