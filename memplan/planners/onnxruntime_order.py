"""The order in which ONNX Runtime runs the ops of a model that it opens.

    0 Pool ─▶ 1 Conv ───────────────▶ 4 Add        from the last op backwards, the operand whose
         └──▶ 2 Conv ─▶ 3 Relu ─────▶              maker stands furthest back first: 0 2 3 1 4

So the file's order matters only where an op has several operands. A file that ONNX Runtime saved
after fusing ops holds them in the order in which that session ran, and its figures are of that
session; opened anew it may run in another one. The fused weights give such a file away.

Faithful to: what its profiler told of eight models, as they came and as it had saved them.
"""

from __future__ import annotations

from memplan.net import Net, reads_by_op

__all__ = ["onnxruntime_order"]

# Names that its optimiser makes up for the weights of ops that it has fused.
_FUSED = ("ConvBnFusion_", "ConvMulFusion_", "ConvAddFusion_", "UnsqueezeElimination_")


def onnxruntime_order(net: Net) -> tuple[int, ...]:
    """The indices of the ops of `net`, in the order in which they run.

    >>> from memplan.net import Op
    >>> ops = (Op("Pool", ("x",), ("a",)), Op("Conv", ("a",), ("b",)), Op("Conv", ("a",), ("c",)))
    >>> onnxruntime_order(Net(ops=(*ops, Op("Add", ("b", "c"), ("y",))), dialect="onnx"))
    (0, 2, 1, 3)
    """
    if net.dialect != "onnx" or any(name.startswith(_FUSED) for name in net.inputs):
        return tuple(range(len(net.ops)))
    makers, read = _edges(net)
    order: list[int] = []
    seen: set[int] = set()
    # A stack in place of recursion: nets are thousands of ops deep. The last one pushed is
    # looked at first.
    stack = [(op, False) for op in range(len(net.ops)) if op not in read]
    while stack:
        op, done = stack.pop()
        if done:
            order.append(op)
        elif op not in seen:
            seen.add(op)
            stack.append((op, True))
            stack += [(maker, False) for maker in makers[op] if maker not in seen]
    return tuple(order)


def _edges(net: Net) -> tuple[list[list[int]], set[int]]:
    """For each op the makers of what it reads, ascending; and the ops that any op reads from."""
    maker: dict[str, int] = {}
    makers: list[list[int]] = []
    for index, (op, reads) in enumerate(zip(net.ops, reads_by_op(net), strict=True)):
        makers.append(sorted({maker[name] for name in reads if name in maker}))
        maker.update(dict.fromkeys(op.outputs, index))
    return makers, {op for ops in makers for op in ops}
