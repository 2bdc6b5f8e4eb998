"""What `pack` says to a person."""

from __future__ import annotations

import textwrap
from pathlib import Path

from memplan.capacity import Packed, Status
from memplan.errors import quoted
from memplan.units import format_bytes
from memplan.views.names import shown
from memplan.views.sentences import witness_sentence

__all__ = ["pack_report"]

_NAMES = 12


def pack_report(name: str, found: Packed, spent: float, out: Path | None) -> str:
    """The height, the bound, whether it fits, and by what that is known."""
    plan, nodes = found.plan, f"{found.plan.nodes:,} nodes, " if found.plan.nodes else ""
    whose = f" ({plan.found_by})" if plan.found_by else ""
    return "\n".join(
        (
            f"{shown(name) or 'buffers'}: {len(plan.problem.buffers):,} buffers",
            "",
            _figure("height", plan.known_peak, f"{plan.planner}{whose}; {nodes}{spent:.2f} s"),
            _figure("lower bound", found.bound.bytes, "no plan needs less"),
            "",
            textwrap.fill(_verdict(found), 80),
            *_where(found, out),
            "",
        )
    )


def _figure(label: str, bytes_: int, note: str) -> str:
    return f"{label:<13}{format_bytes(bytes_):>10}  {bytes_:>15,} B  {note}"


def _verdict(found: Packed) -> str:
    height, capacity = found.plan.known_peak, found.capacity or 0
    why = witness_sentence(found.bound)
    if found.status is Status.INFEASIBLE:
        return f"Does not fit in {capacity:,} B, proven. {why}{_subset(found)}"
    if found.status is Status.UNKNOWN:
        return (
            f"Not known whether it fits in {capacity:,} B: the best plan found needs "
            f"{height - capacity:,} B more, and nothing proves that none is lower. Give more time "
            "with --deadline or --nodes."
        )
    fits = "" if found.capacity is None else f"Fits in {capacity:,} B. "
    if found.proven:
        return f"{fits}Proven: no plan is lower. {why}"
    return (
        f"{fits}Not proven to be the lowest: {height - found.bound.bytes:,} B above the bound; "
        "a lower plan may exist or may not."
    )


def _subset(found: Packed) -> str:
    subset = found.subset
    if not subset.names:
        return ""
    names = ", ".join(quoted(name, 40) for name in subset.names[:_NAMES])
    rest = len(subset.names) - _NAMES
    more = f" and {rest:,} more" if rest > 0 else ""
    least = ", and all of them it takes" if subset.minimal else " (fewer may be enough)"
    return f" These {len(subset.names):,} alone do not fit{least}: {names}{more}."


def _where(found: Packed, out: Path | None) -> list[str]:
    if found.status is not Status.FITS:
        return [] if out is None else ["", "Nothing written: there is no plan that fits."]
    return ["", f"plan: {'give --out FILE or --json' if out is None else shown(str(out))}"]
