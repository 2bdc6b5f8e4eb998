"""Lesson 11: the same problem under other names, and what theory knows of it."""

from __future__ import annotations

from memplan.lessons.lesson import Figures, Lesson, Scene, Source
from memplan.lessons.sketch import Sketch
from memplan.net import Net

__all__ = ["LESSON"]


def _equal() -> Net:
    sketch = Sketch("equal sizes")
    sketch.given("data", 4)
    sketch.op("Relu", "data", "a")
    sketch.op("Tanh", "a", "b")
    sketch.op("Relu", "b", "c")
    sketch.op("Sum", "c a", "d")
    sketch.op("Tanh", "d", "e")
    sketch.op("Sum", "e b", "f")
    sketch.op("Relu", "f", "out")
    sketch.wanted("out")
    return sketch.net()


def _text(figures: Figures) -> str:
    unit = figures.scenes[0].study("naive").problem.buffers[0].size or 1
    needed, bound = figures.peak_bytes(0) // unit, figures.bound_bytes(0) // unit
    return f"""
    Compilers call it register allocation: variables live for a time, registers are slots, all of
    one size. When all sizes are equal and live ranges are intervals, the most alive at once is
    always enough: here {bound} at once, and {needed} slots. Mathematicians call that colouring an
    interval graph, and it is easy: give each newcomer any slot that is free.

    With different sizes it becomes dynamic storage allocation, and finding the least is NP-hard.
    But it can be approached: there is always a plan of at most 3 times the lower bound, and one
    that is quickly found; with more effort one of at most 2 + ε times the best plan.

    malloc has it harder still: it must decide at once and knows nothing of the future. Robson
    showed what that costs: against the worst customer, with M bytes in use at most and sizes up
    to n, any allocator that never moves a block may need about M/2 · log₂ n bytes. A planner of
    nets sees the whole run before it starts, and that is its great advantage.

    So what is special about nets? The future is known, sizes range over thousands to one, blobs
    are few (hundreds, not millions), and the same plan is used a million times. Seconds of search
    are worth a kilobyte.
    """


LESSON = Lesson(
    "elsewhere",
    "The same problem elsewhere",
    "Recognise memory planning under its other names, and say what can be proven of it.",
    (
        Scene("Equal sizes: interval colouring", _equal, "greedy_by_size"),
        Scene("Slots, as registers", _equal, "safe"),
    ),
    _text,
    "Make the sizes in your mind unequal, one blob twice as large: can the bound still be reached "
    "here? Look at Compare with a net of your own: how far from the bound are its plans?",
    "A link to other courses: bin packing forgets time, scheduling forgets space. Strip packing "
    "turns this problem by 90 degrees, and lets pieces move sideways as well.",
    (
        Source(
            "Chaitin: Register Allocation and Spilling via Graph Coloring (1982)",
            "https://doi.org/10.1145/872726.806984",
        ),
        Source(
            "Poletto, Sarkar: Linear Scan Register Allocation (1999)",
            "https://doi.org/10.1145/330249.330250",
        ),
        Source(
            "Gergov: Algorithms for Compile-Time Memory Optimization (1999), the factor 3",
            "",
        ),
        Source(
            "Buchsbaum, Karloff, Kenyon, Reingold, Thorup: OPT versus LOAD in Dynamic Storage "
            "Allocation (2003), the factor 2 + ε",
            "https://doi.org/10.1145/780542.780624",
        ),
        Source(
            "Robson: Bounds for Some Functions Concerning Dynamic Storage Allocation (1974)",
            "https://doi.org/10.1145/321832.321846",
        ),
    ),
)
