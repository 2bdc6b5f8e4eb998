"""Small ONNX models for the tests, from ONNX's own text form or built by hand."""

from __future__ import annotations

import onnx
from onnx import helper, parser

from memplan.formats import InputFile, load
from memplan.net import Net

HEAD = '<ir_version: 10, opset_import: ["" : 20, "my.ops" : 1]>\n'


def model(text: str) -> onnx.ModelProto:
    return parser.parse_model(HEAD + text)


def read(source: str | onnx.ModelProto) -> Net:
    message = model(source) if isinstance(source, str) else source
    return load([InputFile("net.onnx", message.SerializeToString())])


def tensor(name: str, dims: list[int], number: int = 1) -> onnx.TensorProto:
    """A stored tensor without any numbers in it."""
    return onnx.TensorProto(name=name, dims=dims, data_type=number)


def of_nodes(nodes, inputs=(), outputs=(), **parts) -> onnx.ModelProto:
    graph = helper.make_graph(nodes, "g", list(inputs), list(outputs), **parts)
    return helper.make_model(graph, ir_version=10, opset_imports=[helper.make_opsetid("", 20)])


def value(name: str, dims, number: int = 1):
    return helper.make_tensor_value_info(name, number, dims)
