"""Run a command, write its answer, turn what went wrong into one line and an exit status."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Sequence

import click

from memplan.cli.answer import Answer
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
    status = 0
    try:
        answer: object = memplan.main(arguments, prog_name="memplan", standalone_mode=False)
        if isinstance(answer, Answer):
            status = answer.status
            answer = answer.text
        if isinstance(answer, (str, bytes)):
            _write(answer)
    except click.ClickException as error:
        message = error.format_message()
        return _complain(message[:1].lower() + message[1:])
    except MemplanError as error:
        return _complain(str(error))
    except BrokenPipeError:
        _write_no_more()
        return READER_LEFT
    except OSError as error:
        # The files that are read and written tell their own errors: this is the answer itself.
        _write_no_more()
        return _complain(f"cannot write the answer: {error.strerror or error}")
    except (KeyboardInterrupt, click.Abort):
        return INTERRUPTED
    return status


def _write(answer: str | bytes) -> None:
    """Write and flush here, where a reader that has gone away can still be noticed."""
    stream = sys.stdout
    if stream is None:
        raise OSError(errno.EBADF, "standard output is closed")
    if isinstance(answer, bytes):
        # A file: the same bytes in every locale.
        stream.buffer.write(answer)
    else:
        encoding = stream.encoding or "ascii"
        stream.write(answer.encode(encoding, "backslashreplace").decode(encoding))
    stream.flush()


def _complain(message: str) -> int:
    if sys.stderr is not None:
        sys.stderr.write(f"memplan: {shown(' '.join(message.splitlines()))}\n")
    return BAD_INPUT


def _write_no_more() -> None:
    # Python flushes standard output once more as it ends: nobody may be told about that.
    if sys.stdout is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
