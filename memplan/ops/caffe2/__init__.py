"""What is known of Caffe2's operators, a family a file."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from memplan.ops.caffe2 import (
    arithmetic,
    conv,
    detection,
    elementwise,
    fc,
    features,
    fill,
    gradients,
    index,
    int8,
    join,
    loss,
    norm,
    pool,
    recurrent,
    reduce,
    reshape,
    resize,
    sparse,
    training,
)
from memplan.ops.schema import OpSchema

__all__ = ["CAFFE2_OPS"]

_FAMILIES: tuple[tuple[OpSchema, ...], ...] = (
    conv.OPS,
    pool.OPS,
    fc.OPS,
    norm.OPS,
    elementwise.OPS,
    arithmetic.OPS,
    join.OPS,
    reshape.OPS,
    index.OPS,
    resize.OPS,
    reduce.OPS,
    sparse.OPS,
    int8.OPS,
    fill.OPS,
    loss.OPS,
    gradients.OPS,
    training.OPS,
    detection.OPS,
    recurrent.OPS,
    features.OPS,
)


def _table() -> dict[str, OpSchema]:
    table: dict[str, OpSchema] = {}
    for schema in (schema for schemas in _FAMILIES for schema in schemas):
        assert schema.type not in table, f"two families know {schema.type}"
        table[schema.type] = schema
    return table


CAFFE2_OPS: Mapping[str, OpSchema] = MappingProxyType(_table())
