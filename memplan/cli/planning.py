"""How to plan: the options that every command about a plan takes, as one `Settings`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from memplan.cli.arguments import seconds
from memplan.cli.files import read_file
from memplan.formats import scratch_rows
from memplan.order import ORDERS
from memplan.planners import PLANNERS
from memplan.profiles import PROFILES
from memplan.study import Settings
from memplan.wishes import Wishes

__all__ = ["plan_options"]

_DEFAULTS = Settings()
_PLAIN = ("planner", "alignment", "order", "deadline", "nodes")
_COUNTED = ("inputs", "outputs")
_SHARED = ("in_place", "views", "pieces")
_NAMES = ("profile", *_PLAIN, *(f"count_{part}" for part in _COUNTED), *_SHARED)

_OPTIONS = (
    click.option(
        "--profile",
        type=click.Choice(list(PROFILES)),
        help="Count, share and place as an engine does; what else you say wins.",
    ),
    click.option(
        "--planner",
        type=click.Choice(list(PLANNERS)),
        help=f"How to place the blobs; see the command `planners`. [default: {_DEFAULTS.planner}; "
        "given, where a plan is opened]",
    ),
    click.option(
        "--alignment",
        type=click.IntRange(1, 2**30),
        default=_DEFAULTS.alignment,
        show_default=True,
        help="Every offset is a multiple of this many bytes.",
    ),
    click.option(
        "--order",
        type=click.Choice(ORDERS),
        help="Run the ops in another order; `plan --json` and `optimize` tell it.",
    ),
    click.option("--deadline", metavar="SECONDS", callback=seconds, help="Time to search for."),
    click.option("--nodes", type=click.IntRange(min=1), help="Search nodes to spend."),
    click.option(
        "--count-inputs/--no-count-inputs", default=True, help="Plan the net's inputs too."
    ),
    click.option("--count-outputs/--no-count-outputs", default=True, help="Plan its outputs too."),
    click.option("--in-place/--no-in-place", help="Write outputs over inputs that die."),
    click.option("--views/--no-views", help="Reshape, Flatten and the like cost nothing."),
    click.option(
        "--pieces/--no-pieces", help="Concat, Split and Slice cost nothing where they can."
    ),
    click.option(
        "--no-waiting",
        is_flag=True,
        help="Share only what makes no op wait for one that it could run beside.",
    ),
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
        said = {name: arguments.pop(name) for name in _NAMES}
        said["planner"] = said["planner"] or ""  # what is usual for the net
        said["order"] = said["order"] or ""
        file = arguments.pop("scratch")
        wishes = Wishes(no_waiting=arguments.pop("no_waiting"))
        profile = PROFILES.get(said.pop("profile") or "")
        base = _DEFAULTS if profile is None else profile.applied_to(_DEFAULTS)
        if profile is not None:
            # Options stand for what was not said too: the engine's word is above those.
            context = click.get_current_context()
            sources = {name: context.get_parameter_source(name) for name in said}
            said = {n: v for n, v in said.items() if sources[n] is not ParameterSource.DEFAULT}
        asked = () if file is None else scratch_rows(read_file(file), str(file))
        settings = replace(_as_said(base, said), scratch=asked, wishes=wishes)
        return command(*args, settings=settings, **arguments)

    for option in reversed(_OPTIONS):
        with_settings = option(with_settings)
    return with_settings


def _as_said(base: Settings, said: Mapping[str, Any]) -> Settings:
    """The settings `base`, changed by the options that were given."""
    counted = {part: said[f"count_{part}"] for part in _COUNTED if f"count_{part}" in said}
    shared = {part: said[part] for part in _SHARED if part in said}
    plain = {name: said[name] for name in _PLAIN if name in said}
    sharing = base.sharing
    if any(shared.values()):
        # Whoever asks for it means all ops that can, not those that the engine has rules for.
        sharing = replace(sharing, ops=None)
    return replace(
        base,
        accounting=replace(base.accounting, **counted),
        sharing=replace(sharing, **shared),
        **plain,
    )
