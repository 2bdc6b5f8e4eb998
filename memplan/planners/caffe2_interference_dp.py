"""Caffe2's search for the least memory over live ranges (`compute_assignments_dp`).

Idea: solve for the first k blobs, by last read, from the solutions for fewer. The k-th blob
goes behind one of the assignments of the longest earlier solution that is over before it
begins, the blobs between being solved anew around it, or it opens an assignment of its own.

Faithful to: memonger.py as of November 2020, in its sums and, as far as the one example tells,
in its assignments. It is not always the least: each step keeps one best solution.
Differs: does not recurse; no blob to share gives no assignment (Caffe2: IndexError, which no
vector covers). Otherwise as `caffe2_interference`.
Cost: exponential in the blobs that are alive together; for nets of some dozens of ops.
Reference: PyTorch, caffe2/python/memonger.py, compute_assignments_dp.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence

from memplan.errors import Unorderable, quoted
from memplan.net import Net
from memplan.plan import Trace
from memplan.planners.caffe2_interference import (
    Assignments,
    get_memory_usage,
    is_compatible,
    share_by_ranges,
)
from memplan.planners.caffe2_lines import LineWatch, Named
from memplan.planners.recycling import RecyclingOptions
from memplan.rewrite import Assignment

__all__ = ["caffe2_interference_dp", "compute_assignments_dp"]

Question = tuple[Sequence[Named], Assignments]
"""Blobs to assign, by last read, and the assignments that are there already."""
Solving = Generator[Question, Assignments, Assignments]
"""Asks smaller questions, is sent their answers, and returns its own."""


def caffe2_interference_dp(
    net: Net, options: RecyclingOptions, trace: Trace | None = None
) -> Assignment:
    """Share blobs by their live ranges; of the options it reads `static` and `sizes`.

    Raises:
        InvalidNet: No blob is read after the first op.
        MissingSize: Sizes are given, but not of every blob.
        Unorderable: A blob is read for the last time before it is written.
    """
    if trace is not None:
        trace.defer(lambda again: _watched(net, options, again))
    return share_by_ranges(net, options, compute_assignments_dp)


def _watched(net: Net, options: RecyclingOptions, trace: Trace) -> None:
    def algorithm(ranges: Sequence[Named]) -> Assignments:
        lines = compute_assignments_dp(ranges)
        LineWatch(net, trace).lined_up(lines)
        return lines

    share_by_ranges(net, options, algorithm, trace)


def compute_assignments_dp(
    ranges_sorted: Sequence[Named], init_assignment: Assignments | None = None
) -> Assignments:
    """Assign blobs, given by last read, on top of what is assigned already.

    Raises:
        Unorderable: A blob is read for the last time before it is written.
    """
    open_questions: list[Solving] = [_solve(ranges_sorted, init_assignment or [])]
    answer: Assignments | None = None
    while open_questions:
        try:
            # The first send to a generator must be None; later ones carry the answer.
            question = open_questions[-1].send(answer)  # type: ignore[arg-type]
        except StopIteration as solved:
            answer = solved.value
            open_questions.pop()
        else:
            answer = None
            open_questions.append(_solve(*question))
    return [list(assignment) for assignment in answer or ()]


def _solve(ranges: Sequence[Named], start: Assignments) -> Solving:
    best: list[Assignments] = []  # best[k]: for the blobs up to k
    for index, current in enumerate(ranges):
        over = next((k for k in reversed(range(index)) if _all_over(current, best[k])), -1)
        base = start if over < 0 else best[over]
        between = ranges[over + 1 : index]
        _check_uses(current, between)
        candidates = []
        for place, assignment in enumerate(base):
            if not is_compatible(current[1], assignment, ()):
                continue
            extended = [*assignment, current]
            others = base[:place] + base[place + 1 :]
            if between:
                candidates.append([*(yield between, others), extended])
            else:
                candidates.append([*base[:place], extended, *base[place + 1 :]])
        candidates.append([*(best[-1] if best else start), [current]])
        best.append(min(candidates, key=get_memory_usage))
    return best[-1] if best else start


def _all_over(current: Named, assignments: Assignments) -> bool:
    """Whether the blob begins after the last one of every assignment."""
    return all(is_compatible(current[1], assignment, ()) for assignment in assignments)


def _check_uses(current: Named, between: Sequence[Named]) -> None:
    for name, live in between:
        if is_compatible(live, [current], ()):
            raise Unorderable(
                f"{quoted(name)} is read for the last time before it is written, so it has no "
                "place in the order of last reads; make it static, or use the greedy algorithm"
            )
