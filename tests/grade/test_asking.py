"""Whatever a submission does, one clear line comes back, and nothing else suffers."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings

from memplan.errors import Cancelled
from memplan.grade import EXAMPLE, MODULES, Limits, Status, ask, asking, guarded_child
from memplan.grade.system_calls import _CALLS, filter_program
from memplan.plan import Buffer, LiveRange, Problem
from memplan.verify import verify
from tests.strategies import problems

PROBLEM = Problem(tuple(Buffer(f"b{i}", LiveRange(i, i + 2), 10 * i + 8, 4) for i in range(6)))
ONE = Limits(seconds=1)
HOSTILE = {
    "loops": ("while True: pass", Status.TIME, r"^took more than 1 s, and was stopped$"),
    "prints": ("while True: print('x' * 1000)", Status.TIME, "took more than 1 s"),
    "exits": ("import sys\nsys.exit(0)", Status.ERROR, r"^line 2: ended itself \(SystemExit\)"),
    "leaves": ("import os\nos._exit(0)", Status.CRASHED, "without an answer"),
    "segfaults": (
        "f = lambda: 0\nf.__code__ = f.__code__.replace(co_code=b'd' * 2000)\nf()",
        Status.CRASHED,
        "broke down",
    ),
    "forks": ("import os\nwhile True: os.fork()", Status.REFUSED, r"line 2: .*processes"),
    "starts": ("import os\nos.system('id')", Status.REFUSED, "processes"),
    "kills": ("import os\nos.kill(os.getppid(), 9)", Status.REFUSED, "line 2"),
    "threads": ("import _thread\n_thread.start_new_thread(print, ())", Status.ERROR, "line 2"),
    "opens": ("open('/etc/passwd')", Status.REFUSED, r"^line 1: .*files \(open\)"),
    "lists": ("import os\nos.listdir('/')", Status.REFUSED, "files"),
    "sockets": ("import socket", Status.ERROR, r"^line 1: there is no module 'socket' here"),
    "numpy": ("import numpy as np", Status.ERROR, "'numpy' here; there are: abc, array"),
    "calls C": ("import ctypes", Status.ERROR, "no module 'ctypes'"),
    "sleeps": ("import time\ntime.sleep(99)", Status.REFUSED, "line 2"),
    "takes memory": ("x = []\nwhile True: x.append(bytes(10**6))", Status.MEMORY, "512.0 MiB"),
    "wants much": ("x = [0] * 10**11", Status.MEMORY, "memory"),
    "recurses": ("def plan(p): return plan(p)", Status.ERROR, "RecursionError"),
    "no code": ("def plan(p:", Status.ERROR, r"^line 1: SyntaxError"),
    "null": ("x = 1\0", Status.ERROR, "null bytes"),
    "parens": ("x = " + "(" * 9000, Status.ERROR, "too many nested"),
    "empty": ("", Status.ERROR, r"^defines no function plan\(problem\)$"),
    "no function": ("plan = 3", Status.ERROR, "defines no function"),
    "raises": ("def plan(p):\n  return 1 / 0", Status.ERROR, r"^line 2: ZeroDivisionError"),
    "bad str": (
        "class E(Exception):\n  def __str__(self): return 1 / 0\nraise E",
        Status.ERROR,
        r"^line 3: E$",
    ),
    "many lines": (
        "raise ValueError('a\\nb\\x1b[31m' * 99)",
        Status.ERROR,
        "line 1: ValueError: a",
    ),
    "writes the answer": ("import os\nos.write(1, b'{')", Status.CRASHED, "can be read"),
}
ANSWERS = {
    "NaN": ("{b.name: float('nan') for b in p.buffers}", "'b0' is nan, not a whole number$"),
    "infinite": ("{b.name: float('inf') for b in p.buffers}", "is inf"),
    "a float": ("{b.name: 4.0 for b in p.buffers}", r"is 4\.0, not a whole number; // divides"),
    "negative": ("{b.name: -4 for b in p.buffers}", "'b0' is negative"),
    "bools": ("{b.name: True for b in p.buffers}", "'b0' is a bool"),
    "None": ("{b.name: None for b in p.buffers}", "'b0' is None"),
    "huge": ("{b.name: 10**30 for b in p.buffers}", "beyond 2\\^63"),
    "endless": ("{b.name: 10**9999 for b in p.buffers}", "4300 digits"),
    "sets": ("{b.name: {1} for b in p.buffers}", "more than names and whole numbers: TypeError"),
    "tuples as names": ("{(b.name,): 1 for b in p.buffers}", "TypeError: keys must be"),
    "other names": ("{'x': 0}", "no buffer 'x'"),
    "numbers as names": ("{0: 0}", "no buffer '0'"),
    "missing": ("{'b0': 0}", "no offset for 'b1' and 4 more"),
    "a list": ("[0]", "returned a list; return a dict"),
    "nothing": ("None", "returned a NoneType"),
    "overlapping": ("{b.name: 0 for b in p.buffers}", "'b0' and 'b1' both lie on bytes"),
    "misaligned": ("{b.name: 1 for b in p.buffers}", "no multiple of its alignment of 4"),
    "endless text": ("{b.name: 'x' * 2**20 for b in p.buffers}", "longer than 1.0 MiB"),
    "deep": (
        "__import__('functools').reduce(lambda x, _: {'a': x}, range(10**5), {})",
        "RecursionError",
    ),
}


def asked(source: str, limits: Limits = ONE):
    return ask(source.encode(), PROBLEM, limits)


def returning(expression: str) -> str:
    return f"def plan(p):\n    return {expression}\n"


@pytest.mark.parametrize("what", HOSTILE)
def test_a_submission_that_misbehaves_gets_one_line(what):
    source, status, words = HOSTILE[what]
    started = time.monotonic()
    outcome = asked(source)
    assert (outcome.status, outcome.plan) == (status, None), outcome
    assert re.search(words, outcome.complaint), outcome.complaint
    assert len(outcome.complaint.splitlines()) == 1
    assert len(outcome.complaint) < 500
    assert time.monotonic() - started < 20


@pytest.mark.parametrize("what", ANSWERS)
def test_an_answer_that_is_no_plan_gets_one_line(what):
    expression, words = ANSWERS[what]
    outcome = asked(returning(expression))
    assert (outcome.status, outcome.plan) == (Status.WRONG, None), outcome
    assert re.search(words, outcome.complaint), outcome.complaint
    assert len(outcome.complaint.splitlines()) == 1


@settings(deadline=None, max_examples=15)
@given(problems())
def test_the_example_plans_every_problem(problem):
    """One space, whole live ranges and known sizes: that is what a submission is given."""
    buffers = tuple(
        Buffer(b.name, b.live, b.size or 0, b.alignment) for b in problem.buffers if b.size
    )
    outcome = ask(EXAMPLE.encode(), Problem(buffers))
    assert outcome.status is Status.OK, outcome
    verify(outcome.plan)


def test_what_it_prints_is_kept_from_the_beginning_and_bounded():
    outcome = asked("print('<b>hello')\nprint('x' * 10**6)\n" + EXAMPLE)
    assert outcome.status is Status.OK
    assert outcome.printed.startswith("<b>hello\nxxx")
    assert len(outcome.printed) == 2000


def test_every_module_that_is_promised_can_be_imported():
    outcome = asked("\n".join(f"import {name}" for name in MODULES) + "\n" + EXAMPLE)
    assert outcome.status is Status.OK, outcome
    assert {name for name in guarded_child.MODULES if "." not in name} == set(MODULES)


def test_sets_and_random_numbers_are_the_same_at_every_run():
    source = "import random\nprint({'a', 'b', 'c', 'd'}, random.random())\n" + EXAMPLE
    assert asked(source).printed == asked(source).printed


def test_patching_everything_in_its_own_process_gains_nothing():
    """It may forge any answer: the offsets are still looked at here, with the true problem."""
    source = """
