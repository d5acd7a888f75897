"""Encoding, delimiter and header line of a text file."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from dataclasses import dataclass

import pyarrow as pa

from phasewise.compositions.headers import count_analytes
from phasewise.compositions.read._source import HEAD_BYTES, Source
from phasewise.core.errors import FileFormatError

__all__ = ["Dialect", "dialect_of", "find_header", "is_text", "named"]

DELIMITERS = (",", ";", "\t", "|", " ")
HEADER_WITHIN = 60
SAMPLE_RECORDS = 200
CHUNK = 1 << 22

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_NOT_IN_CP1252 = bytes((0x81, 0x8D, 0x8F, 0x90, 0x9D))
_TEXT_CONTROLS = frozenset(b"\t\n\r\f\v\x1a")


@dataclass(frozen=True)
class Dialect:
    """How a text file is written.

    Attributes
    ----------
    encoding : str
        ``utf-8``, ``utf-16-le``, ``utf-16-be``, ``cp1252`` or ``latin-1``.
    delimiter : str
        One character; a space stands for any number of them.
    quoted : bool
        Whether a quote mark occurs in the file.
    columns : tuple of str
        Names, without unnamed and empty columns at the right end.
    width : int
        Number of fields of most lines.
    start : int
        Byte at which the first row begins.
    lines_before : int
        Lines before the first row.
    skipped : int
        Lines before the header.
    """

    encoding: str
    delimiter: str
    quoted: bool
    columns: tuple[str, ...]
    width: int
    start: int
    lines_before: int
    skipped: int


def is_text(head: bytes) -> bool:
    """Return whether these first bytes are text in any usual encoding."""
    if _bom(head)[0] or _utf16_without_bom(head):
        return True
    if b"\0" in head:
        return False
    controls = sum(count for byte, count in Counter(head).items() if byte < 32 and byte not in _TEXT_CONTROLS)
    return controls <= len(head) // 1000


def _bom(head: bytes) -> tuple[bytes, str]:
    for bom, encoding in _BOMS:
        if head.startswith(bom):
            return bom, encoding
    return b"", ""


def _utf16_without_bom(head: bytes) -> str:
    sample = head[:4096]
    half = len(sample) // 2
    if half < 2:
        return ""
    high, low = sample[0 : 2 * half : 2].count(0), sample[1 : 2 * half : 2].count(0)
    if low > 0.7 * half and high < 0.1 * half:
        return "utf-16-le"
    return "utf-16-be" if high > 0.7 * half and low < 0.1 * half else ""


def dialect_of(source: Source) -> Dialect:
    """Return how a text file is written, from all its bytes (encoding) and its first lines.

    Raises
    ------
    FileFormatError
        If its first lines hold no table.
    """
    bom, encoding = _bom(source.head)
    encoding = encoding or _utf16_without_bom(source.head)
    found, quoted = _scan(source)
    encoding = encoding or found
    text = source.head[len(bom) :].decode(encoding, errors="ignore")
    lines = list(io.StringIO(text, newline=""))
    if len(lines) > 1 and not lines[-1].endswith(("\n", "\r")):
        lines = lines[:-1] if len(source.head) >= HEAD_BYTES else lines
    delimiter = _delimiter(lines)
    records, ends = _records(lines, delimiter)
    if not records:
        raise FileFormatError(
            f"{source.name} has no first line that can be read as a table. Export it again."
        )
    header = find_header(records)
    body = [record for record in records[header + 1 :] if any(cell.strip() for cell in record)]
    columns = _columns(records[header], body)
    width = Counter(map(len, body)).most_common(1)[0][0] if body else len(columns)
    before = "".join(lines[: ends[header]])
    return Dialect(
        encoding=encoding,
        delimiter=delimiter,
        quoted=quoted,
        columns=columns,
        width=width,
        start=len(bom) + len(before.encode(encoding)),
        lines_before=ends[header],
        skipped=ends[header - 1] if header else 0,
    )


def _scan(source: Source) -> tuple[str, bool]:
    """Return the encoding of a file without BOM, and whether it holds a quote mark."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    utf8, cp1252, quoted, plain = True, True, False, True
    with pa.input_stream(str(source.file), compression="detect") as stream:
        while chunk := stream.read(CHUNK):
            quoted = quoted or b'"' in chunk
            if plain and chunk.isascii():
                continue
            plain = False
            cp1252 = cp1252 and len(chunk.translate(None, _NOT_IN_CP1252)) == len(chunk)
            if utf8:
                try:
                    decoder.decode(chunk)
                except UnicodeDecodeError:
                    utf8 = False
    if utf8 and not decoder.getstate()[0]:
        return "utf-8", quoted
    return ("cp1252" if cp1252 else "latin-1"), quoted


def _records(lines: list[str], delimiter: str) -> tuple[list[list[str]], list[int]]:
    """Return the first records that are not blank, and after how many lines each ends."""
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True)
    records, ends = [], []
    try:
        for record in reader:
            if any(cell.strip() for cell in record):
                records.append(record)
                ends.append(reader.line_num)
            if len(records) >= SAMPLE_RECORDS:
                break
    except csv.Error:
        pass
    return records, ends


def _delimiter(lines: list[str]) -> str:
    """Return the delimiter under which the header names most analytes."""

    def score(delimiter: str) -> tuple[int, int, int]:
        records, _ = _records(lines, delimiter)
        if not records:
            return (0, 0, 0)
        header = records[find_header(records)]
        modal, count = Counter(map(len, records)).most_common(1)[0]
        return (count_analytes(header), count if modal > 1 and delimiter != " " else 0, modal)

    return max(DELIMITERS, key=score)


def find_header(records: list[list[str]]) -> int:
    """Return the index of the record that names most oxides or elements; the first one if none does.

    Examples
    --------
    >>> find_header([["My table"], ["Sample", "SiO2", "MgO"], ["a", "40", "50"]])
    1
    """
    scores = [count_analytes(record) for record in records[:HEADER_WITHIN]]
    if max(scores) > 0:
        return scores.index(max(scores))
    comments = [record[0].lstrip().startswith("#") if record else True for record in records]
    return comments.index(False) if False in comments else 0


def _columns(header: list[str], body: list[list[str]]) -> tuple[str, ...]:
    end = len(header)
    while end and not header[end - 1].strip() and not any(r[end - 1].strip() for r in body if len(r) >= end):
        end -= 1
    return named(header[:end])


def named(header: list[str]) -> tuple[str, ...]:
    """Return names with ``column_<n>`` where there is none.

    Examples
    --------
    >>> named(["", "SiO2", " "])
    ('column_1', 'SiO2', 'column_3')
    """
    taken = set(header)
    names = []
    for position, name in enumerate(header, start=1):
        if not name.strip():
            name = f"column_{position}"
            while name in taken:
                name += "_"
        names.append(name)
    return tuple(names)
