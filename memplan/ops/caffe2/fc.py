"""Matrix products: FC and its transposed form, MatMul, BatchMatMul."""

from __future__ import annotations

from memplan.errors import quoted
from memplan.net import Dim, Op
from memplan.ops.caffe2.rules import Types, because, demand_equal, family, ranked
from memplan.ops.dims import broadcast, product
from memplan.ops.schema import OpSchema, ShapeRule, TensorType, arg_int, contradiction

__all__ = ["OPS", "fc_rule"]


def fc_rule(op: Op, inputs: Types) -> Types:
    """FC: Y [X's dims before `axis`, N]; W is [N, K] split at `axis_w`, K what X has after."""
    return _fc(op, inputs, outputs_first=True)


def _fc_transposed_rule(op: Op, inputs: Types) -> Types:
    """FCTransposed: W is [K, N]."""
    return _fc(op, inputs, outputs_first=False)


def _fc(op: Op, inputs: Types, *, outputs_first: bool) -> Types:
    data = inputs[0]
    dims, weights = ranked(op, inputs, 0, 1), ranked(op, inputs, 1, 1)
    made: Dim = None
    taken: Dim = None
    if weights is not None:
        # axis_w may be the rank itself: then one side is empty and spans one element.
        at = _split_axis(op, "axis_w", len(weights))
        head, tail = product(weights[:at]), product(weights[at:])
        made, taken = (head, tail) if outputs_first else (tail, head)
    elif len(inputs) > 2:
        made = _bias_length(op, inputs)
    if dims is None:
        return [TensorType(dtype=data.dtype)]
    axis = _split_axis(op, "axis", len(dims))
    a, b = quoted(op.inputs[0]), quoted(op.inputs[1])
    demand_equal(op, product(dims[axis:]), taken, f"{a} has other elements a row than {b} takes")
    blamed = inputs[1] if all(isinstance(d, int) for d in dims[:axis]) else data
    return [TensorType((*dims[:axis], made), data.dtype, reason=because(blamed, inputs[1]))]


def _split_axis(op: Op, name: str, rank: int) -> int:
    axis = arg_int(op, name, 1)
    if not -rank <= axis <= rank:
        raise contradiction(op, f"{name} {axis} is outside a tensor of {rank} dims")
    return axis if axis >= 0 else axis + rank


def _bias_length(op: Op, inputs: Types) -> Dim:
    """The bias tells the outputs where the weights are unknown."""
    bias = ranked(op, inputs, 2, 0)
    return product(bias) if bias is not None else None


def _matmul_rule(op: Op, inputs: Types) -> Types:
    """MatMul: both operands flattened to matrices at `axis_a`, `axis_b`."""
    left = _matrix(op, inputs, 0, "axis_a", transposed=bool(arg_int(op, "trans_a", 0)))
    right = _matrix(op, inputs, 1, "axis_b", transposed=bool(arg_int(op, "trans_b", 0)))
    _check_inner(op, left[1], right[0])
    return [TensorType((left[0], right[1]), inputs[0].dtype)]


def _matrix(
    op: Op, inputs: Types, position: int, axis_name: str, *, transposed: bool
) -> tuple[Dim, Dim]:
    dims = ranked(op, inputs, position, 1)
    if dims is None:
        return None, None
    axis = _split_axis(op, axis_name, len(dims))
    head, tail = product(dims[:axis]), product(dims[axis:])
    return (tail, head) if transposed else (head, tail)


def _check_inner(op: Op, left: Dim, right: Dim) -> None:
    a, b = quoted(op.inputs[0]), quoted(op.inputs[1])
    demand_equal(op, left, right, f"the inner dims of {a} and {b} differ")


def _batch_matmul_rule(op: Op, inputs: Types) -> Types:
    """BatchMatMul: the last two dims are matrices; with `broadcast` the others stretch."""
    stretch = bool(arg_int(op, "broadcast", 0))
    least = 1 if stretch else 2
    a, b = ranked(op, inputs, 0, least), ranked(op, inputs, 1, least)
    if a is None or b is None:
        return [TensorType(dtype=inputs[0].dtype)]
    left_vector, right_vector = len(a) == 1, len(b) == 1
    a = (1, *a) if left_vector else a
    b = (*b, 1) if right_vector else b
    rows, inner_a = (a[-1], a[-2]) if arg_int(op, "trans_a", 0) else (a[-2], a[-1])
    inner_b, columns = (b[-1], b[-2]) if arg_int(op, "trans_b", 0) else (b[-2], b[-1])
    _check_inner(op, inner_a, inner_b)
    if not stretch and len(a) != len(b):
        raise contradiction(
            op, f"{quoted(op.inputs[0])} and {quoted(op.inputs[1])} have unlike ranks"
        )
    batch = broadcast(op, a[:-2], b[:-2])
    own = [*([] if left_vector else [rows]), *([] if right_vector else [columns])]
    return [TensorType((*(batch or ()), *(own or [1])), inputs[0].dtype)]


def _fcs(types: tuple[str, ...], rule: ShapeRule) -> tuple[OpSchema, ...]:
    return family(types, rule, min_inputs=2, parameters=(1, 2))


OPS: tuple[OpSchema, ...] = (
    *_fcs(("FC",), fc_rule),
    *_fcs(("FCTransposed",), _fc_transposed_rule),
    *family(("MatMul",), _matmul_rule, min_inputs=2),
    *family(("BatchMatMul",), _batch_matmul_rule, min_inputs=2),
)
