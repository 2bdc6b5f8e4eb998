"""From an ONNX message to a `Net`: If, Loop and Scan bodies as nested nets.

The nets of memplan share one workspace with the nets nested in them, those of ONNX do not: a body
has its own names and hands its results over by position. So what a body hands over is written
under the name of the op's output: it is that memory, for engines let a branch write there.

    y = If(c): then { t = Relu(x) } → t       becomes       If(c) → y, then_branch: Relu(x) → y

What a body reads outside itself is seen by its name and stays alive. The values that a Loop or a
Scan carries into its body are inputs of the nested net: from the second turn on they are memory
of their own, for what is read and what is written coexist. The slices that a Scan hands in are
views, and none. A name of a body that the graph around has too is changed; all others are as in
the file. An operand that is left out (an empty name) is left out here too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from memplan.errors import FormatError, quoted
from memplan.formats.limits import MAX_ARG_VALUES, MAX_VALUES_KEPT
from memplan.formats.onnx_bodies import carried, handed_over
from memplan.formats.onnx_constants import constants_made
from memplan.formats.onnx_message import graphs_in, is_elsewhere
from memplan.formats.onnx_names import names_of, text, value_names
from memplan.formats.onnx_scope import Scope, constant_around, is_taken
from memplan.formats.onnx_types import checked, element_type
from memplan.formats.onnx_values import UNKNOWN, OnnxSource, below, declared_types
from memplan.net import Arg, Blob, Net, Op, Role, RoleRule
from memplan.ops.schema import TensorType

__all__ = ["STATE_KEY", "net_from_model"]

STATE_KEY = "memplan.role"
"""In a value's metadata: `state` says that it is kept from run to run (a cache of keys)."""

_NO_ARGS: Mapping[str, Arg] = MappingProxyType({})
_NO_NETS: Mapping[str, Net] = MappingProxyType({})
_NO_NAMES: Mapping[str, str] = MappingProxyType({})
_STANDARD = ("", "ai.onnx")
_INT32, _INT64, _BOOL = 6, 7, 9
_VALUES_KEPT = 64  # of a shape or a list of axes


def net_from_model(model: Any, file: str) -> Net:
    """Read a parsed ModelProto, which rides along in the net's `source`, an `OnnxSource`.

    Args:
        file: The name of the file, for messages.

    Raises:
        FormatError: An op has no type, or a body does not fit the op that runs it.
    """
    # Before version 4 each initialiser had to be listed as an input too; since then one that is
    # listed is the default of an input.
    reader = _Reader(file, defaults_are_inputs=model.ir_version >= 4)
    net = reader.graph(model.graph, None, "")
    return replace(net, source=OnnxSource(model, net, reader.own))


