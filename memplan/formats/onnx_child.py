"""A child process that infers the shapes of an ONNX model: message in, JSON lines out.

Run as a file, by `onnx_shapes`, never imported: it knows nothing of memplan. The libraries that
it calls were not made for hostile files (they recurse, they raise IndexError on real models), so
memory, time and the length of the answer are bounded by the system before any of them is
imported. It opens no file that a model names: numbers that lie elsewhere were left out before.

Arguments: seconds of processor time, and bytes of memory. Each line of the answer is an object:

    {"types": {path: {name: [element type, dims or null]}}}     first ONNX's own, then with …
    {"types": {…}}                                              … ONNX Runtime's added
    {"failed": "IndexError"}                                    in place of either

A path is "" for the graph itself and "3:then_branch" for a graph nested in its op 3.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

# Messages have no types here.
Message = Any
Types = dict[str, dict[str, list[Any]]]

EXTERNAL = 1
MOST_ANSWER = 2**28


def limit(seconds: int, memory: int) -> None:
    """Bound this process; where the system cannot, the parent's deadline is left."""
    try:
        import resource  # noqa: PLC0415  not on every system
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MOST_ANSWER, MOST_ANSWER))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def graphs_in(node: Message) -> Iterator[tuple[str, Message]]:
    """The graphs in a node's attributes, each with the name under which it is nested."""
    for attribute in node.attribute:
        if attribute.HasField("g"):
            yield attribute.name, attribute.g
        for index, graph in enumerate(attribute.graphs):
            yield f"{attribute.name}[{index}]", graph


def move_left_out(graph: Message, top: Message, taken: set[str]) -> None:
    """Make what has no numbers an input of the model: nobody then asks for them."""
    kept = [t for t in graph.initializer if t.data_location != EXTERNAL]
    for tensor in graph.initializer:
        if tensor.data_location == EXTERNAL:
            add_input(top, tensor.name, tensor, taken)
    for sparse in graph.sparse_initializer:
        add_input(top, sparse.values.name, sparse.values, taken, sparse.dims)
    graph.ClearField("sparse_initializer")
    graph.ClearField("initializer")
    graph.initializer.extend(kept)
    for node in graph.node:
        if node.op_type == "Constant" and node.output:
            replace_constant(node, top, taken)
        for _, inner in graphs_in(node):
            move_left_out(inner, top, taken)


def replace_constant(node: Message, top: Message, taken: set[str]) -> None:
    """A Constant without numbers reads an input of its shape; ops keep their places."""
    for attribute in node.attribute:
        dims = None
        if attribute.HasField("sparse_tensor"):
            tensor, dims = attribute.sparse_tensor.values, attribute.sparse_tensor.dims
        elif attribute.HasField("t") and attribute.t.data_location == EXTERNAL:
            tensor = attribute.t
        else:
            continue
        name = f"left out of {node.output[0]}"
        add_input(top, name, tensor, taken, dims)
        node.op_type, node.domain = "Identity", ""
        node.input.append(name)
        node.ClearField("attribute")
        return


def add_input(top: Message, name: str, tensor: Message, taken: set[str], dims: Any = None) -> None:
    """Declare an input of the shape of a tensor, unless there is a value of that name."""
    if name in taken:
        return
    taken.add(name)
    value = top.input.add(name=name)
    value.type.tensor_type.elem_type = tensor.data_type
    value.type.tensor_type.shape.SetInParent()
    for dim in tensor.dims if dims is None else dims:
        value.type.tensor_type.shape.dim.add(dim_value=dim)


def types_of(graph: Message, path: str, found: Types) -> Types:
    """Note the types of all values that `graph` and those nested in it tell."""
    here = found.setdefault(path, {})
    kinds: dict[bytes, list[Any] | None] = {}  # most values are of one of a few types
    for value in (*graph.input, *graph.output, *graph.value_info):
        key = value.type.SerializeToString()
        if key not in kinds:
            kinds[key] = told_by(value.type)
        told, before = kinds[key], here.get(value.name)
        if told is not None:
            here[value.name] = told if before is None else merged(before, told)
    for index, node in enumerate(graph.node):
        for name, inner in graphs_in(node):
            types_of(inner, f"{path}/{index}:{name}" if path else f"{index}:{name}", found)
    return found


