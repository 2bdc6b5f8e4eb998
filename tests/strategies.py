"""Random problems and random nets for hypothesis; everything that is random is made here.

Both shrink towards the small and plain: one buffer of one step, one Relu of one blob.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeVar

from hypothesis import strategies as st

from memplan.net import CPU, Blob, Device, DType, Net, Op, free_reads, reads_by_op
from memplan.plan import Buffer, LiveRange, Problem, Space

__all__ = ["CUDA", "KINDS", "nets", "problems"]

CUDA = Device("cuda", 0)
KINDS = ("ssa", "in_place", "rewrite")

T = TypeVar("T")

BATCH = 2
MAX_WIDTH = 32
GENES = 12
UNARY = ("Relu", "Sigmoid", "Tanh", "Copy", "Softmax")
IN_PLACE = ("Relu", "Sigmoid", "Tanh")
BINARY = ("Sum", "Add", "Mul")


def problems(
    *,
    max_buffers: int = 12,
    max_steps: int = 12,
    max_size: int = 64,
    unknown: bool = False,
    alignments: Sequence[int] = (1,),
    min_buffers: int = 1,
) -> st.SearchStrategy[Problem]:
    """A problem in one space: live ranges anywhere, sizes from 0 up (None too, if `unknown`).

    Args:
        alignments: Of each buffer and of the space, drawn from these.
    """
    sizes = st.integers(0, max_size)
    alignment = st.sampled_from(tuple(alignments))
    rows = st.lists(
        st.tuples(
            st.integers(0, max_steps - 1),
            st.integers(1, max_steps),
            sizes | st.none() if unknown else sizes,
            alignment,
        ),
        min_size=min_buffers,
        max_size=max_buffers,
    )
    return st.builds(_problem_of, rows, alignment, st.just(max_steps))


def _problem_of(
    rows: Iterable[tuple[int, int, int | None, int]], alignment: int, end: int
) -> Problem:
    buffers = tuple(
        Buffer(f"b{index}", LiveRange(begin, min(begin + length, end)), size, aligned)
        for index, (begin, length, size, aligned) in enumerate(rows)
    )
    return Problem(buffers, (Space(alignment=alignment),))


def nets(
    *,
    kinds: Sequence[str] = KINDS,
    max_ops: int = 10,
    devices: bool = False,
    nested: bool = False,
    aliases: bool = False,
    views: bool = False,
    rows: int = BATCH,
) -> st.SearchStrategy[Net]:
    """A valid net in an order that runs, every size of which can be known.

    All blobs are float32 matrices of BATCH rows. Ops are drawn from element-wise ones, Concat,
    Split and FC; what they read is any blob made so far, so arms, joins and dead ends come up.

    Args:
        kinds: ``ssa``: each name is written once. ``in_place``: element-wise ops may write over
            what they read. ``rewrite``: names that have been read may be written anew, with
            another size too.
        devices: Ops on the CPU and on a GPU, with Copy ops between.
        nested: If and AsyncIf ops, whose nets read blobs that the op does not list.
        aliases: Alias ops.
        views: Reshape and Slice ops.
        rows: Of each matrix; with one, what Concat joins and Split parts lies in a row.
    """
    choices = ["unary", "binary", "fc", "concat", "split"]
    choices += ["copy"] if devices else []
    choices += ["branch"] if nested else []
    choices += ["alias"] if aliases else []
    choices += ["reshape", "slice"] if views else []
    # A record of bytes for each op, read in turn: an op can be cut out, and zeros are plain.
    genes = st.binary(min_size=GENES, max_size=GENES)
    record = st.tuples(st.sampled_from(choices), genes)
    return st.builds(
        _net_of,
        st.sampled_from(tuple(kinds)),
        st.integers(1, 2),
        st.lists(record, min_size=1, max_size=max_ops),
        genes,
        st.just(rows),
    )


def _net_of(
    kind: str, inputs: int, records: Iterable[tuple[str, bytes]], last: bytes, rows: int
) -> Net:
    draft = _Draft(kind)
    for index in range(inputs):
        draft.external(f"data{index}", (rows, 4 * (index + 1)))
    for choice, record in records:
        draft.genes = list(record)
        getattr(draft, choice)()
    draft.genes = list(last)
    return draft.finish()


@dataclass(slots=True)
class _Draft:
    """A net in the making: what exists so far, how wide it is, and where it lies.

    Attributes:
        widths: Columns of each blob that can be read.
        unread: Names whose last value nobody has read: writing over one would lose work.
        fixed: Names that may not be written again: external ones, and both ends of an alias.
    """

    kind: str
    genes: list[int] = field(default_factory=list)
    ops: list[Op] = field(default_factory=list)
    blobs: dict[str, Blob] = field(default_factory=dict)
    inputs: list[str] = field(default_factory=list)
    widths: dict[str, int] = field(default_factory=dict)
    device: dict[str, Device] = field(default_factory=dict)
    unread: set[str] = field(default_factory=set)
    fixed: set[str] = field(default_factory=set)
    made: int = 0

    def external(
        self,
        name: str,
        shape: tuple[int, ...],
        *,
        weight: bool = False,
        dtype: DType = DType.FLOAT32,
    ) -> str:
        """Declare an external input of a known shape; weights cannot be read as data."""
        self.inputs.append(name)
        self.blobs[name] = Blob(name, shape, dtype, initialized=weight)
        self.fixed.add(name)
        if not weight and dtype is DType.FLOAT32:
            self.widths[name], self.device[name] = shape[1], CPU
        return name

    def _take(self, options: Iterable[T]) -> T:
        """One of `options`, by the next gene: the first when it is 0 or there is none left."""
        found = list(options)
        return found[(self.genes.pop(0) if self.genes else 0) % len(found)]

    def _maybe(self) -> bool:
        return self._take((False, True))

    def unary(self) -> None:
        x = self._any()
        kind = self._take(UNARY)
        in_place = self.kind != "ssa" and kind in IN_PLACE and x not in self.fixed
        y = x if in_place and self._maybe() else self._target(x)
        self._add(kind, [x], {y: self.widths[x]})

    def binary(self) -> None:
        x = self._any()
        other = self._pick(n for n in self._on(self.device[x]) if self.widths[n] == self.widths[x])
        kind = self._take(BINARY)
        in_place = self.kind != "ssa" and x not in self.fixed
        y = x if in_place and self._maybe() else self._target(x, other)
        self._add(kind, [x, other], {y: self.widths[x]})

    def fc(self) -> None:
        x, width = self._any(), self._take(range(1, 13))
        number = len(self.inputs)
        w = self.external(f"w{number}", (width, self.widths[x]), weight=True)
        b = self.external(f"b{number}", (width,), weight=True)
        self._add("FC", [x, w, b], {self._target(x): width})

    def concat(self) -> None:
        x = self._any()
        other = self._pick(
            n
            for n in self._on(self.device[x])
            if self.widths[n] + self.widths[x] <= MAX_WIDTH or n == x
        )
        width = self.widths[x] + self.widths[other]
        if width > MAX_WIDTH:
            return self.unary()
        y = self._target(x, other)
        split = f"{y}_split{len(self.ops)}"
        self._add("Concat", [x, other], {y: width}, also=(split,), axis=1)
        return None

    def split(self) -> None:
        x = self._any()
        if self.widths[x] % 2:
            return self.unary()
        first = self._target(x)
        second = self._target(x, first)
        half = self.widths[x] // 2
        self._add("Split", [x], {first: half, second: half}, axis=1)
        return None

    def copy(self) -> None:
        x = self._any()
        to_gpu = self.device[x] == CPU
        y = self._target(x)
        self._add("CopyCPUToGPU" if to_gpu else "CopyGPUToCPU", [x], {y: self.widths[x]}, CUDA)
        self.device[y] = CUDA if to_gpu else CPU

    def alias(self) -> None:
        x = self._any()
        y = self._fresh()
        self._add("Alias", [x], {y: self.widths[x]})
        self.fixed.update((x, y))

    def reshape(self) -> None:
        x = self._any()
        y = self._target(x)
        self._add("Reshape", [x], {y: self.widths[x]}, also=(f"{y}_old{len(self.ops)}",),
                  shape=(0, -1))  # fmt: skip

    def slice(self) -> None:
        x = self._any()
        begin = self._take(range(self.widths[x]))
        end = self._take(range(begin + 1, self.widths[x] + 1))
        y = self._target(x)
        self._add("Slice", [x], {y: end - begin}, starts=(0, begin), ends=(-1, end))

    def branch(self) -> None:
        x = self._any()
        if "cond" not in self.blobs:
            self.external("cond", (1,), dtype=DType.BOOL)
        seen = [n for n in self._on(self.device[x]) if self.widths[n] == self.widths[x]]
        y = self._target(*seen)
        bodies = {arg: self._body(arg, seen, y) for arg in ("then_net", "else_net")}
        kind = self._take(("AsyncIf", "If"))
        self._add(kind, ["cond", x], {y: self.widths[x]}, nets=bodies)

    def _body(self, arg: str, seen: Sequence[str], y: str) -> Net:
        """A nested net over outer blobs of one width: some ops of its own, the last makes `y`."""
        names, ops = list(seen), []
        count = self._take((1, 2, 3))
        for index in range(count):
            out = y if index == count - 1 else f"{arg}{len(self.ops)}_{index}"
            ins = (self._take(names), self._take(names))
            ops.append(Op("Sum", ins, (out,)))
            names.append(out)
        body = Net(arg, tuple(ops), outputs=(y,))
        return Net(arg, body.ops, inputs=free_reads(body), outputs=(y,))

    def _add(
        self,
        kind: str,
        inputs: Sequence[str],
        outputs: dict[str, int],
        device: Device | None = None,
        *,
        also: Sequence[str] = (),
        nets: dict[str, Net] | None = None,
        **args: int | tuple[int, ...],
    ) -> None:
        """Append an op; `outputs` gives the columns of each, `also` names outputs apart."""
        on = device or next((self.device[n] for n in inputs if n in self.device), CPU)
        op = Op(
            kind,
            tuple(inputs),
            (*outputs, *also),
            args=MappingProxyType(dict(args)),
            device=on,
            nets=MappingProxyType(nets or {}),
        )
        self.ops.append(op)
        self.unread.difference_update(op.inputs, *map(free_reads, op.nets.values()))
        self.unread.update(outputs)
        self.widths.update(outputs)
        self.device.update(dict.fromkeys(outputs, on))

    def _any(self) -> str:
        return self._pick(self.widths)

    def _on(self, device: Device) -> list[str]:
        return [name for name in self.widths if self.device[name] == device]

    def _pick(self, names: Iterable[str]) -> str:
        # The newest first: nets shrink to chains.
        return self._take(list(names)[::-1])

    def _fresh(self) -> str:
        self.made += 1
        return f"t{self.made}"

    def _target(self, *reads: str) -> str:
        """A name to write: new, or in `rewrite` nets one that has been read and is not in use."""
        if self.kind == "rewrite":
            spare = [
                n
                for n in self.widths
                if n not in self.unread and n not in self.fixed and n not in reads
            ]
            if spare and self._maybe():
                return self._take(spare)
        return self._fresh()

    def finish(self) -> Net:
        """Declare what nobody reads as outputs, and perhaps one blob that is read too."""
        made = [n for n in self.widths if n not in self.inputs]
        outputs = [n for n in made if n in self.unread and self._maybe()]
        last = next(iter(self.ops[-1].outputs))
        extra = self._take([last, *made])
        declared = dict.fromkeys([*outputs, extra])
        read = {name for reads in reads_by_op(Net(ops=tuple(self.ops))) for name in reads}
        inputs = tuple(n for n in self.inputs if n in read)
        return Net(
            "random",
            tuple(self.ops),
            MappingProxyType({n: self.blobs[n] for n in inputs}),
            inputs,
            tuple(declared),
        )
