"""Fill in the dims and element types of a net's blobs; what stays unknown, with the reason.

One walk over the ops in their order. Each op's shape rule is asked with what is known of its
inputs. A reason is handed on from input to output, so that at the end of a long chain it still
names the root: the blob or the op to be fixed.

    data [1, 3, 8, 8] ──Conv──▶ a [1, 4, 6, 6] ──Foo──▶ b ? ──Relu──▶ c ?
                                                        └── "no shape rule for operator 'Foo'…"

The ops of an ONNX model get theirs from ONNX's own inference (`shapes.onnx`); a program of
torch.export tells them itself, as expressions of its free dims (`shapes.torch`). Dims that a file
leaves free, such as a batch, are symbols until somebody fixes them (`shapes.free_dims`).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from memplan.net import Net
from memplan.ops.schema import TensorType
from memplan.plan import Progress
from memplan.shapes.free_dims import MAX_DIM, FreeDim, check_dims, fixed, free_dims
from memplan.shapes.onnx import infer_onnx
from memplan.shapes.torch import examples, size_torch
from memplan.shapes.walk import infer_shapes as _walk

__all__ = ["MAX_DIM", "FreeDim", "examples", "free_dims", "infer_shapes"]

_NOTHING: Mapping[str, TensorType] = MappingProxyType({})
_NO_DIMS: Mapping[str, int] = MappingProxyType({})


def infer_shapes(
    net: Net,
    given: Mapping[str, TensorType] = _NOTHING,
    progress: Progress | None = None,
    dims: Mapping[str, int] = _NO_DIMS,
) -> Net:
    """Return `net` with everything that can be known of its blobs, nested nets included.

    Args:
        given: Shapes that the user supplies, by blob; they win over the files.
        progress: Called now and then; may raise `Cancelled`.
        dims: Numbers for dims that the file leaves free, by their names.

    Raises:
        InvalidNet: A shape that the user or a file declares is impossible, or there is
            no such free dim.
        Cancelled: `progress` asked to stop.
    """
    check_dims(net, dims)
    if net.dialect == "onnx":
        return infer_onnx(net, given, dims, progress)
    if net.dialect == "torch":
        return size_torch(net, given, dims)
    return _walk(fixed(net, dims), given, progress)
