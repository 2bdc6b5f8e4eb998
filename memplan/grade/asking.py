"""Ask a stranger's `def plan(problem)` for a plan, in a guarded child, and check what it says.

The child is believed nothing: whether its offsets are a plan, and what that plan needs, is worked
out here, from what it wrote, which is bounded and read as data.
"""

from __future__ import annotations

import base64
import json
import math
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any

from memplan.child import Answer, run_child
from memplan.errors import MemplanError, quoted
from memplan.grade.system_calls import filter_program
from memplan.plan import Plan, Problem, Progress
from memplan.units import format_bytes
from memplan.verify import verify

__all__ = ["DEFAULT_LIMITS", "MODULES", "Limits", "Outcome", "Status", "ask", "is_sealed"]

MODULES = (
    *("abc", "array", "bisect", "collections", "copy", "dataclasses", "decimal", "enum"),
    *("fractions", "functools", "heapq", "itertools", "json", "math", "numbers", "operator"),
    *("queue", "random", "re", "statistics", "string", "time", "types", "typing"),
)
"""What a submission may import."""

_CHILD = Path(__file__).with_name("guarded_child.py")
# No path of the user, no site-packages, no bytecode; the environment is empty but for the seed of
# Python's hashes, which makes a set's order, and so a plan, the same at every run.
_FLAGS = ("-P", "-s", "-S", "-B")
_ENVIRONMENT = MappingProxyType({"PYTHONHASHSEED": "0"})
_OUT_OF_TIME = (None, -24, -9)  # at the deadline; SIGXCPU; SIGKILL, for what ignores that
_TOO_LONG = 3  # the status by which the child tells so
_MOST_OFFSET = 2**63 - 1
_FORGED = 200  # characters shown of what a child says of itself


class Status(StrEnum):
    """How a submission did on one problem."""

    OK = "ok"
    WRONG = "wrong plan"
    ERROR = "error"
    TIME = "too slow"
    MEMORY = "too much memory"
    REFUSED = "refused"
    CRASHED = "crashed"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one call of a submission may use.

    Attributes:
        seconds: Of processor time, whole; on the clock more, since others may use the machine too.
        memory: Bytes of address space, the interpreter's own among them.
        answer: Bytes that it may write.
    """

    seconds: int = 5
    memory: int = 512 * 2**20
    answer: int = 2**20


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one call.

    Attributes:
        plan: Verified; None unless all went well.
        complaint: What went wrong, in one line; empty when nothing did.
        printed: The beginning of what it printed.
    """

    status: Status
    plan: Plan | None = None
    complaint: str = ""
    printed: str = ""


def is_sealed() -> bool:
    """Whether the system itself, and not Python alone, keeps a submission from all else."""
    return filter_program() is not None


def ask(
    source: bytes,
    problem: Problem,
    limits: Limits = DEFAULT_LIMITS,
    progress: Progress | None = None,
) -> Outcome:
    """Run a submission on one problem of one space whose sizes are all known.

    Whatever the submission does, this returns; it raises for its caller's sake alone.

    Raises:
        Cancelled: `progress` asked to stop.
    """
    guard = filter_program()
    question = {
        "source": base64.b64encode(source).decode(),
        "problem": [
            [b.name, b.live.begin, b.live.end, b.size, problem.alignment_of(b)]
            for b in problem.buffers
        ],
        "seconds": limits.seconds,
        "memory": limits.memory,
        "answer": limits.answer,
        "filter": None if guard is None else base64.b64encode(guard).decode(),
    }
    answer = run_child(
        _CHILD,
        (),
        json.dumps(question).encode(),
        4.0 * limits.seconds + 5,
        progress,
        doing="running the planner",
        flags=_FLAGS,
        environment=_ENVIRONMENT,
    )
    return _judged(answer, problem, limits)


def _judged(answer: Answer, problem: Problem, limits: Limits) -> Outcome:
    broken = _broken(answer, limits)
    if broken is not None:
        return broken
    told = _read(answer.text)
    if told is None:
        # It wrote to the answer itself, or left by a way that skips the end.
        return Outcome(Status.CRASHED, complaint="ended without an answer that can be read")
    printed = str(told.get("printed", ""))[:2000]
    if "offsets" not in told:
        status, complaint = _failure(told, limits)
        return Outcome(status, None, complaint, printed)
    try:
        plan = Plan(problem, _offsets(told["offsets"], problem), "submission")
        verify(plan)
    except MemplanError as error:
        return Outcome(Status.WRONG, None, str(error), printed)
    return Outcome(Status.OK, plan, "", printed)


