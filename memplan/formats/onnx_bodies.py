"""The graphs that If, Loop and Scan run: what they hand over by position, and what they carry."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from memplan.net import Net

__all__ = ["carried", "handed_over"]


def handed_over(node: Any, results: list[str], op_outputs: list[str]) -> Iterator[tuple[str, str]]:
    """Pairs (a body's result, the op's output that it becomes), for whole results alone.

    Of a Loop the first result says whether to go on; what follows the carried values, and those
    of a Scan, is one slice of an output a turn.
    """
    if node.op_type == "If":
        return zip(results, op_outputs, strict=False)
    if node.op_type == "Loop":
        count = max(0, len(node.input) - 2)
        return zip(results[1 : 1 + count], op_outputs, strict=False)
    if node.op_type == "Scan":
        return zip(results[: _scan_states(node)], op_outputs, strict=False)
    return zip((), (), strict=False)


def carried(node: Any, graph: Any, net: Net) -> tuple[str, ...]:
    """The inputs of a body that are memory of its own: no weights, no slices of a Scan."""
    sliced = len(graph.input) - _scan_states(node) if node.op_type == "Scan" else 0
    first = len(graph.input) - max(0, sliced)
    slices = set(net.inputs[first : len(graph.input)])
    return tuple(n for n in net.inputs if n not in slices and not net.blob(n).initialized)


def _scan_states(node: Any) -> int:
    """How many values a Scan carries: its inputs less those that it takes slices of.

    Up to version 8 the first input was the lengths; such files are rare, and one value less is
    taken to be carried.
    """
    slices = next((a.i for a in node.attribute if a.name == "num_scan_inputs"), len(node.input))
    return max(0, len(node.input) - int(slices))
