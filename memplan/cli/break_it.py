"""The command `break`: the smallest problem on which a planner is not the best."""

from __future__ import annotations

from itertools import zip_longest

import click
from rich.text import Text

from memplan.adversary import BREAKABLE, Loss, smallest_loss
from memplan.cli.json_text import json_text
from memplan.cli.tables import plain_table, rendered
from memplan.planners import PackerEntry
from memplan.views.losses import loss_json, loss_sentence, text_map

__all__ = ["break_planner"]


@click.command("break")
@click.argument("planner", type=click.Choice(list(BREAKABLE)))
@click.option(
    "--buffers", type=click.IntRange(3, 8), default=5, show_default=True, help="At the most."
)
@click.option("--json", "as_json", is_flag=True, help="Machine-readable answer.")
def break_planner(planner: str, *, buffers: int, as_json: bool) -> str:
    """Find the smallest problem on which PLANNER needs more memory than the best plan."""
    entry = BREAKABLE[planner]
    loss = smallest_loss(entry, buffers)
    if as_json:
        return json_text(
            {"planner": planner, "ratio": None} if loss is None else loss_json(entry, loss)
        )
    if loss is None:
        return rendered(
            Text(f"{entry.title} is the best on all that was tried to {buffers} buffers.")
        )
    return _report(entry, loss)


def _report(entry: PackerEntry, loss: Loss) -> str:
    table = plain_table("buffer", "alive", "size>", f"{entry.name}>", "best>")
    plan, best = loss.plan.offsets or {}, loss.best.offsets or {}
    for b in loss.problem.buffers:
        sizes = f"{b.size or 0:,}", f"{plan[b.name]:,}", f"{best[b.name]:,}"
        table.add_row(b.name, str(b.live), *sizes)
    left, right = (text_map(p, loss.plan.known_peak) for p in (loss.plan, loss.best))
    wide = max(map(len, (*left, entry.name))) + 6
    both = zip_longest((entry.name, *left), ("best", *right), fillvalue="")
    maps = "\n".join(f"{one:{wide}}{other}" for one, other in both)
    return rendered(Text(loss_sentence(entry, loss)), table, Text(maps))
