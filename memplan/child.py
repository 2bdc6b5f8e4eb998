"""Work in a child process that ends in time: for what cannot be asked to stop from inside.

The child is a plain `subprocess` of this Python that runs a single file of ours, which knows
nothing of memplan: `multiprocessing` would import the main module again, which under Streamlit
is the whole app. It is killed at the deadline, or when the caller's progress callback raises.
What it may use beyond time (memory, files, the network) is bounded by the file itself, before it
does anything else: only the process itself can give its rights away.
"""

from __future__ import annotations

import json
import math
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from memplan.plan import Progress

__all__ = ["Answer", "answer_of_child", "run_child"]

_TICK = 0.05
# -P: the folder of the script holds modules of ours, which are not the child's to import.
_APART = ("-P",)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a child wrote, and how it ended.

    Attributes:
        status: Its exit code, negative for the signal that ended it; None: ended at the deadline.
    """

    text: bytes
    status: int | None


def run_child(
    script: Path,
    words: tuple[str, ...],
    question: bytes,
    deadline: float,
    progress: Progress | None = None,
    *,
    doing: str = "waiting for its answer",
    flags: tuple[str, ...] = _APART,
    environment: Mapping[str, str] | None = None,
    told: str | None = None,
) -> Answer:
    """Run `script` with `words` as arguments and `question` on its standard input.

    It runs in an empty folder that goes with it, in a session of its own.

    Args:
        deadline: Seconds on the clock.
        doing: What `progress` is told meanwhile.
        flags: Of the interpreter.
        environment: All that there is of one; None: that of this process.
        told: A file in the child's folder, in which it tells how far it is: JSON of a share and
            a text, which `progress` is given in place of the time that is spent.

    Raises:
        Cancelled: What `progress` raises to stop the work.
    """
    # Files, not pipes: nobody has to keep a pipe flowing while we wait by the clock.
    with (
        tempfile.TemporaryFile() as asked,
        tempfile.TemporaryFile() as answer,
        tempfile.TemporaryDirectory(prefix="memplan-") as folder,
    ):
        asked.write(question)
        asked.seek(0)
        child = subprocess.Popen(  # noqa: S603  our own interpreter and script, no shell
            [sys.executable, *flags, str(script), *words],
            stdin=asked,
            stdout=answer,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env=None if environment is None else dict(environment),
            start_new_session=True,
        )
        try:
            heard = progress if told is None else _hearing(progress, Path(folder) / told)
            status = _wait(child, deadline, heard, doing)
        finally:
            # Reached by an error of the callback too: no child outlives its caller.
            _end(child)
        answer.seek(0)
        return Answer(answer.read(), status)


def answer_of_child(
    script: Path,
    word: str,
    question: bytes,
    deadline: float,
    progress: Progress | None = None,
) -> bytes | None:
    """Give `script` a word and a question; what it answers, None if it fails or is too late.

    Args:
        deadline: Seconds; the script is told how many it may use itself.
    """
    words = (word, str(math.ceil(deadline) + 1))
    answer = run_child(script, words, question, deadline, progress)
    return answer.text if answer.status == 0 else None


def _hearing(progress: Progress | None, told: Path) -> Progress | None:
    """A callback that passes on what the child tells, as soon as it has told anything."""
    if progress is None:
        return None

    def hear(share: float, doing: str) -> None:
        with suppress(OSError, ValueError):
            share, doing = json.loads(told.read_text("utf-8"))
        progress(share, doing)

    return hear


def _wait(
    child: subprocess.Popen[bytes], deadline: float, progress: Progress | None, doing: str
) -> int | None:
    """The child's exit code; None when the deadline comes first."""
    started = time.monotonic()
    while (spent := time.monotonic() - started) < deadline:
        if progress is not None:
            progress(spent / deadline, doing)
        try:
            return child.wait(min(_TICK, deadline - spent))
        except subprocess.TimeoutExpired:
            continue
    return None


def _end(child: subprocess.Popen[bytes]) -> None:
    """End the child and whatever it has started: all that is in its session's group."""
    if hasattr(os, "killpg"):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
    child.kill()
    child.wait()
