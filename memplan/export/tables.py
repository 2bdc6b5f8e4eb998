"""The report's tables: every blob, every decision or shared name, and what the plan was made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from memplan import __version__
from memplan.export.markup import Markup, element, joined
from memplan.planners import PLANNERS
from memplan.study import Study, runs_in_parallel
from memplan.views.decisions import decision_sentences
from memplan.views.names import shown
from memplan.views.rows import MemoryRow
from memplan.views.sharing import changed_names
from memplan.views.tables import blob_table

__all__ = ["LISTED", "blobs_table", "decisions_table", "facts_table", "names_table"]

LISTED = 20_000
"""The most rows of a table: beyond, a browser takes long to open the report."""

_COLUMNS = (
    *("blob", "shape", "type", "bytes", "role", "memory", "offset", "begin", "end"),
    *("made by", "read by", "note"),
)
_NUMBERS = frozenset({"bytes", "offset", "begin", "end"})
_HEADS = {
    **dict.fromkeys(("begin", "end"), "n short"),
    **dict.fromkeys(("bytes", "offset"), "n"),
    **dict.fromkeys(("type", "memory"), "short"),
    "blob": "name",
    "role": "role",
    **dict.fromkeys(("made by", "read by", "note"), "wide"),
}


def blobs_table(study: Study, rows: Sequence[MemoryRow], numbers: Mapping[str, int]) -> Markup:
    """A row for each blob; of very many the largest `LISTED`, in the order of the net."""
    memory = {name: row for row in rows for name in row.names}
    frame = blob_table(study)
    if len(frame) > LISTED:
        largest = frame.sort_values("bytes", ascending=False, kind="stable", na_position="last")
        frame = largest.head(LISTED).sort_index()
    records: list[dict[Any, Any]] = frame.to_dict("records")
    body = (_blob_row(record, memory[record["blob"]], numbers) for record in records)
    heads = [(column, _HEADS.get(column)) for column in _COLUMNS]
    return _table(heads, body, "sortable blobs")


def _blob_row(record: Mapping[Any, Any], row: MemoryRow, numbers: Mapping[str, int]) -> Markup:
    cells = (_blob_cell(column, record[column]) for column in _COLUMNS)
    group = row.group.number if row.group else None
    return element("tr", *cells, data_b=numbers[row.name], data_g=group)


def _blob_cell(column: str, value: Any) -> Markup:
    if column not in _NUMBERS:
        return element("td", shown(value), class_="name" if column == "blob" else None)
    return _number(None if pd.isna(value) else int(value))


def decisions_table(study: Study, numbers: Mapping[str, int]) -> Markup:
    """A row for each decision of a planner, in its order, with its reason."""
    heads = [("turn", "n short"), ("blob", "name"), ("born at op", "n"), ("offset", "n")]
    heads.append(("why", "wide"))
    body = (
        element(
            "tr",
            _number(decision.turn + 1),
            element("td", shown(decision.blob), class_="name"),
            _number(decision.step),
            _number(decision.offset),
            element("td", shown(why)),
            data_b=numbers.get(decision.blob),
        )
        for decision, why in _first(decision_sentences(study))
    )
    return _table(heads, body, "sortable")


def names_table(study: Study) -> Markup:
    """A row for each name that several blobs share in the optimised net."""
    held: dict[str, list[str]] = {}
    for old, new in changed_names(study.assignment).items() if study.assignment else ():
        held.setdefault(new, []).append(old)
    body = (
        element(
            "tr",
            element("td", shown(new), class_="name"),
            _number(len(names)),
            element("td", ", ".join(map(shown, names))),
        )
        for new, names in _first(held.items())
    )
    heads = [("shared name", "name"), ("blobs", "n short"), ("which take turns on it", "wide")]
    return _table(heads, body, "sortable")


def facts_table(study: Study) -> Markup:
    """What was planned, by whom, with which settings: enough to make the plan again."""
    rows = (
        element("tr", element("th", word, scope="row"), element("td", text))
        for word, text in _facts(study)
    )
    return element("table", element("tbody", joined(rows)), class_="facts")


def _facts(study: Study) -> Iterator[tuple[str, str]]:
    settings, entry = study.settings, PLANNERS[study.settings.planner]
    parallel = runs_in_parallel(study.net, settings)
    reordered = study.assignment is not None and study.assignment.order is not None
    yield "net", shown(study.net.name) or "without a name"
    yield "digest of the net as planned", study.net.digest()
    yield "ops run", "as soon as what they read is made" if parallel else "one by one"
    yield "order of the ops", "the planner's" if reordered else "as in the file"
    yield "planner", f"{entry.name}: {entry.line} ({entry.reference})"
    yield "search nodes", f"{study.plan.nodes:,}"
    yield "alignment", f"{settings.alignment:,} B"
    yield "inputs", "counted" if settings.accounting.inputs else "not counted"
    yield "outputs", "counted" if settings.accounting.outputs else "not counted"
    if settings.capacity is not None:
        yield "capacity", f"{settings.capacity:,} B"
    if settings.deadline is not None:
        yield "deadline", f"{settings.deadline:g} s"
    if settings.nodes is not None:
        yield "nodes to spend", f"{settings.nodes:,}"
    yield "memplan", __version__


def _first(rows: Iterable[Any]) -> Iterator[Any]:
    return (row for row, _ in zip(rows, range(LISTED), strict=False))


def _number(value: int | None) -> Markup:
    """A cell that shows a number as people read it, and holds it as a script sorts it."""
    text = "" if value is None else f"{value:,}"
    return element("td", text, class_="n", data_v="" if value is None else str(value))


def _table(heads: Sequence[tuple[str, str | None]], body: Iterable[Markup], kind: str) -> Markup:
    cells = (element("th", word, scope="col", class_=look) for word, look in heads)
    head = element("thead", element("tr", *cells))
    return element("table", head, element("tbody", joined(body)), class_=kind)
