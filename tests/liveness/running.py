"""A net run on bytes that know where they come from, in memory shared as `storages` says.

Every byte is a number that stands for what it is: of which op's result which byte, worked out of
which bytes. Ops that only move bytes move them. Two runs that end with the same numbers computed
the same; one in which a blob was written over too early does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from memplan.liveness import Storage
from memplan.net import Net, Op, made_names

__all__ = ["Numbers", "apart", "results", "shared"]

Place = tuple[str, int]
"""A piece of memory, and the byte in it."""

UNKNOWN = 16  # bytes that stand for what no file tells

_COPIES = ("Alias", "Reshape", "CopyCPUToGPU", "CopyGPUToCPU", "Identity", "Flatten")


@dataclass
class Numbers:
    """A number for each content: equal contents, equal numbers, in both runs."""

    known: dict[object, int] = field(default_factory=dict)

    def of(self, what: object) -> int:
        return self.known.setdefault(what, len(self.known))


def apart(net: Net) -> dict[str, Place]:
    """Each name in memory of its own, but for Alias, which is no copy."""
    places: dict[str, Place] = {name: (name, 0) for name in net.names()}
    for op in net.ops:
        if op.type == "Alias":
            places[op.outputs[0]] = places[op.inputs[0]]
    return places


def shared(found: Sequence[Storage]) -> dict[str, Place]:
    """Where each name lies by its storage."""
    inside = {view.name: view.offset for storage in found for view in storage.views}
    return {name: (s.name, inside.get(name, 0)) for s in found for name in s.names}


def results(net: Net, places: dict[str, Place], numbers: Numbers, branch: int) -> dict[str, object]:
    """What the net's outputs hold in the end, and its inputs and weights.

    Args:
        branch: Which net of an If runs.
    """
    machine = _Machine(net, places, numbers, branch)
    for name in net.inputs:
        machine.write(name, [numbers.of((name, k)) for k in range(machine.size(name))])
    for step, op in enumerate(net.ops):
        machine.run(step, op)
    weights = [n for n in net.inputs if net.blob(n).initialized]
    return {name: machine.read(name) for name in (*net.outputs, *weights)}


@dataclass
class _Machine:
    net: Net
    places: dict[str, Place]
    numbers: Numbers
    branch: int
    memory: dict[Place, int] = field(default_factory=dict)
    lengths: dict[str, int] = field(default_factory=dict)  # a name may be written shorter

    def size(self, name: str) -> int:
        size = self.net.blob(name).nbytes
        return UNKNOWN if size is None else size

    def read(self, name: str) -> list[int]:
        if name not in self.places:
            return [self.numbers.of(name)]  # a name that the net around does not know
        where, at = self.places[name]
        return [
            self.memory.get((where, at + k), -1)
            for k in range(self.lengths.get(name, self.size(name)))
        ]

    def write(self, name: str, content: Sequence[int]) -> None:
        where, at = self.places[name]
        content = content[: self.size(name)]
        self.lengths[name] = len(content)
        self.memory.update(((where, at + k), number) for k, number in enumerate(content))

    def run(self, step: object, op: Op) -> None:
        if op.nets:
            nested = list(op.nets.values())[self.branch]
            inner = {name: (f"inside {step} {name}", 0) for name in made_names(nested)}
            outer = self.places
            blobs = {name: self.net.blob(op.outputs[0]) for name in made_names(nested)}
            net, self.net = self.net, self.net.with_blobs({**blobs, **self.net.blobs})
            self.places = {**inner, **outer}
            for index, each in enumerate(nested.ops):
                self.run((step, index), each)
            self.places, self.net = outer, net
            return
        read = [self.read(name) for name in op.inputs]
        for name, content in zip(op.outputs, self.made(step, op, read), strict=True):
            self.write(name, content)

    def made(self, step: object, op: Op, read: list[list[int]]) -> list[list[int]]:
        """The contents of the outputs: all is read before anything is written."""
        moved = self.moved(op, read)
        seen = tuple(map(tuple, read))
        return [
            moved[k]
            if k < len(moved)
            else [self.numbers.of((step, k, byte, seen)) for byte in range(self.size(name))]
            for k, name in enumerate(op.outputs)
        ]

    def moved(self, op: Op, read: list[list[int]]) -> list[list[int]]:
        """The outputs that are bytes of the inputs; row by row."""
        if op.type in _COPIES:
            return [read[0]]
        if op.type == "Concat":
            rows = [self.rows(name, bytes_) for name, bytes_ in zip(op.inputs, read, strict=True)]
            return [[b for parts in zip(*rows, strict=False) for part in parts for b in part]]
        if op.type in ("Split", "Slice"):
            begin = 4 * op.args["starts"][1] if op.type == "Slice" else 0
            outs, rows = [], self.rows(op.inputs[0], read[0])
            for name in op.outputs:
                width = self.size(name) // max(1, len(rows))
                outs.append([b for row in rows for b in row[begin : begin + width]])
                begin += width
            return outs
        return []

    def rows(self, name: str, content: list[int]) -> list[list[int]]:
        shape = self.net.blob(name).shape or (1,)
        width = max(1, len(content) // shape[0])
        return [content[at : at + width] for at in range(0, len(content), width)]
