"""Why something happens in a frame: a reason to look up, whose sentence the views write."""

from __future__ import annotations

from enum import StrEnum, auto

__all__ = ["Why"]


class Why(StrEnum):
    """A reason; in brackets the facts that belong to it."""

    # the analysis of live ranges
    START_RANGES = auto()  # ops, blobs
    FED = auto()  # blob
    WRITTEN_FIRST = auto()  # blob, op, step
    WRITTEN_IN_PLACE = auto()  # blob, op, step
    WRITTEN_AGAIN = auto()  # blob, op, step
    READ_HERE = auto()  # blob, op, step
    TO_THE_CALLER = auto()  # blob
    STAYS_ALWAYS = auto()  # blob
    SCRATCH_HERE = auto()  # blob, op, step
    SUM_STEP = auto()  # step, bytes, count
    SUM_PEAK = auto()  # step, bytes, count, before
    DONE_RANGES = auto()  # peak, step

    # any planner that goes through the ops in order
    START_TIMED = auto()  # ops
    OP_RUNS = auto()  # op, step, reads, writes
    FIRST_BYTES = auto()  # blob, bytes, offset
    NEVER_SHARED = auto()  # blob, bytes, offset
    KEEPS_ITS_BYTES = auto()  # blob, bytes
    TAKES_DEAD_BYTES = auto()  # blob, bytes, offset, before
    ON_TOP = auto()  # blob, bytes, offset
    LAST_READ = auto()  # blob, step
    DONE_PLAN = auto()  # peak, bound
    DONE_PROVEN = auto()  # peak, bound

    # planners that go through the blobs in an order of their own
    START_BY_SIZE = auto()  # count
    START_BY_FULLEST = auto()  # count
    START_BY_LIFE = auto()  # count
    START_BY_AREA = auto()  # count
    START_OWN_ORDER = auto()  # count
    NEXT_BLOB = auto()  # blob, bytes, turn, rivals
    NEXT_ALONE = auto()  # blob, bytes, turn
    HOLE_TOO_SMALL = auto()  # blob, bytes, hole, offset
    MISALIGNED = auto()  # blob, bytes, hole, offset
    LEAVES_MORE = auto()  # blob, bytes, hole, offset
    MORE_REFUSED = auto()  # blob, count
    NOTHING_BELOW = auto()  # blob, bytes, offset, others
    IN_A_HOLE = auto()  # blob, bytes, offset
    ABOVE_ALL = auto()  # blob, bytes, offset
    FIXED_PLACE = auto()  # blob, bytes, offset

    # the search, on a tiny case
    SEARCH_START = auto()  # capacity
    SEARCH_RAISE = auto()  # capacity, before
    SEARCH_PLACE = auto()  # blob, bytes, offset, shares
    SEARCH_FULL = auto()  # blob, capacity, at
    SEARCH_BACK = auto()  # blob
    SEARCH_DONE = auto()  # peak

    # planners that give names
    START_NAMES = auto()  # ops
    OWN_SLOT = auto()  # blob, slot
    TAKES_SLOT = auto()  # blob, slot, before
    SLOT_FREE = auto()  # blob, slot
    FROM_OUTSIDE = auto()  # blob
    LEFT_ALONE = auto()  # text
    OP_ENTERED = auto()  # op, step, tokens
    MISSES_TOKENS = auto()  # blob, before, tokens, needs
    OTHER_BRANCH = auto()  # blob, before
    OTHER_DEVICE = auto()  # blob, before
    LINE_TOO_SMALL = auto()  # blob, before
    CLOSER_FIT = auto()  # blob, before
    COSTS_MORE = auto()  # blob, before
    STAYS_ITSELF = auto()  # blob
    NEVER_REACHED = auto()  # blob
    THE_REST = auto()  # count
    CLASH = auto()  # blob, slot, before
    DONE_UNSAFE = auto()  # peak
