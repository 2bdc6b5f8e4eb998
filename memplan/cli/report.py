"""Answers for a person: figures and tables that fit the terminal."""

from __future__ import annotations

from rich import box
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from memplan.net import Net
from memplan.planners import PLANNERS
from memplan.study import Study
from memplan.units import format_bytes
from memplan.views.names import shown, shown_shape
from memplan.views.rows import biggest_first, memory_rows
from memplan.views.sentences import headlines, proof_sentence, unknown_reason

__all__ = ["plan_report", "planners_report", "shapes_report"]

_ROWS = 10
_HINT = (
    "Supply what is missing with --init FILE, --value-info FILE, --shapes FILE "
    "or --input NAME=1,3,224,224."
)


def plan_report(study: Study) -> str:
    """A plan's figures, whether it can be bettered, its largest blobs, and what is unknown."""
    unknown = [(blob.name, blob.reason) for blob in study.metrics.unknown]
    return _rendered(
        _title(study.net),
        _figures(study),
        Text(proof_sentence(study)),
        _largest(study),
        *_reasons(unknown),
    )


def shapes_report(net: Net) -> str:
    """A row for each blob of a net: its shape, type, size and role."""
    table = _table("blob", "shape", "type", "bytes>", "role")
    blobs = [net.blob(name) for name in net.names()]
    for blob in blobs:
        table.add_row(
            Text(shown(blob.name)),
            shown_shape(blob.shape),
            blob.dtype.label if blob.dtype else "?",
            "?" if blob.nbytes is None else f"{blob.nbytes:,}",
            blob.role.value if blob.role else "?",
        )
    unknown = [(blob.name, unknown_reason(blob)) for blob in blobs if blob.nbytes is None]
    return _rendered(_title(net), table, *_reasons(unknown))


def planners_report() -> str:
    """A row for each planner."""
    table = _table("planner", "what it does", "reference")
    for entry in PLANNERS.values():
        table.add_row(entry.name, entry.line, entry.reference)
    return _rendered(table)


def _title(net: Net) -> Text:
    count = f"{len(net.ops):,} ops, {len(net.names()):,} blobs"
    return Text.assemble((shown(net.name) or "a net without a name", "bold"), f": {count}")


def _figures(study: Study) -> Table:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="bold")
    grid.add_column(justify="right", no_wrap=True)
    grid.add_column()
    for line in headlines(study):
        grid.add_row(Text(line.name), Text(line.value), Text(line.help))
    return grid


def _largest(study: Study) -> Table:
    rows = [row for row in biggest_first(memory_rows(study)) if row.planned and row.size]
    table = _table("largest blobs", "shape", "type", "size>", "kind", "alive", "offset>")
    for row in rows[:_ROWS]:
        table.add_row(
            Text(", ".join(map(shown, row.names))),
            row.shape,
            row.dtype,
            format_bytes(row.size),
            row.kind.value,
            str(row.live),
            "" if row.offset is None else f"{row.offset:,}",
        )
    if len(rows) > _ROWS:
        table.add_row(f"and {len(rows) - _ROWS:,} more")
    return table


def _reasons(unknown: list[tuple[str, str]]) -> list[RenderableType]:
    """What has no known size and why, with how to supply it; nothing where all is known."""
    if not unknown:
        return []
    table = _table("unknown size", "why")
    for name, reason in unknown[:_ROWS]:
        table.add_row(Text(shown(name)), Text(shown(reason)))
    if len(unknown) > _ROWS:
        table.add_row(f"and {len(unknown) - _ROWS:,} more")
    return [table, Text(_HINT)]


def _table(*headings: str) -> Table:
    """A table with these headings; one that ends in ``>`` heads a column of numbers."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in headings:
        justify = "right" if heading.endswith(">") else "left"
        table.add_column(heading.rstrip(">"), justify=justify, overflow="fold")
    return table


def _rendered(*parts: RenderableType) -> str:
    # No markup and no highlighting: what is printed may come from a file.
    console = Console(markup=False, highlight=False, emoji=False)
    with console.capture() as captured:
        for part in parts:
            console.print(part)
    # Rich pads each line of a table to the table's width.
    return "".join(f"{line.rstrip()}\n" for line in captured.get().splitlines())
