"""Offsets that somebody gives the blobs of a net."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from memplan.errors import InvalidNet, UnknownSize, quoted
from memplan.explain.brought.verdict import OVERWRITTEN, UNPLACED, Verdict
from memplan.explain.price import AddedEdge, price
from memplan.liveness import Accounting
from memplan.net import Net, reads_by_op
from memplan.plan import Buffer, BufferKind, Placement
from memplan.study import Settings, Study, study
from memplan.verify import Break, clashes

__all__ = ["verify_placement"]


def verify_placement(net: Net, placed: Placement, *, parallel: bool = False) -> Verdict:
    """Whether offsets that somebody gives the blobs of a prepared net are safe.

    What the plan gives no place is taken to lie elsewhere, if it is an input or an output.

    Raises:
        InvalidNet: It places what the net has not.
        UnknownSize: Of a blob that it places nobody knows how far it reaches.
    """
    everything = study(net, Settings("naive")).problem.buffers
    _refuse_strangers(net, placed, everything)
    counted = Settings("given", accounting=_counted(everything, placed))
    made = study(replace(net, placed=placed), counted)
    clash = next(clashes(made.plan), None)
    if clash is not None:
        return _overwritten(made, *_by_birth(made, clash.first, clash.second))
    unknown = next((b.name for b in made.problem.unknown if b.name in placed.offsets), None)
    if unknown is not None:
        raise UnknownSize(
            f"the size of {quoted(unknown)} is unknown, so nobody can say whether it is safe; "
            "give the shapes of the inputs"
        )
    if made.unsafe is not None:
        return Verdict(safe=False, kind=UNPLACED, wrong=made.unsafe, study=made)
    edges = price(made).edges if parallel else ()
    return _raced(made, edges[0]) if edges else Verdict(safe=True, study=made)


def _refuse_strangers(net: Net, placed: Placement, buffers: Sequence[Buffer]) -> None:
    known = {*net.names(), *(buffer.name for buffer in buffers)}
    strange = next((n for n in placed.offsets if n not in known), None)
    if strange is not None:
        raise InvalidNet(
            f"the plan places {quoted(strange)}, which is no blob of this net: it is one for "
            "another net"
        )


def _overwritten(made: Study, first: str, second: str) -> Verdict:
    """Who reads a blob on whose bytes a later one lies."""
    step = next(b.live.begin for b in made.problem.buffers if b.name == second)
    reader = _reader(made, first, step)
    kind = made.net.ops[reader].type if reader < len(made.net.ops) else ""
    return Verdict(
        safe=False, kind=OVERWRITTEN, op=reader, type=kind, blob=first, name=first,
        overwritten_by=step, at=step, by=second, study=made,
    )  # fmt: skip


def _raced(made: Study, edge: AddedEdge) -> Verdict:
    """Two ops of which nothing but the shared bytes makes one wait for the other."""
    return Verdict(
        safe=False, kind=Break.RACE.value, op=edge.after, type=made.net.ops[edge.after].type,
        blob=edge.second, name=edge.first, overwritten_by=edge.before, at=edge.after,
        by=edge.first, study=made,
    )  # fmt: skip


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
