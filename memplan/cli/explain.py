"""The commands `explain` and `verify`: why a plan is as it is, and whether one is safe."""

from __future__ import annotations

from pathlib import Path

import click

from memplan.cli.answer import Answer
from memplan.cli.files import read_file
from memplan.cli.json_text import json_text
from memplan.cli.opening import Opening, net_options
from memplan.cli.planning import plan_options
from memplan.errors import FormatError, quoted
from memplan.explain import why, why_not
from memplan.explain.brought import Verdict, verify_nets, verify_placement
from memplan.formats import InputFile, load
from memplan.net import Net
from memplan.study import PARALLEL_TYPES, Settings, study
from memplan.views.explaining import (
    explain_data,
    versus_sentence,
    why_sentences,
)
from memplan.views.names import shown
from memplan.views.verdicts import verdict_data, verdict_sentence

__all__ = ["explain", "verify"]

UNSAFE = 1
_TOLD = 10


@click.command()
@net_options
@plan_options
@click.option("--blob", metavar="B", required=True, help="Why does it lie where it lies?")
@click.option("--versus", metavar="B2", help="Could the two share memory?")
@click.option("--json", "as_json", is_flag=True, help="Machine-readable answer.")
def explain(
    opening: Opening, settings: Settings, blob: str, versus: str | None, *, as_json: bool
) -> str:
    """Tell why a blob of NET lies where it does, and whether it could share with another."""
    made = study(opening.prepared(), settings)
    told = why(made, blob)
    found = None if versus is None else why_not(made, blob, versus)
    if as_json:
        return json_text(explain_data(told, found, made))
    lines = why_sentences(told, made)
    if made.unsafe is not None:
        lines.append(f"The plan is unsafe: {made.unsafe}.")
    if found is not None:
        lines.append(versus_sentence(found, made))
    return "".join(f"{shown(line)}\n" for line in lines)


@click.command()
@net_options
@click.argument("after", metavar="AFTER", type=click.Path(path_type=Path))
@click.option("--parallel", is_flag=True, help="Ops run as soon as what they read is made.")
@click.option("--json", "as_json", is_flag=True, help="Machine-readable answer.")
def verify(opening: Opening, after: Path, *, parallel: bool, as_json: bool) -> Answer:
    """Tell whether AFTER is safe: NET under other names or in another order, or a plan for it.

    A plan is JSON or CSV with offsets. The exit status is 0 if it is safe, 1 if not.
    """
    before = opening.prepared()
    verdict = _verdict(before, after, parallel=parallel or before.type in PARALLEL_TYPES)
    text = json_text(verdict_data(verdict)) if as_json else _as_text(verdict)
    return Answer(text, 0 if verdict.safe else UNSAFE)


def _verdict(before: Net, after: Path, *, parallel: bool) -> Verdict:
    if before.given is not None:
        raise FormatError("NET is a table of buffers; to check a plan the net itself is needed")
    other = load([InputFile(str(after), read_file(after))])
    if other.given is None:
        return verify_nets(before, other, parallel=parallel)
    if other.placed is None:
        raise FormatError(f"{quoted(str(after))} has buffers but no offsets: it is no plan")
    return verify_placement(before, other.placed, parallel=parallel)


def _as_text(verdict: Verdict) -> str:
    lines = [verdict_sentence(verdict)]
    if verdict.names:
        told = [f"{a} → {b}" for a, b in list(verdict.names.items())[:_TOLD]]
        more = len(verdict.names) - _TOLD
        rest = f" and {more:,} more" if more > 0 else ""
        lines.append(f"New names: {', '.join(told)}{rest}.")
    if verdict.order is not None:
        lines.append("The ops stand in another order.")
    return "".join(f"{shown(line)}\n" for line in lines)
