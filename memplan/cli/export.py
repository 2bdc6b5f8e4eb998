"""The commands `export` and `report`: a plan as a file to take away."""

from __future__ import annotations

from pathlib import Path

import click

from memplan.cli.files import write_file
from memplan.cli.opening import Opening, net_options
from memplan.cli.planning import plan_options
from memplan.errors import MemplanError
from memplan.export import EXPORTS, Export
from memplan.study import Settings, study
from memplan.units import format_bytes
from memplan.views.names import shown

__all__ = ["export", "report"]

_out = click.option(
    "--out",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Where to write it; without, text goes to standard output.",
)


@click.command()
@net_options
@plan_options
@click.option(
    "--format",
    "form",
    type=click.Choice(list(EXPORTS)),
    required=True,
    help="html: a report; csv, json, minimalloc-plan: the plan; minimalloc: the problem; trace: "
    "for Perfetto; svg, png, dot: the graph.",
)
@_out
def export(opening: Opening, settings: Settings, form: str, out: Path | None) -> str | bytes:
    """Write the plan of NET, or its picture, as a file."""
    return _exported(EXPORTS[form], opening, settings, out)


@click.command()
@net_options
@plan_options
@_out
def report(opening: Opening, settings: Settings, out: Path | None) -> str | bytes:
    """Write all about the plan of NET as one HTML page, which opens without a server."""
    return _exported(EXPORTS["html"], opening, settings, out)


def _exported(entry: Export, opening: Opening, settings: Settings, out: Path | None) -> str | bytes:
    if out is None and not entry.text:
        raise click.UsageError(f"a {entry.name} is no text for the terminal; give --out FILE")
    if out is not None:
        opening.spare(out)
    result = study(opening.prepared(), settings)
    why_not = entry.why_not(result)
    if why_not is not None:
        raise MemplanError(f"no {entry.name} can be made: {why_not}")
    content = entry.make(result)
    if out is None:
        return content
    write_file(out, content)
    return f"{shown(str(out))}: {format_bytes(len(content))}\n"
