"""Lesson 1: what a blob is, and when it lives."""

from __future__ import annotations

from memplan.lessons.lesson import Figures, Lesson, Scene, Source
from memplan.lessons.sketch import Sketch
from memplan.net import Net

__all__ = ["LESSON"]


def _chain() -> Net:
    sketch = Sketch("chain")
    sketch.given("data", 4)
    sketch.fc("data", "a", 16)
    sketch.op("Relu", "a", "b")
    sketch.fc("b", "c", 8)
    sketch.op("Tanh", "c", "d")
    sketch.fc("d", "out", 2)
    sketch.wanted("out")
    return sketch.net()


def _text(figures: Figures) -> str:
    live = figures.scenes[0].study().problem.buffers
    by_name = {buffer.name: buffer.live for buffer in live}
    a = by_name["a"]
    return f"""
    A neural net is a row of operators, ops for short. An op reads tensors and writes tensors.
    Each tensor between two ops is a blob: a stretch of memory that holds numbers.

    A blob is needed from the op that writes it to the last op that reads it. That time is its
    live range. Time is counted in ops: op 0, op 1, and so on.

    Here {len(figures.net(0).ops)} ops have {len(live)} blobs. “a” has the live range {a}: born at
    op {a.begin}, and from op {a.end} on nobody needs it. The second number is always one after
    the last use.

    Added up, all blobs have {figures.peak(0, "naive")}. But they are never all alive: the most at
    one time is {figures.bound(0)}, while op {figures.bound_step(0)} runs. No plan can need less
    than that, so it is called the lower bound.
    """


LESSON = Lesson(
    "blob",
    "What is a blob, and when does it live?",
    "Read a live range, and find the op at which most memory is needed.",
    (Scene("Live ranges of a chain", _chain, "liveness"),),
    _text,
    "Step to the moment where “b” is born. Before you go on: at which op does “a” die? Then watch "
    "the curve below: why does it rise at some ops and fall at others?",
    "Let the class find the fullest op by adding up before the curve is shown. A frequent "
    "mistake: to let an input of an op die before the op's output is born. Both must be there "
    "while the op runs.",
    (
        Source(
            "Aho, Lam, Sethi, Ullman: Compilers (2nd ed., 2006), section 9.2.5, live variables",
            "",
        ),
        Source(
            "Pisarchyk, Lee: Efficient Memory Management for Deep Neural Net Inference (2020)",
            "https://arxiv.org/abs/2001.03288",
        ),
    ),
)
