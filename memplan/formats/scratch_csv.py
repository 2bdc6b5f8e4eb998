"""Scratch that kernels ask for while they run, which no model file tells: a row for each request.

op,bytes        the heading may be left out
0,40            op 0 asks for 40 bytes; several rows of one op are several buffers
0,40
3,1024
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from memplan.errors import FormatError, TooLarge, quoted
from memplan.formats.limits import MAX_JSON_BYTES, MAX_OPS
from memplan.plan import ScratchRequest

__all__ = ["scratch_rows"]

_MOST_DIGITS = 18  # below 2^63


def scratch_rows(data: bytes, file: str = "scratch.csv") -> tuple[ScratchRequest, ...]:
    r"""Read the requests, in the order of the file.

    Args:
        file: The name of the file, for messages.

    Raises:
        FormatError: A row is no pair of an op's number and of bytes.
        TooLarge: There are more rows than a net may have ops, or the file is too big.

    >>> scratch_rows(b"op,bytes\n0,40\n3,1024\n")[1]
    ScratchRequest(step=3, bytes=1024)
    """
    if len(data) > MAX_JSON_BYTES:
        raise TooLarge(f"{quoted(file)} is too big to be a list of scratch")
    found = []
    for line, row in _rows(data, file):
        if line == 1 and not any(cell.strip().isdigit() for cell in row):
            continue  # the heading
        found.append(_request(row, line, file))
        if len(found) > MAX_OPS:
            raise TooLarge(f"{quoted(file)} has more than {MAX_OPS:,} rows")
    return tuple(found)


def _rows(data: bytes, file: str) -> Iterator[tuple[int, list[str]]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FormatError(f"{quoted(file)} is no CSV in UTF-8 with rows of op,bytes") from None
    reader = csv.reader(io.StringIO(text))
    try:
        yield from ((reader.line_num, row) for row in reader if row)
    except csv.Error:
        raise FormatError(f"{quoted(file)}: line {reader.line_num:,} is no row of a CSV") from None


def _request(row: Sequence[str], line: int, file: str) -> ScratchRequest:
    cells = [cell.strip() for cell in row]
    good = all(c.isascii() and c.isdigit() and len(c) <= _MOST_DIGITS for c in cells)
    if len(cells) != 2 or not good:
        raise FormatError(
            f"{quoted(file)}: line {line:,} is not op,bytes: write the number of the op, from 0, "
            "and how many bytes its kernel asks for"
        )
    return ScratchRequest(int(cells[0]), int(cells[1]))
