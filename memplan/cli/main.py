"""Run a command, write its answer, turn what went wrong into one line and an exit status."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click

from memplan.cli.commands import memplan
from memplan.errors import MemplanError
from memplan.views.names import shown

__all__ = ["main"]

BAD_INPUT = 2
INTERRUPTED = 130  # 128 and the number of the signal, as shells count
READER_LEFT = 141


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status.

    Args:
        arguments: What follows the program's name; None: as the process was called.
    """
    try:
        answer = memplan.main(arguments, prog_name="memplan", standalone_mode=False)
        if isinstance(answer, str):
            _write(answer)
    except click.ClickException as error:
        message = error.format_message()
        return _complain(message[:1].lower() + message[1:])
    except MemplanError as error:
        return _complain(str(error))
    except BrokenPipeError:
        return _reader_left()
    except (KeyboardInterrupt, click.Abort):
        return INTERRUPTED
    return 0


def _write(answer: str) -> None:
    """Write and flush here, where a reader that has gone away can still be noticed."""
    stream = sys.stdout
    encoding = stream.encoding or "ascii"
    stream.write(answer.encode(encoding, "backslashreplace").decode(encoding))
    stream.flush()


def _complain(message: str) -> int:
    sys.stderr.write(f"memplan: {shown(' '.join(message.splitlines()))}\n")
    return BAD_INPUT


def _reader_left() -> int:
    # Python flushes standard output once more as it ends: nobody may be told about that.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return READER_LEFT
