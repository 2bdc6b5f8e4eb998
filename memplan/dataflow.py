"""Whether two nets compute the same, told by which op's result each op reads.

Shares nothing with the planners. As in Caffe2 this looks at names alone: it does not know that
two names may be one piece of memory, nor what nested nets read, nor that ops may run in
parallel; for those there is `verify`.
"""

from __future__ import annotations

from collections.abc import Sequence

from memplan.net import Op

__all__ = ["changed_dataflow", "changed_inplace", "inplace_pairs", "parents"]


def parents(ops: Sequence[Op]) -> list[list[int]]:
    """For each op, input by input, the op that wrote it last; inputs from outside are left out.

    >>> relu = Op("Relu", ("a",), ("a",))
    >>> parents((relu, relu, Op("Sum", ("a", "b", "a"), ("c",))))
    [[], [0], [1, 1]]
    """
    writer: dict[str, int] = {}
    found = []
    for index, op in enumerate(ops):
        found.append([writer[name] for name in op.inputs if name in writer])
        for name in op.outputs:
            writer[name] = index
    return found


def inplace_pairs(op: Op) -> list[tuple[int, int]]:
    """Pairs (input, output) that are one blob; of outputs of one name the first.

    >>> inplace_pairs(Op("Sum", ("a", "b", "a"), ("c", "a")))
    [(0, 1), (2, 1)]
    """
    return [
        (position, op.outputs.index(name))
        for position, name in enumerate(op.inputs)
        if name in op.outputs
    ]


def changed_dataflow(before: Sequence[Op], after: Sequence[Op]) -> int | None:
    """The first op whose producers, kind or place differ; None: the nets compute the same.

    Where the nets have different numbers of ops it is the first index that one of them lacks.
    """
    pairs = zip(before, after, parents(before), parents(after), strict=False)
    for index, (a, b, of_a, of_b) in enumerate(pairs):
        if (a.type, a.device, a.engine) != (b.type, b.device, b.engine) or of_a != of_b:
            return index
    return None if len(before) == len(after) else min(len(before), len(after))


def changed_inplace(before: Sequence[Op], after: Sequence[Op]) -> int | None:
    """The first op that is in place otherwise than before, or not any more; None: there is none.

    Ops that only one of the nets has are not looked at.
    """
    for index, (a, b) in enumerate(zip(before, after, strict=False)):
        if a.type != b.type or inplace_pairs(a) != inplace_pairs(b):
            return index
    return None
