"""Lesson 6: holes that nobody fits into, and how far a plan is from the least there can be."""

from __future__ import annotations

from memplan.lessons.lesson import Figures, Lesson, Scene, Source
from memplan.lessons.sketch import Sketch
from memplan.net import Net

__all__ = ["LESSON"]


def _staircase() -> Net:
    sketch = Sketch("staircase")
    sketch.given("data", 12)
    sketch.fc("data", "a", 8)
    sketch.op("Tanh", "a", "b")
    sketch.fc("b", "c", 12)
    sketch.fc("c", "d", 2)
    sketch.fc("d", "e", 12)
    sketch.fc("e", "f", 6)
    sketch.op("Sigmoid", "f", "g")
    sketch.wanted("g")
    return sketch.net()


def _text(figures: Figures) -> str:
    greedy, bound = figures.peak_bytes(0), figures.bound_bytes(0)
    at = figures.scenes[0].study().plan.offsets or {}
    return f"""
    The lower bound says what must be there at once. A plan may still need more: when free bytes
    lie in pieces, none of them large enough. That is called fragmentation.

    Here the bound is {figures.bound(0)}, but the biggest blob first ends at {figures.peak(0)}:
    {greedy / bound - 1:.0%} more. Of its arena, {1 - bound / greedy:.0%} is fragmentation: the part
    that no live blob ever needed, even at the fullest op.

    Watch how it happens: “a” is alive together with “data”, so it goes above it, to byte
    {at["a"]:,}. “b” is alive together with “a” and with “c”, so it must go above both, to byte
    {at["b"]:,}: that makes the peak, although at that time the bytes of “data” are long free.

    The second run takes what is alive at the fullest op first, and ends at {figures.peak(1)}. A
    plan that reaches the bound is proven: none can be better. Of one that does not nobody knows at
    once: a better plan may exist, or the bound itself may be out of reach.

    To find out is a hard problem (NP-hard): some net makes every known method try nearly
    everything. For a handful of blobs that is no trouble. The third run does it, step by step,
    and comes to {figures.peak_of_run(2)}.
    """


LESSON = Lesson(
    "fragmentation",
    "Fragmentation, and the lower bound",
    "Tell a plan that cannot be better from one of which nobody knows.",
    (
        Scene("Biggest first", _staircase, "greedy_by_size"),
        Scene("Fullest step first", _staircase, "fullest_first"),
        Scene("A search for the least", _staircase, "search"),
    ),
    _text,
    "On paper: draw bytes upwards over ops to the right, and place the blobs so that you stay at "
    "the lower bound. It can be done: what if each blob goes to the other end than the one before?",
    "Cut the blobs out of cardboard, as wide as they live and as high as they are large. They may "
    "slide up and down, never sideways: that is the whole problem.",
    (
        Source(
            "Pisarchyk, Lee: Efficient Memory Management for Deep Neural Net Inference (2020)",
            "https://arxiv.org/abs/2001.03288",
        ),
        Source(
            "Garey, Johnson: Computers and Intractability (1979), problem SR2, dynamic storage "
            "allocation",
            "",
        ),
    ),
)