@dataclass(slots=True)
class _Reader:
    file: str
    defaults_are_inputs: bool
    values_kept: int = 0
    own: dict[str, dict[str, str]] = field(default_factory=dict)

    def graph(
        self, graph: Any, around: Scope | None, path: str, outputs: Mapping[str, str] = _NO_NAMES
    ) -> Net:
        """Read one graph; `outputs` are names that its values get because the op has them."""
        names = self.own_names(graph, around, outputs)
        if path:
            self.own[path] = {free: name for name, free in names.items()}
        stored = {text(t.name): t for t in graph.initializer}
        sparse = {text(s.values.name): s for s in graph.sparse_initializer}
        listed = set(value_names(graph.input, holes=True)) if self.defaults_are_inputs else set()
        constant = constant_around(graph, around) | ({*stored, *sparse} - listed)
        made = constants_made(graph.node, constant).difference(value_names(graph.output))
        scope = Scope(names, set(names.values()), constant | made, around)
        ops = tuple([self.op(node, scope, path, k) for k, node in enumerate(graph.node)])
        blobs = self.blobs(graph, names)
        for name in made:
            blob = blobs[names[name]]
            blobs[names[name]] = replace(blob, role=Role.WEIGHT, rule=RoleRule.CONSTANT)
        for name, tensor in (*stored.items(), *sparse.items()):
            blobs[names[name]] = self.stored(names[name], tensor)
        inputs = dict.fromkeys(names[name] for name in value_names(graph.input, holes=True))
        inputs.update(dict.fromkeys(names[name] for name in (*stored, *sparse)))
        results = map(scope.called, value_names(graph.output))
        return Net(
            name=text(graph.name),
            ops=ops,
            blobs=MappingProxyType(blobs),
            inputs=tuple(inputs),
            outputs=tuple(dict.fromkeys(results)),
            dialect="onnx",
        )

    def own_names(
        self, graph: Any, around: Scope | None, outputs: Mapping[str, str]
    ) -> dict[str, str]:
        """What the graph's own names are called: as in the file, unless that is taken around."""
        names = {name: name for name in _own(graph)}
        taken: set[str] = set()
        for name in names if around is not None else ():
            free = outputs.get(name, name)
            while name not in outputs and (free in taken or is_taken(free, around)):
                free += "'"
            names[name] = free
            taken.add(free)
        return names

    def op(self, node: Any, scope: Scope, path: str, index: int) -> Op:
        kind, domain, called = text(node.op_type), text(node.domain), scope.called
        if not kind:
            where = f" of {quoted(path)}" if path else ""
            raise FormatError(
                f"{quoted(self.file)}: op {index}{where} has no type, so nobody can tell what "
                "it does; the file is damaged"
            )
        outputs = [called(name) for name in names_of(node.output, holes=True)]
        args, nets = _NO_ARGS, _NO_NETS
        if node.attribute:
            args = MappingProxyType(self.args(node))
            bodies = {
                key: self.body(node, graph, scope, below(path, index, key), outputs)
                for key, graph in graphs_in(node)
            }
            nets = MappingProxyType(bodies) if bodies else nets
        return Op(
            type=kind if domain in _STANDARD else f"{domain}.{kind}",
            inputs=tuple(map(called, names_of(node.input))),
            outputs=tuple([name for name in outputs if name]),
            name=text(node.name),
            args=args,
            nets=nets,
        )

    def body(self, node: Any, graph: Any, scope: Scope, path: str, op_outputs: list[str]) -> Net:
        """Read a graph that an op runs, with its results under the names of the op's outputs."""
        results = value_names(graph.output, holes=True)
        handed = handed_over(node, results, op_outputs)
        made = {name for inner in graph.node for name in names_of(inner.output)}
        bound: dict[str, str] = {}
        copies: list[Op] = []
        for result, target in handed:
            if not target:
                continue  # nobody wants it
            if result in made and result not in bound:
                bound[result] = target
            else:
                copies.append(Op("Identity", (result,), (target,)))
        net = self.graph(graph, scope, path, bound)
        own = self.own_names(graph, scope, bound) if copies else {}
        seen = (own.get(op.inputs[0]) or scope.called(op.inputs[0]) for op in copies)
        copied = tuple(replace(op, inputs=(name,)) for op, name in zip(copies, seen, strict=True))
        return replace(net, ops=net.ops + copied, inputs=carried(node, graph, net))

    def blobs(self, graph: Any, names: Mapping[str, str]) -> dict[str, Blob]:
        """What the file declares of each of the graph's own names."""
        declared = declared_types(graph)
        kept = {
            text(value.name)
            for value in (*graph.value_info, *graph.input, *graph.output)
            if any(p.key == STATE_KEY and p.value == "state" for p in value.metadata_props)
        }
        blobs = {}
        for name, free in names.items():
            found = declared.get(name, UNKNOWN)
            rule = RoleRule.VARIABLE if name in kept else None
            known = (found.shape, found.dtype, None, rule)
            blobs[free] = Blob(free, *known, unknown=found.reason)
        return blobs

    def stored(self, name: str, initializer: Any) -> Blob:
        """A value that the file stores; a sparse one as large as when it is unpacked."""
        tensor = getattr(initializer, "values", initializer)
        dims = tuple(initializer.dims)
        if any(dim < 0 for dim in dims):
            raise FormatError(f"{quoted(self.file)}: {quoted(name)} is stored with a negative dim")
        found = checked(name, TensorType(dims, element_type(tensor.data_type)), tensor.data_type)
        return Blob(
            name,
            found.shape,
            found.dtype,
            rule=RoleRule.STORED,
            initialized=True,
            values=_values(initializer),
            unknown=found.reason,
        )

    def args(self, node: Any) -> dict[str, Arg]:
        """An op's attributes that are plain and short; tensors and graphs are none."""
        found: dict[str, Arg] = {}
        for attribute in node.attribute:
            value: Any = None
            if attribute.type in (1, 2, 3):
                value = getattr(attribute, "_fis"[attribute.type])
            elif attribute.type in (6, 7, 8):
                value = tuple(getattr(attribute, ("floats", "ints", "strings")[attribute.type - 6]))
            if value is None:
                continue
            length = len(value) if isinstance(value, tuple | bytes) else 1
            if length <= MAX_ARG_VALUES and self.values_kept + length <= MAX_VALUES_KEPT:
                self.values_kept += length
                found[text(attribute.name)] = value
        return found


def _own(graph: Any) -> list[str]:
    """The names that a graph gives: inputs, stored values, what its ops make."""
    sparse = (value.values for value in graph.sparse_initializer)
    names = [*value_names(graph.input, holes=True), *value_names(graph.initializer, holes=True)]
    names += value_names(sparse, holes=True)
    for node in graph.node:
        names += names_of(node.output)
    return names


def _values(tensor: Any) -> tuple[int, ...] | None:
    """The numbers of a small integer tensor; None for any other, or where they do not fit."""
    if getattr(tensor, "data_type", 0) not in (_INT32, _INT64, _BOOL) or is_elsewhere(tensor):
        return None
    from onnx import numpy_helper  # noqa: PLC0415  only who opens such a file waits for it

    try:
        flat = numpy_helper.to_array(tensor).reshape(-1)
    except (ValueError, TypeError):
        return None
    return tuple(int(value) for value in flat) if len(flat) <= _VALUES_KEPT else None
