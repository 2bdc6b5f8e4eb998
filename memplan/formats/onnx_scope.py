"""What the ops of an ONNX graph see: the names of their own graph, and of the graphs around it.

A scope asks the one around it and copies nothing: thousands of bodies may each see a whole net.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from memplan.formats.onnx_names import names_of

__all__ = ["Scope", "constant_around", "is_taken"]


@dataclass(frozen=True, slots=True)
class Scope:
    """The names of one graph.

    Attributes:
        names: What the net calls them, by the name in the file.
        taken: Those in the net.
        constant: Those of the file that are no data: stored, or made of what is.
        around: The scope of the op that runs this graph; None for the outermost.
    """

    names: Mapping[str, str]
    taken: AbstractSet[str]
    constant: AbstractSet[str]
    around: Scope | None

    def called(self, name: str) -> str:
        """What the net calls a name of the file; one that nobody gives stays as it is."""
        scope: Scope | None = self
        while scope is not None:  # asked for each operand, so that a generator would be felt
            if name in scope.names:
                return scope.names[name]
            scope = scope.around
        return name

    def outwards(self) -> Iterator[Scope]:
        """This scope and those around it, from within."""
        scope: Scope | None = self
        while scope is not None:
            yield scope
            scope = scope.around


def is_taken(name: str, around: Scope | None) -> bool:
    """Whether the net calls something so that is seen within a scope."""
    return around is not None and any(name in scope.taken for scope in around.outwards())


def constant_around(graph: Any, around: Scope | None) -> set[str]:
    """What the ops of a graph read from outside that is constant there."""
    scopes = () if around is None else tuple(around.outwards())
    reads = (name for node in graph.node for name in names_of(node.input)) if scopes else ()
    return {name for name in reads if any(name in scope.constant for scope in scopes)}
