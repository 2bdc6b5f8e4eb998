"""TensorFlow Lite Micro's planner: the head of its arena, byte for byte.

Idea: greedy by size, each buffer in the lowest gap that fits; what the file itself gives a place
lies there, and is placed before all others.
Faithful to: GreedyMemoryPlanner, fed as MicroAllocator feeds it: every size is rounded up to
16 bytes, equal sizes go by descending number of the request (the place in `problem.buffers`:
tensors in the order of the file, then the scratch of kernels, which so comes first among
equals), fixed offsets by ascending number, and nothing moves them where they overlap.
State (variable tensors) lies in the arena's tail, so whoever asks leaves it out.
Differs: tensors that no op touches take no memory here, and a nested net is planned as a block
of its op, where TensorFlow Lite Micro lays out the tensors of all subgraphs together; both
occur in few models. Buffers of no bytes lie at 0. More than 16 bytes of alignment can be asked.
Cost: the number of pairs alive together.
Reference: tensorflow/lite/micro/memory_planner/greedy_memory_planner.cc of tflite-micro.
"""

from __future__ import annotations

from dataclasses import replace
from math import lcm

from memplan.liveness import Accounting, problem_from, with_file_offsets
from memplan.net import Net
from memplan.plan import Buffer, Plan, Problem, Trace
from memplan.planners.placing import first_fit
from memplan.planners.proof import proof_of
from memplan.planners.spaces import pack_each_space
from memplan.units import align_up

__all__ = ["TFLM_ALIGNMENT", "offline_plan", "tflm"]

TFLM_ALIGNMENT = 16


def tflm(problem: Problem, trace: Trace | None = None) -> Plan:
    """Lay out the head; the plan's problem is the one given with its sizes rounded up.

    >>> from memplan.plan import LiveRange
    >>> a, b = Buffer("a", LiveRange(0, 2), 1), Buffer("b", LiveRange(1, 2), 1)
    >>> dict(tflm(Problem((a, b))).offsets), tflm(Problem((a, b))).peak
    ({'b': 0, 'a': 16}, 32)
    """
    whole = _rounded(problem)
    if len(whole.spaces) > 1:
        return proof_of(pack_each_space(whole, lambda part: _one_space(part, trace)))
    return _one_space(whole, trace)


def offline_plan(net: Net, accounting: Accounting | None = None) -> Plan | None:
    """The plan that the file itself carries, as the engine completes it; None where it has none.

    What the file leaves open is placed around what it fixes. A plan that comes with a file may
    be unsafe: that is for `verify` to say.
    """
    accounting = accounting or Accounting(state=False)
    fixed = with_file_offsets(problem_from(net, accounting), net)
    return tflm(fixed) if any(b.offset is not None for b in fixed.buffers) else None


def _rounded(problem: Problem) -> Problem:
    buffers = (
        b if b.size is None else replace(b, size=align_up(b.size, TFLM_ALIGNMENT))
        for b in problem.buffers
    )
    spaces = (replace(s, alignment=lcm(s.alignment, TFLM_ALIGNMENT)) for s in problem.spaces)
    return Problem(tuple(buffers), tuple(spaces), problem.conflicts)


def _one_space(problem: Problem, trace: Trace | None) -> Plan:
    number = {buffer.name: place for place, buffer in enumerate(problem.buffers)}

    def turn(buffer: Buffer) -> tuple[bool, int, int]:
        place = number[buffer.name]
        if buffer.offset is not None:
            return False, 0, place
        return True, -(buffer.size or 0), -place

    queue = sorted((b for b in problem.buffers if b.size is not None), key=turn)
    return first_fit(problem, queue, "tflm", trace)
