"""Whether a net under other names computes what it did: proof by running both on symbols.

    before   Relu x → a    Relu a → b    Relu b → c    Sum c, a → d
    after    Relu x → a    Relu a → b    Relu b → a    Sum a, a → d       the Sum reads c for a

Ops are compared one by one: the same type, arguments and device, in place where it was, reading
values that were made by the same op; and every result of the net is the value that it was, and
so is what came from outside: a net runs more than once. Of nets that run in parallel
`same_dataflow` can also ask that blobs which share memory are kept apart by dependencies.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from memplan.errors import quoted
from memplan.net import Net, Op, Role
from memplan.verify.races import races
from memplan.verify.symbols import Event, Run, Values, run

__all__ = ["Break", "BrokenRead", "broken_read", "same_dataflow"]


# Arguments that hold names of blobs: what is read under them is compared, not how they are spelt.
_NAMES = (".rename", "link_external", "alias_dst")


class Break(StrEnum):
    """How the second net differs from the first; RESULT: what a blob holds in the end."""

    OP = "another op"
    IN_PLACE = "in place otherwise"
    READ = "reads another value"
    RESULT = "ends with another value"
    RACE = "may run too early"


@dataclass(frozen=True, slots=True)
class BrokenRead:
    """The first place where two nets differ.

    Attributes:
        op: Its index in the first net; the number of ops for a result, or where ops are missing.
        type: Of the op; empty for a result.
        before: The blob's name in the first net; `after` that in the second.
        by: The op that wrote what is read now, by its index in the first net; None: no op did.
            Of a RACE the op that may still be using the memory.
        when: At which place of its order the second net ran that op.
    """

    kind: Break
    op: int
    type: str = ""
    before: str = ""
    after: str = ""
    by: int | None = None
    when: int | None = None


def same_dataflow(
    before: Net, after: Net, *, parallel: bool = False, order: Sequence[int] | None = None
) -> BrokenRead | None:
    """Prove that `after` computes what `before` does, or give the first place where it does not.

    Args:
        after: The ops of `before`, under other names.
        parallel: Whether ops run as soon as what they read is made; blobs that share memory in
            `after` alone must then be ordered by the dependencies of `before`.
        order: Where ops stand in another order, which of the first net's each one is.

    Cost: one walk over the operands of each net; with `parallel` a bit for each pair of ops.

    >>> relu = [Op("Relu", (a,), (b,)) for a, b in ("xa", "ab", "bc", "ba")]
    >>> last = Op("Sum", ("c", "a"), ("d",)), Op("Sum", ("a", "a"), ("d",))
    >>> long = Net(ops=(*relu[:3], last[0]), outputs=("d",))
    >>> short = Net(ops=(*relu[:2], relu[3], last[1]), outputs=("d",))
    >>> print(broken_read(same_dataflow(long, short)))
    op 3 (Sum) read 'a', and now reads in 'a' what op 2 writes
    """
    places = tuple(range(len(before.ops))) if order is None else tuple(order)
    if sorted(places) != list(range(len(before.ops))) or len(places) != len(after.ops):
        return BrokenRead(Break.OP, min(len(before.ops), len(after.ops)))
    values = Values()
    first = run(before, values, range(len(before.ops)))
    second = run(after, values, places)
    found = next(_differences(first, second), None) or next(_results(before, first, second), None)
    if found is None and parallel:
        found = next(_races(first, second, places), None)
    return None if found is None else _timed(found, places)


def broken_read(found: BrokenRead) -> str:
    """A difference as a sentence, without a full stop."""
    where = f"op {found.op} ({quoted(found.type)[1:-1]})"
    names = quoted(found.before), quoted(found.after)
    writer = "what comes from outside" if found.by is None else f"what op {found.by} writes"
    match found.kind:
        case Break.OP:
            return f"op {found.op} is not the same op in both nets"
        case Break.IN_PLACE:
            return f"{where} has {names[0]}, now {names[1]}, in place otherwise than before"
        case Break.READ:
            return f"{where} read {names[0]}, and now reads in {names[1]} {writer}"
        case Break.RESULT:
            return f"{names[0]} ends with {writer}, not with what it should hold"
        case Break.RACE:
            return (
                f"{where} writes {names[0]} to {names[1]}, and nothing keeps it from running "
                f"before op {found.by} is done with that memory"
            )


def _timed(found: BrokenRead, places: Sequence[int]) -> BrokenRead:
    when = None if found.by is None else places.index(found.by)
    return BrokenRead(found.kind, found.op, found.type, found.before, found.after, found.by, when)


def _differences(first: Run, second: Run) -> Iterator[BrokenRead]:
    for index, (ours, theirs) in enumerate(zip(first.events, second.events, strict=True)):
        if len(ours) != len(theirs):
            yield BrokenRead(Break.OP, index, ours[-1].op.type)
            return
        for a, b in zip(ours, theirs, strict=True):
            yield from _difference(index, a, b)


def _difference(index: int, a: Event, b: Event) -> Iterator[BrokenRead]:
    if a.path != b.path or not _same_op(a.op, b.op):
        yield BrokenRead(Break.OP, index, a.op.type)
        return
    for old, new in zip(a.reads, b.reads, strict=False):
        if old.value != new.value:
            yield BrokenRead(Break.READ, index, a.op.type, old.name, new.name, new.by)
    if a.pattern != b.pattern:
        pairs = zip(a.pattern, b.pattern, a.names, b.names, strict=False)
        names = next(((old, new) for x, y, old, new in pairs if x != y), ("", ""))
        yield BrokenRead(Break.IN_PLACE, index, a.op.type, *names)


def _same_op(a: Op, b: Op) -> bool:
    if a.args is not b.args and _arguments(a) != _arguments(b):
        return False
    return (a.type, a.device, a.engine, len(a.inputs), len(a.outputs), tuple(a.nets)) == (
        b.type,
        b.device,
        b.engine,
        len(b.inputs),
        len(b.outputs),
        tuple(b.nets),
    )


def _arguments(op: Op) -> str:
    # As text, in which a NaN is equal to itself.
    return repr(sorted((k, v) for k, v in op.args.items() if not k.endswith(_NAMES)))


def _results(before: Net, first: Run, second: Run) -> Iterator[BrokenRead]:
    """Results with other values; and blobs from outside that no longer hold what they held."""
    declared = dict.fromkeys(before.outputs)
    declared.update((n, None) for n in first.last if before.blob(n).role is Role.OUTPUT)
    # In a net that declares none, what nobody reads is what it is run for.
    names = declared or {
        name: None
        for name, access in first.last.items()
        if access.by is not None and access.value not in first.read
    }
    # What comes from outside is there for the next run too.
    outside = {name: None for name, access in first.last.items() if access.by is None}
    for name in {**names, **outside}:
        old, new = first.last.get(name), second.last.get(name)
        if name in outside and new is None:
            continue
        if old is not None and (new is None or old.value != new.value):
            by = None if new is None else new.by
            yield BrokenRead(Break.RESULT, len(before.ops), "", name, name, by)


def _races(first: Run, second: Run, places: Sequence[int]) -> Iterator[BrokenRead]:
    for event, old, new, other in races(first, second, places):
        index = event.path[0]
        assert isinstance(index, int)
        yield BrokenRead(Break.RACE, index, event.op.type, old.name, new.name, other)
