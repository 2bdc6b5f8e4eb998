"""Lesson 9: nets inside ops: loops and branches that are chosen at run time."""

from __future__ import annotations

from memplan.lessons.bundled import bundled
from memplan.lessons.lesson import Figures, Lesson, Scene, Source
from memplan.net import Net
from memplan.plan import BufferKind
from memplan.units import format_bytes

__all__ = ["LESSON"]


def _conditional() -> Net:
    return bundled("async_if")


def _recurrent() -> Net:
    return bundled("recurrent")


def _text(figures: Figures) -> str:
    inner = [
        [buffer for buffer in scene.study("naive").problem.buffers
         if buffer.kind is BufferKind.SCRATCH]
        for scene in figures.scenes[:2]
    ]  # fmt: skip
    room = [format_bytes(sum(buffer.size or 0 for buffer in found)) for found in inner]
    return f"""
    Some ops hold nets of their own: If holds one net for yes and one for no, and a recurrent op
    holds the net of one time step. Such a net runs while its op runs, and needs memory inside.

    For the outer net that is room which one op needs while it runs, and no longer. Of two branches
    only one runs, so the larger is what counts, not the sum. In the first net here that room is
    {room[0]}.

    What an inner net reads from outside must stay alive until the op is over, even though the op
    does not list it: a planner that looks at the op's own inputs alone would give that memory
    away. Caffe2's linear pass does just that, and its answer for such nets has to be checked.

    In a loop, what one turn hands to the next stays alive across the jump back. And where a
    backward pass will come, every turn must be kept: the second net keeps its time steps in the
    last output of the recurrent op, and needs {figures.bound(1)} at the fullest op.
    """


LESSON = Lesson(
    "nested",
    "Loops and conditions: nets inside ops",
    "Say what memory an op with a net inside needs, and until when its reads live.",
    (
        Scene("A condition", _conditional, "liveness"),
        Scene("A recurrent net", _recurrent, "liveness"),
        Scene("Its plan", _recurrent, "greedy_by_size"),
    ),
    _text,
    "In the first run, find a blob that stays alive although the op that runs does not seem to "
    "read it. Dashed edges in the graph show what inner nets read.",
    "Ask what changes if both branches of the condition could run at the same time. (Their rooms "
    "add up.) And what if the number of turns is not known? (Then no plan holds for all of them.)",
    (
        Source(
            "PyTorch, caffe2/operators/recurrent_network_op.h",
            "https://github.com/pytorch/pytorch/blob/v1.7.0/caffe2/operators/"
            "recurrent_network_op.h",
        ),
        Source(
            "Yu et al.: Dynamic Control Flow in Large-Scale Machine Learning (2018)",
            "https://arxiv.org/abs/1805.01772",
        ),
    ),
)
