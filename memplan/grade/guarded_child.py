"""A child process that runs one `def plan(problem)` of a stranger: JSON in, JSON out.

Run as a file, by `asking`, never imported: it knows nothing of memplan. In this order it loads the
modules that a submission may import, bounds its own time, memory and files, gives up every call
to the system but a few (a filter that the kernel keeps, Linux alone), refuses what Python itself
reports of files, network and processes, and only then looks at the submission. None of this
decides what a plan is worth: the answer is checked by the parent, which believes nothing here.

The question: {"source": base64, "problem": [[name, begin, end, size, alignment], …],
"seconds", "memory", "answer": bytes, "filter": base64 or null}. The answer, one object:

    {"offsets": {name: offset}, "printed": text}
    {"failed": kind, "why": text, "line": number or null, "printed": text}
"""

from __future__ import annotations

import base64
import contextlib
import importlib
import json
import os
import random
import sys
from collections import namedtuple
from collections.abc import Callable
from typing import Any

# Keep in step with `asking.MODULES`, which tells them to people (a test compares).
MODULES = (
    *("abc", "array", "bisect", "collections", "collections.abc", "copy", "dataclasses"),
    *("decimal", "enum", "fractions", "functools", "heapq", "itertools", "json", "math"),
    *("numbers", "operator", "queue", "random", "re", "statistics", "string", "time"),
    *("types", "typing"),
)
FILE = "<submission>"
MOST_PRINTED = 2000
HARMLESS = frozenset(
    {
        *("builtins.id", "code.__new__", "compile", "exec", "function.__new__", "import"),
        *("array.__new__", "object.__delattr__", "object.__getattr__", "object.__setattr__"),
        "sys._getframe",
    }
)
REFUSED = (
    (("os.fork", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.kill"), "processes"),
    (("open", "os.", "shutil.", "tempfile.", "glob.", "pathlib.", "fcntl.", "mmap."), "files"),
    (("socket.", "urllib.", "http.", "ftplib.", "smtplib.", "ssl."), "the network"),
    (("subprocess.", "pty.", "signal.", "_posixsubprocess.", "_thread."), "processes"),
)

Buffer = namedtuple("Buffer", "name begin end size alignment")  # noqa: PYI024  see typing's cost
Problem = namedtuple("Problem", "buffers")  # noqa: PYI024


class Printed:
    """What takes the place of standard output: the beginning is kept, the rest is dropped."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.left = MOST_PRINTED

    def write(self, text: str) -> int:
        """Keep what there is room for."""
        if self.left > 0:
            self.parts.append(str(text)[: self.left])
            self.left -= len(self.parts[-1])
        return len(text)

    def flush(self) -> None:
        """Nothing waits to be written."""

    def text(self) -> str:
        """What was kept."""
        return "".join(self.parts)


def limit(seconds: int, memory: int, answer: int, resource: Any) -> None:
    """Bound time, memory and what may be written; no new file, no new process."""
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    for what, most in (("AS", memory), ("FSIZE", answer), ("CORE", 0), ("NPROC", 0), ("NOFILE", 3)):
        # Not every system has each of them, and macOS takes no bound on the address space.
        with contextlib.suppress(AttributeError, ValueError, OSError):
            resource.setrlimit(getattr(resource, f"RLIMIT_{what}"), (most, most))


def give_up_system_calls(program: bytes, ctypes: Any) -> None:
    """Hand the kernel a filter of system calls, which nothing in this process can take back."""
    libc = ctypes.CDLL(None, use_errno=True)
    die_with_parent, no_new_rights, set_filter, filter_mode = 1, 38, 22, 2
    libc.prctl(die_with_parent, 9, 0, 0, 0)
    code = ctypes.create_string_buffer(program, len(program))

    class Program(ctypes.Structure):  # type: ignore[misc]
        _fields_ = (("length", ctypes.c_ushort), ("code", ctypes.c_void_p))

    whole = Program(len(program) // 8, ctypes.addressof(code))
    if libc.prctl(no_new_rights, 1, 0, 0, 0) or libc.prctl(
        set_filter, filter_mode, ctypes.byref(whole), 0, 0
    ):
        raise OSError(ctypes.get_errno(), "the system takes no filter of system calls")


def refusing(
    harmless: frozenset[str], refused: tuple[tuple[tuple[str, ...], str], ...]
) -> Callable[[str, tuple[Any, ...]], None]:
    """A hook that refuses all that Python reports but what is harmless; it is reachable nowhere."""
    error = PermissionError

    def hook(event: str, _details: tuple[Any, ...]) -> None:
        if event not in harmless:
            for beginnings, what in refused:
                if event.startswith(beginnings):
                    raise error(f"a submission has no access to {what} ({event})")
            raise error(f"a submission may not do this ({event})")

    return hook


def prepare(question: dict[str, Any]) -> None:
    """Load what may be imported, then give away what is not needed for planning."""
    for name in MODULES:
        importlib.import_module(name)
    # Loaded before the paths are gone, and no names of this file: no submission comes by them.
    ctypes = None if question["filter"] is None else importlib.import_module("ctypes")
    resource = None if sys.platform == "win32" else importlib.import_module("resource")
    sys.path.clear()
    sys.meta_path.clear()
    sys.path_hooks.clear()
    if resource is not None:
        limit(question["seconds"], question["memory"], question["answer"], resource)
    if ctypes is not None:
        give_up_system_calls(base64.b64decode(question["filter"]), ctypes)
    for name in ("ctypes", "_ctypes", "resource"):
        sys.modules.pop(name, None)
    random.seed(0)
    sys.addaudithook(refusing(HARMLESS, REFUSED))


def planned(source: bytes, rows: list[list[Any]]) -> dict[str, Any]:
    """Run the submission; what it answers, or the first thing that went wrong and where."""
    names = {"__name__": "submission", "__builtins__": __builtins__}
    try:
        exec(compile(source, FILE, "exec", dont_inherit=True), names)  # noqa: S102  what we are for
        plan = names.get("plan")
        if not callable(plan):
            return failed("no plan")
        offsets = plan(Problem(tuple(Buffer(*row) for row in rows)))
    except BaseException as error:  # noqa: BLE001  whatever it raises is its failure
        return failure_of(error)
    return {"offsets": offsets} if isinstance(offsets, dict) else failed("no dict", kind(offsets))


def failed(what: str, why: str = "", line: int | None = None) -> dict[str, Any]:
    """An answer that is no plan."""
    return {"failed": what, "why": why, "line": line}


def kind(value: object) -> str:
    """The name of a value's type."""
    return type(value).__name__[:80]


def failure_of(error: BaseException) -> dict[str, Any]:
    """What an error says of itself, and by whom it was raised."""
    if isinstance(error, MemoryError):
        return failed("memory")
    if isinstance(error, PermissionError):
        return failed("refused", said(error), line_of(error))
    if isinstance(error, ImportError):
        return failed("import", str(error.name)[:80], line_of(error))
    if isinstance(error, (SystemExit, KeyboardInterrupt)):
        return failed("left", kind(error), line_of(error))
    return failed("error", said(error), line_of(error))


def said(error: BaseException) -> str:
    """The kind of an error, and the beginning of what it says."""
    try:
        text = error.msg if isinstance(error, SyntaxError) else str(error)
    except BaseException:  # noqa: BLE001  a stranger's __str__ may do anything
        text = ""
    return f"{kind(error)}: {text}"[:300] if text else kind(error)


def line_of(error: BaseException) -> int | None:
    """The last line of the submission on the way to an error."""
    if isinstance(error, SyntaxError) and error.filename == FILE:
        return error.lineno
    line, step = None, error.__traceback__
    while step is not None:
        if step.tb_frame.f_code.co_filename == FILE:
            line = step.tb_lineno
        step = step.tb_next
    return line


def main() -> None:
    """Answer one question, and end without running what the submission may have left behind."""
    question = json.load(sys.stdin)
    source, rows = base64.b64decode(question["source"]), question["problem"]
    write, leave, dumps = os.write, os._exit, json.dumps
    prepare(question)
    printed = Printed()
    sys.stdin, sys.stdout, sys.stderr = None, printed, printed
    answer = planned(source, rows)
    try:
        text = dumps({**answer, "printed": printed.text()})
    except BaseException as error:  # noqa: BLE001  what a plan holds may be anything
        text = dumps({**failed("not json", said(error)), "printed": printed.text()})
    rest = text.encode()
    while rest:
        try:
            rest = rest[write(1, rest) :]
        except OSError:
            leave(3)  # longer than an answer may be
    leave(0)


if __name__ == "__main__":
    main()
