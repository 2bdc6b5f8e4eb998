"""What is known of each operator, a table for each dialect."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from memplan.ops.schema import OpSchema

__all__ = ["DIALECTS", "schema_of"]

DIALECTS: Mapping[str, Mapping[str, OpSchema]] = MappingProxyType({"caffe2": {}})


def schema_of(dialect: str, op_type: str) -> OpSchema | None:
    """What a dialect knows of an operator; None for one that it does not know."""
    return DIALECTS.get(dialect, {}).get(op_type)
