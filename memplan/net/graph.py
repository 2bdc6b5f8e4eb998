"""Ops in the order in which they run, the net of them, and which of its names each reads."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain
from types import MappingProxyType
from typing import Any

from memplan.net.blob import Blob
from memplan.plan import Placement, Problem

__all__ = ["CPU", "Arg", "Device", "Net", "Op", "free_reads", "made_names", "reads_by_op"]

Arg = int | float | bytes | tuple[int, ...] | tuple[float, ...] | tuple[bytes, ...]


@dataclass(frozen=True, slots=True, order=True)
class Device:
    """Where an op runs: a kind (``cpu``, ``cuda``, …) and the number among its like."""

    kind: str = "cpu"
    index: int = 0

    def __str__(self) -> str:
        return self.kind if self.kind == "cpu" and not self.index else f"{self.kind}:{self.index}"


CPU = Device()


@dataclass(frozen=True, slots=True)
class Op:
    """One operator: what it reads, what it writes, its settings, the nets nested in it.

    Attributes:
        nets: Nested nets by argument name (``step_net``, ``then_net``), in file order. They see
            the names of the net around them, as Caffe2's share its workspace.
    """

    type: str
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    name: str = ""
    args: Mapping[str, Arg] = field(default_factory=lambda: MappingProxyType({}))
    device: Device = CPU
    nets: Mapping[str, Net] = field(default_factory=lambda: MappingProxyType({}))
    engine: str = ""
    is_gradient: bool = False


@dataclass(frozen=True, slots=True)
class Net:
    """A net: ops in the order in which they run, and what is known of its blobs.

    Attributes:
        ops: In execution order; an op's index is its time.
        blobs: What is known, by name; a name without an entry is known by name alone.
        inputs: External inputs as declared by the file, weights too.
        outputs: External outputs as declared by the file.
        type: How the executor runs it (Caffe2: ``""``/``simple`` one by one, ``dag`` in parallel).
        dialect: The table of operators that gives its ops a meaning: a key of `ops.DIALECTS`.
        source: What it was read from (the message, and for ONNX the net as it was then), for
            whoever writes it or asks more of it; no part of its content.
        symbols: Free dims that the file itself names, each with the number that it gives as an
            example, or None.
        given: Buffers without a graph: the problem itself, as the file has it. Then there are no
            ops, and a step is whatever the file counts in.
        placed: A plan that came with it, to be looked at and checked.
    """

    name: str = ""
    ops: tuple[Op, ...] = ()
    blobs: Mapping[str, Blob] = field(default_factory=lambda: MappingProxyType({}))
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    type: str = ""
    dialect: str = "caffe2"
    source: Any = field(default=None, compare=False, repr=False)
    symbols: Mapping[str, int | None] = field(default_factory=lambda: MappingProxyType({}))
    given: Problem | None = None
    placed: Placement | None = None

    def blob(self, name: str) -> Blob:
        """What is known of `name`, which may be the name alone."""
        return self.blobs.get(name) or Blob(name)

    def names(self) -> tuple[str, ...]:
        """Every name of the net once: declared inputs, then ops in order, then the rest."""
        if self.given is not None:
            return tuple(buffer.name for buffer in self.given.buffers)
        makes = (op.outputs for op in self.ops)
        operands = chain.from_iterable(zip(reads_by_op(self), makes, strict=True))
        every = chain(self.inputs, chain.from_iterable(operands), self.outputs)
        return tuple(dict.fromkeys(every))

    @property
    def steps(self) -> int:
        """How many steps it has: its ops, or the times that buffers without a graph live in."""
        return len(self.ops) if self.given is None else self.given.horizon

    def with_blobs(self, blobs: Mapping[str, Blob]) -> Net:
        """The same net with other knowledge of its blobs."""
        return replace(self, blobs=MappingProxyType(dict(blobs)))

    def digest(self) -> str:
        """A name for the content: equal nets, equal digests, on every machine."""
        state = hashlib.sha256()
        for part in _parts(self):
            state.update(part.encode("utf-8", "surrogatepass"))
            state.update(b"\0")
        return state.hexdigest()


def _parts(net: Net) -> Iterator[str]:
    yield repr((net.name, net.inputs, net.outputs, net.type, net.dialect))
    yield repr(sorted(net.symbols.items()))
    for op in net.ops:
        yield repr((op.type, op.inputs, op.outputs, op.name, op.device, op.engine, op.is_gradient))
        yield repr(sorted(op.args.items()))
        for arg, nested in op.nets.items():
            yield arg
            yield from _parts(nested)
    for name in sorted(net.blobs):
        yield repr(net.blobs[name])
    if net.given is not None:
        yield from (repr(part) for part in (*net.given.spaces, *net.given.buffers))
        yield repr(net.given.conflicts and sorted(net.given.conflicts))
    if net.placed is not None:
        yield from map(repr, sorted(net.placed.offsets.items()))
        yield from map(repr, sorted((net.placed.slots or {}).items()))


def made_names(net: Net) -> tuple[str, ...]:
    """Names that the ops of `net` write, each once, in order."""
    return tuple(dict.fromkeys(name for op in net.ops for name in op.outputs))


def reads_by_op(net: Net) -> tuple[tuple[str, ...], ...]:
    """For each op the names that it reads, each once: its inputs, then what its nets read.

    A name that a nested net reads before writing it is an outer blob when the net around knows
    that name, as an external input or as an op's output; else the op itself binds it (the
    links and states of a RecurrentNetwork).
    """
    if not any(op.nets for op in net.ops):
        return tuple([_each_once(op.inputs) for op in net.ops])
    known = {*net.inputs, *made_names(net), *(name for op in net.ops for name in op.inputs)}
    rows = []
    for op in net.ops:
        names = dict.fromkeys(op.inputs)
        for nested in op.nets.values():
            names.update(dict.fromkeys(n for n in free_reads(nested) if n in known))
        rows.append(tuple(names))
    return tuple(rows)


def _each_once(names: tuple[str, ...]) -> tuple[str, ...]:
    # Most ops read nothing twice: no new tuple is made for these.
    return names if len(set(names)) == len(names) else tuple(dict.fromkeys(names))


def free_reads(net: Net) -> tuple[str, ...]:
    """Names that `net` reads before its own ops have written them, nested nets included.

    >>> free_reads(Net(ops=(Op("Relu", ("a",), ("b",)), Op("Sum", ("a", "b", "c"), ("d",)))))
    ('a', 'c')
    """
    made: set[str] = set()
    free: dict[str, None] = {}
    for op in net.ops:
        reads = [*op.inputs, *(name for nested in op.nets.values() for name in free_reads(nested))]
        free.update(dict.fromkeys(name for name in reads if name not in made))
        made.update(op.outputs)
    return tuple(free)
