"""Put the real output of each command into README.md: ``python docs/refresh_readme.py``.

A block that begins with ```` ```console ```` holds commands, each after ``$ ``, and what each of
them writes. A test compares; this script mends.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
README = REPOSITORY / "README.md"

_BLOCK = re.compile(r"(?<=^```console\n).*?(?=^```$)", re.MULTILINE | re.DOTALL)

OVER = 1  # what `check` answers of a net that is over its budget


def refreshed(text: str) -> str:
    """Return the text of a README with every command's output as it is now."""
    return _BLOCK.sub(lambda block: "\n".join(map(_with_output, _commands(block[0]))), text)


def _commands(block: str) -> list[str]:
    return [line.removeprefix("$ ") for line in block.splitlines() if line.startswith("$ ")]


def _with_output(command: str) -> str:
    words = shlex.split(command)
    if words[0] == "python":
        words[0] = sys.executable
    done = subprocess.run(
        words, cwd=REPOSITORY, env=_plain_terminal(), capture_output=True, text=True, check=False
    )
    if done.returncode not in (0, OVER):
        raise subprocess.CalledProcessError(done.returncode, words, done.stdout, done.stderr)
    return f"$ {command}\n{done.stdout}"


def _plain_terminal() -> dict[str, str]:
    """One width and no colour, whatever the terminal that this runs in."""
    colours = {"FORCE_COLOR", "TTY_COMPATIBLE"}
    return {k: v for k, v in os.environ.items() if k not in colours} | {"COLUMNS": "100"}


if __name__ == "__main__":
    README.write_text(refreshed(README.read_text(encoding="utf-8")), encoding="utf-8")
