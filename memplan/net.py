"""The graph: ops, the blobs between them, and nets nested in ops.

A `Net` is a value: immutable, compared by content, its names exactly as the file has them.
One name may be written more than once (in place, or anew); what that means for memory is
decided in `liveness`, not here.

    data ──Conv──▶ a ──Relu──▶ b ──FC──▶ prob        ops[0], ops[1], ops[2]
             ▲                       ▲
            w1                      w2                names that no op makes: external

Dims are numbers, symbols (``"batch"``) or None where they are unknown; a shape of None is one
whose rank is unknown; an unknown size is None, never 0.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum, StrEnum
from itertools import chain
from types import MappingProxyType
from typing import Any

from memplan.plan import Placement, Problem

__all__ = [
    "CPU",
    "Arg",
    "Blob",
    "DType",
    "Device",
    "Dim",
    "Net",
    "Op",
    "Role",
    "RoleRule",
    "Shape",
    "free_reads",
    "made_names",
    "reads_by_op",
]

Dim = int | str | None
Shape = tuple[Dim, ...] | None
Arg = int | float | bytes | tuple[int, ...] | tuple[float, ...] | tuple[bytes, ...]


class DType(Enum):
    """An element type, with the bits that one element takes (None: no fixed size)."""

    FLOAT32 = ("float32", 32)
    FLOAT64 = ("float64", 64)
    FLOAT16 = ("float16", 16)
    INT8 = ("int8", 8)
    INT16 = ("int16", 16)
    INT32 = ("int32", 32)
    INT64 = ("int64", 64)
    UINT8 = ("uint8", 8)
    UINT16 = ("uint16", 16)
    UINT32 = ("uint32", 32)
    UINT64 = ("uint64", 64)
    BOOL = ("bool", 8)
    STRING = ("string", None)
    BFLOAT16 = ("bfloat16", 16)
    FLOAT8 = ("float8", 8)
    FLOAT4 = ("float4", 4)
    INT4 = ("int4", 4)
    UINT4 = ("uint4", 4)
    INT2 = ("int2", 2)
    UINT2 = ("uint2", 2)
    COMPLEX64 = ("complex64", 64)
    COMPLEX128 = ("complex128", 128)

    def __init__(self, label: str, bits: int | None) -> None:
        self.label = label
        self.bits = bits


class Role(StrEnum):
    """What a blob is to the net, which decides how its memory is counted."""

    INPUT = "input"
    WEIGHT = "weight"
    ACTIVATION = "activation"
    OUTPUT = "output"
    STATE = "state"


class RoleRule(StrEnum):
    """The rule by which a blob got its role, in the words that a person is shown."""

    USER = "set by the user"
    FILLED = "filled by the init net"
    DUMMY = "filled with a dummy by the init net, but read as data"
    DESCRIBED = "listed in value_info"
    PARAMETER = "every reader takes it at a parameter position"
    EXTERNAL = "made by no op, and not every reader takes it as a parameter"
    UNREAD = "an external input that no op reads"
    DECLARED_OUTPUT = "an external output"
    STORED = "its content is in the file"
    CONSTANT = "made from constants alone, once, before any run"
    VARIABLE = "kept from run to run, as the file says"
    LAST = "never read, in a net that declares no outputs"
    MADE = "made and used inside the net"


@dataclass(frozen=True, slots=True, order=True)
class Device:
    """Where an op runs: a kind (``cpu``, ``cuda``, …) and the number among its like."""

    kind: str = "cpu"
    index: int = 0

    def __str__(self) -> str:
        return self.kind if self.kind == "cpu" and not self.index else f"{self.kind}:{self.index}"


CPU = Device()


@dataclass(frozen=True, slots=True)
class Blob:
    """What is known of one name of a net.

    Attributes:
        name: As in the file.
        shape: Dims after the last write; None where the rank is unknown.
        dtype: None where it is unknown.
        role: None until `roles.assign_roles` has decided.
        rule: Why it has that role.
        initialized: Its content comes with the file (an init net fills it).
        values: The content itself, flat, for small integer blobs (a Reshape's target).
        largest: Bytes of the largest write, where the last one is smaller.
        unknown: Why its size is unknown, and who can supply it: one sentence.
        offset: Where in the arena the file itself says that it lies: a plan made beforehand.
    """

    name: str
    shape: Shape = None
    dtype: DType | None = None
    role: Role | None = None
    rule: RoleRule | None = None
    initialized: bool = False
    values: tuple[int, ...] | None = None
    largest: int | None = None
    unknown: str | None = None
    offset: int | None = None

    @property
    def elements(self) -> int | None:
        """The number of elements; None unless every dim is a number."""
        if self.shape is None:
            return None
        count = 1
        for dim in self.shape:
            if not isinstance(dim, int):
                return None
            count *= dim
        return count

    @property
    def nbytes(self) -> int | None:
        """Bytes that the blob needs: of its largest write; None where that is unknown."""
        count = self.elements
        if count is None or self.dtype is None or self.dtype.bits is None:
            return None
        # Types of under eight bits pack into whole bytes.
        return max(-(-count * self.dtype.bits // 8), self.largest or 0)

    def with_role(self, role: Role, rule: RoleRule) -> Blob:
        """The same blob in another role (called once a blob: `dataclasses.replace` is slow)."""
        known = (self.shape, self.dtype, role, rule, self.initialized, self.values)
        return Blob(self.name, *known, self.largest, self.unknown, self.offset)


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
