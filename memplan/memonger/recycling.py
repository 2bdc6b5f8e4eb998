"""Recycling of whole blobs: the linear pass, the DAG pass, and Caffe2's uses of the latter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from memplan import rewrite
from memplan.errors import NotInference, quoted
from memplan.memonger.checks import check_unchanged
from memplan.memonger.messages import message_of, skeleton
from memplan.net import Net
from memplan.planners.caffe2_dag import caffe2_dag
from memplan.planners.caffe2_gradients import activations, gradient_options
from memplan.planners.caffe2_simple import caffe2_simple
from memplan.planners.recycling import RecyclingOptions
from memplan.rewrite import applied

__all__ = [
    "apply_assignments",
    "apply_asyncif_blob_assignments",
    "apply_recurrent_blob_assignments",
    "compute_blob_recycling_for_dag",
    "optimize_inference_fast",
    "optimize_inference_for_dag",
    "optimize_inference_net",
    "share_grad_blobs",
]

Shapes = Mapping[Any, Sequence[int]]


def apply_assignments(net: Any, blob_assignments: Mapping[str, str]) -> Any:
    """Return a new net with new names, in nested nets too, by the rules of Caffe2's core.

    `memplan.rewrite` has the rules, and those by which `optimize_interference` renames.

    Raises:
        InvalidStepNet: A step net is given twice, or its text is no net (a RuntimeError).
    """
    return rewrite.apply_assignments(message_of(net), blob_assignments)


def apply_recurrent_blob_assignments(
    op: Any, blob_assignments: Mapping[str, str], canonical_name: Any = None
) -> Any:
    """Return a RecurrentNetwork op with new names in its step nets, and what it must know.

    For each of its blobs that changes its name an argument ``BLOB.rename`` is added; its own
    inputs and outputs are left as they are.

    Args:
        canonical_name: What Caffe2 passes beside the assignments; they say it all.

    Raises:
        InvalidStepNet: A step net is given twice, or its text is no net (a RuntimeError).
    """
    del canonical_name
    return rewrite.apply_recurrent_blob_assignments(op, blob_assignments)


def apply_asyncif_blob_assignments(op: Any, blob_assignments: Mapping[str, str]) -> Any:
    """Return an AsyncIf op with new names in its two nets, their external blobs included."""
    return rewrite.apply_asyncif_blob_assignments(op, blob_assignments)


def optimize_inference_net(net: Any, static_blobs: Iterable[Any]) -> Any:
    """Share blobs of a net whose ops run one after another; return a new net.

    A net of another type than "" or "simple", one with a RecurrentNetwork, and one that was
    optimised before come back as they are.

    Raises:
        SchemaError: An op is not one that its schema allows (a RuntimeError).
    """
    message = message_of(net)
    options = RecyclingOptions(static=_names(static_blobs))
    return applied(message, caffe2_simple(skeleton(message), options))


def optimize_inference_fast(net: Any, static_blobs: Iterable[Any]) -> Any:
    """Caffe2's Python name of `optimize_inference_net`."""
    return optimize_inference_net(net, static_blobs)


def compute_blob_recycling_for_dag(  # noqa: PLR0917  Caffe2's signature
    net: Any,
    heads: Iterable[Any],
    op_indices: Iterable[int],
    shareable_blob_names: Iterable[Any],
    namescope: str,
    dont_share_blob_names: Iterable[Any],
    blob_shapes: Shapes,
) -> Any:
    """Share blobs along the dependencies of the ops; return a new net.

    Args:
        heads: Where the walk starts, in order; a name that is nowhere in the net is passed over.
        op_indices: In the order of the net.
        namescope: A bare prefix of the new names.
        blob_shapes: With any entry at all the choice is by size, in elements.

    Raises:
        SchemaError: An op is not one that its schema allows (a RuntimeError).
        OutOfOrder: A shareable blob is read before it is written (a RuntimeError).
        InvalidNet: An index is that of no op (Caffe2 crashes).
    """
    message = message_of(net)
    options = RecyclingOptions(
        heads=tuple(map(str, heads)),
        op_indices=tuple(op_indices),
        shareable=_names(shareable_blob_names),
        dont_share=_names(dont_share_blob_names),
        namescope=namescope,
        shapes=_shapes(blob_shapes),
    )
    return applied(message, caffe2_dag(skeleton(message), options))


def share_grad_blobs(  # noqa: PLR0917  Caffe2's signature
    net: Any,
    losses: Iterable[Any],
    param_grads: Iterable[Any],
    namescope: str,
    dont_share_blobs: Iterable[Any] | None = None,
    share_activations: bool = False,  # noqa: FBT001, FBT002  likewise
    blob_shapes: Shapes | None = None,
) -> Any:
    """Share gradient blobs, and activations if asked; return a new net.

    Raises:
        SchemaError: An op is not one that its schema allows (a RuntimeError).
        OutOfOrder: A gradient is read before it is written (a RuntimeError).
        ChangedGraph: The result would compute something else (an AssertionError).
    """
    before = skeleton(message_of(net))
    options = RecyclingOptions(
        heads=tuple(map(str, losses)),
        static=_names(param_grads),
        dont_share=_names(dont_share_blobs or ()),
        namescope=str(namescope),
        shapes=_shapes(blob_shapes or {}),
    )
    also = activations(before) if share_activations else ()
    return _recycled(net, before, gradient_options(before, options, also))


def optimize_inference_for_dag(net: Any, input_blobs: Iterable[Any], namescope: str = "") -> Any:
    """Share all blobs of an inference net that are not external; return a new net.

    Args:
        input_blobs: Where the walk starts, in order.
        namescope: A bare prefix of the new names: no slash is added.

    Raises:
        NotInference: A blob is read that is neither made before nor an external input, or there
            is a gradient op (an AssertionError).
        SchemaError: An op is not one that its schema allows (a RuntimeError).
        ChangedGraph: The result would compute something else (an AssertionError).
    """
    message = message_of(net)
    before = skeleton(message)
    options = RecyclingOptions(
        heads=tuple(map(str, input_blobs)),
        shareable=_inner_blobs(before, [op.is_gradient_op for op in message.op]),
        namescope=str(namescope),
    )
    return _recycled(net, before, options)


def _inner_blobs(net: Net, is_gradient: Sequence[bool]) -> frozenset[str]:
    external = {*net.inputs, *net.outputs}
    made: set[str] = set()
    for index, op in enumerate(net.ops):
        for name in op.inputs:
            if name not in made and name not in external:
                raise NotInference(
                    f"{quoted(name)} not in external input, and op {index} ({quoted(op.type)}) "
                    "reads it before it is made; declare it, or put the ops in order"
                )
        if is_gradient[index]:
            raise NotInference(
                f"op {index} ({quoted(op.type)}) is a gradient op; optimize_inference_for_dag "
                "takes inference-only nets: use share_grad_blobs"
            )
        made.update(op.outputs)
    names = {name for op in net.ops for name in (*op.inputs, *op.outputs)}
    return frozenset(names - external)


def _recycled(net: Any, before: Net, options: RecyclingOptions) -> Any:
    after = applied(message_of(net), caffe2_dag(before, options))
    check_unchanged(before, skeleton(after))
    return after


def _names(blobs: Iterable[Any]) -> frozenset[str]:
    """Names of blobs, each a text or an object whose text is its name."""
    return frozenset(map(str, blobs))


def _shapes(shapes: Shapes) -> dict[str, tuple[int, ...]]:
    return {str(name): tuple(dims) for name, dims in shapes.items()}
