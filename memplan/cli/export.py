"""The commands `export` and `report`: a plan as a file to take away."""

from __future__ import annotations

from pathlib import Path

import click

from memplan.cli.files import write_file
from memplan.cli.opening import Opening, net_options
from memplan.cli.planning import plan_options
from memplan.errors import MemplanError
from memplan.export import EXPORTS, RETURNS, Export, Return
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
    type=click.Choice([*EXPORTS, *RETURNS]),
    required=True,
    help="html: a report; csv, json, c-header, minimalloc-plan: the plan; minimalloc: the buffers; "
    "trace: for Perfetto; svg, png, dot: the graph; tflite, onnx: the model with the plan in it.",
)
@_out
def export(opening: Opening, settings: Settings, form: str, out: Path | None) -> str | bytes:
    """Write the plan of NET, or its picture, as a file."""
    if form in RETURNS:
        return _returned(RETURNS[form], opening, settings, out)
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
        raise _no_text(entry.name)
    if out is not None:
        opening.spare(out)
    result = study(opening.prepared(), settings)
    why_not = entry.why_not(result)
    if why_not is not None:
        raise MemplanError(f"no {entry.name} can be made: {why_not}")
    content = entry.make(result)
    return content if out is None else _written(out, content)


def _returned(entry: Return, opening: Opening, settings: Settings, out: Path | None) -> str:
    if out is None:
        raise _no_text(entry.name)
    opening.spare(out)
    return _written(out, entry.made(study(opening.prepared(), settings), opening.files()))


def _no_text(form: str) -> click.UsageError:
    return click.UsageError(f"a {form} is no text for the terminal; give --out FILE")


def _written(out: Path, content: bytes) -> str:
    write_file(out, content)
    return f"{shown(str(out))}: {format_bytes(len(content))}\n"
