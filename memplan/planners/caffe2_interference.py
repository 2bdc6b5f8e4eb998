"""Caffe2's sharing by live ranges in a topological order (`optimize_interference`).

Idea: put the ops in an order, note for each blob its first write and its last read, and lay
blobs that do not live together one after another on the same memory, as a greedy line-up:

    used    a b c d e     defined, used       assignments, by the last use
            a: 0,1  b: 1,2  c: 2,3  d: 3,4    [a, c]  [b, d]   c begins after a was read
    Every assignment of several blobs takes the name of its last one.

Of the assignments that a blob fits behind it joins that whose largest blob is nearest to it in
size, the first on ties. `caffe2_interference_dp` looks for the least sum of largest sizes.

Faithful to: memonger.py as of November 2020, in every name and in the order of assignments.
With it come its faults: an op that writes a blob anew may move before one that reads the old
value; a blob that is read before its first write counts as written there; devices and aliases
are not looked at; an external input that is not static is overwritten; a net in which no blob
is read after op 0 is refused.
Differs: the order of ops is that of networkx 2.6 and later, whatever is installed.
Cost: blobs times assignments, and the edges of the dependency graph.
Reference: PyTorch, caffe2/python/memonger.py, optimize_interference.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from memplan.errors import InvalidNet, MissingSize, quoted
from memplan.net import Net, Op
from memplan.order import dependency_graph, generation_order
from memplan.plan import Trace
from memplan.planners.caffe2_lines import LineWatch, LiveRange, Named, note_static
from memplan.planners.recycling import RecyclingOptions
from memplan.rewrite import Assignment, Rules

__all__ = [
    "Assignments",
    "LiveRange",
    "Named",
    "caffe2_interference",
    "compute_assignments",
    "compute_assignments_greedy",
    "compute_blob_assignments",
    "compute_ranges",
    "get_memory_usage",
    "get_updated_ranges",
    "is_compatible",
    "largest",
    "share_by_ranges",
]


Assignments = list[list[Named]]
Algorithm = Callable[[Sequence[Named]], Assignments]


def caffe2_interference(
    net: Net, options: RecyclingOptions, trace: Trace | None = None
) -> Assignment:
    """Share blobs by their live ranges; of the options it reads `static` and `sizes`.

    Raises:
        InvalidNet: No blob is read after the first op.
        MissingSize: Sizes are given, but not of every blob.
    """
    if trace is not None:
        trace.defer(lambda again: _watched(net, options, again))
    return share_by_ranges(net, options, compute_assignments_greedy)


def _watched(net: Net, options: RecyclingOptions, trace: Trace) -> None:
    watch = LineWatch(net, trace)
    share_by_ranges(net, options, lambda ranges: _greedy(ranges, [], watch), trace)


def share_by_ranges(
    net: Net, options: RecyclingOptions, algorithm: Algorithm, trace: Trace | None = None
) -> Assignment:
    """Share blobs in the plain topological order, laid together by `algorithm`."""
    order = generation_order(dependency_graph(net.ops))
    ranges = compute_ranges([net.ops[index] for index in order], options.sizes)
    assignments = compute_assignments(ranges, options.static, algorithm)
    names = compute_blob_assignments(assignments)
    if trace is not None:
        note_static(net, assignments, options.static, trace)
        trace.settled(names)
    return Assignment(names, tuple(order), Rules.PYTHON)


def compute_ranges(
    ops: Sequence[Op], blob_sizes: Mapping[str, int | None] | None = None
) -> dict[str, LiveRange]:
    """The live range of every blob, in the order in which they first appear.

    Raises:
        MissingSize: Sizes are given, but not of every blob.
    """
    defined: dict[str, int] = {}
    used: dict[str, int] = {}
    names: dict[str, None] = {}
    for index, op in enumerate(ops):
        for name in op.inputs:
            used[name] = index
        for name in op.outputs:
            defined.setdefault(name, index)
        names.update(dict.fromkeys((*op.inputs, *op.outputs)))
    return {
        name: LiveRange(defined.get(name), used.get(name), _size(name, blob_sizes))
        for name in names
    }


def _size(name: str, sizes: Mapping[str, int | None] | None) -> int | None:
    if not sizes:
        return None
    size = sizes.get(name)
    if size is None:
        raise MissingSize(
            f"sizes are given, but none of {quoted(name)}; give the size of each blob"
        )
    return size


def compute_assignments(
    ranges: Mapping[str, LiveRange], static_blobs: Collection[str], algorithm: Algorithm | None
) -> Assignments:
    """Lay blobs together in the order of their last reads; static ones stay alone, at the end.

    Args:
        ranges: In the order of first appearance, which decides ties.
        algorithm: None: blobs that are not static are left out, as Caffe2 does when its
            algorithm is neither of the two (its assertion on that never fires).

    Raises:
        InvalidNet: No blob is read after the first op.
    """
    by_last_use = sorted(ranges.items(), key=lambda item: (item[1].used is None, item[1].used or 0))
    complete = get_updated_ranges(by_last_use)
    shareable = [named for named in complete if named[0] not in static_blobs]
    static = [[named] for named in complete if named[0] in static_blobs]
    return (algorithm(shareable) if algorithm else []) + static


def get_updated_ranges(ranges: Iterable[Named], max_live: int | None = None) -> list[Named]:
    """Fill what is unknown: written before the first op, read after the last read, of size 1.

    Raises:
        InvalidNet: No blob is read after the first op, so that nothing is the last read.
    """
    listed = list(ranges)
    if max_live is None:
        # A last read by op 0 does not count here.
        reads = [live.used for _, live in listed if live.used]
        if not reads:
            raise InvalidNet(
                "no blob of the net is read after its first op, so there is nothing to share; "
                "leave the net as it is"
            )
        max_live = max(reads) + 1
    return [
        (
            name,
            LiveRange(
                -1 if live.defined is None else live.defined,
                max_live if live.used is None else live.used,
                1 if live.size is None else live.size,
            ),
        )
        for name, live in listed
    ]


def is_compatible(
    candidate_range: LiveRange, assignment: Sequence[Named], static_blobs: Collection[str]
) -> bool:
    """Whether a blob may come after the last one of an assignment."""
    name, last = assignment[-1]
    if name in static_blobs:
        return False
    if candidate_range.defined is None or last.defined is None or last.used is None:
        return False
    return candidate_range.defined > last.used


def compute_assignments_greedy(
    ranges_sorted: Sequence[Named], init_assignments: Assignments | None = None
) -> Assignments:
    """Put each blob behind the fitting assignment whose largest blob is nearest in size."""
    return _greedy(ranges_sorted, init_assignments or (), None)


def _greedy(
    ranges_sorted: Sequence[Named], start: Sequence[Sequence[Named]], watch: LineWatch | None
) -> Assignments:
    assignments = [list(assignment) for assignment in start]
    there = {name for assignment in assignments for name, _ in assignment}
    most = [largest(assignment) for assignment in assignments]
    for name, live in ranges_sorted:
        if name in there:
            continue
        size = live.size or 0
        fitting = [i for i, line in enumerate(assignments) if is_compatible(live, line, ())]
        best = min(fitting, key=lambda i: abs(most[i] - size)) if fitting else None
        if watch is not None:
            watch.decides((name, live), assignments, most, best)
        if best is not None:
            assignments[best].append((name, live))
            most[best] = max(most[best], size)
        else:
            assignments.append([(name, live)])
            most.append(size)
    return assignments


def largest(assignment: Sequence[Named]) -> int:
    """The largest size in an assignment; an unknown one counts 0."""
    return max((live.size or 0 for _, live in assignment), default=0)


def get_memory_usage(assignments: Iterable[Sequence[Named]]) -> int:
    """The sum of the largest sizes, in the unit in which they are given."""
    return sum(largest(assignment) for assignment in assignments)


def compute_blob_assignments(assignments: Iterable[Sequence[Named]]) -> dict[str, str]:
    """The new name of each blob that shares: that of the last one of its assignment."""
    return {
        name: assignment[-1][0]
        for assignment in assignments
        if len(assignment) > 1
        for name, _ in assignment
    }
