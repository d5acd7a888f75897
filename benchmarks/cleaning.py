"""What cleaning leaves out of the training tables: rows by mineral, source and reason.

python benchmarks/cleaning.py
"""

from __future__ import annotations

from phasewise.chem.minerals import load_minerals
from phasewise.compositions.training.assemble import stoichiometric_tests
from phasewise.compositions.training.clean import clean
from phasewise.compositions.training.recipe import read_recipe
from phasewise.compositions.training.tables import Table, glasses, training_minerals
from provenance import write_results


def main() -> None:
    """Count and write."""
    table = Table.join([training_minerals(), glasses()])
    cleaning = clean(table, load_minerals(), stoichiometric_tests(read_recipe("default").phases))
    rows = [
        {"mineral": mineral, "source": source[:60], "reason": reason, "rows": n}
        for (mineral, source, reason), n in sorted(cleaning.counts().items())
        if reason != "kept"
    ]
    for mineral, counts in cleaning.by_label().items():
        print(mineral, dict(counts))
    print(f"Written: {write_results('cleaning', rows)}")


if __name__ == "__main__":
    main()
