"""Lesson 3: an op that writes over what it reads."""

from __future__ import annotations

from memplan.lessons.lesson import Figures, Lesson, Scene, Source
from memplan.lessons.sketch import Sketch
from memplan.net import Net

__all__ = ["LESSON"]


def _apart() -> Net:
    sketch = Sketch("apart")
    sketch.given("data", 4)
    sketch.fc("data", "a", 16)
    sketch.op("Relu", "a", "b")
    sketch.fc("b", "c", 12)
    sketch.op("Tanh", "c", "d")
    sketch.fc("d", "out", 2)
    sketch.wanted("out")
    return sketch.net()


def _in_place() -> Net:
    sketch = Sketch("in place")
    sketch.given("data", 4)
    sketch.fc("data", "a", 16)
    sketch.op("Relu", "a", "a")
    sketch.fc("a", "c", 12)
    sketch.op("Tanh", "c", "c")
    sketch.fc("c", "out", 2)
    sketch.wanted("out")
    return sketch.net()


def _read_later() -> Net:
    sketch = Sketch("read later")
    sketch.given("data", 4)
    sketch.fc("data", "a", 16)
    sketch.op("Relu", "a", "b")
    sketch.op("Sum", "b a", "c")
    sketch.fc("c", "out", 2)
    sketch.wanted("out")
    return sketch.net()


def _text(figures: Figures) -> str:
    fewer = len(figures.scenes[0].study().problem.buffers)
    left = len(figures.scenes[1].study().problem.buffers)
    return f"""
    While an op runs, what it reads and what it writes are both alive. For an op that looks at one
    number at a time, such as Relu, that is a waste: it could write each result over the number
    that it has just read. That is called in place.

    The two first runs are the same net, once with Relu and Tanh into new blobs, and once in
    place. {fewer} blobs become {left}, and the peak falls from {figures.peak(0)} to
    {figures.peak(1)}.

    In place is right under three conditions: nobody reads the old content later, the new content
    is as large as the old, and the op allows it. A matrix product does not: it needs each number
    of its input many times.

    The third run shows the first condition broken: “a” is read once more by Sum, so Relu must not
    write over it. There {figures.bound(2)} are needed at once, whatever the planner.
    """


LESSON = Lesson(
    "in_place",
    "In place: writing over what was just read",
    "Say when an op may write over its input, and what that saves.",
    (
        Scene("Into new blobs", _apart, "greedy_by_size"),
        Scene("In place", _in_place, "greedy_by_size"),
        Scene("Read again later", _read_later, "liveness"),
    ),
    _text,
    "In the third run, find the op after which “a” may be overwritten. Which op of that net could "
    "work in place then, and over which of its inputs?",
    "Sum may write over either input once both die there: Caffe2 allows it for its first input "
    "alone. The graph shows a blob that is written in place twice, in one colour: one memory.",
    (
        Source(
            "Chen, Xu, Zhang, Guestrin: Training Deep Nets with Sublinear Memory Cost (2016), "
            "section 3, in-place operations",
            "https://arxiv.org/abs/1604.06174",
        ),
    ),
)
