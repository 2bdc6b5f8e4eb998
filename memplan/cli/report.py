"""Answers for a person: figures and tables that fit the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from memplan.cli.tables import plain_table, rendered
from memplan.metrics import Metrics
from memplan.net import Net
from memplan.planners import PLANNERS
from memplan.profiles import PROFILES
from memplan.study import Study
from memplan.units import format_bytes
from memplan.views.names import shown, shown_shape
from memplan.views.rows import MemoryRow, biggest_first, memory_rows
from memplan.views.sentences import head_sentence, instead_sentence, proof_sentence, unknown_reason
from memplan.views.steps import extent

__all__ = ["optimize_report", "plan_report", "planners_report", "profiles_report", "shapes_report"]

_ROWS = 10
_BLOBS = 1000  # what a terminal still scrolls through; laying out a row takes about a millisecond
_HINT = (
    "Supply what is missing with --init FILE, --value-info FILE, --shapes FILE, "
    "--dim NAME=8 or --input NAME=1,3,224,224."
)


def plan_report(
    study: Study, beside: str = "", assumed: Mapping[str, int] = MappingProxyType({})
) -> str:
    """A plan's figures, whether it can be bettered, its largest blobs, and what is unknown.

    Args:
        beside: What an engine makes of the same net, in a sentence.
        assumed: Numbers of free dims that are the file's examples, and nobody's word.
    """
    unknown = [(blob.name, blob.reason) for blob in study.metrics.unknown]
    largest = [row for row in biggest_first(memory_rows(study)) if row.planned and row.size]
    return rendered(
        _title(study.net),
        _figures(study),
        _verdict(study),
        *(
            Text(told)
            for told in (instead_sentence(study), head_sentence(study), beside, _assumed(assumed))
            if told
        ),
        *_largest(largest),
        *_reasons(unknown),
    )


def _assumed(dims: Mapping[str, int]) -> str:
    if not dims:
        return ""
    said = ", ".join(f"{shown(name)} = {number}" for name, number in dims.items())
    return f"Free dims as in the file's example: {said}; for others give --dim NAME=NUMBER."


def optimize_report(study: Study, answer: Mapping[str, Any]) -> str:
    """What a recycler did to a net: the figures, who took whose name, where it was written."""
    before, after = answer["blobs_before"], answer["blobs_after"]
    done = f"{before:,} blobs before, {after:,} after"
    if answer["unchanged"]:
        done = f"left as it is: {answer['unchanged']}"
    where = "nothing written: give --out FILE" if answer["out"] is None else answer["out"]
    return rendered(
        _title(study.net),
        _figures(study),
        _verdict(study),
        Text(f"{done}; {shown(where)}"),
        *_renamed(answer["mapping"]),
        *_reasons([(blob.name, blob.reason) for blob in study.metrics.unknown]),
    )


def shapes_report(net: Net) -> str:
    """A row for each blob of a net: its shape, type, size and role."""
    table = plain_table("blob~", "type and shape", "bytes>", "role")
    blobs = [net.blob(name) for name in net.names()]
    for blob in blobs[:_BLOBS]:
        table.add_row(
            Text(shown(blob.name)),
            f"{blob.dtype.label if blob.dtype else '?'} {shown_shape(blob.shape)}",
            "?" if blob.nbytes is None else f"{blob.nbytes:,}",
            blob.role.value if blob.role else "?",
        )
    _count_rest(table, len(blobs) - _BLOBS, "; --json tells all")
    unknown = [(blob.name, unknown_reason(blob)) for blob in blobs if blob.nbytes is None]
    return rendered(_title(net), table, *_reasons(unknown))


def planners_report() -> str:
    """A row for each planner."""
    table = plain_table("planner", "what it does~", "reference")
    for entry in PLANNERS.values():
        table.add_row(entry.name, entry.line, entry.reference)
    return rendered(table)


def profiles_report() -> str:
    """A row for each engine."""
    table = plain_table("profile", "what it counts~", "planner")
    for entry in PROFILES.values():
        table.add_row(entry.name, entry.line, entry.planner)
    return rendered(table)


def _renamed(mapping: Mapping[str, str]) -> list[RenderableType]:
    if not mapping:
        return []
    table = plain_table("shared name~", "blobs~")
    held: dict[str, list[str]] = {}
    for old, new in mapping.items():
        held.setdefault(new, []).append(old)
    for new, names in list(held.items())[:_ROWS]:
        more = f" and {len(names) - _ROWS:,} more" if len(names) > _ROWS else ""
        table.add_row(Text(shown(new)), Text(", ".join(map(shown, names[:_ROWS])) + more))
    _count_rest(table, len(held) - _ROWS)
    return [table]


def _title(net: Net) -> Text:
    return Text.assemble((shown(net.name) or "a net without a name", "bold"), f": {extent(net)}")


def _saving(metrics: Metrics) -> str:
    """What sharing gains; padding for an alignment may cost more than that."""
    if not metrics.naive_bytes:
        return ""
    share = metrics.saved_bytes / metrics.naive_bytes
    if round(abs(share), 2) == 0:
        return "; about as much as no sharing"
    return f"; {abs(share):.0%} {'less' if share > 0 else 'more'} than no sharing"


def _planner(study: Study) -> str:
    """The planner, and whose plan it kept where it asked several."""
    plan = study.plan
    return f"{plan.planner} ({plan.found_by})" if plan.found_by else plan.planner


def _figures(study: Study) -> Table:
    metrics, grid = study.metrics, Table.grid(padding=(0, 2))
    # A bound over some of the blobs bounds no more than these.
    bounds = "no plan in this order of ops needs less"
    known = "counts the known sizes alone" if metrics.unknown else bounds
    grid.add_column(style="bold")
    grid.add_column(justify="right")
    grid.add_column(justify="right")
    grid.add_column()
    for label, size, note in (
        ("peak", metrics.peak_bytes, f"{_planner(study)}{_saving(metrics)}"),
        ("lower bound", metrics.bound.bytes, known),
        ("no sharing", metrics.naive_bytes, "every blob with memory of its own"),
        ("weights", metrics.weights_bytes, "there for the whole run, not planned"),
    ):
        grid.add_row(Text(label), format_bytes(size), f"{size:,} B", Text(note))
    return grid


def _verdict(study: Study) -> Text:
    if study.unsafe is not None:
        return Text(f"UNSAFE, not to be used: {shown(study.unsafe)}", "bold")
    return Text(proof_sentence(study))


def _largest(rows: list[MemoryRow]) -> list[RenderableType]:
    if not rows:
        return []
    table = plain_table("largest blobs~", "type and shape", "size>", "alive", "offset>")
    for row in rows[:_ROWS]:
        table.add_row(
            Text(", ".join(map(shown, row.names))),
            f"{row.dtype} {row.shape}",
            format_bytes(row.size),
            str(row.live),
            _place(row),
        )
    _count_rest(table, len(rows) - _ROWS)
    return [table]


def _place(row: MemoryRow) -> str:
    if row.offset is None:
        return ""
    return f"{row.offset:,} in {row.space}" if row.space else f"{row.offset:,}"


def _reasons(unknown: list[tuple[str, str]]) -> list[RenderableType]:
    """What has no known size and why, with how to supply it; nothing where all is known."""
    if not unknown:
        return []
    table = plain_table("unknown size~", "why~")
    for name, reason in unknown[:_ROWS]:
        table.add_row(Text(shown(name)), Text(shown(reason)))
    _count_rest(table, len(unknown) - _ROWS)
    return [table, Text(_HINT)]


def _count_rest(table: Table, rest: int, advice: str = "") -> None:
    if rest > 0:
        table.caption = Text(f"… and {rest:,} more{advice}")
        table.caption_justify = "left"
