"""Questions to a run, to be answered before the frame that shows the answer.

They are made of the run's own frames and a number: the same number asks the same questions, on
every machine, and another asks others. Each has one right choice, the planner's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from memplan.steps.frames import Fact, Frame, Happening, Picture, Run
from memplan.steps.why import Why

__all__ = ["Asked", "Question", "questions_of"]

_MOST_CHOICES = 5


class Asked(StrEnum):
    """What is asked; the choices are slots, offsets or bytes, steps or names accordingly."""

    SLOT = "which slot will it take"
    OFFSET = "at which byte will it lie"
    FREED = "which blob is needed no more"
    PEAK = "how much memory is needed then"
    END = "up to which op is it alive"


@dataclass(frozen=True, slots=True)
class Question:
    """One question.

    Attributes:
        frame: Shows the answer: the question is put before it is seen.
        about: The blob that it is about; of FREED and PEAK the op.
        choices: At least two, all different; "" stands for none of them, or a new slot.
        right: Index of the right choice.
    """

    frame: int
    asked: Asked
    about: Fact
    choices: tuple[Fact, ...]
    right: int


def questions_of(run: Run, seed: int, count: int = 3) -> tuple[Question, ...]:
    """Ask about a run, in the order of its frames; fewer where the run gives no more to ask.

    Args:
        seed: Chooses what is asked, and the wrong choices beside the right one.
    """
    draw = Random(f"memplan {seed}")  # noqa: S311  a quiz, no secret
    found = list(_all(run, draw))
    draw.shuffle(found)
    chosen: list[Question] = []
    # One of each stretch of the run, of a kind that was not asked yet where there is one.
    for part in range(count):
        low, high = (len(run.frames) * k // count for k in (part, part + 1))
        here = [q for q in found if low <= q.frame < high]
        asked = {question.asked for question in chosen}
        here.sort(key=lambda question: question.asked in asked)  # stable: else as shuffled
        chosen += here[:1]
    return tuple(chosen)


def _all(run: Run, draw: Random) -> Iterator[Question]:
    peaks = frozenset(run.peaks())
    for at, (before, frame) in enumerate(zip(run.frames, run.frames[1:], strict=False), 1):
        if not frame.blobs or frame.why is Why.THE_REST:
            continue
        if frame.happening in {Happening.NEW, Happening.REUSE}:
            yield from _place(run, at, draw)
        if before.happening is Happening.READ and run.method.timed:
            yield from _freed(run, at)
        if frame.happening is Happening.FREE and frame.line == "free":
            yield from _released(run, at)
        if at in peaks and frame.curve and before.peak:
            yield from _peak(before, frame, at)
        if run.method.picture is Picture.RANGES and before.happening is Happening.WRITE:
            yield from _end(run, at, draw)


def _question(
    at: int, asked: Asked, about: Fact, choices: Sequence[Fact], right: Fact
) -> Iterator[Question]:
    listed = tuple(dict.fromkeys(choices))
    if len(listed) > 1 and right in listed:
        yield Question(at, asked, about, listed, listed.index(right))


def _place(run: Run, at: int, draw: Random) -> Iterator[Question]:
    frame, before = run.frames[at], run.frames[at - 1]
    blob = frame.facts["blob"]
    if run.method.picture is Picture.SLOTS:
        slots = run.plan.slots or {}
        known = [f"#{slot}" for slot in sorted({slots[block.name] for block in before.blocks})]
        if not known:
            return
        right = frame.facts["slot"] if frame.facts["slot"] in known else ""
        others = [slot for slot in known if slot != right]
        draw.shuffle(others)
        chosen = {right, *others[: _MOST_CHOICES - 2], ""}
        yield from _question(at, Asked.SLOT, blob, [s for s in (*known, "") if s in chosen], right)
        return
    offset = frame.facts["offset_bytes"]
    edges = {0, *(b.offset for b in before.blocks), *(b.offset + b.size for b in before.blocks)}
    if len(before.blocks) < 2 or offset not in edges:
        return
    wrong = sorted(edges - {offset})
    draw.shuffle(wrong)
    choices = sorted([int(str(offset)), *wrong[: _MOST_CHOICES - 2]])
    yield from _question(at, Asked.OFFSET, blob, choices, offset)


def _freed(run: Run, at: int) -> Iterator[Question]:
    """Of what the op before touched: what dies with it."""
    op = run.frames[at - 1]
    if op.step is None or op.line != "run" or len(op.blobs) < 2:
        return
    gone = []
    for frame in run.frames[at:]:
        if frame.happening not in {Happening.FREE, Happening.KEEP}:
            break
        gone.append(frame.blobs[0])
    if len(gone) < 2 and run.frames[at].step is not None:
        choices = (*op.blobs[: _MOST_CHOICES - 1], "")
        yield from _question(at, Asked.FREED, op.step, choices, gone[0] if gone else "")


def _released(run: Run, at: int) -> Iterator[Question]:
    """Of what the op touched: what becomes free, where the planner says that of one alone."""
    frame = run.frames[at]
    there = [f for f in run.frames if f.step == frame.step and f.step is not None]
    ran = [f for f in there if f.happening is Happening.READ]
    if len(ran) == 1 and sum(f.happening is Happening.FREE for f in there) == 1:
        choices = (*ran[0].blobs[: _MOST_CHOICES - 1], "")
        yield from _question(at, Asked.FREED, frame.step or 0, choices, frame.blobs[0])


def _peak(before: Frame, frame: Frame, at: int) -> Iterator[Question]:
    size = frame.facts.get("bytes", 0)
    more = int(size) if isinstance(size, int) else 0
    wrong = {before.peak, before.peak + more, more, frame.curve[-1]} - {frame.peak, 0}
    choices = sorted([frame.peak, *sorted(wrong)[:3]])
    about = frame.facts.get("blob", frame.step if frame.step is not None else 0)
    yield from _question(at, Asked.PEAK, about, choices, frame.peak)


def _end(run: Run, at: int, draw: Random) -> Iterator[Question]:
    """Up to which op the blob that was just written will be alive."""
    frame = run.frames[at - 1]
    if frame.step is None or not frame.blobs:
        return
    name, steps = frame.blobs[0], len(run.study.net.ops)
    last = next(b.live.end for b in run.study.problem.buffers if b.name == name) - 1
    # The answer is shown where the last reader comes by, or the caller.
    shown = [k for k, f in enumerate(run.frames) if k >= at and name in f.blobs]
    touched = [k for k in shown if run.frames[k].line in {"read", "write", "caller"}]
    if not touched or last == frame.step:
        return
    wrong = [step for step in range(frame.step, steps) if step != last]
    draw.shuffle(wrong)
    yield from _question(at, Asked.END, name, sorted([last, *wrong[:3]]), last)
