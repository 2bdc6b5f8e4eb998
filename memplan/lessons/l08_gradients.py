"""Lesson 8: training keeps what inference would let go; recomputing buys memory with time."""

from __future__ import annotations

from memplan.lessons.lesson import Figures, Lesson, Scene, Source
from memplan.lessons.sketch import Sketch
from memplan.net import Net

__all__ = ["LESSON"]

_LAYERS = 8
_SEGMENT = 3


def _forward(name: str) -> Sketch:
    sketch = Sketch(name)
    sketch.given("y0", 8)
    for k in range(1, _LAYERS + 1):
        sketch.op("Tanh", f"y{k - 1}", f"y{k}")
    return sketch


def _inference() -> Net:
    sketch = _forward("inference")
    sketch.wanted(f"y{_LAYERS}")
    return sketch.net()


def _training() -> Net:
    sketch = _forward("training")
    sketch.gradient("ConstantFill", f"y{_LAYERS}", f"y{_LAYERS}_grad")
    for k in range(_LAYERS, 0, -1):
        sketch.gradient("TanhGradient", f"y{k} y{k}_grad", f"y{k - 1}_grad")
    sketch.wanted("y0_grad")
    return sketch.net()


def _recomputing() -> Net:
    sketch = _forward("recomputing")
    sketch.gradient("ConstantFill", f"y{_LAYERS}", f"y{_LAYERS}_grad")
    there = {k: f"y{k}" for k in range(0, _LAYERS + 1, _SEGMENT)} | {_LAYERS: f"y{_LAYERS}"}
    for k in range(_LAYERS, 0, -1):
        # The layers since the last one that was kept are run once more, when they are needed.
        for back in range(max(j for j in there if j <= k) + 1, k + 1):
            there[back] = f"again{back}"
            sketch.op("Tanh", there[back - 1], there[back])
        sketch.gradient("TanhGradient", f"{there[k]} y{k}_grad", f"y{k - 1}_grad")
        del there[k]
    sketch.wanted("y0_grad")
    return sketch.net()


def _text(figures: Figures) -> str:
    ops = [len(figures.net(scene).ops) for scene in range(3)]
    return f"""
    When a chain of layers only answers, each blob dies at the next layer: however long the chain,
    {figures.bound(0)} are enough for this one of {ops[0]} ops.

    Training goes back. The gradient of each layer needs what the layer made on the way there. So
    the first blob that is made is needed by nearly the last op: live ranges nest like brackets.
    The same {ops[0]} layers, there and back, need {figures.bound(1)} at once, and that grows with
    every layer.

    What can be done: let blobs go, and make them anew when the way back comes to them. The third
    run keeps every {_SEGMENT}rd blob. It needs {figures.bound(2)} at once, and runs
    {ops[2] - ops[1]} ops more than the {ops[1]} of the second: memory is paid for in time.

    If √n of n blobs are kept, memory grows with √n, for at most one more forward pass. Gradients
    themselves die young: the next op reads them, and then they are free. That is why Caffe2 has a
    pass that shares gradients alone.
    """


LESSON = Lesson(
    "gradients",
    "Gradients, and the trade of recomputing",
    "Say why training needs more memory, and what recomputing costs.",
    (
        Scene("Forward alone", _inference, "liveness"),
        Scene("There and back", _training, "liveness"),
        Scene("With recomputing", _recomputing, "liveness"),
        Scene("Gradients share", _training, "caffe2_gradients"),
    ),
    _text,
    "In the second run, stop at the fullest op and count what is alive. In the third, find the op "
    "that makes a blob for the second time: how long does that one live?",
    "The picture of nested bars is the point: no planner can help, for all of it is alive at once. "
    "Only another net (recomputing), another place (offloading) or fewer bytes (types) can.",
    (
        Source(
            "Chen, Xu, Zhang, Guestrin: Training Deep Nets with Sublinear Memory Cost (2016)",
            "https://arxiv.org/abs/1604.06174",
        ),
        Source(
            "Griewank, Walther: Algorithm 799: revolve (2000), on the best places to keep",
            "https://doi.org/10.1145/347837.347846",
        ),
    ),
)
