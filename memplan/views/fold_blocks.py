"""Repeated blocks: stretches of ops of one structure that come again, found by looking.

Idea: an op is a letter (its type, and how many blobs it reads and writes), a net a text. A block
    that comes several times in a row makes the text equal to itself, moved by the block's
    length; so each length is tried, and the stretches where that holds are taken. Those that
    come often and are no mere pair of ops are taken first, so that two stages of a net do not
    hide the blocks that they are made of; then those that cover most ops. A block begins where
    the fewest blobs pass from op to op: between two bottlenecks, not in the middle of one. Then
    the lines inside the blocks are compared, and only blocks that are wired alike count. At
    last, what is left between them is looked for in the other gaps: the first block of each
    stage of a net often comes again so.
Cost: O(V L) comparisons of letters for lengths up to L, made by numpy, where L is at most 1000
    and V L at most eight million; the wiring of at most 20 V ops is looked at, and at most 64
    gaps are looked for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, takewhile

import numpy as np
import numpy.typing as npt

from memplan.views.fold_tree import Fold, Folding, OpLinks
from memplan.views.names import shown

__all__ = ["repeated_blocks"]

LONGEST = 1000  # ops of a block …
COMPARED = 8_000_000  # … and letters compared in all
LINED_UP = 12  # blocks in a row, beyond which one fold holds them all
_OFTEN, _LONG = 4, 6  # a block that comes so often, and has so many ops, is one for certain
_COVERED = 8  # ops of all blocks of a kind, below which they are not worth a fold
_LOOKED_AT = 20
_GAPS = 64
_SHORTEST_GAP = 4
_TYPES = 3
_LETTERS = 50_000
_SEPARATORS = ("", *"/._:")

Letters = npt.NDArray[np.int64]


@dataclass(slots=True)
class _Search:
    """What is known while blocks are looked for: `taken` ops lie in a block already."""

    links: OpLinks
    letters: Letters
    taken: npt.NDArray[np.bool_]
    blobs: Letters
    reads: Letters
    looked_at: int = 0
    rows: list[list[range]] = field(default_factory=list)


def repeated_blocks(links: OpLinks) -> Folding:
    """The blocks that come again, in the net's own order of ops."""
    letters = _letters(links)
    if letters.size and letters.max() >= _LETTERS:
        return Folding()
    blobs, reads = _crossing(links)
    search = _Search(links, letters, np.zeros(letters.size, dtype=bool), blobs, reads)
    for *_, length, begin, end in sorted(_stretches(letters)):
        for free in _free(search, begin, end, 2 * length):
            _take_row(search, free, length)
    _take_gaps(search)
    folds = [fold for row in search.rows for fold in _folds(links, row)]
    return Folding(tuple(sorted(folds, key=lambda fold: fold.steps[0])))


def _letters(links: OpLinks) -> Letters:
    writes = Counter(made for made, _, _ in links.spans)
    known: dict[tuple[str, int, int], int] = {}
    kinds = zip(links.types, map(len, links.sources), strict=True)
    return np.array(
        [known.setdefault((*kind, writes[i]), len(known)) for i, kind in enumerate(kinds)],
        dtype=np.int64,
    )


def _crossing(links: OpLinks) -> tuple[Letters, Letters]:
    """How many blobs cross the line before each op, and how often those are read."""
    blobs, reads = (np.zeros(len(links.steps) + 2, dtype=np.int64) for _ in range(2))
    for made, last, count in links.spans:
        blobs[made + 1] += 1
        blobs[last + 1] -= 1
        reads[made + 1] += count
        reads[last + 1] -= count
    return blobs.cumsum(), reads.cumsum()


