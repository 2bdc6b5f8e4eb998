"""Run a net on symbols: what it computes, without computing it.

Each output of an op is a hash of the op's type, its arguments, the values that it reads and the
output's index. Ops run in order, and a name holds what was written to it last: two nets that
leave the same values under their external outputs compute the same, whatever names they use
inside.
"""

from __future__ import annotations

import hashlib
from typing import Any


def run(net: Any) -> dict[str, str]:
    """The value of every name at the end."""
    values: dict[str, str] = {}
    for op in net.op:
        arguments = sorted(arg.SerializeToString(deterministic=True) for arg in op.arg)
        read = [values.get(name, f"outside:{name}") for name in op.input]
        for index, name in enumerate(op.output):
            seen = repr((op.type, arguments, read, index))
            values[name] = hashlib.sha256(seen.encode()).hexdigest()
    return values


def outputs(net: Any, names: Any = None) -> list[str | None]:
    """The values of the external outputs, or of `names`; None for one that is not made."""
    values = run(net)
    return [values.get(name) for name in (net.external_output if names is None else names)]


def blobs(net: Any) -> set[str]:
    """All names that ops read or write."""
    return {name for op in net.op for side in (op.input, op.output) for name in side}
