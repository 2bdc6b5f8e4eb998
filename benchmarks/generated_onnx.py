"""Generated ONNX models for the benchmarks: a long chain, a deep transformer, without weights."""

from __future__ import annotations

from onnx import ModelProto, NodeProto, TensorProto, helper

__all__ = ["chain", "transformer"]

_VERSION = 20


def chain(ops: int) -> bytes:
    """Relu and Neg by turns, with a shortcut past every tenth; only the input has a shape."""
    nodes, last, kept = [], "x", "x"
    for k in range(ops):
        name = f"t{k}" if k < ops - 1 else "y"
        if k % 10 == 9:
            nodes.append(helper.make_node("Add", [last, kept], [name]))
            kept = name
        else:
            nodes.append(helper.make_node(("Relu", "Neg")[k % 2], [last], [name]))
        last = name
    shape = [1, 64, 28, 28]
    graph = helper.make_graph(
        nodes,
        f"chain_{ops}",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, shape)],
    )
    return bytes(_model(graph).SerializeToString())


def transformer(layers: int, width: int = 1024, heads: int = 16) -> bytes:
    """An encoder with free batch and length; its weights are said to lie in another file."""
    made = _Layers(width, heads)
    last = "x"
    for k in range(layers):
        last = made.layer(f"layer{k}", last)
    made.nodes.append(helper.make_node("Identity", [last], ["y"]))
    dims = ["batch", "length", width]
    graph = helper.make_graph(
        made.nodes,
        f"transformer_{layers}",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, dims)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, dims)],
        made.weights,
    )
    return bytes(_model(graph).SerializeToString())


def _model(graph: object) -> ModelProto:
    versions = [helper.make_opsetid("", _VERSION)]
    return helper.make_model(graph, opset_imports=versions, ir_version=9)


class _Layers:
    """The ops and weights of the layers so far."""

    def __init__(self, width: int, heads: int) -> None:
        self.width = width
        self.heads = heads
        self.nodes: list[NodeProto] = []
        self.weights: list[TensorProto] = [
            helper.make_tensor("split", TensorProto.INT64, [4], [0, 0, heads, width // heads]),
            helper.make_tensor("whole", TensorProto.INT64, [3], [0, 0, width]),
            helper.make_tensor("scale", TensorProto.FLOAT, [], [0.125]),
        ]

    def layer(self, name: str, x: str) -> str:
        """Attention and two matrices, each behind a norm and beside a shortcut."""
        normed = self.normed(f"{name}/norm1", x)
        heads = {
            part: self.heads_of(f"{name}/{part}", normed, order)
            for part, order in (("q", (0, 2, 1, 3)), ("k", (0, 2, 3, 1)), ("v", (0, 2, 1, 3)))
        }
        scores = self.op("MatMul", [heads["q"], heads["k"]], f"{name}/scores")
        scaled = self.op("Mul", [scores, "scale"], f"{name}/scaled")
        shares = self.op("Softmax", [scaled], f"{name}/softmax", axis=-1)
        seen = self.op("MatMul", [shares, heads["v"]], f"{name}/seen")
        back = self.op("Transpose", [seen], f"{name}/back", perm=(0, 2, 1, 3))
        joined = self.op("Reshape", [back, "whole"], f"{name}/joined")
        mixed = self.matrix(f"{name}/out", joined, self.width, self.width)
        x = self.op("Add", [x, mixed], f"{name}/sum1")
        wide = self.matrix(
            f"{name}/up", self.normed(f"{name}/norm2", x), self.width, 4 * self.width
        )
        bent = self.op("Gelu", [wide], f"{name}/gelu")
        return self.op(
            "Add",
            [x, self.matrix(f"{name}/down", bent, 4 * self.width, self.width)],
            f"{name}/sum2",
        )

    def op(self, kind: str, inputs: list[str], output: str, **settings: object) -> str:
        self.nodes.append(helper.make_node(kind, inputs, [output], name=output, **settings))
        return output

    def heads_of(self, name: str, x: str, order: tuple[int, ...]) -> str:
        flat = self.matrix(name, x, self.width, self.width)
        parted = self.op("Reshape", [flat, "split"], f"{name}/parted")
        return self.op("Transpose", [parted], f"{name}/turned", perm=order)

    def matrix(self, name: str, x: str, rows: int, columns: int) -> str:
        return self.op("MatMul", [x, self.weight(f"{name}/w", rows, columns)], f"{name}/product")

    def normed(self, name: str, x: str) -> str:
        scale = self.weight(f"{name}/scale", self.width)
        return self.op("LayerNormalization", [x, scale], f"{name}/normed", axis=-1)

    def weight(self, name: str, *dims: int) -> str:
        tensor = TensorProto(name=name, data_type=TensorProto.FLOAT, dims=dims)
        tensor.data_location = TensorProto.EXTERNAL
        tensor.external_data.add(key="location", value="weights.bin")
        self.weights.append(tensor)
        return name
