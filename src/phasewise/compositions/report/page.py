"""The report of a classification as a page: what was found, what to do, and every analysis."""

from __future__ import annotations

import datetime
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from phasewise import __version__
from phasewise.compositions.report.figures import diagram_figures, overview_figures
from phasewise.compositions.report.listing import listing
from phasewise.compositions.report.remedies import NOTHING_WRONG, remedy_of
from phasewise.core.types import VERDICTS
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
)
from phasewise.report.rows import rows_link

if TYPE_CHECKING:
    from collections.abc import Iterable

    from phasewise.compositions.report.collect import ReportRows

__all__ = ["About", "classification_page"]

MOST_STEPS = 3
MOST_PHASES = 3
MOST_WHYS = 6
RARE = 2
MANY = 50
"""Among this many accepted analyses a phase that was found `RARE` times or less is worth a look."""


@dataclass(frozen=True)
class About:
    """What a report is of.

    Attributes
    ----------
    title : str
        Name of the table.
    facts : tuple of (str, str)
        Model, version and settings, each with its name.
    notices : tuple of str
        What was assumed while reading.
    everything : str
        How to get a table of all rows with their results.
    """

    title: str
    facts: tuple[tuple[str, str], ...] = ()
    notices: tuple[str, ...] = ()
    everything: str = "phasewise classify FILE --out RESULT.csv"


def classification_page(rows: ReportRows, about: About) -> Page:
    """Return the report of a classified table as a page that is yet to be written."""
    sections = [
        Section("Overview", _overview(rows, about)),
        Section("What to look at first", _first(rows, about)),
        Section("What to measure again", _again(rows)),
    ]
    if figures := diagram_figures(rows):
        sections.append(Section("Diagrams", [Figures(figures)]))
    sections.append(Section("All analyses", _all(rows, about)))
    today = datetime.date.today()
    date = f"{today.day} {today:%B %Y}"
    return Page(about.title, _lead(rows), sections, f"Written by phasewise {__version__} on {date}.")


def _sum(rows: ReportRows, verdict: str) -> int:
    return sum(number for (_, v, _), number in rows.counts.items() if v == verdict)


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "none"


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


def _lead(rows: ReportRows) -> str:
    if not rows.analyses:
        return "The table has no rows, so nothing was classified."
    accepted, n = _sum(rows, "accepted"), rows.analyses
    phases = len({phase for phase, verdict, _ in rows.counts if verdict == "accepted"})
    told = f"{_count(n, 'analysis', 'analyses')}: {accepted:,} accepted ({_share(accepted, n)})"
    told += f" as {_count(phases, 'phase', 'phases')}" if phases else ""
    return f"{told}, {n - accepted:,} to look at." if accepted < n else f"{told}, none to look at."


def _overview(rows: ReportRows, about: About) -> list[Block]:
    n = rows.analyses
    numbers = [("Rows", f"{rows.rows:,}")]
    if n != rows.rows:
        numbers.append(("Analyses", f"{n:,}"))
    for verdict in VERDICTS:
        if number := _sum(rows, verdict):
            numbers.append((_words(verdict).capitalize(), f"{number:,} ({_share(number, n)})"))
    blocks: list[Block] = [Facts(numbers), *([Facts(about.facts)] if about.facts else [])]
    return [*blocks, Figures(overview_figures(rows)), _phases(rows)] if n else blocks


def _words(code: str) -> str:
    return code.replace("_", " ")


def _phases(rows: ReportRows) -> Table:
    """Return how many analyses of each phase have which verdict."""
    verdicts = [verdict for verdict in VERDICTS if _sum(rows, verdict)]
    by: Counter[tuple[str | None, str]] = Counter()
    totals: Counter[str | None] = Counter()
    for (phase, verdict, _), number in rows.counts.items():
        by[phase, verdict] += number
        totals[phase] += number
    table = []
    for phase, total in sorted(totals.items(), key=lambda item: (item[0] is None, -item[1], item[0] or "")):
        cells = [_linked(by[phase, verdict], phase=phase, verdict=verdict) for verdict in verdicts]
        share = by[phase, "accepted"] / total
        accepted = Cell(f"{100 * share:.0f} %", share, shade=0.35 * (1 - share))
        table.append([Cell(phase or "(no phase)"), *cells, accepted, _linked(total, phase=phase)])
    columns = [
        Column("phase"),
        *(Column(_words(verdict), True) for verdict in verdicts),
        Column("accepted, %", True, "Share of its analyses that are accepted"),
        Column("all", True),
    ]
    caption = "Every number leads to its rows. Deeper means that less is accepted. Click a heading to sort."
    return Table(columns, table, caption, scrolls=True)


def _linked(number: int, **chosen: str | None) -> Cell:
    return cell(number, link=rows_link(**chosen)) if number else Cell("", 0.0)


def _first(rows: ReportRows, about: About) -> list[Block]:
    steps = [*_largest_groups(rows), *_doubtful(rows), *_rare(rows)]
    blocks: list[Block] = []
    if about.notices:
        assumed = "While reading, the following was assumed. A wrong answer often begins here."
        blocks += [Prose(assumed), Notes(list(dict.fromkeys(about.notices)))]
    if steps:
        return [*blocks, Steps(steps)]
    if not rows.analyses:
        return [*blocks, Prose("There are no analyses.")]
    return [*blocks, Prose("Nothing stands out: all is accepted, and without a remark.")]


