"""Lesson 7: the same ops in another order need another amount of memory."""

from __future__ import annotations

from memplan.lessons.lesson import Figures, Lesson, Scene, Source
from memplan.lessons.sketch import Sketch
from memplan.net import Net

__all__ = ["LESSON"]

_BY_BRANCH = (0, 2, 1, 3, 4, 5)


def _sketch() -> Sketch:
    sketch = Sketch("two arms")
    sketch.given("data", 2)
    sketch.fc("data", "big1", 16)
    sketch.fc("data", "big2", 16)
    sketch.fc("big1", "small1", 2)
    sketch.fc("big2", "small2", 2)
    sketch.op("Sum", "small1 small2", "sum")
    sketch.fc("sum", "out", 2)
    sketch.wanted("out")
    return sketch


def _side_by_side() -> Net:
    return _sketch().net()


def _one_arm_first() -> Net:
    return _sketch().net(_BY_BRANCH)


def _text(figures: Figures) -> str:
    return f"""
    Ops of a net must come after those whose results they read. That leaves a choice: two branches
    can be run layer by layer, side by side, or one of them to its end and then the other.

    Side by side, both big blobs are alive together, and {figures.bound(0)} must be there at op
    {figures.bound_step(0)}. One arm first, the big blob has shrunk to a small one before the
    other big blob is born: then {figures.bound(1)} are enough. The ops are the same, and so is
    the result.

    So the lower bound is a bound for one order. A planner of offsets takes the order as it is;
    who may change the order can get below what no planner of offsets can reach.

    To find the best order is as hard as the other problem: it is known from the early days of
    compilers, where the question was in how few registers an expression can be worked out.
    """


LESSON = Lesson(
    "order",
    "The order of ops changes the peak",
    "See in a graph which order of its ops needs less memory.",
    (
        Scene("Side by side", _side_by_side, "liveness"),
        Scene("One arm, then the other", _one_arm_first, "liveness"),
        Scene("The plan for that order", _one_arm_first, "greedy_by_size"),
    ),
    _text,
    "Suppose the arms were not alike, one with a big blob in it and the other with a huge one. "
    "Which should run first? Work it out for sizes of your own, then think of a rule.",
    "The rule for two arms: first the one whose peak is further above what it leaves behind. It is "
    "Sethi and Ullman's numbering with sizes in the place of registers.",
    (
        Source(
            "Sethi, Ullman: The Generation of Optimal Code for Arithmetic Expressions (1970)",
            "https://doi.org/10.1145/321607.321620",
        ),
        Source(
            "Liu: An Application of Generalized Tree Pebbling to Sparse Matrix Factorization "
            "(1987)",
            "https://doi.org/10.1137/0608031",
        ),
        Source(
            "Ahn et al.: Ordering Chaos: Memory-Aware Scheduling of Irregularly Wired Neural "
            "Networks for Edge Devices (2020)",
            "https://arxiv.org/abs/2003.02369",
        ),
    ),
)
