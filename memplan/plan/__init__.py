"""The question and the answer: buffers that want memory, and where each of them lies.

Time is the index of an op; every range is half-open. A step has three phases: the op's outputs
are allocated, the op runs, what it read for the last time is freed. So the inputs and outputs
of one op are alive together (unless one is written in place of the other).

    op      0    1    2    3            offset
    a      [─────────)                  128 ┌────┐
    b           [─────────)                 │ b  ├────┐   c lies where a lay: their live
    c                [─────────)         64 ├────┤ d  │   ranges [0, 2) and [2, 4) only touch
    d                     [────)          0 └ a  ┴ c  ┘

`Problem` holds the buffers and the spaces that they may lie in. `Plan` gives each buffer of
known size an offset; buffers of unknown size stay without one, and every sum is over the known.
"""

from __future__ import annotations

from memplan.plan.answer import Placement, Plan, Witness, WitnessKind
from memplan.plan.decision import Decision, Reason, Rejection, State, Turn, decided
from memplan.plan.problem import (
    Buffer,
    BufferKind,
    LiveRange,
    Problem,
    ScratchRequest,
    Space,
    Window,
)
from memplan.plan.trace import Again, Decisions, Progress, Trace, noted_again

__all__ = [
    "Again",
    "Buffer",
    "BufferKind",
    "Decision",
    "Decisions",
    "LiveRange",
    "Placement",
    "Plan",
    "Problem",
    "Progress",
    "Reason",
    "Rejection",
    "ScratchRequest",
    "Space",
    "State",
    "Trace",
    "Turn",
    "Window",
    "Witness",
    "WitnessKind",
    "decided",
    "noted_again",
]
