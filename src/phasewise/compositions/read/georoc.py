"""Precompiled files of the GEOROC database: a table with a list of references behind its last row."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator

import pyarrow as pa

from phasewise.compositions.read._dialect import dialect_of, is_text, named
from phasewise.compositions.read._source import FormatSpec, Opened, Source
from phasewise.compositions.read.delimited import read_text, skipped_lines
from phasewise.core.arrow import texts as text_array

__all__ = ["SPEC"]

CITATION = "CITATION"
REFERENCE = "CITATION_REFERENCE"
BETWEEN_REFERENCES = " | "

_HEADER = re.compile(rb'^\s*(?:\xef\xbb\xbf)?"?CITATIONS?"?\s*[,;\t]', re.IGNORECASE)
_UNITS = re.compile(rb"\((?:WT%|PPM)\)")
_ID = re.compile(r"\[(\d+)\]")
_ENTRY = re.compile(r"\s*\[(\d+)\]\s*(.*\S)\s*", re.DOTALL)
_TITLE = re.compile(r"\s*references?\s*:?\s*", re.IGNORECASE)


def _sniff(source: Source) -> bool:
    first_line = source.head.split(b"\n", 1)[0]
    text = source.path is not None and is_text(source.head)
    return text and bool(_HEADER.match(first_line)) and bool(_UNITS.search(first_line.upper()))


def _open(source: Source) -> Opened:
    dialect = dialect_of(source)
    content = _content(source)
    stop, references = _references(content, dialect.start, dialect.encoding, dialect.delimiter)
    rows = content.slice(dialect.start, stop - dialect.start)
    columns = named([*dialect.columns])
    citation = next((i for i, name in enumerate(columns) if name.upper().startswith(CITATION)), 0)
    reference = REFERENCE if REFERENCE not in columns else REFERENCE + "_"

    def batches() -> Iterator[pa.Table]:
        for table in read_text(lambda: pa.BufferReader(rows), dialect, source.name):
            if not references:
                yield table
                continue
            texts = [_resolved(cell, references) for cell in table.column(citation).to_pylist()]
            yield table.append_column(reference, text_array(texts))

    notice = f"{len(references)} references behind the last row are given in the column {reference!r}."
    notices = (*skipped_lines(dialect), *([notice] if references else []))
    return Opened(
        (*columns, reference) if references else columns,
        batches,
        notices=notices,
        iron_conflicts="precedence",
    )


def _content(source: Source) -> pa.Buffer:
    """Return the file as one buffer: mapped into memory, or decompressed."""
    with pa.input_stream(str(source.file), compression="detect") as stream:
        if isinstance(stream, pa.CompressedInputStream):
            return pa.py_buffer(stream.read())
    return pa.memory_map(str(source.file)).read_buffer()


def _references(content: pa.Buffer, start: int, encoding: str, delimiter: str) -> tuple[int, dict[str, str]]:
    """Return where the rows end, and the references by id."""
    stop, lines = content.size, []
    while stop > start:
        begin, line = _line_before(content, start, stop)
        text = line.decode(encoding)
        if not _behind_the_rows(text, delimiter):
            break
        lines.append(text)
        stop = begin
    references = {}
    for text in reversed(lines):
        if entry := _ENTRY.fullmatch(_only_field(text, delimiter)):
            references[entry[1]] = re.sub(r"\s+", " ", entry[2])
    return stop, references


def _line_before(content: pa.Buffer, start: int, stop: int) -> tuple[int, bytes]:
    """Return the beginning and the text of the line that ends at byte `stop`."""
    span = 4096
    while True:
        begin = max(start, stop - span)
        piece = content.slice(begin, stop - begin).to_pybytes()
        newline = piece[:-1].rfind(b"\n")
        if newline >= 0 or begin == start:
            return begin + newline + 1, piece[newline + 1 :]
        span *= 4


def _fields(line: str, delimiter: str) -> list[str]:
    return next(csv.reader([line], delimiter=delimiter), [])


def _only_field(line: str, delimiter: str) -> str:
    return line.strip() if line.lstrip().startswith("[") else next(iter(_fields(line, delimiter)), "")


def _behind_the_rows(line: str, delimiter: str) -> bool:
    """Whether a line is blank, the title of the list, or one reference."""
    if line.lstrip().startswith("["):
        return True
    first, *others = _fields(line, delimiter) or [""]
    if any(other.strip() for other in others):
        return False
    return not first.strip() or bool(_TITLE.fullmatch(first)) or bool(_ENTRY.fullmatch(first))


def _resolved(citation: str, references: dict[str, str]) -> str:
    """Return the references of all ids in a cell, nothing for those that are not listed."""
    return BETWEEN_REFERENCES.join(references[i] for i in _ID.findall(citation) if i in references)


SPEC = FormatSpec(
    name="georoc",
    description="GEOROC precompiled file",
    extensions=(".csv",),
    sniff=_sniff,
    open=_open,
    priority=2,
)
