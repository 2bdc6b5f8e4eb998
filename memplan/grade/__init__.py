"""Write your own planner: a stranger's `def plan(problem)` is run, checked and ranked.

A submission is a Python file with a function ``plan(problem)``: `example.EXAMPLE` shows one and
says what it is given. It runs in a child process (`asking`, `guarded_child`) within bounds on
time and memory, without files or network; what it answers is verified here, outside, and ranked
by peak over bound on problems that are drawn from a seed (`instances`, `ranking`).

    source ──asking──▶ guarded_child ──offsets──▶ verify ──▶ peak / bound ──ranking──▶ a table

On Linux (x86-64 and arm64) the kernel itself keeps a submission from everything but computing
(`system_calls`). Elsewhere only Python does, which somebody who knows it well gets around.
"""

from __future__ import annotations

from memplan.grade.asking import MODULES, Limits, Outcome, Status, ask, is_sealed
from memplan.grade.example import EXAMPLE
from memplan.grade.instances import Instance, draw
from memplan.grade.ranking import Row, baselines, grade, grade_one, ranked
from memplan.grade.reading import read_folder

__all__ = [
    "EXAMPLE",
    "MODULES",
    "Instance",
    "Limits",
    "Outcome",
    "Row",
    "Status",
    "ask",
    "baselines",
    "draw",
    "grade",
    "grade_one",
    "is_sealed",
    "ranked",
    "read_folder",
]
