"""The graph: ops, the blobs between them, and nets nested in ops.

A `Net` is a value: immutable, compared by content, its names exactly as the file has them.
One name may be written more than once (in place, or anew); what that means for memory is
decided in `liveness`, not here.

    data ──Conv──▶ a ──Relu──▶ b ──FC──▶ prob        ops[0], ops[1], ops[2]
             ▲                       ▲
            w1                      w2                names that no op makes: external

Dims are numbers, symbols (``"batch"``) or None where they are unknown; a shape of None is one
whose rank is unknown; an unknown size is None, never 0.
"""

from __future__ import annotations

from memplan.net.blob import Blob, Dim, DType, Role, RoleRule, Shape
from memplan.net.graph import CPU, Arg, Device, Net, Op, free_reads, made_names, reads_by_op

__all__ = [
    "CPU",
    "Arg",
    "Blob",
    "DType",
    "Device",
    "Dim",
    "Net",
    "Op",
    "Role",
    "RoleRule",
    "Shape",
    "free_reads",
    "made_names",
    "reads_by_op",
]
