"""Bring your own: a net before and after somebody's optimisation, or somebody's plan for a net.

before   Relu x → a   Relu a → b   Relu b → c   Sum c, a → d        the names recovered: a, c ↦ a
after    Relu x → a   Relu a → b   Relu b → a   Sum a, a → d        broken: op 3 reads a, which
op 2 wrote over
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from memplan.errors import InvalidNet, UnknownSize, quoted
from memplan.explain.price import price
from memplan.liveness import Accounting
from memplan.net import Net, Op, reads_by_op
from memplan.plan import Buffer, BufferKind, Placement
from memplan.planners.shareable import homes
from memplan.rewrite import Assignment
from memplan.study import Settings, Study, runs_in_parallel, study, study_names
from memplan.verify import Break, BrokenRead, clashes, same_dataflow

__all__ = [
    "Verdict",
    "names_between",
    "order_between",
    "study_of",
    "verify_nets",
    "verify_placement",
]

Makers = tuple[int | str, ...]
"""For each input of an op the op that made it, or its name where none did."""

_NO_NAMES: Mapping[str, str] = MappingProxyType({})

OVERWRITTEN = "lies on the bytes of another"
UNPLACED = "no plan at all"
TWO_DEVICES = "one name on two devices"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether it is safe, and if not the first read that goes wrong.

    Attributes:
        kind: How it goes wrong: a `Break`, or for offsets what the two constants above say.
        op: The op that reads (or writes too early), by its index before; for a result, the number
            of ops.
        type: Of that op.
        blob: What it meant to read, by its name before; `name` by that after.
        overwritten_by: The op that wrote what is there now; None: no op did.
        at: When: at which place of the order that is run.
        by: The blob that was written there.
        names: The mapping recovered: new names of blobs, as far as they changed.
        order: Indices of the ops before in the order after; None: as they stood.
        broken: Where two nets were compared, what they differ in.
        wrong: Another fault of the plan, in a sentence of the verifier.
        study: Where a plan was checked: all of it.
    """

    safe: bool
    kind: str | None = None
    op: int | None = None
    type: str = ""
    blob: str | None = None
    name: str | None = None
    overwritten_by: int | None = None
    at: int | None = None
    by: str | None = None
    names: Mapping[str, str] = field(default_factory=lambda: _NO_NAMES)
    order: tuple[int, ...] | None = None
    broken: BrokenRead | None = None
    wrong: str | None = None
    study: Study | None = None


def verify_nets(before: Net, after: Net, *, parallel: bool = False) -> Verdict:
    """Whether a net computes the same after somebody gave blobs other names or moved ops.

    Args:
        parallel: Whether ops run as soon as what they read is made.
    """
    order: tuple[int, ...] | None = None
    mixed = _mixed(before, after)
    if mixed is not None:
        return mixed
    broken = same_dataflow(before, after, parallel=parallel)
    moved = None if broken is None else order_between(before, after)
    if moved is not None:
        # Which op is which cannot always be told; the answer that goes wrong later is the truth.
        other = same_dataflow(before, after, parallel=parallel, order=moved)
        if _goes_wrong(other, moved) > _goes_wrong(broken, range(len(before.ops))):
            order, broken = moved, other
    names = MappingProxyType(names_between(before, after, order))
    if broken is None:
        return Verdict(safe=True, names=names, order=order)
    return Verdict(
        safe=False,
        kind=broken.kind.value,
        op=broken.op,
        type=broken.type,
        blob=broken.before or None,
        name=broken.after or None,
        overwritten_by=broken.by,
        at=broken.when,
        names=names,
        order=order,
        broken=broken,
    )


def _mixed(before: Net, after: Net) -> Verdict | None:
    """A name that lies on two devices, where no name did before."""
    if len(before.ops) != len(after.ops) or any(len(d) > 1 for d in homes(before).values()):
        return None
    name = next((name for name, devices in homes(after).items() if len(devices) > 1), None)
    if name is None:
        return None
    first, second = [k for k, op in enumerate(after.ops) if name in op.outputs][:2]
    old = next(o for o, n in zip(before.ops[second].outputs, after.ops[second].outputs,
                                 strict=True) if n == name)  # fmt: skip
    names = MappingProxyType(names_between(before, after))
    return Verdict(
        safe=False, kind=TWO_DEVICES, op=second, type=after.ops[second].type, blob=old, name=name,
        overwritten_by=first, at=first, names=names,
    )  # fmt: skip


def _goes_wrong(broken: BrokenRead | None, order: Sequence[int]) -> int:
    """At which place of an order a net goes wrong first; beyond the last where it does not."""
    if broken is None:
        return len(order) + 1
    return order.index(broken.op) if broken.op in order else len(order)


def study_of(before: Net, after: Net, settings: Settings) -> Study:
    """Somebody's optimisation as a study, to be shown in all views: its names, its order.

    Args:
        before: A prepared net.
        settings: How it is counted; the planner, one of names, stands for the one nobody knows.
    """
    verdict = verify_nets(before, after, parallel=runs_in_parallel(before, settings))
    return study_names(before, Assignment(verdict.names, verdict.order), settings)