def _stretches(letters: Letters) -> Iterator[tuple[bool, int, int, int, int]]:
    """Where the text comes again after so many letters: how good that is, the length, where."""
    longest = min(letters.size // 2, LONGEST, COMPARED // max(letters.size, 1))
    for length in range(2, longest + 1):
        same = letters[length:] == letters[:-length]
        if np.count_nonzero(same) < length:
            continue
        edges = np.flatnonzero(np.diff(same, prepend=False, append=False))
        begins, ends = edges[::2], edges[1::2] + length
        times = (ends - begins) // length
        good = np.flatnonzero((times > 1) & (times * length >= _COVERED))
        for begin, end in zip(begins[good].tolist(), ends[good].tolist(), strict=True):
            count = (end - begin) // length
            clear = count > LINED_UP or (count >= _OFTEN and length >= _LONG)
            yield not clear, -count * length, length, begin, end


def _free(search: _Search, begin: int, end: int, least: int) -> list[range]:
    """The stretches of a range that no block has taken, if they are long enough."""
    if not search.taken[begin:end].any():
        return [range(begin, end)]
    edges = np.flatnonzero(np.diff(~search.taken[begin:end], prepend=False, append=False)) + begin
    pairs = zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
    return [range(a, b) for a, b in pairs if b - a >= least]


def _take_row(search: _Search, free: range, length: int) -> None:
    """Cut a stretch into blocks, and keep those in a row that are wired alike."""
    if search.looked_at > _LOOKED_AT * search.letters.size:
        return
    begin = _first_cut(search, free, length)
    blocks = [range(at, at + length) for at in range(begin, free.stop - length + 1, length)]
    search.looked_at += len(free)
    row: list[range] = []
    wiring = None
    for block in [*blocks, range(0)]:
        own = _wiring(search.links, block)
        if row and own != wiring:
            if len(row) > 1 and len(row) * length >= _COVERED:
                _take(search, row)
            row = []
        row.append(block)
        wiring = own


def _first_cut(search: _Search, free: range, length: int) -> int:
    """Where the first block begins: few blobs cross each border, and those are read often."""

    def badness(begin: int) -> tuple[float, float, int, int]:
        cuts = slice(begin, free.stop + 1, length)
        borders = search.blobs[cuts]
        return borders.mean(), -search.reads[cuts].mean(), -len(borders), begin

    last = free.stop - 2 * length
    return min(range(free.start, min(free.start + length, last + 1)), key=badness)


def _wiring(links: OpLinks, block: range) -> tuple[tuple[int, ...], ...]:
    """For each op of a block which of its others it reads from; -1 for what comes from outside."""
    begin = block.start
    return tuple(
        tuple([source - begin if source >= begin else -1 for source in links.sources[op]])
        for op in block
    )


def _take(search: _Search, row: list[range]) -> None:
    search.rows.append(row)
    for block in row:
        search.taken[block.start : block.stop] = True


def _take_gaps(search: _Search) -> None:
    """Look for what lies between the blocks in all other such gaps."""
    text = "".join(map(chr, search.letters.tolist()))
    gaps = _free(search, 0, len(text), _SHORTEST_GAP) if search.taken.any() else []
    gaps = [gap for gap in gaps if len(gap) <= LONGEST]
    patterns = dict.fromkeys(text[gap.start : gap.stop] for gap in sorted(gaps, key=len)[:_GAPS])
    for pattern in sorted(patterns, key=len, reverse=True):
        found = [
            range(at, at + len(pattern))
            for gap in _free(search, 0, len(text), len(pattern))
            for at in _occurrences(text, pattern, gap)
        ]
        alike = _alike(search.links, found)
        if len(alike) > 1:
            _take(search, alike)


def _occurrences(text: str, pattern: str, gap: range) -> Iterator[int]:
    # From behind: a stage's first block stands right before the blocks that are like it.
    at = text.rfind(pattern, gap.start, gap.stop)
    while at >= 0:
        yield at
        at = text.rfind(pattern, gap.start, at)


def _alike(links: OpLinks, found: Sequence[range]) -> list[range]:
    """Those of some stretches whose wiring comes most often."""
    kinds: dict[tuple[tuple[int, ...], ...], list[range]] = {}
    for block in sorted(found, key=lambda block: block.start):
        kinds.setdefault(_wiring(links, block), []).append(block)
    return max(kinds.values(), key=len, default=[])


def _folds(links: OpLinks, row: Sequence[range]) -> Iterable[Fold]:
    """A fold for each block; one around them all if they are many and stand in a row."""
    steps = [links.steps[block.start : block.stop] for block in row]
    kinds = dict.fromkeys(shown(links.types[op], 16) for op in row[0])
    what = ", ".join(list(kinds)[:_TYPES]) + (" …" if len(kinds) > _TYPES else "")
    blocks = [
        Fold(_common_name(links, block) or f"block {number} of {len(row)}: {what}", own)
        for number, (block, own) in enumerate(zip(row, steps, strict=True), start=1)
    ]
    together = all(a.stop == b.start for a, b in pairwise(row))
    if len(row) <= LINED_UP or not together:
        return blocks
    whole = tuple(step for own in steps for step in own)
    return [Fold(f"block \N{MULTIPLICATION SIGN}{len(row)}: {what}", whole, tuple(blocks))]


def _common_name(links: OpLinks, block: range) -> str:
    """What the names of a block's ops begin with, if that says something and is its own."""
    names = [links.names[op] for op in block]
    ends = zip(min(names), max(names), strict=False)
    prefix = "".join(a for a, _ in takewhile(lambda pair: pair[0] == pair[1], ends))
    if any(name[len(prefix) :][:1] not in _SEPARATORS for name in names):
        prefix = prefix[: 1 + max(map(prefix.rfind, "/._:"))]  # not in the middle of a word
    prefix = prefix.rstrip("/._:")
    around = (op for op in (block.start - 1, block.stop) if 0 <= op < len(links.names))
    own = len(prefix) > 2 and not any(links.names[op].startswith(prefix) for op in around)
    return prefix if own else ""
