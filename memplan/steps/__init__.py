"""Planners step by step: from a net to the frames that show how its plan came to be.

    run_of(net, "greedy_by_size") → Run: method, study, frames

Pure and complete: the last frame of a run is exactly the planner's answer, and each frame says
all that is to be seen at its moment. Sentences, colours and the stepper itself are made of it
elsewhere (`views`, `export`, `ui`).
"""

from __future__ import annotations

from memplan.steps.frames import (
    EVENTS,
    Block,
    Cell,
    CellKind,
    Fact,
    Frame,
    Happening,
    Method,
    Picture,
    Run,
)
from memplan.steps.methods import METHODS, MOST_OPS, method_named, run_of
from memplan.steps.why import Why

__all__ = [
    "EVENTS",
    "METHODS",
    "MOST_OPS",
    "Block",
    "Cell",
    "CellKind",
    "Fact",
    "Frame",
    "Happening",
    "Method",
    "Picture",
    "Run",
    "Why",
    "method_named",
    "run_of",
]
