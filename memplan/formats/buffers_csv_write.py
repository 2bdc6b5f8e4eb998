"""A problem, or its answer, as the CSV that MiniMalloc reads."""

from __future__ import annotations

from collections.abc import Mapping

from memplan.errors import InvalidProblem, quoted
from memplan.formats.buffers_csv import RISKY
from memplan.formats.buffers_gaps import gaps_text
from memplan.formats.buffers_times import Times
from memplan.plan import Buffer, Problem

__all__ = ["to_buffers_csv"]

_QUOTED = frozenset(',"\r\n')


def to_buffers_csv(
    problem: Problem, offsets: Mapping[str, int] | None = None, times: Times | None = None
) -> str:
    """Write buffers as MiniMalloc reads them; columns that no buffer needs are left out.

    Args:
        offsets: Where a plan has each: a solution. None: those that the problem itself fixes.
        times: What the steps stand for, where the file's own times were counted.

    Raises:
        InvalidProblem: A size is unknown, or there are several memories: the format has neither.
    """
    _check_writable(problem)
    if offsets is None:
        offsets = {b.name: b.offset for b in problem.buffers if b.offset is not None}
    columns = _columns(problem, offsets)
    lines = [",".join(columns)]
    for buffer in problem.buffers:
        timed = buffer if times is None else times.restored(buffer)
        row = _row(timed, problem.alignment_of(buffer), offsets.get(buffer.name))
        lines.append(",".join(_cell(row[column]) for column in columns))
    return "\n".join(lines) + "\n"


def _cell(value: object) -> str:
    """A cell, in quotes where need be; Python's writer leaves a carriage return without."""
    text = str(value)
    return '"' + text.replace('"', '""') + '"' if _QUOTED & set(text) else text


def _check_writable(problem: Problem) -> None:
    unknown = problem.unknown
    if unknown:
        raise InvalidProblem(
            f"{quoted(unknown[0].name)} has no known size, and MiniMalloc's CSV has no way to say "
            "so; give the shapes that are missing first"
        )
    if len(problem.spaces) > 1 or problem.conflicts is not None:
        raise InvalidProblem("MiniMalloc's CSV knows one memory, and ops that run one by one")


def _columns(problem: Problem, offsets: Mapping[str, int]) -> tuple[str, ...]:
    buffers = problem.buffers
    wanted = (
        ("alignment", any(problem.alignment_of(b) > 1 for b in buffers)),
        ("hint", any(b.hint is not None for b in buffers)),
        ("gaps", any(b.gaps or b.windows for b in buffers)),
        ("offset", bool(offsets)),
    )
    return ("id", "lower", "upper", "size", *(name for name, there in wanted if there))


def _row(buffer: Buffer, alignment: int, offset: int | None) -> dict[str, object]:
    name = buffer.name.encode("utf-8", "backslashreplace").decode()
    return {
        "id": f"'{name}" if name.startswith(RISKY) else name,
        "lower": buffer.live.begin,
        "upper": buffer.live.end,
        "size": buffer.size,
        "alignment": alignment,
        "hint": -1 if buffer.hint is None else buffer.hint,
        "gaps": gaps_text(buffer.gaps, buffer.windows),
        "offset": "" if offset is None else offset,
    }
