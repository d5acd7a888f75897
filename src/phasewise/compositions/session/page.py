"""The report of a session as a page: what is wrong, recoveries, drift, and what the unknowns are worth."""

from __future__ import annotations

import datetime
import math
from typing import TYPE_CHECKING

import numpy as np

from phasewise import __version__
from phasewise.compositions.session.figures import control_charts, recovery_figure
from phasewise.compositions.session.sentences import interval_text
from phasewise.compositions.session.unknowns import QUANTITIES
from phasewise.plot.save import require_matplotlib
from phasewise.report.page import (
    Block,
    Cell,
    Column,
    Facts,
    Figures,
    Notes,
    Page,
    Prose,
    Section,
    Step,
    Steps,
    Table,
    cell,
    check_page_path,
    write_page,
)

if TYPE_CHECKING:
    import os
    from pathlib import Path

    from phasewise.compositions.session.quality import SessionAssessment
    from phasewise.compositions.session.recovery import Recovery

__all__ = ["check_session_page", "session_page", "write_session_page"]

_DECIMALS = 3


def check_session_page(path: str | os.PathLike[str], *, force: bool = False, source: object = None) -> Path:
    """Return where the page will be written, after making sure that it can be: ask before long work.

    Raises
    ------
    OutputError
        If matplotlib or jinja2 is absent, or the file cannot be written, exists (without `force`), or is the
        source.
    """
    require_matplotlib()
    return check_page_path(path, force=force, source=source)


def write_session_page(
    session: SessionAssessment, path: str | os.PathLike[str], *, title: str, force: bool = False
) -> None:
    """Write the report of a session; errors as for `check_session_page`."""
    check_session_page(path, force=force)
    write_page(session_page(session, title), path, force=force)


def session_page(session: SessionAssessment, title: str) -> Page:
    """Return the report of a session as a page that is yet to be written."""
    sections = [
        Section("What was found", _found(session)),
        Section("Recoveries", _recoveries(session)),
        Section("Along the session", _along(session)),
    ]
    if session.outliers:
        sections.append(Section("Analyses that are off", [_outliers(session)]))
    sections += [
        Section("What it means for the unknowns", _unknowns(session)),
        Section("Accepted values", [_sources(session), Notes(list(dict.fromkeys(session.notices)))]),
    ]
    today = datetime.date.today()
    date = f"{today.day} {today:%B %Y}"
    return Page(title, _lead(session), sections, f"Written by phasewise {__version__} on {date}.")


def _lead(session: SessionAssessment) -> str:
    biased = sum(r.is_biased for r in session.recoveries)
    drifting = sum(r.drifts for r in session.recoveries)
    told = f"{_many(biased, 'bias', 'biases')} and {_many(drifting, 'drift', 'drifts')}"
    return f"{session.summary[0]} {told} beyond chance."


def _many(number: int, one: str, several: str) -> str:
    return f"{number or 'No'} {one if number == 1 else several}"


def _found(session: SessionAssessment) -> list[Block]:
    judged = [r for r in session.recoveries if np.isfinite(r.p)]
    facts = [
        ("Standards", f"{len(session.rows.names)}"),
        ("Their analyses", f"{int((session.rows.standard >= 0).sum()):,}"),
        ("Left out", f"{len(session.outliers):,}"),
        ("Oxides judged", f"{len(judged)}"),
        ("Biased", f"{sum(r.is_biased for r in judged)}"),
        ("Drifting", f"{sum(r.drifts for r in session.recoveries)}"),
        ("Unknowns", f"{len(session.unknowns.rows):,}"),
    ]
    return [Facts(facts), Steps([Step(sentence) for sentence in session.summary[1:]])]


def _recoveries(session: SessionAssessment) -> list[Block]:
    blocks: list[Block] = []
    if figures := recovery_figure(session):
        caption = (
            "Mean against the accepted value, with intervals of 95 %; oxides of 0.1 wt% and more. A full "
            "mark has an interval without 100 %. Some have by chance, which the table accounts for."
        )
        blocks.append(Figures(figures, caption))
    columns = [
        Column("standard"),
        Column("oxide"),
        Column("n", True, "Analyses that count"),
        Column("accepted", True, "wt%"),
        Column("mean", True, "wt%"),
        Column("rsd, %", True, "Standard deviation of a single analysis, in per cent of the mean"),
        Column("recovery, %", True, "Mean against the accepted value, and its interval of 95 %"),
        Column("bias, wt%", True, "Mean less accepted value"),
        Column("verdict", False, "More than chance, given the number of tests (Holm)"),
        Column(f"drift, wt%/{session.rows.order.unit}", True, "Slope, and its interval of 95 %"),
        Column("drift", False, "More than chance, given the number of tests (Holm)"),
    ]
    rows = [_row(r) for r in session.recoveries]
    return [
        *blocks,
        Table(columns, rows, "wt%; deeper is more than chance. Click a heading to sort.", scrolls=True),
    ]


def _row(r: Recovery) -> list[Cell]:
    recovery, low, high = r.recovery
    drift = cell(float("nan"))
    if np.isfinite(r.drift.slope):
        drift = Cell(
            f"{r.drift.slope:+.2g}",
            r.drift.slope,
            interval_text(r.drift.low, r.drift.high, 3),
        )
    return [
        Cell(r.standard),
        Cell(r.oxide),
        cell(r.n),
        cell(r.accepted, 2),
        cell(r.mean, 2),
        cell(r.rsd if r.mean >= 0.01 else math.nan, 1),
        cell(recovery, 1, aside="" if math.isnan(recovery) else interval_text(low, high)),
        _signed(r.bias, 3),
        Cell(r.verdict, shade=0.35 * r.is_biased),
        drift,
        Cell(r.drift_verdict, shade=0.35 * r.drifts),
    ]


