"""Everything that memplan raises on purpose, as one tree.

    MemplanError
    ├── FormatError            the bytes are not a file that a reader understands
    │   └── TooLarge           … or hold more than a reader is willing to take in
    ├── InvalidNet             a net that contradicts itself
    ├── InvalidProblem         buffers or spaces that contradict themselves
    ├── UnknownSize            a size is needed that nobody has given
    ├── UnknownPlanner         a planner's name that is not in PLANNERS
    ├── UnsafePlan             two blobs of a plan destroy one another
    ├── CapacityExceeded       no plan was found within a space's capacity
    └── Cancelled              somebody asked for the work to stop

The message is one sentence for a person: what is wrong, where (file, op, blob), and what to
do. Names from files go through `quoted`, so that a message is always a single line.
"""

from __future__ import annotations

__all__ = [
    "Cancelled",
    "CapacityExceeded",
    "FormatError",
    "InvalidNet",
    "InvalidProblem",
    "MemplanError",
    "TooLarge",
    "UnknownPlanner",
    "UnknownSize",
    "UnsafePlan",
    "quoted",
]


class MemplanError(Exception):
    """The root: whoever catches this catches every error that memplan raises on purpose."""


class FormatError(MemplanError, ValueError):
    """The bytes are not a file that a reader understands."""


class TooLarge(FormatError):
    """The bytes hold more (operators, depth, text) than a reader is willing to take in."""


class InvalidNet(MemplanError, ValueError):
    """The net contradicts itself: a cycle, an output that nobody makes, a negative dim."""


class InvalidProblem(MemplanError, ValueError):
    """Buffers or spaces contradict themselves: two of one name, an empty live range."""


class UnknownSize(MemplanError, ValueError):
    """A size is needed that neither the file nor the user has given."""


class UnknownPlanner(MemplanError, LookupError):
    """No planner of that name."""


class UnsafePlan(MemplanError):
    """Two blobs of a plan lie on the same bytes at the same time."""


class CapacityExceeded(MemplanError):
    """The plan needs more than a space holds."""


class Cancelled(MemplanError):
    """The caller's progress callback asked for the work to stop."""


def quoted(name: str, limit: int = 80) -> str:
    r"""Return a name from a file in quotes, on one line, cut to `limit` characters.

    >>> quoted("conv1_w")
    "'conv1_w'"
    >>> print(quoted("two\nlines"))
    'two\nlines'
    """
    shown = name if len(name) <= limit else name[: limit - 1] + "…"
    return repr(shown)
