"""The command `pack`: buffers without a graph into as few bytes as possible, or into a capacity."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

import click

from memplan.capacity import Packed, Status, pack
from memplan.cli.answer import Answer
from memplan.cli.arguments import seconds, size
from memplan.cli.files import read_file, write_file
from memplan.cli.json_text import json_text
from memplan.cli.pack_report import pack_report
from memplan.errors import FormatError, InvalidProblem, quoted
from memplan.formats import InputFile, Times, load, to_buffers_csv
from memplan.net import Net
from memplan.plan import Problem, Progress
from memplan.planners import PLANNERS, PackerEntry
from memplan.planners.search import Budget

__all__ = ["pack_command"]

_STATUS = {Status.FITS: 0, Status.INFEASIBLE: 1, Status.UNKNOWN: 3}
_PACKERS = {
    name: entry
    for name, entry in PLANNERS.items()
    if isinstance(entry, PackerEntry) and not entry.needs_plan
}


@click.command("pack")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--capacity", metavar="SIZE", callback=size, help="What there is, as in 1MiB.")
@click.option("--deadline", metavar="SECONDS", callback=seconds, help="Time to search for.")
@click.option("--nodes", type=click.IntRange(min=1), help="Search nodes to spend.")
@click.option("--planner", type=click.Choice(list(_PACKERS)), default="optimal", show_default=True)
@click.option(
    "--out", metavar="FILE", type=click.Path(path_type=Path), help="Write the plan as a CSV."
)
@click.option("--json", "as_json", is_flag=True, help="Machine-readable answer.")
def pack_command(
    file: Path,
    *,
    capacity: int | None,
    deadline: float | None,
    nodes: int | None,
    planner: str,
    out: Path | None,
    as_json: bool,
) -> Answer:
    """Pack the buffers of FILE, a CSV as MiniMalloc has it, and say whether they fit.

    Without --capacity the height is made as low as can be. The status is 0 if there is a plan, 1 if
    it is proven that there is none, 3 if neither is known.
    """
    net = load([InputFile(file.name, read_file(file))])
    problem = _problem_of(net, file)
    if out is not None and out.resolve() == file.resolve():
        raise FormatError(f"{quoted(str(out))} is the file itself; write to another")
    started = time.perf_counter()
    found = pack(problem, _PACKERS[planner], capacity, Budget(deadline, nodes, _on_terminal()))
    spent = time.perf_counter() - started
    _clear()
    if out is not None and found.status is Status.FITS:
        times = net.source if isinstance(net.source, Times) else None
        write_file(out, to_buffers_csv(problem, found.plan.offsets, times).encode())
    answer = _answer(found, spent)
    text = json_text(answer) if as_json else pack_report(net.name, found, spent, out)
    return Answer(text, _STATUS[found.status])


def _problem_of(net: Net, file: Path) -> Problem:
    if net.given is None:
        raise InvalidProblem(
            f"{quoted(str(file))} is a net; `pack` takes buffers as CSV, `plan` takes nets"
        )
    return net.given


def _answer(found: Packed, spent: float) -> dict[str, Any]:
    fits = found.status is Status.FITS
    return {
        "status": found.status.value,
        "height": found.plan.known_peak,
        "lower_bound": found.bound.bytes,
        "proven": found.proven,
        "seconds": round(spent, 3),
        "nodes": found.plan.nodes,
        "offsets": dict(found.plan.offsets or {}) if fits else {},
        "infeasible_subset": list(found.subset.names),
    }


def _on_terminal() -> Progress | None:
    """One line on standard error that is written over, where somebody watches."""
    stream = sys.stderr
    if stream is None or not stream.isatty():
        return None
    last = [0.0]

    def tell(_share: float, what: str) -> None:
        now = time.monotonic()
        if now - last[0] >= 0.1:
            last[0] = now
            stream.write(f"\r\x1b[K{what[:100]}")
            stream.flush()

    return tell


def _clear() -> None:
    if sys.stderr is not None and sys.stderr.isatty():
        sys.stderr.write("\r\x1b[K")