def _signed(value: float, decimals: int) -> Cell:
    """Return a cell of a number with its sign, 0 without one, and a dash for NaN."""
    if math.isnan(value):
        return cell(value)
    text = f"{value:+.{decimals}f}"
    return Cell(text if float(text) else text[1:], value)


def _along(session: SessionAssessment) -> list[Block]:
    figures, possible = control_charts(session)
    if not figures:
        return [Prose("No standard was analysed twice.")]
    order = "hours" if session.rows.order.unit == "h" else "numbers of analyses"
    caption = (
        f"Over {order}: analyses (dots), their mean with 2 standard deviations (band), the accepted value "
        "(dashed green), a drift beyond chance (orange), analyses that are off (crosses)."
    )
    if possible > len(figures):
        caption += f" The {len(figures)} of {possible} with the clearest findings."
    return [Figures(figures, caption)]


def _outliers(session: SessionAssessment) -> Table:
    rows = [
        [
            Cell(session.rows.labels[outlier.row]),
            cell(outlier.row + 1),
            Cell(outlier.standard),
            Cell(outlier.oxide),
            cell(outlier.value, 2),
            cell(outlier.expected, 2),
            Cell(outlier.reason),
        ]
        for outlier in session.outliers
    ]
    heads = [Column("analysis"), Column("row", True), Column("standard"), Column("oxide")]
    heads += [Column("measured", True), Column("expected", True), Column("why")]
    return Table(heads, rows, "They are left out of recoveries and drifts.")


def _unknowns(session: SessionAssessment) -> list[Block]:
    if not len(session.unknowns.rows):
        return [Prose("There are none: every row is a standard.")]
    lead = (
        "What the standards say of the unknowns: their bias and precision, interpolated by concentration "
        "between the standards. A matrix that is unlike all of them can have errors that no standard shows."
    )
    blocks: list[Block] = [Prose(lead), _by_oxide(session)]
    return [*blocks, table] if (table := _by_mineral(session)) is not None else blocks


def _by_oxide(session: SessionAssessment) -> Table:
    errors = session.unknowns.errors
    values = session.rows.analyses.values[session.unknowns.rows]
    rows = []
    for k, oxide in enumerate(errors.columns):
        asked = errors.asked[:, k]
        if not asked.any():
            continue
        covered = asked & errors.covered[:, k]
        share = float(covered.sum() / asked.sum())
        medians = [
            100 * float(np.median(table[covered, k])) if covered.any() else math.nan
            for table in (errors.bias, errors.sd, errors.error)
        ]
        rows.append(
            [
                Cell(oxide),
                cell(int(asked.sum())),
                Cell(
                    f"{values[asked, k].min():.2f}-{values[asked, k].max():.2f}",
                    float(values[asked, k].max()),
                ),
                Cell(f"{100 * share:.0f} %", share, shade=0.35 * (1 - share)),
                _signed(medians[0], 1),
                *(cell(median, 1) for median in medians[1:]),
            ]
        )
    heads = [
        Column("oxide"),
        Column("unknowns", True, "With 0.1 wt% or more of it"),
        Column("wt%", True, "Lowest and highest"),
        Column("checked", True, "Share for which standards hold the oxide at a comparable level"),
        Column("bias, %", True, "Median, in per cent of the value"),
        Column("precision, %", True, "Median standard deviation of a single analysis"),
        Column("error, %", True, "Root of the sum of the squares of both"),
    ]
    return Table(heads, rows, "Medians of the unknowns that are checked.")


def _by_mineral(session: SessionAssessment) -> Table | None:
    unknowns, rows = session.unknowns, []
    for phase in sorted({name for name in unknowns.phase.tolist() if name is not None}):
        of_phase = unknowns.phase == phase
        for k, name in enumerate(QUANTITIES):
            held = of_phase & np.isfinite(unknowns.values[:, k])
            told = held & np.isfinite(unknowns.sd[:, k])
            if told.any():
                value, bias, sd = (
                    float(np.median(table[told, k]))
                    for table in (unknowns.values, unknowns.bias, unknowns.sd)
                )
                title = "sum of cations" if name == "cations_apfu" else name
                rows.append(
                    [
                        Cell(phase),
                        Cell(title),
                        Cell(f"{int(told.sum()):,} of {int(held.sum()):,}", float(told.sum())),
                        cell(value, _DECIMALS if name in ("cations_apfu", "XMg") else 1),
                        Cell(f"{bias:+.2g}", bias),
                        Cell(f"{sd:.2g}", sd),
                    ]
                )
    if not rows:
        return None
    heads = [Column("mineral"), Column("quantity"), Column("checked", True), Column("value", True)]
    heads += [Column("bias", True), Column("precision", True, "One standard deviation of a single analysis")]
    return Table(
        heads, rows, "Medians, in the unit of the quantity; where no oxide that matters is unchecked."
    )


def _sources(session: SessionAssessment) -> Table:
    rows = []
    for name, place in zip(session.rows.names, session.rows.materials, strict=True):
        material = session.accepted.materials[place] if place >= 0 else None
        source = "no accepted values: give them as a table" if material is None else material.source
        rows.append([Cell(name), Cell(material.name if material else "–"), Cell(source or "your table")])
    return Table([Column("standard"), Column("taken for"), Column("source")], rows)
