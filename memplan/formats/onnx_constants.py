"""Which values of an ONNX graph are made of constants alone.

Every engine works those out once, when it loads the model, and keeps them beside the weights: a
Constant, a ConstantOfShape of a stored shape (as files have it that carry no weights), a reshaped
weight. They are no part of what a run needs.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from typing import Any

from memplan.formats.onnx_names import names_of

__all__ = ["constants_made"]

_STANDARD = frozenset({"", "ai.onnx"})
_RANDOM = frozenset(
    {
        "Bernoulli",
        "Multinomial",
        "RandomNormal",
        "RandomNormalLike",
        "RandomUniform",
        "RandomUniformLike",
    }
)


def constants_made(nodes: Iterable[Any], constant: AbstractSet[str]) -> set[str]:
    """The names that `nodes` make of nothing but constants; those in `constant` are some.

    What a function of a custom domain does is not known, and an op that runs a graph reads
    more than its inputs: what these make counts as data.
    """
    known = set(constant)
    made: set[str] = set()
    for node in nodes:
        # Of most ops the first question is the last.
        if (
            known.issuperset(names_of(node.input))
            and node.domain in _STANDARD
            and node.op_type not in _RANDOM
            and not any(a.HasField("g") or a.graphs for a in node.attribute)
        ):
            names = names_of(node.output)
            known.update(names)
            made.update(names)
    return made
