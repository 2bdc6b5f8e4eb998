"""What the nets inside an op need while it runs: scratch of its step.

A nested net sees the blobs of the net around it; what it makes under names that the net
around does not know is its own, and takes memory only while its op runs. Of several nets of
one op (then and else) one is alive at a time, so the larger counts.

A RecurrentNetwork runs its step net once for each time step. Without a backward net one set of
blobs serves all time steps; with one, the blobs that it reads are kept for each time step, in
the workspaces that the op hands on (Caffe2's recurrent_network_op makes a workspace a step
exactly when there is a backward net).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from memplan.liveness.storages import Storage, storages
from memplan.net import Net, Op, free_reads, made_names
from memplan.plan import Buffer, BufferKind, LiveRange, Problem

__all__ = ["NestedNeed", "PeakOf", "needs_of_nested_nets"]

PeakOf = Callable[[Problem], int | None]
"""How many bytes a nested net's own buffers take: the peak of a plan, or max-live."""


@dataclass(frozen=True, slots=True)
class NestedNeed:
    """What an op's nested nets need.

    Attributes:
        scratch: Bytes while the op runs.
        kept: Bytes that outlive the op, for each time step together, until the backward op.

    Both are None where a size inside is unknown.
    """

    scratch: int | None
    kept: int | None = 0


def needs_of_nested_nets(
    op: Op, net: Net, peak_of: PeakOf, names: AbstractSet[str] | None = None
) -> NestedNeed:
    """Work out what the nets nested in `op`, an op of `net`, need of their own.

    Args:
        names: Those of `net`, where the caller has them: to find them is a walk over its ops.
    """
    known = frozenset(net.names()) if names is None else names
    bound = _bound_names(op)
    if bound:
        known |= bound
    if op.type == "RecurrentNetwork":
        return _recurrent_need(op, net, known, peak_of)
    running = [n for arg, n in op.nets.items() if _runs_here(op, arg)]
    return NestedNeed(_largest(_peak(nested, known, peak_of) for nested in running))


def _runs_here(op: Op, arg: str) -> bool:
    # The gradient op carries the step net too, but runs the backward one.
    return arg == "backward_step_net" or op.type != "RecurrentNetworkGradient"


def _recurrent_need(op: Op, net: Net, known: AbstractSet[str], peak_of: PeakOf) -> NestedNeed:
    step = op.nets.get("step_net", Net())
    own = _own_storages(step, known)
    wanted = set(free_reads(op.nets.get("backward_step_net", Net())))
    kept = [s for s in own if wanted.intersection(s.names)]
    passing = [s for s in own if not wanted.intersection(s.names)]
    shape = net.blob(op.inputs[0]).shape if op.inputs else None
    times = shape[0] if shape and isinstance(shape[0], int) else None
    sizes = [s.size for s in kept]
    total = sum(size for size in sizes if size is not None)
    unknown = bool(kept) and (times is None or None in sizes)
    return NestedNeed(
        scratch=_peak_of_storages(step, passing, peak_of),
        kept=None if unknown else total * (times or 0),
    )


def _peak(nested: Net, known: AbstractSet[str], peak_of: PeakOf) -> int | None:
    return _peak_of_storages(nested, _own_storages(nested, known), peak_of, known)


def _own_storages(nested: Net, known: AbstractSet[str]) -> list[Storage]:
    # What a loop carries into an ONNX body, or a call of TensorFlow Lite copies, is memory of the
    # body; Caffe2's lists outer blobs there.
    made = {*made_names(nested), *(nested.inputs if nested.dialect != "caffe2" else ())}
    own = (s for s in storages(nested) if s.kind is not BufferKind.WEIGHT)
    return [s for s in own if made.issuperset(s.names) and known.isdisjoint(s.names)]


def _peak_of_storages(
    nested: Net, own: list[Storage], peak_of: PeakOf, known: Iterable[str] = ()
) -> int | None:
    """The peak of `own` inside `nested`, with what the nets nested deeper need."""
    carried = set(free_reads(nested))
    whole = LiveRange(0, max(1, len(nested.ops)))
    buffers = [
        # Read before it is written: the value of the time before, so it crosses the back edge.
        Buffer(s.name, whole if carried.intersection(s.names) else s.live, s.size)
        for s in own
    ]
    steps = [step for step, op in enumerate(nested.ops) if op.nets]
    around = _seeing(nested, known) if steps else nested
    names = frozenset(around.names()) if steps else frozenset[str]()
    for step in steps:
        deeper = needs_of_nested_nets(nested.ops[step], around, peak_of, names).scratch
        if deeper != 0:
            live = LiveRange(step, step + 1)
            buffers.append(Buffer(f"op {step} inside", live, deeper, kind=BufferKind.SCRATCH))
    if any(buffer.size is None for buffer in buffers):
        return None
    return peak_of(Problem(tuple(buffers)))


def _seeing(nested: Net, known: Iterable[str]) -> Net:
    """The nested net with the names around it in view, for the nets nested deeper."""
    return Net(
        nested.name,
        nested.ops,
        nested.blobs,
        (*nested.inputs, *sorted(known)),
        nested.outputs,
        nested.type,
        nested.dialect,
    )


def _bound_names(op: Op) -> set[str]:
    """Names inside a step net that are views of the op's states: memory counted outside."""
    bound: set[str] = set()
    for arg in ("link_internal", "backward_link_internal", "recurrent_states", "timestep"):
        value = op.args.get(arg, ())
        texts = (value,) if isinstance(value, bytes) else value
        if isinstance(texts, tuple):
            bound.update(t.decode("utf-8", "replace") for t in texts if isinstance(t, bytes))
    return bound


def _largest(sizes: Iterable[int | None]) -> int | None:
    found = list(sizes)
    return None if None in found else max((s for s in found if s is not None), default=0)
