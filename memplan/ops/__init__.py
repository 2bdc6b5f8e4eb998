"""What is known of each operator, a table for each dialect."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from memplan.net import Net
from memplan.ops.caffe2 import CAFFE2_OPS
from memplan.ops.onnx import ONNX_OPS
from memplan.ops.schema import OpSchema
from memplan.ops.tflite import TFLITE_OPS
from memplan.ops.torch import TORCH_OPS

__all__ = ["CAFFE2_OPS", "DIALECTS", "ONNX_OPS", "TFLITE_OPS", "TORCH_OPS", "schema_of"]

DIALECTS: Mapping[str, Mapping[str, OpSchema]] = MappingProxyType(
    {"caffe2": CAFFE2_OPS, "onnx": ONNX_OPS, "tflite": TFLITE_OPS, "torch": TORCH_OPS}
)


def schema_of(dialect: Net | str, op_type: str) -> OpSchema | None:
    """What a dialect (or a net's) knows of an operator; None for one that it does not know.

    >>> sorted(schema_of("caffe2", "Conv").parameters)
    [1, 2]
    """
    key = dialect.dialect if isinstance(dialect, Net) else dialect
    return DIALECTS.get(key, {}).get(op_type)
