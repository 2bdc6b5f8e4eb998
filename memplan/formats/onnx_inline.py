"""Model-local functions put into the graph that calls them, as every engine does.

Inlined and not nested, because a function is no scope of memory: its values live among those of
the graph around it, and an engine plans them together. Inside, names get the caller's in front:

    y = norm(x)          norm(a) → b:  s = Abs(a); b = Sqrt(s)
    becomes              y.s = Abs(x); y = Sqrt(y.s)

Bounded: a function that calls itself, and calls that unfold into more ops than are read, are
errors.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from memplan.errors import FormatError, TooLarge, quoted
from memplan.formats.limits import MAX_NETS_DEEP, MAX_OPS

__all__ = ["inline_functions"]

_Key = tuple[str, str, str]


def inline_functions(model: Any, file: str) -> None:
    """Replace every call of a function of `model` by the function's ops, and drop the functions.

    Raises:
        TooLarge: The calls unfold into too many ops, or are too deep.
        FormatError: A function calls itself.
    """
    if not model.functions:
        return
    functions = {(f.domain, f.name, f.overload): f for f in model.functions}
    work = _Inliner(file, functions)
    work.note_names(model.graph)
    work.graph(model.graph, ())
    known = {entry.domain for entry in model.opset_import}
    for function in model.functions:
        for entry in function.opset_import:
            if entry.domain not in known:
                known.add(entry.domain)
                model.opset_import.add().CopyFrom(entry)
    model.ClearField("functions")


@dataclass(slots=True)
class _Inliner:
    """One model: its functions, the names taken, and how many ops came of it."""

    file: str
    functions: Mapping[_Key, Any]
    taken: set[str] = field(default_factory=set)
    ops: int = 0

    def note_names(self, graph: Any) -> None:
        self.taken.update(value.name for value in (*graph.input, *graph.initializer))
        for node in graph.node:
            self.taken.update(node.output)
            for inner in _graphs(node):
                self.note_names(inner)

    def graph(self, graph: Any, calls: tuple[_Key, ...]) -> None:
        """Inline the calls in `graph`, which lies within `calls` of functions."""
        nodes = list(graph.node)
        graph.ClearField("node")
        for node in nodes:
            self.put(node, graph, calls)

    def put(self, node: Any, graph: Any, calls: tuple[_Key, ...]) -> None:
        """Append `node` to `graph`: as it is, or as the ops of the function that it calls."""
        self.ops += 1
        if self.ops > MAX_OPS or len(calls) > MAX_NETS_DEEP:
            raise TooLarge(
                f"the functions of {quoted(self.file)} unfold into more than {MAX_OPS:,} ops, or "
                f"call one another more than {MAX_NETS_DEEP} deep; open a part of the net"
            )
        key = (node.domain, node.op_type, node.overload)
        function = self.functions.get(key)
        if function is None:
            for inner in _graphs(node):
                self.graph(inner, calls)
            graph.node.add().CopyFrom(node)
            return
        if key in calls:
            raise FormatError(
                f"{quoted(self.file)}: the function {quoted(node.op_type)} calls itself; "
                "export the model again"
            )
        names = self.names_for(node, function)
        settings = _settings(node, function)
        for inner in function.node:
            copy = type(inner)()
            copy.CopyFrom(inner)
            self.rename(copy, names, settings)
            self.put(copy, graph, (*calls, key))

    def names_for(self, call: Any, function: Any) -> dict[str, str]:
        """What the names of a function's interface are where it is called."""
        names = {"": ""} | dict.fromkeys(function.input, "")
        names.update(zip(function.input, call.input, strict=False))
        names.update(zip(function.output, call.output, strict=False))
        prefix = call.name or next((name for name in call.output if name), call.op_type)
        for name in (n for node in function.node for n in node.output):
            # An output that the caller does not want is still made, under a name of its own.
            if not names.get(name):
                names[name] = self.free(f"{prefix}.{name}") if name else ""
        return names

    def free(self, wanted: str) -> str:
        name, number = wanted, 1
        while name in self.taken:
            number += 1
            name = f"{wanted}.{number}"
        self.taken.add(name)
        return name

    def rename(self, node: Any, names: dict[str, str], settings: Mapping[str, Any]) -> None:
        """Give a copied node the caller's names, and the attributes that the caller set."""
        inputs = [names.get(name, name) for name in node.input]
        outputs = [names.get(name, name) for name in node.output]
        node.ClearField("input")
        node.ClearField("output")
        node.input.extend(inputs)
        node.output.extend(outputs)
        attributes = list(node.attribute)
        node.ClearField("attribute")
        for attribute in attributes:
            if not attribute.ref_attr_name:
                node.attribute.add().CopyFrom(attribute)
            elif attribute.ref_attr_name in settings:
                copy = node.attribute.add()
                copy.CopyFrom(settings[attribute.ref_attr_name])
                copy.name = attribute.name
        for inner in _graphs(node):
            self.rename_graph(inner, dict(names), settings)

    def rename_graph(self, graph: Any, names: dict[str, str], settings: Mapping[str, Any]) -> None:
        """The same for a graph nested in a function; its own names are made free ones."""
        for value in (*graph.input, *graph.initializer):
            names[value.name] = self.free(value.name)
            value.name = names[value.name]
        for name in (n for node in graph.node for n in node.output if n):
            names[name] = self.free(name)
        for node in graph.node:
            self.rename(node, names, settings)
        for value in (*graph.output, *graph.value_info):
            value.name = names.get(value.name, value.name)


def _graphs(node: Any) -> list[Any]:
    return [graph for a in node.attribute for graph in ([a.g] if a.HasField("g") else a.graphs)]


def _settings(call: Any, function: Any) -> dict[str, Any]:
    """The attributes that a function's ops may refer to: its defaults, then the caller's."""
    defaults = {attribute.name: attribute for attribute in function.attribute_proto}
    return defaults | {attribute.name: attribute for attribute in call.attribute}
