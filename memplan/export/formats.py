"""The formats of export, by name, in an explicit table."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from memplan.errors import MemplanError
from memplan.export.graph_svg import svg_file
from memplan.export.trace import trace_text
from memplan.formats import Times, to_buffers_csv
from memplan.study import Study
from memplan.views.c_header import c_header
from memplan.views.graph import graph_view
from memplan.views.graph_dot import to_dot
from memplan.views.layout import to_png
from memplan.views.plan_files import plan_csv, plan_json

__all__ = ["EXPORTS", "Export"]


@dataclass(frozen=True, slots=True)
class Export:
    """A kind of file as it is offered for choice.

    Attributes:
        name: A key of `EXPORTS`.
        title, line: What it is, and what it is good for, in a few words.
        ending: What its files' names end in.
        make: May raise a `MemplanError`, when the net is too large for the format.
        text: Whether a terminal can show it.
        why_not: Told before anything is made: why a study cannot be put so; None when it can.
    """

    name: str
    title: str
    line: str
    ending: str
    mime: str
    make: Callable[[Study], bytes]
    text: bool = True
    why_not: Callable[[Study], str | None] = lambda _: None


def _csv(study: Study) -> bytes:
    return _bytes(plan_csv(study))


def _json(study: Study) -> bytes:
    return _bytes(json.dumps(plan_json(study), indent=1) + "\n")


_NO_GRAPH = "these are buffers without a graph"


def _why_no_graph(study: Study) -> str | None:
    return _NO_GRAPH if study.net.given is not None else None


def _why_no_minimalloc(study: Study) -> str | None:
    problem = study.problem
    if problem.unknown or study.plan.offsets is None:
        return "some sizes are unknown, and MiniMalloc's CSV has no way to say so"
    return "there are several memories" if len(problem.spaces) > 1 else None


def _minimalloc(study: Study) -> bytes:
    times = study.net.source if isinstance(study.net.source, Times) else None
    return _bytes(to_buffers_csv(study.problem, None, times))


def _minimalloc_solved(study: Study) -> bytes:
    times = study.net.source if isinstance(study.net.source, Times) else None
    return _bytes(to_buffers_csv(study.problem, study.plan.offsets or {}, times))


def _dot(study: Study) -> bytes:
    return _bytes(to_dot(graph_view(study)))


def _svg(study: Study) -> bytes:
    return _bytes(svg_file(study))


PNG_LIMIT = 3000
"""Nodes and edges together beyond which Graphviz is not asked for pixels."""

_TOO_LARGE = "the graph is too large to draw as PNG; take SVG or DOT instead"


def _why_no_png(study: Study) -> str | None:
    """Graphviz alone draws pixels, and takes seconds at the limit, minutes at its double."""
    if study.net.given is not None:
        return _NO_GRAPH
    if len(study.net.ops) > PNG_LIMIT:
        return _TOO_LARGE
    view = graph_view(study)
    return _TOO_LARGE if len(view.nodes) + len(view.edges) > PNG_LIMIT else None


def _png(study: Study) -> bytes:
    why_not = _why_no_png(study)
    picture = None if why_not else to_png(to_dot(graph_view(study)))
    if picture is None:
        raise MemplanError(why_not or _TOO_LARGE)
    return picture


def _c_header(study: Study) -> bytes:
    return _bytes(c_header(study))


def _why_no_header(study: Study) -> str | None:
    if study.unsafe is not None:
        return "the plan is unsafe"
    return "sizes are unknown" if study.plan.offsets is None or study.problem.unknown else None


def _trace(study: Study) -> bytes:
    return _bytes(trace_text(study))


def _html(study: Study) -> bytes:
    # Here, not above: the table of blobs is pandas', which would make every command start later.
    from memplan.export.report import report_html  # noqa: PLC0415

    return _bytes(report_html(study))


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")


_ENTRIES = (
    Export(
        "html",
        "Report",
        "one page with everything, to send and to print",
        ".report.html",
        "text/html",
        _html,
    ),
    Export(
        "csv",
        "Plan as CSV",
        "a row for each buffer",
        ".plan.csv",
        "text/csv",
        _csv,
    ),
    Export(
        "json",
        "Plan as JSON",
        "the same with all figures, for a program",
        ".plan.json",
        "application/json",
        _json,
    ),
    Export(
        "minimalloc",
        "Buffers as MiniMalloc CSV",
        "the problem alone: who needs how much when",
        ".buffers.csv",
        "text/csv",
        _minimalloc,
        why_not=_why_no_minimalloc,
    ),
    Export(
        "minimalloc-plan",
        "Plan as MiniMalloc CSV",
        "the same with the offsets, as a solution",
        ".solution.csv",
        "text/csv",
        _minimalloc_solved,
        why_not=_why_no_minimalloc,
    ),
    Export(
        "c-header",
        "C header",
        "size of the arena and offsets, as #define",
        ".h",
        "text/x-c",
        _c_header,
        why_not=_why_no_header,
    ),
    Export(
        "trace",
        "Trace",
        "memory over time, for ui.perfetto.dev or chrome://tracing",
        ".trace.json",
        "application/json",
        _trace,
    ),
    Export(
        "svg",
        "Graph as SVG",
        "sharp at any size",
        ".svg",
        "image/svg+xml",
        _svg,
        why_not=_why_no_graph,
    ),
    Export(
        "png",
        "Graph as PNG",
        "pixels",
        ".png",
        "image/png",
        _png,
        text=False,
        why_not=_why_no_png,
    ),
    Export(
        "dot",
        "Graph as DOT",
        "for a Graphviz of your own",
        ".dot",
        "text/vnd.graphviz",
        _dot,
        why_not=_why_no_graph,
    ),
)

EXPORTS: Mapping[str, Export] = MappingProxyType({entry.name: entry for entry in _ENTRIES})
"""Every format, in the order in which they are offered."""