def _broken(answer: Answer, limits: Limits) -> Outcome | None:
    """What the way in which the child ended says by itself; None when it ended well."""
    if answer.status == 0:
        return None
    if answer.status in _OUT_OF_TIME:
        return Outcome(Status.TIME, complaint=f"took more than {limits.seconds} s, and was stopped")
    if answer.status == _TOO_LONG:
        size = format_bytes(limits.answer)
        return Outcome(Status.WRONG, complaint=f"the answer is longer than {size}")
    return Outcome(Status.CRASHED, complaint=f"the interpreter broke down ({_end(answer)})")


def _end(answer: Answer) -> str:
    status = answer.status or 0
    try:
        return signal.Signals(-status).name if status < 0 else f"exit status {status}"
    except ValueError:
        return f"signal {-status}"


def _read(text: bytes) -> dict[str, Any] | None:
    """The answer, which may be anything at all."""
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) else None


def _failure(told: Mapping[str, Any], limits: Limits) -> tuple[Status, str]:
    """What a child says went wrong, in words of ours around a bounded piece of its own."""
    why = " ".join(str(told.get("why", "")).split())[:_FORGED]
    line = told.get("line")
    where = f"line {line}: " if isinstance(line, int) and 0 < line < 10**6 else ""
    modules = f"there is no module {quoted(why)} here; there are: {', '.join(MODULES)}"
    table = {
        "memory": (Status.MEMORY, f"needs more than {format_bytes(limits.memory)} of memory"),
        "refused": (Status.REFUSED, where + _refusal(why)),
        "import": (Status.ERROR, where + modules),
        "left": (Status.ERROR, f"{where}ended itself ({why}) instead of returning a plan"),
        "no plan": (Status.ERROR, "defines no function plan(problem)"),
        "no dict": (Status.WRONG, f"plan returned a {why}; return a dict of name: offset"),
        "not json": (Status.WRONG, f"the dict holds more than names and whole numbers: {why}"),
    }
    return table.get(str(told.get("failed")), (Status.ERROR, where + (why or "an error")))


def _refusal(why: str) -> str:
    """What was refused: by Python with a reason, by the system without one."""
    if "[Errno" in why:
        return "asked the system for what no planner needs: files, network, processes or waiting"
    return why.removeprefix("PermissionError: ")


def _offsets(told: object, problem: Problem) -> Mapping[str, int]:
    """Offsets for exactly the buffers of the problem.

    Raises:
        MemplanError: They are not; the first thing that is wrong.
    """
    if not isinstance(told, dict):
        raise MemplanError("the answer holds no dict of name: offset")
    names = {buffer.name for buffer in problem.buffers}
    strange = next((name for name in told if name not in names), None)
    if strange is not None:
        raise MemplanError(f"the problem has no buffer {quoted(strange, 40)}")
    missing = [buffer.name for buffer in problem.buffers if buffer.name not in told]
    if missing:
        more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
        raise MemplanError(f"no offset for {quoted(missing[0], 40)}{more}")
    for name, offset in told.items():
        _check_offset(name, offset)
    return MappingProxyType({buffer.name: told[buffer.name] for buffer in problem.buffers})


def _check_offset(name: str, offset: object) -> None:
    if isinstance(offset, float):
        hint = "; // divides without a fraction" if math.isfinite(offset) else ""
        raise MemplanError(
            f"the offset of {quoted(name, 40)} is {offset}, not a whole number{hint}"
        )
    if isinstance(offset, bool) or not isinstance(offset, int):
        kind = "None" if offset is None else f"a {type(offset).__name__}"
        raise MemplanError(f"the offset of {quoted(name, 40)} is {kind}, not a whole number")
    if offset < 0:
        raise MemplanError(f"the offset of {quoted(name, 40)} is negative")
    if offset > _MOST_OFFSET:
        raise MemplanError(f"the offset of {quoted(name, 40)} is beyond 2^63")
