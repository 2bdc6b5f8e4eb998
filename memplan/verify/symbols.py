"""A net run on symbols: which values each op reads, and in which memory they lie.

    name ──▶ cell ──▶ value        Alias a → v binds v to a's cell; Relu v → v then writes what
    a ─────▶ 0 ─────▶ op 3         both see. A value is known by who made it: (op, output), or
    v ─────▶ 0                     the name under which it came from outside.

Nested nets run inside their op, on the same names. Of If and AsyncIf each branch runs on a copy,
and a blob then holds a value that is one or the other; the body of a loop runs twice, so that
what one round writes is seen by the next. What operators do with names beside that, `bindings`
tells.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count

from memplan.net import Net, Op
from memplan.verify.bindings import (
    choices,
    hidden_names,
    is_written,
    links,
    time_step,
    view_sources,
)

__all__ = ["Access", "Event", "Run", "Values", "run"]

Path = tuple[int | str, ...]
"""Where an op stands: its index, then for each net around it the argument, round and index."""


Memory = tuple[dict[str, int], dict[int, int]]
"""The cell of each name, and the value in each cell."""


@dataclass(frozen=True, slots=True)
class Access:
    """One use of a name: the cell and the value that it then has; `by` made that value."""

    name: str
    cell: int
    value: int
    by: int | None = None
    bound_by: int | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """One op run: what it read and wrote, and which of its operands lie in one cell.

    Attributes:
        pattern: For each operand (inputs, outer blobs that nested nets read, hidden ones,
            outputs) the first operand in the same cell: equal patterns, equal in-place use.
        names: The names of those operands.
    """

    path: Path
    op: Op
    reads: tuple[Access, ...]
    writes: tuple[Access, ...]
    pattern: tuple[int, ...]
    names: tuple[str, ...]


@dataclass(slots=True)
class Values:
    """Numbers for values, the same for both nets that are compared; who made each."""

    numbers: dict[tuple[object, ...], int] = field(default_factory=dict)
    maker: list[int | None] = field(default_factory=list)

    def number(self, key: tuple[object, ...], maker: int | None) -> int:
        """The number of a value, which a key describes wholly."""
        found = self.numbers.setdefault(key, len(self.numbers))
        if found == len(self.maker):
            self.maker.append(maker)
        return found


@dataclass(frozen=True, slots=True)
class Run:
    """What happened.

    Attributes:
        events: For each op, in the order of the net, its own event after those of its nets.
        last: What every name holds in the end.
        read: The values that some op read.
        passed_on: Pairs of an op and the maker of a value that it may leave as it was.
    """

    events: tuple[tuple[Event, ...], ...]
    last: dict[str, Access]
    read: frozenset[int]
    passed_on: frozenset[tuple[int, int]]


def run(net: Net, values: Values, order: Sequence[int]) -> Run:
    """Run `net` on symbols; `order` says by which number each of its ops is known."""
    machine = _Machine(net.dialect, values)
    found: list[tuple[Event, ...]] = [()] * len(net.ops)
    for op, index in zip(net.ops, order, strict=True):
        machine.now, machine.events = index, []
        machine.op(op, (index,))
        found[index] = tuple(machine.events)
    last = {name: machine.look(name) for name in dict.fromkeys((*machine.cells, *net.outputs))}
    return Run(tuple(found), last, frozenset(machine.seen), frozenset(machine.passed_on))


@dataclass(slots=True)
class _Machine:
    """The memory: which cell a name has, what a cell holds, who bound a name to its cell."""

    dialect: str
    values: Values
    cells: dict[str, int] = field(default_factory=dict)
    held: dict[int, int] = field(default_factory=dict)
    binder: dict[str, int] = field(default_factory=dict)
    made: list[int] = field(default_factory=list)
    touched: list[str] = field(default_factory=list)
    passed_on: set[tuple[int, int]] = field(default_factory=set)
    seen: set[int] = field(default_factory=set)
    events: list[Event] = field(default_factory=list)
    now: int = 0
    fresh: Iterator[int] = field(default_factory=count)

    def cell(self, name: str) -> int:
        """The cell of a name; one that is new holds what came from outside."""
        found = self.cells.get(name)
        if found is None:
            found = self.cells[name] = self._new_cell(self.values.number(("outside", name), None))
        return found

    def look(self, name: str) -> Access:
        """What a name holds now."""
        cell = self.cell(name)
        value = self.held[cell]
        return Access(name, cell, value, self.values.maker[value], self.binder.get(name))

    def read(self, name: str) -> Access:
        """What a name holds, for an op that reads it."""
        found = self.look(name)
        self.seen.add(found.value)
        return found

    def write(self, name: str, value: int) -> Access:
        """Write into the cell that a name has."""
        cell = self.cell(name)
        self.held[cell] = value
        self.made.append(value)
        self.touched.append(name)
        return Access(name, cell, value, self.now)

    def bind(self, name: str, cell: int) -> None:
        """Make a name stand for a cell from now on."""
        self.cells[name] = cell
        self.binder[name] = self.now
        self.touched.append(name)

    def op(self, op: Op, path: Path) -> None:
        """Run one op: inputs, nested nets, then outputs."""
        reads = [self.read(name) for name in op.inputs]
        hidden = hidden_names(op)
        writes = [self.write(n, self._value(path, "hidden", k)) for k, n in enumerate(hidden)]
        inner, touched = self._nested(op, path) if op.nets else ([], frozenset())
        cells = [access.cell for access in (*reads, *inner, *writes)]
        names = [access.name for access in (*reads, *inner, *writes)]
        views = {k: self.cell(name) for k, name in view_sources(self.dialect, op).items()}
        for position, name in enumerate(op.outputs):
            if position in views:
                self.bind(name, views[position])
                writes.append(self.look(name))
                continue
            cells.append(self.cell(name))
            names.append(name)
            if name in touched or not is_written(op, position):
                writes.append(self.look(name))
            else:
                writes.append(self.write(name, self._value(path, "output", position)))
        first: dict[int, int] = {}
        pattern = tuple(first.setdefault(cell, k) for k, cell in enumerate(cells))
        event = Event(path, op, (*reads, *inner), tuple(writes), pattern, tuple(names))
        self.events.append(event)

    def _value(self, path: Path, kind: str, position: int) -> int:
        return self.values.number((path, kind, position), self.now)

    def _nested(self, op: Op, path: Path) -> tuple[list[Access], frozenset[str]]:
        """Run the nets of an op; what they read from outside it, and which names they wrote."""
        start, first, names = len(self.events), len(self.made), len(self.touched)
        before = dict(self.cells), dict(self.held)
        outcomes = []
        for choice in choices(op):
            self.cells, self.held = dict(before[0]), dict(before[1])
            for turn, arg in choice:
                self._bind_links(op)
                for index, inner in enumerate(op.nets[arg].ops):
                    self.op(inner, (*path, arg, turn, index))
            outcomes.append((self.cells, self.held))
        self._join(path, before, outcomes, names)
        events = self.events[start:]
        inside = set(self.made[first:])
        reads = [a for event in events for a in event.reads if a.value not in inside]
        return reads, frozenset(n for e in events for n in e.op.outputs)

    def _bind_links(self, op: Op) -> None:
        """Give the linked names inside a step net cells of their own that hold the outer value."""
        for inside, outside in links(op):
            value = self.read(outside).value
            self.bind(inside, self._new_cell(value))
        number = time_step(op)
        if number is not None:
            self.bind(number, self._new_cell(self.values.number(("time step",), None)))

    def _new_cell(self, value: int) -> int:
        cell = next(self.fresh)
        self.held[cell] = value
        return cell

    def _join(self, path: Path, before: Memory, outcomes: Sequence[Memory], first: int) -> None:
        """Leave in each name what it may hold after any of the outcomes."""
        if len(outcomes) == 1:
            self.cells, self.held = outcomes[0]
            return
        self.cells, self.held = before
        for name in dict.fromkeys(self.touched[first:]):
            cell = self.cell(name)
            may = tuple(self._in_outcome(name, *outcome) for outcome in outcomes)
            if all(value == may[0] for value in may):
                self.held[cell] = may[0]
                continue
            self.held[cell] = self.values.number(("either", path, may), self.now)
            self.made.append(self.held[cell])
            makers = (self.values.maker[value] for value in may)
            self.passed_on.update((self.now, m) for m in makers if m not in (None, self.now))

    def _in_outcome(self, name: str, cells: dict[str, int], held: dict[int, int]) -> int:
        cell = cells.get(name)
        return self.values.number(("outside", name), None) if cell is None else held[cell]
