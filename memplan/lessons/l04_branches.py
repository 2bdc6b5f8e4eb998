"""Lesson 4: branches that run at the same time, and the tokens that keep them apart."""

from __future__ import annotations

from memplan.lessons.lesson import Figures, Lesson, Scene, Source
from memplan.lessons.sketch import Sketch
from memplan.net import Net
from memplan.study import Settings

__all__ = ["LESSON"]


def _fork(kind: str) -> Net:
    sketch = Sketch("fork", kind)
    sketch.given("data", 8)
    sketch.op("Relu", "data", "a")
    sketch.op("Tanh", "a", "l")
    sketch.op("Relu", "l", "l2")
    sketch.op("Sigmoid", "l2", "l3")
    sketch.op("Tanh", "a", "r")
    sketch.op("Relu", "r", "r2")
    sketch.op("Sum", "l3 r2", "s")
    sketch.op("Relu", "s", "out")
    sketch.wanted("out")
    return sketch.net()


def _one_by_one() -> Net:
    return _fork("simple")


def _parallel() -> Net:
    return _fork("dag")


def _text(figures: Figures) -> str:
    at_once = Settings(planner="caffe2_simple", parallel=True)
    wrong = figures.scenes[0].study(settings=at_once).unsafe
    assert wrong is not None, "the lesson's net must show the danger"
    slots = [len(set((scene.study().plan.slots or {}).values())) for scene in figures.scenes]
    return f"""
    This net forks at “a”: a left branch makes “l”, “l2”, “l3”, a right branch “r” and “r2”. One
    op after the other, the order is clear, and the linear pass lets the right branch take memory
    that the left one is done with: {slots[0]} slots are enough.

    But a runtime may give each branch to a thread of its own. Then nobody knows which op is
    ahead, and the right branch may write where the left one is still to read. memplan's check
    says of the same plan: {wrong}. (Blobs of one slot get one new name.)

    So the pass for parallel nets hands out tokens. Where the net forks, each branch gets a token
    of its own. A blob remembers the tokens of all ops that used it, and only an op that holds
    them all may take its memory: that op comes later, whoever is faster.

    The branches meet at Sum, which holds the tokens of both. The price of safety is
    {slots[1]} slots instead of {slots[0]}.
    """


LESSON = Lesson(
    "branches",
    "Branches at the same time: tokens",
    "Say why a plan can be right for one thread and wrong for two.",
    (
        Scene("One op after the other", _one_by_one, "caffe2_simple"),
        Scene("Branches in parallel: tokens", _parallel, "caffe2_dag"),
    ),
    _text,
    "In the first run, find the blob of the right branch that takes memory of the left one. Say "
    "aloud how two threads could spoil the result. Then look for that blob in the second run.",
    "A token is a promise about order, like a baton in a relay. Draw the fork on the board, and "
    "let two students be the threads: one of them sleeps at the worst moment.",
    (
        Source(
            "PyTorch, caffe2/core/memonger.cc, ComputeBlobRecyclingForDag",
            "https://github.com/pytorch/pytorch/blob/v1.7.0/caffe2/core/memonger.cc",
        ),
        Source(
            "Lamport: Time, Clocks, and the Ordering of Events in a Distributed System (1978), "
            "on what comes before what without a common clock",
            "https://doi.org/10.1145/359545.359563",
        ),
    ),
)
