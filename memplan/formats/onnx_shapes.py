"""Shapes of an ONNX model, inferred by ONNX and ONNX Runtime in a child process within bounds.

Neither library is made for hostile files, and neither can be asked to stop, so that they run in a
process of their own, which the system ends when it takes too much memory or time and which we end
when the caller's progress callback raises. What it told until then stands.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from memplan.child import Answer, run_child
from memplan.formats.onnx_types import checked, element_type
from memplan.formats.onnx_values import Types
from memplan.net import Dim
from memplan.ops.schema import TensorType
from memplan.plan import Progress

__all__ = ["DEADLINE", "Inferred", "infer_types"]

DEADLINE = 90.0
"""Seconds: a 24-layer transformer takes some ten, with two others at work beside it."""
_MEMORY = 4 * 2**30
_CHILD = Path(__file__).with_name("onnx_child.py")


@dataclass(frozen=True, slots=True)
class Inferred:
    """What the inference told.

    Attributes:
        types: What is known of each value.
        failed: What went wrong on the way, for the reasons of what stays unknown.
    """

    types: Types = field(default_factory=lambda: MappingProxyType({}))
    failed: str | None = None


def infer_types(
    model: Any, progress: Progress | None = None, deadline: float = DEADLINE
) -> Inferred:
    """Infer the types of all values of `model`, those of nested graphs too.

    Args:
        model: A ModelProto without functions and without the numbers of long tensors.

    Raises:
        Cancelled: What `progress` raises to stop the work.
    """
    # Some libraries reserve memory for each thread that they might start. ONNX Runtime's inference
    # goes through sets: which of two equal dims gives the other its name is told by the seed.
    settings = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONHASHSEED": "0"}
    answer = run_child(
        _CHILD,
        (str(int(deadline)), str(_MEMORY)),
        model.SerializeToString(),
        deadline,
        progress,
        doing="inferring the shapes of the ONNX model",
        environment=os.environ | settings,
    )
    return _read(answer)


def _read(answer: Answer) -> Inferred:
    """The last answer that is whole, and what went wrong beside it."""
    types: Mapping[str, Mapping[str, Any]] = {}
    failed: str | None = None
    for line in answer.text.splitlines():
        try:
            told = json.loads(line)
        except ValueError:
            break  # the child was ended in the middle of it
        types = told.get("types", types)
        failed = told.get("failed", failed)
    if answer.status != 0:
        failed = "it took too long" if answer.status is None else "it took too much memory or time"
    known: dict[Any, TensorType] = {}
    found = {
        path: {name: _type(name, *told, known=known) for name, told in values.items()}
        for path, values in types.items()
    }
    return Inferred(found, failed)


def _type(
    name: str, number: int, dims: list[Dim] | None, *, known: dict[Any, TensorType]
) -> TensorType:
    """One type; most values of a model are of one of a few, which are kept in `known`."""
    shape = None if dims is None else tuple(dims)
    if (number, shape) not in known:
        found = checked(name, TensorType(shape, element_type(number)), number)
        if found.reason is not None:
            return found  # it names the value
        known[number, shape] = found
    return known[number, shape]