def _largest_groups(rows: ReportRows) -> Iterable[Step]:
    """Yield what most of the analyses that are not accepted need."""
    groups = _groups(rows, accepted=False)
    for (action, verdict), group in sorted(groups.items(), key=lambda g: -g[1].number)[:MOST_STEPS]:
        whys = ", ".join(f"“{why}”" for why, _ in group.whys.most_common(1))
        others = f" and {_count(len(group.whys) - 1, 'other', 'others')}" if len(group.whys) > 1 else ""
        text = (
            f"{_words(verdict).capitalize()}: {_count(group.number, 'analysis', 'analyses')} "
            f"({_share(group.number, rows.analyses)}), {whys}{others}. {action}."
        )
        yield Step(text, rows_link(todo=action, verdict=verdict))


def _doubtful(rows: ReportRows) -> Iterable[Step]:
    """Yield what is accepted, but with a remark or a low probability."""
    whys: Counter[str] = Counter()
    for group in _groups(rows, accepted=True).values():
        whys.update(group.whys)
    if whys:
        why, n = whys.most_common(1)[0][0], whys.total()
        text = f"{_count(n, 'accepted analysis has', 'accepted analyses have')} a remark, mostly “{why}”."
        yield Step(text, rows_link(verdict="accepted", why=why))
    unsure = sum(n for (k, verdict), n in rows.sureness.items() if verdict == "accepted" and k < 3)
    if unsure:
        text = f"{_count(unsure, 'accepted analysis has', 'accepted analyses have')} a probability below 0.9."
        yield Step(text, rows_link(verdict="accepted", sort="probability"), "The least sure first")


def _rare(rows: ReportRows) -> Iterable[Step]:
    """Yield the phases of which hardly any was accepted: finds, or errors."""
    found: Counter[str] = Counter()
    for (phase, verdict, _), number in rows.counts.items():
        if phase is not None and verdict == "accepted":
            found[phase] += number
    if found.total() < MANY:
        return
    for phase, number in sorted(found.items(), key=lambda item: (item[1], item[0])):
        if number <= RARE:
            times = "once" if number == 1 else "twice"
            yield Step(f"{phase} was accepted {times} only.", rows_link(phase=phase, verdict="accepted"))


@dataclass
class _Group:
    """Analyses that need the same: why, what they look like, and what stands behind the remedy."""

    because: str
    whys: Counter[str] = field(default_factory=Counter)
    phases: Counter[str | None] = field(default_factory=Counter)

    @property
    def number(self) -> int:
        return self.whys.total()


def _groups(rows: ReportRows, *, accepted: bool) -> dict[tuple[str, str], _Group]:
    """Return the analyses with a remark by (what to do, verdict)."""
    groups: dict[tuple[str, str], _Group] = {}
    for (phase, verdict, why), number in rows.counts.items():
        if (verdict == "accepted") == accepted and why != NOTHING_WRONG:
            action, because = remedy_of(why, verdict)
            group = groups.setdefault((action, verdict), _Group(because))
            group.whys[why] += number
            group.phases[phase] += number
    return groups


def _again(rows: ReportRows) -> list[Block]:
    blocks: list[Block] = []
    for accepted, lead in (
        (False, "What is not accepted, by what it needs. Every number leads to its rows."),
        (True, "What is accepted, but has a remark: the phase is certain, the numbers may not be."),
    ):
        if groups := _groups(rows, accepted=accepted):
            blocks += [Prose(lead), _remedies(groups)]
    if not rows.analyses:
        return [Prose("There are no analyses.")]
    return blocks or [Prose("Nothing: every analysis is accepted, and none has a remark.")]


def _remedies(groups: dict[tuple[str, str], _Group]) -> Table:
    table = [
        [
            Cell(action, aside=group.because),
            Cell(_words(verdict)),
            Cell(links=_whys(group.whys, verdict)),
            Cell(_named(group.phases)),
            cell(group.number, link=rows_link(todo=action, verdict=verdict)),
        ]
        for (action, verdict), group in sorted(groups.items(), key=lambda g: (-g[1].number, g[0]))
    ]
    heads = [Column(name) for name in ("what to do", "verdict", "why", "looks like")]
    return Table([*heads, Column("analyses", True)], table)


def _whys(whys: Counter[str], verdict: str) -> list[tuple[str, str]]:
    """Return the most frequent reasons with their numbers, and where they lead."""
    shown = whys.most_common(MOST_WHYS)
    links = [(f"{why} ({number:,})", rows_link(why=why, verdict=verdict)) for why, number in shown]
    rest = len(whys) - len(shown)
    return [*links, *([(f"{rest} more", "")] if rest else [])]


def _named(phases: Counter[str | None]) -> str:
    names = [f"{phase or '(no phase)'} {n:,}" for phase, n in phases.most_common(MOST_PHASES)]
    if len(phases) > MOST_PHASES:
        names.append(f"{len(phases) - MOST_PHASES} more")
    return ", ".join(names)


def _all(rows: ReportRows, about: About) -> list[Block]:
    if not rows.listed:
        return [Prose("There are none.")]
    blocks: list[Block] = []
    if rows.listed < rows.analyses:
        blocks.append(
            Prose(
                f"Listed are the first {rows.listed:,} of {rows.analyses:,} analyses; all of them are "
                f"counted above. A table of all: {about.everything}"
            )
        )
    return [*blocks, listing(rows, about.title, about.everything)]
