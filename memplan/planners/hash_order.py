"""The order in which libstdc++ walks an unordered_map or unordered_set of strings.

Caffe2 numbers its shared blobs while it walks such a map, so its names depend on the hash. That
hash takes no seed from outside: the order is a fact about the keys and the sequence in which
they were inserted. This is the data structure, and of it no more than the order.

    HEAD ──▶ c ──▶ a ──▶ b      one list through all keys; a bucket knows what stands *before*
             └bucket 3─┘ └ 7    its first key. A new key goes to the front of its bucket, or, where
                                that is empty, to the front of the list.

Reference: the GNU C++ library, bits/hashtable.h and hash_bytes.cc (MurmurHash64A of Austin
Appleby, seed 0xc70f6907), its policy as of GCC 8, on 64-bit little-endian machines.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from struct import unpack_from

__all__ = ["HashOrder", "string_hash"]

_MASK = (1 << 64) - 1
_MULTIPLIER = 0xC6A4A7935BD1E995
_SEED = 0xC70F6907

# What a table grows through, key by key: of the library's primes the first above the double.
_SMALL = (1, 13, 29, 59, 127, 257, 541, 1109, 2357, 5087, 10273, 20753, 42043, 85229)
_BUCKETS = (*_SMALL, 172933, 351061, 712697, 1447153, 2938679, 5967347, 12117689)

HEAD = None


def string_hash(text: str) -> int:
    """The hash of a std::string.

    >>> hex(string_hash("conv1_w"))
    '0x58bd8bf18e99228d'
    """
    data = text.encode("utf-8", "surrogatepass")
    words = len(data) // 8
    state = _SEED ^ (len(data) * _MULTIPLIER & _MASK)
    for word in unpack_from(f"<{words}Q", data):
        mixed = word * _MULTIPLIER & _MASK
        mixed = (mixed ^ mixed >> 47) * _MULTIPLIER & _MASK
        state = (state ^ mixed) * _MULTIPLIER & _MASK
    if len(data) % 8:
        rest = int.from_bytes(data[words * 8 :], "little")
        state = (state ^ rest) * _MULTIPLIER & _MASK
    state = (state ^ state >> 47) * _MULTIPLIER & _MASK
    return state ^ state >> 47


class HashOrder:
    """A set of strings that is walked as libstdc++ walks it.

    >>> list(HashOrder(["data", "conv1", "pool1", "fc6"]))
    ['fc6', 'conv1', 'pool1', 'data']
    """

    def __init__(self, keys: Iterable[str] = ()) -> None:
        self._hash: dict[str, int] = {}
        self._after: dict[str | None, str | None] = {HEAD: None}
        self._before: dict[int, str | None] = {}  # by bucket: what stands before its first key
        self._buckets = 1
        for key in keys:
            self.insert(key)

    def __iter__(self) -> Iterator[str]:
        key = self._after[HEAD]
        while key is not None:
            yield key
            key = self._after[key]

    def insert(self, key: str) -> None:
        """Insert a key; one that is there already changes nothing."""
        if key in self._hash:
            return
        self._hash[key] = string_hash(key)
        if self._buckets == 1 or len(self._hash) > self._buckets:
            self._grow()
        self._link(key)

    def _grow(self) -> None:
        """Take the next larger table, and link all keys anew as the list is walked."""
        walked = list(self)
        self._buckets = next((n for n in _BUCKETS if n > self._buckets), 2 * self._buckets + 1)
        self._after, self._before = {HEAD: None}, {}
        for key in walked:
            self._link(key)

    def _link(self, key: str) -> None:
        bucket = self._hash[key] % self._buckets
        if bucket not in self._before:
            first = self._after[HEAD]
            if first is not None:
                self._before[self._hash[first] % self._buckets] = key
            self._before[bucket] = HEAD
        before = self._before[bucket]
        self._after[key], self._after[before] = self._after[before], key