def told_by(kind: Message) -> list[Any] | None:
    """Element type and dims of a TypeProto; None unless it is that of a tensor."""
    if kind.WhichOneof("value") != "tensor_type":
        return None
    tensor = kind.tensor_type
    dims = [dim_of(d) for d in tensor.shape.dim] if tensor.HasField("shape") else None
    return [tensor.elem_type, dims]


def dim_of(dim: Message) -> int | str | None:
    """A number, a symbol, or None where nothing is said."""
    kind = dim.WhichOneof("value")
    if kind == "dim_value":
        return dim.dim_value if dim.dim_value >= 0 else None
    return (dim.dim_param or None) if kind else None


def merged(first: list[Any] | None, second: list[Any]) -> list[Any]:
    """The better known of two answers; numbers before symbols before nothing."""
    if first is None or first[1] is None:
        return [second[0] or (first or [0])[0], second[1]]
    dims = second[1]
    if dims is None or len(dims) != len(first[1]):
        return first
    pairs = zip(first[1], dims, strict=True)
    better = [a if isinstance(a, int) or b is None else b for a, b in pairs]
    return [first[0] or second[0], better]


def is_whole(graph: Message, path: str, found: Types) -> bool:
    """Whether all values that ops make are known to the last dim."""
    here = found.get(path, {})
    for index, node in enumerate(graph.node):
        for name in node.output:
            dims = here.get(name, [0, None])[1]
            if name and (dims is None or not {int}.issuperset(map(type, dims))):
                return False
        for name, inner in graphs_in(node):
            below = f"{path}/{index}:{name}" if path else f"{index}:{name}"
            if not is_whole(inner, below, found):
                return False
    return True


def by_onnx(model: Message, _found: Types) -> Types:
    """ONNX's own inference, which also follows the values of small integer tensors."""
    from onnx import shape_inference  # noqa: PLC0415

    return types_of(shape_inference.infer_shapes(model, data_prop=True).graph, "", {})


def by_onnxruntime(model: Message, found: Types) -> Types:
    """ONNX Runtime's symbolic inference, added to what is known.

    Not by its `infer_shapes`, which writes the model to the working folder when it is not done.
    """
    import sympy  # noqa: F401, PLC0415  the next line needs it and does not bring it
    from onnxruntime.tools import symbolic_shape_infer as tools  # noqa: PLC0415

    work = tools.SymbolicShapeInference(2**31 - 1, True, False, 0)
    work._preprocess(model)  # noqa: SLF001  as its own entry does
    while work.run_:
        work._infer_impl()  # noqa: SLF001
    work._update_output_from_vi()  # noqa: SLF001
    for path, values in types_of(work.out_mp_.graph, "", {}).items():
        here = found.setdefault(path, {})
        for name, told in values.items():
            here[name] = merged(here.get(name), told)
    return found


def tell(answer: dict[str, object]) -> None:
    """Write one line at once: what is known stays known if the system ends us next."""
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def main(seconds: int, memory: int) -> None:
    """Infer twice; each answer, or the kind of its failure, is a line."""
    limit(seconds, memory)
    import onnx  # noqa: PLC0415  after the limits are set

    model = onnx.ModelProto.FromString(sys.stdin.buffer.read())
    graph = model.graph
    taken = {value.name for value in graph.input}
    taken.update(name for node in graph.node for name in node.output)
    move_left_out(graph, graph, taken)
    found = types_of(graph, "", {})
    for infer in (by_onnx, by_onnxruntime):
        if is_whole(graph, "", found):
            break
        try:
            found = infer(model, found)
        except Exception as error:  # noqa: BLE001  whatever a library raises is its failure
            tell({"failed": type(error).__name__})
        else:
            tell({"types": found})


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
