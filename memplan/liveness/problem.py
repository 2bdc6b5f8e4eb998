"""The problem that a net poses: its storages as buffers, with what its nested nets need."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import lcm

from memplan.errors import InvalidNet
from memplan.liveness.levels import max_live
from memplan.liveness.nested import PeakOf, needs_of_nested_nets
from memplan.liveness.storages import Storage, storages
from memplan.net import Device, Net
from memplan.ops.schema import dims_known
from memplan.plan import (
    Buffer,
    BufferKind,
    LiveRange,
    Problem,
    ScratchRequest,
    Space,
)

__all__ = ["Accounting", "problem_from", "with_file_offsets", "with_placement"]


@dataclass(frozen=True, slots=True)
class Accounting:
    """Which external blobs and which state are counted in the arena; weights never are."""

    inputs: bool = True
    outputs: bool = True
    state: bool = True

    def counts(self, kind: BufferKind) -> bool:
        """Whether buffers of this kind are planned."""
        if kind is BufferKind.INPUT:
            return self.inputs
        if kind is BufferKind.OUTPUT:
            return self.outputs
        if kind is BufferKind.STATE:
            return self.state
        return kind is not BufferKind.WEIGHT


def _max_live_bytes(problem: Problem) -> int:
    return max_live(problem).bytes


def problem_from(
    net: Net,
    accounting: Accounting | None = None,
    alignment: int = 1,
    nested_peak: PeakOf = _max_live_bytes,
    found: tuple[Storage, ...] | None = None,
    *,
    scratch: Sequence[ScratchRequest] = (),
) -> Problem:
    """Make the problem that a sized net poses, with an arena for each device that it uses.

    The buffers stand in the order in which an engine asks for memory: first the blobs (of a
    TensorFlow Lite model by their number in the file), then scratch, as its planner breaks ties
    by that order.

    Args:
        accounting: Which external blobs are counted; by default inputs and outputs are.
        nested_peak: How many bytes a nested net's own buffers take. Max-live by default, which
            makes max-live of the whole a bound; a planner's peak makes it a plan.
        found: The net's storages, where the caller has them already.
        scratch: What kernels ask for while they run, which no file tells.

    Raises:
        InvalidNet: Scratch is asked for by an op that the net does not have.
    """
    accounting = accounting or Accounting()
    if net.given is not None:
        return _given(net.given, accounting, alignment, scratch)
    counted = [
        s
        for s in _in_request_order(net, storages(net) if found is None else found)
        if s.touched and accounting.counts(s.kind)
    ]
    kept, inside = _nested_buffers(net, nested_peak)
    extra = (*inside, *_scratch_buffers(net, scratch))
    devices = sorted({s.device for s in counted} | {device for _, device in extra})
    if len(devices) < 2:
        buffers = [_buffer(net, s, kept, ()) for s in counted]
        return Problem((*buffers, *(b for b, _ in extra)), (Space(alignment=alignment),))
    # Memory of one device is of no use to another.
    buffers = [_buffer(net, s, kept, (str(s.device),)) for s in counted]
    placed = (replace(buffer, spaces=(str(device),)) for buffer, device in extra)
    spaces = tuple(Space(str(device), alignment=alignment) for device in devices)
    return Problem((*buffers, *placed), spaces)


def _given(
    problem: Problem, accounting: Accounting, alignment: int, scratch: Sequence[ScratchRequest]
) -> Problem:
    """The buffers of a net without a graph, as far as they are counted."""
    if scratch:
        raise InvalidNet("scratch is asked for by ops, and these are buffers without a graph")
    spaces = (replace(s, alignment=lcm(s.alignment, alignment)) for s in problem.spaces)
    if problem.conflicts is None:
        buffers = tuple(b for b in problem.buffers if accounting.counts(b.kind))
        return Problem(buffers, tuple(spaces))
    return replace(problem, spaces=tuple(spaces))


def with_placement(problem: Problem, net: Net) -> Problem:
    """The same problem with every buffer fixed where the plan that came with the net has it."""
    if net.placed is None:
        return with_file_offsets(problem, net)
    at = net.placed.offsets
    fixed = (replace(b, offset=at.get(b.name)) for b in problem.buffers)
    return replace(problem, buffers=tuple(fixed))


def with_file_offsets(problem: Problem, net: Net) -> Problem:
    """The same problem with every buffer fixed that the file itself gives a place."""
    placed = (replace(b, offset=net.blob(b.name).offset) for b in problem.buffers)
    return replace(problem, buffers=tuple(placed))


def _in_request_order(net: Net, found: tuple[Storage, ...]) -> tuple[Storage, ...]:
    if net.dialect != "tflite":
        return found
    number = {name: place for place, name in enumerate(net.blobs)}
    return tuple(sorted(found, key=lambda s: number.get(s.name, len(number))))


def _scratch_buffers(
    net: Net, requests: Sequence[ScratchRequest]
) -> Iterator[tuple[Buffer, Device]]:
    names = set(net.names()) if requests else set()
    for request in requests:
        if request.step >= len(net.ops):
            raise InvalidNet(
                f"scratch is asked for by op {request.step:,}, but the net has "
                f"{len(net.ops):,} ops, numbered from 0"
            )
        op = net.ops[request.step]
        name = _free_name(f"{op.type} at step {request.step}: scratch", names)
        live = LiveRange(request.step, request.step + 1)
        yield Buffer(name, live, request.bytes, kind=BufferKind.SCRATCH), op.device


def _buffer(
    net: Net, storage: Storage, kept: Mapping[str, int | None], spaces: tuple[str, ...]
) -> Buffer:
    return Buffer(
        storage.name,
        storage.live,
        _with_kept(storage, kept),
        kind=storage.kind,
        gaps=storage.gaps,
        spaces=spaces,
        dims=dims_known(net.blob(storage.name).shape or (None,)),
    )


def _nested_buffers(
    net: Net, nested_peak: PeakOf
) -> tuple[dict[str, int | None], tuple[tuple[Buffer, Device], ...]]:
    """What outlives an op, by the output that holds it; the scratch of each op, and where."""
    kept: dict[str, int | None] = {}
    scratch: list[tuple[Buffer, Device]] = []
    known = frozenset(net.names() if any(op.nets for op in net.ops) else ())
    names = set(known)
    for step, op in enumerate(net.ops):
        if not op.nets:
            continue
        need = needs_of_nested_nets(op, net, nested_peak, known)
        if op.type == "RecurrentNetwork" and op.outputs:
            # The last output is no tensor: it holds the workspaces of the time steps.
            kept[op.outputs[-1]] = need.kept
        if need.scratch != 0:
            name = _free_name(f"{op.type} at step {step}: nested nets", names)
            live = LiveRange(step, step + 1)
            buffer = Buffer(name, live, need.scratch, kind=BufferKind.SCRATCH)
            scratch.append((buffer, op.device))
    return kept, tuple(scratch)


def _with_kept(storage: Storage, kept: Mapping[str, int | None]) -> int | None:
    """Bytes of a storage, with what its op keeps in it for each time step."""
    if storage.name not in kept:
        return storage.size
    # The workspaces are no tensor: their own size is 0, or nobody knows one.
    more = kept[storage.name]
    return None if more is None else (storage.size or 0) + more


def _free_name(wanted: str, taken: set[str]) -> str:
    while wanted in taken:
        wanted += "'"
    taken.add(wanted)
    return wanted
