"""Whether an op of PyTorch returns its input or a copy: its strides tell.

    x [2, 3, 4]  strides 12, 4, 1    reshape to [6, 4]    a view: 2 and 3 lie one after another
    y [3, 2, 4]  strides 4, 12, 1    reshape to [6, 4]    a copy: y is x with two dims swapped

Reference: the conditions that `Tensor.view` documents.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from memplan.net import DType
from memplan.ops.torch import operator_name
from memplan.ops.torch.names import RESHAPES, SELF_OR_COPY

__all__ = ["Layout", "can_view", "named_as_run"]


@dataclass(frozen=True, slots=True)
class Layout:
    """How a tensor lies in memory, in elements, with examples for free dims."""

    dims: tuple[int, ...]
    strides: tuple[int, ...]
    dtype: DType | None

    @property
    def order(self) -> tuple[int, ...]:
        """The strides that matter: those of dims that have more than one element."""
        return tuple(s for d, s in zip(self.dims, self.strides, strict=False) if d != 1)


def can_view(source: Layout, dims: Sequence[int]) -> bool:
    """Whether a tensor can be shown under other dims without a copy.

    >>> can_view(Layout((2, 3, 4), (12, 4, 1), None), (6, 4))
    True
    >>> can_view(Layout((3, 2, 4), (4, 12, 1), None), (6, 4))
    False
    """
    if 0 in source.dims or 0 in dims:
        return True
    runs: list[int] = []  # elements of dims that lie one after another, the last dims first
    due = None
    for size, stride in reversed(list(zip(source.dims, source.strides, strict=False))):
        if size == 1:
            continue
        if due is not None and stride == due:
            runs[-1] *= size
        else:
            runs.append(size)
        due = stride * size
    left, waiting = 1, iter(runs)
    for size in reversed(dims):
        if size == 1:
            continue
        if left == 1:
            left = next(waiting, 1)
        if left % size:
            return False
        left //= size
    return True


def named_as_run(
    op_type: str, source: Layout | None, target: Layout | None, flags: dict[str, bool]
) -> str:
    """An operator that returns its input or a copy, called as PyTorch runs it.

    Args:
        flags: Its arguments that are true or false, by name.

    >>> swapped, plain = Layout((3, 2), (1, 3), None), Layout((6,), (1,), None)
    >>> named_as_run("aten.reshape.default", swapped, plain, {})
    'aten._reshape_copy.default'
    >>> named_as_run("aten.dropout.default", plain, plain, {"train": False})
    'aten.dropout.default'
    """
    name = operator_name(op_type)
    if name in RESHAPES:
        copies = source is None or target is None or not can_view(source, target.dims)
        return "aten._reshape_copy.default" if copies else op_type
    if name not in SELF_OR_COPY:
        return op_type
    if name.endswith("dropout"):
        return "aten.native_dropout.default" if flags.get("train") else op_type
    same = source is not None and target is not None and source.dtype is target.dtype
    if same and source is not None and target is not None and source.order == target.order:
        return "aten._to_copy.default" if flags.get("copy") else op_type
    return "aten.clone.default" if name == "contiguous" else "aten._to_copy.default"
