"""The graphs that an op of an exported program runs: what they are given, what they hand over.

Operands come by position. Where a graph sees an operand itself (a branch of `cond`), its name
for it is another name of that blob. What a loop carries is memory of the body, for from the
second turn on what is read and what is written coexist; what `map` and `scan` hand in one row at
a time are views, and none.

    cond(p, then, else, [x, w])         then(x, w), else(x, w): the results are the op's outputs
    while_loop(test, body, [a], [w])    test(a, w), body(a, w): a is carried, the op's output too
    map_impl(body, [xs], [w])           body(x, w): a result is one row of an output
    scan(body, [c], [xs], [w])          body(c, x, w): c is carried, what else is made is a row
    wrap_with_…(…, body, x, w)          body(x, w)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from memplan.formats.exported_program_file import choice, entries, member, text

__all__ = ["Bodies", "Body", "bodies_of", "made_in", "operands", "tensors_in"]

_LISTS = ("as_tensors", "as_optional_tensors")
_ONE = ("as_tensor", "as_optional_tensor")


@dataclass(frozen=True, slots=True)
class Body:
    """A graph that an op runs.

    Attributes:
        graph: As it stands in the file.
        sees: For each of its inputs the operand that it is; None: a blob of its own.
        carried: The inputs that are memory of their own from turn to turn, by position.
        hands: For each of its results the place among the op's outputs; None: it is not handed
            over as a whole.
    """

    name: str
    graph: dict[str, object]
    sees: tuple[str | None, ...]
    carried: frozenset[int] = frozenset()
    hands: tuple[int | None, ...] = ()


@dataclass(slots=True)
class Bodies:
    """The operands of one op, as they stand: graphs, and groups of tensors behind each."""

    graphs: list[tuple[str, dict[str, object]]] = field(default_factory=list)
    groups: list[list[str]] = field(default_factory=list)


def tensors_in(argument: object) -> list[str]:
    """The tensors that an argument, or one of the outputs, names; those left out are left out."""
    kind, what = choice(argument)
    if kind in _ONE:
        return _name(what)
    if kind in _LISTS:
        return [name for entry in entries(what) for name in _name(entry)]
    if kind == "as_nested_tensors":
        return [n for row in entries(what) for entry in entries(row) for n in _name(entry)]
    return []


def made_in(graph: dict[str, object]) -> set[str]:
    """The tensors that the ops of a graph make."""
    nodes = entries(graph.get("nodes"))
    outputs = (value for node in nodes for value in entries(member(node).get("outputs")))
    return {name for value in outputs for name in tensors_in(value)}


def _name(tensor: object) -> list[str]:
    """The name in a tensor argument, or in an optional one."""
    about = member(tensor)
    if "name" in about:
        return [text(about["name"])]
    kind, what = choice(about)
    return [text(member(what).get("name"))] if kind == "as_tensor" else []


def operands(inputs: Sequence[object]) -> Bodies:
    """Sort the arguments of an op into graphs and tensors."""
    found = Bodies()
    for argument in inputs:
        value = member(argument).get("arg")
        kind, what = choice(value)
        if kind == "as_graph":
            about = member(what)
            found.graphs.append((text(about.get("name")), member(about, "graph")))
        elif kind in (*_ONE, *_LISTS, "as_nested_tensors"):
            found.groups.append(tensors_in(value))
    return found


def bodies_of(target: str, found: Bodies) -> tuple[Body, ...]:
    """How the graphs of an op are run, by the operator's name.

    An operator that is not known is taken to hand its last operands to each graph, as those do
    that wrap one; where that does not fit, the graph's inputs are memory of its own.
    """
    name = target.rpartition(".")[2]
    if name == "cond":
        return tuple(_plain(g, _flat(found.groups[1:])) for g in found.graphs)
    if name == "while_loop":
        return tuple(_loop(k, g, found.groups) for k, g in enumerate(found.graphs))
    if name in ("map_impl", "map"):
        return tuple(_rows(g, 0, found.groups) for g in found.graphs)
    if name in ("scan", "associative_scan"):
        kept = found.groups if name == "scan" else [[], *found.groups]
        return tuple(_rows(g, len(kept[0]) if kept else 0, kept[1:]) for g in found.graphs)
    return tuple(_plain(g, _flat(found.groups)) for g in found.graphs)


def _flat(groups: Sequence[Sequence[str]]) -> list[str]:
    return [name for group in groups for name in group]


def _count(graph: dict[str, object], part: str) -> int:
    return len(entries(graph.get(part)))


def _plain(graph: tuple[str, dict[str, object]], given: Sequence[str]) -> Body:
    """A graph that runs once, on the last of the operands; its results are the op's."""
    name, inner = graph
    wanted, results = _count(inner, "inputs"), _count(inner, "outputs")
    sees: tuple[str | None, ...] = tuple(given[len(given) - wanted :])
    if wanted > len(given):
        sees = (None,) * wanted
    return Body(name, inner, sees, hands=tuple(range(results)))


def _loop(place: int, graph: tuple[str, dict[str, object]], groups: list[list[str]]) -> Body:
    """The test of a loop, or its body, whose results are carried to the next turn."""
    name, inner = graph
    carried = len(groups[0]) if groups else 0
    beside = _flat(groups[1:])
    sees = (*(None for _ in range(carried)), *beside)
    hands: tuple[int | None, ...] = (None,) if place == 0 else tuple(range(carried))
    return Body(name, inner, sees, frozenset(range(carried)), hands)


def _rows(graph: tuple[str, dict[str, object]], carried: int, groups: list[list[str]]) -> Body:
    """A graph that runs once for each row of the first group."""
    name, inner = graph
    rows = len(groups[0]) if groups else 0
    beside = _flat(groups[1:])
    sees = (*(None for _ in range(carried + rows)), *beside)
    results = _count(inner, "outputs")
    hands = tuple(k if k < carried else None for k in range(results))
    return Body(name, inner, sees, frozenset(range(carried)), hands)
