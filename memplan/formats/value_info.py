"""`value_info.json`: what a net's data look like, ``{blob: [type number, dims]}``.

Caffe2's exporters put it beside predict_net and init_net. A blob in it is an input of the net.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from memplan.errors import FormatError, quoted
from memplan.formats.shape_args import describes_types, load_json, shapes_from
from memplan.net import Blob, Net, RoleRule
from memplan.ops.schema import TensorType

__all__ = ["read_value_info", "with_shapes", "with_value_info"]


def read_value_info(data: bytes, file: str = "value_info.json") -> dict[str, TensorType]:
    """Read a value_info.json.

    Raises:
        FormatError: It is no such JSON, or a dim is no number of 1 or more.

    >>> read_value_info(b'{"data": [1, [1, 3, 224, 224]]}')["data"].shape
    (1, 3, 224, 224)
    """
    found = load_json(data, file)
    if found and not describes_types(found):
        raise FormatError(
            f"{quoted(file)} is no value_info; each blob needs a type and dims, "
            'as in {"data": [1, [1, 3, 224, 224]]}'
        )
    return shapes_from(found, file)


def with_value_info(net: Net, described: Mapping[str, TensorType]) -> Net:
    """Give the blobs of `net` that are in a value_info their shape, type and rule.

    They are inputs even where the init net fills them, as some exporters do with a sample.
    Names that the net does not have are left out.
    """
    blobs = dict(net.blobs)
    for name in _known(net, described):
        known, blob = described[name], net.blob(name)
        dtype = known.dtype or blob.dtype
        blobs[name] = replace(blob, shape=known.shape, dtype=dtype, rule=RoleRule.DESCRIBED)
    return net.with_blobs(blobs)


def with_shapes(net: Net, given: Mapping[str, TensorType]) -> Net:
    """Give the blobs of `net` their shapes and types, and say nothing of their roles."""
    blobs: dict[str, Blob] = dict(net.blobs)
    for name in _known(net, given):
        known, blob = given[name], net.blob(name)
        if known.shape is not None:
            # Dims that come alone count as float32; of a filled blob the file knows better.
            dtype = blob.dtype if blob.initialized and blob.dtype else known.dtype
            blobs[name] = replace(blob, shape=known.shape, dtype=dtype)
    return net.with_blobs(blobs)


def _known(net: Net, given: Mapping[str, TensorType]) -> list[str]:
    """The names given that the net, or one nested in it, has; in the order given."""
    names: set[str] = set()
    _collect(net, names)
    return [name for name in given if name in names]


def _collect(net: Net, names: set[str]) -> None:
    names.update(net.inputs, net.outputs)
    for op in net.ops:
        names.update(op.inputs, op.outputs)
        for nested in op.nets.values():
            _collect(nested, names)
