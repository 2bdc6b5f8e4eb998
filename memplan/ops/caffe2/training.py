"""Training's own ops: iteration counts, learning rates, and the solvers' steps in place."""

from __future__ import annotations

from memplan.net import DType
from memplan.ops.caffe2.rules import family, like, vector
from memplan.ops.schema import OpSchema

__all__ = ["OPS"]


def _solver(
    type_: str, positions: tuple[int, ...], parameters: tuple[int, ...]
) -> tuple[OpSchema, ...]:
    """A solver: output i is the new value of input `positions[i]`, written over it."""
    return family(
        (type_,),
        like(*positions),
        min_inputs=max(positions) + 1,
        parameters=parameters,
        in_place=[(position, output) for output, position in enumerate(positions)],
    )


OPS: tuple[OpSchema, ...] = (
    *family(("Iter",), vector(1, DType.INT64), min_inputs=0, in_place=((0, 0),)),
    *family(("AtomicIter",), vector(1, DType.INT64), min_inputs=2, in_place=((1, 0),)),
    *family(("LearningRate",), vector(1, DType.FLOAT32)),
    *_solver("MomentumSGD", (0, 1), (1,)),
    *_solver("MomentumSGDUpdate", (0, 1, 3), (1, 3)),
    *_solver("Adagrad", (0, 1), (0, 1)),
    *_solver("Adadelta", (0, 1, 2), (0, 1, 2)),
    *_solver("Adam", (0, 1, 2), (0, 1, 2)),
    *_solver("RmsProp", (0, 1, 2), (1, 2)),
    *_solver("SparseAdagrad", (0, 1), (0, 1)),
    *_solver("RowWiseSparseAdagrad", (0, 1), (0, 1)),
    *_solver("SparseAdam", (0, 1, 2), (0, 1, 2)),
    *_solver("ScatterWeightedSum", (0,), (0,)),
    *_solver("ScatterAssign", (0,), (0,)),
)
