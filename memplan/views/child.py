"""Work in a child process that ends in time: for what cannot be asked to stop from inside.

The child is a plain `subprocess` of this Python that runs a file beside this one, which knows
nothing of memplan: `multiprocessing` would import the main module again, which under Streamlit
is the whole app. It is killed at the deadline, or when the caller's progress callback raises.
"""

from __future__ import annotations

import math
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from memplan.plan import Progress

__all__ = ["answer_of_child"]

_TICK = 0.05


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
    # -P: the folder of the script holds modules of ours, which are not the child's to import.
    command = [sys.executable, "-P", str(script), word, str(math.ceil(deadline) + 1)]
    # Files, not pipes: nobody has to keep a pipe flowing while we wait by the clock.
    with tempfile.TemporaryFile() as asked, tempfile.TemporaryFile() as answer:
        asked.write(question)
        asked.seek(0)
        child = subprocess.Popen(  # noqa: S603  our own interpreter and script, no shell
            command, stdin=asked, stdout=answer, stderr=subprocess.DEVNULL
        )
        try:
            if _wait(child, deadline, progress) != 0:
                return None
        finally:
            # Reached by an error of the callback too: no child outlives its caller.
            child.kill()
            child.wait()
        answer.seek(0)
        return answer.read()


def _wait(child: subprocess.Popen[bytes], deadline: float, progress: Progress | None) -> int | None:
    """The child's exit code; None when the deadline comes first."""
    started = time.monotonic()
    while (spent := time.monotonic() - started) < deadline:
        if progress is not None:
            progress(spent / deadline, "waiting for its answer")
        try:
            return child.wait(min(_TICK, deadline - spent))
        except subprocess.TimeoutExpired:
            continue
    return None
