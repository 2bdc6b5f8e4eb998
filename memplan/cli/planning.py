"""How to plan: the options that every command about a plan takes, as one `Settings`."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from memplan.cli.arguments import seconds
from memplan.cli.files import read_file
from memplan.formats import scratch_rows
from memplan.liveness import Accounting
from memplan.planners import PLANNERS
from memplan.study import Settings

__all__ = ["plan_options"]

_DEFAULTS = Settings()

_OPTIONS = (
    click.option(
        "--planner",
        type=click.Choice(list(PLANNERS)),
        default=_DEFAULTS.planner,
        show_default=True,
        help="How to place the blobs; see the command `planners`.",
    ),
    click.option(
        "--alignment",
        type=click.IntRange(1, 2**30),
        default=_DEFAULTS.alignment,
        show_default=True,
        help="Every offset is a multiple of this many bytes.",
    ),
    click.option("--deadline", metavar="SECONDS", callback=seconds, help="Time to search for."),
    click.option("--nodes", type=click.IntRange(min=1), help="Search nodes to spend."),
    click.option(
        "--count-inputs/--no-count-inputs", default=True, help="Plan the net's inputs too."
    ),
    click.option("--count-outputs/--no-count-outputs", default=True, help="Plan its outputs too."),
    click.option(
        "--scratch",
        metavar="FILE",
        type=click.Path(path_type=Path),
        help="CSV of op,bytes: what kernels ask for while they run.",
    ),
)


def plan_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options on how to plan, and hand them to it as one `Settings`."""

    @wraps(command)
    def with_settings(*args: Any, **arguments: Any) -> Any:
        counted = arguments.pop("count_inputs"), arguments.pop("count_outputs")
        names = ("planner", "alignment", "deadline", "nodes")
        chosen = {name: arguments.pop(name) for name in names}
        file = arguments.pop("scratch")
        asked = () if file is None else scratch_rows(read_file(file), str(file))
        settings = Settings(accounting=Accounting(*counted), scratch=asked, **chosen)
        return command(*args, settings=settings, **arguments)

    for option in reversed(_OPTIONS):
        with_settings = option(with_settings)
    return with_settings
