"""Lesson 5: first fit, best fit, and why it helps to know the sizes beforehand."""

from __future__ import annotations

from memplan.lessons.lesson import Figures, Lesson, Scene, Source
from memplan.lessons.sketch import Sketch
from memplan.net import Net

__all__ = ["LESSON"]


def _many_sizes() -> Net:
    sketch = Sketch("many sizes")
    sketch.given("data", 4)
    sketch.fc("data", "a", 8)
    sketch.op("Relu", "data", "b")
    sketch.op("Sigmoid", "a", "c")
    sketch.op("Sum", "c a", "d")
    sketch.fc("d", "e", 6)
    sketch.op("Tanh", "d", "f")
    sketch.op("Relu", "f", "g")
    sketch.fc("g", "h", 8)
    sketch.wanted("b", "e", "f", "g", "h")
    return sketch.net()


def _small_ones() -> Net:
    sketch = Sketch("small ones between")
    sketch.given("data", 6)
    sketch.fc("data", "a", 6)
    sketch.op("Tanh", "a", "b")
    sketch.fc("b", "c", 2)
    sketch.fc("c", "d", 3)
    sketch.fc("c", "e", 8)
    sketch.op("Sigmoid", "e", "f")
    sketch.op("Relu", "d", "g")
    sketch.op("Relu", "g", "h")
    sketch.op("Sigmoid", "f", "i")
    sketch.wanted("b", "h", "i")
    return sketch.net()


def _text(figures: Figures) -> str:
    first, best = (figures.peak(1, name) for name in ("first_fit_by_birth", "online_best_fit"))
    size = figures.peak_bytes(2)
    end = "the lower bound" if size == figures.bound_bytes(2) else figures.peak(2)
    return f"""
    Blobs have many sizes, so one slot for one blob is a waste: a small blob in a large slot leaves
    the rest idle. An arena is one stretch of memory in which each blob gets an offset, a byte
    at which it begins. Free stretches between blobs are holes.

    Which hole should a blob take? First fit: the lowest that is large enough. Best fit: the one
    that it fills best. Both decide when the blob is born, and know nothing of what is to come, as
    an allocator at run time. Here first fit ends at {figures.peak(0)}, best fit at
    {figures.peak(1)}.

    It is tempting to think that best fit is better. In the fourth run it is the other way round:
    first fit needs {figures.peak(3, "first_fit_by_birth")} for that net, best fit
    {figures.peak(3)}. It puts “g” where “e” lay, the hole that “g” fills best at that time; but
    then nothing is left in one piece for “i”, which is as large as “e” was.

    But a net is known before it runs. Then the biggest blobs may choose first, while all is free,
    and the small ones fill the holes. Biggest first comes to {end} here, where
    the other two came to {first} and {best}.
    """


LESSON = Lesson(
    "fit",
    "First fit, best fit, and the biggest first",
    "Place a blob by each of three rules, and say why knowing the sizes beforehand helps.",
    (
        Scene("First fit", _many_sizes, "first_fit_by_birth"),
        Scene("Best fit", _many_sizes, "online_best_fit"),
        Scene("Biggest first", _many_sizes, "greedy_by_size"),
        Scene("Where best fit loses", _small_ones, "online_best_fit"),
    ),
    _text,
    "In the fourth run, jump from refusal to refusal (the key n). Which decision was the mistake? "
    "Could the planner have known it at that time?",
    "Packing a car boot makes the point at once: suitcases first, then shoes. Mind that biggest "
    "first is no proof of anything: the next lesson shows a net on which it fails.",
    (
        Source(
            "Knuth: The Art of Computer Programming, vol. 1, section 2.5, dynamic storage "
            "allocation",
            "",
        ),
        Source(
            "Wilson, Johnstone, Neely, Boles: Dynamic Storage Allocation: A Survey and Critical "
            "Review (1995)",
            "https://doi.org/10.1007/3-540-60368-9_19",
        ),
        Source(
            "Pisarchyk, Lee: Efficient Memory Management for Deep Neural Net Inference (2020)",
            "https://arxiv.org/abs/2001.03288",
        ),
    ),
)
