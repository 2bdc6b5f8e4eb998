"""The command `optimize`: write a net whose blobs share names, as a recycler chose them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from memplan.cli.files import write_file
from memplan.cli.json_text import json_text
from memplan.cli.opening import Opening, net_options
from memplan.cli.report import optimize_report
from memplan.net import Net
from memplan.order import ORDERS
from memplan.planners import PLANNERS, RecyclerEntry
from memplan.planners.asking import default_question
from memplan.planners.recycling import RecyclingOptions
from memplan.study import Settings, Study, study
from memplan.views.net_files import optimised_pb, optimised_pbtxt
from memplan.views.sharing import changed_names

__all__ = ["optimize"]

_RECYCLERS = {name: e for name, e in PLANNERS.items() if isinstance(e, RecyclerEntry)}


def _blobs(flag: str, help_: str) -> Callable[[Callable[..., str]], Callable[..., str]]:
    return click.option(flag, metavar="BLOB", multiple=True, help=f"{help_}; repeat for more.")


@click.command()
@net_options
@click.option(
    "--planner",
    type=click.Choice(list(_RECYCLERS)),
    default="safe",
    show_default=True,
    help="Who chooses the names; see the command `planners`.",
)
@_blobs("--static", "Keeps its name and its memory (default: external inputs and outputs)")
@_blobs("--head", "Where a walk through the net starts (default: external inputs)")
@_blobs("--loss", "Where gradients start (default: blobs whose gradient is a constant)")
@_blobs("--dont-share", "Shares with nobody")
@click.option("--namescope", default="", metavar="PREFIX", help="Stands before each new name.")
@click.option("--order", type=click.Choice(ORDERS), help="Write the ops in another order.")
@click.option("--out", type=click.Path(path_type=Path), help="Where to write the net.")
@click.option("--text", "as_text", is_flag=True, help="Write it as text, not binary.")
@click.option("--json", "as_json", is_flag=True, help="Machine-readable answer.")
def optimize(
    opening: Opening,
    *,
    planner: str,
    static: Sequence[str],
    head: Sequence[str],
    loss: Sequence[str],
    dont_share: Sequence[str],
    namescope: str,
    order: str | None,
    out: Path | None,
    as_text: bool,
    as_json: bool,
) -> str:
    """Give blobs of NET that can share memory one name, and write the net to --out."""
    net = opening.prepared()
    entry = _RECYCLERS[planner]
    asked = replace(
        default_question(net, entry), dont_share=frozenset(dont_share), namescope=namescope
    )
    options = _narrowed(asked, static, loss if entry.from_losses else head)
    result = study(net, Settings(planner, recycling=options, order=order or ""))
    # Made even where nobody takes it: a net that cannot be written is no answer.
    written = optimised_pbtxt(result) if as_text else optimised_pb(result)
    if out is not None:
        write_file(out, written)
    answer = _answer(net, result, out)
    return json_text(answer) if as_json else optimize_report(result, answer)


def _narrowed(
    asked: RecyclingOptions, static: Sequence[str], heads: Sequence[str]
) -> RecyclingOptions:
    """What was said in place of the defaults; what is static is not offered for sharing."""
    if static:
        asked = replace(asked, static=frozenset(static), shareable=asked.shareable - {*static})
    return replace(asked, heads=tuple(heads)) if heads else asked


def _answer(net: Net, result: Study, out: Path | None) -> dict[str, Any]:
    """What was done, as JSON values; bytes cover the known sizes, inputs and outputs counted."""
    assert result.assignment is not None
    changed = changed_names(result.assignment)
    names = {name for op in net.ops for name in (*op.inputs, *op.outputs)}
    return {
        "planner": result.plan.planner,
        "blobs_before": len(names),
        "blobs_after": len({changed.get(name, name) for name in names}),
        "bytes_before": result.metrics.naive_bytes,
        "bytes_after": result.metrics.peak_bytes,
        "unknown": [{"name": u.name, "reason": u.reason} for u in result.metrics.unknown],
        "mapping": changed,
        "unchanged": result.assignment.unchanged,
        "safe": result.unsafe is None,
        "unsafe": result.unsafe,
        "out": None if out is None else str(out),
    }
