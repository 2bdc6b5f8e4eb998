"""Everything that memplan raises on purpose, as one tree.

    MemplanError
    ├── FormatError            the bytes are not a file that a reader understands
    │   └── TooLarge           … or hold more than a reader is willing to take in
    ├── InvalidNet             a net that contradicts itself
    │   ├── SchemaError        … or an op that its schema does not allow
    │   ├── OutOfOrder         … or a blob that is read before it is written
    │   ├── InvalidStepNet     … or a nested net that cannot be read
    │   ├── NotInference       … or ops for training, where only inference is meant
    │   └── Unorderable        … or paths or uses that give no order
    ├── InvalidProblem         buffers or spaces that contradict themselves
    ├── UnknownSize            a size is needed that nobody has given
    │   └── MissingSize        … though sizes were given, of other blobs
    ├── UnknownPlanner         a planner's name that is not in PLANNERS
    ├── UnknownProfile         an engine's name that is not in PROFILES
    ├── BadPattern             a search pattern that is none, or takes too long
    ├── UnsafePlan             two blobs of a plan destroy one another
    │   └── ChangedGraph       … and a renaming changed what the net computes
    ├── CapacityExceeded       no plan was found within a space's capacity
    └── Cancelled              somebody asked for the work to stop

Where Caffe2 raises an error of its own for the same cause, ours is of that kind too, so that
an `except` that was written for Caffe2 goes on working.

The message is one sentence for a person: what is wrong, where (file, op, blob), and what to
do. Names from files go through `quoted`, so that a message is always a single line.
"""

from __future__ import annotations

__all__ = [
    "BadPattern",
    "Cancelled",
    "CapacityExceeded",
    "ChangedGraph",
    "FormatError",
    "InvalidNet",
    "InvalidProblem",
    "InvalidStepNet",
    "MemplanError",
    "MissingSize",
    "NotInference",
    "OutOfOrder",
    "SchemaError",
    "TooLarge",
    "UnknownPlanner",
    "UnknownProfile",
    "UnknownSize",
    "Unorderable",
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


class SchemaError(InvalidNet, RuntimeError):
    """An op has inputs, outputs or arguments that its schema does not allow."""


class OutOfOrder(InvalidNet, RuntimeError):
    """A blob is read by an op that runs before the one that writes it."""


class InvalidStepNet(InvalidNet, RuntimeError):
    """A nested net is given twice, or its text cannot be read."""


class NotInference(InvalidNet, AssertionError):
    """The net is not one for inference: a gradient op, or an input that is not declared."""


class Unorderable(InvalidNet, AssertionError):
    """Longest paths part and meet again, or blobs are read before they are written."""


class InvalidProblem(MemplanError, ValueError):
    """Buffers or spaces contradict themselves: two of one name, an empty live range."""


class UnknownSize(MemplanError, ValueError):
    """A size is needed that neither the file nor the user has given."""


class MissingSize(UnknownSize, KeyError, AssertionError):
    """Sizes were given, but not for this blob."""

    __str__ = MemplanError.__str__  # a KeyError's would put the sentence in quotes


class UnknownPlanner(MemplanError, LookupError):
    """No planner of that name."""


class UnknownProfile(MemplanError, LookupError):
    """No engine of that name."""


class BadPattern(MemplanError, ValueError):
    """A search pattern that is no regular expression, is too long, or takes too long."""


class UnsafePlan(MemplanError):
    """Two blobs of a plan lie on the same bytes at the same time."""


class ChangedGraph(UnsafePlan, AssertionError):
    """A renamed net does not compute what the original does."""


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