def order_between(before: Net, after: Net) -> tuple[int, ...] | None:
    """Which op of `before` each op of `after` is; None where they stand as they stood.

    Ops are told by what they are, then by which ops made what they read. What cannot be told so
    is taken in the order in which it stood.
    """
    ours, theirs = [_form(op) for op in before.ops], [_form(op) for op in after.ops]
    if len(ours) != len(theirs):
        return None
    makers, made_after = _makers(before), _makers(after)
    # Stacks with the first op on top; one that was found by what it reads is passed over later.
    alike: dict[str, list[int]] = defaultdict(list)
    same: dict[tuple[str, Makers], list[int]] = defaultdict(list)
    for index in reversed(range(len(ours))):
        alike[ours[index]].append(index)
        same[ours[index], makers[index]].append(index)
    order: list[int] = []
    found: set[int] = set()
    for index, form in enumerate(theirs):
        wanted = tuple(order[m] if isinstance(m, int) else m for m in made_after[index])
        place = _first_left(same[form, wanted], found)
        place = _first_left(alike[form], found) if place is None else place
        if place is None:
            return None
        order.append(place)
        found.add(place)
    return None if order == list(range(len(ours))) else tuple(order)


def _first_left(stack: list[int], found: set[int]) -> int | None:
    while stack and stack[-1] in found:
        stack.pop()
    return stack[-1] if stack else None


def _form(op: Op) -> str:
    args = sorted((k, v) for k, v in op.args.items() if not k.endswith(".rename"))
    shape = len(op.inputs), len(op.outputs), tuple(op.nets)
    return repr((op.type, op.name, op.device, op.engine, shape, args))


def _makers(net: Net) -> list[Makers]:
    """For each op and input the op that wrote it last; the name of what comes from outside."""
    maker: dict[str, int] = {}
    found: list[Makers] = []
    for index, op in enumerate(net.ops):
        found.append(tuple(maker.get(name, name) for name in op.inputs))
        maker.update(dict.fromkeys(op.outputs, index))
    return found


def names_between(before: Net, after: Net, order: Sequence[int] | None = None) -> dict[str, str]:
    """The new name of each blob that has another, where it stands first."""
    places = range(len(before.ops)) if order is None else order
    names: dict[str, str] = {}
    for index, new in zip(places, after.ops, strict=False):
        old = before.ops[index]
        for ours, theirs in ((old.outputs, new.outputs), (old.inputs, new.inputs)):
            for a, b in zip(ours, theirs, strict=False):
                names.setdefault(a, b)
    return {a: b for a, b in names.items() if a != b}


def verify_placement(net: Net, placed: Placement, *, parallel: bool = False) -> Verdict:
    """Whether offsets that somebody gives the blobs of a prepared net are safe.

    What the plan gives no place is taken to lie elsewhere, if it is an input or an output.

    Raises:
        InvalidNet: It places what the net has not.
        UnknownSize: Of a blob that it places nobody knows how far it reaches.
    """
    everything = study(net, Settings("naive")).problem.buffers
    known = {*net.names(), *(buffer.name for buffer in everything)}
    strange = next((n for n in placed.offsets if n not in known), None)
    if strange is not None:
        raise InvalidNet(
            f"the plan places {quoted(strange)}, which is no blob of this net: it is one for "
            "another net"
        )
    made = study(
        replace(net, placed=placed), Settings("given", accounting=_counted(everything, placed))
    )
    clash = next(clashes(made.plan), None)
    unknown = next((b.name for b in made.problem.unknown if b.name in placed.offsets), None)
    if clash is None and unknown is not None:
        raise UnknownSize(
            f"the size of {quoted(unknown)} is unknown, so nobody can say whether it is safe; "
            "give the shapes of the inputs"
        )
    if clash is not None:
        first, second = _by_birth(made, clash.first, clash.second)
        step = next(b.live.begin for b in made.problem.buffers if b.name == second)
        reader = _reader(made, first, step)
        kind = made.net.ops[reader].type if reader < len(made.net.ops) else ""
        return Verdict(
            safe=False, kind=OVERWRITTEN, op=reader, type=kind, blob=first, name=first,
            overwritten_by=step, at=step, by=second, study=made,
        )  # fmt: skip
    if made.unsafe is not None:
        return Verdict(safe=False, kind=UNPLACED, wrong=made.unsafe, study=made)
    edges = price(made).edges if parallel else ()
    if edges:
        edge = edges[0]
        return Verdict(
            safe=False, kind=Break.RACE.value, op=edge.after, type=net.ops[edge.after].type,
            blob=edge.second, name=edge.first, overwritten_by=edge.before, at=edge.after,
            by=edge.first, study=made,
        )  # fmt: skip
    return Verdict(safe=True, study=made)


def _counted(everything: Sequence[Buffer], placed: Placement) -> Accounting:
    """Inputs and outputs count if the plan places any of them."""
    kinds = {b.kind for b in everything if b.name in placed.offsets}
    return Accounting(
        BufferKind.INPUT in kinds, BufferKind.OUTPUT in kinds, BufferKind.STATE in kinds
    )


def _by_birth(made: Study, a: str, b: str) -> tuple[str, str]:
    live = {x.name: (x.live, x.name) for x in made.problem.buffers if x.name in (a, b)}
    return (a, b) if live[a] <= live[b] else (b, a)


def _reader(made: Study, buffer: str, step: int) -> int:
    """The first op that reads a buffer after a step, else at it; the number of ops: the caller.

    Of what nobody reads the step itself, at which two are written to the same bytes.

    An op that reads what it writes over may work in place; whoever reads it later cannot.
    """
    storage = next((s for s in made.storages if s.name == buffer), None)
    names = set(storage.names) if storage is not None else {buffer}
    readers = [k for k, reads in enumerate(reads_by_op(made.net)) if names.intersection(reads)]
    later = [k for k in readers if k > step] or [k for k in readers if k == step]
    wanted = step if names.isdisjoint(made.net.outputs) else len(made.net.ops)
    return next(iter(later), wanted)
