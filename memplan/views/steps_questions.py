"""The questions to a run, in words: what is asked, the choices, and what the answer shows."""

from __future__ import annotations

from memplan.steps.frames import Fact, Run
from memplan.steps.questions import Asked, Question
from memplan.units import format_bytes
from memplan.views.names import shown
from memplan.views.steps_words import frame_sentence

__all__ = ["choice_words", "explanation", "prompt"]


def prompt(run: Run, question: Question) -> str:
    """What is asked."""
    about = question.about
    name = f"“{shown(about, 40)}”" if isinstance(about, str) else f"op {about}"
    return {
        Asked.SLOT: f"{name} is written now. Which slot will it take?",
        Asked.OFFSET: f"Where will {name} lie?",
        Asked.FREED: f"{_op(run, about)} has run. Which blob does nobody need any more?",
        Asked.PEAK: f"{_turn(about)}. What is the peak then: the most memory needed so far?",
        Asked.END: f"{name} has just been written. Which is the last op that needs it?",
    }[question.asked]


def _op(run: Run, about: Fact) -> str:
    step = about if isinstance(about, int) else 0
    return f"Op {step} ({shown(run.study.net.ops[step].type, 28)})"


def _turn(about: Fact) -> str:
    return f"Now comes “{shown(about, 40)}”" if isinstance(about, str) else f"Now comes op {about}"


def choice_words(run: Run, question: Question) -> tuple[str, ...]:
    """The choices."""
    return tuple(_choice(run, question.asked, choice) for choice in question.choices)


def _choice(run: Run, asked: Asked, choice: Fact) -> str:
    if asked is Asked.SLOT:
        return f"slot {choice}" if choice else "a new slot"
    if asked is Asked.FREED:
        return f"“{shown(str(choice), 40)}”" if choice else "none: all are still needed"
    if asked is Asked.OFFSET:
        return f"at byte {choice:,}"
    if asked is Asked.PEAK and isinstance(choice, int):
        return format_bytes(choice)
    last = isinstance(choice, int) and choice == len(run.study.net.ops) - 1
    return f"op {choice}" + (" (the last one)" if last else "")


def explanation(run: Run, question: Question) -> str:
    """Why the right choice is right: what the frame says that shows it."""
    if question.asked is Asked.END:
        name = question.about
        buffer = next(b for b in run.study.problem.buffers if b.name == name)
        return f"Its live range is {buffer.live}: the second number is one after its last use."
    if question.asked is Asked.FREED and not question.choices[question.right]:
        return "Each of them is read again later, or by whoever runs the net."
    sentence = frame_sentence(run.frames[question.frame])
    if question.asked is not Asked.PEAK:
        return sentence
    before, peak = (run.frames[at].peak for at in (question.frame - 1, question.frame))
    return f"{sentence} So it grows from {format_bytes(before)} to {format_bytes(peak)}."
