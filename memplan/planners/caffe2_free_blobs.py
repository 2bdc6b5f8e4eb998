"""Caffe2's DAG planner: which blobs are free, and which of them an output takes.

free list   (2 shares, "often")  (1, "a")  (1, "b")      an output that holds the tokens {1}
asks for          {1, 2}            {1}       {1}        passes over "often" and takes "a"
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from heapq import heappop, heappush

from memplan.net import CPU, Device

__all__ = ["FreeBlobs", "infer_blob_size"]


class FreeBlobs:
    """The blobs whose memory is free, and what is asked of who takes it.

    Attributes:
        free: How often the memory of each was shared, negative, and its name: a heap, as long as
            nobody looks at sizes.
        is_free: How often each is in the list.
        device: Where each blob is written.
        required_tokens: What an op must hold to take the memory of each.
        share_count: How often the memory of each was shared.
        size: Elements of what was free at some time.
    """

    def __init__(self, shapes: Mapping[str, Sequence[int]]) -> None:
        self.shapes = shapes
        self.free: list[tuple[int, str]] = []
        self.is_free: dict[str, int] = defaultdict(int)
        self.device: dict[str, Device] = {}
        self.required_tokens: dict[str, int] = defaultdict(int)
        self.share_count: dict[str, int] = defaultdict(int)
        self.size: dict[str, int] = {}

    def clear(self) -> None:
        """Nothing is free: the walk begins anew at another head."""
        self.free, self.is_free = [], defaultdict(int)

    def require(self, blob: str, tokens: int) -> None:
        """Whoever takes this memory later must come after the holder of these tokens."""
        merged = self.required_tokens[blob] | tokens
        # Where the new tokens say it all, keep them: one object serves a whole branch.
        self.required_tokens[blob] = tokens if merged == tokens else merged

    def release(self, entries: Sequence[tuple[int, str]]) -> None:
        """List blobs as free, each with how often its memory was shared as its last reader came."""
        # What was free before is not listed again; two blobs in one memory are, if both are new.
        for entry in [(uses, name) for uses, name in entries if not self.is_free[name]]:
            name = entry[1]
            self.is_free[name] += 1
            if self.shapes:
                self.size.setdefault(name, self.wanted(name))
            heappush(self.free, entry)

    def take(self, name: str, tokens: int) -> str | None:
        """The blob whose memory `name` takes from now on; None where none may be taken."""
        found = self.get_free_blob(name, tokens)
        if found:
            self.is_free[found] -= 1
            self.required_tokens[found] = tokens  # a superset of what was required
            self.share_count[found] += 1
        return found

    def get_free_blob(self, name: str, tokens: int) -> str | None:
        """Take a free blob for `name` off the list; None where none may be taken."""
        if self.shapes:
            return self._best_fit(name, tokens)
        unusable = []
        found = None
        while self.free:
            candidate = heappop(self.free)
            if self.can_use_blob(candidate[1], tokens, self.device[name]):
                found = candidate[1]
                break
            unusable.append(candidate)
        for candidate in unusable:
            heappush(self.free, candidate)
        return found

    def _best_fit(self, name: str, tokens: int) -> str | None:
        wanted = self.wanted(name)
        best, place = -1, None
        for index, (_, candidate) in enumerate(self.free):
            size = self.size[candidate]
            if size < best or not (best < wanted or best >= size):
                continue
            if self.can_use_blob(candidate, tokens, self.device[name]):
                best, place = size, index
        # Taken out of the middle, with no care for the heap: the order that is left counts.
        return None if place is None else self.free.pop(place)[1]

    def can_use_blob(self, name: str, tokens: int, device: Device) -> bool:
        """Whether an op with `tokens` that writes on `device` may take the memory of `name`."""
        home = self.device.get(name, CPU)
        if home is not device and home != device:  # most are one object: no need to look into it
            return False
        return self.required_tokens[name] | tokens == tokens

    def wanted(self, name: str) -> int:
        """How many elements a blob has."""
        return infer_blob_size(name, self.shapes)


def infer_blob_size(blob_name: str, blob_shapes: Mapping[str, Sequence[int]]) -> int:
    """The product of the dims as a 32-bit integer, which wraps; 0 for an unknown shape.

    >>> infer_blob_size("a", {"a": (65536, 32768)}), infer_blob_size("b", {}), infer_blob_size(
    ...     "c", {"c": ()})
    (-2147483648, 0, 1)
    """
    if blob_name not in blob_shapes:
        return 0
    size = 1
    for dim in blob_shapes[blob_name]:
        size = (size * dim + 2**31) % 2**32 - 2**31
    return size
