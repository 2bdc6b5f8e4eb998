"""A study as one HTML file: it opens without a server and fetches nothing.

All figures, charts and tables are written here, so that the page is whole without its script
and prints; the script sorts, searches, zooms and selects. A Content-Security-Policy allows
exactly our style sheet and our script, by their digests, and no request at all: a name from a
file could do nothing even if it came through. Equal studies give equal bytes.
"""

from __future__ import annotations

from pathlib import Path

from memplan.export.charts import MAPPED, TIMED, address_map, memory_curve, study_levels, timeline
from memplan.export.document import document
from memplan.export.graph_svg import ARROW, draw_graph, graph_style
from memplan.export.markup import Markup, element, joined
from memplan.export.swatches import Fills
from memplan.export.tables import LISTED, blobs_table, decisions_table, facts_table, names_table
from memplan.plan import Progress
from memplan.planners import PLANNERS
from memplan.study import Study
from memplan.views.fold_choice import find_folding, helpful_folding
from memplan.views.graph import GraphView, graph_view
from memplan.views.graph_folds import folded
from memplan.views.layout import layout
from memplan.views.names import shown
from memplan.views.rows import MemoryRow, memory_rows
from memplan.views.sentences import (
    capacity_sentence,
    headlines,
    peak_sentence,
    proof_sentence,
    unknown_sentence,
)
from memplan.views.sharing import changed_names
from memplan.views.steps import extent

__all__ = ["DRAWN", "report_html"]

DRAWN = 6000
"""The most nodes of the graph in a report: a net of more is folded, as a browser takes long."""

_HERE = Path(__file__).parent


def report_html(study: Study, progress: Progress | None = None) -> str:
    """Return the report on a study.

    Raises:
        Cancelled: What `progress` raises to stop the work.
    """
    rows = memory_rows(study)
    numbers = {row.name: place for place, row in enumerate(rows)}
    fills = Fills(row.swatch for row in rows)
    defs = element(
        "svg", element("defs", ARROW, fills.patterns()), class_="defs", aria_hidden="true"
    )
    sections = (
        *(
            [("graph", "Graph", _graph(study, rows, numbers, fills, progress))]
            if study.net.given is None
            else []
        ),
        ("memory", "Memory", _memory(study, rows, numbers, fills)),
        ("blobs", "Blobs", _blobs(study, rows, numbers)),
        ("decisions", "Decisions", _decisions(study, numbers)),
        ("made", "How this was made", facts_table(study)),
    )
    links = (element("a", title, href=f"#{ident}") for ident, title, _ in sections)
    body = (
        element("section", element("h2", title), content, id=ident)
        for ident, title, content in sections
    )
    return _document(
        shown(study.net.name) or "a net without a name",
        defs,
        _header(study),
        element("nav", *links, aria_label="Parts of the report"),
        *body,
    )


def _document(title: str, *body: Markup) -> str:
    style, script = Markup(_read("report.css") + graph_style()), Markup(_read("report.js"))
    return document(f"{title}: memory", style, script, *body)


def _read(file: str) -> str:
    return (_HERE / file).read_text(encoding="utf-8")


def _header(study: Study) -> Markup:
    net, entry = study.net, PLANNERS[study.settings.planner]
    size = f"{extent(net, ' · ')} · planned by {entry.title}"
    figures = (
        element(
            "div",
            element("dt", figure.name),
            element("dd", figure.value, class_="value"),
            element("dd", shown(figure.help), class_="help"),
        )
        for figure in headlines(study)
    )
    state = "unsafe" if study.unsafe is not None else "proven" if study.plan.proven else "open"
    return element(
        "header",
        element("h1", shown(net.name) or "A net without a name"),
        element("p", size, class_="soft"),
        element("dl", *figures, class_="figures"),
        element("p", shown(proof_sentence(study)), class_=f"verdict {state}"),
        *([element("p", fits)] if (fits := capacity_sentence(study)) else []),
        *([element("p", shown(unknown_sentence(study)))] if study.metrics.unknown else []),
    )


