"""The window of a convolution or a pool: every spelling of its arguments, and output sizes.

    kernel | kernels | kernel_h, kernel_w         (and so for stride, dilation, adj)
    pad | pads | pad_t, pad_l, pad_b, pad_r
    legacy_pad: 0 as given, 1 VALID, 2 SAME, 3 Caffe's pooling, which rounds up

After the rules of Caffe2's conv_pool_op_base and conv_transpose_unpool_op_base.
"""

from __future__ import annotations

from dataclasses import dataclass

from memplan.errors import quoted
from memplan.net import Dim, Op
from memplan.ops.schema import arg_int, arg_ints, contradiction

__all__ = ["Window", "transposed_size", "window_of", "window_size"]

NOTSET, VALID, SAME, CAFFE = range(4)


@dataclass(frozen=True, slots=True)
class Window:
    """A window over the spatial dims, one entry a dim; `pads` has all heads, then all tails."""

    kernel: tuple[int, ...]
    stride: tuple[int, ...]
    dilation: tuple[int, ...]
    pads: tuple[int, ...]
    adj: tuple[int, ...]
    legacy: int


def window_of(op: Op, spatial: int) -> Window:
    """Read the window of an op whose data has `spatial` spatial dims.

    Raises:
        Contradiction: No kernel, a number of entries that does not fit the data, a kernel,
            stride or dilation below 1, or a negative pad.
    """
    kernel = _spelt(op, "kernel", spatial)
    if not kernel:
        raise contradiction(op, "the argument kernel is missing; give kernel or kernels")
    window = Window(
        kernel=kernel,
        stride=_spelt(op, "stride", spatial) or (1,) * spatial,
        dilation=_spelt(op, "dilation", spatial) or (1,) * spatial,
        pads=_pads(op, spatial),
        adj=_spelt(op, "adj", spatial) or (0,) * spatial,
        legacy=arg_int(op, "legacy_pad", NOTSET),
    )
    if min((*window.kernel, *window.stride, *window.dilation)) < 1:
        raise contradiction(op, "kernel, stride and dilation must be 1 or more")
    if min((*window.pads, *window.adj), default=0) < 0:
        raise contradiction(op, "pads must not be negative")
    if window.legacy not in (NOTSET, VALID, SAME, CAFFE):
        raise contradiction(op, f"legacy_pad {window.legacy} is none of 0, 1, 2, 3")
    return window


def _spelt(op: Op, name: str, count: int) -> tuple[int, ...]:
    """An argument in any of its spellings; empty where it is missing."""
    if name in op.args:
        return _fitting(op, name, (arg_int(op, name, 0),) * count, count)
    if f"{name}_h" in op.args and f"{name}_w" in op.args:
        both = (arg_int(op, f"{name}_h", 0), arg_int(op, f"{name}_w", 0))
        return _fitting(op, f"{name}_h, {name}_w", both, count)
    listed = arg_ints(op, f"{name}s") or ()
    return _fitting(op, f"{name}s", listed, count) if listed else ()


def _pads(op: Op, spatial: int) -> tuple[int, ...]:
    if "pad" in op.args:
        return (arg_int(op, "pad", 0),) * (2 * spatial)
    sides = ("pad_t", "pad_l", "pad_b", "pad_r")
    if all(side in op.args for side in sides):
        return _fitting(op, "pad_t, pad_l, …", tuple(arg_int(op, s, 0) for s in sides), 2 * spatial)
    listed = arg_ints(op, "pads") or ()
    return _fitting(op, "pads", listed, 2 * spatial) if listed else (0,) * (2 * spatial)


def _fitting(op: Op, name: str, found: tuple[int, ...], count: int) -> tuple[int, ...]:
    if len(found) != count:
        raise contradiction(op, f"{name} has {len(found)} entries, but the data needs {count}")
    return found


def window_size(op: Op, window: Window, axis: int, size: Dim) -> Dim:
    """How often the window fits along one spatial dim of `size` elements.

    Raises:
        Contradiction: The window is larger than the padded data.
    """
    if not isinstance(size, int):
        return None
    kernel, stride = window.kernel[axis], window.stride[axis]
    head, tail = window.pads[axis], window.pads[axis + len(window.kernel)]
    reach = window.dilation[axis] * (kernel - 1) + 1
    if window.legacy == SAME:
        return -(-size // stride)
    if window.legacy == VALID:
        head = tail = 0
    if window.legacy == CAFFE:
        tail, reach = head, kernel
    if size + head + tail < reach:
        raise contradiction(
            op,
            f"the window of {reach} is larger than {quoted(op.inputs[0])}, "
            f"which has {size} there with pads {head} + {tail}",
        )
    if window.legacy == CAFFE:
        return _caffe_size(size, kernel, stride, head)
    return (size + head + tail - reach) // stride + 1


def _caffe_size(size: int, kernel: int, stride: int, pad: int) -> int:
    """Caffe rounds up; with pads its last window must begin inside the data or its head pad."""
    count = -(-(size + 2 * pad - kernel) // stride) + 1
    if pad > 0 and (count - 1) * stride >= size + pad:
        count -= 1
    return count


def transposed_size(window: Window, axis: int, size: Dim) -> Dim:
    """The size along one spatial dim that a transposed window spreads `size` elements over."""
    if not isinstance(size, int):
        return None
    head, tail = window.pads[axis], window.pads[axis + len(window.kernel)]
    reach = (size - 1) * window.stride[axis] + window.kernel[axis] + window.adj[axis]
    return reach - head - tail
