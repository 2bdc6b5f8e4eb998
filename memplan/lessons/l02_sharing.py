"""Lesson 2: memory of the dead is free: sharing in its simplest form."""

from __future__ import annotations

from memplan.lessons.lesson import Figures, Lesson, Scene, Source
from memplan.lessons.sketch import Sketch
from memplan.net import Net

__all__ = ["LESSON"]


def _chain() -> Net:
    sketch = Sketch("long chain")
    sketch.given("data", 8)
    last = "data"
    for name, kind in zip(
        "abcdef", ("Relu", "Tanh", "Sigmoid", "Relu", "Tanh", "Relu"), strict=True
    ):
        sketch.op(kind, last, name)
        last = name
    sketch.wanted("f")
    return sketch.net()


def _text(figures: Figures) -> str:
    made = figures.scenes[1].study().plan
    slots = len(set((made.slots or {}).values()))
    return f"""
    The simplest way to give out memory: every blob gets bytes of its own, and keeps them. This
    chain of {len(figures.net(0).ops)} ops then takes {figures.peak(0)}.

    But once the last reader of a blob has run, its bytes hold nothing that anybody wants. The
    next blob may be written there. That is all there is to memory reuse.

    Caffe2's oldest pass does it with a stack: a blob that was read for the last time goes on the
    stack, and the next blob that is written takes what lies on top.

    It ends with {slots} pieces of memory, called slots, and {figures.peak(1)}:
    {figures.less(0, "naive", "caffe2_simple")} less. What comes from outside and what goes outside
    keep memory of their own here.
    """


LESSON = Lesson(
    "sharing",
    "Sharing memory, the simplest way",
    "Say which blob may take whose memory, and why not earlier.",
    (
        Scene("No sharing", _chain, "naive"),
        Scene("A stack of free blobs", _chain, "caffe2_simple"),
    ),
    _text,
    "Play both runs and compare the ends. Could one slot be enough for “a” to “e”? Look at what an "
    "op needs while it runs.",
    "The two runs use one net: show the first to the end, then switch. Ask for the number of "
    "slots of a chain ten times as long: it is the same.",
    (
        Source(
            "PyTorch, caffe2/core/memonger.cc, optimize_inference_net",
            "https://github.com/pytorch/pytorch/blob/v1.7.0/caffe2/core/memonger.cc",
        ),
    ),
)
