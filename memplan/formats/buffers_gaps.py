"""The column `gaps` of a buffer: times in which it is not live, or occupies a part of itself.

    5-9          not live during [5, 9)
    5-9@0:64     during [5, 9) it occupies only its bytes [0, 64)

Several are parted by spaces, in any order.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from memplan.errors import FormatError
from memplan.plan import LiveRange, Window

__all__ = ["gaps_text", "parse_gaps"]

_GAP = re.compile(r"(\d{1,18})-(\d{1,18})(?:@(\d{1,18}):(\d{1,18}))?", re.ASCII)

Gaps = tuple[tuple[LiveRange, ...], tuple[Window, ...]]


def parse_gaps(cell: str) -> Gaps:
    """Read the gaps of a buffer and its windows, each in order of time.

    Raises:
        FormatError: What is wrong with them, without the place.

    >>> parse_gaps("7-9@0:4 2-3")
    ((LiveRange(begin=2, end=3),), (Window(live=LiveRange(begin=7, end=9), low=0, high=4),))
    """
    gaps: list[LiveRange] = []
    windows: list[Window] = []
    for word in cell.split():
        match = _GAP.fullmatch(word)
        if match is None:
            raise FormatError("write 5-9, or 5-9@0:64 for a time in which a part is occupied")
        begin, end = int(match[1]), int(match[2])
        if begin >= end:
            raise FormatError(f"{begin}-{end} ends before it has begun")
        if match[3] is None:
            gaps.append(LiveRange(begin, end))
            continue
        low, high = int(match[3]), int(match[4])
        if low > high:
            raise FormatError(f"the bytes {low}:{high} end before they have begun")
        windows.append(Window(LiveRange(begin, end), low, high))
    return tuple(sorted(gaps)), tuple(sorted(windows))


def gaps_text(gaps: Sequence[LiveRange], windows: Sequence[Window]) -> str:
    """Write gaps and windows as one cell, in order of time.

    >>> gaps_text((LiveRange(2, 3),), (Window(LiveRange(0, 1), 0, 4),))
    '0-1@0:4 2-3'
    """
    words = [(gap, f"{gap.begin}-{gap.end}") for gap in gaps]
    for window in windows:
        text = f"{window.live.begin}-{window.live.end}@{window.low}:{window.high}"
        words.append((window.live, text))
    return " ".join(text for _, text in sorted(words))
