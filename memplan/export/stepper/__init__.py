"""The stepper: one component of plain JavaScript that shows a run frame by frame.

The app mounts it (`ui.stepper`), and `export.steps_html` writes it into a file of its own. All
frames are there from the beginning, so that no step asks anybody:

    data.js      whole frames of what changes
    theme.js     colours, sizes, texts that fit
    graph.js     the net
    memory.js    memory over time, the curve
    words.js     sentence, code, state
    player.js    play, step, rest
    quiz.js      a question before the frame that answers it
    gif.js       an animated picture
    sheets.js    frames as pictures, and on paper
    stepper.js   elements, keys, one frame on all of them
    mount.js     inside the app
    alone.js     in a file of its own
"""

from __future__ import annotations

from pathlib import Path

__all__ = ["MARKUP", "STYLE", "script"]

_HERE = Path(__file__).parent
_DRAWN = ("data.js", "theme.js", "graph.js", "memory.js", "words.js")
_SCRIPTS = (*_DRAWN, "player.js", "quiz.js", "gif.js", "sheets.js", "stepper.js")


def _read(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


MARKUP = _read("stepper.html")
STYLE = _read("stepper.css")


def script(*more: str) -> str:
    """The stepper's own code, and the files that put it to use.

    >>> "class Stepper" in script()
    True
    """
    return "\n".join(map(_read, (*_SCRIPTS, *more)))
