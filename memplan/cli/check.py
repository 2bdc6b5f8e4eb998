"""The command `check`: a gate for continuous integration."""

from __future__ import annotations

from pathlib import Path

import click

from memplan.cli.answer import Answer
from memplan.cli.arguments import size
from memplan.cli.files import read_file
from memplan.cli.json_text import json_text
from memplan.cli.opening import Opening, net_options
from memplan.cli.planning import plan_options
from memplan.export.junit import junit_xml
from memplan.formats.plan_json import read_plan_json
from memplan.gate import Gate, gate
from memplan.study import Settings
from memplan.views.gate_words import baseline_lines, budget_lines, gate_data, verdict_line

__all__ = ["check"]

FAILED = 1
FORMS = ("text", "json", "junit")


@click.command()
@net_options
@plan_options
@click.option("--budget", metavar="SIZE", callback=size, help="The most it may need, as in 256KiB.")
@click.option(
    "--baseline",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="A plan as JSON, as `export` writes it: needing more than that fails too.",
)
@click.option("--format", "form", type=click.Choice(FORMS), default="text", show_default=True)
def check(
    opening: Opening, settings: Settings, budget: int | None, baseline: Path | None, form: str
) -> Answer:
    """Fail, with status 1, if the plan of NET is over a budget or larger than a stored plan."""
    if budget is None and baseline is None:
        raise click.UsageError("give --budget SIZE, --baseline FILE, or both")
    stored = None
    if baseline is not None:
        stored = read_plan_json(read_file(baseline), str(baseline))
    verdict = gate(opening.prepared(), settings, budget, stored)
    return Answer(_WRITERS[form](verdict), 0 if verdict.passed else FAILED)


def _as_text(verdict: Gate) -> str:
    lines = [verdict_line(verdict), *budget_lines(verdict)]
    if verdict.growth is not None:
        lines += baseline_lines(verdict.growth)
    return "".join(f"{line}\n" for line in lines)


_WRITERS = {
    "text": _as_text,
    "json": lambda verdict: json_text(gate_data(verdict)),
    "junit": junit_xml,
}
