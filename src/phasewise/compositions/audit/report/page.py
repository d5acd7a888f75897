"""The report of an audit as a page."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from phasewise import __version__
from phasewise.compositions.audit.report.diagrams import diagrams
from phasewise.compositions.audit.report.listing import EVERYTHING, listing
from phasewise.compositions.audit.report.overview import first_steps, lead, overview
from phasewise.compositions.audit.report.tables import blocks, labels, publications
from phasewise.compositions.report.write import check_report_path
from phasewise.report.page import Block, Figures, Page, Prose, Section, write_page

if TYPE_CHECKING:
    import os

    from phasewise.compositions.audit.report.audited import Audited

__all__ = ["audit_page", "write_audit_page"]


def write_audit_page(found: Audited, path: str | os.PathLike[str], *, force: bool = False) -> None:
    """Write what an audit has found as a page.

    Raises
    ------
    OutputError
        If matplotlib or jinja2 is absent, or the file cannot be written or exists (without `force`).
    """
    check_report_path(path, force=force)
    write_page(audit_page(found), path, force=force)


def audit_page(found: Audited) -> Page:
    """Return the report of an audit as a page that is yet to be written."""
    sections = [
        Section("Overview", overview(found)),
        Section("What to look at first", first_steps(found)),
    ]
    if len(found.rows):
        sections += [
            Section("Blocks", blocks(found)),
            Section("By publication", publications(found)),
            Section("By mineral", labels(found)),
        ]
        if figures := diagrams(found):
            sections.append(Section("Diagrams", [_about_diagrams(), Figures(figures)]))
        sections.append(Section("All flagged rows", _all(found)))
    today = datetime.date.today()
    date = f"{today.day} {today:%B %Y}"
    return Page(found.title, lead(found), sections, f"Written by phasewise {__version__} on {date}.")


def _about_diagrams() -> Prose:
    return Prose(
        "Flagged rows stand above those that agree, which are grey. Each is drawn as what it is published "
        "as, by the formula of that mineral; where that has no place, as what it is by composition."
    )


def _all(found: Audited) -> list[Block]:
    flagged, listed = len(found.marked.flagged), len(found.listed)
    if not flagged:
        return [Prose(f"There are none. {EVERYTHING}")]
    if listed == flagged:
        return [listing(found)]
    return [
        Prose(
            f"Listed are the {listed:,} most important of {flagged:,} flagged rows; all of them are counted "
            f"above. {EVERYTHING}"
        ),
        listing(found),
    ]
