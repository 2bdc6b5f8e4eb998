"""Large problems: seconds, peak over max-live and memory for each planner of offsets and of slots.

    python -m benchmarks.packing_large [NUMBER | FILE.csv | PLANNER | LIMIT=SECONDS] …

A number makes so many buffers, in the manner of a long net (10,000, 100,000 and 1,000,000 unless
something is given); a file is MiniMalloc's CSV. Planners that are named are asked alone.

Each planner has a process of its own, so that the memory is its alone: the interpreter, the
imports and the problem are counted in, and the first line tells what these take without a planner.
It ends a planner after so many seconds of the processor (300 unless told), and says so. `optimal`
searches with a deadline of 20 seconds on the clock, which begins after its greedy plan.
"""

from __future__ import annotations

import json
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

from memplan.formats import InputFile, load
from memplan.liveness import max_live
from memplan.plan import Buffer, LiveRange, Plan, Problem
from memplan.planners import PLANNERS, Family, PackerEntry
from memplan.planners.search import Budget
from memplan.verify import verify

LIMIT = 300  # seconds of the processor for each planner
DEADLINE = 20.0  # seconds of the clock for a search
NOTHING = "nothing"  # instead of a planner: what the problem itself takes


def made(count: int, seed: int = 6) -> Problem:
    """A buffer for each step: most live for some steps, one in ten for hundreds; 64 B to 1 MiB."""
    chance = Random(seed)
    buffers = []
    for step in range(count):
        mean = 4 if chance.random() < 0.9 else 300
        life = 1 + int(chance.expovariate(1 / mean))
        size = 64 * max(1, int(2 ** chance.uniform(0, 14)))
        buffers.append(Buffer(f"b{step}", LiveRange(step, step + 1 + life), size))
    return Problem(tuple(buffers))


def read(path: Path) -> Problem:
    """The buffers of a CSV."""
    net = load([InputFile(path.name, path.read_bytes())])
    assert net.given is not None
    return net.given


def problem_of(word: str) -> Problem:
    """What a word asks for."""
    return made(int(word)) if word.isdigit() else read(Path(word))


def asked(named: list[str]) -> Iterator[str]:
    """The planners that are named, else all of offsets and of slots."""
    for entry in PLANNERS.values():
        if not isinstance(entry, PackerEntry) or entry.needs_plan or entry.name == "naive":
            continue
        if entry.name in named or (not named and entry.family in (Family.OFFSETS, Family.SLOTS)):
            yield entry.name


def megabytes() -> float:
    """The most memory of this process so far, in MiB."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 2**20 if sys.platform == "darwin" else most / 2**10


def planned(name: str, problem: Problem) -> Plan:
    """What a planner answers."""
    entry = PLANNERS[name]
    assert isinstance(entry, PackerEntry)
    if entry.search is not None:
        return entry.search(problem, None, Budget(deadline=DEADLINE))
    return entry.pack(problem)


def measure(word: str, name: str, limit: int) -> None:
    """In the child: plan, tell what it took as JSON, then verify the plan."""
    problem = problem_of(word)
    if name == NOTHING:
        print(json.dumps([len(problem.buffers), megabytes(), max_live(problem).bytes]))
        return
    started = time.process_time()
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(started) + limit + 1, most))
    plan = planned(name, problem)
    seconds, memory = time.process_time() - started, megabytes()
    resource.setrlimit(resource.RLIMIT_CPU, (most, most))
    verify(plan)
    print(json.dumps([seconds, memory, plan.known_peak, plan.found_by, plan.proven]))


def child(word: str, name: str, limit: int) -> list[int | float | str | bool] | str:
    """What a child measured, or how it ended instead."""
    words = [sys.executable, "-m", "benchmarks.packing_large", "--child", word, name, str(limit)]
    done = subprocess.run(words, stdout=subprocess.PIPE, check=False)
    if done.returncode == -signal.SIGXCPU:
        return f"more than {limit} s: ended"
    if done.returncode:
        return f"failed with status {done.returncode}"
    answer: list[int | float | str | bool] = json.loads(done.stdout)
    return answer


def line(name: str, found: list[int | float | str | bool] | str, bound: int) -> str:
    """One line of the table."""
    if isinstance(found, str):
        return f"  {name:<20} {found}"
    seconds, memory, peak, won, proven = found
    claim = "  proven" if proven else ""
    return (
        f"  {name:<20} {seconds:8.2f} s   {int(peak) / bound:.4f}   {memory:7,.0f} MiB"
        f"{claim}  {won}".rstrip()
    )


def main() -> None:
    """Print a table for each problem."""
    words, limit = sys.argv[1:], LIMIT
    if words[:1] == ["--child"]:
        measure(words[1], words[2], int(words[3]))
        return
    for word in [w for w in words if w.startswith("LIMIT=")]:
        words.remove(word)
        limit = int(word.removeprefix("LIMIT="))
    named = [word for word in words if word in PLANNERS]
    for word in [w for w in words if w not in named] or ["10000", "100000", "1000000"]:
        nothing = child(word, NOTHING, limit)
        if isinstance(nothing, str):
            sys.exit(f"{word}: {nothing}")
        count, memory, bound = (int(each) for each in nothing)
        print(
            f"\n{word}: {count:,} buffers, max-live {bound:,} B, {memory:,} MiB without a planner"
        )
        for name in asked(named):
            print(line(name, child(word, name, limit), bound), flush=True)


if __name__ == "__main__":
    main()
