"""The command `grade`: a folder of planners that others wrote, run, checked and ranked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import click
from rich.console import RenderableType
from rich.text import Text

from memplan.cli.json_text import json_text
from memplan.cli.tables import plain_table, rendered
from memplan.grade import EXAMPLE, Instance, Limits, Row, draw, grade, is_sealed, read_folder
from memplan.views.grades import grade_cells, grades_json
from memplan.views.names import shown

__all__ = ["grade_folder"]

_UNSEALED = (
    "On this system Python alone keeps submissions from files and the network, which somebody "
    "who knows it well gets around: grade strangers in a container, or on Linux."
)


def _show_example(context: click.Context, _parameter: click.Parameter, asked: bool) -> None:  # noqa: FBT001  click's own interface
    if asked:
        click.echo(EXAMPLE, nl=False)
        context.exit()


@click.command("grade")
@click.argument("folder", metavar="FOLDER", type=click.Path(path_type=Path))
@click.option("--seed", type=int, required=True, help="Problems are drawn from it.")
@click.option(
    "--instances", "count", type=click.IntRange(1, 60), default=9, show_default=True,
    help="How many problems.",
)  # fmt: skip
@click.option(
    "--seconds", type=click.IntRange(1, 600), default=5, show_default=True,
    help="Of processor time, for one submission on one problem.",
)  # fmt: skip
@click.option(
    "--memory", metavar="MIB", type=click.IntRange(64, 65536), default=512, show_default=True,
    help="MiB that it may use.",
)  # fmt: skip
@click.option(
    "--workers", type=click.IntRange(1, 64), default=2, show_default=True,
    help="How many run at the same time.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Machine-readable answer.")
@click.option(
    "--example", is_flag=True, is_eager=True, expose_value=False, callback=_show_example,
    help="Write a submission to begin with, and end.",
)  # fmt: skip
def grade_folder(
    folder: Path, *, seed: int, count: int, seconds: int, memory: int, workers: int, as_json: bool
) -> str:
    """Rank the planners in FOLDER: each *.py defines plan(problem).

    Each runs in a process of its own, within bounds on time and memory, without files or network;
    what it answers is verified outside of it. The score is the mean of peak over bound.
    """
    sources, unread = read_folder(folder)
    instances = draw(seed, count)
    rows = grade(sources, instances, Limits(seconds, memory * 2**20), workers)
    if as_json:
        return json_text(grades_json(rows, instances, seed, unread))
    return _report(rows, instances, seed, unread)


def _report(
    rows: Sequence[Row], instances: Sequence[Instance], seed: int, unread: Mapping[str, str]
) -> str:
    numbers = [f"{n}>" for n in range(1, len(instances) + 1)]
    table = plain_table("", "planner~", "status", "score>", *numbers)
    for place, row in zip(_places(rows), rows, strict=True):
        cells = map(Text, grade_cells(row, instances))
        table.add_row(place, *cells, style="dim" if row.ours else "")
    parts: list[RenderableType] = [
        Text(
            f"seed {seed}: peak over bound, 1 is the best there can be; score is the mean\n"
            "without a place: memplan's own"
        ),
        table,
        Text("\n".join(f"{n}  {i.title}" for n, i in enumerate(instances, 1))),
    ]
    parts += _complaints([(r.name, r.complaint) for r in rows if r.complaint])
    parts += _complaints(list(unread.items()))
    if not is_sealed():
        parts.append(Text(_UNSEALED))
    return rendered(*parts)


def _places(rows: Sequence[Row]) -> Iterator[str]:
    """The place of each submission that has a score."""
    place = 0
    for row in rows:
        counted = row.score is not None and not row.ours
        place += counted
        yield str(place) if counted else ""


def _complaints(rows: Sequence[tuple[str, str]]) -> list[RenderableType]:
    if not rows:
        return []
    table = plain_table("planner~", "what went wrong~")
    for name, complaint in rows:
        table.add_row(Text(shown(name, 60)), Text(shown(complaint, 400)))
    return [table]