def _graph(
    study: Study,
    rows: tuple[MemoryRow, ...],
    numbers: dict[str, int],
    fills: Fills,
    progress: Progress | None,
) -> Markup:
    view, folding = _fitting(graph_view(study))
    if len(view.nodes) > DRAWN:
        text = f"A graph of {len(view.nodes):,} nodes is too large for a page; see the tables."
        return element("p", text, class_="soft")
    storage_of = {name: numbers[row.name] for row in rows for name in row.names}
    picture = draw_graph(view, layout(view, progress=progress), fills, storage_of)
    return joined(
        (
            _said(
                "Rounded boxes are ops, the others blobs. Blobs of one colour and number lie on "
                "the same bytes; a grey one shares with none. Click one to see it everywhere."
                f"{folding}"
            ),
            element("div", class_="tools graph-tools"),
            element("div", picture, class_="pane graph-pane", tabindex=0),
        )
    )


def _fitting(view: GraphView) -> tuple[GraphView, str]:
    """A view that a page can hold, if folding makes one, and what to say of that."""
    if len(view.nodes) <= DRAWN:
        return view, ""
    by = helpful_folding(view)
    said = f" The net is large: boxes with a thick outline stand for many ops ({by.value.lower()})."
    return folded(view, find_folding(view, by)), said


def _memory(
    study: Study, rows: tuple[MemoryRow, ...], numbers: dict[str, int], fills: Fills
) -> Markup:
    planned = sum(row.planned for row in rows)
    mapped = "" if planned <= MAPPED else f" Drawn are the {MAPPED:,} largest of {planned:,}."
    timed = "" if planned <= TIMED else f" Drawn are the {TIMED:,} largest of {planned:,}."
    key = [("alive", "key"), *((name, f"key {kind}") for kind, name, _ in study_levels(study))]
    return joined(
        (
            _said(shown(peak_sentence(study))),
            element("p", *(element("span", word, class_=look) for word, look in key)),
            element("div", memory_curve(study), class_="pane"),
            element("h3", "Address map"),
            _said(
                "A box is a blob: across, the ops during which it is alive; up, the bytes on "
                f"which it lies. What is empty is memory not in use.{mapped}"
            ),
            element("div", address_map(study, rows, fills, numbers), class_="pane"),
            element("h3", "Timeline"),
            _said(f"From the op that first writes a blob to the one that last reads it.{timed}"),
            element("div", timeline(study, rows, fills, numbers), class_="pane low"),
        )
    )


def _blobs(study: Study, rows: tuple[MemoryRow, ...], numbers: dict[str, int]) -> Markup:
    total = len(study.net.names())
    cut = "" if total <= LISTED else f" Listed are the {LISTED:,} largest of {total:,}."
    return joined(
        (
            _said(f"Sizes and offsets in bytes; alive from op begin until before op end.{cut}"),
            element("div", class_="tools blob-tools"),
            element("div", blobs_table(study, rows, numbers), class_="pane tall"),
        )
    )


def _decisions(study: Study, numbers: dict[str, int]) -> Markup:
    if not study.decisions:
        return _names(study)
    total = len(study.decisions)
    cut = "" if total <= LISTED else f" Listed are the first {LISTED:,} of {total:,}."
    text = f"In the order in which the planner placed the blobs.{cut}"
    table = element("div", decisions_table(study, numbers), class_="pane low")
    before = () if study.assignment is None else (_names(study),)
    return joined((*before, _said(text), table))


def _names(study: Study) -> Markup:
    if study.assignment is not None and changed_names(study.assignment):
        text = "Blobs that got one name: when one of them is made, the last is needed no more."
        if study.unsafe is not None:
            text = "Blobs that got one name. The net is not safe so: see above why."
        return joined((_said(text), element("div", names_table(study), class_="pane low")))
    return _said("The planner shared nothing and left every name as it is.")


def _said(text: str) -> Markup:
    return element("p", text, class_="soft")
