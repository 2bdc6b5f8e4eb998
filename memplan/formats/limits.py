"""How much a reader is willing to take in, in one place, each bound with its reason.

A file comes from anywhere; it is measured on the wire before anything is built from it.
"""

from __future__ import annotations

__all__ = [
    "MAX_ALIGNMENT",
    "MAX_ARG_VALUES",
    "MAX_BUFFERS",
    "MAX_CSV_BYTES",
    "MAX_CSV_LINE",
    "MAX_FILE_BYTES",
    "MAX_GAPS",
    "MAX_JSON_BYTES",
    "MAX_NAMED_SHAPES",
    "MAX_NESTED_TEXT",
    "MAX_NETS_DEEP",
    "MAX_OPS",
    "MAX_PLAN_JSON_BYTES",
    "MAX_PLAN_JSON_PARTS",
    "MAX_PROGRAM_BYTES",
    "MAX_PROGRAM_VALUES",
    "MAX_RANK",
    "MAX_STEPS",
    "MAX_TEXT_BRACES",
    "MAX_TEXT_BYTES",
    "MAX_TEXT_TOKENS",
    "MAX_VALUES_KEPT",
    "MAX_ZIP_DIRECTORY",
    "MAX_ZIP_MEMBERS",
    "allowed_memory",
]

# An init net with the weights of ResNet-152 has 240 MB. Only the shapes in it are of use here.
MAX_FILE_BYTES = 256 * 2**20

# Twice the largest net that is planned in reasonable time.
MAX_OPS = 400_000

# A nested net is three messages deeper than the one around it; protobuf stops at a hundred.
MAX_NETS_DEEP = 30

# Counting, parsing and reading take some 6 µs a token of the worst text.
MAX_TEXT_TOKENS = 1_200_000
MAX_TEXT_BYTES = 32 * 2**20
# Step nets in text form are some KB each; all those of a file together.
MAX_NESTED_TEXT = 2 * 2**20
MAX_TEXT_BRACES = 3 * MAX_NETS_DEEP + 5

MAX_JSON_BYTES = 8 * 2**20
MAX_NAMED_SHAPES = 200_000
MAX_RANK = 64

# torch.export writes about a KB an op. A value takes some 70 bytes in memory.
MAX_PROGRAM_BYTES = 32 * 2**20
MAX_PROGRAM_VALUES = 4_000_000
# Buffers without a graph: as many as a net has ops, 80 bytes a row; gaps and windows of them all.
MAX_BUFFERS = 400_000
MAX_CSV_BYTES = 32 * 2**20
MAX_GAPS = 1_000_000
MAX_CSV_LINE = 2**20
# A plan of ours has some 200 bytes and 17 brackets and commas a buffer. Each of these may be two
# bytes in the file and a hundred in memory.
MAX_PLAN_JSON_BYTES = 32 * 2**20
MAX_PLAN_JSON_PARTS = 4_000_000
MAX_ALIGNMENT = 2**40
# A curve has a number for each step. Times beyond (nanoseconds) are counted in order instead.
MAX_STEPS = 2**21

MAX_ZIP_MEMBERS = 64
MAX_ZIP_DIRECTORY = 2**20

# Longer lists are weights: they stay in the message, and are no part of an op's arguments.
MAX_ARG_VALUES = 16_384
MAX_VALUES_KEPT = 2_000_000


def allowed_memory(size: int) -> int:
    """Bytes that the message of a file of `size` bytes may take in memory.

    An op of a real net is some 20 bytes on the wire and 250 as a message; an empty op is 2
    bytes and 170, and only a hostile file is made of those.

    >>> allowed_memory(5_000_000) < 200_000_000
    True
    """
    return min(2**30, 64 * 2**20 + 24 * size)
