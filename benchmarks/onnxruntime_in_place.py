"""Which ops ONNX Runtime writes in place, or passes on as a view: told by the memory of a process.

    python benchmarks/onnxruntime_in_place.py [OP …]

A process of its own for each op runs Relu x → a, OP a → b, ReduceMax b → y over 32 MB, without an
arena. It grows by one tensor where b is a, by two where b has memory of its own.
"""

from __future__ import annotations

import resource
import subprocess
import sys

import numpy as np
import onnxruntime
from onnx import TensorProto, helper

OPS = (
    *("Identity", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Relu", "Clip", "Cast", "Elu"),
    *("HardSigmoid", "LeakyRelu", "LogSoftmax", "Selu", "Sigmoid", "Softmax", "Softplus"),
    *("Softsign", "Tanh", "ThresholdedRelu", "Abs", "Exp", "Sqrt", "Neg", "Erf", "Add", "Mul"),
    *("Sum", "PRelu", "BatchNormalization", "Concat", "Dropout"),
)
ROWS, COLUMNS = 8000, 1000
CONSTANTS = {
    **{kind: {"c": [1.5]} for kind in ("Add", "Mul", "Sum", "PRelu")},
    "BatchNormalization": {name: [1.0] * ROWS for name in "stuv"},
}
NUMBERS = {"Reshape": [-1], "Squeeze": [0], "Unsqueeze": [0]}
ATTRIBUTES = {"Cast": {"to": TensorProto.INT32}, "Concat": {"axis": 0}}


def tensors_more(kind: str) -> float:
    """By how many tensors this process grows as it runs one op of that kind."""
    stored = [
        helper.make_tensor(n, TensorProto.FLOAT, [len(v)], v)
        for n, v in CONSTANTS.get(kind, {}).items()
    ]
    if kind in NUMBERS:
        stored.append(helper.make_tensor("n", TensorProto.INT64, [1], NUMBERS[kind]))
    made = TensorProto.INT32 if kind == "Cast" else TensorProto.FLOAT
    inputs = ["a", *(tensor.name for tensor in stored)]
    nodes = [
        helper.make_node("Relu", ["x"], ["a"]),
        helper.make_node(kind, inputs, ["b"], **ATTRIBUTES.get(kind, {})),
        helper.make_node("ReduceMax", ["b"], ["y"], keepdims=1),
    ]
    shape = (1, ROWS, COLUMNS)
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)
    y = helper.make_tensor_value_info("y", made, None)
    graph = helper.make_graph(nodes, "one op", [x], [y], stored)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.enable_cpu_mem_arena = options.enable_mem_pattern = False
    options.intra_op_num_threads, options.log_severity_level = 1, 3
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), options, ["CPUExecutionProvider"]
    )
    fed = np.ones(shape, np.float32)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    session.run(None, {"x": fed})
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return (after - before) * 1024 / fed.nbytes


def main() -> None:
    """Measure each op in a process of its own."""
    if len(sys.argv) == 3 and sys.argv[1] == "--alone":
        print(f"{sys.argv[2]:20} {tensors_more(sys.argv[2]):.2f}")
        return
    for kind in sys.argv[1:] or OPS:
        subprocess.run([sys.executable, __file__, "--alone", kind], check=False)


if __name__ == "__main__":
    main()
