"""A program of torch.export as a `Net`: its graph is read, its weights are not.

Parameters, buffers and constants are weights; a buffer that the program writes to is state. What
it writes to buffers and inputs at its end, by its signature, is an op of its own here (`copy_`),
as when PyTorch runs it. Ops that compute with sizes alone, or check them, have no tensor and are
left out. Graphs that an op runs (`cond`, `while_loop`, `map`) are nested nets; a name of theirs
that the graph around has too is changed.

Sizes that depend on free dims stay expressions (``2*s0``); the example that the file gives for
each dim is in `Net.symbols`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from memplan.errors import FormatError, TooLarge, quoted
from memplan.formats.exported_program_args import args_of, flags_of
from memplan.formats.exported_program_bodies import Body, bodies_of, made_in, operands, tensors_in
from memplan.formats.exported_program_file import (
    BrokenProgram,
    entries,
    member,
    parse_program,
    text,
)
from memplan.formats.exported_program_layout import Layout, named_as_run
from memplan.formats.exported_program_signature import Signature, signature_of
from memplan.formats.exported_program_values import blob_of, examples_in, layout_of, symbols_of
from memplan.formats.limits import MAX_NETS_DEEP, MAX_OPS
from memplan.net import Blob, Net, Op, RoleRule
from memplan.ops.torch import TORCH_OPS, is_in_place, operator_name

__all__ = ["net_from_program"]

# Before the names of operators in a program that ExecuTorch has taken over and saved.
_EDGE = "executorch.exir.dialects.edge._ops."

# They ask a tensor for its dims, not for its elements.
_OF_DIMS_NAMES = """
    sym_size sym_stride sym_numel sym_storage_offset sym_is_contiguous _assert_tensor_metadata
    sym_constrain_range sym_constrain_range_for_size _assert_scalar
    """
_OF_DIMS = frozenset(_OF_DIMS_NAMES.split())


def net_from_program(data: bytes, file: str, name: str = "") -> Net:
    """Read the JSON of an exported program.

    Args:
        file: The name of the file, for messages.
        name: What the archive calls the program.

    Raises:
        FormatError: It is no exported program, or it contradicts itself.
        TooLarge: It holds more than is read.
    """
    program = parse_program(data, file)
    try:
        return replace(_Reader(file).program(program), name=name)
    except BrokenProgram as broken:
        raise FormatError(
            f"{quoted(file)} is a torch.export archive that is damaged: {broken}; export it again"
        ) from None


@dataclass(slots=True)
class _Scope:
    """What a graph calls its values, and what the net calls them."""

    names: dict[str, str]
    layouts: dict[str, Layout | None] = field(default_factory=dict)


@dataclass(slots=True)
class _Reader:
    """One file: the names that are taken, and what was written to."""

    file: str
    taken: set[str] = field(default_factory=set)
    examples: dict[str, int] = field(default_factory=dict)
    roots: dict[str, str] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)
    ops: int = 0
    kept: int = 0

    def program(self, program: dict[str, object]) -> Net:
        graph = member(program, "graph_module", "graph")
        if not entries(graph.get("nodes")):
            raise BrokenProgram("its graph has no ops")
        signature = signature_of(program)
        scope, blobs = self.values(graph, {})
        names = [n for value in entries(graph.get("inputs")) for n in tensors_in(value)]
        self.roots.update((scope.names[n], scope.names[n]) for n in names if n in scope.names)
        ops = [op for node in entries(graph.get("nodes")) for op in self.op(node, scope, blobs, 0)]
        ops += self.copies(signature, scope, blobs)
        outputs = [self.known(scope, name) for name in signature.outputs]
        for name in signature.stored:
            self.store(blobs, scope.names.get(name, name))
        return Net(
            ops=tuple(ops),
            blobs=MappingProxyType(blobs),
            inputs=tuple(dict.fromkeys(self.known(scope, name) for name in names)),
            outputs=tuple(dict.fromkeys(outputs)),
            dialect="torch",
            symbols=MappingProxyType(self.symbols(blobs)),
        )

    def symbols(self, blobs: Mapping[str, Blob]) -> dict[str, int | None]:
        """Free dims in the order in which the graph has them, each with its example."""
        found = dict.fromkeys(name for blob in blobs.values() for name in symbols_of(blob))
        return {name: self.examples.get(name) for name in (*found, *sorted(self.examples))}

    def store(self, blobs: dict[str, Blob], name: str) -> None:
        """Note that the content of a blob comes with the file; it is state where ops write it."""
        state = name in self.changed
        rule = RoleRule.VARIABLE if state else RoleRule.STORED
        if name in blobs:
            blobs[name] = replace(blobs[name], rule=rule, initialized=not state)

    def values(
        self, graph: dict[str, object], bound: Mapping[str, str]
    ) -> tuple[_Scope, dict[str, Blob]]:
        """The values of a graph; those in `bound` are called as the net around calls them."""
        scope, blobs = _Scope(dict(bound)), {}
        table = member(graph, "tensor_values")
        for meta in table.values():
            self.examples.update(examples_in(meta))
        for name, meta in table.items():
            free = scope.names.get(name) or self.free_name(name)
            scope.names[name] = free
            # What is bound is known outside already.
            blob = blob_of(free, meta)
            scope.layouts[name] = layout_of(meta, blob, self.examples)
            if name not in bound:
                blobs[free] = blob
        return scope, blobs

    def free_name(self, name: str) -> str:
        while name in self.taken:
            name += "'"
        self.taken.add(name)
        return name

    def known(self, scope: _Scope, name: str) -> str:
        """What the net calls a value that is read."""
        if name not in scope.names:
            raise BrokenProgram(f"{quoted(name)} is read, and nothing makes it")
        return scope.names[name]

    def op(self, node: object, scope: _Scope, blobs: dict[str, Blob], depth: int) -> Iterator[Op]:
        about = member(node)
        kind = text(about.get("target")).removeprefix(_EDGE).removeprefix("torch.ops.")
        arguments = entries(about.get("inputs"))
        reads = [n for a in arguments for n in tensors_in(member(a).get("arg"))]
        writes = [n for value in entries(about.get("outputs")) for n in tensors_in(value)]
        if operator_name(kind) in _OF_DIMS or not (reads or writes):
            return
        self.count()
        outputs = tuple(self.made(scope, blobs, name) for name in writes)
        first = scope.layouts.get(reads[0]) if reads else None
        last = scope.layouts.get(writes[0]) if writes else None
        nets = self.bodies(kind, arguments, outputs, scope, depth)
        args, self.kept = args_of(arguments, self.kept)
        op = Op(
            type=named_as_run(kind, first, last, flags_of(arguments)),
            inputs=tuple(self.known(scope, name) for name in reads),
            outputs=outputs,
            name=text(about.get("name") or ""),
            args=MappingProxyType(args),
            nets=MappingProxyType(nets),
        )
        self.follow(op)
        yield op

    def made(self, scope: _Scope, blobs: dict[str, Blob], name: str) -> str:
        """What the net calls a value that an op makes."""
        if name not in scope.names:
            scope.names[name] = self.free_name(name)
            blobs[scope.names[name]] = Blob(scope.names[name])
        return scope.names[name]

    def follow(self, op: Op) -> None:
        """Note of which inputs the outputs are views, and that an op writes to one."""
        schema = TORCH_OPS.get(op.type)
        if schema is None or not op.inputs:
            return
        root = self.roots.get(op.inputs[0], op.inputs[0])
        if schema.aliases:
            self.roots.update(dict.fromkeys(op.outputs, root))
        if is_in_place(op.type):
            self.changed.add(root)

    def count(self) -> None:
        self.ops += 1
        if self.ops > MAX_OPS:
            raise TooLarge(f"{quoted(self.file)} has more than {MAX_OPS:,} ops; open a part of it")

    def copies(self, signature: Signature, scope: _Scope, blobs: dict[str, Blob]) -> Iterator[Op]:
        """What the program writes to its inputs when all else is done."""
        for place, value in signature.written:
            target, source = self.known(scope, place), self.known(scope, value)
            if self.roots.get(source) == target:
                continue  # an op has written it there already
            name = self.free_name(f"{target}.copy_")
            blobs[name] = replace(blobs.get(target, Blob(target)), name=name)
            self.changed.add(target)
            yield Op("aten.copy_.default", (target, source), (name,), name)

    def bodies(
        self,
        kind: str,
        arguments: list[object],
        outputs: tuple[str, ...],
        scope: _Scope,
        depth: int,
    ) -> dict[str, Net]:
        found = operands(arguments)
        if not found.graphs:
            return {}
        if depth >= MAX_NETS_DEEP:
            raise TooLarge(f"{quoted(self.file)} nests graphs more than {MAX_NETS_DEEP} deep")
        nets: dict[str, Net] = {}
        for body in bodies_of(kind, found):
            name = body.name
            while name in nets:
                name += "'"
            nets[name] = self.body(body, outputs, scope, depth + 1)
        return nets

    def body(self, body: Body, outputs: tuple[str, ...], around: _Scope, depth: int) -> Net:
        """Read a graph that an op runs; its results have the names of the op's outputs."""
        graph = body.graph
        given = [n for value in entries(graph.get("inputs")) for n in tensors_in(value)]
        results = [n for value in entries(graph.get("outputs")) for n in tensors_in(value)]
        bound = {
            name: self.known(around, seen)
            for name, seen in zip(given, body.sees, strict=False)
            if seen is not None
        }
        made = made_in(graph)
        extra: list[tuple[str, str]] = []
        for result, place in zip(results, body.hands, strict=False):
            if place is None or place >= len(outputs):
                continue
            if result in made and result not in bound:
                bound[result] = outputs[place]
            else:
                extra.append((result, outputs[place]))
        scope, blobs = self.values(graph, bound)
        ops = [op for n in entries(graph.get("nodes")) for op in self.op(n, scope, blobs, depth)]
        # A result that is no op's work is copied.
        ops += [Op("aten.clone.default", (self.known(scope, a),), (b,)) for a, b in extra]
        own = (name for k, name in enumerate(given) if k in body.carried)
        return Net(
            name=body.name,
            ops=tuple(ops),
            blobs=MappingProxyType(blobs),
            inputs=tuple(dict.fromkeys(self.known(scope, name) for name in own)),
            outputs=tuple(dict.fromkeys(self.known(scope, name) for name in results)),
            dialect="torch",
        )