import builtins, json, sys
frame = sys._getframe()
while frame.f_back:
    frame = frame.f_back
names = frame.f_globals
names["HARMLESS"] = names["REFUSED"] = ()
builtins.isinstance = lambda *_: True
json.dumps = lambda *_, **__: '{"offsets": {}, "peak": 0, "score": 0, "printed": ""}'
builtins.PermissionError = int
def plan(p):
    import os
    try:
        os.open("/etc/passwd", 0)
    except BaseException as error:
        print("kept out")
    return {b.name: 0 for b in p.buffers}
"""
    outcome = asked(source)
    assert outcome.plan is None
    assert outcome.status is not Status.OK


def test_no_name_of_a_buffer_becomes_code_and_every_name_comes_back():
    names = ["</script>", "__class__", "\ud800", "a\nb", "'; import os #", "\0", "offsets"]
    problem = Problem(tuple(Buffer(name, LiveRange(0, 1), 8) for name in names))
    outcome = ask(EXAMPLE.encode(), problem, ONE)
    assert outcome.status is Status.OK, outcome
    assert set(outcome.plan.offsets) == set(names)


@pytest.mark.skipif(sys.platform != "linux", reason="the filter is Linux's")
def test_even_without_pythons_hook_the_system_refuses(monkeypatch, tmp_path):
    """The filter by itself: a child whose audit hook lets everything pass."""
    text = Path(guarded_child.__file__).read_text()
    open_child = tmp_path / "child.py"
    open_child.write_text(text.replace("    sys.addaudithook(", "    str("))
    monkeypatch.setattr(asking, "_CHILD", open_child)
    for call in (
        "os.open('/etc/passwd', 0)",
        "os.open('x', os.O_CREAT | os.O_WRONLY)",
        "os.fork()",
        "os.kill(os.getppid(), 0)",
        "os.execv('/bin/true', ['true'])",
        "os.listdir('/proc')",
        "os.mkdir('x')",
        "os.pipe()",
        "os.dup(0)",
    ):
        outcome = asked(f"import os\n{call}")
        assert outcome.status is Status.REFUSED, (call, outcome)


def test_without_a_filter_python_and_the_limits_still_refuse(monkeypatch):
    monkeypatch.setattr(asking, "filter_program", lambda: None)
    for what in ("opens", "forks", "starts", "sockets", "takes memory", "loops"):
        source, status, _ = HOSTILE[what]
        assert asked(source).status is status, what
    assert asked(EXAMPLE).status is Status.OK


@pytest.mark.skipif(not Path("/usr/include").is_dir(), reason="no headers of the kernel")
def test_the_numbers_of_the_calls_are_those_of_the_kernels_headers():
    headers = (
        (0, Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"), r"#define __NR_(\w+) (\d+)"),
        (1, Path("/usr/include/asm-generic/unistd.h"), r"#define __NR(?:3264)?_(\w+) (\d+)"),
    )
    for column, header, pattern in headers:
        if header.exists():
            known = dict(re.findall(pattern, header.read_text()))
            for name, numbers in _CALLS.items():
                assert known[name] == str(numbers[column]), name


def test_a_machine_that_is_not_known_has_no_filter():
    assert filter_program("darwin", "arm64") is None
    assert filter_program("linux", "riscv64") is None
    assert len(filter_program("linux", "aarch64")) == len(filter_program("linux", "x86_64"))


def test_work_that_is_cancelled_ends_the_child():
    def stop(_share: float, _what: str) -> None:
        raise Cancelled("enough")

    with pytest.raises(Cancelled):
        ask(b"while True: pass", PROBLEM, Limits(seconds=60), stop)


@pytest.mark.skipif(sys.platform != "linux", reason="the signal at a parent's end is Linux's")
def test_a_child_does_not_outlive_a_parent_that_is_killed():
    mark = f"mark_{os.getpid()}"
    program = (
        "from tests.grade.test_asking import *\n"
        f"ask(b'{mark} = 1\\nwhile True: pass', PROBLEM, Limits(seconds=60))"
    )
    parent = subprocess.Popen([sys.executable, "-c", program], cwd=Path(__file__).parents[2])
    child = None
    deadline = time.monotonic() + 30
    while child is None and time.monotonic() < deadline:
        time.sleep(0.1)
        listed = Path(f"/proc/{parent.pid}/task/{parent.pid}/children").read_text().split()
        sealed = [pid for pid in listed if "Seccomp:\t2" in Path(f"/proc/{pid}/status").read_text()]
        child = sealed[0] if sealed else None
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    while Path(f"/proc/{child}").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert child is not None
    assert not Path(f"/proc/{child}").exists()
