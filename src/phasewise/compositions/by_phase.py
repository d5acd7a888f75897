"""What is accepted of each phase, what is refused, and why."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from phasewise.core.result_names import find_result, find_suffixes, with_suffix
from phasewise.core.types import VERDICTS

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ReasonCounts", "by_phase", "sorted_counts"]

ReasonCounts = dict[tuple[str | None, str, str], int]
"""Numbers of analyses by phase (None where there was nothing to judge), verdict and reason code."""


def by_phase(result: Any) -> Any:
    """Return how many analyses of each phase have which verdict, and why.

    Parameters
    ----------
    result : pandas.DataFrame, polars.DataFrame or pyarrow.Table
        What `phasewise.classify` returned. Of a table with several analyses a row all are counted.

    Returns
    -------
    frame of the same kind
        Columns ``phase``, ``verdict``, ``reason_code`` and ``analyses``; most frequent phases first.

    Raises
    ------
    HeaderError
        If the table has no columns of results.

    Examples
    --------
    >>> import pyarrow as pa
    >>> from phasewise import classify
    >>> olivine = {"SiO2": [40.81], "FeOt": [9.55], "MnO": [0.14], "MgO": [49.42]}
    >>> by_phase(classify(pa.table(olivine))).to_pylist()
    [{'phase': 'Olivine', 'verdict': 'accepted', 'reason_code': 'fits', 'analyses': 1}]
    """
    import narwhals.stable.v2 as nw

    table = nw.from_native(result, eager_only=True)
    counts: Counter[tuple[str | None, str, str]] = Counter()
    for suffix in find_suffixes(table.columns):
        names = [with_suffix(name, suffix) for name in ("phase", "verdict", "reason_code")]
        phases, *rest = (table[find_result(table.columns, name)].to_list() for name in names)
        known = [phase if isinstance(phase, str) else None for phase in phases]
        counts.update(zip(known, *rest, strict=True))
    rows = sorted_counts(counts)
    columns = ("phase", "verdict", "reason_code", "analyses")
    data = {name: [row[k] for row in rows] for k, name in enumerate(columns)}
    kinds = {**dict.fromkeys(columns[:3], nw.String()), "analyses": nw.Int64()}
    return nw.from_dict(data, schema=kinds, backend=table.implementation).to_native()


def sorted_counts(
    counts: Mapping[tuple[str | None, str, str], int],
) -> list[tuple[str | None, str, str, int]]:
    """Return counts as rows: frequent phases first, verdicts in their order, frequent reasons first."""
    totals: Counter[str | None] = Counter()
    for (phase, _, _), number in counts.items():
        totals[phase] += number
    rows = [(*key, number) for key, number in counts.items()]
    return sorted(
        rows, key=lambda r: (r[0] is None, -totals[r[0]], r[0] or "", VERDICTS.index(r[1]), -r[3], r[2])
    )
