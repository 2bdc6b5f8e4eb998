"""Small nets for tests, and a second NetDef class as Caffe2's own would be."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

from memplan.formats import netdef_pb2 as pb


def op(kind: str, inputs: str, outputs: str, **fields: Any) -> pb.OperatorDef:
    """`op("FC", "x w b", "y")`."""
    return pb.OperatorDef(type=kind, input=inputs.split(), output=outputs.split(), **fields)


def net(*ops: pb.OperatorDef, inputs: str = "", outputs: str = "", **fields: Any) -> pb.NetDef:
    return pb.NetDef(
        op=ops, external_input=inputs.split(), external_output=outputs.split(), **fields
    )


def chain(names: str, kind: str = "Relu", **fields: Any) -> pb.NetDef:
    """`chain("data a b out")`: each name made from the one before, the ends external."""
    listed = names.split()
    ops = [op(kind, a, b) for a, b in pairwise(listed)]
    return net(*ops, inputs=listed[0], outputs=listed[-1], **fields)


@cache
def other_class() -> type:
    """A NetDef class of another package, as that of an installed Caffe2."""
    file = descriptor_pb2.FileDescriptorProto()
    pb.DESCRIPTOR.CopyToProto(file)
    text = file.SerializeToString().replace(b"memplan.caffe2", b"another.caffe2")
    file = descriptor_pb2.FileDescriptorProto.FromString(text)
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("another.caffe2.NetDef"))
