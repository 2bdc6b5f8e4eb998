"""What Caffe2's own planners answer to a net, as proposals: whether they are safe is not said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace

from memplan.errors import MemplanError
from memplan.net import Net
from memplan.ops.schema import dims_known
from memplan.planners.caffe2_dag import caffe2_dag
from memplan.planners.caffe2_interference import caffe2_interference
from memplan.planners.caffe2_simple import caffe2_simple
from memplan.planners.recycling import RecyclingOptions
from memplan.rewrite import Assignment

__all__ = ["MOST_EDGES", "caffe2_answers"]

MOST_EDGES = 100_000
"""Beyond so many from writers to readers only Caffe2's linear pass is asked: the others' time
grows with them, to minutes where few names are written thousands of times."""


def caffe2_answers(
    net: Net, options: RecyclingOptions, known: Mapping[str, int | None]
) -> Iterator[Assignment]:
    """Ask the linear pass, then the DAG pass and the interference, without and with sizes.

    Args:
        known: Bytes of the blobs that ops make; None where unknown.
    """
    plain = replace(options, shapes={}, sizes={})
    shapes = {**_known_shapes(net), **options.shapes}
    sizes = {name: size for name, size in known.items() if size is not None}
    outside = dict.fromkeys((n for op in net.ops for n in op.inputs if n not in known), 0)
    asked = [(caffe2_simple, plain)]
    if _edges(net) <= MOST_EDGES:
        asked += [
            (caffe2_dag, plain),
            (caffe2_dag, replace(plain, shapes=shapes)),
            (caffe2_interference, plain),
            (caffe2_interference, replace(plain, sizes={**outside, **sizes})),
        ]
    for planner, question in asked:
        try:
            yield planner(net, question)
        except MemplanError:
            continue  # a net that Caffe2's planner refuses


def _edges(net: Net) -> int:
    """How many edges Caffe2 draws: from each writer of a name to each reader."""
    reads, writes = Counter[str](), Counter[str]()
    for op in net.ops:
        reads.update(op.inputs)
        writes.update(op.outputs)
    return sum(times * reads[name] for name, times in writes.items())


def _known_shapes(net: Net) -> dict[str, tuple[int, ...]]:
    shapes = {}
    for name, blob in net.blobs.items():
        dims = dims_known(blob.shape or ()) if blob.shape is not None else None
        if dims is not None:
            shapes[name] = dims
    return shapes
