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

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator
from struct import unpack_from

__all__ = ["HashOrder", "string_hash"]

_MASK = (1 << 64) - 1
_MULTIPLIER = 0xC6A4A7935BD1E995
_SEED = 0xC70F6907

# The numbers of buckets that the library knows.
# fmt: off
_PRIMES = (
    13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 103, 109, 113,
    127, 137, 139, 149, 157, 167, 179, 193, 199, 211, 227, 241, 257, 277, 293, 313, 337, 359, 383,
    409, 439, 467, 503, 541, 577, 619, 661, 709, 761, 823, 887, 953, 1031, 1109, 1193, 1289, 1381,
    1493, 1613, 1741, 1879, 2029, 2179, 2357, 2549, 2753, 2971, 3209, 3469, 3739, 4027, 4349,
    4703, 5087, 5503, 5953, 6427, 6949, 7517, 8123, 8783, 9497, 10273, 11113, 12011, 12983, 14033,
    15173, 16411, 17749, 19183, 20753, 22447, 24281, 26267, 28411, 30727, 33223, 35933, 38873,
    42043, 45481, 49201, 53201, 57557, 62233, 67307, 72817, 78779, 85229, 92203, 99733, 107897,
    116731, 126271, 136607, 147793, 159871, 172933, 187091, 202409, 218971, 236897, 256279,
    277261, 299951, 324503, 351061, 379787, 410857, 444487, 480881, 520241, 562841, 608903,
    658753, 712697, 771049, 834181, 902483, 976369, 1056323, 1142821, 1236397, 1337629, 1447153,
    1565659, 1693859, 1832561, 1982627, 2144977, 2320627, 2510653, 2716249, 2938679, 3179303,
    3439651, 3721303,
)
# fmt: on

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

    def insert(self, key: str) -> bool:
        """Insert a key; whether it is new."""
        if key in self._hash:
            return False
        self._make_room(1)
        self._hash[key] = string_hash(key)
        self._link(key)
        return True

    def insert_all(self, keys: Collection[str]) -> None:
        """Insert a range: room is made for all of it at once, known keys too (GCC 7 and 8)."""
        self._make_room(len(keys))
        for key in keys:
            self.insert(key)

    def _make_room(self, coming: int) -> None:
        keys = len(self._hash) + coming
        if 1 < self._buckets >= keys:
            return
        # One above what is needed, and at least the double: the library's rule for a load of 1.
        wanted = max(keys + 1, 2 * self._buckets, 12)
        self._buckets = _PRIMES[min(bisect_left(_PRIMES, wanted), len(_PRIMES) - 1)]
        walked = list(self)
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
